//! What programs of a page can follow and ask: events about the visitor's doings, goals, looks inside, pictures, the state,
//! and the same from around a frame.

use crate::harness::{DESKTOP, Page, can_test};
use crate::host::Host;
use serde_json::json;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);
const TINY: &str = "p=11&train=0.6&width=16&heads=2&mlp=32&speed=0&backend=cpu&workers=1";
/// Small enough for seconds; natively seeds 0 to 5 grok at step 86 to 339.
const GROKS: &str =
    "{p: 23, train: 0.8, width: 64, heads: 2, mlp: 128, wd: 2, backend: 'cpu', workers: 1, speed: 0, steps: 1500}";

#[test]
fn what_the_visitor_does_is_told() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(&format!("{TINY}&speed=20&v=1"));
    page.run(
        "window.told = [];
         for (const name of ['config', 'state', 'problems']) lab.addEventListener(name, e => told.push([name, e.detail]));
         window.of = name => told.filter(([other]) => other === name).map(([, detail]) => detail);
         root.querySelector('[data-action=toggle]').click();",
    );
    page.wait_until("of('state').length === 1 && await lastStep() > 0", SOON);
    page.run("root.querySelector('[data-action=toggle]').click();");
    page.wait_until("of('state').length === 2", SOON);
    assert_eq!(page.eval("of('state').map(detail => detail.state)"), json!(["running", "paused"]));
    assert_eq!(page.eval("of('state')[1].step > 0 && told.length"), 2);
    page.open_settings();
    page.run(
        "const input = root.querySelector('[data-key=p]');
         input.value = '13';
         input.dispatchEvent(new Event('change', {bubbles: true}));",
    );
    page.wait_until("of('config').length === 1 && of('state').at(-1).state === 'idle'", SOON);
    assert_eq!(page.eval("[of('config')[0].config.p, of('config')[0].config.tied]"), json!([13, false]));
    assert_eq!(page.eval("JSON.stringify(of('config')[0].config) === JSON.stringify(lab.getConfig())"), true);
    page.run("lab.setConfig({p: 4000});");
    assert_eq!(page.eval("of('problems').map(detail => detail.problems.length)"), json!([1]));
    assert_eq!(page.eval("of('problems')[0].problems[0] === lab.problems[0]"), true);
    page.run("root.querySelector('[data-action=dismiss]').click();");
    assert_eq!(page.eval("of('problems').at(-1).problems"), json!([]));
    page.assert_no_console_errors();
}

#[test]
fn goals_looks_pictures_and_the_state_are_promised() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(&format!("{TINY}&v=1"));
    page.run(&format!("await lab.setConfig({GROKS});"));
    let why = page.run("return lab.until('tomorrow').then(() => '', error => error.message);");
    assert!(why.as_str().is_some_and(|why| why.contains("memorized")), "{why}");
    page.run("window.goals = {}; for (const name of ['memorized', 'grok', 'done']) lab.until(name).then(step => goals[name] = step); lab.start();");
    page.wait_until("Object.keys(goals).length === 3", SOON);
    page.wait_until("lab.state === 'done'", SOON);
    assert_eq!(page.eval("goals.memorized <= goals.grok && goals.grok < goals.done && goals.done === await lastStep()"), true);
    assert_eq!(page.eval("await lab.until('grok') === goals.grok"), true);

    // What each view shows, as numbers.
    let shape = "(sight, ...names) => names.map(name => sight[name].length)";
    assert_eq!(
        page.eval(&format!("({shape})(await lab.inspect('operation'), 'kind', 'truth', 'answer', 'loss')")),
        json!([529, 529, 529, 529])
    );
    assert_eq!(page.eval("(s => s.testAccuracy > 0.9 && s.answer.filter((c, i) => c === s.truth[i]).length > 500)(await lab.inspect('operation'))"), true);
    assert_eq!(page.eval("(s => s.testAccuracy)(await lab.inspect('operation', {neurons: Array.from({length: 128}, (_, i) => i), heads: [[0, 0], [0, 1]]})) < 0.5"), true);
    assert_eq!(
        page.eval(&format!("({shape})(await lab.inspect('embedding'), 'spectrum', 'x', 'y', 'tokens')")),
        json!([12, 23, 23, 23])
    );
    assert_eq!(page.eval("(await lab.inspect('embedding', {frequency: 3})).frequency"), 3);
    assert_eq!(page.eval(&format!("({shape})(await lab.inspect('neurons'), 'frequency', 'explained')")), json!([128, 128]));
    assert_eq!(page.eval("(s => [s.layers.length, s.layers[0].length, s.layers[0][0].length, s.layers[0][0][0].length])(await lab.inspect('patterns'))"), json!([1, 2, 3, 529]));
    assert_eq!(
        page.eval("(s => [s.answers, s.kinds, s.right.length, s.right[1] === s.trainAccuracy, s.right[3] < 1])(await lab.inspect('lens'))"),
        json!([1, ["training", "test"], 4, true, true])
    );
    assert_eq!(
        page.eval("(s => [s.kinds, s.losses.reduce((n, list) => n + list.length, 0), s.hardest.length, s.hardest[0].loss === Math.max(...s.losses[0]), s.hardest[5].operands.length])(await lab.inspect('losses'))"),
        json!([["training", "test"], 529, 10, true, 2])
    );
    assert_eq!(
        page.eval("(s => [s.steps.at(-1) === s.step, s.steps.length === s.restrictedLoss.length, s.steps.length > 5, s.norms.W_E > 0])(await lab.inspect('progress'))"),
        json!([true, true, true, true])
    );
    assert_eq!(
        page.eval("(s => [s.x, s.y, s.truth, s.answers[0]])(await lab.inspect('pair', {x: 3, y: 4}))"),
        json!([3, 4, 7, 7])
    );
    assert_eq!(page.eval("(s => [s.rows, s.columns, s.cells.length])(await lab.inspect('matrix'))"), json!([24, 64, 24 * 64]));
    assert_eq!(page.eval("(await lab.inspect('operation', {at: 1})).step < 5"), true);
    for (call, why) in [
        ("inspect('future')", "choose one of operation"),
        ("inspect('pair', {x: 99, y: 0})", "from 0 to 22"),
        ("inspect('pair', {x: 0.5})", "a whole number"),
        ("inspect('matrix', {parameter: 99})", "nothing of the kind"),
        ("exportPNG('pie')", "accuracy"),
    ] {
        let said = page.run(&format!("return lab.{call}.then(() => '', error => error.message);"));
        assert!(said.as_str().is_some_and(|said| said.contains(why)), "{call}: {said}");
    }

    assert_eq!(page.eval("(b => [b.type, b.size > 5000])(await lab.exportPNG('loss'))"), json!(["image/png", true]));
    assert_eq!(page.eval("(b => [b.width, b.height])(await createImageBitmap(await lab.exportPNG()))")[0], 1280);

    // The state is small, plain, and shows the run again.
    page.run("root.querySelector('[data-action=log]').click(); root.querySelector('[data-tab=\"2\"]').click();");
    assert_eq!(page.eval("lab.setState({guess: 120})"), json!([]));
    let state = page.eval("JSON.stringify(lab.getState())");
    assert!(state.as_str().is_some_and(|text| text.len() < 500 && text.contains("\"view\":\"neurons\"")), "{state}");
    page.run("await lab.setConfig({p: 11}); root.querySelector('[data-action=log]').click(); root.querySelector('[data-tab=\"0\"]').click();");
    assert_eq!(page.eval("[lab.setState({guess: null}), lab.getState().guess]"), json!([[], null]));
    assert_eq!(page.eval(&format!("lab.setState(JSON.parse({state}))")), json!([]));
    assert_eq!(page.eval("[lab.state, lab.getConfig().p]"), json!(["idle", 23]));
    assert_eq!(page.eval("(({view, log, guess}) => [view, log, guess])(lab.getState())"), json!(["neurons", true, 120]));
    assert_eq!(page.eval("root.querySelector('[data-action=log]').checked"), true);
    let losses = page.eval(
        &format!("const_ = JSON.parse({state}), await lab.step(const_.step), lab.getState().step === const_.step")
            .replace("const_", "window.before"),
    );
    assert_eq!(losses, true);
    assert_eq!(
        page.eval(
            "lab.setState({version: 9}).length + lab.setState({view: 'nope', config: {p: 4}}).length + lab.setState(7).length"
        ),
        4
    );
    page.assert_no_console_errors();
}

#[test]
fn labs_share_a_step_axis_and_a_page_around_a_frame_calls_methods() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let site = Host::of_text(format!(
        "<!doctype html><meta charset=utf-8><link rel=icon href=data:,>
         <script type=module src='{0}npm/grokking-lab.js'></script>
         <grokking-lab axis=both p=11 width=16 heads=2 mlp=32 backend=cpu speed=0 steps=5000 stop=limit></grokking-lab>
         <grokking-lab axis=both p=11 width=16 heads=2 mlp=32 backend=cpu speed=0></grokking-lab>
         <grokking-lab axis=700 p=11 width=16 heads=2 mlp=32 backend=cpu speed=0></grokking-lab>
         <iframe width=100% height=300 src='{0}embed.html#p=11&width=16&heads=2&mlp=32&backend=cpu&speed=0&v=1'></iframe>
         <script>
             window.heard = [];
             addEventListener('message', e => {{ if (e.source === frames[0]) heard.push(e.data); }});
             window.ask = (id, method, ...args) => new Promise((resolve, reject) => {{
                 addEventListener('message', function hear({{data}}) {{
                     if (data?.type !== 'answer' || data.id !== id) return;
                     removeEventListener('message', hear);
                     if (data.error) reject(new Error(data.error)); else resolve(data.result);
                 }});
                 frames[0].postMessage({{target: 'grokking-lab', version: 1, type: 'call', id, method, args}}, '*');
             }});
         </script>",
        host.url()
    ));
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    page.run("window.labs = Array.from(document.querySelectorAll('grokking-lab'));");
    page.wait_until("labs.every(lab => lab.getConfig())", SOON);
    // Before `ready`, exports answer null.
    page.wait_until("labs.every(lab => lab.exportSVG())", SOON);
    // The last number below the axis, where screen readers find it: as the picture says it.
    let last = |i: usize| {
        page.run(&format!("return Number(labs[{i}].exportSVG().match(/>([0-9,]+)<\\/text>/g).map(t => Number(t.replace(/[^0-9]/g, ''))).reduce((a, b) => Math.max(a, b)));"))
    };
    assert!(last(2).as_f64().is_some_and(|step| step >= 600.0), "{}", last(2));
    let before = last(1);
    page.run("await labs[0].step(900);");
    page.run("await drawn();");
    assert!(before.as_f64() < Some(200.0) && last(1) == last(0), "{before} {} {}", last(0), last(1));

    page.wait_until("heard.some(message => message.type === 'hello')", SOON);
    assert_eq!(page.eval("await ask('a', 'getConfig').then(config => config.p)"), 11);
    assert_eq!(page.eval("await ask(2, 'step', 5)"), 5);
    assert_eq!(page.eval("(await ask({deep: [3]}.deep[0], 'getHistory')).step.length > 3"), true);
    assert_eq!(
        page.eval("[await ask(4, 'state'), (await ask(5, 'getState')).step, (await ask(6, 'snapshot')).length > 100]"),
        json!(["paused", 5, true])
    );
    assert_eq!(
        page.eval("(await ask(7, 'exportPNG')).type + (await ask(8, 'inspect', 'embedding')).spectrum.length"),
        "image/png6"
    );
    for call in ["'constructor'", "'remove'", "'getHistory', {}", "'step', 0.5", "'openRun', 'x'"] {
        let said = page.run(&format!(
            "return ask(9, {call}).then(value => typeof value === 'object' ? 'an object' : '', error => error.message);"
        ));
        assert!(said.as_str().is_some_and(|said| !said.is_empty()), "{call}");
    }
    let types = page.eval("Array.from(new Set(heard.map(message => message.type))).sort()");
    for told in ["state", "hello", "ready", "metrics", "answer"] {
        assert!(types.as_array().is_some_and(|types| types.contains(&json!(told))), "{types}");
    }
    page.run("frames[0].postMessage({target: 'grokking-lab', version: 1, type: 'config', id: 'c', config: {p: 13}}, '*');");
    page.wait_until(
        "heard.some(m => m.type === 'configured' && m.id === 'c') && heard.some(m => m.type === 'config' && m.config.p === 13)",
        SOON,
    );
    page.assert_no_console_errors();
}
