//! Forecasts of grokking: what is told of their errors is what was measured, and is so of runs that are trained here.
#![cfg(not(target_arch = "wasm32"))]

use grokking_lab::forecast::{MEASURED, forecast, moments};
use grokking_lab::metrics::History;
use grokking_lab::reproduce::forecast::{measure, record, runs, source};

#[test]
fn the_errors_are_those_that_the_program_wrote() {
    let written = include_str!("../src/forecast/measured.rs");
    assert_eq!(source(&MEASURED), written, "cargo run --release --bin reproduce -- --forecast writes it");
    // What is not within a factor of 2 of the steps left at half of the moments is not told to anybody.
    assert!(MEASURED.within > 0.5 && MEASURED.factor < 2.0, "{MEASURED:?}");
    assert!(MEASURED.runs.iter().all(|runs| *runs > 20), "{MEASURED:?}");
    assert_eq!(measure(&[History::default(), History::default()]), None);
}

#[test]
fn quick_runs_that_the_rule_was_not_fitted_to_are_foretold_about_as_well() {
    let all = runs();
    let quick = all[all.len() / 2..].iter().filter(|config| config.p <= 23 && config.lr * config.wd >= 0.01);
    let chosen: Vec<_> = quick.take(6).cloned().collect();
    let histories = record(chosen.clone(), &mut |_, _| {}).expect("training");
    let mut off = vec![];
    for (config, history) in chosen.iter().zip(&histories) {
        for moment in moments(history) {
            let Some(guesses) = moment.guesses else { continue };
            off.push(libm::log(MEASURED.rule.left(guesses) / moment.left).abs());
        }
        // A run that has the rule needs no forecast.
        assert_eq!(history.grokked.and_then(|_| forecast(config, history)), None);
    }
    off.sort_by(f64::total_cmp);
    assert!(off.len() >= 6, "too few of these runs grok late: {off:?}");
    let median = libm::exp(off[off.len() / 2]);
    assert!(median < 2.0 * MEASURED.factor, "off by {median} at half of the moments, and {} was measured", MEASURED.factor);
}
