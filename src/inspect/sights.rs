//! What each view is told.

use super::{Inspector, best};
use crate::analysis::{Waves, components, gini, inverse_participation, leaders, norm, plane, singular_values};
use crate::exec::ExecError;
use crate::order::ranked;
use crate::protocol::inspect::{Answer, Embedding, Layer, Matrix, NEURONS_PER_PAGE, Neurons, Pair, Plane, Sight, Table};

/// Answers that are listed.
const ANSWERS: usize = 5;

/// A share as a byte.
fn byte(share: f32) -> u8 {
    (share * 255.0).round() as u8
}

/// A share as a byte that is on the same side of a threshold, itself as a byte, as the share is.
fn explained_byte(share: f32, least: f32) -> u8 {
    if share >= least { byte(share).max(byte(least)) } else { byte(share).min(byte(least).saturating_sub(1)) }
}

impl Inspector {
    pub(super) async fn table(&mut self, logits: &[f32], losses: &[f32]) -> Result<Sight, ExecError> {
        let [probs] = self.read([self.probs]).await?;
        let (cells, classes) = (self.rows.len(), self.classes());
        let (bytes, numbers, shares) = (vec![0; cells], vec![0; cells], vec![0.0; cells]);
        let (truth, answer, confidence) = (numbers.clone(), numbers, shares.clone());
        let mut table = Table { kind: bytes, truth, answer, confidence, loss: shares };
        for (cell, row) in self.rows.iter().enumerate() {
            let Some(row) = row.map(|row| row as usize) else { continue };
            let answer = best(&logits[row * classes..][..classes]);
            table.kind[cell] = 1 + u8::from(self.trained[row]);
            table.truth[cell] = self.equations[row].c as u16;
            table.answer[cell] = answer as u16;
            table.confidence[cell] = probs[row * classes + answer];
            table.loss[cell] = losses[row];
        }
        Ok(Sight::Table(table))
    }

    /// The embedding in the order of the cycle: its name, its rows, and its spectrum.
    pub(super) fn spectrum(&self, weights: &[f32]) -> Option<(String, Vec<f32>, Vec<f32>)> {
        let param = self.params.iter().find(|param| param.shape[0] >= self.p && param.shape[1] > 1)?;
        let cols = param.shape[1];
        let row = |token: &u32| &weights[param.offset + *token as usize * cols..][..cols];
        let rows: Vec<f32> = self.cycle.operands.iter().flat_map(|token| row(token).to_vec()).collect();
        let spectrum = self.basis.spectrum(&rows, cols);
        Some((param.name.clone(), rows, spectrum))
    }

    pub(super) async fn embedding(&mut self, weights: &[f32], wanted: Option<Plane>) -> Result<Sight, ExecError> {
        let (n, cyclic) = (self.basis.len(), self.cycle.join.is_some());
        let fits = if cyclic { self.fits().await?.0 } else { vec![] };
        let Some((name, rows, spectrum)) = self.spectrum(weights) else { return Ok(Sight::None) };
        let cols = rows.len() / n;
        let (plane, (shares, places)) = match wanted {
            Some(Plane::Components(first)) => (Plane::Components(first), components(&rows, [n, cols], first.into())),
            _ if !cyclic => (Plane::Components(0), components(&rows, [n, cols], 0)),
            wanted => {
                let k = match wanted {
                    Some(Plane::Frequency(k)) => usize::from(k).max(1).min(spectrum.len() - 1),
                    _ => 1 + best(&spectrum[1..]),
                };
                (Plane::Frequency(k as u16), (vec![], plane(&self.basis, &rows, cols, k)))
            }
        };
        Ok(Sight::Embedding(Embedding {
            name,
            keys: self.keys(&fits).into_iter().map(|k| k as u16).collect(),
            gini: gini(&spectrum[1..]),
            participation: inverse_participation(&spectrum[1..]),
            shares,
            plane,
            places,
            tokens: self.cycle.operands.iter().map(|token| *token as u16).collect(),
            cyclic,
            spectrum,
        }))
    }

    pub(super) async fn neurons(&mut self, first: usize) -> Result<Sight, ExecError> {
        let (fits, hidden) = self.fits().await?;
        let Some((_, units)) = self.parts.hidden else { return Ok(Sight::None) };
        let order = leaders(&fits, self.least);
        let places: Vec<Option<u32>> = self.cycle.pairs(self.p).map(|cell| self.rows[cell]).collect();
        let map = |unit: &usize| {
            let values: Vec<f32> = places.iter().map(|row| row.map_or(0.0, |row| hidden[row as usize * units + unit])).collect();
            let (low, high) = values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
            let cells = values.iter().map(|v| if high > low { byte((v - low) / (high - low)) } else { 0 });
            (low, high, cells.collect())
        };
        Ok(Sight::Neurons(Neurons {
            fits: fits.iter().map(|fit| (fit.frequency as u16, explained_byte(fit.share, self.least))).collect(),
            least: byte(self.least),
            first: first as u32,
            side: self.basis.len() as u16,
            maps: order.iter().skip(first).take(NEURONS_PER_PAGE as usize).map(map).collect(),
            order: order.into_iter().map(|unit| unit as u16).collect(),
        }))
    }

    pub(super) async fn attention(&mut self) -> Result<Sight, ExecError> {
        let views: Vec<_> = self.parts.patterns.iter().map(|pattern| pattern.view).collect();
        if views.is_empty() {
            return Ok(Sight::None);
        }
        let read = self.exec.read(&views).await?;
        let n = self.equations.len();
        let layers = self.parts.patterns.iter().zip(&read).map(|(pattern, probs)| {
            let width = pattern.heads * pattern.slots;
            // The position that is read out comes last.
            let probs = &probs[probs.len() - n * width..];
            let share = |row: usize, head: usize, slot: usize| match slot < pattern.slots {
                true => probs[row * width + head * pattern.slots + slot],
                false => 1.0 - probs[row * width + head * pattern.slots..][..pattern.slots].iter().sum::<f32>(),
            };
            let positions = pattern.slots + usize::from(pattern.sink);
            let map = |head: usize, slot: usize| {
                self.rows.iter().map(|row| row.map_or(0, |row| byte(share(row as usize, head, slot)))).collect()
            };
            let head = |head: usize| (0..positions).map(|slot| map(head, slot)).collect();
            Layer { heads: (0..pattern.heads).map(head).collect() }
        });
        Ok(Sight::Attention(layers.collect()))
    }

    pub(super) async fn pair(&mut self, pair: [u32; 2], logits: &[f32]) -> Result<Sight, ExecError> {
        let (fits, _) = self.fits().await?;
        let [probs] = self.read([self.probs]).await?;
        let (classes, mut keys) = (self.classes(), self.keys(&fits));
        let cell = pair[0] as usize * self.p + pair[1] as usize;
        let row = self.rows.get(cell).copied().flatten().map(|row| row as usize);
        let truth = row.map(|row| self.equations[row].c);
        let Some(row) = row else {
            return Ok(Sight::Pair(Pair { pair, truth, trained: false, answers: vec![], keys: vec![], alphas: vec![] }));
        };
        let probs = &probs[row * classes..][..classes];
        let mut order = ranked(classes, &|a, b| probs[b].total_cmp(&probs[a]));
        let right = truth.map(|truth| truth as usize).filter(|truth| !order[..ANSWERS.min(classes)].contains(truth));
        order.truncate(ANSWERS);
        order.extend(right);
        let places = self.places();
        let waves = places
            .as_ref()
            .and_then(|places| Waves::of(|pair| &logits[places[pair] * classes..][..classes], &self.basis, &self.cycle));
        let place = |operand: u32| self.cycle.operands.iter().position(|token| *token == operand);
        let sum = waves.as_ref().zip(place(pair[0]).zip(place(pair[1]))).map(|(waves, (i, j))| waves.sum(i, j));
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
        Ok(Sight::Pair(Pair {
            pair,
            truth,
            trained: self.trained[row],
            answers: order.iter().map(answer).collect(),
            keys: keys.into_iter().map(|k| k as u16).collect(),
            alphas,
        }))
    }

    pub(super) fn matrix(&self, weights: &[f32], index: usize) -> Sight {
        let Some(param) = self.params.get(index) else { return Sight::None };
        let [rows, cols] = param.shape;
        let values = param.of(weights);
        let most = values.iter().fold(0.0f32, |most, v| most.max(v.abs()));
        let cell = |v: &f32| if most > 0.0 { (128.0 + 127.0 * v / most).round() as u8 } else { 128 };
        Sight::Matrix(Matrix {
            norms: self.norms(weights),
            shape: [rows as u32, cols as u32],
            most,
            cells: values.iter().map(cell).collect(),
            singular: singular_values(values, [rows, cols]),
        })
    }

    /// Each parameter's name and norm.
    pub(super) fn norms(&self, weights: &[f32]) -> Vec<(String, f32)> {
        self.params.iter().map(|param| (param.name.clone(), norm(param.of(weights)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rounded_share_stays_on_its_side_of_the_threshold() {
        // Rounded alone, 0.8495 and 0.85 are both 217.
        assert_eq!(byte(0.8495), byte(0.85));
        for (share, explained) in [(0.0, false), (0.5, false), (0.8495, false), (0.85, true), (0.8505, true), (1.0, true)] {
            assert_eq!(explained_byte(share, 0.85) >= byte(0.85), explained, "{share}");
        }
    }
}
