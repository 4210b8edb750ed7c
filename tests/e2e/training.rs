//! Small tables grok in the browser, on either backend.

use crate::harness::{DESKTOP, Page, View};
use serde_json::json;
use std::time::Duration;

/// Natively three of three seeds grok at step 316 to 453.
const ON_CPU: &str = "task=x%2By&p=29&train=0.6&width=64&heads=4&mlp=256&seed=1&backend=cpu&speed=0&steps=1500&v=1";
/// Few kernels and operations, for a software GPU: the quadratic MLP of Doshi et al. 2023. Six seeds on the CPU grok at step
/// 38 to 44. That a transformer groks on WebGPU as well is tested without the page (`tests/web.rs`).
const ON_GPU: &str = "task=x%2By&p=23&train=0.8&model=mlp&mlp=128&activation=quadratic&bias=false&init=cube-root&wd=2&warmup=0\
                      &loss=mse&backend=gpu&speed=0&steps=600&v=1";

const GROKS: Duration = Duration::from_secs(180);

/// Starts, waits for 95% on the test pairs, then for the end, and checks what the page told its listeners.
fn groks(page: &Page, hash: &str, backend: &str) {
    page.load(hash);
    page.run(
        "window.heard = {};
         for (const name of ['metrics', 'memorized', 'grok', 'done', 'error'])
             lab.addEventListener(name, event => { (heard[name] ??= []).push(event.detail); });",
    );
    page.eval("lab.start()");
    page.wait_until("(await column('testAccuracy')).some(a => a >= 0.95)", GROKS);
    page.wait_until("Number.isFinite(heard.grok?.[0]?.step)", Duration::from_secs(10));
    page.wait_until("lab.state === 'done'", GROKS);

    let shown = page.eval("String(lab.backend)");
    let shown = shown.as_str().unwrap_or_default().to_lowercase();
    assert!(shown.contains(backend), "asked for {backend}, the page says `{shown}`");
    assert_eq!(page.eval("heard.error ?? []"), json!([]));
    assert_eq!(page.eval("heard.done?.length"), 1);
    assert_eq!(page.eval("heard.grok.length"), 1, "`grok` is an event, not a state");
    page.wait_until("heard.metrics.length > 1 && heard.metrics.every(m => Number.isFinite(m.trainLoss))", Duration::ZERO);
    let lengths = page.eval("Object.values(await lab.getHistory()).map(column => column.length)");
    let lengths = lengths.as_array().expect("a length per column");
    assert!(lengths.iter().all(|length| *length == lengths[0]), "columns of unequal length: {lengths:?}");
    page.assert_no_console_errors();
}

#[test]
fn a_small_table_groks_on_the_cpu() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    groks(&page, ON_CPU, "cpu");
    page.screenshot("grokked-cpu");
}

#[test]
fn a_small_table_groks_on_webgpu() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    groks(&page, ON_GPU, "gpu");
    page.screenshot("grokked-gpu");
}

#[test]
fn a_forecast_comes_and_goes_and_moves_nothing() {
    let Some(page) = Page::open(View { width: 390, height: 844, ..DESKTOP }) else { return };
    page.load(ON_CPU);
    page.run(
        "const said = root.querySelector('[data-text=forecast]'), facts = said.closest('dl');
         window.forecasts = new Set([said.textContent]);
         window.heights = new Set([facts.offsetHeight]);
         new MutationObserver(() => { forecasts.add(said.textContent); heights.add(facts.offsetHeight); })
             .observe(said, {characterData: true, childList: true, subtree: true});
         lab.start();",
    );
    page.wait_until("lab.state === 'done'", GROKS);
    let told = page.run("return [...forecasts]").to_string();
    assert!(told.contains(" more steps, by how test loss falls"), "{told}");
    assert_eq!(page.run("return root.querySelector('[data-text=forecast]').textContent"), "–", "it has the rule");
    assert_eq!(page.run("return heights.size"), 1, "the facts change their height");
    // A number that changes many times in a second is there to be read, and not read out.
    assert_eq!(page.run("return root.querySelector('[data-text=forecast]').closest('[role=status], [aria-live]')"), json!(null));
    page.assert_no_console_errors();
}

#[test]
fn the_same_hash_gives_the_same_first_metrics() {
    const ROWS: usize = 20;
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    let first_rows = || {
        page.load(ON_CPU);
        page.eval("lab.start()");
        page.wait_until(&format!("(await column('step')).length >= {ROWS}"), GROKS);
        page.eval("lab.pause()");
        page.run(&format!(
            "const rows = {{}};
             for (const name of ['step', 'trainLoss', 'testLoss', 'trainAccuracy', 'testAccuracy'])
                 rows[name] = (await column(name)).slice(0, {ROWS}).map(String);
             return rows;"
        ))
    };
    let once = first_rows();
    assert_eq!(once["trainLoss"].as_array().map(Vec::len), Some(ROWS));
    assert_eq!(once, first_rows());
    page.assert_no_console_errors();
}
