//! Runs beside each other: what stays after a reset, forks from the past, and the list in which they are named, hidden and
//! deleted.

use crate::harness::{DESKTOP, Page, View};
use serde_json::{Value, json};
use std::time::Duration;

/// Groks at step 92 to 229 with six seeds.
const GROKS: &str = "task=x%2By&p=23&train=0.8&width=64&heads=2&mlp=128&wd=2&backend=cpu&speed=0&layout=curves&v=1";
const SOON: Duration = Duration::from_secs(60);

/// Names for the parts of the list.
const PARTS: &str = "
    const panel = root.querySelector('[data-panel=compare]'), rows = [...panel.querySelectorAll('li')];
    const names = () => rows.map(row => row.querySelector('[data-action=name]').value);
    const told = () => rows.map(row => row.querySelector('.quiet').textContent);
    const charts = () => [...root.querySelectorAll('[data-chart]')].map(canvas => canvas.toDataURL());
    const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const change = (input, value) => {
        input.value = value;
        for (const kind of ['input', 'change']) input.dispatchEvent(new Event(kind, {bubbles: true, composed: true}));
    };
";

fn run(page: &Page, statements: &str) -> Value {
    page.run(&format!("{PARTS} {statements}"))
}

fn wait(page: &Page, expression: &str) {
    page.wait_until(&format!("(() => {{ {PARTS} return {expression}; }})()"), SOON);
}

/// Trains until it is over.
fn train(page: &Page) {
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done'", SOON);
}

#[test]
fn a_run_is_listed_forked_named_hidden_and_deleted() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(GROKS);
    assert_eq!(run(&page, "return panel.checkVisibility();"), false, "one run is no list");
    train(&page);
    let end = page.eval("await lastStep()");

    // Back in time: a fork begins there, and the rest of its parent stays behind.
    run(&page, "const inside = root.querySelector('[data-panel=inside]'); inside.open = true; inside.scrollIntoView();");
    page.wait_until("Number(root.querySelector('[data-inside=at]').max) > 25", SOON);
    assert_eq!(page.eval("root.querySelector('[data-action=fork]').disabled"), true, "a run that is over goes on from earlier");
    run(&page, "change(root.querySelector('[data-inside=at]'), '24');");
    // Steps to go back to may still come and go.
    page.wait_until(
        "await (async () => {
            const step = () => root.querySelector('[data-inside=step]').textContent;
            const before = step();
            await new Promise((done) => setTimeout(done, 500));
            return /^step [0-9]+$/.test(before) && before === step();
        })()",
        SOON,
    );
    let at = page.eval("Number(root.querySelector('[data-inside=step]').textContent.slice(5))");
    run(&page, "root.querySelector('[data-action=fork]').click();");
    wait(&page, "rows.length === 2");
    assert_eq!(run(&page, "return names();"), json!(["Run 2", "Run 1"]));
    assert_eq!(run(&page, "return [lab.state, told()[0]];"), json!(["paused", format!("from step {at} · step {at}")]));
    assert!(run(&page, "return told()[1];").as_str().is_some_and(|told| told.contains(" · grokked at ")));
    let last = page.eval("await lastStep()");
    assert!(last.as_u64() <= at.as_u64() && at.as_u64() < end.as_u64(), "{last}, {at}, {end}");

    // It goes on from there with another weight decay.
    run(&page, "lab.setConfig({wd: 0.5, steps: 300});");
    wait(&page, &format!("told()[0] === 'from step {at} · step {at} · weight decay 0.5 from step {at}'"));
    assert_eq!(run(&page, "return names();"), json!(["Run 2", "Run 1"]));
    train(&page);
    assert_eq!(run(&page, "return (await column('step')).every((step, i, all) => !i || step > all[i - 1]);"), true);

    // Reset keeps it too.
    page.eval("lab.reset()");
    wait(&page, "rows.length === 3");
    assert_eq!(run(&page, "return names();"), json!(["weight decay 0.5", "weight decay 2", "weight decay 2"]));
    assert!(run(&page, "return told()[1];").as_str().is_some_and(|told| told.starts_with(&format!("from step {at} · "))));
    // An unfinished run beside finished ones, for the eye.
    page.eval("lab.setConfig({wd: 2, seed: 1})");
    page.wait_until("lab.state === 'idle'", SOON);
    page.eval("lab.step(60)");
    page.wait_until("lab.state === 'paused' && await lastStep() > 50", SOON);
    for (width, scheme) in [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark"), (320, "light"), (320, "dark")] {
        page.set_view(View { width, height: 900, scheme });
        page.assert_no_wider(width, "past runs");
        run(
            &page,
            "root.querySelector(innerWidth < 700 ? '[data-panel=loss]' : '[data-panel=charts]').scrollIntoView(); await frame();",
        );
        page.screenshot(&format!("runs-{width}-{scheme}"));
    }
    page.set_view(DESKTOP);

    // Hidden: the charts change, and change back.
    run(&page, "await frame();");
    let look = |page: &Page| run(page, "await frame(); return charts();");
    let [with, without, again] = [0, 1, 2].map(|i| {
        if i > 0 {
            run(&page, "rows[2].querySelector('[data-action=show]').click();");
        }
        look(&page)
    });
    assert!(with == again && (0..2).all(|chart| with[chart] != without[chart]), "both charts, there and back");

    // Renamed, by keyboard; without a name it is called as before. The file has the present run alone.
    run(&page, "const name = rows[2].querySelector('[data-action=name]'); name.focus(); name.select();");
    "<b>\u{e007}".chars().for_each(|key| page.press(key));
    wait(&page, "names()[2] === '<b>'");
    assert_eq!(
        page.eval("[lab.state, root.activeElement?.dataset.action]"),
        json!(["paused", "name"]),
        "letters are no shortcuts there"
    );
    assert_eq!(run(&page, "return rows[2].querySelector('[data-action=show]').ariaLabel;"), "Show <b>");
    run(&page, "change(rows[2].querySelector('[data-action=name]'), '');");
    wait(&page, "names()[2].includes('seed 0')");
    assert_eq!(page.eval("lab.exportCSV().split('\\n').length - 2"), page.eval("(await column('step')).length"));

    // Deleted: the focus stays in the list as long as there is one.
    run(&page, "const drop = rows[2].querySelector('[data-action=drop]'); drop.focus(); drop.click(); await frame();");
    assert_eq!(run(&page, "return [rows.length, root.activeElement?.dataset.action];"), json!([2, "drop"]));
    assert_ne!(look(&page), again);
    run(&page, "rows[1].querySelector('[data-action=drop]').click(); await frame();");
    assert_eq!(run(&page, "return panel.checkVisibility();"), false);
    page.assert_no_console_errors();
}
