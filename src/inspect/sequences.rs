//! Sequences of each kind, and what a network answers to them.

use super::Inspector;
use crate::exec::ExecError;
use crate::protocol::inspect::{InspectResult, Kind};

/// Sequences of a kind, at most.
const SHOWN: usize = 400;

impl Inspector {
    /// Some sequences of training, of the test and out of distribution, with what the network answers, given all its answers. Of several
    /// answers, those that accuracy counts.
    pub(super) async fn answered_sequences(&mut self, answers: &[u16]) -> Result<InspectResult, ExecError> {
        let [probs] = self.read([self.probs]).await?;
        if self.sequences.is_none() {
            return Ok(InspectResult::None);
        }
        let of = |kind: Kind| {
            let rows = self.rows_of(kind);
            let stride = rows.len().div_ceil(SHOWN).max(1);
            rows.into_iter().step_by(stride).map(|row| self.answered(row, answers[row], &probs))
        };
        Ok(InspectResult::Sequences(Kind::ALL.into_iter().flat_map(of).collect()))
    }
}
