//! Several workers train the run that one worker trains, and a lost one does not end it.

use crate::harness::{DESKTOP, Page};
use serde_json::Value;
use std::time::Duration;

const RUN: &str = "p=47&train=0.4&backend=cpu&speed=0&v=1";
const SOON: Duration = Duration::from_secs(60);

fn columns(page: &Page) -> Vec<Vec<f64>> {
    let columns = page.eval("Object.values(lab.getHistory()).map(column => Array.from(column))");
    let numbers = |column: &Value| column.as_array().map(|c| c.iter().filter_map(Value::as_f64).collect());
    columns.as_array().expect("columns").iter().filter_map(numbers).collect()
}

/// Two halves with a pause between them, and after it another learning rate.
fn history(page: &Page, workers: u32) -> Vec<Vec<f64>> {
    page.load(&format!("{RUN}&workers={workers}"));
    page.wait_until("lab.adapter", SOON);
    let shown = page.eval("lab.adapter.includes(', 2 workers') && root.textContent.includes(', 2 workers')");
    assert_eq!(shown, workers == 2, "{}", page.eval("lab.adapter"));
    for (rate, until) in [("0.01", 10), ("0.003", 20)] {
        page.run(&format!("lab.setConfig({{lr: {rate}}}); lab.step(10);"));
        page.wait_until(
            &format!("lab.state === 'paused' && root.querySelector('[data-text=step]').textContent === '{until}'"),
            SOON,
        );
    }
    columns(page)
}

#[test]
fn two_workers_train_the_run_of_one() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    let (one, two) = (history(&page, 1), history(&page, 2));
    assert_eq!(one[0], two[0], "the same steps are measured");
    for (one, two) in one.iter().zip(&two) {
        // A few answers in a thousand may flip.
        let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 5e-3 * a.abs().max(1.0);
        assert!(one.len() == two.len() && one.len() > 8 && one.iter().zip(two).all(close), "{one:?}\n{two:?}");
    }
    assert!(one[1][0] > 1.2 * one[1].last().unwrap_or(&9.0), "nothing was learnt: {:?}", one[1]);
    page.assert_no_console_errors();
}

/// A lab whose worker's workers can be lost: at once, or when `lose` is called.
fn fragile(page: &Page, at_once: bool) {
    page.load("steps=1&v=1");
    page.run(&format!(
        "const shell = await (await fetch('grokking-lab.js')).text();
         const {{part}} = await import(new URL('grokking-lab.js', location.href).href);
         const asset = name => new URL(shell.match(new RegExp(`assets/${{name}}-\\\\w*\\\\.\\\\w+`))[0], location.href);
         const worker = asset('cpu');
         const trainer = await WebAssembly.compileStreaming(fetch(asset('cpu_bg')));
         const script = `
             const Real = Worker;
             self.Worker = class extends Real {{
                 constructor(...options) {{
                     if ({at_once}) throw new Error('not here');
                     super(...options);
                     new BroadcastChannel('lose').onmessage = () => this.dispatchEvent(new ErrorEvent('error', {{message: 'it broke'}}));
                 }}
             }};
             import(${{JSON.stringify(worker.href)}}).then(() => onmessage && held.forEach(onmessage));
             const held = [];
             onmessage = message => held.push(message);`;
         const url = URL.createObjectURL(new Blob([script], {{type: 'text/javascript'}}));
         const host = document.createElement('div');
         document.body.prepend(host);
         for (const pair of '{RUN}&workers=2'.split('&')) if (!pair.startsWith('v=')) host.setAttribute(...pair.split('='));
         const shadow = host.attachShadow({{mode: 'open'}});
         const launch = () => {{
             const worker = new Worker(url, {{type: 'module'}});
             worker.postMessage([trainer, '']);
             return worker;
         }};
         const {{Lab}} = await import(asset('lab'));
         window.fragile = new Lab(host, shadow, launch, async () => '', part, 'this is a test', 'en');
         window.shown = () => shadow.textContent;
         window.lose = () => new BroadcastChannel('lose').postMessage(0);
         fragile.start();"
    ));
}

#[test]
fn a_lost_worker_is_done_without() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    fragile(&page, false);
    page.wait_until("fragile.adapter.includes('2 workers') && fragile.getHistory().step.at(-1) > 10", SOON);
    page.eval("lose()");
    page.wait_until("shown().includes('A worker was lost (it broke). Training goes on from step ')", SOON);
    page.wait_until("!fragile.adapter.includes('workers') && fragile.getHistory().step.at(-1) > 30", SOON);
    assert_eq!(page.eval("fragile.state"), "running");
}

#[test]
fn a_browser_without_workers_in_workers_trains_with_one() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    fragile(&page, true);
    page.wait_until("shown().includes('A worker was lost (not here). Training goes on from step 0')", SOON);
    page.wait_until("!fragile.adapter.includes('workers') && fragile.getHistory().step.at(-1) > 10", SOON);
    assert_eq!(page.eval("fragile.state"), "running");
}
