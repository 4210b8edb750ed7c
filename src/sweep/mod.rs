//! A table of runs: the rows that a sweep asks for, in which order they are trained and which of them together, and what
//! becomes of each.

mod batch;
pub mod export;
mod follow;
mod schedule;

use serde::{Deserialize, Serialize};

pub use batch::{Batch, BatchRun};
pub use schedule::{next, turns};

use crate::analysis::oscillation;
use crate::config::Config;
use crate::experiment::Ending;
use crate::metrics::{History, Point, phase_at_90};
pub use crate::metrics::{LearningPhase, decided};

/// A row of the table: a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index of its cell in [`Config::grid`].
    pub cell: u32,
    /// Its settings.
    pub config: Config,
    /// Why it cannot be trained, if it cannot.
    pub why: Option<String>,
}

impl Row {
    /// Its settings, if it can be trained.
    pub fn usable(&self) -> Option<&Config> {
        self.why.is_none().then_some(&self.config)
    }
}

/// All rows of a configuration, cell by cell, each with its seeds.
pub fn rows(config: &Config) -> Vec<Row> {
    let mut rows = vec![];
    for (cell, grid) in (0..).zip(config.grid()) {
        let seeds = Config { seeds: config.seeds, ..grid.config }.each_run();
        rows.extend(seeds.into_iter().map(|config| Row { cell, config, why: grid.why.clone() }));
    }
    rows
}

/// The rows that are decided, as an experiment judges them.
pub fn endings<'a>(rows: impl Iterator<Item = (&'a Row, Option<&'a Outcome>)>) -> Vec<Ending<'a>> {
    let ending = |(row, outcome): (&'a Row, Option<&Outcome>)| {
        let outcome = outcome?;
        Some(Ending {
            config: &row.config,
            phase_at_90: outcome.phase_at_90?,
            oscillation: outcome.oscillation.unwrap_or(f32::NAN),
            apart: outcome.apart.unwrap_or(f32::NAN),
            last: outcome.last,
        })
    };
    rows.filter_map(ending).collect()
}

/// What became of a run, at its end or on the way there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Updates made.
    pub step: u32,
    /// First step measured as memorised.
    pub memorized: Option<u32>,
    /// First step measured as grokked.
    pub grokked: Option<u32>,
    /// The last measurement.
    pub last: Point,
    /// The energy of the train loss's early [`oscillation`]; none before three measurements.
    pub oscillation: Option<f32>,
    /// Fraction of the examples out of distribution that is right, on average over the last fifth of a row that came to its step limit;
    /// none elsewhere, or where there are no such examples.
    pub apart: Option<f32>,
    /// The phase, once it is decided.
    pub phase: Option<LearningPhase>,
    /// And what the phase is [from 90 % on](phase_at_90).
    pub phase_at_90: Option<LearningPhase>,
}

impl Outcome {
    /// Of a history, with the phase that was decided.
    pub fn of(history: &History, phase: Option<LearningPhase>) -> Outcome {
        let last = history.points.last().copied().unwrap_or_default();
        let oscillation = oscillation(history.points.iter().map(|point| (point.step, point.train_loss)));
        Outcome {
            step: last.step,
            memorized: history.memorized,
            grokked: history.grokked,
            last,
            oscillation,
            apart: None,
            phase,
            phase_at_90: phase.map(|_| phase_at_90(history)),
        }
    }

    /// Steps from memorising to grokking; none where one of the two is missing, 0 where grokking came first.
    pub fn delay(&self) -> Option<u32> {
        Some(self.grokked?.saturating_sub(self.memorized?))
    }
}
