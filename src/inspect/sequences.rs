//! Sequences of each kind, and what a network answers to them.

use super::Inspector;
use crate::exec::ExecError;
use crate::protocol::inspect::{Answered, InspectResult, Kind};

/// Sequences of a kind, at most.
const SHOWN: usize = 400;

impl Inspector {
    /// Some sequences of training, of the test and out of distribution, with what the network answers, given all its answers. Of several
    /// answers, those that accuracy counts.
    pub(super) async fn answered_sequences(&mut self, answers: &[u16]) -> Result<InspectResult, ExecError> {
        let [probs] = self.read([self.probs]).await?;
        let Some(sequences) = &self.sequences else { return Ok(InspectResult::None) };
        let classes = self.classes();
        let answered = |kind: Kind, row: usize| {
            let (e, answer) = (&self.equations[row], answers[row]);
            Answered {
                kind,
                operands: sequences.row(e.x)[..self.operands + e.y as usize].iter().map(|token| *token as u16).collect(),
                truth: e.c as u16,
                answer,
                confidence: probs[row * classes + usize::from(answer)],
            }
        };
        let of = |kind: Kind| {
            let counts = |row: &usize| self.kind(*row) == kind && self.counts(&self.equations[*row]);
            let rows: Vec<usize> = (0..self.equations.len()).filter(counts).collect();
            let stride = rows.len().div_ceil(SHOWN).max(1);
            rows.into_iter().step_by(stride).map(move |row| answered(kind, row))
        };
        Ok(InspectResult::Sequences(Kind::ALL.into_iter().flat_map(of).collect()))
    }
}
