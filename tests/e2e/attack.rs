//! Devices that are lost, hang or refuse, and workers that die: the run goes on, and what the page says of it is true.

use crate::harness::{DESKTOP, Page};
use serde_json::json;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(90);
/// After this, `auto` has reached the CPU.
const REACHED: Duration = Duration::from_secs(12);
const RUN: &str = "task=x%2By&p=11&train=0.6&width=16&heads=2&mlp=32&speed=0&steps=100000&stop=limit&wd=0.1&v=1";

/// A lab whose workers run `prelude` first. `attack(script)` has all of them run a script.
fn attacked(page: &Page, hash: &str, prelude: &str) {
    page.load("steps=1&v=1");
    let attributes: Vec<&str> = hash.split('&').filter(|pair| !pair.starts_with("v=")).collect();
    page.run(&format!(
        "const shell = await (await fetch('grokking-lab.js')).text();
         const {{part}} = await import(new URL('grokking-lab.js', location.href).href);
         const asset = name => new URL(shell.match(new RegExp(`assets/${{name}}-\\\\w*\\\\.\\\\w+`))[0], location.href);
         const modules = {{}};
         for (const engine of ['gpu', 'cpu']) {{
             modules[engine] = await WebAssembly.compileStreaming(fetch(asset(engine + '_bg')));
         }}
         window.launched = [];
         const launch = engine => {{
             const worker = asset(engine);
             const script = `
                 new BroadcastChannel('attack').onmessage = ({{data}}) => (0, eval)(data);
                 const engine = '${{engine}}';
                 {prelude}
                 import(${{JSON.stringify(worker.href)}}).then(() => onmessage && held.forEach(onmessage));
                 const held = [];
                 onmessage = message => held.push(message);`;
             const url = URL.createObjectURL(new Blob([script], {{type: 'text/javascript'}}));
             const started = new Worker(url, {{type: 'module'}});
             started.postMessage([modules[engine], '']);
             launched.push(engine);
             return started;
         }};
         const host = document.createElement('div');
         document.body.prepend(host);
         for (const pair of {attributes:?}) host.setAttribute(...pair.split('=').map(decodeURIComponent));
         const shadow = host.attachShadow({{mode: 'open'}});
         const {{Lab}} = await import(asset('lab'));
         window.victim = new Lab(host, shadow, launch, async () => '', part, undefined, 'en');
         window.shown = () => shadow.textContent;
         window.at = () => victim.getHistory().step.at(-1) ?? -1;
         window.attack = script => new BroadcastChannel('attack').postMessage(script);"
    ));
}

/// Software that claims to be a GPU, so that `auto` takes it.
const CLAIMS: &str = "
    for (const type of [self.GPUAdapterInfo, self.GPUAdapter]) {
        if (type) Object.defineProperty(type.prototype, 'isFallbackAdapter', {get: () => false});
    }";

#[test]
fn auto_reaches_the_cpu_whatever_hangs_or_refuses() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    for (prelude, reason) in [
        ("if (engine === 'gpu') GPU.prototype.requestAdapter = () => new Promise(() => {});", "has not answered for 7 seconds"),
        ("if (engine === 'gpu') GPU.prototype.requestAdapter = () => { throw new Error('no adapters today'); };", "no adapters today"),
        ("if (engine === 'gpu') GPU.prototype.requestAdapter = async () => null;", "gives no device"),
        ("if (engine === 'gpu') GPUBuffer.prototype.mapAsync = () => new Promise(() => {});", "has not answered for 7 seconds"),
        ("if (engine === 'gpu') GPUDevice.prototype.createComputePipeline = () => { throw new Error('no pipelines'); };", "no pipelines"),
        // So little that nothing is compiled, which would take this software minutes.
        (
            "for (const name of ['maxBufferSize', 'maxStorageBufferBindingSize']) Object.defineProperty(GPUSupportedLimits.prototype, name, {get: () => 1 << 10});",
            "bytes",
        ),
        (
            "const request = GPUAdapter.prototype.requestDevice;
             GPUAdapter.prototype.requestDevice = async function (...all) { const device = await request.apply(this, all); device.destroy(); return device; };",
            "lost",
        ),
    ] {
        attacked(&page, RUN, &format!("{CLAIMS} {prelude}"));
        page.run("victim.start();");
        page.wait_until("victim.device === 'cpu' && at() > 10 && victim.state === 'running'", REACHED);
        let shown = page.eval("shown()");
        assert!(shown.as_str().is_some_and(|shown| shown.contains(reason)), "{prelude}: {shown}");
        page.run("victim.free();");
        page.forget_console();
    }
}

/// Keeps all devices, for `lose()`.
const LOSABLE: &str = "
    const request = GPUAdapter.prototype.requestDevice;
    self.devices = [];
    GPUAdapter.prototype.requestDevice = async function (...all) {
        const device = await request.apply(this, all);
        self.devices.push(device);
        return device;
    };
    self.lose = () => self.devices.splice(0).forEach(device => device.destroy());";

#[test]
fn a_lost_gpu_is_made_up_for_at_any_moment() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    // An MLP has the fewest shaders, which software compiles anew after every loss.
    attacked(&page, &format!("{RUN}&model=mlp&backend=gpu"), LOSABLE);
    // Before the first step.
    page.wait_until("victim.device === 'gpu' && victim.state === 'idle'", SOON);
    page.run("attack('lose()');");
    page.run("victim.start();");
    page.wait_until("at() > 30 && victim.state === 'running'", SOON);
    // In training, several times.
    for _ in 0..2 {
        let at = page.eval("at()").as_u64().expect("a step");
        page.run("attack('lose()');");
        page.wait_until(&format!("at() > {at} + 30 && victim.state === 'running'"), SOON);
    }
    let steps = page.eval("Array.from(victim.getHistory().step)");
    let steps: Vec<u64> = steps.as_array().expect("steps").iter().filter_map(serde_json::Value::as_u64).collect();
    assert!(steps.windows(2).all(|two| two[0] < two[1] && two[1] - two[0] <= 16), "a gap: {steps:?}");
    // Paused: files, another seed, and going on.
    page.run("victim.pause();");
    page.wait_until("victim.state === 'paused'", SOON);
    page.run("await new Promise(resolve => setTimeout(resolve, 500)); window.before = victim.exportCSV(); attack('lose()');");
    let sizes = page.run("return [(await victim.saveRun()).length > 1000, (await victim.exportWeights()).length > 1000];");
    assert_eq!(sizes, json!([true, true]));
    assert_eq!(page.eval("[victim.state, victim.exportCSV() === before, victim.device]"), json!(["paused", true, "gpu"]));
    page.run("attack('lose()'); victim.setConfig({seed: 3});");
    page.wait_until("victim.state === 'idle'", SOON);
    page.run("victim.start();");
    page.wait_until("at() > 5", SOON);
    // Over.
    page.run("victim.pause(); victim.setConfig({steps: at() + 40}); victim.start();");
    page.wait_until("victim.state === 'done'", SOON);
    page.run("window.before = victim.exportCSV(); attack('lose()'); await victim.saveRun();");
    assert_eq!(page.eval("[victim.state, victim.exportCSV() === before]"), json!(["done", true]));
    assert!(page.eval("launched").as_array().is_some_and(|launched| launched.len() == 1), "the CPU was not needed");
}

#[test]
fn a_dead_worker_is_replaced_and_its_run_goes_on() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    attacked(&page, &format!("{RUN}&backend=cpu&workers=1"), "");
    page.run("victim.start();");
    page.wait_until("at() > 100", SOON);
    for script in ["setTimeout(() => { throw new Error('a timer') });", "self.close();"] {
        let (at, started) =
            (page.eval("at()").as_u64().expect("a step"), page.eval("launched.length").as_u64().expect("a number"));
        page.run(&format!("attack({script:?});"));
        page.wait_until(&format!("launched.length === {started} + 1 && victim.state === 'running' && at() > {at} + 100"), SOON);
        page.wait_until("/The trainer stopped .* training goes on from its last copy/.test(shown())", SOON);
    }
    assert_eq!(page.eval("victim.getHistory().step[0]"), 0, "the curves are kept");
    page.run("victim.pause();");
    page.wait_until("victim.state === 'paused'", SOON);
    page.run("window.before = victim.exportCSV(); attack('self.close()');");
    page.run("victim.start();");
    page.wait_until("launched.length === 4 && victim.state === 'running' && victim.exportCSV().length > before.length", SOON);
    page.forget_console();
}

#[test]
fn an_exception_in_a_helper_ends_the_helper_only() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    attacked(&page, "p=47&train=0.4&backend=cpu&workers=2&speed=0", "");
    page.run("victim.start();");
    page.wait_until("victim.adapter.includes('2 workers') && at() > 5", SOON);
    page.run("attack(\"if (name.includes('helper')) setTimeout(() => { throw new Error('it broke') });\");");
    page.wait_until("/A worker was lost \\(.*it broke\\). Training goes on from step/.test(shown())", SOON);
    page.run("window.step = at();");
    page.wait_until("victim.state === 'running' && at() > step + 10 && !victim.adapter.includes('workers')", SOON);
    assert_eq!(page.eval("launched.length"), 1, "the worker itself goes on");
    page.forget_console();
}

#[test]
fn what_a_tab_cannot_hold_is_refused_and_memory_comes_back() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    attacked(&page, "layers=4&width=512&mlp=2048&p=199&backend=cpu&workers=1", "");
    page.run("victim.start();");
    page.wait_until("victim.state === 'error' && /would take .* GB of memory.*Lower layers \\(4\\)/.test(shown())", SOON);
    page.run("victim.setConfig({layers: 1, width: 16, heads: 2, mlp: 32, p: 11, speed: 0}); victim.start();");
    page.wait_until("at() > 20", SOON);
    page.forget_console();
}

#[test]
fn a_run_that_diverges_ends_and_says_so() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("p=23&width=32&heads=2&mlp=64&backend=cpu&speed=0&lr=10&v=1");
    page.run("lab.start();");
    page.wait_until("lab.state === 'done'", SOON);
    page.wait_until("/Diverged: since step \\d+ its loss is no number/.test(root.textContent)", SOON);
    page.wait_until("/Lower the learning rate \\(10\\)/.test(root.textContent)", SOON);
    assert!(page.eval("await lastStep()").as_u64().is_some_and(|last| last < 400));
    page.screenshot("diverged");
    page.assert_no_console_errors();
}

#[test]
fn files_are_looked_at_before_they_are_read() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("p=11&width=16&heads=2&mlp=32&backend=cpu&speed=0&steps=100000&stop=limit&v=1");
    page.run("lab.start();");
    page.wait_until("await lastStep() > 20", SOON);
    page.run(
        "window.readings = [];
         const read = Blob.prototype.arrayBuffer;
         Blob.prototype.arrayBuffer = function () { readings.push(this.size); return read.call(this); };
         window.drop = (...contents) => {
             const dataTransfer = new DataTransfer();
             contents.forEach((content, i) => dataTransfer.items.add(new File(content, `file${i}.grokrun`)));
             lab.dispatchEvent(new DragEvent('drop', {dataTransfer, bubbles: true, cancelable: true}));
         };
         drop([new Uint8Array(1e8)]);",
    );
    page.wait_until("/file0.grokrun: This is not a run file of the lab \\(100,000,000 bytes/.test(root.textContent)", SOON);
    assert_eq!(page.eval("readings"), json!([20]), "it was not read");
    page.run("drop(['one'], ['two'], ['three']);");
    page.wait_until("/These are 3 files/.test(root.textContent)", SOON);
    assert_eq!(page.eval("readings.length"), 1);
    page.run("window.step = await lastStep();");
    page.wait_until("lab.state === 'running' && await lastStep() > step + 20", SOON);
    page.assert_no_console_errors();
}
