//! Controls, the hash and a running training stay in step with each other.

use crate::harness::{DESKTOP, Page};
use std::time::Duration;

const SMALL: &str = "task=x%2By&p=23&train=0.6&width=32&heads=2&mlp=64&backend=cpu&speed=0&v=1";
const SOON: Duration = Duration::from_secs(30);

#[test]
fn a_changed_control_resets_and_lands_in_the_link() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(SMALL);
    page.eval("lab.step(5)");
    // A point is measured before its step.
    page.wait_until("await lastStep() >= 4", SOON);

    page.open_settings();
    let prime = page.run(
        "const control = root.querySelector('[data-key=\"p\"]');
         const values = Array.from(control.options ?? [], option => option.value);
         const other = values.find(value => Number(value) > 0 && Number(value) < 60 && value !== '23') ?? '29';
         control.value = other;
         for (const type of ['input', 'change'])
             control.dispatchEvent(new Event(type, {bubbles: true, composed: true}));
         return other;",
    );
    let prime = prime.as_str().expect("the value of the control");
    page.wait_until(&format!("new URLSearchParams(location.hash.slice(1)).get('p') === '{prime}'"), SOON);
    page.wait_until(&format!("String((await lab.getConfig()).p) === '{prime}'"), SOON);
    page.wait_until("await lastStep() === 0", SOON);

    let before = page.eval("await lab.getConfig()");
    page.reload();
    assert_eq!(page.eval("await lab.getConfig()"), before, "a reload changes the configuration");
    page.assert_no_console_errors();
}

#[test]
fn a_new_learning_rate_does_not_reset_a_running_training() {
    let Some(page) = Page::open(DESKTOP) else {
        return;
    };
    page.load(&format!("{SMALL}&steps=100000"));
    page.eval("lab.start()");
    page.wait_until("await lastStep() > 20", SOON);
    let before = page.run("window.before = await lastStep(); await lab.setConfig({lr: 0.002}); return before;");
    page.wait_until("await lastStep() > before + 20", SOON);
    page.wait_until("Math.abs((await lab.getConfig()).lr - 0.002) < 1e-6", Duration::ZERO);
    assert_eq!(page.eval("lab.state"), "running", "after the change at step {before}");
    let grows = page.eval("(await column('step')).every((step, i, all) => i === 0 || step > all[i - 1])");
    assert_eq!(grows, true, "steps went back after the change at step {before}");
    page.assert_no_console_errors();
}
