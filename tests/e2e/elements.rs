//! Several elements on another site's page: each has its own run, one that nobody has seen costs nothing, and attributes
//! change it at any time.

use crate::harness::{DESKTOP, Page, View, can_test};
use crate::host::Host;
use grokking_lab::config::Config;
use grokking_lab::settings::{KEYS, Key, Kind};
use serde_json::{Value, json};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);
const SIZE: &str = "width=32 heads=2 mlp=64 backend=cpu speed=0 steps=40";

/// A page with these elements, which counts the workers that it starts.
pub fn site(host: &Host, body: &str) -> Host {
    Host::of_text(format!(
        "<!doctype html><meta charset=utf-8><link rel=icon href=data:,>
         <script>window.workers = 0; window.Worker = class extends Worker {{ constructor(...a) {{ super(...a); workers++; }} }};</script>
         <script type=module src='{}npm/grokking-lab.js'></script>{body}",
        host.url()
    ))
}

#[test]
fn three_elements_train_independently() {
    if can_test() {
        three_elements(Page::at);
    }
}

/// The same in any browser.
pub fn three_elements(open: impl Fn(View, String) -> Page) {
    let host = Host::of_the_page();
    let hide = "layout=curves hide=controls,charts,facts,note,under";
    let elements =
        ["p=11 seed=1", "p=13 task=x/y", "p=11 seed=2"].map(|run| format!("<grokking-lab {run} {SIZE} {hide}></grokking-lab>"));
    let site = site(&host, &elements.concat());
    let page = open(DESKTOP, site.url());
    page.visit("");
    page.run("window.labs = Array.from(document.querySelectorAll('grokking-lab'));");
    page.wait_until("labs.every(lab => lab.adapter)", SOON);
    assert_eq!(page.eval("workers"), 3);
    page.eval("(labs[0].start(), labs[1].start())");
    page.wait_until("labs[0].state === 'done' && labs[1].state === 'done'", SOON);
    assert_eq!(page.eval("[labs[2].state, labs[2].getHistory().step.length]"), json!(["idle", 0]));
    page.eval("labs[2].step(7)");
    page.wait_until("labs[2].state === 'paused'", SOON);
    let losses = |i: usize| page.eval(&format!("Array.from(labs[{i}].getHistory().trainLoss).slice(0, 7)"));
    let (one, two, three) = (losses(0), losses(1), losses(2));
    assert!(
        one.as_array().is_some_and(|row| row.len() == 7) && one != two && one != three && two != three,
        "{one} {two} {three}"
    );
    // The same run as the first: what its neighbours did has not touched it.
    page.run("labs[2].setConfig({seed: 1}); labs[2].step(7);");
    page.wait_until("labs[2].state === 'paused' && labs[2].getHistory().step.length === 7", SOON);
    assert_eq!(losses(2), one);
    page.assert_no_console_errors();
}

#[test]
fn an_element_that_nobody_has_seen_is_a_poster() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let lab = format!("<grokking-lab p=11 {SIZE}></grokking-lab>");
    let spacer = "<div style='height: 4000px'></div>";
    let site = site(&host, &[lab.as_str(), spacer, &lab, spacer, &lab].concat());
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    page.run("window.labs = Array.from(document.querySelectorAll('grokking-lab'));");
    page.wait_until("labs[0].adapter", SOON);
    // They look complete, and answer.
    page.wait_until("labs.every(lab => lab.getConfig()?.p === 11 && lab.shadowRoot.querySelector('[data-action=toggle]'))", SOON);
    assert_eq!(page.eval("[workers, labs[1].adapter, labs[2].adapter]"), json!([1, "", ""]));
    // A method starts it out of sight, and it is left alone there.
    page.eval("labs[2].start()");
    page.wait_until("labs[2].state === 'done'", SOON);
    assert_eq!(page.eval("[workers, labs[1].state]"), json!([2, "idle"]));
    page.eval("labs[1].scrollIntoView()");
    page.wait_until("labs[1].adapter && workers === 3", SOON);
    // What a snapshot of one poster holds continues in another.
    page.visit("");
    page.run("window.labs = Array.from(document.querySelectorAll('grokking-lab'));");
    page.wait_until("labs.every(lab => lab.getConfig())", SOON);
    page.run("labs[2].restore(await labs[1].snapshot());");
    page.wait_until("labs[2].state === 'paused' && workers === 3", SOON);
    page.assert_no_console_errors();
}

/// A valid value other than the standard one; none where there is no choice.
fn another(key: &Key) -> Option<String> {
    let text = |number: f64| grokking_lab::number::shortest(number);
    let candidates = match &key.kind {
        Kind::Integer(low, high) => vec![low.to_string(), high.to_string()],
        Kind::Number(low, high) => vec![text(*low), text(*high)],
        Kind::Choice(choices) => choices().iter().map(|(id, _)| id.to_string()).collect(),
        Kind::Operation => vec!["s3".into()],
        Kind::Flag => vec!["true".into()],
        Kind::Text => {
            let text = match key.name {
                "hide" => "loss,seed",
                "at" => "9:wd=2",
                "allow" => "seed",
                "sweep" => "lr:0.001|0.01",
                _ => "1.2.3",
            };
            vec![text.into()]
        }
    };
    candidates.into_iter().find(|value| *value != key.standard())
}

/// What a key's control shows; null where it has none.
fn shown_by(page: &Page, key: &Key) -> Value {
    page.run(&format!(
        "const input = root.querySelector('[data-key=\"{}\"]'); return input?.type === 'checkbox' ? String(input.checked) : input?.value ?? null;",
        key.name
    ))
}

#[test]
fn every_attribute_is_applied_when_it_changes() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    // Out of sight, because building each of these networks would take a while.
    let site = site(&host, "<div style='height: 4000px'></div><grokking-lab id=lab></grokking-lab>");
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    page.wait_until("!!lab.getConfig()", SOON);
    // All controls are there, and stay.
    page.run("lab.setAttribute('layout', 'curves'); await new Promise(requestAnimationFrame); lab.removeAttribute('layout');");
    page.open_drawer();
    let value = |key: &Key| page.eval(&format!("String(lab.getConfig().{})", key.name));
    let mut tried = 0;
    for key in KEYS {
        let Some(other) = another(key) else { continue };
        tried += 1;
        page.run(&format!("lab.setAttribute('{}', {});", key.name, json!(other)));
        // As numbers print in JavaScript.
        let same = |shown: &Value, text: &str| {
            let shown = shown.as_str().unwrap_or_default();
            shown == text || shown.parse::<f64>().is_ok_and(|x| text.parse() == Ok(x))
        };
        assert!(same(&value(key), &other), "{} = {other} became {}", key.name, value(key));
        let control = shown_by(&page, key);
        page.run("await new Promise(requestAnimationFrame);");
        let now = shown_by(&page, key);
        assert!(now.is_null() || same(&now, &other), "{}: the control shows {now}, before {control}", key.name);
        page.run(&format!("lab.removeAttribute('{}');", key.name));
        assert!(same(&value(key), &key.standard()), "{} is {} without its attribute", key.name, value(key));
    }
    assert!(tried >= 20, "{tried} keys have another value");
    assert_eq!(page.eval("[lab.adapter, lab.shadowRoot.querySelector('[data-problems]').textContent]"), json!(["", ""]));
    page.assert_no_console_errors();
}

#[test]
fn every_name_can_be_hidden() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("p=11&width=16&heads=2&mlp=32&backend=cpu&v=1");
    let names: Vec<&str> =
        grokking_lab::view::panels::groups().into_iter().flat_map(|(_, entries)| entries).map(|(name, _)| name).collect();
    page.run("root.querySelectorAll('details').forEach(details => details.open = true);");
    page.open_drawer();
    let hidden = |name: &str| {
        page.eval(&format!(
            "Array.from(root.querySelectorAll('[data-field=\"{name}\"], [data-panel=\"{name}\"]'), e => !e.checkVisibility())"
        ))
    };
    for name in names {
        // Some are a part of the stage, and some of what takes its place.
        let layout = if ["answers", "circle", "waves"].contains(&name) { "stage" } else { "curves" };
        page.run(&format!("lab.setAttribute('layout', '{layout}'); lab.setAttribute('hide', '{name}'); await new Promise(requestAnimationFrame);"));
        assert!(hidden(name).as_array().is_some_and(|all| !all.is_empty() && all.iter().all(|x| *x == true)), "{name}");
        page.run("lab.removeAttribute('hide');");
        // A setting without meaning for this network has no control anyway.
        // Nor is there a paper without an experiment, a list of one run, or a tour that nobody takes.
        // And what is no pair of numbers has pictures of its own.
        let of_others = ["weights", "digits", "sequences", "logit-lens", "attention-map", "loss-histogram"];
        let idle = of_others.contains(&name)
            || ["paper", "compare", "tour"].contains(&name)
            || !grokking_lab::view::fields::applies(name, &Config::standard());
        assert!(hidden(name).as_array().is_some_and(|all| all.iter().all(|x| *x == idle)), "{name} does not come back");
    }
    page.run("lab.setAttribute('hide', 'nonsense');");
    page.wait_until("root.querySelector('[data-problems]').textContent.includes('nonsense')", SOON);
    page.assert_no_console_errors();
}
