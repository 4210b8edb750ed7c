//! Forecasts of grokking: what is told of their errors follows from the record, and the record from runs that are trained here.
#![cfg(not(target_arch = "wasm32"))]

use grokking_lab::config::Config;
use grokking_lab::forecast::MEASURED;
use grokking_lab::reproduce::forecast::{FITTED, JUDGED, Recorded, SETS, csv, measure, parse, source, train};
use grokking_lab::settings::{from_query, to_query};
use grokking_lab::text::rounded;

const RECORD: &str = include_str!("../src/reproduce/forecast.csv");

fn record() -> Vec<Recorded> {
    parse(RECORD).expect("the record can be read")
}

#[test]
fn the_errors_are_those_of_the_record() {
    let measured = measure(&record()).expect("runs that grokked");
    let again = "cargo run --release --bin reproduce -- --forecast writes both anew";
    assert_eq!(source(&measured), include_str!("../src/forecast/measured.rs"), "{again}");
    assert_eq!(csv(&record()), RECORD, "{again}");
    // What is wrong as often as right is not told to anybody.
    assert!(MEASURED.within > 0.5 && MEASURED.runs.iter().all(|runs| *runs >= 25), "{MEASURED:?}");
}

/// Share of the forecasts for some runs that were within a factor of 2.
fn within(runs: &[&Recorded]) -> f64 {
    let off = runs.iter().flat_map(|run| run.lines()).map(|(line, left)| MEASURED.share * line / left);
    let (near, far): (Vec<f64>, Vec<f64>) = off.partition(|off| (0.5..=2.0).contains(off));
    near.len() as f64 / (near.len() + far.len()) as f64
}

#[test]
fn the_guide_tells_them_for_each_operation() {
    let record = record();
    let percent = |task: &str| {
        let runs = record.iter().filter(|run| run.set == JUDGED && run.grokked && from_query(&run.query).0.task == task);
        rounded(within(&runs.collect::<Vec<_>>()))
    };
    let said = format!(
        "{} for x + y, {} for x / y, {} for 2x + 3y, {} for x − y, {} for x² + y²",
        percent("x+y"),
        percent("x/y"),
        percent("2x+3y"),
        percent("x-y"),
        percent("x^2+y^2")
    );
    let guide = include_str!("../docs/guide.md").split_whitespace().collect::<Vec<_>>().join(" ");
    let table = [
        format!("| forecasts within a factor of 2 of the steps that were left | {} |", rounded(MEASURED.within)),
        format!("| moments with a forecast | {} |", rounded(MEASURED.spoken)),
    ];
    for said in table.iter().chain([&said]) {
        assert!(guide.contains(said), "docs/guide.md lacks: {said}");
    }
}

#[test]
fn what_is_judged_was_not_fitted_to() {
    let configs = |name: &str| SETS.iter().filter(|set| set.name == name).flat_map(|set| set.configs()).collect::<Vec<Config>>();
    let (fitted, judged) = (configs(FITTED), configs(JUDGED));
    for run in &judged {
        assert!(fitted.iter().all(|other| other.p != run.p && other.seed != run.seed), "{run:?}");
    }
    let other = |run: &&Config| fitted.iter().all(|other| other.task != run.task);
    assert!(2 * judged.iter().filter(other).count() > judged.len(), "mostly other operations");
    for run in record() {
        let set = if run.set == FITTED { &fitted } else { &judged };
        assert!(set.iter().any(|config| to_query(config) == run.query), "{} is not among the runs {}", run.query, run.set);
    }
}

#[test]
fn a_record_that_is_broken_is_not_read() {
    assert_eq!(parse("header\nfitted,p=5,1,2,true,1\n"), None, "a step without its line");
    assert_eq!(parse("header\nfitted,p=5,one,2,true,1,\n"), None);
    assert_eq!(measure(&[]), None);
}

#[test]
fn quick_runs_are_as_they_were_recorded() {
    let foretold = |run: &Recorded| run.moments.iter().filter(|(_, line)| line.is_some()).count();
    let config = |run: &Recorded| from_query(&run.query).0;
    let mut quick: Vec<Recorded> = record().into_iter().filter(|run| run.grokked && foretold(run) >= 4).collect();
    // What a run costs is its steps, and the size of its table.
    quick.sort_by_key(|run| run.end * config(run).p * config(run).p);
    quick.truncate(5);
    let configs: Vec<Config> = quick.iter().map(config).collect();
    let histories = train(&configs, &mut |_, _| {}).expect("training");
    for ((was, config), history) in quick.iter().zip(&configs).zip(&histories) {
        let is = Recorded::of(&SETS[0], config, history).expect("a wait");
        // Processors round differently, and each step makes more of it.
        let near = |a: u32, b: u32| a.abs_diff(b) <= 5 + b / 5;
        assert!(is.grokked && near(is.memorized, was.memorized) && near(is.end, was.end), "{is:?} was {was:?}");
        assert!(foretold(&is).abs_diff(foretold(was)) <= 2, "{is:?} was {was:?}");
    }
}
