//! Without a mouse.

use crate::harness::{DESKTOP, Page};
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
    page.wait_until("lab.state === 'paused'", Duration::from_secs(30));
    page.assert_no_console_errors();
}
