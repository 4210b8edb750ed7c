//! The loss of every example, and the examples with the largest.

use super::Inspector;
use crate::exec::ExecError;
use crate::protocol::inspect::{Answered, InspectResult, Kind, Losses};

/// Examples of a kind that are told, at most.
const HARDEST: usize = 5;

impl Inspector {
    /// Of the weights of the last run, which gave these losses and answers. Of several answers to an example, each that accuracy counts
    /// is one.
    pub(super) async fn each_loss(&mut self, losses: &[f32], answers: &[u16]) -> Result<InspectResult, ExecError> {
        let [probs] = self.read([self.probs]).await?;
        let mut found = Losses { kinds: vec![], losses: vec![], hardest: vec![] };
        for kind in Kind::ALL {
            let mut rows = self.rows_of(kind);
            if rows.is_empty() {
                continue;
            }
            found.kinds.push(kind);
            found.losses.push(rows.iter().map(|row| losses[*row]).collect());
            rows.sort_by(|a, b| losses[*b].total_cmp(&losses[*a]));
            let told = rows.into_iter().take(HARDEST).filter(|_| self.p > 0 || self.sequences.is_some());
            found.hardest.extend(told.map(|row| (self.answered(row, answers[row], &probs), losses[row])));
        }
        Ok(InspectResult::Losses(found))
    }

    /// The rows of a kind whose answers accuracy counts.
    pub(super) fn rows_of(&self, kind: Kind) -> Vec<usize> {
        let counts = |row: &usize| self.kind(*row) == kind && self.counts(&self.equations[*row]);
        (0..self.equations.len()).filter(counts).collect()
    }

    /// What the network is shown in a row, and what it answers.
    pub(super) fn answered(&self, row: usize, answer: u16, probs: &[f32]) -> Answered {
        let e = &self.equations[row];
        let operands = match &self.sequences {
            Some(sequences) => &sequences.row(e.x)[..self.operands + e.y as usize],
            None => &[e.x, e.y][..],
        };
        Answered {
            kind: self.kind(row),
            operands: operands.iter().map(|token| *token as u16).collect(),
            truth: e.c as u16,
            answer,
            confidence: probs[row * self.classes() + usize::from(answer)],
        }
    }
}
