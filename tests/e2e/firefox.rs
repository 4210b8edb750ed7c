//! The page in the other browser, on its CPU: what does not hold in Firefox, no visitor there has.

use crate::export::STORED;
use crate::harness::{DESKTOP, Page, can_test_in_firefox};
use crate::host::Host;
use crate::{elements, embed, share};
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};

/// Natively three of three seeds grok at step 316 to 453.
const GROKS: &str = "task=x%2By&p=29&train=0.6&width=64&heads=4&mlp=256&seed=1&speed=0&steps=1500&v=1";
const SOON: Duration = Duration::from_secs(60);

/// The loss chart as it is on the screen.
fn chart(page: &Page) -> Value {
    page.eval("root.querySelector('[data-chart=accuracy]').toDataURL()")
}

#[test]
fn it_groks_starts_over_and_remembers() {
    if !can_test_in_firefox() {
        return;
    }
    // Its own server has the policy and the sub-path of a real one.
    let host = Host::of_the_page();
    let page = Page::in_firefox(DESKTOP, host.url());
    page.load(GROKS);
    page.run(
        "window.heard = [];
         for (const name of ['memorized', 'grok', 'done', 'error']) lab.addEventListener(name, event => heard.push(event.type));
         document.addEventListener('securitypolicyviolation', event => heard.push(event.blockedURI));",
    );
    page.wait_until("lab.adapter", SOON);
    let text = page.eval("root.querySelector('[data-panel=facts] .wide dd').textContent");
    assert!(text.as_str().is_some_and(|text| text.starts_with("CPU: WebAssembly") && text.contains("WebGPU")), "{text}");

    let empty = chart(&page);
    page.run("root.querySelector('[data-action=toggle]').click();");
    page.wait_until("lab.state === 'running' && await lastStep() > 20", SOON);
    let moving = chart(&page);
    assert_ne!(moving, empty);
    page.wait_until("lab.state === 'done' && heard.includes('done')", Duration::from_secs(180));
    assert_ne!(chart(&page), moving);
    assert_eq!(
        page.eval("[heard, root.querySelector('[data-problems]').textContent]"),
        json!([["memorized", "grok", "done"], ""])
    );
    page.screenshot("firefox-grokked");
    page.wait_until(&format!("{STORED} === await lastStep()"), SOON);

    // Another run, by keyboard; then the one before is opened again.
    page.reload();
    page.wait_until("document.querySelector('.resume')", SOON);
    page.eval("lab.focus()");
    page.press(' ');
    page.wait_until("lab.state === 'running' && await lastStep() > 20", SOON);
    page.press(' ');
    page.wait_until("lab.state === 'paused'", SOON);
    page.run("root.querySelector('[data-action=reset]').click();");
    page.wait_until("lab.state === 'idle' && lab.getHistory().step.length === 0", SOON);
    page.run("document.querySelector('.resume button').click();");
    page.wait_until("lab.state === 'done' && lab.getHistory().testAccuracy.at(-1) >= 0.95", SOON);
    page.assert_no_console_errors();
}

#[test]
fn the_link_repeats_the_run_in_a_new_tab() {
    if !can_test_in_firefox() {
        return;
    }
    let host = Host::of_the_page();
    share::repeat_the_run_in_a_new_tab(&Page::in_firefox(DESKTOP, host.url()));
}

#[test]
fn three_elements_train_independently() {
    if can_test_in_firefox() {
        elements::three_elements(Page::in_firefox);
    }
}

#[test]
fn a_page_of_another_origin_conducts_the_lab() {
    if can_test_in_firefox() {
        embed::conduct(Page::in_firefox);
    }
}

/// What the other tests rely on when they find no errors. What a worker throws does not come here, but to its page.
#[test]
fn the_console_tells_of_errors() {
    if !can_test_in_firefox() {
        return;
    }
    let site = Host::of_text("<!doctype html><link rel=icon href=data:,>".into());
    let page = Page::in_firefox(DESKTOP, site.url());
    page.visit("");
    page.assert_no_console_errors();
    page.run(
        "setTimeout(() => { throw new Error('in a script'); });
         Promise.reject(new Error('in a promise'));
         console.error('on the console');
         new Worker(URL.createObjectURL(new Blob(['console.error(\"by a worker\")'])));",
    );
    let origins = ["in a script", "in a promise", "on the console", "by a worker"];
    let started = Instant::now();
    let mut errors = page.console_errors();
    while errors.len() < origins.len() && started.elapsed() < SOON {
        thread::sleep(Duration::from_millis(100));
        errors = page.console_errors();
    }
    let told = |origin| errors.iter().any(|error| error["message"].as_str().is_some_and(|text| text.contains(origin)));
    assert!(origins.into_iter().all(told), "{errors:#?}");
}
