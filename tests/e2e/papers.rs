//! Every paper to repeat: opened from its card, run, and judged.

use crate::harness::{DESKTOP, Page};
use grokking_lab::experiment::{Arm, EXPERIMENTS, Experiment};
use grokking_lab::settings::from_query;
use serde_json::json;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(30);
const LONG: Duration = Duration::from_secs(120);
/// Steps of the runs that are cut short: what they are judged by is then true of hardly any, but they are judged.
const SHORT: u32 = 20;
/// Papers of which a set-up takes seconds here, as it is.
const WHOLE: &[&str] = &["carvalho", "doshi", "gromov", "kumar", "liu", "lyu", "miller", "thilak", "zucchet"];

/// The arm with the fewest steps, of those that are judged by a single run where there are any; and its steps.
fn cheapest(experiment: &Experiment) -> (&Arm, u32) {
    let alone = |arm: &Arm| !(arm.expect.is_empty() && arm.probes.is_empty());
    let steps = |arm: &Arm| from_query(arm.query).0.steps;
    let judged = experiment.arms.iter().filter(|arm| alone(arm) || !arm.across.is_empty());
    let arm = judged.min_by_key(|arm| (!alone(arm), steps(arm))).unwrap_or_else(|| panic!("{} is not judged", experiment.id));
    (arm, steps(arm))
}

#[test]
fn every_paper_is_opened_run_and_judged() {
    let Some(page) = Page::open(DESKTOP) else { return };
    page.load("backend=cpu&v=1");
    page.run("root.querySelector('[data-panel=gallery] summary').click();");
    page.wait_until(&format!("root.querySelectorAll('.card').length === {}", EXPERIMENTS.len()), SOON);
    for experiment in EXPERIMENTS {
        let (arm, steps) = cheapest(experiment);
        let id = arm.id;
        page.run(&format!("root.querySelector('.card[data-id={}]').click();", experiment.arms[0].id));
        page.wait_until("root.querySelector('[data-panel=paper]').checkVisibility()", SOON);
        page.wait_until(&format!("root.querySelector('[data-list=arms] [data-id={id}]')"), SOON);
        page.run(&format!("root.querySelector('[data-list=arms] [data-id={id}]').click();"));
        page.wait_until(&format!("location.hash.includes('experiment={id}&')"), SOON);
        let publication = experiment.publication();
        assert_eq!(
            page.eval("['paper', 'claim'].map(name => root.querySelector(`[data-text=${name}]`).textContent)"),
            json!([publication.authors, publication.claim]),
            "{id}"
        );
        let lines = arm.expect.len() + arm.probes.len() + arm.across.len();
        page.wait_until(&format!("root.querySelectorAll('[data-list=verdict] li.open').length === {lines}"), SOON);
        if !WHOLE.contains(&experiment.id) {
            assert_eq!(page.eval(&format!("await lab.setConfig({{steps: {}}})", steps.min(SHORT))), json!([]), "{id}");
        }
        if arm.across.is_empty() {
            page.run("lab.start();");
            page.wait_until("lab.state === 'done'", LONG);
        } else {
            page.run("lab.startRuns();");
        }
        page.wait_until("!root.querySelector('[data-list=verdict] li.open')", LONG);
        if WHOLE.contains(&experiment.id) {
            assert_eq!(page.eval("root.querySelectorAll('[data-list=verdict] li.holds').length"), lines, "{id}");
        }
    }
    page.assert_no_console_errors();
}
