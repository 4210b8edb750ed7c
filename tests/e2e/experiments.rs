//! Papers from the gallery, formulas of one's own, and settings that change under a running network.

use crate::harness::{DESKTOP, Page};
use serde_json::json;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(30);

#[test]
fn a_paper_of_the_gallery_runs_and_is_judged() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("backend=cpu&v=1");
    assert_eq!(page.eval("root.querySelector('[data-panel=paper]').checkVisibility()"), false);
    page.run("root.querySelector('[data-panel=gallery] summary').click();");
    page.wait_until("root.querySelectorAll('.card').length >= 12", SOON);
    // Thumbnails come from the record.
    page.wait_until("root.querySelectorAll('.card .verdict')[0].textContent.includes('reproduced')", SOON);
    // By what they are about.
    let about = |idea: &str| {
        page.run(&format!("root.querySelector('[name=idea][value=\"{idea}\"]').click();"));
        page.eval("[...root.querySelectorAll('.card')].filter((card) => card.checkVisibility()).map((card) => card.dataset.id)")
    };
    let (all, decay) = (about(""), about("decay"));
    assert_eq!(decay, json!(["power", "omnigrok", "lyu", "varma", "phases", "demoss"]));
    // A list to read has an order of its own.
    assert_eq!(about("found"), json!(["power", "fraction", "liu", "phases", "thilak", "nanda"]));
    // What is only read has its place in it, and none among papers that a run repeats.
    let read = "[...root.querySelectorAll('.reading')].filter((part) => part.checkVisibility()).map((part) => part.nextElementSibling?.dataset.id)";
    assert_eq!(page.eval(read), json!([]));
    about("field");
    assert_eq!(page.eval(read), json!(["humayun"]));
    // Figures belong to no list.
    assert_eq!(
        page.eval("[...root.querySelectorAll('section.figure')].map((part) => part.checkVisibility())"),
        json!([true, true])
    );
    assert_eq!((about(""), all.as_array().is_some_and(|cards| cards.len() >= 12)), (all, true));
    page.run("root.querySelector('.card[data-id=doshi]').click();");
    page.wait_until("root.querySelector('[data-panel=paper]').checkVisibility()", SOON);
    assert_eq!(page.eval("location.hash"), "#backend=cpu&experiment=doshi&v=1");
    assert_eq!(page.eval("root.querySelectorAll('[data-list=verdict] .open').length"), 4);
    page.run("lab.start();");
    page.wait_until("lab.state === 'done'", Duration::from_secs(120));
    page.wait_until("root.querySelectorAll('[data-list=verdict] .holds').length === 4", SOON);
    page.screenshot("experiment");
    page.run("root.querySelector('[data-action=leave]').click();");
    page.wait_until("!root.querySelector('[data-panel=paper]').checkVisibility()", SOON);
    assert_eq!(page.eval("location.hash"), "#backend=cpu&v=1");
    page.assert_no_console_errors();
}

#[test]
fn figures_under_the_papers_compute_and_follow_their_controls() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("backend=cpu&v=1");
    page.run("root.querySelector('[data-panel=gallery] summary').click();");
    page.wait_until("root.querySelectorAll('section.figure').length === 2", SOON);
    let figure = |at: usize| format!("root.querySelectorAll('section.figure')[{at}]");
    let words = |at: usize| format!("{}.querySelector('[aria-live]').textContent", figure(at));
    let set = |at: usize, name: &str, value: &str| {
        let figure = figure(at);
        page.run(&format!(
            "const control = {figure}.querySelector('[data-knob=\"{name}\"]');
             if (control.type === 'checkbox') control.checked = {value}; else control.value = '{value}';
             control.dispatchEvent(new Event('input', {{bubbles: true}}));"
        ));
    };
    // Three patterns: the one that generalises sets when the test follows.
    page.wait_until(&format!("{}.includes('Test accuracy reaches 95.0 % at 82.')", words(0)), SOON);
    set(0, "2.2", "50");
    page.wait_until(&format!("{}.includes('Test accuracy reaches 95.0 % at 62.')", words(0)), SOON);
    // Linear regression trains as soon as it is there, and groks less without its prior.
    let ends = |words: &str| format!("Number(/ends at ([0-9.]+)/.exec({words})?.[1])");
    page.wait_until(&format!("{} >= 90", ends(&words(1))), SOON);
    set(1, "penalised", "false");
    page.wait_until(&format!("{} < 70", ends(&words(1))), SOON);
    // A Gaussian process has settings of its own, and grows from frame to frame.
    set(1, "model", "process");
    assert_eq!(page.eval(&words(1)), "");
    let shown = format!(
        "[...{}.querySelectorAll('[data-knob]')].filter(knob => knob.checkVisibility()).map(knob => knob.dataset.knob)",
        figure(1)
    );
    assert_eq!(page.eval(&shown), json!(["model", "1.start", "1.points", "penalised"]));
    page.wait_until(&format!("{}.includes('it reaches 95.0 % at epoch ')", words(1)), Duration::from_secs(120));
    page.assert_no_console_errors();
}

#[test]
fn a_formula_can_be_typed_and_a_bad_one_is_explained() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("p=11&width=16&heads=2&mlp=32&backend=cpu&v=1");
    let choose = |value: &str| {
        page.run(&format!(
            "const menu = root.querySelector('select[data-key=task]'); menu.value = '{value}'; menu.dispatchEvent(new Event('change', {{bubbles: true}}));"
        ));
    };
    let formula = |text: &str| {
        page.run(&format!(
            "const input = root.querySelector('[data-formula]'); input.value = '{text}'; input.dispatchEvent(new Event('change', {{bubbles: true}}));"
        ));
    };
    page.run("root.querySelector('[data-action=settings]').click();");
    choose("formula");
    assert_eq!(page.eval("root.querySelector('[data-formula]').checkVisibility()"), true);
    formula("x^2 + y/x");
    page.wait_until("lab.getConfig().task === 'x^2+y/x'", SOON);
    // x has no inverse where it is 0.
    page.wait_until("root.querySelector('[data-field=train] output').title.includes('of 110 pairs')", SOON);
    formula("x +* y");
    page.wait_until("root.querySelector('[data-problems]').textContent.includes('wrong place')", SOON);
    // It stays where it can be mended.
    assert_eq!(
        page.eval(
            "(input => [input.value, input === root.activeElement, input.ariaInvalid, lab.getConfig().task])(root.querySelector('[data-formula]'))"
        ),
        json!(["x +* y", true, "true", "x^2+y/x"])
    );
    choose("s3");
    page.wait_until("lab.getConfig().task === 's3' && !root.querySelector('[data-field=p]').checkVisibility()", SOON);
    page.run("lab.step(2);");
    page.wait_until("lab.state === 'paused' && await lastStep() === 1", SOON);
    // What a choice brings with it is said, and is no warning.
    choose("parity");
    page.wait_until("lab.getConfig().model === 'mlp'", SOON);
    let note = "Sparse parity needs an MLP, so the model was switched.";
    page.wait_until(&format!("root.querySelector('[data-problems=notes] li')?.textContent === '{note}'"), SOON);
    assert_eq!(page.eval("root.querySelector('[role=alert]').textContent"), "");
    let above = "root.querySelector('[data-problems=notes]').getBoundingClientRect().bottom <= root.querySelector('.stage').getBoundingClientRect().top";
    assert_eq!(page.eval(above), true, "a note is where messages are");
    assert_eq!(page.eval("lab.problems"), json!([note]));
    page.run("root.querySelector('[data-problems=notes] button').click();");
    assert_eq!(page.eval("lab.problems"), json!([]));
    page.assert_no_console_errors();
}

#[test]
fn the_training_set_changes_under_a_running_network() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("p=11&width=16&heads=2&mlp=32&train=0.8&steps=100000&speed=0&stop=limit&backend=cpu&v=1");
    page.run("lab.start();");
    page.wait_until("await lastStep() > 30", SOON);
    page.run("window.before = await lastStep(); lab.setConfig({subset: 0.3, optimizer: 'adamw', noise: 0.5});");
    page.wait_until("lab.state === 'running' && await lastStep() > before + 30", SOON);
    // Half of the labels are wrong, and what it has learnt does not fit them.
    page.wait_until("Math.min(...lab.getHistory().trainAccuracy.slice(-200)) < 0.9", SOON);
    assert_eq!(page.eval("lab.getHistory().step.every((s, i, all) => i === 0 || s > all[i - 1])"), true);
    page.assert_no_console_errors();
}

#[test]
fn sequences_and_their_answers_are_on_the_stage() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("task=two-hops&p=9&k=5&samples=144&train=0.8&width=16&mlp=32&heads=2&layers=2&backend=cpu&layout=stage&v=1");
    page.run("lab.step(20);");
    let picture = "root.querySelector('[data-picture=sequences] canvas').ariaLabel";
    page.wait_until(&format!("{picture}.includes('Right answers: ') && {picture}.includes('out of distribution')"), SOON);
    assert_eq!(page.eval("root.querySelector('[data-picture=weights]').checkVisibility()"), false);
    // Attention gives each position of a sequence its share.
    let shares = "(await lab.inspect('patterns')).layers.flat().map(head => head.map(([share]) => share))";
    assert_eq!(page.eval(&format!("{shares}.map(head => head.length)")), json!([4, 4, 4, 4]));
    assert_eq!(
        page.eval(&format!("{shares}.every(head => Math.abs(head.reduce((sum, share) => sum + share) - 255) <= 2)")),
        true
    );
    assert_eq!(
        page.eval(
            "(({outOfDistribution: all}) => all.length > 0 && all.every(x => 0 <= x && x <= 1))(await lab.inspect('progress'))"
        ),
        true
    );
    page.assert_no_console_errors();
}
