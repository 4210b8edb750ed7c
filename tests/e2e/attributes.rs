//! Settings as attributes and properties, as pages and frameworks use them, and promises that always settle.

use crate::elements::site;
use crate::harness::{DESKTOP, Page, can_test};
use crate::host::Host;
use grokking_lab::settings::{KEYS, Kind};
use serde_json::json;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);
const SIZE: &str = "width=32 heads=2 mlp=64 backend=cpu speed=0";

/// A page with one element.
fn page_with(host: &Host, element: &str) -> (Page, Host) {
    let site = site(host, element);
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    page.wait_until("!!lab.getConfig()", SOON);
    (page, site)
}

#[test]
fn every_setting_is_a_property_that_sets_its_attribute() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    // Out of sight, so that no trainer runs.
    let (page, _site) = page_with(&host, "<div style='height: 4000px'></div><grokking-lab id=lab></grokking-lab>");
    for key in KEYS {
        let name = key.name;
        let (value, text) = match &key.kind {
            Kind::Integer(low, _) => (json!(low), low.to_string()),
            Kind::Number(_, high) => (json!(high), grokking_lab::number::shortest(*high)),
            Kind::Flag => (json!(false), "false".into()),
            Kind::Choice(choices) => (json!(choices()[0].0), choices()[0].0.into()),
            Kind::Operation => (json!("s3"), "s3".into()),
            Kind::Text => continue,
        };
        // It is assigned where scripts are strict, as in modules.
        let got = page.run(&format!(
            "'use strict'; lab.{name} = {value}; await null; return [lab.getAttribute('{name}'), String(lab.getConfig().{name}) === String(lab.{name}), '{name}' in lab];"
        ));
        let attribute = got[0].as_str().unwrap_or_default();
        assert!(attribute == text || attribute.parse::<f64>().is_ok_and(|x| text.parse() == Ok(x)), "{name} = {value}: {got}");
        assert_eq!((&got[1], &got[2]), (&json!(true), &json!(true)), "{name}");
        assert_eq!(page.run(&format!("lab.{name} = undefined; return lab.hasAttribute('{name}');")), false, "{name}");
    }
    // By its former name, which is an attribute and a property as well.
    let by = "return [lab.getConfig().seeds, lab.runs ?? null, lab.getAttribute('seeds')];";
    assert_eq!(page.run(&format!("lab.setAttribute('runs', 3); await null; {by}")), json!([3, 3, null]));
    assert_eq!(page.run(&format!("lab.runs = undefined; await null; {by}")), json!([1, null, null]));
    // Assigned before the script had come, or on an element that is nowhere yet.
    page.run(
        "const early = document.createElement('template').content.ownerDocument.createElement('grokking-lab');
         Object.assign(early, {p: 13, bias: false, seed: 5});
         document.body.append(early);
         window.early = early;",
    );
    page.wait_until("early.getConfig()?.p === 13", SOON);
    assert_eq!(page.eval("[early.seed, early.bias, early.getAttribute('bias')]"), json!([5, false, "false"]));
    page.assert_no_console_errors();
}

#[test]
fn properties_from_before_the_script_count() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let early =
        format!("<grokking-lab id=lab {SIZE}></grokking-lab><script>Object.assign(lab, {{p: 13, bias: true, seed: 4}})</script>");
    let (page, _site) = page_with(&host, &early);
    assert_eq!(
        page.eval("[lab.getConfig().p, lab.getConfig().bias, lab.getAttribute('seed'), Object.hasOwn(lab, 'p')]"),
        json!([13, true, "4", false])
    );
    page.assert_no_console_errors();
}

#[test]
fn what_is_set_applies_before_what_is_called_and_a_move_goes_on() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let (page, _site) =
        page_with(&host, &format!("<grokking-lab id=lab p=11 steps=100000 {SIZE}></grokking-lab><div id=there></div>"));
    page.wait_until("lab.adapter", SOON);
    let now = page.run("lab.setAttribute('p', 13); lab.start(); return [lab.getConfig().p, lab.state];");
    assert_eq!(now, json!([13, "running"]));
    let order = page.run("lab.setAttribute('seed', 2); lab.setConfig({seed: 3}); await null; return lab.getConfig().seed;");
    assert_eq!(order, 3);
    page.run("lab.start();");
    page.wait_until("lab.getHistory().step.at(-1) > 100", SOON);
    // Taken out, and put back some tasks later.
    let steps = page.run(
        "const before = lab.getHistory().step.at(-1);
         lab.remove();
         await new Promise(done => setTimeout(done, 200));
         there.append(lab);
         return [before, lab.getHistory().step.at(-1), lab.getConfig().p];",
    );
    assert!(steps[1].as_u64() >= steps[0].as_u64() && steps[2] == 13, "{steps}");
    page.wait_until(&format!("lab.state === 'running' && lab.getHistory().step.at(-1) > {}", steps[1]), SOON);
    assert_eq!(page.eval("workers"), 1);
    // A removal for good ends it, and tells whoever waits.
    let told = page.run(
        "lab.pause();
         const never = document.createElement('grokking-lab');
         document.body.append(never);
         never.remove();
         const answers = [never.snapshot(), never.step(3)].map(answer => answer.then(() => 'done', error => error.message));
         lab.remove();
         await new Promise(done => setTimeout(done, 1500));
         return [lab.getConfig(), lab.state, ...await Promise.all(answers)];",
    );
    assert_eq!(told, json!([null, "idle", "the lab was removed from the page", "the lab was removed from the page"]));
    page.assert_no_console_errors();
}

#[test]
fn a_bad_attribute_is_an_event_that_stays_with_the_element() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let listen = "<script>window.atWindow = 0; window.onerror = () => atWindow++; addEventListener('error', () => atWindow++);
                  window.heard = []; lab.addEventListener('error', e => heard.push(e.detail.message));</script>";
    let (page, _site) = page_with(&host, &format!("<grokking-lab id=lab p=4 {SIZE}></grokking-lab>{listen}"));
    page.wait_until("heard.length === 1", SOON);
    page.run("lab.setAttribute('train', 'much'); await null;");
    page.run("root.host.removeAttribute('train'); lab.setAttribute('lr', '0.01'); await null;");
    let heard = page.eval("heard");
    assert!(heard[0].as_str().is_some_and(|text| text.contains("Modulus: 4")), "{heard}");
    assert!(heard[1].as_str().is_some_and(|text| text.contains("Train fraction: much")), "{heard}");
    assert_eq!((heard.as_array().map(Vec::len), page.eval("[atWindow, lab.problems]")), (Some(2), json!([0, []])));
    page.assert_no_console_errors();
}

#[test]
fn garbage_is_refused_at_any_time_and_breaks_nothing() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    // Before the lab has loaded, and after.
    let try_all = "window.tried = Promise.all([
        lab.openRun(new Uint8Array([1, 2, 3])), lab.openRun('text'), lab.restore(new Uint8Array(9)), lab.setConfig(null),
        lab.setConfig('p=3'), lab.setConfig([1]), lab.setConfig({p: {toString: 5}}), lab.setConfig({seed: null, p: undefined}),
    ].map(answer => Promise.resolve(answer).then(value => value.length, error => error instanceof Error && 'refused')));";
    let queue = format!("<script>customElements.whenDefined('grokking-lab').then(() => {{ {try_all} }});</script>");
    let (page, _site) = page_with(&host, &format!("<grokking-lab id=lab p=11 steps=40 {SIZE}></grokking-lab>{queue}"));
    let expected = json!(["refused", "refused", "refused", 1, 1, 1, 1, 0]);
    assert_eq!(page.eval("await tried"), expected);
    page.run(try_all);
    assert_eq!(page.eval("await tried"), expected);
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done' && lab.getConfig().p === 11", SOON);
    page.assert_no_console_errors();
}
