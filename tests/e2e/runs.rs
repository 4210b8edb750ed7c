//! Runs beside each other: what stays after a reset, forks from the past, and the table in which they are found, sorted, named,
//! drawn, opened, deleted and kept over a reload.

use crate::harness::{DESKTOP, Page, View};
use serde_json::{Value, json};
use std::time::Duration;

/// Groks at step 92 to 229 with six seeds.
const GROKS: &str = "task=x%2By&p=23&train=0.8&width=64&heads=2&mlp=128&wd=2&backend=cpu&speed=0&layout=curves&v=1";
const SOON: Duration = Duration::from_secs(60);

/// Names for the parts of the list.
const PARTS: &str = "
    const panel = root.querySelector('[data-panel=compare]'), rows = [...panel.querySelectorAll('tbody tr')];
    const heads = [...panel.querySelectorAll('thead th')].map(head => head.textContent);
    const cells = (head) => rows.map(row => row.children[heads.indexOf(head)].textContent);
    const names = () => rows.map(row => row.querySelector('[data-runs=name]').value);
    const told = () => rows.map(row => row.querySelector('th .quiet')?.textContent ?? '');
    const charts = () => [...root.querySelectorAll('[data-chart]')].map(canvas => canvas.toDataURL());
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
    // How many steps there are to go back to depends on how fast the machine is.
    page.wait_until("Number(root.querySelector('[data-inside=at]').max) > 8", SOON);
    assert_eq!(page.eval("root.querySelector('[data-action=fork]').disabled"), true, "a run that is over goes on from earlier");
    run(&page, "const at = root.querySelector('[data-inside=at]'); change(at, String(Math.floor(at.max * 2 / 3)));");
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
    assert_eq!(
        run(&page, "return [lab.state, told()[0], cells('Step')[0]];"),
        json!(["paused", format!("from step {at}"), at.to_string()])
    );
    assert!(run(&page, "return cells('Grokked')[1];").as_str().is_some_and(|step| step.parse::<u32>().is_ok()));
    let last = page.eval("await lastStep()");
    assert!(last.as_u64() <= at.as_u64() && at.as_u64() < end.as_u64(), "{last}, {at}, {end}");

    // It goes on from there with another weight decay.
    run(&page, "lab.setConfig({wd: 0.5, steps: 300});");
    wait(&page, &format!("told()[0] === 'from step {at} · weight decay 0.5 from step {at}'"));
    assert_eq!(run(&page, "return names();"), json!(["Run 2", "Run 1"]));
    train(&page);
    assert_eq!(run(&page, "return (await column('step')).every((step, i, all) => !i || step > all[i - 1]);"), true);

    // Reset keeps it too.
    page.eval("lab.reset()");
    wait(&page, "rows.length === 3");
    assert_eq!(run(&page, "return [names(), cells('Weight decay')];"), json!([["Run 3", "Run 2", "Run 1"], ["0.5", "2", "2"]]));
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
            "root.querySelector(innerWidth < 700 ? '[data-panel=loss]' : '[data-panel=charts]').scrollIntoView(); await drawn();",
        );
        page.screenshot(&format!("runs-{width}-{scheme}"));
    }
    page.set_view(DESKTOP);

    // Hidden: the charts change, and change back.
    run(&page, "await drawn();");
    let look = |page: &Page| run(page, "await drawn(); return charts();");
    let [with, without, again] = [0, 1, 2].map(|i| {
        if i > 0 {
            run(&page, "rows[2].querySelector('[data-runs=show]').click();");
        }
        look(&page)
    });
    assert!(with == again && (0..2).all(|chart| with[chart] != without[chart]), "both charts, there and back");

    // Renamed, by keyboard; without a name it is called as before. The file has the present run alone.
    run(&page, "const name = rows[2].querySelector('[data-runs=name]'); name.focus(); name.select();");
    "<b>\u{e007}".chars().for_each(|key| page.press(key));
    wait(&page, "names()[2] === '<b>'");
    assert_eq!(
        page.eval("[lab.state, root.activeElement?.dataset.runs]"),
        json!(["paused", "name"]),
        "letters are no shortcuts there"
    );
    wait(&page, "rows[2].querySelector('[data-runs=show]').ariaLabel === 'Show <b>'");
    run(&page, "change(rows[2].querySelector('[data-runs=name]'), '');");
    wait(&page, "names()[2] === 'Run 1'");
    assert_eq!(page.eval("lab.exportCSV().split('\\n').length - 2"), page.eval("(await column('step')).length"));

    // Deleted: the focus stays in the list as long as there is one.
    run(&page, "const drop = rows[2].querySelector('[data-action=runs-drop]'); drop.focus(); drop.click(); await drawn();");
    assert_eq!(run(&page, "return [rows.length, root.activeElement?.dataset.action];"), json!([2, "runs-drop"]));
    assert_ne!(look(&page), again);
    run(&page, "rows[1].querySelector('[data-action=runs-drop]').click(); await drawn();");
    assert_eq!(run(&page, "return panel.checkVisibility();"), false);
    page.assert_no_console_errors();
}

#[test]
fn many_runs_are_found_sorted_chosen_and_there_again_after_a_reload() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("p=11&train=0.6&width=16&heads=2&mlp=32&steps=20&stop=limit&backend=cpu&workers=1&speed=0&sweep=lr:0.001..0.02:60&seeds=2&v=1");
    page.run("await lab.startRuns();");
    page.wait_until("(await lab.getRuns()).phase.every(Boolean)", SOON);
    wait(&page, "rows.length === 50");
    let foot = "root.querySelector('[data-runs=count]').textContent";
    assert_eq!(page.eval(foot), "Rows 1 to 50 of 60");
    run(&page, "root.querySelector('[data-action=runs-after]').click();");
    wait(&page, "rows.length === 10 && cells('Learning rate')[9] === '0.02'");
    // Each seed a row.
    run(&page, "root.querySelector('[data-runs=seeds]').click();");
    page.wait_until(&format!("{foot} === 'Rows 51 to 100 of 120'"), SOON);
    run(&page, "root.querySelector('[data-runs=seeds]').click();");
    // Sorted: the largest test loss first.
    let sort = "root.querySelector('[data-panel=compare] thead th:nth-of-type(12) button').click();";
    assert_eq!(run(&page, "return heads[11];"), "Test loss");
    run(&page, sort);
    wait(&page, "panel.querySelector('[aria-sort=ascending]')");
    run(&page, sort);
    wait(&page, "panel.querySelector('[aria-sort=descending]') && rows.length === 50");
    let losses = run(&page, "return cells('Test loss').map(Number);");
    let losses: Vec<f64> = losses.as_array().expect("numbers").iter().filter_map(Value::as_f64).collect();
    assert!(losses.len() == 50 && losses.windows(2).all(|two| two[0] >= two[1]), "{losses:?}");
    // Found by words.
    run(
        &page,
        "const find = root.querySelector('[data-runs=find]'); find.value = 'cell 0.02'; find.dispatchEvent(new Event('input', {bubbles: true, composed: true}));",
    );
    page.wait_until(&format!("{foot} === '1 of 60 rows'"), SOON);

    // Drawn on the charts, noted; the link asks for both again.
    let charts = run(&page, "return charts();");
    run(
        &page,
        "rows[0].querySelector('[data-runs=show]').click(); change(rows[0].querySelector('[data-runs=note]'), 'the fastest');",
    );
    page.wait_until("root.querySelector('[data-runs=note]')?.defaultValue === 'the fastest'", SOON);
    assert_ne!(run(&page, "await drawn(); return charts();"), charts);
    page.screenshot("runs-many");
    let link = page.eval("new URLSearchParams(root.querySelector('[data-runs=link]').hash.slice(1)).get('sweep')");
    assert_eq!(link, "each:|lr=0.02");
    let noted = page.eval("(await lab.getRuns()).note.filter(Boolean)");
    assert_eq!(noted, json!(["the fastest", "the fastest"]), "a row for each seed");
    page.set_view(View { width: 390, height: 844, scheme: "dark" });
    page.assert_no_wider(390, "the table of runs");
    page.run("root.querySelector('[data-panel=compare]').scrollIntoView();");
    page.screenshot("runs-many-phone");
    page.set_view(DESKTOP);

    // Kept by our own page.
    page.wait_until(KEPT, SOON);
    page.reload();
    wait(&page, "rows.length === 50");
    assert_eq!(page.eval("(await lab.getRuns()).note.filter(Boolean)"), noted);
    wait(&page, "panel.querySelector('[data-row=cell59] [data-runs=show]') === null");
    page.run("root.querySelector('[data-action=runs-after]').click();");
    wait(&page, "panel.querySelector('[data-row=cell59] [data-runs=show]')?.checked");
    page.assert_no_console_errors();
}

/// Whether our page has stored the table with its note.
const KEPT: &str = "(await new Promise((done) => {
    const asked = indexedDB.open(`grokking-lab ${new URL('.', document.baseURI).pathname}`);
    asked.onsuccess = () => {
        const found = asked.result.transaction('runs').objectStore('runs').get('table');
        found.onsuccess = () => {
            asked.result.close();
            done(new TextDecoder().decode(found.result?.bytes ?? new Uint8Array()).includes('the fastest'));
        };
    };
}))";
