//! The columns of the table, and what an entry has in each.

use core::cmp::Ordering;

use super::{Entry, SeedRun};
use crate::language::{local, translate};
use crate::number;
use crate::settings::{Key, Kind};
use crate::sweep::Outcome;
use crate::text;
use crate::tr;
use crate::view::quartiles::quartiles;

/// A column that can be sorted by.
pub enum Column {
    /// What the run is called.
    Name,
    /// A setting in which runs differ.
    Setting(&'static Key),
    /// The number of the seed, or the first and the last one.
    Seed,
    /// A number that each seed has; of several the median. Its head, the number, and how it is written.
    Measure(&'static str, fn(&SeedRun) -> Option<f64>, fn(f64) -> String),
    /// The phase of learning.
    Phase,
    /// What the visitor wrote.
    Note,
}

/// What stands in a column: its text, and the number that it is sorted by, if it is one.
#[derive(Debug, Clone, PartialEq)]
pub struct Value(pub String, pub Option<f64>);

impl Value {
    /// Numbers come before what has none.
    pub fn order(&self, other: &Value) -> Ordering {
        match (self.1, other.1) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()).then_with(|| self.0.cmp(&other.0)),
        }
    }
}

/// All columns, of which some are for these settings, and one for what is out of distribution, where there is such.
pub fn columns(settings: Vec<&'static Key>, apart: bool) -> Vec<Column> {
    let steps = |steps: f64| text::thousands(steps.round() as u64);
    let times = |times: f64| local(number::fixed(times, if times < 100.0 { 1 } else { 0 }));
    let measures = [
        Column::Measure(tr!("Step"), |run| measured(run, |outcome| Some(outcome.step.into())), steps),
        Column::Measure(tr!("Memorised"), |run| measured(run, |outcome| outcome.memorized.map(f64::from)), steps),
        Column::Measure(tr!("Grokked"), |run| measured(run, |outcome| outcome.grokked.map(f64::from)), steps),
        Column::Measure(tr!("Ratio"), |run| measured(run, ratio), times),
        Column::Measure(
            tr!("Train accuracy"),
            |run| measured(run, |outcome| Some(outcome.last.train_accuracy.into())),
            text::percent,
        ),
        Column::Measure(
            tr!("Test accuracy"),
            |run| measured(run, |outcome| Some(outcome.last.test_accuracy.into())),
            text::percent,
        ),
        Column::Measure(tr!("Train loss"), |run| measured(run, |outcome| Some(outcome.last.train_loss.into())), text::loss),
        Column::Measure(tr!("Test loss"), |run| measured(run, |outcome| Some(outcome.last.test_loss.into())), text::loss),
    ];
    let time = Column::Measure(tr!("Time"), |run| run.took_ms, text::duration);
    let settings = settings.into_iter().map(Column::Setting);
    let mut columns = vec![Column::Name];
    columns.extend(settings);
    columns.push(Column::Seed);
    columns.extend(measures);
    columns.extend(apart.then(|| {
        let right = |run: &SeedRun| measured(run, |outcome| outcome.apart.map(f64::from));
        Column::Measure(tr!("Out of distribution"), right, text::percent)
    }));
    columns.extend([Column::Phase, time, Column::Note]);
    columns
}

fn measured(run: &SeedRun, number: fn(&Outcome) -> Option<f64>) -> Option<f64> {
    run.outcome.as_ref().and_then(number).filter(|number| number.is_finite())
}

/// How many times as late it grokked as it memorised.
fn ratio(outcome: &Outcome) -> Option<f64> {
    let (memorized, grokked) = (outcome.memorized.filter(|step| *step > 0)?, outcome.grokked?);
    Some(f64::from(grokked) / f64::from(memorized))
}

impl Column {
    /// What stands at its head.
    pub fn head(&self) -> &'static str {
        match self {
            Column::Name => tr!("Run"),
            Column::Setting(key) => translate(key.label),
            Column::Seed => tr!("Seed"),
            Column::Measure(head, ..) => head,
            Column::Phase => tr!("Phase"),
            Column::Note => tr!("Note"),
        }
    }

    /// What an entry has in it, by these of its seeds.
    pub fn value(&self, entry: &Entry, seeds: &[SeedRun]) -> Value {
        match self {
            Column::Name => Value(entry.name().into(), None),
            Column::Note => Value(entry.mark.note.clone(), None),
            Column::Setting(key) => {
                let value = (key.get)(entry.config);
                if let Kind::Flag = key.kind {
                    return Value(if value == "true" { tr!("yes") } else { tr!("no") }.into(), None);
                }
                match number::parse(&value) {
                    Some(number) => Value(local(value), Some(number)),
                    None => {
                        let label = key.choices().into_iter().find(|(id, _)| *id == value).map(|(_, label)| label);
                        Value(label.map_or(value, |label| translate(label).into()), None)
                    }
                }
            }
            Column::Seed => {
                let (first, last) = (seeds.first().map_or(0, |run| run.seed), seeds.last().map_or(0, |run| run.seed));
                let text = if seeds.len() == 1 {
                    text::thousands(first.into())
                } else {
                    [first, last].map(|s| s.to_string()).join("–")
                };
                Value(text, Some(first.into()))
            }
            Column::Measure(_, number, written) => of_seeds(seeds, *number, *written),
            Column::Phase => Value(phase(seeds), None),
        }
    }
}

/// The median over seeds; where not all of them have the number, also how many do.
fn of_seeds(seeds: &[SeedRun], number: fn(&SeedRun) -> Option<f64>, written: fn(f64) -> String) -> Value {
    let numbers: Vec<f64> = seeds.iter().filter_map(number).collect();
    let median = match numbers[..] {
        [] => return Value("–".into(), None),
        // As it is: quartiles are rounded to f32.
        [number] => number,
        _ => f64::from(quartiles(numbers.iter().map(|number| *number as f32).collect())[1]),
    };
    let (some, all) = (numbers.len(), seeds.len());
    let text = if some == all { written(median) } else { tr!("{value} ({some} of {all})", value = written(median), some, all) };
    Value(text, Some(median))
}

/// What most seeds came to, and how many; of one seed its phase.
fn phase(seeds: &[SeedRun]) -> String {
    let count = |phase: &str| seeds.iter().filter(|run| run.phase == phase).count();
    let decided = |run: &&SeedRun| run.outcome.is_some_and(|outcome| outcome.phase.is_some());
    let most = seeds.iter().filter(decided).max_by_key(|run| count(&run.phase)).or(seeds.first());
    let Some(most) = most else { return String::new() };
    match (count(&most.phase), seeds.len()) {
        (some, all) if some == all => most.phase.clone(),
        (some, all) => tr!("{value} ({some} of {all})", value = most.phase, some, all),
    }
}
