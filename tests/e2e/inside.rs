//! Looking inside the network while it trains: views follow, speak, take clicks, and go back in time.

use crate::harness::{DESKTOP, Page, View};
use grokking_lab::view::views::VIEWS;
use serde_json::json;
use std::time::Duration;

const SMALL: &str = "task=x%2By&p=23&train=0.6&width=32&heads=2&mlp=64&backend=cpu&speed=0&steps=100000&v=1";
/// Groks at step 92 to 229 with six seeds.
const GROKS: &str = "task=x%2By&p=23&train=0.8&width=64&heads=2&mlp=128&wd=2&backend=cpu&speed=0&steps=100000&v=1";
const SOON: Duration = Duration::from_secs(60);

/// Names for the parts of the panel.
const PARTS: &str = "
    const inside = root.querySelector('[data-panel=inside]'), canvas = inside.querySelector('canvas');
    const text = name => inside.querySelector(`[data-inside=${name}]`).textContent;
    const button = words => [...inside.querySelectorAll('button')].find(b => b.textContent.startsWith(words));
";

fn run(page: &Page, statements: &str) -> serde_json::Value {
    page.run(&format!("{PARTS} {statements}"))
}

fn wait(page: &Page, expression: &str) {
    page.wait_until(&format!("(() => {{ {PARTS} return {expression}; }})()"), SOON);
}

#[test]
fn views_follow_the_training_and_answer_the_visitor() {
    // Narrow enough for the table to lie in the middle.
    let Some(page) = Page::open(View { width: 1000, ..DESKTOP }) else {
        return;
    };
    page.load(SMALL);
    run(&page, "inside.open = true; canvas.scrollIntoView({block: 'center'}); lab.step(3);");
    // The table, and that it changes. Three steps are too few to know all training pairs.
    page.wait_until("lab.state === 'paused'", SOON);
    wait(&page, "text('words').includes('training pairs')");
    let before = run(&page, "return [text('words'), canvas.toDataURL()];");
    page.eval("lab.start()");
    page.wait_until("(await column('trainAccuracy')).at(-1) >= 0.99", SOON);
    wait(&page, "text('words').startsWith('Of 317 training pairs 100.0 %')");
    assert_ne!(run(&page, "return [text('words'), canvas.toDataURL()];"), before);
    page.point_at("root.querySelector('[data-inside=canvas]')");
    wait(&page, "/^x = \\d+, y = \\d+: answers \\d+ .*; loss .*; (training|test) pair$/.test(text('point'))");

    // Each view says something of its own.
    let mut said = vec![];
    for view in VIEWS {
        run(&page, &format!("inside.querySelector('[data-panel={}]').click();", view.name));
        wait(&page, &format!("text('about') === {} && canvas.ariaLabel.startsWith('{}. ')", json!(view.about), view.label));
        said.push(run(&page, "return text('words');"));
    }
    let different = said.iter().enumerate().all(|(i, words)| !said[..i].contains(words));
    assert!(different, "{said:?}");

    // What is switched off is missed.
    page.eval("lab.pause()");
    page.wait_until("lab.state === 'paused'", SOON);
    run(&page, "button('Attention').click();");
    wait(&page, "button('Switch off head 2')");
    run(&page, "for (const head of ['head 1', 'head 2']) button('Switch off ' + head).click();");
    wait(&page, "/Without 2 heads, \\d\\.\\d % of what it was shown/.test(text('words'))");
    run(&page, "button('Switch all on').click();");
    wait(&page, "!text('words').includes('Without')");

    // The embedding by its components instead of a frequency.
    run(&page, "button('Embedding').click();");
    wait(&page, "text('words').startsWith('Frequency ')");
    run(
        &page,
        "const plane = inside.querySelector('select');
         plane.value = '0';
         plane.dispatchEvent(new Event('change', {bubbles: true, composed: true}));",
    );
    wait(&page, "/^Principal components 1 and 2 have [\\d.]+ % and [\\d.]+ % of the variance of W_E/.test(text('words'))");

    // A pair of the visitor's choice.
    run(
        &page,
        "button('Try a pair').click();
         await new Promise(done => setTimeout(done, 500));
         const x = inside.querySelector('input[type=number]');
         x.value = '7';
         x.dispatchEvent(new Event('change', {bubbles: true, composed: true}));",
    );
    wait(&page, "text('words').startsWith('For x = 7, y = 5, ')");

    // Back to the beginning, and to the present again.
    let step = run(
        &page,
        "button('Table').click();
         const at = inside.querySelector('input[type=range]');
         at.value = '0';
         at.dispatchEvent(new Event('input', {bubbles: true, composed: true}));
         return await lastStep();",
    );
    wait(&page, "text('step') === 'step 0' && !text('words').startsWith('Of 317 training pairs 100.0 %')");
    run(&page, "button('Live').click();");
    wait(&page, "text('step').endsWith('live') && text('words').startsWith('Of 317 training pairs 100.0 %')");
    assert!(step.as_u64() > Some(10), "{step}");
    page.assert_no_console_errors();
}

#[test]
fn views_fit_every_screen() {
    let Some(page) = Page::open(View { width: 390, height: 844, scheme: "dark" }) else {
        return;
    };
    page.load(GROKS);
    page.eval("lab.step(250)");
    page.wait_until("lab.state === 'paused' && (await column('testAccuracy')).at(-1) > 0.9", SOON);
    run(&page, "inside.open = true; canvas.scrollIntoView();");
    for (width, scheme) in [(1280, "light"), (820, "light"), (820, "dark"), (390, "dark"), (320, "dark")] {
        page.set_view(View { width, height: 844, scheme });
        for view in VIEWS {
            // What is above it has another height at each width.
            run(&page, &format!("inside.scrollIntoView(); inside.querySelector('[data-panel={}]').click();", view.name));
            wait(&page, &format!("canvas.ariaLabel.startsWith('{}. ')", view.label));
            page.assert_no_wider(width, view.name);
            if width != 320 {
                run(&page, "inside.scrollIntoView(); await new Promise(done => setTimeout(done, 300));");
                page.screenshot(&format!("inside-{width}-{scheme}-{}", view.name));
            }
        }
    }
    page.assert_no_console_errors();
}

#[test]
#[ignore = "measures for minutes; the numbers are in docs/benchmarks.md"]
fn what_looking_costs() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load("backend=cpu&speed=0&steps=100000&wd=0&v=1");
    run(&page, "lab.start();");
    page.wait_until("await lastStep() > 20", SOON);
    for view in VIEWS {
        // Closed and open in turn, so that both meet the machine in the same mood.
        let rates = run(
            &page,
            &format!(
                "inside.querySelector('[data-panel={}]').click();
                 const rates = [[], []];
                 for (let i = 0; i < 8; i++) {{
                     inside.open = i % 2 === 1;
                     canvas.scrollIntoView({{block: 'center'}});
                     const from = [await lastStep(), performance.now()];
                     await new Promise(done => setTimeout(done, 12000));
                     rates[i % 2].push((await lastStep() - from[0]) / (performance.now() - from[1]) * 1000);
                 }}
                 return rates.map(r => r.reduce((a, b) => a + b) / r.length);",
                view.name
            ),
        );
        let [closed, open] = [0, 1].map(|i| rates[i].as_f64().expect("a rate"));
        eprintln!("{}: {closed:.1} steps/s closed, {open:.1} open: {:.1} % slower", view.name, 100.0 * (1.0 - open / closed));
    }
    page.eval("lab.pause()");
    page.assert_no_console_errors();
}
