//! The weights of a run as a file that other programs read.

use super::Trainer;
use crate::exec::Reading;
use crate::safetensors::{self, Tensor};
use crate::settings::KEYS;
use crate::task::Operation;

impl Trainer {
    /// Starts reading the parameters.
    pub fn weights(&mut self) -> Reading {
        let flat = self.built.flat;
        self.read(&[flat])
    }

    /// What [`weights`](Self::weights) has read, as safetensors. Tensors have the model's names and shapes; those of
    /// several runs have a leading axis of runs. The notes hold every setting as text, the number of results, the step and
    /// the backend.
    pub fn safetensors(&self, read: &[Vec<f32>], backend: &str) -> Vec<u8> {
        let (runs, stride) = (self.built.plan.runs, self.built.flat.len);
        let flat = read.first().map_or(&[][..], Vec::as_slice);
        let tensors = self.built.params.iter().map(|param| {
            let [rows, cols] = param.shape;
            let of_run = |run: usize| param.of(&flat[run * stride..]);
            let shape = if runs > 1 { vec![runs, rows, cols] } else { vec![rows, cols] };
            Tensor { name: &param.name, shape, values: (0..runs).flat_map(of_run).copied().collect() }
        });
        let tensors: Vec<Tensor> = tensors.collect();
        let mut notes: Vec<(&str, String)> = KEYS.iter().map(|key| (key.name, (key.get)(&self.record))).collect();
        notes.push(("query", crate::settings::to_query(&self.record)));
        notes.push(("results", Operation::of(&self.record).classes(&self.record).to_string()));
        notes.push(("step", self.step.to_string()));
        // The setting of this name says what was wished for.
        notes.retain(|(name, _)| *name != "backend");
        notes.push(("backend", backend.into()));
        safetensors::encode(&notes, &tensors)
    }
}
