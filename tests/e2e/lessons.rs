//! Lessons: settings that visitors may not change, or only within bounds.

use crate::harness::{DESKTOP, Page};
use serde_json::json;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(60);
const TINY: &str = "p=11&train=0.6&width=16&heads=2&mlp=32&speed=0&backend=cpu";

/// Types into the control of a key, as a visitor whom nothing keeps from it.
fn change(page: &Page, key: &str, value: &str) {
    page.run(&format!(
        "const input = root.querySelector('[data-key={key}]');
         input.value = '{value}';
         input.dispatchEvent(new Event('change', {{bubbles: true}}));"
    ));
}

#[test]
fn settings_are_fixed_or_kept_in_bounds_for_visitors_alone() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(&format!("{TINY}&readonly=1&v=1"));
    // What a key stands for is fixed before anybody has seen its button.
    page.press('n');
    assert_eq!(page.eval("lab.getConfig().seed"), 0);
    page.open_settings();
    page.wait_until("root.querySelector('[data-key=p]').disabled", SOON);
    assert_eq!(
        page.eval("root.querySelectorAll('[data-field] :is(input, select, button:not([data-term])):not([disabled])').length"),
        0
    );
    page.screenshot("lesson");
    for key in ["p", "lr", "seed"] {
        let before = page.eval(&format!("lab.getConfig().{key}"));
        change(&page, key, "5");
        assert_eq!(page.eval(&format!("lab.getConfig().{key}")), before);
        assert!(page.eval("lab.problems[0]").as_str().is_some_and(|text| text.contains("is fixed on this page")), "{key}");
        // The control follows, in the next frame.
        page.wait_until(&format!("root.querySelector('[data-key={key}]').value === '{before}'"), SOON);
    }
    // No way around by the gallery.
    page.run("root.querySelector('[data-panel=gallery]').open = true;");
    page.wait_until("!!root.querySelector('.card')", SOON);
    page.run("root.querySelector('.card').click();");
    assert_eq!(page.eval("lab.getConfig().experiment"), "");
    // Training is not a setting, and the page itself may do everything.
    page.run("root.querySelector('[data-action=step]').click();");
    page.wait_until("lab.state === 'paused' && lab.getHistory().step.length === 1", SOON);
    assert_eq!(page.eval("[lab.setConfig({p: 13}), lab.getConfig().p]"), json!([[], 13]));

    page.load(&format!("{TINY}&allow=lr:0.001..0.01,wd:0|1|3,seed&v=1"));
    page.open_settings();
    page.wait_until("root.querySelector('[data-key=p]').disabled && !root.querySelector('[data-key=lr]').disabled", SOON);
    assert_eq!(page.eval("(({min, max}) => [min, max])(root.querySelector('[data-key=lr]'))"), json!(["0.001", "0.01"]));
    change(&page, "lr", "0.5");
    assert_eq!(page.eval("lab.getConfig().lr"), 0.01);
    assert!(
        page.eval("lab.problems[0]").as_str().is_some_and(|text| text.contains("0.001 to 0.01")),
        "{}",
        page.eval("lab.problems")
    );
    change(&page, "wd", "3");
    assert_eq!(page.eval("[lab.getConfig().wd, lab.problems.length]"), json!([3, 0]));
    page.run("root.querySelector('[data-action=seed]').click();");
    assert_eq!(page.eval("lab.getConfig().seed > 0"), true);
    // A file of another run.
    page.run(
        "await lab.setConfig({p: 13});
         const bytes = await lab.saveRun();
         await lab.setConfig({p: 11});
         const transfer = new DataTransfer();
         transfer.items.add(new File([bytes], 'other.grokrun'));
         lab.dispatchEvent(new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true}));",
    );
    page.wait_until("lab.problems.some(text => text.includes('This page shows other runs'))", SOON);
    assert_eq!(page.eval("lab.getConfig().p"), 11);
    page.assert_no_console_errors();
}
