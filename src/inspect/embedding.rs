//! The embedding in the order of the cycle, its spectrum, and a plane of it.

use std::rc::Rc;

use super::Inspector;
use crate::analysis::{components, gini, inverse_participation, plane};
use crate::exec::ExecError;
use crate::order::best;
use crate::protocol::inspect::{Embedding, InspectResult, Plane};
use crate::tape::Param;

impl Inspector {
    /// What has a row for each operand: the embedding, or the first layer of a network without one.
    pub(super) fn embeds(&self) -> Option<&Param> {
        self.params.iter().find(|param| param.shape[0] >= self.p)
    }

    /// The embedding in the order of the cycle: its name, its rows, and its spectrum.
    pub(super) fn spectrum(&self, weights: &[f32]) -> Option<(String, Vec<f32>, Vec<f32>)> {
        let param = self.embeds()?;
        let cols = param.shape[1];
        let row = |token: &u32| &weights[param.offset + *token as usize * cols..][..cols];
        let rows: Vec<f32> = self.cycle.operands.iter().flat_map(|token| row(token).to_vec()).collect();
        let spectrum = self.basis.spectrum(&rows, cols);
        Some((param.name.clone(), rows, spectrum))
    }

    pub(super) async fn embedding(&mut self, weights: &[f32], wanted: Option<Plane>) -> Result<InspectResult, ExecError> {
        let (n, cyclic) = (self.basis.len(), self.cycle.join.is_some());
        let responses = if cyclic { self.responses().await? } else { Rc::default() };
        let Some((name, rows, spectrum)) = self.spectrum(weights) else { return Ok(InspectResult::None) };
        let cols = rows.len() / n;
        let (plane, (fractions, coordinates)) = match wanted {
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
        // Of a cyclic group their diagonals are a tangle, and to look for them takes as long as all else.
        let found = if cyclic { None } else { self.parallelograms(weights) };
        let found = found.filter(|found| found.quality.is_finite()).map(|found| (found.count, found.diagonals));
        let (parallelograms, diagonals) = found.unzip();
        Ok(InspectResult::Embedding(Embedding {
            parallelograms,
            diagonals: diagonals.unwrap_or_default().into_iter().map(|pair| pair.map(|operand| operand as u16)).collect(),
            name,
            keys: self.keys(&responses.fits).into_iter().map(|k| k as u16).collect(),
            gini: gini(&spectrum[1..]),
            participation: inverse_participation(&spectrum[1..]),
            fractions,
            plane,
            coordinates,
            tokens: self.cycle.operands.iter().map(|token| *token as u16).collect(),
            cyclic,
            spectrum,
        }))
    }
}
