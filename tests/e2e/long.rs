//! A long run: its page stays smooth, and its files are there at once.

use crate::harness::{DESKTOP, Page};
use crate::host::Host;
use grokking_lab::metrics::{History, Point};
use grokking_lab::settings::from_query;
use grokking_lab::train::{Device, Trainer};
use grokking_lab::view::export::run_file::RunFile;
use pollster::block_on;
use std::time::Duration;

const TINY: &str = "p=5&train=0.6&width=8&heads=1&mlp=8&backend=cpu&workers=1&speed=0&stop=limit&steps=1000000&v=1";
const SOON: Duration = Duration::from_secs(60);

/// A run with a point at each of so many steps, as a file.
fn file(points: u32) -> Vec<u8> {
    let (config, problems) = from_query(TINY);
    assert_eq!(problems, []);
    let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("a trainer");
    trainer.steps(1);
    let mut snapshot = block_on(trainer.snapshot().snapshot()).expect("a snapshot");
    snapshot.step = points;
    let mut history = History::default();
    for step in 0..points {
        let wave = (step as f32 / 997.0).sin();
        let test_accuracy = 0.4 + 0.2 * wave;
        let (train_loss, test_loss) = (2.0f32.powf(-0.001 * step as f32).max(1e-7), 3.0 + wave);
        let point =
            Point { step, train_loss, test_loss, train_accuracy: 1.0, test_accuracy, weight_norm: 9.0, ..Point::default() };
        history.push(point);
    }
    RunFile { config, step: points, elapsed_ms: 1.0, histories: vec![history], snapshot: snapshot.encode() }.encode()
}

/// The page with such a run, paused.
fn open(page: &Page, points: u32) {
    let host = Host::of_bytes(file(points));
    page.load(TINY);
    page.wait_until("!!lab.adapter", SOON);
    page.run(&format!("lab.openRun(new Uint8Array(await (await fetch('{}')).arrayBuffer()));", host.url()));
    page.wait_until(&format!("lab.getHistory().step.length === {points} && lab.state === 'paused'"), SOON);
}

#[test]
fn files_of_a_hundred_thousand_points_are_there_at_once() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    for (points, limit) in [(10_000, 0.2), (100_000, 1.0)] {
        open(&page, points);
        for (what, least) in [("exportCSV", 30 * points), ("exportJSON", 20 * points)] {
            let seconds = page.run(&format!(
                "const times = [];
                 for (let i = 0; i < 3; i++) {{
                     const begin = performance.now();
                     if (lab.{what}().length < {least}) return 'too short';
                     times.push((performance.now() - begin) / 1000);
                 }}
                 return Math.min(...times);"
            ));
            println!("{what} of {points} points: {seconds} s");
            assert!(seconds.as_f64().is_some_and(|seconds| seconds < limit), "{what} of {points} points: {seconds} s");
        }
    }
    page.assert_no_console_errors();
}

#[test]
fn a_long_run_stays_smooth() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    let points = std::env::var("POINTS").ok().and_then(|points| points.parse().ok()).unwrap_or(300_000);
    open(&page, points);
    let frames = page.run(
        "lab.start();
         while (lab.getHistory().step.length < 10 || lab.state !== 'running') await new Promise(requestAnimationFrame);
         await new Promise(resolve => setTimeout(resolve, 1000));
         const begin = performance.now();
         let frames = 0;
         while (performance.now() < begin + 3000) { await new Promise(requestAnimationFrame); frames++; }
         return frames / (performance.now() - begin) * 1000;",
    );
    println!("{points} points: {frames} frames a second");
    assert_eq!(page.eval(&format!("lab.getHistory().step.length > {points}")), true, "it trains on");
    // 2 before curves were remembered; a busy machine shows fewer than 60 whatever the page does.
    assert!(frames.as_f64().is_some_and(|frames| frames > 20.0), "{frames} frames a second");
    page.eval("lab.pause()");
    page.assert_no_console_errors();
}
