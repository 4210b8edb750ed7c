//! How the page looks, saved under target/e2e/ for a person to judge, and that it fits its screen.

use crate::harness::{DESKTOP, Page, View};
use std::time::Duration;

const PHONE: View = View { width: 390, height: 844, scheme: "light" };

const SMALL: &str = "task=x%2By&p=23&train=0.6&width=32&heads=2&mlp=64&backend=cpu&steps=100000&v=1";

/// Shows a training that has got somewhere.
fn show(page: &Page) {
    page.load(SMALL);
    page.eval("lab.start()");
    page.wait_until("await lastStep() > 50", Duration::from_secs(60));
    page.eval("lab.pause()");
    page.wait_until("lab.state === 'paused'", Duration::from_secs(30));
}

#[test]
fn desktop_in_both_colour_schemes() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    for scheme in ["light", "dark"] {
        page.set_view(View { scheme, ..DESKTOP });
        show(&page);
        let emulated = page.eval(&format!("matchMedia('(prefers-color-scheme: {scheme})').matches"));
        assert_eq!(emulated, true, "the browser does not emulate {scheme}");
        page.screenshot(&format!("desktop-{scheme}"));
    }
    page.assert_no_console_errors();
}

#[test]
fn phones_need_no_horizontal_scrolling() {
    let Some(page) = Page::open(PHONE) else {
        return;
    };
    for (width, scheme) in [(390, "light"), (390, "dark"), (320, "light")] {
        page.set_view(View { width, scheme, ..PHONE });
        show(&page);
        page.screenshot(&format!("phone-{width}-{scheme}"));
        page.assert_no_wider(width, "the page");
    }
    page.assert_no_console_errors();
}
