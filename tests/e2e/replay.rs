//! Who only looks is shown a recorded run; whoever does something, or wants less motion, is not.

use crate::harness::{DESKTOP, Page};
use serde_json::json;
use std::time::Duration;

/// How many pixels of the accuracy chart are coloured as curves are, and not as text, grid or background.
const COLOURED: &str = "(() => {
    const canvas = root.querySelector('[data-chart=accuracy]');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let coloured = 0;
    for (let i = 0; i < data.length; i += 4) {
        const [low, high] = [Math.min(data[i], data[i + 1], data[i + 2]), Math.max(data[i], data[i + 1], data[i + 2])];
        if (data[i + 3] > 100 && high - low > 90) coloured++;
    }
    return coloured;
})()";

#[test]
fn a_recorded_run_plays_for_who_only_looks() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.load("backend=cpu&v=1");
    page.wait_until("lab.device", Duration::from_secs(60));
    let before = page.eval(COLOURED).as_u64().expect("a number");
    page.wait_until(&format!("{COLOURED} > {before} + 300"), Duration::from_secs(40));
    page.screenshot("replay");
    assert_eq!(page.eval("[lab.state, (await column('step')).length > 1]"), json!(["idle", false]));
    // Whoever does something has the chart for their own run.
    page.run("root.querySelector('[data-panel=bar], .bar').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));");
    page.wait_until(&format!("{COLOURED} <= {before} + 50"), Duration::from_secs(10));
    page.assert_no_console_errors();
}

#[test]
fn nothing_plays_for_those_who_want_less_motion() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.devtools("Emulation.setEmulatedMedia", json!({"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}));
    page.load("backend=cpu&v=1");
    page.wait_until("lab.device", Duration::from_secs(60));
    let before = page.eval(COLOURED);
    std::thread::sleep(Duration::from_secs(13));
    assert_eq!(page.eval(COLOURED), before);
    page.assert_no_console_errors();
}
