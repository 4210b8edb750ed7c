//! Links that people mistype: the page names what it could not use, and works.

use crate::harness::{DESKTOP, Page};
use std::time::Duration;

/// A hash, and what the message must quote from it.
const BAD: &[(&str, &str)] = &[
    ("task=x%2Fy&p=4", "4"),
    ("p=100000", "100000"),
    ("train=0", "0"),
    ("train=1.5", "1.5"),
    ("heads=3", "3"),
    ("task=nonsense", "nonsense"),
    ("%%%&&=x", "%%%"),
    ("lr=NaN", "NaN"),
];

/// True when the configuration could be trained with.
const CONFIG_IS_VALID: &str = "const c = await lab.getConfig();
    const between = (value, low, high) => Number.isFinite(value) && value > low && value < high;
    return between(c.train, 0, 1) && between(c.p, 1, 100000) && between(c.lr, 0, 1000)
        && between(c.width, 0, 100000) && between(c.heads, 0, 1000) && c.width % c.heads === 0
        && typeof c.task === 'string' && c.task !== 'nonsense';";

/// The text of the messages a visitor sees, or hears from a screen reader.
const MESSAGES: &str = "return Array.from(root.querySelectorAll('[data-problems]'))
    .filter(box => box.closest('[role=\"alert\"], [role=\"status\"]') && box.checkVisibility())
    .map(box => box.textContent).join('\\n');";

#[test]
fn a_bad_link_is_named_and_the_page_works() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    let mut wrong = Vec::new();
    for (hash, offending) in BAD {
        // The CPU backend starts at once everywhere; the rest of the link is what is tested.
        page.load(&format!("{hash}&backend=cpu"));
        let messages = page.run(MESSAGES);
        let messages = messages.as_str().unwrap_or_default();
        if !messages.contains(offending) {
            wrong.push(format!("#{hash}: no visible message names `{offending}`, only: {messages:?}"));
        }
        if page.run(CONFIG_IS_VALID) != true {
            wrong.push(format!("#{hash}: not a valid configuration: {}", page.eval("await lab.getConfig()")));
        }
        page.eval("lab.start()");
        page.wait_until("['running', 'done'].includes(lab.state)", Duration::from_secs(60));
        page.eval("lab.pause()");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    page.assert_no_console_errors();
}
