//! Without a mouse.

use crate::elements::site;
use crate::harness::{DESKTOP, Page, can_test};
use crate::host::Host;
use std::time::Duration;

#[test]
fn space_starts_and_pauses() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("task=x%2By&p=23&width=32&heads=2&mlp=64&backend=cpu&steps=100000&v=1");
    page.eval("lab.focus()");
    assert_eq!(page.eval("document.activeElement === lab"), true, "the element cannot be focused");
    page.press(' ');
    page.wait_until("lab.state === 'running'", Duration::from_secs(30));
    page.press(' ');
    // The last of its steps may still be on its way.
    let rests = "(async () => {
        const step = lab.getState().step;
        await new Promise((done) => setTimeout(done, 500));
        return lab.state === 'paused' && lab.getState().step === step;
    })()";
    page.wait_until(&format!("await {rests}"), Duration::from_secs(30));
    let steps = page.eval("lab.getState().step");
    // A chart is a place to watch from; a text, a table and a setting are not.
    let elsewhere = [
        "root.querySelector('.lab')",
        "root.querySelector('[data-fields=primary] input')",
        "document.activeElement.blur() ?? {focus() {}}",
    ];
    page.run("root.querySelector('[data-action=settings]').click();");
    page.wait_until("root.querySelector('[data-fields=primary] input')", Duration::from_secs(30));
    for focus in elsewhere {
        page.run(&format!("({focus}).focus();"));
        page.press(' ');
        assert_eq!(page.eval("[lab.state, lab.getState().step]"), serde_json::json!(["paused", steps]), "{focus}");
    }
    page.run("root.querySelector('[data-chart=accuracy]').focus();");
    page.press(' ');
    page.wait_until("lab.state === 'running'", Duration::from_secs(30));
    page.assert_no_console_errors();
}

/// In any language, the first stop leads past what the page says before the lab, whatever it says; the address stays the run's.
#[test]
fn the_first_stop_skips_to_start() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.load("p=23&width=32&heads=2&mlp=64&backend=cpu&steps=100000&v=1");
    let skips = |label: &str| {
        let address = page.eval("location.href");
        page.press('\u{e004}');
        assert_eq!(page.eval("document.activeElement.textContent"), label);
        assert_eq!(page.eval("document.activeElement.getBoundingClientRect().top >= 0"), true, "it is not seen");
        page.press('\u{e007}');
        assert_eq!(page.eval("root.activeElement?.dataset.action"), "toggle", "{label}");
        assert_eq!(page.eval("location.href"), address);
    };
    skips("Skip to Start");
    page.press(' ');
    page.wait_until("lab.state === 'running'", Duration::from_secs(30));
    page.visit("?lang=de#p=23&width=32&heads=2&mlp=64&backend=cpu&steps=100000&v=1");
    page.wait_until("lab.device && document.documentElement.lang === 'de'", Duration::from_secs(60));
    skips("Direkt zum Start");
    page.assert_no_console_errors();
}

/// Slides and manuals have shortcuts of their own: what the lab understands is not for them.
#[test]
fn keys_that_mean_something_stop_at_the_lab() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let lab = "<grokking-lab id=lab p=23 width=32 heads=2 mlp=64 backend=cpu speed=2 steps=100000></grokking-lab>";
    let site = site(&host, lab);
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    page.wait_until("!!lab.adapter", Duration::from_secs(60));
    page.run(
        "window.heard = [];
         for (const kind of ['keydown', 'keypress']) window.addEventListener(kind, event => heard.push(event.key));
         lab.focus();",
    );
    let heard = |keys: &str| {
        page.run("heard.length = 0;");
        keys.chars().for_each(|key| page.press(key));
        page.eval("[...new Set(heard)].join('')")
    };
    // Start, pause, step, new seed; then keys without a meaning here.
    assert_eq!(heard("  .n"), "");
    assert_eq!(heard("fq/"), "fq/");
    // Along a chart with the arrows, which a slide show would follow.
    page.run("root.querySelector('[data-chart]').focus();");
    assert_eq!(heard("\u{e012}\u{e014}\u{e015}"), "");
    // Typed into a field, and a menu's.
    page.run("root.querySelector('[data-action=settings]').click(); const field = root.querySelector('[data-key=seed]'); field.focus(); field.select();");
    assert_eq!(heard("7n \u{e012}\u{e003}"), "");
    assert_eq!(heard("\u{e004}"), "Tab");
    page.run("root.querySelector('[data-action=help]').focus();");
    assert_eq!(heard(" "), "");
    // What it shows is loaded when somebody asks for it.
    page.wait_until("root.querySelector('[data-help]').open", Duration::from_secs(60));
    assert_eq!(heard("n\u{e00c}"), "", "while a dialog is open, and as it closes");
    assert_eq!(page.eval("root.querySelector('[data-help]').open"), false);
    page.assert_no_console_errors();
}
