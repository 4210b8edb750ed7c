//! The tour: from stop to stop by keyboard alone, what it points at, and in somebody's page.

use crate::elements::site;
use crate::harness::{DESKTOP, Page, View, can_test};
use crate::host::Host;
use serde_json::json;
use std::time::Duration;

const SMALL: &str = "p=23&train=0.6&width=32&heads=2&mlp=64&backend=cpu&speed=0";
const SOON: Duration = Duration::from_secs(60);
const TITLES: [&str; 9] = [
    "1. The puzzle",
    "2. A list",
    "3. Mirror images",
    "4. The plateau",
    "5. The circle",
    "6. The waves",
    "7. The price of a list",
    "8. Your own table",
    "9. What others found",
];

/// The stop that the card tells of.
const TITLE: &str = "root.querySelector('#gl-tour').textContent";
/// Whether what is pointed at begins in the window, above the card or beside it.
const IN_SIGHT: &str = "(() => {
    const box = root.querySelector('[data-pointed]').getBoundingClientRect();
    const card = root.querySelector('.tour').getBoundingClientRect();
    const seen = element => element.top >= 0 && element.top < innerHeight;
    return box.width > 20 && seen(box) && seen(card) && card.bottom <= innerHeight;
})()";

#[test]
fn the_tour_leads_through_the_run_by_keyboard_alone() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.load(&format!("{SMALL}&tour=puzzle&v=1"));
    // What is not shown yet takes no focus.
    page.wait_until("root.querySelector('.tour').checkVisibility()", SOON);
    page.run("root.querySelector('[data-to=\"1\"]').focus();");
    for (index, title) in TITLES.iter().enumerate() {
        page.wait_until(&format!("{TITLE} === '{title}'"), SOON);
        // What is trained for a stop ends by itself.
        page.wait_until("lab.state !== 'running' && lab.device", SOON);
        page.wait_until(IN_SIGHT, SOON);
        assert_eq!(page.eval("root.querySelectorAll('[data-pointed]').length"), 1);
        assert_eq!(page.eval("root.querySelector('[data-pointed]').dataset.pointed"), (index + 1).to_string());
        assert_eq!(page.eval("[...root.querySelectorAll('[data-stop]')].findIndex(dot => dot.ariaCurrent === 'step')"), index);
        page.screenshot(&format!("tour-{}", index + 1));
        // Enter.
        page.press('\u{e007}');
    }
    page.wait_until("!root.querySelector('.tour').checkVisibility() && !root.querySelector('[data-pointed]')", SOON);
    assert_eq!(page.eval("root.activeElement.dataset.action"), "toggle");
    assert_eq!(page.eval("location.hash.includes('tour')"), false);
    // It forked without weight decay on the way, and the run before stayed.
    page.wait_until("root.querySelectorAll('[data-panel=compare] tbody tr').length === 2", SOON);
    assert_eq!(page.eval("lab.getConfig().wd"), 0);
    page.assert_no_console_errors();
}

#[test]
fn a_link_leads_to_a_stop_on_a_phone_and_the_address_follows() {
    let Some(page) = Page::open(View { width: 390, height: 844, scheme: "dark" }) else { return };
    page.load(&format!("{SMALL}&tour=list&v=1"));
    page.wait_until(&format!("{TITLE} === '2. A list' && lab.state === 'paused'"), SOON);
    // It is written in the frame after that.
    page.wait_until(
        "/by step [0-9]+ it knew its own pairs by heart/.test(root.querySelector('[data-tour=says]').textContent)",
        SOON,
    );
    page.assert_no_wider(390, "the tour");
    page.run("root.querySelector('[data-stop=waves]').click();");
    page.wait_until(&format!("{TITLE} === '6. The waves' && lab.state === 'running'"), SOON);
    page.wait_until(IN_SIGHT, SOON);
    assert_eq!(page.eval("location.hash.includes('tour=waves')"), true);
    page.run("root.querySelector('[data-to=\"0\"]').click();");
    page.wait_until("!root.querySelector('.tour').checkVisibility()", SOON);
    page.assert_no_console_errors();
}

#[test]
fn somebody_elses_page_has_it_by_an_attribute() {
    if !can_test() {
        return;
    }
    let host = Host::of_the_page();
    let site = site(
        &host,
        "<div style='width: 700px'><grokking-lab tour task='x/y' p=11 width=16 heads=2 mlp=16 backend=cpu></grokking-lab></div>",
    );
    let page = Page::at(DESKTOP, site.url());
    page.visit("");
    const CARD: &str = "document.querySelector('grokking-lab').shadowRoot?.querySelector('.tour')";
    page.wait_until(&format!("{CARD}?.checkVisibility()"), SOON);
    let found = page.run(
        "const own = document.querySelector('grokking-lab');
         const stops = () => [...own.shadowRoot.querySelectorAll('[data-stop]')].map(dot => dot.dataset.stop).join(' ');
         const before = [own.tour, stops()];
         own.hide = 'circle';
         await new Promise(done => setTimeout(done, 300));
         return [...before, stops()];",
    );
    // A quotient has no mirror images.
    assert_eq!(
        found,
        json!(["puzzle", "puzzle list plateau circle waves decay own papers", "puzzle list plateau waves decay own papers"])
    );
    page.run("document.querySelector('grokking-lab').tour = 'off';");
    page.wait_until(&format!("!{CARD}.checkVisibility()"), SOON);
    page.assert_no_console_errors();
}
