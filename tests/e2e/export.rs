//! What visitors keep: every file is made by its item of the menu and read back; runs reopen; the last session comes back.

use crate::harness::{DESKTOP, Page, View};
use serde_json::{Value, json};
use std::time::Duration;

const SMALL: &str = "task=x%2By&p=23&train=0.6&width=32&heads=2&mlp=64&backend=cpu&workers=1&speed=0&steps=120&v=1";
const SOON: Duration = Duration::from_secs(60);

/// The step of the run that the page keeps for after a crash.
pub const STORED: &str = "await new Promise((resolve, reject) => {
    const opening = indexedDB.open(`grokking-lab ${new URL('.', document.baseURI).pathname}`, 1);
    opening.onerror = reject;
    opening.onsuccess = () => {
        if (!opening.result.objectStoreNames.contains('runs')) return reject();
        const asking = opening.result.transaction('runs').objectStore('runs').get('last');
        asking.onsuccess = () => { opening.result.close(); resolve(asking.result?.step ?? 0); };
    };
})";

/// Catches downloads: `saved(item)` chooses an item of the menu and gives the file's name and content.
const CATCH: &str = "
    window.caught = [];
    const create = URL.createObjectURL;
    URL.createObjectURL = blob => { caught.push({blob}); return create.call(URL, blob); };
    HTMLAnchorElement.prototype.click = function () { caught.at(-1).name = this.download; };
    window.saved = async selector => {
        caught.length = 0;
        const menu = document.querySelector('#lab').shadowRoot.querySelector('.keep');
        menu.open = true;
        menu.querySelector(selector).click();
        while (!caught.at(-1)?.name) await new Promise(resolve => setTimeout(resolve, 20));
        return caught.pop();
    };
    window.bytes = async selector => new Uint8Array(await (await saved(selector)).blob.arrayBuffer());
    window.asFile = (bytes, name) => {
        const files = new DataTransfer();
        files.items.add(new File([bytes], name));
        return files;
    };";

/// A network that gives two answers, one after the other, and knows the first when it gives the second.
const SEQUENCES: &str = "task=digit-sum&p=5&k=2&samples=400&width=16&heads=2&mlp=32&layers=2&batch=64&backend=cpu&workers=1&speed=0&steps=120&stop=limit&v=1";

/// The page with a run that is over.
fn finished(page: &Page) {
    page.load(SMALL);
    page.run(CATCH);
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done'", SOON);
}

#[test]
fn every_file_reads_back() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    finished(&page);
    let history =
        page.run("const h = lab.getHistory(); return Object.fromEntries(Object.keys(h).map(k => [k, Array.from(h[k])]));");
    let steps = history["step"].as_array().expect("steps").len();
    assert!(steps > 20, "{steps} points");

    let csv = page
        .run("const {blob, name} = await saved('[data-action=csv]'); return {name, kind: blob.type, text: await blob.text()};");
    assert_eq!((&csv["name"], &csv["kind"]), (&json!("x-plus-y-mod-23-step-120.csv"), &json!("text/csv")));
    let lines: Vec<&str> = csv["text"].as_str().expect("text").lines().collect();
    assert_eq!(lines[0], "step,trainLoss,testLoss,trainAccuracy,testAccuracy,weightNorm,collapse,zeroLoss,gradientNorm");
    for (column, name) in lines[0].split(',').enumerate() {
        let read: Vec<f32> =
            lines[1..].iter().map(|line| line.split(',').nth(column).expect(name).parse().expect(name)).collect();
        let want: Vec<f32> = history[name].as_array().expect(name).iter().map(|v| v.as_f64().expect(name) as f32).collect();
        assert_eq!(read, want, "{name}");
    }

    let text = page.run("return await (await saved('[data-action=json]')).blob.text();");
    let curves: Value = serde_json::from_str(text.as_str().expect("text")).expect("JSON");
    assert_eq!(curves["runs"][0]["step"], history["step"]);
    assert_eq!((&curves["step"], &curves["backend"], &curves["settings"]["p"]), (&json!(120), &json!("cpu"), &json!(23)));
    let link = format!(
        "{}#{}",
        page.eval("location.href.split('#')[0]").as_str().expect("text"),
        curves["query"].as_str().expect("a query")
    );
    assert_eq!(curves["link"], link.as_str());
    assert_eq!(text, page.eval("lab.exportJSON()"));

    for chart in ["accuracy", "loss"] {
        let svg = page.run(&format!(
            "const svg = new DOMParser().parseFromString(await (await saved('[data-action=svg][data-of={chart}]')).blob.text(), 'image/svg+xml');
             return {{root: svg.documentElement.localName, broken: svg.querySelectorAll('parsererror').length,
                      curves: svg.querySelectorAll('g path').length, title: svg.querySelector('title').textContent,
                      outside: /url\\((?!#)|href|style/.test(svg.documentElement.outerHTML)}};"
        ));
        assert_eq!(
            (&svg["root"], &svg["broken"], &svg["curves"], &svg["outside"]),
            (&json!("svg"), &json!(0), &json!(2), &json!(false))
        );
        assert!(svg["title"].as_str().is_some_and(|title| title.ends_with("x + y mod 23, 60 % for training, seed 0")), "{svg}");
        let png = page.run(&format!(
            "const image = await createImageBitmap((await saved('[data-action=png][data-of={chart}]')).blob);
             const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
             canvas.drawImage(image, 0, 0);
             const pixels = canvas.getImageData(0, 0, image.width, image.height).data;
             const colours = new Set();
             for (let i = 0; i < pixels.length; i += 4) colours.add(pixels.slice(i, i + 4).join());
             return [image.width, image.height, pixels[3], colours.size > 50];"
        ));
        assert_eq!(png, json!([1280, 800, 255, true]), "{chart}");
    }

    let tensors = page.run(
        "const file = await bytes('[data-action=weights]');
         const length = Number(new DataView(file.buffer).getBigUint64(0, true));
         return {header: JSON.parse(new TextDecoder().decode(file.slice(8, 8 + length))), data: file.length - 8 - length};",
    );
    let header = tensors["header"].as_object().expect("a header");
    let numbers = |entry: &Value| entry["shape"].as_array().expect("a shape").iter().filter_map(Value::as_u64).product::<u64>();
    let total: u64 = header.iter().filter(|(name, _)| *name != "__metadata__").map(|(_, entry)| numbers(entry)).sum();
    assert_eq!((header["W_E"]["shape"].clone(), 4 * total), (json!([24, 32]), tensors["data"].as_u64().expect("bytes")));
    let told = page.eval("root.querySelector('[data-text=parameters]').textContent.replaceAll(',', '')");
    assert_eq!(told, total.to_string(), "parameters");
    assert_eq!(header["__metadata__"]["step"], "120");
    page.run("root.querySelector('.keep').open = true; root.querySelector('.keep').scrollIntoView({block: 'end'});");
    page.screenshot("keep");
    page.run(
        "const png = URL.createObjectURL((await saved('[data-action=png][data-of=loss]')).blob);
         document.body.innerHTML = lab.exportSVG('accuracy') + lab.exportSVG('loss') + `<img width=640 src=${png}>`;
         await document.querySelector('img').decode();",
    );
    page.screenshot("keep-pictures");
    page.assert_no_console_errors();
}

#[test]
fn a_run_on_sequences_is_kept_opened_and_embedded_like_others() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(SEQUENCES);
    page.run(CATCH);
    page.eval("lab.step(60)");
    page.wait_until("lab.state === 'paused' && await lastStep() > 50", SOON);
    let before = page.run("window.file = await bytes('[data-action=save]'); return [lab.getConfig(), lab.exportCSV()];");
    let tensors = page.run(
        "const file = await bytes('[data-action=weights]');
         const length = Number(new DataView(file.buffer).getBigUint64(0, true));
         const {W_pos, W_E, W_U, __metadata__} = JSON.parse(new TextDecoder().decode(file.slice(8, 8 + length)));
         return [[W_pos, W_E, W_U].map(tensor => tensor.shape), __metadata__.task, __metadata__.k];",
    );
    // Four digits, = and the two answers that are known when the third is given; five digits and =.
    assert_eq!(tensors, json!([[[7, 16], [6, 16], [16, 5]], "digit-sum", "2"]));
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done'", SOON);
    let whole = page.eval("lab.exportCSV()");
    let curves: Value = serde_json::from_str(page.eval("lab.exportJSON()").as_str().expect("text")).expect("JSON");
    assert_eq!((&curves["settings"]["task"], &curves["settings"]["samples"]), (&json!("digit-sum"), &json!(400)));

    page.run("await lab.setConfig({task: 'x*y', p: 29});");
    page.wait_until("lab.state === 'idle' && await lastStep() === 0", SOON);
    page.run("lab.openRun(file);");
    page.wait_until("lab.state === 'paused' && await lastStep() > 50", SOON);
    assert_eq!(page.eval("[lab.getConfig(), lab.exportCSV()]"), before);
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done'", SOON);
    assert_eq!(page.eval("lab.exportCSV()"), whole);

    // A frame at the run's link makes the same one.
    page.visit(&format!("embed.html#{SEQUENCES}"));
    page.wait_until(
        "(await lab.getConfig())?.task === 'digit-sum' && !!root.querySelector('[data-picture=sequences] canvas')",
        SOON,
    );
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done'", SOON);
    assert_eq!(page.eval("lab.exportCSV()"), whole);
    page.assert_no_console_errors();
}

#[test]
fn a_run_file_goes_on_exactly_where_it_was() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(SMALL);
    page.run(CATCH);
    page.eval("lab.step(60)");
    page.wait_until("lab.state === 'paused' && await lastStep() >= 58", SOON);
    let before = page.run(
        "window.file = await bytes('[data-action=save]');
         const shown = ['elapsed', 'step'].map(name => root.querySelector(`[data-text=${name}]`).textContent);
         return {shown, config: lab.getConfig(), history: lab.exportCSV()};",
    );
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done'", SOON);
    let whole = page.eval("lab.exportCSV()");

    let opened = |how: &str| {
        page.run("await lab.setConfig({p: 29, task: 'x*y'});");
        page.wait_until("lab.state === 'idle' && await lastStep() === 0", SOON);
        page.run(how);
        page.wait_until("lab.state === 'paused'", SOON);
        // The facts are drawn in the next frame.
        page.run("await drawn();");
        let now = page.run(
            "const shown = ['elapsed', 'step'].map(name => root.querySelector(`[data-text=${name}]`).textContent);
             return {shown, config: lab.getConfig(), history: lab.exportCSV()};",
        );
        assert_eq!(now, before, "{how}");
        assert_eq!(page.eval("new URLSearchParams(location.hash.slice(1)).get('p')"), "23", "{how}");
    };
    opened("lab.openRun(file);");
    opened(
        "const input = root.querySelector('[data-action=file]');
         input.files = asFile(file, 'a.grokrun').files;
         input.dispatchEvent(new Event('change', {bubbles: true}));",
    );
    opened(
        "const drop = type => lab.dispatchEvent(new DragEvent(type, {dataTransfer: asFile(file, 'a.grokrun'), bubbles: true, cancelable: true}));
         if (drop('dragover') || drop('drop')) throw new Error('the browser would open the file itself');",
    );
    page.eval("lab.start()");
    page.wait_until("lab.state === 'done'", SOON);
    assert_eq!(page.eval("lab.exportCSV()"), whole, "the second half differs from a run without a break");

    page.run(
        "file[file.length >> 1] ^= 1;
         const input = root.querySelector('[data-action=file]');
         input.files = asFile(file, 'bad.grokrun').files;
         input.dispatchEvent(new Event('change', {bubbles: true}));",
    );
    page.wait_until("/^bad.grokrun: This run file is damaged/.test(root.querySelector('[data-problems]').textContent)", SOON);
    assert_eq!(page.eval("lab.state"), "done", "a file that cannot be opened changes nothing");
    page.assert_no_console_errors();
}

#[test]
fn a_film_is_recorded() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    finished(&page);
    let film = page.run(
        "const {blob, name} = await saved('[data-action=film]');
         const video = document.createElement('video');
         video.src = URL.createObjectURL(blob);
         await new Promise((resolve, reject) => { video.onloadeddata = resolve; video.onerror = reject; });
         return {name, width: video.videoWidth, height: video.videoHeight, size: blob.size};",
    );
    assert_eq!(
        (&film["name"], &film["width"], &film["height"]),
        (&json!("x-plus-y-mod-23-step-120.webm"), &json!(2560), &json!(800))
    );
    assert!(film["size"].as_u64() > Some(20_000), "{film}");
    page.assert_no_console_errors();
}

#[test]
fn the_menu_works_by_keyboard_and_fits_a_small_screen() {
    let Some(page) = Page::open(View { width: 320, height: 700, scheme: "dark" }) else {
        return;
    };
    page.load(SMALL);
    page.eval("root.querySelector('.keep summary').focus()");
    let (enter, tab, escape) = ('\u{e007}', '\u{e004}', '\u{e00c}');
    page.press(enter);
    page.wait_until("root.querySelector('.keep').open", SOON);
    page.screenshot("keep-320-dark");
    let inside = page.eval("(r => r.left >= 0 && r.right <= 320)(root.querySelector('.keep .menu').getBoundingClientRect())");
    assert_eq!((inside, page.eval("document.documentElement.scrollWidth <= 320")), (json!(true), json!(true)));
    page.press(tab);
    assert_eq!(page.eval("root.activeElement.closest('.menu') !== null"), true, "tab goes into the menu");
    page.press(escape);
    assert_eq!(page.eval("root.querySelector('.keep').open"), false);
    assert_eq!(page.eval("root.activeElement.localName"), "summary", "the focus goes back");
    page.press(enter);
    page.eval("root.querySelector('[data-action=toggle]').focus()");
    assert_eq!(page.eval("root.querySelector('.keep').open"), false, "it closes when the focus leaves");
    page.assert_no_console_errors();
}

#[test]
fn the_last_run_is_offered_after_a_crash() {
    const LONG: &str = "task=x%2By&p=23&train=0.6&width=32&heads=2&mlp=64&backend=cpu&speed=0&wd=0&steps=100000&v=1";
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(LONG);
    assert_eq!(page.eval("document.querySelector('.resume')"), Value::Null, "nothing to offer yet");
    page.eval("lab.start()");
    page.wait_until(&format!("{STORED} > 20"), SOON);
    let page = page.crash_and_reopen();

    // A link to another run is not overridden, only joined by the offer.
    page.load(SMALL);
    page.wait_until("document.querySelector('.resume')", SOON);
    assert_eq!(page.eval("[lab.state, lab.getConfig().wd, await lastStep()]"), json!(["idle", 1, 0]));
    page.screenshot("resume");
    page.reload();
    page.wait_until("document.querySelector('.resume')", SOON);
    let text = page.eval("document.querySelector('.resume').textContent");
    assert!(text.as_str().is_some_and(|text| text.starts_with("Your last run (x + y mod 23, step ")), "{text}");
    page.eval("document.querySelector('.resume button').click()");
    page.wait_until("lab.state === 'running' && lab.getConfig().wd === 0", SOON);
    page.wait_until(&format!("await lastStep() > {STORED}"), SOON);
    let steps = page.eval("await column('step')");
    let steps: Vec<u64> = steps.as_array().expect("steps").iter().filter_map(Value::as_u64).collect();
    let widest = steps.windows(2).map(|pair| pair[1] - pair[0]).max();
    assert!(steps[0] == 0 && widest <= Some(16), "the curves have no gap: {widest:?} steps");
    assert_eq!(page.eval("document.querySelector('.resume')"), Value::Null);
    page.eval("lab.pause()");
    page.wait_until("lab.state === 'paused'", SOON);
    page.wait_until(&format!("{STORED} === lab.getState().step"), SOON);

    page.reload();
    page.wait_until("document.querySelector('.resume')", SOON);
    page.eval("document.querySelectorAll('.resume button')[1].click()");
    page.wait_until(&format!("{STORED} === 0"), SOON);
    page.reload();
    page.wait_until("lab.backend === 'cpu'", SOON);
    assert_eq!(page.eval("document.querySelector('.resume')"), Value::Null, "what was discarded is gone");
    page.assert_no_console_errors();
}
