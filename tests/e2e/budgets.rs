//! What the page promises its visitor: a first point soon, a page that stays smooth, memory that stays flat. The limits are
//! wide, because a checking machine gives the trainer and a browser without a GPU the same few cores.

use crate::harness::{DESKTOP, Page};
use serde_json::Value;
use std::io::Write;
use std::time::Duration;

/// The standard run at full speed.
const STANDARD: &str = "backend=cpu&speed=0&v=1";

fn number(value: &Value, name: &str) -> f64 {
    value[name].as_f64().unwrap_or_else(|| panic!("no number `{name}` in {value}"))
}

/// Past the test harness, which would swallow the line.
fn tell(line: &str) {
    writeln!(std::io::stderr(), "{line}").ok();
}

#[test]
fn the_first_point_comes_soon() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(STANDARD);
    let ms = page.run(
        "const pressed = performance.now();
         const point = new Promise(resolve => lab.addEventListener('metrics', resolve, {once: true}));
         root.querySelector('[data-action=toggle], [data-action=start]').click();
         await point;
         return {ms: performance.now() - pressed};",
    );
    let ms = number(&ms, "ms");
    tell(&format!("first point after {ms:.0} ms; the promise is 1500"));
    assert!(ms < 5000.0, "the first point came {ms:.0} ms after the button was pressed");
    page.assert_no_console_errors();
}

#[test]
fn the_page_stays_smooth_while_it_trains() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(STANDARD);
    page.eval("lab.start()");
    page.wait_until("await lastStep() > 5", Duration::from_secs(60));
    let frames = page.run(
        "const deltas = [], long = [];
         new PerformanceObserver(list => long.push(...list.getEntries().map(e => e.duration))).observe({type: 'longtask'});
         const start = performance.now(), first = await lastStep();
         for (let last = start; last - start < 6000;) {
             const now = await new Promise(requestAnimationFrame);
             deltas.push(now - last);
             last = now;
         }
         deltas.sort((a, b) => a - b);
         const quantile = at => deltas[Math.floor(at * (deltas.length - 1))];
         return {median: quantile(0.5), late: quantile(0.95), worst: quantile(1), long: long.length, steps: await lastStep() - first};",
    );
    tell(&format!("frames while training: {frames}"));
    assert!(number(&frames, "steps") > 5.0, "it does not train: {frames}");
    assert!(number(&frames, "median") <= 20.0, "fewer than 50 frames per second: {frames}");
    assert!(number(&frames, "late") <= 100.0, "every twentieth frame takes longer than a tenth of a second: {frames}");
    page.eval("lab.pause()");
    page.assert_no_console_errors();
}

/// The worker's memory has its own test, in `tests/web.rs`.
#[test]
fn the_memory_of_the_page_stays_flat() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("p=5&train=0.6&width=4&heads=1&mlp=4&lr=0&backend=cpu&speed=0&steps=20000&v=1");
    let memory = || {
        // The glue is a module: importing it again gives the page's own instance.
        page.eval(
            "(await (await import(performance.getEntriesByType('resource').map(r => r.name).find(n => /lab[\\w-]*\\.js$/.test(n) && !/grokking/.test(n)))).default()).memory.buffer.byteLength",
        )
        .as_u64()
        .expect("bytes")
    };
    page.eval("lab.start()");
    page.wait_until("await lastStep() >= 2000", Duration::from_secs(60));
    let (before, rows) = (memory(), page.eval("(await column('step')).length").as_u64().expect("rows"));
    page.wait_until("lab.state === 'done'", Duration::from_secs(180));
    let (after, all) = (memory(), page.eval("(await column('step')).length").as_u64().expect("rows"));
    tell(&format!("page memory {before} bytes with {rows} points, {after} with {all}"));
    assert!(page.eval("await lastStep()").as_u64() >= Some(19_000));
    // A point has 28 bytes; its list doubles when it is full, and the old one may stay as a hole. Keeping the run for after a
    // crash copies the list, and writes it into bytes that double as well.
    let history = 8 * 28 * all + 2 * 65_536;
    assert!(after <= before + history, "{before} bytes became {after}, and {all} points explain at most {history} more");
    page.assert_no_console_errors();
}
