//! What stands in the way: missing files, policies, sandboxes, servers that hang, interfaces that throw. The lab works all the
//! same, or says what is wrong, and can be tried again.

use crate::harness::{DESKTOP, Page, can_test};
use crate::host::Host;
use serde_json::json;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const SMALL: &str = "p=11&width=16&heads=2&mlp=32&backend=cpu&speed=0&steps=40&v=1";
const ELEMENT: &str = "<grokking-lab id=lab p=11 width=16 heads=2 mlp=32 backend=cpu speed=0 steps=40></grokking-lab>";
const SOON: Duration = Duration::from_secs(60);

/// Trains to the end.
fn trains(page: &Page) {
    page.wait_until("!!lab.getConfig()", SOON);
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done'", SOON);
}

/// A page with the element from the package of another host.
fn elsewhere(host: &Host, body: &str) -> String {
    let head = "<!doctype html><meta charset=utf-8><link rel=icon href=data:,>";
    format!("{head}<script type=module src='{}npm/grokking-lab.js'></script>{body}", host.url())
}

/// A page from which a file is missing until somebody puts it there.
fn without(file: &'static str) -> (Host, Arc<AtomicBool>) {
    let there = Arc::new(AtomicBool::new(false));
    let now = there.clone();
    (Host::of_the_page_where(move |path| !path.contains(file) || now.load(Ordering::SeqCst)), there)
}

#[test]
fn a_missing_file_is_named_and_can_be_tried_again() {
    if !can_test() {
        return;
    }
    for file in ["assets/lab_bg-", "assets/lab-"] {
        let (host, there) = without(file);
        let page = Page::at(DESKTOP, host.url());
        page.visit(&format!("embed.html#{SMALL}"));
        page.wait_until("lab.state === 'error'", SOON);
        let text = page.eval("root.textContent");
        let text = text.as_str().expect("text");
        assert!(text.contains(file) && !text.contains("SIMD") && !text.contains("2023"), "{text}");
        // Who waits for an answer hears the same.
        let answer = page.eval("await lab.saveRun().then(() => 'saved', error => error.message)");
        assert!(answer.as_str().is_some_and(|answer| answer.contains(file)), "{answer}");
        there.store(true, Ordering::SeqCst);
        page.run("root.querySelector('button').click();");
        trains(&page);
    }
    // What is asked for later, too.
    let (host, there) = without("assets/lab_later-");
    let page = Page::at(DESKTOP, host.url());
    page.load(SMALL);
    trains(&page);
    let answer = page.eval("await lab.inspect('operation').then(() => 'seen', error => error.message)");
    assert!(answer.as_str().is_some_and(|answer| answer.contains("assets/lab_later-")), "{answer}");
    let share = "root.querySelector('[data-action=share]').click();";
    page.run(share);
    page.wait_until("lab.problems.join().includes('assets/lab_later-')", SOON);
    there.store(true, Ordering::SeqCst);
    page.run(share);
    page.wait_until("root.querySelector('[data-dialog=share]').open", SOON);
    assert_eq!(page.eval("(await lab.inspect('operation')).view"), "operation");
    // What a run takes, and a trainer that is missing, are found at the next start.
    let (host, there) = without("assets/lab_run-");
    let page = Page::at(DESKTOP, host.url());
    page.visit(&format!("embed.html#{SMALL}"));
    page.wait_until("lab.problems.join().includes('assets/lab_run-')", SOON);
    there.store(true, Ordering::SeqCst);
    page.run("lab.reset();");
    trains(&page);
    let (host, there) = without("assets/cpu");
    let page = Page::at(DESKTOP, host.url());
    page.visit(&format!("embed.html#{SMALL}"));
    page.wait_until("lab.problems.join().includes('assets/cpu')", SOON);
    there.store(true, Ordering::SeqCst);
    trains(&page);
}

#[test]
fn a_page_without_its_script_says_so() {
    if !can_test() {
        return;
    }
    let (host, _) = without("grokking-lab.js");
    let page = Page::at(DESKTOP, host.url());
    for path in ["", "embed.html"] {
        page.visit(path);
        page.wait_until("lab.textContent.includes('grokking-lab.js is missing')", SOON);
    }
    page.screenshot("no-script");
    let folder = concat!("file://", env!("CARGO_MANIFEST_DIR"), "/dist/index.html");
    let page = Page::at(DESKTOP, folder.into());
    page.visit("");
    page.wait_until("lab.textContent.includes('web server')", SOON);
}

#[test]
fn a_browser_without_webassembly_is_told() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    for (code, words) in [
        ("delete window.WebAssembly", "no WebAssembly"),
        ("delete window.WebAssembly; document.documentElement.lang = 'de'", "Das Labor konnte nicht starten. Dieser Browser"),
        ("WebAssembly.validate = () => false; WebAssembly.compileStreaming = async () => { throw Error('x'); }", "SIMD"),
    ] {
        let site = Host::of_text(elsewhere(&host, &format!("<script>{code}</script>{ELEMENT}")));
        let page = Page::at(DESKTOP, site.url());
        page.visit("");
        page.wait_until(&format!("root.textContent.includes('{words}') && lab.state === 'error'"), SOON);
        page.assert_no_console_errors();
    }
}

#[test]
fn a_throwing_gpu_leaves_the_cpu() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let gpu = "<script>Object.defineProperty(Navigator.prototype, 'gpu', {get: () => ({requestAdapter() { throw Error('boom'); }})});</script>";
    let site = Host::of_text(elsewhere(&host, &format!("{gpu}{}", ELEMENT.replace(" backend=cpu", ""))));
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    trains(&page);
    assert_eq!(page.eval("lab.device"), "cpu");
    page.assert_no_console_errors();
}

/// What the README and the package's README say about policies.
#[test]
fn policies_of_other_sites() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let origin = host.url();
    let origin = origin.split('/').take(3).collect::<Vec<_>>().join("/");
    let policy = |connect: &str, wasm: &str| {
        format!(
            "Content-Security-Policy: default-src 'none'; img-src data:; script-src {origin} {wasm}; connect-src {connect}; worker-src blob:"
        )
    };
    let html = elsewhere(&host, ELEMENT);
    let site = Host::of_text_with(html.clone(), &[&policy(&origin, "'wasm-unsafe-eval'")]);
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    trains(&page);
    page.assert_no_console_errors();
    // What a policy lacks is named.
    for (policy, named) in [
        (policy("'none'", "'wasm-unsafe-eval'"), format!("connect-src has to allow {origin}")),
        (policy(&origin, ""), "script-src has to allow 'wasm-unsafe-eval'".into()),
    ] {
        let site = Host::of_text_with(html.clone(), &[&policy]);
        let page = Page::at(DESKTOP, site.url());
        page.visit("");
        page.wait_until(&format!("root.textContent.includes({})", json!(named)), SOON);
    }
    // A page that shares memory takes only what agrees to that: the element, and the frame.
    let frame = format!("<iframe src='{}embed.html#{SMALL}' width=900 height=900></iframe>", host.url());
    let isolated = ["Cross-Origin-Embedder-Policy: require-corp", "Cross-Origin-Opener-Policy: same-origin"];
    let site = Host::of_text_with(elsewhere(&host, &format!("{ELEMENT}{frame}")), &isolated);
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    assert_eq!(page.eval("crossOriginIsolated"), true);
    trains(&page);
    page.in_frame(0, trains);
    page.assert_no_console_errors();
}

#[test]
fn a_sandbox_without_an_origin_trains_and_is_as_high_as_its_content() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let html = format!(
        "<!doctype html><meta charset=utf-8><link rel=icon href=data:,>
         <script>window.heard = []; addEventListener('message', e => {{ if (e.source === frames[0]) heard.push({{...e.data, origin: e.origin}}); }});</script>
         <iframe id=frame sandbox='allow-scripts' width=900 height=300 src='{0}embed.html#{SMALL}&autoplay=1'></iframe>
         <script type=module src='{0}grokking-lab-frame.js'></script>",
        host.url()
    );
    let site = Host::of_text(html);
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    page.wait_until("heard.some(m => m.type === 'done')", SOON);
    page.wait_until("frame.clientHeight > 500", SOON);
    assert_eq!(page.eval("heard.every(m => m.origin === 'null')"), true);
    assert_eq!(page.eval("heard.filter(m => m.type === 'error').length"), 0);
    // The same in a page of its own making, as notebooks do.
    let inner = elsewhere(&host, &ELEMENT.replace(" id=lab", " autoplay")).replace('"', "&quot;");
    let site = Host::of_text(format!(
        "<!doctype html><meta charset=utf-8><link rel=icon href=data:,><script>addEventListener('message', e => window.heard = e.data);</script>
         <iframe sandbox='allow-scripts' width=900 height=900 srcdoc=\"{inner}<script>addEventListener('done', e => parent.postMessage(e.type, '*'));</script>\"></iframe>"
    ));
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    page.wait_until("window.heard === 'done'", SOON);
}

#[test]
fn a_server_that_hangs_or_fails_is_as_good_as_none() {
    if !can_test() {
        return;
    }
    let hangs = Arc::new(AtomicBool::new(false));
    let now = hangs.clone();
    let host = Host::of_the_page_where(move |_| {
        while now.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(100));
        }
        true
    });
    let page = Page::at(DESKTOP, host.url());
    page.load(SMALL);
    page.wait_until("(await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'", SOON);
    page.forget_cached_files();
    hangs.store(true, Ordering::SeqCst);
    page.load(SMALL);
    trains(&page);
    hangs.store(false, Ordering::SeqCst);
}

/// What people do is done with a part of the page that comes a moment after the rest.
#[test]
fn what_is_done_before_it_can_be_is_done_then() {
    if !can_test() {
        return;
    }
    let come = Arc::new(AtomicBool::new(false));
    let now = come.clone();
    let host = Host::of_the_page_where(move |path| {
        while path.contains("assets/lab_run") && !now.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(20));
        }
        true
    });
    let page = Page::at(DESKTOP, host.url());
    page.visit("embed.html#p=11&width=16&heads=2&mlp=32&backend=cpu&speed=2&steps=100000&v=1");
    page.wait_until("!!lab.getConfig()", SOON);
    // In one order: the value that is typed last counts.
    page.run(
        "const set = (selector, value) => {
             const input = root.querySelector(selector);
             input.value = value;
             input.dispatchEvent(new Event('change', {bubbles: true}));
         };
         set('[data-slider=wd]', '3');
         set('[data-key=wd]', '0.5');
         root.querySelector('[data-action=settings]').click();
         root.querySelector('[data-action=toggle]').click();
         document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'l', bubbles: true}));",
    );
    let done = "[lab.state, lab.getConfig().wd, root.querySelector('.lab').classList.contains('open'), lab.getState().log]";
    assert_eq!(page.eval(done), json!(["idle", 1, false, false]));
    assert_eq!(page.eval("[lab.exportCSV(), root.querySelectorAll('[aria-description]').length]"), json!([null, 0]));
    come.store(true, Ordering::SeqCst);
    page.wait_until("lab.state === 'running'", SOON);
    assert_eq!(page.eval(done), json!(["running", 0.5, true, true]));
    let words = "Array.from(root.querySelectorAll('[data-term]'), word => word.getAttribute('aria-description')?.length > 20)";
    assert_eq!(page.eval(&format!("new Set({words}).has(false)")), false);
    assert_eq!(page.eval("lab.problems"), json!([]));
    page.assert_no_console_errors();
}

/// Browsers wait for minutes.
#[test]
fn a_connection_that_hangs_once_is_not_waited_for() {
    if !can_test() {
        return;
    }
    let over = Arc::new(AtomicBool::new(false));
    let (now, asked) = (over.clone(), Mutex::new(HashSet::new()));
    let host = Host::of_the_page_where(move |path| {
        let hangs = ["assets/lab_run", "assets/cpu"].iter().any(|stem| path.contains(stem));
        if hangs && asked.lock().unwrap().insert(path.to_string()) {
            while !now.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(100));
            }
        }
        true
    });
    let page = Page::at(DESKTOP, host.url());
    page.visit(&format!("embed.html#{SMALL}"));
    page.wait_until("!!lab.getConfig()", SOON);
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done'", 2 * SOON);
    assert_eq!(page.eval("lab.problems"), json!([]));
    over.store(true, Ordering::SeqCst);
}

#[test]
fn a_database_without_its_store_gets_one() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let page = Page::at(DESKTOP, host.url());
    // The frame keeps nothing itself.
    page.visit("embed.html");
    page.run(
        "const name = `grokking-lab ${new URL('.', document.baseURI).pathname}`;
         await new Promise((done, failed) => {
             const opening = indexedDB.open(name, 1);
             opening.onsuccess = () => { opening.result.close(); done(); };
             opening.onerror = failed;
         });",
    );
    page.load(SMALL);
    trains(&page);
    page.run("document.dispatchEvent(new Event('visibilitychange')); await new Promise(done => setTimeout(done, 3000));");
    page.assert_no_console_errors();
    page.reload();
    page.wait_until("!!document.querySelector('.resume')", SOON);
    page.assert_no_console_errors();
}
