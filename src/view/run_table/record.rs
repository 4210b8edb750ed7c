//! What is kept of the table over a reload: the runs that were left, and what is decided of the sweep.

use serde::{Deserialize, Serialize};

use super::AllRuns;
use crate::bytes;
use crate::tr;
use crate::view::runs::{COLORS, Past};
use crate::view::sweep::{SweepRecord, SweepTable};

/// Version of this structure.
const VERSION: u32 = 6;

/// A table without what is in training.
#[derive(Debug, Serialize, Deserialize)]
struct TableRecord {
    version: u32,
    past: Vec<Past>,
    sweep: Option<SweepRecord>,
}

impl AllRuns<'_> {
    /// What is kept, encoded; none where there is nothing to keep.
    pub fn encode(self) -> Option<Vec<u8>> {
        let sweep = self.sweep.filter(|table| table.progress().0 > 0).map(SweepTable::record);
        let past = self.app.runs.past.clone();
        let something = sweep.is_some() || !past.is_empty();
        something.then(|| bytes::encode(&TableRecord { version: VERSION, past, sweep }))
    }
}

/// The runs that were left, and the sweep, if there is one, as they were kept.
///
/// # Errors
/// When the bytes are no table, or one of another version of the lab.
pub fn decode(bytes: &[u8]) -> Result<(Vec<Past>, Option<SweepTable>), String> {
    let other = || String::from(tr!("this is no table of runs that this version of the lab can read"));
    let TableRecord { version, past, sweep } = postcard::from_bytes(bytes).map_err(|_| other())?;
    let readable = |run: &Past| {
        let seeds = run.histories.len();
        run.config.validate().is_empty() && seeds == run.config.seeds as usize && run.mark.color < COLORS.len()
    };
    if version != VERSION || !past.iter().all(readable) {
        return Err(other());
    }
    match sweep.map(SweepTable::from_record) {
        Some(None) => Err(other()),
        table => Ok((past, table.flatten())),
    }
}
