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
    ("hide=nope", "nope"),
    ("task=x%5E999999999", "too large"),
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

#[test]
fn what_is_wrong_is_answered_at_once_and_briefly() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("backend=cpu&p=11");
    let told = page.eval("await lab.setConfig({hide: 'nope,seed'})");
    assert_eq!(told, serde_json::json!(["nope is not a control or panel, so it is ignored in the list of what to hide."]));
    assert_eq!(page.eval("(await lab.getConfig()).hide"), "seed");
    assert_eq!(page.eval("root.querySelector('[data-problems] li').textContent"), told[0]);
    assert_eq!(page.eval("await lab.setConfig({wd: 2})"), serde_json::json!([]), "and once");
    for bad in [
        "{task: 'x'.repeat(1e6)}",
        "{hide: Array.from({length: 2e5}, (_, i) => 'name' + i).join()}",
        "Object.fromEntries(Array.from({length: 2e5}, (_, i) => ['k' + i, 1]))",
    ] {
        let took = page.run(&format!(
            "const bad = {bad}, begin = performance.now();
             const told = await lab.setConfig(bad);
             await drawn();
             if (!told.length || told.join().length > 5000) return told.join().length;
             return root.querySelector('[data-problems]').offsetHeight < 700 ? performance.now() - begin : 'too high';"
        ));
        println!("{bad}: {took} ms");
        assert!(took.as_f64().is_some_and(|took| took < 3000.0), "{bad}: {took}");
    }
    page.assert_no_console_errors();
}
