//! A table of runs in the page: asked for, trained, looked at, and there again after a reload.

use crate::harness::{DESKTOP, Page, View};
use grokking_lab::exec::Device;
use grokking_lab::reproduce;
use grokking_lab::settings::from_query;
use grokking_lab::sweep::export::{self, Written};
use serde_json::{Value, json};
use std::time::Duration;

/// Nine cells with all four phases, as `tests/sweep.rs` trains them.
const PHASES: &str = "p=13&model=mlp&mlp=64&activation=quadratic&bias=false&init=cube-root&initscale=0.1&wd=3&loss=mse&steps=600\
                      &backend=cpu&sweep=lr:0.0001%7C0.003%7C0.01,train:0.5%7C0.7%7C0.9&v=1";
const PHONE: View = View { width: 390, height: 844, scheme: "dark" };
const LONG: Duration = Duration::from_secs(90);
const SOON: Duration = Duration::from_secs(20);

fn press(page: &Page, action: &str) {
    page.run(&format!("root.querySelector('[data-action={action}]').click();"));
}

fn part(name: &str) -> String {
    format!("root.querySelector('[data-sweep={name}]')")
}

#[test]
fn a_phase_diagram_grows_is_walked_by_keys_and_outlives_a_reload() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.load(PHASES);
    // A link that asks for a table opens it.
    page.wait_until("root.querySelector('[data-action=sweep-run]')?.textContent === 'Train them all'", SOON);
    page.run("window.decided = []; lab.addEventListener('run', ({ detail }) => window.decided.push(detail));");
    press(&page, "sweep-run");
    page.wait_until(&format!("{}.textContent === '9 of 9 decided'", part("told")), LONG);
    let runs = page.eval("await lab.getRuns()");
    assert_eq!(runs["lr"], json!([0.0001, 0.003, 0.01, 0.0001, 0.003, 0.01, 0.0001, 0.003, 0.01]));
    let phases: Vec<&str> = runs["phase"].as_array().expect("a column").iter().filter_map(Value::as_str).collect();
    for (row, phase) in [(0, "confusion"), (1, "memorisation"), (4, "grokking"), (8, "comprehension")] {
        assert_eq!(phases[row], phase, "{phases:?}");
    }
    // Every run was told of once.
    let mut told: Vec<(u64, String)> = page.eval("window.decided").as_array().expect("events").iter().map(event).collect();
    told.sort();
    assert_eq!(told, (0..).zip(phases.iter().map(|phase| String::from(*phase))).collect::<Vec<_>>());

    // By keys: the first cell, the one to the right, the one above.
    page.run(&format!("{}.focus();", part("diagram")));
    for key in ['\u{e012}', '\u{e014}', '\u{e013}'] {
        page.press(key);
    }
    let words = part("words");
    page.wait_until(&format!("{words}?.textContent.startsWith('learning rate 0.003, train fraction 0.7: grokking')"), SOON);
    assert_eq!(page.eval(&format!("{}.getAttribute('aria-label') === {words}.textContent", part("diagram"))), true);
    // The same for those who see no canvas, sorted by a column.
    press(&page, "sweep-rows");
    page.wait_until("root.activeElement?.dataset.runs === 'rows'", SOON);
    page.wait_until("root.querySelectorAll('.runs tbody tr').length === 9", SOON);
    press(&page, "runs-sort][data-of=\"5\"");
    page.wait_until("root.querySelector('.runs th[aria-sort=ascending]')?.textContent === 'Memorised'", SOON);
    page.assert_no_wider(DESKTOP.width, "the table of runs");
    page.screenshot("sweep");
    // The delay over the rate: the line in words, and a press leads to the run of the closest point.
    let choose = |picture: &str| {
        let menu = part("picture");
        page.run(&format!("{menu}.value = '{picture}'; {menu}.dispatchEvent(new Event('change', {{bubbles: true}}));"));
    };
    choose("law");
    let law = part("law");
    page.wait_until(&format!("/to the power of|at least three runs/.test({law}.textContent)"), SOON);
    assert_eq!(page.eval(&format!("{}.children.length", part("legend"))), 3, "a sign for each train fraction");
    let pressed = page.run(&format!(
        "const diagram = {}, box = diagram.getBoundingClientRect();
         diagram.dispatchEvent(new MouseEvent('click', {{clientX: box.left + 80, clientY: box.top + 40, bubbles: true}}));
         for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame);
         return {words}.textContent;",
        part("diagram")
    ));
    assert!(pressed.as_str().is_some_and(|words| words.contains("steps after it knew its pairs")), "{pressed}");
    page.run(&format!("{}.scrollIntoView();", part("picture")));
    page.screenshot("sweep-law");
    choose("phase");
    page.wait_until(&format!("{law}.textContent === ''"), SOON);

    // Kept, and there again.
    page.wait_until(STORED, SOON);
    page.reload();
    page.wait_until(&format!("{}?.textContent === '9 of 9 decided'", part("told")), SOON);
    assert_eq!(page.eval("await lab.getRuns()"), runs, "what was kept");
    // The chosen run in the lab, from its beginning.
    page.run(&format!("{}.focus();", part("diagram")));
    page.press('\u{e012}');
    press(&page, "sweep-open");
    page.wait_until("lab.state === 'running' && lab.getConfig().lr === 0.0001 && lab.getConfig().train === 0.5", SOON);
    page.assert_no_console_errors();
}

/// Six rows that take a few seconds.
const HALFWAY: &str = "p=13&model=mlp&mlp=64&activation=quadratic&bias=false&init=cube-root&initscale=0.1&wd=3&loss=mse&steps=3000\
                       &stop=limit&backend=cpu&sweep=lr:0.003%7C0.01,train:0.5%7C0.7%7C0.9&v=1";

/// One table, three ways: in the page with a reload half-way, and natively.
#[test]
fn a_table_comes_to_the_same_in_the_page_over_a_reload_and_natively() {
    let Some(page) = Page::open(DESKTOP) else { return };
    let (config, problems) = from_query(HALFWAY);
    assert_eq!(problems, []);
    let trained = pollster::block_on(reproduce::sweep::run(&config, &Device::Cpu, &mut |_, _| ())).expect("training");
    let trained: Vec<Written> = trained.into_iter().map(Written::from).collect();
    let native: Vec<Value> = serde_json::from_str(&export::json(&config, &trained)).expect("rows");

    page.load(HALFWAY);
    page.run("await lab.startRuns();");
    page.wait_until("(await lab.getRuns()).phase.some(Boolean)", LONG);
    page.run("await lab.pauseRuns();");
    page.wait_until(STORED, LONG);
    page.reload();
    page.wait_until("(await lab.getRuns()).phase.some(Boolean)", SOON);
    assert_eq!(page.eval("(await lab.getRuns()).phase.every(Boolean)"), false, "half of it is left");
    page.run("await lab.startRuns();");
    page.wait_until("(await lab.getRuns()).phase.every(Boolean)", LONG);
    let runs = page.eval("await lab.getRuns()");
    for (row, native) in native.iter().enumerate() {
        for column in ["lr", "train", "seed", "step", "memorized", "grok", "phase"] {
            assert_eq!(runs[column][row], native[column], "{column} of row {row}");
        }
        for column in ["trainLoss", "testLoss"] {
            let [page, native] = [&runs[column][row], &native[column]].map(|loss| loss.as_f64().expect("a loss"));
            assert!((page - native).abs() <= 0.01 * native.abs(), "{column} of row {row}: {page} in the page, {native} natively");
        }
    }
    page.assert_no_console_errors();
}

/// Whether the page has stored a table.
const STORED: &str = "(await new Promise((done) => {
    const asked = indexedDB.open(`grokking-lab ${new URL('.', document.baseURI).pathname}`);
    asked.onsuccess = () => {
        const found = asked.result.transaction('runs').objectStore('runs').get('table');
        found.onsuccess = () => { asked.result.close(); done(found.result !== undefined); };
    };
}))";

#[test]
fn autoplay_starts_the_table_that_a_link_asks_for() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.load("p=5&train=0.6&width=8&heads=1&mlp=8&steps=20&backend=cpu&sweep=wd:0%7C1&autoplay=true&v=1");
    page.wait_until("(await lab.getRuns()).phase.every(Boolean)", LONG);
    assert_eq!(page.eval("[lab.state, (await lab.getRuns()).kind]"), json!(["idle", ["sweep", "sweep"]]));
    page.assert_no_console_errors();
}

fn event(detail: &Value) -> (u64, String) {
    (detail["index"].as_u64().expect("a row"), detail["phase"].as_str().expect("a phase").into())
}

#[test]
fn from_the_present_settings_it_takes_three_clicks_and_it_can_be_paused() {
    let Some(page) = Page::open(PHONE) else { return };
    page.load("p=23&train=0.6&width=32&heads=2&mlp=64&steps=5000&stop=limit&backend=cpu&v=1");
    page.run("root.querySelector('[data-panel=sweep] > summary').click();");
    page.wait_until("root.querySelector('[data-action=sweep-run]')", SOON);
    press(&page, "sweep-run");
    page.wait_until("lab.getConfig().sweep.startsWith('wd:')", SOON);
    // Rows train on every core.
    page.wait_until(
        "(await lab.getRuns()).step.filter((step) => step > 0).length >= Math.min(2, navigator.hardwareConcurrency)",
        LONG,
    );
    press(&page, "sweep-run");
    page.wait_until("root.querySelector('[data-action=sweep-run]').textContent !== 'Pause all'", SOON);
    std::thread::sleep(Duration::from_secs(1));
    let before = page.eval("(await lab.getRuns()).step");
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(page.eval("(await lab.getRuns()).step"), before, "it rests");
    page.assert_no_wider(PHONE.width, "the panel");
    page.screenshot("sweep-phone");
    page.assert_no_console_errors();
}

#[test]
fn what_cannot_be_swept_is_named_and_a_cell_that_cannot_be_trained_says_why() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.load("p=11&width=16&heads=2&mlp=16&steps=20&backend=cpu&sweep=heads:2%7C3&v=1");
    page.wait_until("root.querySelector('[data-action=sweep-run]')", SOON);
    page.run("await lab.startRuns();");
    page.wait_until(&format!("{}.textContent === '2 of 2 decided'", part("told")), LONG);
    page.run(&format!("{}.focus();", part("diagram")));
    page.press('\u{e014}');
    page.press('\u{e014}');
    page.wait_until(&format!("{}?.textContent.includes('cannot be shared by 3 heads')", part("words")), SOON);
    assert_eq!(page.eval("(await lab.getRuns()).phase[1]"), Value::Null);
    let problems = page.eval("await lab.setConfig({ sweep: 'frog:1..2:3' })");
    assert!(problems[0].as_str().is_some_and(|problem| problem.contains("“frog”, which is not a setting")), "{problems}");
    page.assert_no_console_errors();
}

#[test]
fn rows_come_to_the_same_on_webgpu_side_by_side() {
    let Some(page) = Page::open(DESKTOP) else { return };
    let losses = |backend: &str| -> Vec<f64> {
        page.load(&format!("p=5&train=0.6&width=8&heads=1&mlp=8&steps=20&backend={backend}&sweep=lr:0.001%7C0.01,wd:0%7C1&v=1"));
        page.run("await lab.startRuns();");
        page.wait_until("(await lab.getRuns()).phase.every(Boolean)", LONG);
        assert_eq!(page.eval("[(await lab.getRuns()).step, lab.problems]"), json!([[20, 20, 20, 20], []]), "{backend}");
        let losses = page.eval("(await lab.getRuns()).trainLoss");
        losses.as_array().expect("a column").iter().filter_map(Value::as_f64).collect()
    };
    let (gpu, cpu) = (losses("gpu"), losses("cpu"));
    assert!(cpu.len() == 4 && cpu[0] != cpu[1], "{cpu:?}");
    for (gpu, cpu) in gpu.iter().zip(&cpu) {
        assert!((gpu - cpu).abs() < 1e-3 * cpu.abs(), "{gpu} on the GPU, {cpu} on the CPU");
    }
    assert_eq!(gpu.len(), cpu.len());
    page.assert_no_console_errors();
}
