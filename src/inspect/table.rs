//! The answer to every pair.

use super::Inspector;
use crate::protocol::inspect::{InspectResult, Table};

impl Inspector {
    pub(super) fn table(&self, logits: &[f32], losses: &[f32], answers: &[u16]) -> InspectResult {
        let (cells, classes) = (self.rows.len(), self.classes());
        let (bytes, numbers, fractions) = (vec![0; cells], vec![0; cells], vec![0.0; cells]);
        let (truth, answer, confidence) = (numbers.clone(), numbers, fractions.clone());
        let mut table = Table { kind: bytes, truth, answer, confidence, loss: fractions };
        for (cell, row) in self.rows.iter().enumerate() {
            let Some(row) = row.map(|row| row as usize) else { continue };
            let answer = answers[row];
            table.kind[cell] = 1 + u8::from(self.trained[row]);
            let truth = self.equations[row].c as u16;
            table.truth[cell] = truth;
            table.answer[cell] = answer;
            // The loss is ln Σ exp(logits) less the right one's logit.
            let logit = |class: u16| logits[row * classes + usize::from(class)];
            table.confidence[cell] = libm::expf(logit(answer) - logit(truth) - losses[row]);
            table.loss[cell] = losses[row];
        }
        InspectResult::Table(table)
    }
}
