//! The stage: what is in view without scrolling, one playhead for all pictures, a wave switched off, a guess, and layouts.

use crate::elements::site;
use crate::harness::{DESKTOP, Page, View, can_test};
use crate::host::Host;
use serde_json::json;
use std::time::Duration;

const SMALL: &str = "p=23&train=0.6&width=32&heads=2&mlp=64&backend=cpu&speed=0&steps=100000&v=1";
const SOON: Duration = Duration::from_secs(60);

/// The pictures' canvases, and the step that each shows.
const TOOLS: &str = "
    const picture = name => root.querySelector(`[data-picture=${name}] canvas`);
    const step = name => Number(/ at step ([0-9,]+)[.]/.exec(picture(name).ariaLabel)?.[1].replace(',', ''));
    const steps = () => ['answers', 'circle', 'waves'].map(step);
    const accuracy = root.querySelector('[data-chart=accuracy]');
";

fn run(page: &Page, statements: &str) -> serde_json::Value {
    page.run(&format!("{TOOLS}{statements}"))
}

fn wait(page: &Page, expression: &str) {
    page.wait_until(&format!("(() => {{ {TOOLS} return {expression}; }})()"), SOON);
}

/// Presses a canvas at fractions of its width and height, and leaves it.
fn press(page: &Page, canvas: &str, [across, down]: [f64; 2]) {
    let at = run(
        page,
        &format!(
            "const box = {canvas}.getBoundingClientRect(); return [box.x + {across} * box.width, box.y + {down} * box.height];"
        ),
    );
    let [x, y] = [0, 1].map(|i| at[i].as_f64().expect("a coordinate") as i64);
    page.click_at(x, y);
    page.point_at("root.querySelector('.phase')");
}

/// A run of some steps, paused, with its pictures.
fn trained(page: &Page, hash: &str) {
    page.load(hash);
    page.eval("lab.step(60)");
    wait(page, "lab.state === 'paused' && steps().every(step => step === 60)");
}

#[test]
fn what_matters_is_in_view_at_every_size() {
    let Some(page) = Page::open(DESKTOP) else { return };
    const ALL: &[&str] = &[
        "[data-action=toggle]",
        "[data-picture=answers] canvas",
        "[data-text=step]",
        "[data-text=phase]",
        "[data-chart=accuracy]",
        "[data-picture=circle] canvas",
        "[data-picture=waves] canvas",
        "[data-action=fork]",
        "[data-action=settings]",
        "[data-fields=bar] [data-key=speed]",
        "[data-fields=bar] [data-key=train]",
        "[data-fields=bar] [data-key=wd]",
    ];
    for (width, height, needed) in [(1280, 720, 12), (1440, 900, 12), (820, 1180, 12), (390, 844, 5), (320, 640, 4)] {
        page.set_view(View { width, height, scheme: "light" });
        page.load(SMALL);
        wait(&page, "step('answers') === 0");
        assert_in_view(&page, [width, height], &ALL[..needed]);
        page.screenshot(&format!("stage-{width}"));
    }
    page.assert_no_console_errors();
}

/// That these parts are seen as a whole, without scrolling.
fn assert_in_view(page: &Page, [width, height]: [u32; 2], parts: &[&str]) {
    let cut = page.run(&format!(
        "const bar = root.querySelector('.dock');
         return {}.filter(name => {{
             const part = root.querySelector(name), box = part.getBoundingClientRect();
             const floor = bar.contains(part) ? innerHeight : bar.getBoundingClientRect().top;
             return box.width < 8 || box.top < 0 || box.left < 0 || box.bottom > floor || box.right > innerWidth;
         }});",
        json!(parts)
    ));
    assert_eq!(cut, json!([]), "not in view at {width} × {height}");
    page.assert_no_wider(width, "the stage");
}

#[test]
fn of_sequences_answers_layers_heads_and_losses_are_in_view() {
    let Some(page) = Page::open(DESKTOP) else { return };
    const ALL: &[&str] = &[
        "[data-picture=sequences] canvas",
        "[data-chart=accuracy]",
        "[data-picture=logit-lens] canvas",
        "[data-picture=attention-map] canvas",
        "[data-picture=loss-histogram] canvas",
    ];
    for (width, height, needed) in [(1280, 720, 5), (1440, 900, 5), (820, 1180, 4), (390, 844, 2)] {
        page.set_view(View { width, height, scheme: "light" });
        page.load("task=two-hops&p=12&k=4&samples=100&layers=2&width=16&heads=2&mlp=32&backend=cpu&speed=0&steps=100000&v=1");
        page.eval("lab.step(3)");
        // What nobody sees is not drawn.
        page.wait_until(&format!("(() => {{ {TOOLS} return step('sequences') === 3; }})()"), SOON);
        assert_in_view(&page, [width, height], &ALL[..needed]);
        page.screenshot(&format!("stage-sequences-{width}"));
    }
    page.run("root.querySelector('[data-picture=loss-histogram]').scrollIntoView();");
    wait(&page, "['logit-lens', 'attention-map', 'loss-histogram'].every(name => step(name) === 3)");
    let said = |name: &str| page.eval(&format!("root.querySelector('[data-picture={name}] canvas').ariaLabel"));
    for (name, words) in [
        ("logit-lens", "out of distribution: embedding "),
        ("attention-map", "head 2 of layer 2 gives "),
        ("loss-histogram", "A guess has 2.48."),
    ] {
        assert!(said(name).as_str().is_some_and(|said| said.contains(words)), "{name}: {}", said(name));
    }
    page.run("root.querySelector('[data-picture=loss-histogram]').scrollIntoView({ block: 'center' }); await drawn();");
    page.point_at("root.querySelector('[data-picture=loss-histogram] canvas')");
    wait(&page, "root.querySelector('[data-text=point]').textContent.includes(' have a loss of ')");
    // Of a task without sequences they take no room.
    page.eval("lab.setConfig({ task: 'x+y', p: 23 })");
    wait(&page, "['logit-lens', 'attention-map', 'loss-histogram'].every(name => picture(name).offsetWidth === 0)");
    page.assert_no_console_errors();
}

#[test]
fn one_playhead_moves_every_picture() {
    let Some(page) = Page::open(DESKTOP) else { return };
    trained(&page, SMALL);
    run(&page, "accuracy.focus();");
    // Home, arrow, End.
    page.press('\u{e011}');
    wait(&page, "steps().every(step => step === 0) && accuracy.ariaValueNow === '0'");
    page.press('\u{e014}');
    wait(&page, "steps().every(step => step > 0 && step < 60 && step === steps()[0])");
    assert_eq!(page.eval("root.querySelector('.counter [data-live]').hidden"), false);
    page.press('\u{e010}');
    wait(&page, "steps().every(step => step === 60) && root.querySelector('.counter [data-live]').hidden");
    // A press leaves it there, and the button leads back.
    press(&page, "accuracy", [0.33, 0.5]);
    wait(&page, "steps().every(step => step > 10 && step < 40 && step === steps()[0])");
    run(&page, "root.querySelector('.counter [data-live]').click();");
    wait(&page, "steps().every(step => step === 60)");
    page.assert_no_console_errors();
}

#[test]
fn pictures_follow_the_training_and_nothing_moves_about() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.load(SMALL);
    wait(&page, "steps().every(step => step === 0)");
    // The button that says something else moves its own letters.
    page.eval("lab.start()");
    page.wait_until("lab.state === 'running'", SOON);
    page.run(
        "await drawn();
         window.shifted = [];
         const told = ({value, sources}) => [value, ...sources.map(({node}) => node?.outerHTML ?? node?.textContent)];
         new PerformanceObserver(list => shifted.push(...list.getEntries().map(told))).observe({type: 'layout-shift'});",
    );
    wait(&page, "steps().every(step => step > 200)");
    assert_eq!(page.eval("shifted"), json!([]), "the page moves while it trains");
    page.eval("lab.pause()");
    wait(&page, "lab.state === 'paused' && steps().every(step => step === steps()[0])");
    page.assert_no_console_errors();
}

#[test]
fn a_wave_that_is_switched_off_takes_its_answers_with_it() {
    let Some(page) = Page::open(DESKTOP) else { return };
    trained(&page, SMALL);
    press(&page, "picture('waves')", [0.06, 0.2]);
    wait(&page, "/^Without [0-9]+ neurons?, .* of the rest/.test(root.querySelector('[data-text=point]').textContent)");
    run(&page, "root.querySelector('[data-action=allon]').click();");
    wait(&page, "root.querySelector('[data-text=point]').textContent === '' && root.querySelector('[data-action=allon]').hidden");
    page.assert_no_console_errors();
}

#[test]
fn a_circle_that_forms_is_pointed_at_once_and_moves_nothing() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.load("p=59&train=0.5&width=64&heads=2&mlp=256&wd=2&steps=1000&stop=limit&backend=cpu&v=1");
    wait(&page, "steps().every(step => step === 0)");
    let said = "root.querySelector('[data-text=formed]').textContent";
    let shown = "root.querySelector('[data-text=formed]').checkVisibility({visibilityProperty: true})";
    assert_eq!(page.eval(said), "");
    page.eval("lab.start()");
    page.wait_until("lab.state === 'running'", SOON);
    page.run(
        "window.shift = 0;
         new PerformanceObserver(list => list.getEntries().forEach(entry => { shift += entry.value; })).observe({type: 'layout-shift'});",
    );
    page.wait_until(&format!("{said} === 'A circle formed: each number is now an angle.' && {shown}"), SOON);
    page.eval("lab.pause()");
    wait(&page, "lab.state === 'paused' && steps().every(step => step === steps()[0])");
    page.screenshot("circle-formed");
    let inside = page.run(
        "const [outer, inner] = ['[data-picture=circle] canvas', '.formed'].map(name => root.querySelector(name).getBoundingClientRect());
         return inner.top > outer.top && inner.bottom < outer.bottom && inner.left > outer.left && inner.right < outer.right;",
    );
    // What text of the counters takes, a thousandth of a screen at most, is not seen.
    let shift = page.eval("shift").as_f64().expect("a number");
    assert!(inside == json!(true) && shift < 0.002, "{inside}, {shift}");
    // Where there was none yet, nothing is said.
    run(&page, "accuracy.focus();");
    page.press('\u{e011}');
    page.wait_until(&format!("!{shown}"), SOON);
    page.press('\u{e010}');
    page.wait_until(shown, SOON);
    // Once is enough; for another run it is news.
    page.run("root.querySelector('[data-action=formed]').click();");
    page.wait_until(&format!("{said} === ''"), SOON);
    page.eval("lab.step(20)");
    wait(&page, "lab.state === 'paused' && steps().every(step => step === steps()[0])");
    assert_eq!(page.eval(said), "");
    page.assert_no_console_errors();
}

#[test]
fn a_guess_is_answered() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.load("p=23&train=0.8&width=32&heads=2&mlp=64&backend=cpu&speed=0&v=1");
    page.run(
        "const guess = root.querySelector('[data-action=guess]');
         guess.value = '150'; guess.dispatchEvent(new Event('change', {bubbles: true})); lab.start();",
    );
    page.wait_until("lab.state === 'done'", SOON);
    let step = page.eval("await lab.until('grok')");
    assert_eq!(
        page.eval("root.querySelector('[data-text=guess]').textContent"),
        format!("You said step 150; it was step {step}.")
    );
}

#[test]
fn layouts_are_chosen_by_width_and_by_name() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let labs: String = [("", 500), ("", 900), ("layout=stage", 500), ("layout=curves", 900)]
        .map(|(layout, width)| {
            format!("<div style='width: {width}px'><grokking-lab p=11 width=16 heads=2 mlp=16 backend=cpu {layout}></grokking-lab></div>")
        })
        .concat();
    let site = site(&host, &labs);
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    page.wait_until("[...document.querySelectorAll('grokking-lab')].every(lab => lab.getConfig?.())", SOON);
    let shown = page.run(
        "await new Promise(done => setTimeout(done, 300));
         return [...document.querySelectorAll('grokking-lab')].map(lab => ['[data-picture=answers]', '[data-field=p]', '[data-panel=loss]']
             .map(name => lab.shadowRoot.querySelector(name)?.checkVisibility() ?? false).join());",
    );
    let (stage, curves) = ("true,false,false", "false,true,true");
    assert_eq!(shown, json!([curves, stage, stage, curves]));
    page.assert_no_console_errors();
}
