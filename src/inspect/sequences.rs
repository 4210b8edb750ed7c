//! Sequences of each kind, and what a network answers to them.

use super::Inspector;
use crate::protocol::inspect::{Answered, Kind};

/// Sequences of a kind, at most.
const SHOWN: usize = 400;

impl Inspector {
    /// Some answers to the training sequences, of those of the test and of those out of distribution, each with its answer, given all logits'
    /// best answers and their probabilities.
    pub(super) fn answered_sequences(&self, answers: &[u16], probs: &[f32]) -> Vec<Answered> {
        let Some(sequences) = &self.sequences else { return vec![] };
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
        kinds.into_iter().flat_map(of).collect()
    }
}
