//! Pictures that a network was never shown: what it answers, and how it stands up to attacks.

use super::Inspector;
use crate::analysis::{ATTACK, Layer, RADIUS, local_complexity, robustness};
use crate::config::{Config, Model};
use crate::ops::activation::Activation;
use crate::protocol::inspect::{InspectResult, PICTURES, Picture};
use crate::task::{Features, Operation, Size, Split};

/// Pictures that are attacked, at most; and around every second of them it is looked for borders of regions.
const ATTACKED: usize = 200;

/// Pictures of the test, in no order but that of the set, and what they show.
pub(super) struct Pictures {
    /// Their rows of the plan.
    rows: Vec<usize>,
    /// `[pictures, pixels]`
    pixels: Vec<f32>,
    targets: Vec<u32>,
    /// Whether the network is nothing but layers with ReLU between them.
    attackable: bool,
}

impl Pictures {
    /// Those of a run in whose plan training pairs come first; none where it is shown no pictures.
    pub fn of(config: &Config, split: &Split, features: Option<&Features>) -> Option<Pictures> {
        let features = features.filter(|_| Operation::of(config).size() == Size::Pixels)?;
        let numbers = (0..split.test.len()).step_by(split.test.len().div_ceil(ATTACKED));
        let sample = || numbers.clone().map(|number| &split.test[number]);
        Some(Pictures {
            rows: numbers.clone().map(|number| split.train.len() + number).collect(),
            pixels: features.of(sample()),
            targets: sample().map(|e| e.c).collect(),
            attackable: config.model == Model::Mlp && config.activation == Activation::Relu && config.embed == 0,
        })
    }
}

impl Inspector {
    /// A few pictures with what the network answers, given all its answers.
    pub(super) fn answered_pictures(&self, answers: &[u16]) -> InspectResult {
        let Some(Pictures { rows, pixels, targets, .. }) = &self.pictures else { return InspectResult::None };
        let each = pixels.chunks_exact(pixels.len() / rows.len()).zip(rows).zip(targets);
        let picture = |((pixels, row), truth): ((&[f32], &usize), &u32)| Picture {
            pixels: pixels.iter().map(|ink| super::byte(*ink)).collect(),
            truth: *truth as u16,
            answer: answers[*row],
        };
        InspectResult::Pictures(each.map(picture).take(PICTURES).collect())
    }

    /// The fraction of the pictures that these weights are right about under attack, and the local complexity around them; not numbers
    /// where the network is not one of those that are attacked.
    pub(super) fn robustness_and_complexity(&self, weights: &[f32]) -> [f32; 2] {
        let Some(Pictures { pixels, targets, .. }) = self.pictures.as_ref().filter(|pictures| pictures.attackable) else {
            return [f32::NAN; 2];
        };
        let mut layers: Vec<Layer> = vec![];
        for param in &self.params {
            match layers.last_mut() {
                Some(layer) if param.shape[0] == 1 => layer.b = param.of(weights).to_vec(),
                _ => layers.push(Layer { w: param.of(weights), b: vec![0.0; param.shape[1]] }),
            }
        }
        let some: Vec<f32> = pixels.chunks_exact(layers[0].inputs()).step_by(2).flatten().copied().collect();
        [robustness(&layers, pixels, targets, ATTACK), local_complexity(&layers, &some, RADIUS)]
    }
}
