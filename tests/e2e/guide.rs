//! The page guides: captions follow the run, links in the text set the lab, words explain themselves, keys work.

use crate::harness::{DESKTOP, Page};
use std::time::Duration;

const SMALL: &str = "task=x%2By&p=23&train=0.6&width=32&heads=2&mlp=64&backend=cpu&steps=100000&v=1";
const GROKS: &str = "task=x%2By&p=29&train=0.6&width=64&heads=4&mlp=256&seed=1&backend=cpu&speed=0&steps=1500&v=1";
const SOON: Duration = Duration::from_secs(30);

#[test]
fn captions_follow_the_run_and_nothing_moves() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(GROKS);
    page.run(
        "const caption = root.querySelector('[data-text=caption]'), chart = root.querySelector('[data-chart]');
         window.told = [];
         const note = () => told.push({text: caption.textContent, top: chart.getBoundingClientRect().top + scrollY});
         note();
         new MutationObserver(note).observe(caption, {childList: true, characterData: true, subtree: true});
         lab.start();",
    );
    page.wait_until("lab.state === 'done'", Duration::from_secs(180));
    let told = page.eval("told.map(t => t.text)");
    let told: Vec<&str> = told.as_array().expect("captions").iter().filter_map(serde_json::Value::as_str).collect();
    for part in ["by heart", "mirror images", "replacing the list"] {
        assert!(told.iter().any(|caption| caption.contains(part)), "{part:?} is not said: {told:#?}");
    }
    assert!(told.first().is_some_and(|caption| caption.contains("Press Start")), "{told:#?}");
    assert!(told.last().is_some_and(|caption| caption.contains("times as long")), "{told:#?}");
    assert!(told.len() <= 6, "a screen reader would say: {told:#?}");
    assert_eq!(page.eval("new Set(told.map(t => t.top)).size"), 1, "the charts moved: {}", page.eval("told"));
    page.assert_no_console_errors();
}

#[test]
fn links_in_the_text_set_the_lab_and_start_it() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("backend=cpu&v=1");
    page.run("document.querySelector('a[href*=\"wd=0\"]').click();");
    page.wait_until("lab.state === 'running' && (await lab.getConfig()).wd === 0 && await lastStep() > 0", SOON);
    page.wait_until(
        "lab.getBoundingClientRect().top < innerHeight / 2 && lab.getBoundingClientRect().bottom > innerHeight / 2",
        SOON,
    );
    assert_eq!(page.eval("location.hash"), "#wd=0&v=1", "the address names the run, not how it was started");
    // Weight decay may change while running: this link goes on with the run.
    let before = page.run("const at = await lastStep(); document.querySelector('a[href=\"#v=1\"]').click(); return at;");
    page.wait_until(
        &format!(
            "location.hash.includes('at=') && lab.getConfig().wd === 1 && lab.state === 'running' && await lastStep() >= {before}"
        ),
        SOON,
    );
    page.run("lab.addEventListener('metrics', () => { if (location.hash === '#v=1') window.again ??= lab.getHistory().step.at(-1); }); document.querySelector('a[href=\"#autoplay=1&v=1\"]').click();");
    page.wait_until("(await lab.getConfig()).wd === 1 && window.again < 10", SOON);
    // Back is the run before, with its change on the way.
    page.eval("history.back()");
    page.wait_until("lab.getConfig().wd === 0 && lab.getConfig().at.endsWith(':wd=1') && lab.state === 'idle'", SOON);
    page.assert_no_console_errors();
}

/// Whether the tooltip is open, and about what.
const TIP: &str =
    "(root.querySelector('[data-tip]').matches(':popover-open') ? root.querySelector('[data-tip]').textContent : null)";

#[test]
fn words_explain_themselves_by_hover_focus_and_tap() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(SMALL);
    let word = "root.querySelector('button[data-term=wd]')";
    page.point_at(word);
    page.wait_until(&format!("{TIP}?.includes('every weight shrinks')"), SOON);
    // It can be reached by the pointer without closing, and closed without moving it.
    page.point_at("root.querySelector('[data-tip]')");
    assert_eq!(page.eval(&format!("{TIP} !== null")), true, "it closes under the pointer");
    page.press('\u{e00c}');
    page.wait_until(&format!("{TIP} === null"), SOON);

    page.run(&format!("{word}.previousElementSibling; root.querySelector('[data-key=train]').focus();"));
    for _ in 0..3 {
        if page.eval(&format!("root.activeElement === {word}")) == true {
            break;
        }
        page.press('\u{e004}');
    }
    page.wait_until(&format!("root.activeElement === {word} && {TIP}?.includes('every weight shrinks')"), SOON);
    page.press('\u{e004}');
    page.wait_until(&format!("{TIP} === null"), SOON);

    // As a click does it: the word has the focus, so what the browser says of the resting pointer once the other is gone
    // does not close it.
    page.run("const word = root.querySelector('button[data-term=accuracy]'); word.focus(); word.click();");
    page.wait_until(&format!("{TIP}?.includes('first choice')"), SOON);
    page.click_at(200, 60);
    page.wait_until(&format!("{TIP} === null"), SOON);
    page.assert_no_console_errors();
}

#[test]
fn keys_stand_for_buttons_but_not_while_typing() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(SMALL);
    // Nothing has the focus: on our own page the keys are the lab's.
    page.press('s');
    page.wait_until("lab.state === 'paused' && root.querySelector('[data-text=step]').textContent === '1'", SOON);
    page.press('l');
    page.wait_until("root.querySelector('[data-action=log]').checked", SOON);
    page.press('n');
    page.wait_until("(await lab.getConfig()).seed === 1", SOON);
    page.run("root.querySelector('[data-action=settings]').click(); root.querySelector('[data-key=p]').focus();");
    page.press('r');
    page.press('n');
    assert_eq!(page.eval("(await lab.getConfig()).seed"), 1, "a letter typed into a field is a shortcut");
    page.run("document.activeElement.blur();");

    page.press('?');
    page.wait_until("root.querySelector('dialog').open", SOON);
    let text = page.eval("root.querySelector('dialog').textContent");
    for part in ["start, pause, continue", "Weight decay", "every weight shrinks"] {
        assert!(text.as_str().is_some_and(|text| text.contains(part)), "{part} is not in: {text}");
    }
    page.press('n');
    assert_eq!(page.eval("(await lab.getConfig()).seed"), 1, "keys reach through the dialog");
    page.run("root.querySelector('[data-action=keys]').click();");
    page.press('\u{e00c}');
    page.wait_until("!root.querySelector('dialog').open", SOON);
    page.press('n');
    page.run("root.querySelector('[data-action=help]').click();");
    page.wait_until("root.querySelector('dialog').open", SOON);
    assert_eq!(page.eval("(await lab.getConfig()).seed"), 1, "keys that were switched off work");
    page.assert_no_console_errors();
}
