//! A parameter, and the norms of all.

use super::Inspector;
use crate::analysis::{norm, singular_values};
use crate::protocol::inspect::{InspectResult, Matrix};

impl Inspector {
    pub(super) fn matrix(&self, weights: &[f32], index: usize) -> InspectResult {
        let Some(param) = self.params.get(index) else { return InspectResult::None };
        let [rows, cols] = param.shape;
        let values = param.of(weights);
        let most = values.iter().fold(0.0f32, |most, v| most.max(v.abs()));
        let cell = |v: &f32| if most > 0.0 { (128.0 + 127.0 * v / most).round() as u8 } else { 128 };
        InspectResult::Matrix(Matrix {
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
