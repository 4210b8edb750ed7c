//! Other languages: which one a lab speaks, that nothing of it stays English, and that labs of one page need not agree.

use crate::elements::site;
use crate::harness::{DESKTOP, Page, View, can_test};
use crate::host::Host;
use serde_json::json;
use std::time::Duration;

const SMALL: &str = "p=11&train=0.6&width=16&heads=2&mlp=16&backend=cpu&speed=0";
const SOON: Duration = Duration::from_secs(60);

/// What stands between the marks of a text that went through a catalog, or does not need to: numbers, formulas, names.
const UNTRANSLATED: &str = r#"
    const names = /^(AdamW|Adam|SGD|Muon|ReLU|GELU|tanh|MLP|Grokfast-E?MA|⊥Grad|StableMax|CSV|JSON|PNG|SVG|GPU|CPU|Enter|Esc|Home|End|x\^2 \+ 3xy|[a-zA-Z])$/;
    const titles = '[data-text=paper], [data-link=paper], .paper-title';
    const strays = new Set();
    const check = (text, where) => {
        // From the innermost outwards.
        let rest = text;
        for (let before; before !== rest;) [before, rest] = [rest, rest.replace(/⟦[^⟦⟧]*⟧/g, ' ')];
        rest = rest.trim();
        if (/\p{L}{2,}/u.test(rest) && !names.test(rest)) strays.add(`${where}: ${rest.slice(0, 80)}`);
    };
    const own = document.querySelector('grokking-lab').shadowRoot;
    const walker = document.createTreeWalker(own, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        if (parentElement && !parentElement.closest(`style, textarea, ${titles}, [translate=no]`)) check(data, parentElement.outerHTML.slice(0, 70));
    }
    for (const element of own.querySelectorAll('[aria-label], [title], [placeholder], [alt], [aria-valuetext], [aria-description]'))
        for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-valuetext', 'aria-description'])
            if (element.hasAttribute(name) && !element.closest('[translate=no]')) check(element.getAttribute(name), name);
    return [...strays];
"#;

/// A page whose German catalog marks what goes through it.
const MARKED: &str = r#"<script>
    const plain = window.fetch;
    window.fetch = async (...asked) => {
        const answer = await plain(...asked);
        if (!`${asked[0]?.url ?? asked[0]}`.includes('/de-')) return answer;
        const texts = Object.keys(await answer.json()).map((english) => [english, `⟦${english}⟧`]);
        return new Response(JSON.stringify(Object.fromEntries(texts)), { headers: { 'content-type': 'application/json' } });
    };
</script>"#;

#[test]
fn our_page_speaks_the_language_that_is_asked_for() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.visit(&format!("?lang=de#{SMALL}&lr=0.003&v=1"));
    page.wait_until("lab.device && document.documentElement.lang === 'de'", SOON);
    assert_eq!(page.eval("root.querySelector('[data-action=toggle]').textContent.trim()"), "Start");
    assert_eq!(page.eval("root.querySelector('.lab').lang"), "de");
    assert_eq!(page.eval("document.querySelector('h2').textContent"), "Was zu sehen ist");
    assert_eq!(page.eval("root.querySelector('[data-action=settings]').textContent"), "Einstellungen");
    // A message has its numbers in that language, too.
    page.run("lab.setConfig({ lr: 5000 });");
    page.wait_until("root.querySelector('[data-problems]').textContent.includes('1.000')", SOON);
    // No text of the lab or the page is one that German has another word for.
    let english = page.run(
        "const texts = await (await fetch(performance.getEntriesByType('resource').find((file) => file.name.includes('/de-')).name)).json();
         const left = [];
         for (const tree of [document.body, root]) {
             const walker = document.createTreeWalker(tree, NodeFilter.SHOW_TEXT);
             while (walker.nextNode()) {
                 const text = walker.currentNode.data.trim();
                 if (texts[text] && texts[text] !== text) left.push(text);
             }
         }
         return left;",
    );
    assert_eq!(english, json!([]));
    assert_eq!(page.eval("document.querySelector('header p').textContent.includes('neuronales Netz')"), true);
    page.screenshot("german");
    // The run comes along to another language.
    page.run("document.querySelector('.languages [lang=fr]').click();");
    page.wait_until("document.documentElement.lang === 'fr' && lab.device", SOON);
    assert_eq!(page.eval("lab.getConfig().p"), 11);
    page.assert_no_console_errors();
}

#[test]
fn every_language_fits_where_english_does() {
    let Some(page) = Page::open(View { width: 320, height: 640, scheme: "light" }) else { return };
    for code in ["de", "es", "fr"] {
        page.visit(&format!("?lang={code}#{SMALL}&v=1"));
        page.wait_until(&format!("lab.device && document.documentElement.lang === '{code}'"), SOON);
        page.assert_no_wider(320, code);
        page.run("root.querySelector('[data-action=settings]').click();");
        page.assert_no_wider(320, code);
        page.screenshot(&format!("narrow-{code}"));
    }
    page.assert_no_console_errors();
}

#[test]
fn nothing_of_a_lab_stays_english() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let lab = format!("<grokking-lab lang=de {} tour=puzzle></grokking-lab>", SMALL.replace('&', " "));
    let site = site(&host, &[MARKED, &lab].concat());
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    const LAB: &str = "document.querySelector('grokking-lab')";
    page.wait_until(&format!("{LAB}.device"), SOON);
    let everything_is_marked = |when: &str| {
        let strays = page.run(UNTRANSLATED);
        assert_eq!(strays, json!([]), "{when}");
    };
    everything_is_marked("before the first step");
    for task in ["x*y", "parity", "s5", "x^2+y"] {
        page.run(&format!("{LAB}.setConfig({{ task: '{task}', tour: 'off', wd: 1, lr: 99999 }});"));
        page.wait_until(&format!("{LAB}.device"), SOON);
        everything_is_marked(task);
    }
    // What the worker says, too.
    page.run(&format!("{LAB}.setConfig({{ task: 'x+y', p: 199, layers: 4, width: 512, heads: 8, mlp: 2048, workers: 1 }});"));
    page.wait_until(&format!("{LAB}.state === 'error' && {LAB}.problems.some((said) => said.includes(' GB '))"), SOON);
    everything_is_marked("a refusal");
    page.run(&format!("{LAB}.setConfig({{ p: 11, layers: 1, width: 16, heads: 2, mlp: 16, workers: 0 }});"));
    page.wait_until(&format!("{LAB}.state === 'idle'"), SOON);
    page.run(&format!("{LAB}.setConfig({{ task: 'x+y', lr: 0.01, steps: 300, tour: 'list' }}); {LAB}.start();"));
    page.wait_until(&format!("{LAB}.state === 'done' || {LAB}.state === 'paused'"), SOON);
    everything_is_marked("after a stop of the tour");
    page.run(&format!("{LAB}.setConfig({{ tour: 'off', experiment: 'doshi' }});"));
    page.run(&format!(
        "const own = {LAB}.shadowRoot;
         own.querySelectorAll('details').forEach((part) => {{ part.open = true; }});
         own.querySelector('[data-action=help]').click();"
    ));
    page.wait_until(&format!("{LAB}.shadowRoot.querySelectorAll('[data-list=words] dt').length > 10"), SOON);
    everything_is_marked("a paper, and the words");
    page.run(&format!(
        "{LAB}.shadowRoot.querySelector('[data-help]').close(); {LAB}.shadowRoot.querySelector('[data-action=share]').click();"
    ));
    page.wait_until(&format!("{LAB}.shadowRoot.querySelector('[data-dialog=share]').open"), SOON);
    everything_is_marked("sharing");
    page.run(&format!("{LAB}.shadowRoot.querySelector('[data-dialog=share]').close();"));
    let views =
        page.eval(&format!("{LAB}.shadowRoot.querySelectorAll('[data-inside=tabs] button').length")).as_u64().unwrap_or(0);
    assert!(views > 4, "{views} views");
    for view in 0..views {
        page.run(&format!("{LAB}.shadowRoot.querySelectorAll('[data-inside=tabs] button')[{view}].click(); await new Promise((done) => setTimeout(done, 700));"));
        everything_is_marked(&format!("view {view}"));
    }
    page.assert_no_console_errors();
}

#[test]
fn a_living_lab_goes_over_to_another_language() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let lab = format!("<grokking-lab {} steps=300 experiment=doshi tour=list></grokking-lab>", SMALL.replace('&', " "));
    let site = site(&host, &["<script>document.documentElement.lang = 'en';</script>", MARKED, &lab].concat());
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    const LAB: &str = "document.querySelector('grokking-lab')";
    page.wait_until(&format!("{LAB}.device"), SOON);
    page.run(&format!("{LAB}.start();"));
    page.wait_until(&format!("{LAB}.state === 'done' || {LAB}.state === 'paused'"), SOON);
    // What was written before has to change as well as what is drawn.
    page.run(&format!(
        "const own = {LAB}.shadowRoot;
         own.querySelectorAll('details').forEach((part) => {{ part.open = true; }});
         own.querySelector('[data-action=help]').click();
         own.querySelector('[data-action=share]').click();"
    ));
    page.wait_until(&format!("{LAB}.shadowRoot.querySelectorAll('[data-list=words] dt').length > 10"), SOON);
    page.wait_until(&format!("{LAB}.shadowRoot.querySelector('[data-dialog=share]').open"), SOON);
    page.wait_until(&format!("{LAB}.shadowRoot.querySelectorAll('.card').length > 5"), SOON);
    page.run(&format!("{LAB}.shadowRoot.querySelectorAll('dialog').forEach((dialog) => dialog.close()); {LAB}.shadowRoot.querySelector('[data-action=toggle]').focus();"));
    let kept = format!(
        "[{LAB}.getHistory().step.length, JSON.stringify({LAB}.getState()), {LAB}.shadowRoot.activeElement.dataset.action, {LAB}.shadowRoot.querySelectorAll('details[open]').length]"
    );
    let before = page.eval(&kept);
    page.run("document.documentElement.lang = 'de';");
    page.wait_until(&format!("{LAB}.shadowRoot.querySelector('.lab').lang === 'de'"), SOON);
    page.run("await new Promise((done) => setTimeout(done, 1500));");
    assert_eq!(page.run(UNTRANSLATED), json!([]));
    assert_eq!(page.eval(&kept), before, "nothing is lost");
    // Its own language goes before that of the page.
    page.run(&format!("{LAB}.lang = 'en';"));
    page.wait_until(&format!("{LAB}.shadowRoot.querySelector('.lab').lang === 'en'"), SOON);
    page.run("await new Promise((done) => setTimeout(done, 1500));");
    let left = page.run(&format!(
        "return Array.from({LAB}.shadowRoot.querySelectorAll('.lab *'), (element) => element.cloneNode(false).outerHTML + (element.firstChild?.data ?? ''))
            .filter((text) => text.includes('⟦'));"
    ));
    assert_eq!(left, json!([]));
    assert_eq!(page.eval(&kept), before, "nothing is lost");
    page.assert_no_console_errors();
}

#[test]
fn a_lab_speaks_as_its_page_does_and_two_need_not_agree() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let lab = |attributes: &str| format!("<grokking-lab {attributes} {}></grokking-lab>", SMALL.replace('&', " "));
    let body = [
        "<script>document.documentElement.lang = 'fr-CA'; document.documentElement.dir = 'rtl';</script>",
        &lab(""),
        &lab("lang=es"),
        &format!("<div lang=en>{}</div>", lab("")),
        &format!("<div lang=x-none>{}</div>", lab("")),
    ];
    let site = site(&host, &body.concat());
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    page.run("window.labs = Array.from(document.querySelectorAll('grokking-lab'));");
    page.wait_until("labs.every((lab) => lab.shadowRoot.querySelector('.lab'))", SOON);
    let said = "labs.map(({ shadowRoot }) => [shadowRoot.querySelector('.lab').lang, shadowRoot.querySelector('[data-action=settings]').textContent, getComputedStyle(shadowRoot.querySelector('.lab')).direction])";
    let expected =
        json!([["fr", "Réglages", "ltr"], ["es", "Ajustes", "ltr"], ["en", "All settings", "ltr"], ["fr", "Réglages", "ltr"]]);
    assert_eq!(page.eval(said), expected);
    // Each goes on in its own.
    page.run("labs.forEach((lab) => { lab.setConfig({ p: 100000 }); });");
    page.wait_until("labs.every((lab) => lab.problems.length === 1)", SOON);
    let messages = page.eval("new Set(labs.map((lab) => lab.problems[0])).size");
    assert_eq!(messages, 3);
    page.assert_no_console_errors();
}
