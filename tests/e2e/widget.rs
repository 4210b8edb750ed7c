//! The widget of notebooks, with a model as anywidget hands it over.

use crate::harness::{DESKTOP, Page, can_test};
use crate::host::Host;
use serde_json::json;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);

/// Traits with their listeners; what a kernel would get, `sent` keeps.
const MODEL: &str = "
    window.traits = {config: {p: 11, width: 16, heads: 2, mlp: 32, train: 0.6, backend: 'cpu', speed: 0, steps: 60}, memorized: null, grok: null};
    window.sent = [];
    const listeners = new Map();
    const fire = (event, ...values) => listeners.get(event)?.forEach(listener => listener(...values));
    window.model = {
        get: name => traits[name],
        set(name, value) { if (value !== undefined) structuredClone(value); traits[name] = value; fire(`change:${name}`); },
        save_changes() { JSON.stringify(traits); window.saved = (window.saved ?? 0) + 1; },
        on(event, listener) { listeners.set(event, [...listeners.get(event) ?? [], listener]); },
        off(event, listener) { listeners.set(event, (listeners.get(event) ?? []).filter(other => other !== listener)); },
        send(content, callbacks, buffers) { sent.push({...content, bytes: buffers.map(buffer => buffer.byteLength)}); },
    };
    window.ask = (id, method, args = [], buffers = []) => fire('msg:custom', {type: 'call', id, method, args}, buffers);
    window.listening = () => Array.from(listeners.values()).flat().length;
";

#[test]
fn a_notebook_follows_the_lab_and_conducts_it() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    // As the Python side writes it: a module of its own that brings the lab's.
    let site = Host::of_text(format!(
        "<!doctype html><meta charset=utf-8><link rel=icon href=data:,><div id=cell></div>
         <script type=module>
             {MODEL}
             const text = 'export {{ default }} from \"{0}npm/grokking-lab-anywidget.js\";';
             const widget = (await import(URL.createObjectURL(new Blob([text], {{type: 'text/javascript'}})))).default;
             window.close = await widget.render({{model, el: cell}});
             window.lab = cell.firstChild;
         </script>",
        host.url()
    ));
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    page.wait_until("traits.config.mlp === 32 && traits.config.task === 'x+y'", SOON);
    assert_eq!(page.eval("[traits.problems, window.lab.getConfig().p]"), json!([[], 11]));
    page.run("ask(1, 'start'); ask(2, 'until', ['done']);");
    page.wait_until("traits.state === 'done' && sent.some(({id}) => id === 2)", SOON);
    assert_eq!(
        page.eval("[traits.step, sent.find(({id}) => id === 2).result, traits.metrics.step, traits.history.step.at(-1), Array.isArray(traits.history.testLoss)]"),
        json!([60, 60, 60, 60, true])
    );
    assert_eq!(page.eval("typeof traits.memorized === 'number' || traits.history.trainAccuracy.every(a => a < 0.99)"), true);
    // The kernel's wish, and what is wrong with one.
    page.run("model.set('config', {wd: 0, p: 4});");
    page.wait_until("traits.problems.length === 1 && traits.config.wd === 0", SOON);
    page.run("ask(3, 'saveRun'); ask(4, 'inspect', ['embedding']); ask(5, 'nonsense'); ask(6, 'exportPNG');");
    page.wait_until("[3, 4, 5, 6].every(id => sent.some(answer => answer.id === id))", SOON);
    assert_eq!(page.eval("sent.find(({id}) => id === 3).bytes[0] > 1000 && sent.find(({id}) => id === 6).bytes[0] > 1000"), true);
    assert_eq!(page.eval("[Array.isArray(sent.find(({id}) => id === 4).result.spectrum), sent.find(({id}) => id === 5).error.includes('nonsense')]"), json!([true, true]));
    // Bytes come back as they went.
    page.run("const bytes = await window.lab.saveRun(); ask(7, 'openRun', [], [new DataView(bytes.buffer)]);");
    page.wait_until("sent.some(({id}) => id === 7)", SOON);
    assert_eq!(page.eval("sent.find(({id}) => id === 7).error ?? ''"), "");
    page.run("close();");
    assert_eq!(page.eval("[cell.children.length, listening()]"), json!([0, 0]));
    page.assert_no_console_errors();
}
