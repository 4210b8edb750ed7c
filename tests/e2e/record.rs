//! A run as a closed record: links that repeat it with its changes, its end, and steps that are asked for.

use crate::harness::{DESKTOP, Page};
use serde_json::{Value, json};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);
const TINY: &str = "p=11&train=0.6&width=16&heads=2&mlp=32&speed=0&backend=cpu&workers=1";
/// All columns of the history, as one text.
const CURVES: &str = "JSON.stringify(Object.entries(lab.getHistory()).map(([name, column]) => [name, [...column]]))";

fn done(page: &Page) {
    page.run("lab.start();");
    page.wait_until("lab.state === 'done'", SOON);
}

fn exported(page: &Page) -> Value {
    serde_json::from_str(page.eval("lab.exportJSON()").as_str().expect("text")).expect("JSON")
}

#[test]
fn a_change_on_the_way_is_in_the_link_which_repeats_the_run_bit_for_bit() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(&format!("{TINY}&wd=0&steps=60&stop=limit&v=1"));
    page.run("await lab.step(20); lab.setConfig({wd: 3, noise: 0.2});");
    page.wait_until("location.hash.includes('at=20%3A')", SOON);
    done(&page);
    let (hash, curves) = (page.eval("location.hash"), page.eval(CURVES));
    let file = exported(&page);
    assert_eq!(file["changes"], json!([{"step": 20, "settings": {"wd": "3", "noise": "0.2"}}]));
    assert_eq!((&file["end"], &file["settings"]["wd"]), (&json!("limit"), &json!(0)));
    page.screenshot("changed");

    page.load(hash.as_str().expect("a hash").trim_start_matches('#'));
    done(&page);
    assert_eq!((page.eval("location.hash"), page.eval(CURVES)), (hash, curves));
    assert_eq!(page.eval("[lab.getConfig().wd, lab.getConfig().noise]"), json!([3, 0.2]), "the controls follow");
    page.assert_no_console_errors();
}

#[test]
fn a_run_that_is_over_keeps_link_files_and_row_whatever_is_set_then() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    // In the order in which the page writes it.
    page.load("p=11&train=0.6&width=16&heads=2&mlp=32&wd=2&steps=40&stop=limit&backend=cpu&workers=1&speed=0&v=1");
    done(&page);
    let (hash, file) = (page.eval("location.hash"), exported(&page));
    page.run("lab.setConfig({wd: 0.3});");
    assert_eq!((page.eval("lab.getConfig().wd"), page.eval("location.hash")), (json!(0.3), hash));
    assert_eq!(exported(&page), file);
    assert!(
        page.eval("root.querySelector('[data-text=caption]').textContent").as_str().is_some_and(|text| text.contains("next"))
    );
    // Its last measurement is of its last step, and the next run begins with what was set.
    assert_eq!(page.eval("[await lastStep(), root.querySelector('[data-text=step]').textContent]"), json!([40, "40"]));
    done(&page);
    page.wait_until("root.querySelectorAll('[data-panel=compare] tbody tr').length === 2", SOON);
    let decays = page.eval("(await lab.getRuns()).wd");
    assert_eq!(decays, json!([0.3, 2]));
    assert_eq!(page.eval("(await lab.getRuns()).kind"), json!(["present", "earlier"]));
    assert_eq!((exported(&page)["settings"]["wd"].clone(), file["settings"]["wd"].clone()), (json!(0.3), json!(2)));
    page.assert_no_console_errors();
}

#[test]
fn steps_add_up_and_can_be_waited_for() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(&format!("{TINY}&steps=2000&stop=limit&v=1"));
    // The first is made meanwhile, or not.
    let made = page.eval("await Promise.all(Array.from({length: 20}, () => lab.step(1)))");
    let made: Vec<u64> = made.as_array().expect("steps").iter().filter_map(serde_json::Value::as_u64).collect();
    assert!(made.len() == 20 && made.is_sorted() && made[0] >= 1 && made[1..].iter().all(|step| *step == 20), "{made:?}");
    assert_eq!(page.eval("[await lab.step(5), lab.state]"), json!([25, "paused"]));
    assert_eq!(page.eval("(await Promise.all([lab.step(5), lab.step(5)])).at(-1)"), 35);
    let said =
        page.eval("await Promise.all([-1, 0, 1.5, NaN, 1e9].map(n => lab.step(n).then(() => 'made', error => error.message)))");
    assert!(
        said.as_array().is_some_and(|said| said.iter().all(|why| why.as_str().is_some_and(|why| why.contains("whole number")))),
        "{said}"
    );
    // Far enough away that the pause comes first.
    // Whoever waits is told when something comes in between, or the run is over before.
    let said = page.eval("await Promise.all([lab.step(100000).catch(error => error.message), lab.pause()])");
    assert!(said[0].as_str().is_some_and(|why| why.contains("paused")), "{said}");
    let said = page.eval("await lab.step(100000).catch(error => error.message)");
    assert_eq!((said, page.eval("lab.state")), (json!("the run ended at step 2000"), json!("done")));
    let said = page.eval("await lab.step(1).catch(error => error.message)");
    assert!(said.as_str().is_some_and(|why| why.contains("over since step 2000")), "{said}");
    page.assert_no_console_errors();
}
