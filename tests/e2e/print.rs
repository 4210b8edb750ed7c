//! On paper: nothing to press, sharp, and dark on white.

use crate::curves::trained;
use crate::harness::{DESKTOP, Page};
use serde_json::json;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);

#[test]
fn on_paper_there_is_nothing_to_press_and_canvases_are_sharp() {
    let Some(page) = Page::open(DESKTOP) else { return };
    trained(&page);
    const LOOK: &str = "const look = () => ({
        pressed: [...root.querySelectorAll('button, input, select, summary')].filter(e => e.checkVisibility() && !e.matches('.term')).map(e => e.outerHTML),
        density: ['[data-chart=accuracy]', '.picture.answers canvas'].map(name => root.querySelector(name))
            .map(canvas => Math.round(canvas.width / canvas.clientWidth)),
        dark: [...root.querySelectorAll('[data-chart=accuracy]')].map(canvas => canvas.getContext('2d'))
            .map(context => context.getImageData(0, 0, context.canvas.width, context.canvas.height).data.some((value, i) => i % 4 === 3 && value === 255))[0],
    });";
    page.run(&format!("{LOOK} window.printed = []; addEventListener('beforeprint', () => printed.push(look()));"));
    // The browser tells the page, lays it out for paper, and draws it.
    let pdf = page.devtools("Page.printToPDF", json!({"printBackground": true}));
    let bytes = pdf["data"].as_str().map_or(0, |data| data.len() / 4 * 3);
    assert!(pdf["data"].as_str().is_some_and(|data| data.starts_with("JVBERi")) && bytes > 20_000, "{bytes} bytes of a PDF");
    assert_eq!(page.eval("printed.length"), 1, "the page was not told");
    assert_eq!(page.eval("printed[0].density"), json!([4, 4]), "blurred on paper");
    assert_eq!(page.eval("printed[0].dark"), true, "empty on paper");
    // Afterwards it is as before, and on paper nothing can be pressed.
    let look = format!("(() => {{ {LOOK} return look(); }})()");
    page.wait_until(&format!("{look}.density.every(density => density === 1)"), SOON);
    page.devtools("Emulation.setEmulatedMedia", json!({"media": "print"}));
    assert_eq!(page.eval(&format!("{look}.pressed")), json!([]), "controls on paper");
    page.screenshot("print");
    page.assert_no_console_errors();
}

/// Whatever is open, and whatever colours the screen has.
#[test]
fn what_is_printed_is_dark_on_white_and_has_no_controls() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.devtools("Emulation.setEmulatedMedia", json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]}));
    page.load("experiment=doshi&p=23&backend=cpu&speed=0&v=1");
    page.eval("lab.step(20)");
    page.wait_until("lab.state === 'paused'", SOON);
    page.run("root.querySelector('[data-action=reset]').click();");
    page.wait_until("root.querySelector('.runs tbody tr')", SOON);
    // Of its labels, left of the axis.
    let brightest = "(() => {
        const canvas = root.querySelector('[data-chart=accuracy]'), {width, height} = canvas;
        const {data} = canvas.getContext('2d').getImageData(0, 0, Math.floor(width / 20), height);
        const opaque = Array.from({length: data.length / 4}, (_, i) => data.slice(4 * i, 4 * i + 4)).filter(([r, g, b, a]) => a === 255);
        return Math.max(...opaque.map(([r, g, b]) => Math.min(r, g, b)));
    })()";
    page.run(&format!(
        "window.seen = []; addEventListener('beforeprint', () => seen.push(getComputedStyle(lab).color, {brightest}));"
    ));
    page.devtools("Page.printToPDF", json!({"printBackground": false}));
    assert_eq!(page.eval("seen[0]"), "rgb(27, 31, 35)", "the text on paper");
    let seen = page.eval("seen[1]");
    assert!(seen.as_f64().is_some_and(|brightest| brightest < 128.0), "labels as bright as {seen} on white paper");
    page.wait_until("getComputedStyle(lab).color === 'rgb(231, 234, 238)'", SOON);
    page.devtools("Emulation.setEmulatedMedia", json!({"media": "print"}));
    let pressed = "[...root.querySelectorAll('button, input, select, summary')].filter(part => part.checkVisibility() &&
        !part.matches('.term, thead *, [aria-pressed=true]')).map(part => part.outerHTML)";
    assert_eq!(page.eval(pressed), json!([]), "controls on paper");
    let names = page.eval("[...root.querySelectorAll('.runs thead button')].map(name => name.checkVisibility())");
    assert!(
        names.as_array().is_some_and(|names| names.len() > 3 && names.iter().all(|seen| seen == true)),
        "columns without names"
    );
    page.screenshot("print-dark");
    page.assert_no_console_errors();
}
