//! The table that visitors change cell by cell: with the mouse, with the keyboard, before a run and during one.

use crate::harness::{DESKTOP, Page, View};
use std::time::Duration;

const SMALL: &str = "task=x%2By&p=23&train=0.6&width=32&heads=2&mlp=64&backend=cpu&speed=0&steps=100000&stop=limit&v=1";
const SOON: Duration = Duration::from_secs(60);
const ENTER: char = '\u{e007}';

/// Names for the parts of the panel.
const PARTS: &str = "
    const inside = root.querySelector('[data-panel=inside]'), canvas = inside.querySelector('canvas');
    const words = () => inside.querySelector('[data-inside=words]').textContent;
    const button = words => [...inside.querySelectorAll('button')].find(b => b.textContent.startsWith(words));
    const number = name => [...inside.querySelectorAll('label')].find(l => l.textContent.startsWith(name)).querySelector('input');
    const problems = () => root.querySelector('[data-problems]').textContent;
";

fn run(page: &Page, statements: &str) -> serde_json::Value {
    page.run(&format!("{PARTS} {statements}"))
}

fn wait(page: &Page, expression: &str) {
    page.wait_until(&format!("(() => {{ {PARTS} return {expression}; }})()"), SOON);
}

fn type_result(page: &Page, result: &str) {
    result.chars().for_each(|digit| page.press(digit));
    page.press(ENTER);
}

#[test]
fn cells_are_changed_and_restored() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(SMALL);
    page.open_settings();
    run(&page, "inside.open = true; canvas.scrollIntoView({block: 'center'});");
    // Nothing is trained yet.
    wait(&page, "words().includes('training pairs')");
    run(&page, "button('Change results').click();");
    wait(&page, "number('Result') && words().startsWith('x = 3, y = 5 has the result 8.')");

    // A click into the table, and the result is typed: the link and the table follow.
    let point = run(
        &page,
        "canvas.scrollIntoView({block: 'center'}); await new Promise(done => setTimeout(done, 400));
         const box = canvas.getBoundingClientRect(), side = Math.floor(Math.min(box.width - 36, 560) / 23);
         return [box.x + 34 + 4.5 * side, box.y + 22 + 3.5 * side];",
    );
    let [x, y] = [0, 1].map(|i| point[i].as_f64().expect("a coordinate").round() as i64);
    page.click_at(x, y);
    wait(&page, "root.activeElement === number('Result') && number('Result').value === '7'");
    type_result(&page, "19");
    wait(&page, "words().startsWith('x = 3, y = 4 has the result 19, changed by hand; the operation gives 7. ')");
    wait(&page, "words().endsWith(' 1 result is changed by hand.')");
    assert_eq!(page.eval("new URLSearchParams(location.hash.slice(1)).get('cells')"), "3.4.19");
    assert_eq!(page.eval("(await lab.getConfig()).cells"), "3.4.19");
    wait(&page, "root.querySelector('[data-field=task]').textContent.includes('1 result is changed by hand.')");
    page.click_at(x, y);
    wait(&page, "/^x = 3, y = 4: answers .* it is 19 .*changed by hand$/.test(inside.querySelector('.point').textContent)");

    // The next one with the keyboard; the focus stays.
    run(&page, "number('y').focus(); number('y').select();");
    type_result(&page, "5");
    wait(&page, "number('Result').value === '8' && root.activeElement === number('y')");
    run(&page, "number('Result').focus(); number('Result').select();");
    type_result(&page, "0");
    wait(&page, "words().startsWith('x = 3, y = 5 has the result 0, changed') && button('Restore all 2')");
    assert_eq!(run(&page, "return root.activeElement === number('Result')"), true);
    assert_eq!(page.eval("new URLSearchParams(location.hash.slice(1)).get('cells')"), "3.4.19_3.5.0");

    // What the table cannot hold is refused.
    type_result(&page, "23");
    wait(&page, "problems().startsWith('Result: 23 is not a whole number from 0 to 22') && number('Result').value === '0'");

    // While the network is trained the same weights go on.
    page.eval("lab.step(20)");
    page.wait_until("lab.state === 'paused' && await lastStep() > 10", SOON);
    run(&page, "button('Restore this').focus();");
    page.press(ENTER);
    wait(&page, "words().startsWith('x = 3, y = 5 has the result 8. ') && inside.contains(root.activeElement)");
    assert_eq!(page.eval("await lastStep() > 10 && lab.getConfig().cells"), "3.4.19");
    // The link says how the run began, and what became of it.
    let linked = "new URLSearchParams(location.hash.slice(1))";
    page.wait_until(&format!("{linked}.get('cells') === '3.4.19_3.5.0' && {linked}.get('at') === '20:cells=3.4.19'"), SOON);
    run(&page, "button('Restore all').click();");
    wait(&page, "!words().includes('by hand')");
    page.wait_until(&format!("lab.getConfig().cells === '' && {linked}.get('at') === '20:cells='"), SOON);
    page.assert_no_console_errors();
}

#[test]
fn changed_cells_fit_every_screen() {
    let Some(page) = Page::open(View { width: 320, height: 700, scheme: "dark" }) else {
        return;
    };
    page.load(&format!("{SMALL}&cells=3.4.19_3.5.5_22.22.1_11.7.3"));
    run(&page, "inside.open = true; canvas.scrollIntoView({block: 'center'});");
    wait(&page, "words().endsWith(' 4 results are changed by hand.')");
    run(&page, "button('Change results').click();");
    wait(&page, "number('Result').value === '5'");
    for (width, scheme) in [(320, "dark"), (320, "light"), (390, "light"), (1280, "dark"), (1280, "light")] {
        page.set_view(View { width, height: 900, scheme });
        run(&page, "inside.scrollIntoView(); await new Promise(done => setTimeout(done, 400));");
        page.assert_no_wider(width, "changed cells");
        page.screenshot(&format!("cells-{width}-{scheme}"));
    }
    page.assert_no_console_errors();
}
