//! The lab in a frame of another origin: the messages of both sides, its height, and whom it does not obey.

use crate::harness::{DESKTOP, Page, View, can_test};
use crate::host::Host;
use serde_json::json;
use std::time::Duration;

/// Small enough for seconds; natively seeds 0 to 5 grok at step 86 to 339.
const QUICK: &str = "{p: 23, train: 0.8, width: 64, heads: 2, mlp: 128, wd: 2, backend: 'cpu', speed: 0, steps: 1500}";
const SOON: Duration = Duration::from_secs(60);

/// A page that embeds the lab and notes what it hears. Its query is the frame's; `send` is what docs/embedding.md says to send.
fn site(host: &Host) -> Host {
    Host::of_text(format!(
        "<!doctype html><meta charset=utf-8><link rel=icon href=data:,>
         <script>
             window.heard = [];
             addEventListener('message', e => {{ if (e.source === frames[0]) heard.push({{...e.data, origin: e.origin}}); }});
             window.of = type => heard.filter(message => message.type === type);
             window.send = message => frames[0].postMessage({{target: 'grokking-lab', version: 1, ...message}}, '*');
         </script>
         <iframe id=frame width=100% height=300 allow=clipboard-write></iframe>
         <script>frame.src = '{0}embed.html' + location.search + '#backend=cpu&v=1';</script>
         <script type=module src='{0}grokking-lab-frame.js'></script>",
        host.url()
    ))
}

#[test]
fn a_page_of_another_origin_conducts_the_lab() {
    if can_test() {
        conduct(Page::at);
    }
}

/// The same in any browser.
pub fn conduct(open: impl Fn(View, String) -> Page) {
    let host = Host::of_the_page();
    let site = site(&host);
    let page = open(DESKTOP, site.url());
    page.visit("");
    page.wait_until("of('hello').length > 0 && of('ready').length > 0", SOON);
    page.eval(&format!("send({{type: 'config', config: {QUICK}}})"));
    page.wait_until("of('configured').length === 1", SOON);
    assert_eq!(page.eval("[heard.at(-1).problems, of('configured')[0].config.p]"), json!([[], 23]));
    page.eval("send({type: 'step', n: 9})");
    page.wait_until("of('metrics').some(m => m.step >= 7 && m.trainLoss > 0)", SOON);
    page.eval("send({type: 'start'})");
    page.wait_until("of('done').length === 1", Duration::from_secs(180));
    assert_eq!(page.eval("[of('memorized').length, of('grok').length]"), json!([1, 1]));
    assert_eq!(page.eval("of('memorized')[0].step < of('grok')[0].step && of('grok')[0].step <= of('done')[0].step"), true);
    let origin = host.url();
    let origin = origin.split('/').take(3).collect::<Vec<_>>().join("/");
    let proper = format!("heard.every(m => m.source === 'grokking-lab' && m.version === 1 && m.origin === '{origin}')");
    assert_eq!(page.eval(&proper), true);

    page.run("send({type: 'reset'}); send({type: 'config', config: {p: 4, colour: 'red'}}); send({type: 'config', config: 7});");
    // What has no text is no value either.
    page.run("send({type: 'config', config: {p: {toString: 5}}}); send({type: 'config', config: null});");
    page.wait_until("of('configured').length === 5", SOON);
    assert_eq!(page.eval("of('configured').slice(1).map(m => m.problems.length)"), json!([2, 1, 1, 1]));
    assert_eq!(page.in_frame(0, |frame| frame.eval("[lab.state, lab.getHistory().step.length]")), json!(["idle", 0]));
    page.assert_no_console_errors();
}

#[test]
fn the_frame_is_as_high_as_its_content() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let site = site(&host);
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    page.wait_until("of('ready').length > 0 && frame.clientHeight > 500", SOON);
    let mut heights = vec![];
    for style in ["width: 900px", "width: 340px", "width: 600px; border: 9px solid; box-sizing: border-box"] {
        page.run(&format!("document.body.style.width = '100%'; frame.style.cssText = '{style}; height: ' + frame.style.height;"));
        page.wait_until("frame.clientHeight === of('height').at(-1).height", SOON);
        // The messages of a change come with the next frames.
        page.run("await new Promise(done => setTimeout(done, 500));");
        page.wait_until("frame.clientHeight === of('height').at(-1).height", SOON);
        let content = page.in_frame(0, |inside| inside.eval("[document.documentElement.scrollHeight, innerHeight]"));
        assert_eq!(content[0], content[1], "{style}");
        heights.push(content[0].as_u64().expect("pixels"));
    }
    assert!(heights[1] > heights[0] + 200, "{heights:?}");
    // What opens in a high frame opens where the visitor is looking.
    page.run("frame.style.width = '340px';");
    page.wait_until("frame.clientHeight > 1000", SOON);
    let near = page.in_frame(0, |inside| {
        inside.run(
            "const button = root.querySelector('[data-action=share]'), dialog = root.querySelector('[data-dialog=share]');
             button.click();
             // It is loaded when it is first asked for.
             for (let frames = 0; frames < 600 && !dialog.open; frames++) await new Promise(requestAnimationFrame);
             const at = button.getBoundingClientRect(), box = dialog.getBoundingClientRect();
             return box.top < at.top && at.bottom < box.bottom && box.left >= 0 && box.right <= innerWidth;",
        )
    });
    assert_eq!(near, true);
    page.screenshot("share-in-a-frame");
    page.assert_no_console_errors();
}

#[test]
fn only_the_parent_is_obeyed_and_only_if_its_origin_may() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let site = site(&host);
    let page = Page::at(DESKTOP, site.url());
    let idle = || page.in_frame(0, |frame| frame.eval("[lab.state, lab.getConfig().seed]"));
    // Long enough for messages that would have an effect.
    let a_while = || page.run("await new Promise(done => setTimeout(done, 1000));");

    page.visit("");
    page.wait_until("of('ready').length > 0", SOON);
    // Another frame of the same page, and the frame itself.
    page.run(
        "const other = document.createElement('iframe');
         other.srcdoc = `<script>for (const message of [{type: 'start'}, {type: 'config', config: {seed: 5}}])
             parent.frames[0].postMessage({target: 'grokking-lab', version: 1, ...message}, '*');</script>`;
         const loaded = new Promise(done => other.onload = done);
         document.body.append(other);
         await loaded;",
    );
    page.in_frame(0, |frame| frame.run("postMessage({target: 'grokking-lab', version: 1, type: 'start'});"));
    // What is not for the lab, of another version, or unknown.
    page.run("frames[0].postMessage({type: 'start'}, '*'); frames[0].postMessage(null, '*');");
    page.run("send({version: 2, type: 'start'}); send({type: 'constructor'}); send({type: '__proto__'});");
    a_while();
    assert_eq!((idle(), page.eval("of('configured').length")), (json!(["idle", 0]), json!(0)));

    // A list of origins that has others only: it neither obeys nor says anything.
    page.visit("?origin=https://school.example&origin=https://other.example");
    page.wait_until("frames.length === 1", SOON);
    page.in_frame(0, |frame| frame.wait_until("!!lab.getConfig() && lab.adapter", SOON));
    page.run("send({type: 'start'}); send({type: 'hello'});");
    a_while();
    assert_eq!((idle(), page.eval("heard.length")), (json!(["idle", 0]), json!(0)));
    page.assert_no_console_errors();

    let origin = page.eval("location.origin");
    page.visit(&format!("?origin=https://school.example&origin={}", origin.as_str().expect("an origin")));
    page.wait_until("of('ready').length > 0", SOON);
    page.eval("send({type: 'config', config: {seed: 5}})");
    page.wait_until("of('configured').length === 1", SOON);
    page.assert_no_console_errors();
}
