//! The example pages of the built folder, under its content security policy.

use crate::harness::{DESKTOP, Page, View, can_test};
use crate::host::Host;
use serde_json::{Value, json};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);
const GROKS: Duration = Duration::from_secs(180);

/// All elements of the page, at full speed.
const LABS: &str =
    "window.labs = Array.from(document.querySelectorAll('grokking-lab')); labs.forEach(lab => lab.setAttribute('speed', '0'));";

fn open(host: &Host, name: &str) -> Page {
    let page = Page::at(DESKTOP, host.url());
    page.visit(&format!("examples/{name}.html"));
    page
}

#[test]
fn they_fit_every_screen() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let page = Page::at(DESKTOP, host.url());
    for name in ["index", "blog", "exercise", "notebook"] {
        for (width, height, scheme) in [(1280, 900, "light"), (390, 844, "dark"), (320, 640, "light")] {
            page.set_view(View { width, height, scheme });
            page.visit(&format!("examples/{name}.html"));
            page.wait_until("Array.from(document.querySelectorAll('grokking-lab')).every(lab => lab.getConfig())", SOON);
            page.screenshot(&format!("example-{name}-{width}-{scheme}"));
            page.assert_no_wider(width, name);
        }
        assert_eq!(dead_links(&page), json!([]), "{name}");
    }
    page.visit("");
    assert_eq!(page.eval("document.querySelectorAll('a[href^=\"examples/\"]').length"), 3, "the page leads to its examples");
    assert_eq!(dead_links(&page), json!([]), "index.html");
    page.assert_no_console_errors();
}

/// The links and files of the page that do not exist.
fn dead_links(page: &Page) -> Value {
    page.run(
        "const urls = Array.from(document.querySelectorAll('[href], [src]'), e => e.href || e.src).filter(u => u.startsWith(location.origin));
         const found = await Promise.all(urls.map(async url => [url, (await fetch(url)).ok]));
         return found.filter(([, ok]) => !ok).map(([url]) => url);",
    )
}

#[test]
fn both_networks_of_the_blog_post_grok() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let page = open(&host, "blog");
    page.run(LABS);
    for i in 0..2 {
        page.eval(&format!("labs[{i}].scrollIntoView({{block: 'center'}})"));
        page.wait_until(&format!("labs[{i}].adapter"), SOON);
        page.run(&format!("labs[{i}].shadowRoot.querySelector('[data-action=toggle]').click();"));
        page.wait_until(&format!("labs[{i}].getHistory().testAccuracy.some(a => a >= 0.95)"), GROKS);
        page.screenshot(&format!("example-blog-{i}"));
    }
    page.assert_no_console_errors();
}

#[test]
fn the_exercise_judges_predictions() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let page = open(&host, "exercise");
    page.run(LABS);
    page.wait_until("!!lab.getConfig()", SOON);
    page.run("lab.addEventListener('grok', event => window.grokked = event.detail.step); window.form = document.querySelector('form');");
    let rows = "Array.from(document.querySelectorAll('#attempts tr'), row => Array.from(row.cells, cell => cell.textContent))";
    page.run("form.elements.step.value = '100'; form.querySelector('button').click();");
    page.wait_until("form.querySelector('button').disabled", SOON);
    page.wait_until(&format!("{rows}.length === 1"), GROKS);
    let step = page.eval("grokked").as_i64().expect("a step");
    let off = 100 - step;
    let shown = if off > 0 { format!("+{off}") } else { format!("−{}", -off) };
    assert_eq!(page.eval(&format!("{rows}[0]")), json!(["A", "step 100", format!("step {step}"), shown]));
    let verdict = page.eval("document.querySelector('#verdict').textContent");
    assert!(
        verdict.as_str().is_some_and(|text| text.contains(&format!("generalised at step {step}, {} steps", off.abs()))),
        "{verdict}"
    );
    page.screenshot("example-exercise-judged");

    // Without weight decay it does not, and that can be foreseen.
    page.run("form.elements.round.value = 'wd=0'; form.elements.never.click(); form.querySelector('button').click();");
    page.wait_until(&format!("{rows}.length === 2"), GROKS);
    assert_eq!(page.eval(&format!("{rows}[1]")), json!(["C", "never", "never", "0"]));
    assert_eq!(page.eval("form.querySelector('button').disabled"), false);
    page.assert_no_console_errors();
}

#[test]
fn the_notebook_cell_works() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let page = open(&host, "notebook");
    page.wait_until("document.querySelector('iframe').clientHeight > 500", SOON);
    page.eval("document.querySelector('iframe').scrollIntoView()");
    let code = page.eval("document.querySelector('[data-code]').textContent");
    assert!(code.as_str().is_some_and(|code| code.contains(&format!("LAB = \"{}\"", host.url()))), "{code}");
    page.in_frame(0, |frame| {
        frame.wait_until("!!lab.getConfig() && lab.adapter", SOON);
        frame.run("lab.setConfig({speed: 0}); root.querySelector('[data-action=toggle]').click();");
    });
    page.wait_until(
        "/step \\d+: train \\d+ %, test \\d+ %.*grok at step \\d+/.test(document.querySelector('#heard').textContent)",
        GROKS,
    );
    page.screenshot("example-notebook-grokked");
    page.assert_no_console_errors();
}
