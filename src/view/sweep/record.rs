//! What is kept of a table over a reload: what became of its rows.

use serde::{Deserialize, Serialize};

use super::{RowState, SweepTable};
use crate::bytes;
use crate::config::Config;
use crate::metrics::History;
use crate::sweep::Outcome;
use crate::tr;

/// Version of this structure.
const VERSION: u32 = 1;

/// A table without what is in training.
#[derive(Debug, Serialize, Deserialize)]
pub struct SweepRecord {
    version: u32,
    config: Config,
    elapsed_ms: f64,
    rows: Vec<Option<(Outcome, History)>>,
}

impl SweepTable {
    /// What is kept of it, encoded.
    pub fn encode(&self) -> Vec<u8> {
        let row = |state: &RowState| match state {
            RowState::Decided(outcome, history) => Some((*outcome, history.clone())),
            _ => None,
        };
        let rows = self.states.iter().map(row).collect();
        bytes::encode(&SweepRecord { version: VERSION, config: self.config.clone(), elapsed_ms: self.elapsed_ms, rows })
    }

    /// The table that was kept.
    ///
    /// # Errors
    /// When the bytes are no table, or one of another version of the lab.
    pub fn decode(bytes: &[u8]) -> Result<SweepTable, String> {
        let other = || String::from(tr!("this is no table of runs that this version of the lab can read"));
        let record: SweepRecord = postcard::from_bytes(bytes).map_err(|_| other())?;
        // What is no valid configuration asks for more rows than anybody has memory for.
        if record.version != VERSION || !record.config.validate().is_empty() {
            return Err(other());
        }
        let mut table = SweepTable::new(&record.config);
        if record.rows.len() != table.rows.len() {
            return Err(other());
        }
        for (state, kept) in table.states.iter_mut().zip(record.rows) {
            if let Some((outcome, history)) = kept.filter(|_| *state == RowState::Waiting) {
                *state = RowState::Decided(outcome, history);
                table.timed += 1;
            }
        }
        table.elapsed_ms = record.elapsed_ms;
        table.queue();
        Ok(table)
    }

    /// Whether other settings ask for the same table.
    pub fn asks_like(&self, other: &Config) -> bool {
        let (a, b) = (&self.config, other);
        a.begins_like(b) && (a.at.write(), a.sweep.write(), a.steps, a.stop) == (b.at.write(), b.sweep.write(), b.steps, b.stop)
    }
}
