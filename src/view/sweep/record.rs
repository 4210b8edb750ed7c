//! What is kept of a table over a reload: what became of its rows.

use serde::{Deserialize, Serialize};

use super::Mapping;
use super::{RowState, SweepTable};
use crate::analysis::{TrainingMap, Trajectory};
use crate::config::Config;
use crate::metrics::History;
use crate::sweep::Outcome;
use crate::view::runs::{COLORS, Mark};

/// A table without what is in training.
#[derive(Debug, Serialize, Deserialize)]
pub struct SweepRecord {
    config: Config,
    elapsed_ms: f64,
    rows: Vec<Option<(Outcome, History)>>,
    times: Vec<(f64, f64)>,
    marks: Vec<Mark>,
    deleted: Vec<bool>,
    trajectories: Vec<Option<Trajectory>>,
    map: Option<TrainingMap>,
}

impl SweepTable {
    /// What is kept of it.
    pub fn record(&self) -> SweepRecord {
        let row = |state: &RowState| match state {
            RowState::Decided(outcome, history) => Some((*outcome, history.clone())),
            _ => None,
        };
        let (config, rows) = (self.config.clone(), self.states.iter().map(row).collect());
        let (times, marks, deleted) = (self.times.clone(), self.marks.clone(), self.deleted.clone());
        let (trajectories, map) = (self.trajectories.clone(), self.map.clone());
        SweepRecord { config, elapsed_ms: self.elapsed_ms, rows, times, marks, deleted, trajectories, map }
    }

    /// The table that was kept; none where the record is not of one.
    pub fn from_record(record: SweepRecord) -> Option<SweepTable> {
        // What is no valid configuration asks for more rows than anybody has memory for.
        if !record.config.validate().is_empty() {
            return None;
        }
        let mut table = SweepTable::new(&record.config);
        let (rows, cells) = (table.rows.len(), table.cells());
        let lens = (record.rows.len(), record.times.len(), record.trajectories.len(), record.marks.len(), record.deleted.len());
        if lens != (rows, rows, rows, cells, cells) || record.marks.iter().any(|mark| mark.color >= COLORS.len()) {
            return None;
        }
        (table.times, table.marks, table.deleted) = (record.times, record.marks, record.deleted);
        for (state, kept) in table.states.iter_mut().zip(record.rows) {
            if let Some((outcome, history)) = kept.filter(|_| *state == RowState::Waiting) {
                *state = RowState::Decided(outcome, history);
                table.timed += 1;
            }
        }
        (table.trajectories, table.map) = (record.trajectories, record.map);
        if table.map.is_some() {
            table.mapping = Mapping::Over;
        }
        table.elapsed_ms = record.elapsed_ms;
        table.queue();
        for cell in (0..cells).filter(|cell| table.deleted[*cell]).collect::<Vec<_>>() {
            table.delete_cell(cell);
        }
        Some(table)
    }

    /// Whether other settings ask for the same table.
    pub fn asks_like(&self, other: &Config) -> bool {
        let (a, b) = (&self.config, other);
        a.begins_like(b) && (a.at.write(), a.sweep.write(), a.steps, a.stop) == (b.at.write(), b.sweep.write(), b.steps, b.stop)
    }
}
