//! How good forecasts are: runs that are recorded, what is fitted to some of them, and how far off it is on the others.
//!
//! The record is `forecast.csv`, a line for each run that knew its pairs before it had the rule.

use core::f64::consts::LN_2;

use crate::config::Config;
use crate::forecast::{Measured, line};
use crate::metrics::History;
use crate::number::fixed;
use crate::reproduce::sweep::on_cores;
use crate::settings::{from_query, to_query};
use crate::sweep::Row;
use crate::view::quartiles::quartiles;

/// A forecast is judged after each of so many parts of the wait, but the last.
const PARTS: u32 = 10;
/// Step limit of the runs.
const STEPS: u32 = 4000;

/// Runs with settings of the same kind, of which each has its own seed.
pub struct Set {
    /// [`FITTED`] or [`JUDGED`].
    pub name: &'static str,
    tasks: &'static [&'static str],
    primes: &'static [&'static str],
    seed: usize,
    runs: usize,
}

/// What the share is fitted to, and what it is judged by: other seeds, other primes, and mostly other operations.
pub static SETS: [Set; 3] = [
    Set { name: FITTED, tasks: &["x%2By", "x-y", "x*y"], primes: &["23", "31"], seed: 1000, runs: 72 },
    Set { name: JUDGED, tasks: &["x-y", "x/y", "x^2%2By^2"], primes: &["19", "29", "37"], seed: 2000, runs: 108 },
    Set { name: JUDGED, tasks: &["x%2By", "x/y", "2x%2B3y"], primes: &["29", "37"], seed: 3000, runs: 96 },
];
/// Names of sets.
pub const FITTED: &str = "fitted";
/// See above.
pub const JUDGED: &str = "judged";
/// What all have in common.
const SHARES: &[&str] = &["0.5", "0.6", "0.7", "0.8"];
const RATES: &[&str] = &["0.003", "0.005", "0.01"];
const DECAYS: &[&str] = &["0.5", "1", "2", "4"];
const NETWORKS: &[&str] =
    &["width=32&heads=2&mlp=64", "width=32&heads=2&mlp=128", "width=48&heads=2&mlp=96", "model=mlp&width=32&mlp=128"];

impl Set {
    /// Its runs: of all combinations of the settings, those that strides of a prime number meet.
    pub fn configs(&self) -> Vec<Config> {
        let lists = [self.tasks, self.primes, SHARES, RATES, DECAYS, NETWORKS];
        let all: usize = lists.iter().map(|list| list.len()).product();
        let query = |run: usize| {
            let mut left = 311 * run % all;
            let [task, p, train, lr, wd, network] = lists.map(|list| {
                let at = left % list.len();
                left /= list.len();
                list[at]
            });
            let seed = self.seed + run;
            format!("task={task}&p={p}&train={train}&lr={lr}&wd={wd}&{network}&seed={seed}&steps={STEPS}&backend=cpu&v=1")
        };
        (0..self.runs).map(|run| from_query(&query(run)).0).collect()
    }
}

/// What is recorded of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Name of its [`Set`].
    pub set: String,
    /// Its settings, as in a link.
    pub query: String,
    /// Step at which it knew its pairs.
    pub memorized: u32,
    /// Step at which it had the rule, or, if it never had, its last.
    pub end: u32,
    /// Whether it had the rule.
    pub grokked: bool,
    /// After each tenth of the way from one to the other: the last step that was measured, and the [`line`] until then.
    pub moments: Vec<(u32, Option<f64>)>,
}

impl Recorded {
    /// Of a run that is over; none of one that did not know its pairs before it had the rule.
    pub fn of(set: &Set, config: &Config, history: &History) -> Option<Recorded> {
        let end = history.grokked.or(history.points.last().map(|point| point.step))?;
        let memorized = history.memorized.filter(|memorized| *memorized < end)?;
        let moment = |part: u32| {
            let until = memorized + (end - memorized) * part / PARTS;
            let points = &history.points[..history.points.partition_point(|point| point.step <= until)];
            (points.last().map_or(0, |point| point.step), line(points, memorized))
        };
        let moments = (1..PARTS).map(moment).collect();
        let grokked = history.grokked.is_some();
        Some(Recorded { set: set.name.into(), query: to_query(config), memorized, end, grokked, moments })
    }

    /// The steps of each [`line`], with those that were left.
    pub fn lines(&self) -> impl Iterator<Item = (f64, f64)> {
        self.moments.iter().filter_map(|(step, line)| Some(((*line)?, f64::from(self.end - step))))
    }
}

/// Trains runs on all cores, each until it groks or is at its limit. `watch` is told how many are over, and of how many.
///
/// # Errors
/// When a run cannot be trained: says which.
pub fn train(configs: &[Config], watch: &mut dyn FnMut(usize, usize)) -> Result<Vec<History>, String> {
    let rows: Vec<Row> = configs.iter().map(|config| Row { cell: 0, config: config.clone(), why: None }).collect();
    let histories = on_cores(&rows, (0..rows.len()).collect(), false, &|run| run.history.clone(), watch)?;
    Ok(histories.into_iter().flatten().collect())
}

/// Trains and records all sets.
///
/// # Errors
/// As [`train`].
pub fn record(watch: &mut dyn FnMut(usize, usize)) -> Result<Vec<Recorded>, String> {
    let runs: Vec<(&Set, Config)> =
        SETS.iter().flat_map(|set| set.configs().into_iter().map(move |config| (set, config))).collect();
    let configs: Vec<Config> = runs.iter().map(|(_, config)| config.clone()).collect();
    let histories = train(&configs, watch)?;
    Ok(runs.iter().zip(&histories).filter_map(|((set, config), history)| Recorded::of(set, config, history)).collect())
}

/// Fits the share to a set and judges it by the others; none where no run grokked of either.
pub fn measure(record: &[Recorded]) -> Option<Measured> {
    let of = |set: &str, grokked: bool| record.iter().filter(|run| run.set == set && run.grokked == grokked).collect::<Vec<_>>();
    let (fitted, judged, others) = (of(FITTED, true), of(JUDGED, true), of(JUDGED, false));
    let lines = |runs: &[&Recorded]| runs.iter().flat_map(|run| run.lines()).collect::<Vec<_>>();
    let moments = |runs: &[&Recorded]| runs.iter().map(|run| run.moments.len()).sum::<usize>() as f64;
    let spread = |ratios: Vec<f64>| quartiles(ratios.into_iter().map(|ratio| libm::log(ratio) as f32).collect()).map(f64::from);
    let share = libm::exp(spread(lines(&fitted).into_iter().map(|(line, left)| left / line).collect())[1]);
    // As it is written down.
    let share = (share * 1000.0).round() / 1000.0;
    let off: Vec<f64> = lines(&judged).into_iter().map(|(line, left)| share * line / left).collect();
    let vain = lines(&others);
    let early = vain.iter().filter(|(line, left)| 2.0 * share * line < *left).count();
    (!off.is_empty() && share.is_finite()).then(|| Measured {
        share,
        runs: [fitted.len(), judged.len()],
        spoken: off.len() as f64 / moments(&judged),
        within: off.iter().filter(|off| libm::log(**off).abs() <= LN_2).count() as f64 / off.len() as f64,
        quartiles: spread(off).map(libm::exp),
        others: others.len(),
        others_spoken: vain.len() as f64 / moments(&others).max(1.0),
        others_early: early as f64 / moments(&others).max(1.0),
    })
}

/// The record as comma-separated values with a header line.
pub fn csv(record: &[Recorded]) -> String {
    let columns: Vec<String> = (1..PARTS).map(|part| format!("step{part},line{part}")).collect();
    let mut text = format!("set,config,memorized,end,grokked,{}\n", columns.join(","));
    for run in record {
        let moment = |(step, line): &(u32, Option<f64>)| format!("{step},{}", line.map_or(String::new(), |line| fixed(line, 1)));
        let moments: Vec<String> = run.moments.iter().map(moment).collect();
        let Recorded { set, query, memorized, end, grokked, .. } = run;
        text += &format!("{set},{query},{memorized},{end},{grokked},{}\n", moments.join(","));
    }
    text
}

/// Reads what [`csv`] wrote; none where it did not.
pub fn parse(csv: &str) -> Option<Vec<Recorded>> {
    let run = |row: &str| {
        let cells: Vec<&str> = row.split(',').collect();
        let [set, query, memorized, end, grokked, moments @ ..] = &cells[..] else { return None };
        let moment = |cells: &[&str]| {
            let [step, line] = cells else { return None };
            Some((step.parse().ok()?, if line.is_empty() { None } else { Some(line.parse().ok()?) }))
        };
        Some(Recorded {
            set: (*set).into(),
            query: (*query).into(),
            memorized: memorized.parse().ok()?,
            end: end.parse().ok()?,
            grokked: grokked.parse().ok()?,
            moments: moments.chunks(2).map(moment).collect::<Option<_>>()?,
        })
    };
    csv.lines().skip(1).map(run).collect()
}

/// The source of `src/forecast/measured.rs`.
pub fn source(measured: &Measured) -> String {
    let Measured { share, runs: [fitted, judged], spoken, within, quartiles, others, others_spoken, others_early } = measured;
    let quartiles = quartiles.map(|value| fixed(value, 3)).join(", ");
    let [share, spoken, within, others_spoken, others_early] =
        [share, spoken, within, others_spoken, others_early].map(|value| fixed(*value, 3));
    format!(
        "//! Written by `cargo run --release --bin reproduce -- --forecast`, from the runs of `src/reproduce/forecast.rs`.\n\n\
         use super::Measured;\n\n\
         /// The share, and how far off forecasts with it were.\n\
         pub const MEASURED: Measured = Measured {{\n    \
         share: {share},\n    runs: [{fitted}, {judged}],\n    spoken: {spoken},\n    within: {within},\n    \
         quartiles: [{quartiles}],\n    others: {others},\n    others_spoken: {others_spoken},\n    others_early: {others_early},\n}};\n"
    )
}
