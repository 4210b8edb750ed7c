//! Sequences of each kind, and what a network answers to them.

use super::Inspector;
use crate::exec::ExecError;
use crate::protocol::inspect::{Answered, InspectResult, Kind};

/// Sequences of a kind, at most.
const SHOWN: usize = 400;

impl Inspector {
    /// Some sequences of training, of the test and out of distribution, with what the network answers, given all its answers.
    pub(super) async fn answered_sequences(&mut self, answers: &[u16]) -> Result<InspectResult, ExecError> {
        let [probs] = self.read([self.probs]).await?;
        let Some(sequences) = &self.sequences else { return Ok(InspectResult::None) };
        let (classes, rows) = (self.classes(), self.equations.len());
        let first_test = self.trained.iter().filter(|trained| **trained).count();
        let kinds = [
            (Kind::Training, 0..first_test),
            (Kind::Test, first_test..rows - self.apart),
            (Kind::Apart, rows - self.apart..rows),
        ];
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
        let of = |(kind, rows): (Kind, core::ops::Range<usize>)| {
            let stride = rows.len().div_ceil(SHOWN).max(1);
            rows.step_by(stride).map(move |row| answered(kind, row))
        };
        Ok(InspectResult::Sequences(kinds.into_iter().flat_map(of).collect()))
    }
}
