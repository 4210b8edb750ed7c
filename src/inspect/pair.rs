//! The answers to one pair, and the votes of the frequencies.

use super::Inspector;
use crate::analysis::Waves;
use crate::exec::ExecError;
use crate::order::argsort;
use crate::protocol::inspect::{Answer, InspectResult, Pair};

/// Answers that are listed.
const ANSWERS: usize = 5;

impl Inspector {
    pub(super) async fn pair(&mut self, pair: [u32; 2], logits: &[f32]) -> Result<InspectResult, ExecError> {
        let responses = self.responses().await?;
        let [probs] = self.read([self.probs]).await?;
        let (classes, mut keys) = (self.classes(), self.keys(&responses.fits));
        // Whoever asks may know of a larger table.
        let pair = pair.map(|operand| operand.min(self.p as u32 - 1));
        let cell = pair[0] as usize * self.p + pair[1] as usize;
        let row = self.rows.get(cell).copied().flatten().map(|row| row as usize);
        let truth = row.map(|row| self.equations[row].c);
        let Some(row) = row else {
            return Ok(InspectResult::Pair(Pair { pair, truth, trained: false, answers: vec![], keys: vec![], alphas: vec![] }));
        };
        let probs = &probs[row * classes..][..classes];
        let mut order = argsort(classes, &|a, b| probs[b].total_cmp(&probs[a]));
        let right = truth.map(|truth| truth as usize).filter(|truth| !order[..ANSWERS.min(classes)].contains(truth));
        order.truncate(ANSWERS);
        order.extend(right);
        let rows = self.cycle_rows();
        let waves =
            rows.as_ref().and_then(|rows| Waves::of(|pair| &logits[rows[pair] * classes..][..classes], &self.basis, &self.cycle));
        let cycle_index = |operand: u32| self.cycle.operands.iter().position(|token| *token == operand);
        let sum = waves.as_ref().zip(cycle_index(pair[0]).zip(cycle_index(pair[1]))).map(|(waves, (i, j))| waves.sum(i, j));
        let (mut parts, mut alphas) = (vec![], vec![]);
        match (&waves, sum) {
            (Some(waves), Some(sum)) => {
                let all = waves.alphas();
                alphas.extend(keys.iter().map(|k| all[*k]));
                parts.extend(keys.iter().map(|k| waves.part(&[*k])[sum * classes..][..classes].to_vec()));
            }
            _ => keys.clear(),
        }
        let answer = |class: &usize| Answer {
            class: *class as u16,
            probability: probs[*class],
            votes: parts.iter().map(|part| part[*class]).collect(),
        };
        Ok(InspectResult::Pair(Pair {
            pair,
            truth,
            trained: self.trained[row],
            answers: order.iter().map(answer).collect(),
            keys: keys.into_iter().map(|k| k as u16).collect(),
            alphas,
        }))
    }
}
