//! The folder on a static host: in a sub-path, under a strict content security policy, without a network, and as a package
//! that another site's page embeds.

use crate::harness::{DESKTOP, Page, can_test};
use crate::host::Host;
use std::time::Duration;

const SMALL: &str = "task=x%2By&p=23&train=0.6&width=32&heads=2&mlp=64&backend=cpu&speed=0&steps=40&v=1";
const SOON: Duration = Duration::from_secs(60);

/// Trains on the CPU to the end, which needs every file of the element.
fn trains(page: &Page) {
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done'", SOON);
}

/// Waits until the service worker has all its files.
fn wait_for_the_service_worker(page: &Page) {
    page.wait_until("(await navigator.serviceWorker.getRegistration())?.active?.state === 'activated'", SOON);
}

#[test]
fn after_one_visit_the_page_works_without_a_network() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let page = Page::at(DESKTOP, host.url());
    // What an earlier release and a stranger on the same origin would have left; a frame registers nothing itself.
    page.visit("embed.html");
    page.run(&format!("for (const name of ['grokking-lab {} 0', 'other']) await caches.open(name);", host.url()));
    page.load(SMALL);
    wait_for_the_service_worker(&page);
    // What the visit has asked for is there later.
    page.wait_until("!!navigator.serviceWorker.controller", SOON);
    page.eval("(await lab.inspect('operation')).view");
    let caches = page.eval("(await caches.keys()).map(name => name.replace(/[0-9a-f]{8}$/, '#')).sort()");
    assert_eq!(caches, serde_json::json!([format!("grokking-lab {} #", host.url()), "other"]));

    // The second visit is the one that the service worker answers; the browser's own cache would hide what it lacks.
    page.forget_cached_files();
    drop(host);
    page.load(SMALL);
    assert_eq!(page.eval("!!navigator.serviceWorker.controller"), true);
    trains(&page);
    assert_eq!(page.eval("(await lab.inspect('operation')).view"), "operation");
    page.assert_no_console_errors();
    page.visit(&format!("index.html#{SMALL}"));
    page.wait_until("!!lab.getConfig()", SOON);
}

#[test]
fn a_strict_policy_refuses_nothing() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let page = Page::at(DESKTOP, host.url());
    page.load(SMALL);
    let policy = page.eval("(await fetch('./')).headers.get('content-security-policy')");
    let policy = policy.as_str().expect("a policy").to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe-inline"), "{policy}");
    // Only wasm may be compiled, and only our own files run.
    for code in ["Function('return 1')()", "document.body.setAttribute('style', 'color: red')"] {
        page.run(&format!(
            "window.refused = 0;
             document.addEventListener('securitypolicyviolation', () => refused++, {{once: true}});
             const script = document.createElement('script');
             script.textContent = {};
             document.body.append(script);",
            serde_json::json!(code)
        ));
        page.wait_until("refused === 1", SOON);
    }
    page.forget_console();

    page.visit(&format!("#{SMALL}"));
    page.wait_until("!!lab.getConfig()", SOON);
    page.run("window.refused = []; document.addEventListener('securitypolicyviolation', e => refused.push(e.blockedURI));");
    trains(&page);
    page.run("root.querySelector('[data-action=csv]').click();");
    wait_for_the_service_worker(&page);
    assert_eq!(page.eval("refused"), serde_json::json!([]));
    let names = page.eval("performance.getEntriesByType('resource').map(e => e.name.split('/').at(-1).split('?')[0])");
    let names = names.as_array().expect("names").iter().filter_map(|name| name.as_str()).collect::<Vec<_>>();
    let hashed = |name: &&str| name.rsplit_once('-').is_some_and(|(_, hash)| hash.len() > 8 && hash.as_bytes()[8] == b'.');
    assert!(names.iter().filter(|name| hashed(name)).count() >= 5, "{names:?}");
    page.assert_no_console_errors();
}

#[test]
fn another_site_embeds_the_package_and_keeps_its_service_workers() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    // As a teacher would write it. The attributes are those of SMALL.
    let html = format!(
        "<!doctype html><meta charset=utf-8><link rel=icon href=data:,><script type=module src='{}npm/grokking-lab.js'></script>
         <grokking-lab id=lab task=x+y p=23 train=0.6 width=32 heads=2 mlp=64 backend=cpu steps=40></grokking-lab>",
        host.url()
    );
    let site = Host::of_text(html);
    let page = Page::at(DESKTOP, site.url());
    // The benchmark is our page's; elsewhere the query means whatever the site wants it to.
    page.visit("?bench");
    page.wait_until("!!lab.getConfig()", SOON);
    trains(&page);
    assert_eq!(page.eval("(await navigator.serviceWorker.getRegistrations()).length"), 0);
    assert_eq!(page.eval("(await caches.keys()).length"), 0);
    assert_eq!(page.eval("location.hash"), "");
    page.assert_no_console_errors();
}

/// The scripts that the documentation shows, in a page that has a run to talk about.
#[test]
fn the_documentation_is_right() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(SMALL);
    trains(&page);
    let readme = include_str!("../../docs/embedding.md");
    let blocks: Vec<&str> = readme.split("```js\n").skip(1).filter_map(|block| block.split("```").next()).collect();
    assert!(blocks.len() >= 8, "the documentation shows {} scripts", blocks.len());
    // Last what resets the run.
    let (last, others): (Vec<&str>, Vec<&str>) = blocks.into_iter().partition(|block| block.contains("lab.reset()"));
    for block in others.into_iter().chain(last) {
        if block.contains("lab.step(5)") {
            // A run that is over makes no more steps.
            page.run("lab.reset();");
        }
        // The harness has a name for the element already.
        page.run(&format!("{{ {block} }}"));
    }
    page.wait_until("lab.getConfig().task === 'x/y' && lab.state === 'idle'", SOON);
    // What it lists of the look is what the element has.
    let listed =
        |pattern: &str| page.eval(&format!("Array.from(new Set({}.match({pattern}) ?? [])).sort()", serde_json::json!(readme)));
    let defined = page.eval(
        "Array.from(new Set(Array.from(root.adoptedStyleSheets[0].cssRules).map(r => r.cssText).join().match(/--gl-[a-z-]+[a-z]/g))).sort()",
    );
    assert_eq!(listed("/--gl-[a-z-]+[a-z]/g"), defined);
    let parts = page.eval(
        "Array.from(new Set(Array.from(root.querySelectorAll('[part]')).flatMap(e => Array.from(e.part)))).sort().join(' ')",
    );
    let named = readme.split("`::part(…)`: `").nth(1).and_then(|rest| rest.split('`').next()).expect("a list of parts");
    let mut named: Vec<&str> = named.split(' ').collect();
    named.sort_unstable();
    assert_eq!(parts, named.join(" "));
    page.assert_no_console_errors();
}
