//! The dialog that gives a run away: by keyboard alone, on small screens, without a clipboard; and its link repeats the run.

use crate::harness::{DESKTOP, Page, View};
use serde_json::{Value, json};
use std::time::Duration;

const RUN: &str = "task=x%2Fy&p=23&train=0.6&seed=5&width=32&heads=2&mlp=64&backend=cpu&speed=0&steps=60&v=1";
const SOON: Duration = Duration::from_secs(60);
const OPEN: &str = "root.querySelector('[data-dialog=share]').open";

const TAB: char = '\u{E004}';
const ENTER: char = '\u{E007}';
const ESCAPE: char = '\u{E00C}';

fn text(page: &Page, form: &str) -> String {
    page.eval(&format!("root.querySelector('[data-copied={form}]').value")).as_str().expect("text").into()
}

fn open(page: &Page) {
    page.run("root.querySelector('[data-action=share]').click();");
    page.wait_until(OPEN, SOON);
}

/// Trains, and returns the points up to step 50 as they print.
fn first_50_steps(page: &Page) -> Value {
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done'", SOON);
    page.run(
        "const rows = {}, count = (await column('step')).filter(step => step <= 50).length;
         for (const name of Object.keys(lab.getHistory())) rows[name] = (await column(name)).slice(0, count).map(String);
         return rows;",
    )
}

#[test]
fn the_link_repeats_the_run_in_a_new_tab() {
    if let Some(page) = Page::open(DESKTOP) {
        repeat_the_run_in_a_new_tab(&page);
    }
}

/// The same in any browser.
pub fn repeat_the_run_in_a_new_tab(page: &Page) {
    page.load(RUN);
    let original = first_50_steps(page);
    page.run("navigator.clipboard.writeText = async text => { window.copied = text; };");
    open(page);
    page.run("root.querySelector('[data-copies=link]').click();");
    page.wait_until("root.querySelector('[data-text=copied]').textContent === 'Copied.'", SOON);
    let link = page.eval("copied");
    let link = link.as_str().expect("a link");
    assert_eq!(link, text(page, "link"));
    let (address, hash) = link.split_once('#').expect("a hash");
    assert_eq!(page.eval("location.href.split('#')[0]"), address);

    page.load_in_a_new_tab(hash);
    let copy = first_50_steps(page);
    assert!(original["trainLoss"].as_array().is_some_and(|rows| rows.len() >= 15), "{original}");
    assert_eq!(page.eval("lab.backend"), "cpu");
    assert_eq!(original, copy);
    page.assert_no_console_errors();
}

#[test]
fn the_dialog_needs_no_mouse() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(RUN);
    let press_until = |key: char, condition: &str| {
        let pressed = (0..80).take_while(|_| page.eval(condition) != true).map(|_| page.press(key)).count();
        assert!(pressed < 80, "never: {condition}");
    };
    page.eval("lab.focus()");
    press_until(TAB, "root.activeElement?.dataset.action === 'share'");
    page.press(ENTER);
    page.wait_until(OPEN, SOON);
    assert_eq!(page.eval("root.activeElement.dataset.copies"), "link");
    press_until(TAB, "root.activeElement?.dataset.share === 'autoplay'");
    page.press(' ');
    press_until(TAB, "root.activeElement?.matches('.each summary')");
    page.press(' ');
    press_until(TAB, "root.activeElement?.dataset.hide === 'loss'");
    page.press(' ');
    for (form, words) in [
        ("link", "&autoplay=true&hide=loss"),
        ("frame", "&amp;autoplay=true&amp;hide=loss"),
        ("element", " autoplay hide=\"loss\""),
    ] {
        assert!(text(&page, form).contains(words), "{}", text(&page, form));
    }
    page.press(ESCAPE);
    page.wait_until(&format!("!{OPEN}"), SOON);
    assert_eq!(page.eval("root.activeElement.dataset.action"), "share");
    // The page itself shows everything still, and nothing has started.
    assert_eq!(page.eval("[lab.state, (await lab.getConfig()).hide]"), json!(["idle", ""]));

    // What is hidden is hidden where the link leads.
    page.press(ENTER);
    page.wait_until(OPEN, SOON);
    // A set stands for many boxes, and single boxes for no set.
    page.run("root.querySelector('[data-set=\"1\"]').click();");
    page.wait_until(
        "new URLSearchParams(root.querySelector('[data-copied=link]').value.split('#')[1]).get('hide')?.includes('drawer')",
        SOON,
    );
    assert_eq!(page.eval("root.querySelectorAll('[data-hide]:checked').length"), 8);
    page.run("root.querySelector('[data-set=\"0\"]').click();");
    page.wait_until("!root.querySelector('[data-copied=link]').value.includes('hide')", SOON);
    page.run("root.querySelector('.each').open = true; root.querySelector('[data-hide=loss]').click();");
    assert_eq!(page.eval("root.querySelectorAll('[data-set]:checked').length"), 0);
    let link = text(&page, "link");
    page.load(link.split_once('#').expect("a hash").1);
    let shown = |panel: &str| page.eval(&format!("root.querySelector('[data-panel={panel}]').checkVisibility()"));
    assert_eq!((shown("loss"), shown("accuracy")), (json!(false), json!(true)));
    page.assert_no_console_errors();
}

#[test]
fn without_a_clipboard_the_text_is_selected() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(RUN);
    open(&page);
    page.run("navigator.clipboard.writeText = () => Promise.reject(new Error('not here'));");
    for form in ["link", "element", "frame"] {
        page.run(&format!("root.querySelector('[data-copies={form}]').click();"));
        page.wait_until(
            &format!(
                "(field => root.activeElement === field && field.selectionStart === 0 && field.selectionEnd === field.value.length)
                 (root.querySelector('[data-copied={form}]'))"
            ),
            SOON,
        );
        assert!(page.eval("root.querySelector('[data-text=copied]').textContent").as_str().expect("text").contains("keyboard"));
    }
    page.assert_no_console_errors();
}

#[test]
fn the_dialog_fits_its_screen() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    for (width, height, scheme) in [(1280, 900, "light"), (1280, 900, "dark"), (390, 844, "dark"), (320, 640, "light")] {
        page.set_view(View { width, height, scheme });
        page.load(RUN);
        open(&page);
        page.screenshot(&format!("share-{width}-{scheme}"));
        let fits = page.run(
            "const dialog = root.querySelector('[data-dialog=share]'), box = dialog.getBoundingClientRect();
             return dialog.scrollWidth <= dialog.clientWidth && box.left >= 0 && box.top >= 0
                 && box.right <= innerWidth && box.bottom <= innerHeight;",
        );
        assert_eq!(fits, true, "{width} × {height}");
    }
    page.assert_no_console_errors();
}
