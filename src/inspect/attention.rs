//! Attention of the position that is read out: a map for each pair, or the mean over all sequences.

use super::{Inspector, byte};
use crate::analysis::spread;
use crate::exec::ExecError;
use crate::protocol::inspect::{InspectResult, Layer};

/// Queries of a layer whose spread is taken, at most.
const SAMPLE: usize = 1000;

impl Inspector {
    pub(super) async fn attention(&mut self) -> Result<InspectResult, ExecError> {
        let read = self.patterns().await?;
        if read.is_empty() {
            return Ok(InspectResult::None);
        }
        let n = self.equations.len();
        let layers = self.parts.patterns.iter().zip(&read).map(|(pattern, probs)| {
            let width = pattern.heads * pattern.slots;
            // The position that is read out comes last.
            let probs = &probs[probs.len() - n * width..];
            let fraction = |row: usize, head: usize, slot: usize| match slot < pattern.slots {
                true => probs[row * width + head * pattern.slots + slot],
                false => 1.0 - probs[row * width + head * pattern.slots..][..pattern.slots].iter().sum::<f32>(),
            };
            let positions = pattern.slots + usize::from(pattern.sink);
            let map = |head: usize, slot: usize| match self.p {
                0 => vec![byte((0..n).map(|row| fraction(row, head, slot)).sum::<f32>() / n as f32)],
                _ => self.rows.iter().map(|row| row.map_or(0, |row| byte(fraction(row as usize, head, slot)))).collect(),
            };
            let head = |head: usize| (0..positions).map(|slot| map(head, slot)).collect();
            Layer { heads: (0..pattern.heads).map(head).collect() }
        });
        Ok(InspectResult::Attention(layers.collect()))
    }

    /// The probabilities of every layer's pattern; none where there is no attention.
    pub(super) async fn patterns(&mut self) -> Result<Vec<Vec<f32>>, ExecError> {
        let views: Vec<_> = self.parts.patterns.iter().map(|pattern| pattern.view).collect();
        if views.is_empty() { Ok(vec![]) } else { self.exec.read(&views).await }
    }

    /// How evenly attention is spread, on average over a sample of the queries and heads of all layers; and how much of it, where it is
    /// read out, goes to whom the question is about. Not a number where there is no such thing.
    pub(super) async fn attention_measures(&mut self) -> Result<[f32; 2], ExecError> {
        let read = self.patterns().await?;
        let (mut spreads, mut shares) = (vec![], vec![]);
        for (pattern, probs) in self.parts.patterns.iter().zip(&read) {
            let queries = probs.chunks_exact(pattern.heads * pattern.slots);
            let stride = pattern.positions.len().div_ceil(SAMPLE).max(1);
            for (heads, positions) in queries.clone().zip(&pattern.positions).step_by(stride) {
                spreads.extend(heads.chunks_exact(pattern.slots).map(|head| spread(head, usize::from(*positions))));
            }
            let out = queries.skip(pattern.positions.len() - self.equations.len());
            let stride = self.equations.len().div_ceil(SAMPLE).max(1);
            let named = |head: &[f32]| head[..self.subject].iter().sum::<f32>();
            shares.extend(out.step_by(stride).flat_map(|heads| heads.chunks_exact(pattern.slots).map(named)));
        }
        // The first position sees nothing but itself.
        spreads.retain(|spread| spread.is_finite());
        let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len() as f32;
        Ok([mean(&spreads), if self.subject > 0 { mean(&shares) } else { f32::NAN }])
    }
}
