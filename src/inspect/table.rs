//! The answer to every pair.

use super::Inspector;
use crate::exec::ExecError;
use crate::protocol::inspect::{InspectResult, Table};

impl Inspector {
    pub(super) async fn table(&mut self, losses: &[f32], answers: &[u16]) -> Result<InspectResult, ExecError> {
        let [probs] = self.read([self.probs]).await?;
        let (cells, classes) = (self.rows.len(), self.classes());
        let (bytes, numbers, fractions) = (vec![0; cells], vec![0; cells], vec![0.0; cells]);
        let (truth, answer, confidence) = (numbers.clone(), numbers, fractions.clone());
        let mut table = Table { kind: bytes, truth, answer, confidence, loss: fractions };
        for (cell, row) in self.rows.iter().enumerate() {
            let Some(row) = row.map(|row| row as usize) else { continue };
            let answer = answers[row];
            table.kind[cell] = 1 + u8::from(self.trained[row]);
            table.truth[cell] = self.equations[row].c as u16;
            table.answer[cell] = answer;
            table.confidence[cell] = probs[row * classes + usize::from(answer)];
            table.loss[cell] = losses[row];
        }
        Ok(InspectResult::Table(table))
    }
}
