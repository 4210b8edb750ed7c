//! What is kept of a table over a reload: what became of its rows.

use serde::{Deserialize, Serialize};

use super::{RowState, SweepTable};
use crate::bytes;
use crate::config::Config;
use crate::metrics::History;
use crate::sweep::Outcome;

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

    /// Takes over the rows that a kept table of the same settings has decided. Returns whether it is one.
    pub fn recall(&mut self, bytes: &[u8]) -> bool {
        // Another version of the lab may have written it.
        let Ok(record) = postcard::from_bytes::<SweepRecord>(bytes) else { return false };
        if record.version != VERSION || record.rows.len() != self.rows.len() || !self.asks_like(&record.config) {
            return false;
        }
        for (state, kept) in self.states.iter_mut().zip(record.rows) {
            if let Some((outcome, history)) = kept.filter(|_| *state == RowState::Waiting) {
                *state = RowState::Decided(outcome, history);
                self.timed += 1;
            }
        }
        self.elapsed_ms = record.elapsed_ms;
        self.queue();
        true
    }

    /// Whether other settings ask for the same table.
    pub fn asks_like(&self, other: &Config) -> bool {
        let (a, b) = (&self.config, other);
        a.begins_like(b) && (a.at.write(), a.sweep.write(), a.steps, a.stop) == (b.at.write(), b.sweep.write(), b.steps, b.stop)
    }
}
