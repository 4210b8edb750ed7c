//! Whether a network is still right about examples that somebody has changed a little, in order to mislead it.

use super::relu_layers::{Layer, relu};
use crate::ops::cross_entropy::{row_backward, row_forward};

/// Steps of an attack, as Humayun et al. 2024 take them, but for MNIST, where they take 100.
const STEPS: usize = 10;
/// Each goes so far, as a part of all that may be changed: further than a tenth, so that an attack can turn round.
const STRIDE: f32 = 0.25;
/// How much of a pixel's range is changed, where a run is measured: one of six values of Humayun et al. 2024.
pub const ATTACK: f32 = 0.06;

/// The fraction of examples `[rows, inputs]` that a multilayer perceptron with ReLU between its layers is right about, when each of
/// their numbers, which are between 0 and 1, was changed by up to `most` so as to raise the cross-entropy: projected gradient descent in
/// the maximum norm (Madry et al. 2018), in [`STEPS`] steps.
pub fn robustness(layers: &[Layer], examples: &[f32], targets: &[u32], most: f32) -> f32 {
    let mut attacked = examples.to_vec();
    for _ in 0..STEPS {
        let uphill = gradient(layers, &attacked, targets);
        for ((x, slope), start) in attacked.iter_mut().zip(uphill).zip(examples) {
            // The sign of 0 is to be 0: what does not matter stays.
            let step = if slope == 0.0 { 0.0 } else { STRIDE * most * slope.signum() };
            *x = (*x + step).clamp((start - most).max(0.0), (start + most).min(1.0));
        }
    }
    let mut logits = states(layers, attacked).pop().expect("a network has layers");
    let classes = logits.len() / targets.len();
    let right = logits.chunks_exact_mut(classes).zip(targets).map(|(row, target)| row_forward(row, *target as usize)[1]);
    right.sum::<f32>() / targets.len() as f32
}

/// What each layer reads, and the logits.
fn states(layers: &[Layer], examples: Vec<f32>) -> Vec<Vec<f32>> {
    let mut states = vec![examples];
    for (before, layer) in layers.iter().enumerate() {
        let mut y = layer.forward(&states[before]);
        if before + 1 < layers.len() {
            relu(&mut y);
        }
        states.push(y);
    }
    states
}

/// The gradient of each example's cross-entropy by its numbers.
fn gradient(layers: &[Layer], examples: &[f32], targets: &[u32]) -> Vec<f32> {
    let mut states = states(layers, examples.to_vec());
    let mut slope = states.pop().expect("a network has layers");
    let classes = slope.len() / targets.len();
    for (row, target) in slope.chunks_exact_mut(classes).zip(targets) {
        row_forward(row, *target as usize);
        row_backward(row, *target as usize, 1.0);
    }
    for (layer, read) in layers[1..].iter().zip(&states[1..]).rev() {
        slope = layer.back(&slope);
        // Where ReLU gives 0, it passes nothing on.
        slope.iter_mut().zip(read).filter(|(_, h)| **h == 0.0).for_each(|(slope, _)| *slope = 0.0);
    }
    layers[0].back(&slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Class 0 where x₀ > x₁, through two hidden units that are x₀ and x₁ less a half.
    fn duel() -> (Vec<f32>, Vec<f32>) {
        (vec![1.0, 0.0, 0.0, 1.0], vec![-0.5, -0.5])
    }

    #[test]
    fn what_is_nearer_to_the_border_than_the_attack_reaches_is_lost() {
        let (w, b) = duel();
        let layers = [Layer { w: &w, b }, Layer { w: &w, b: vec![0.0; 2] }];
        // Distances of 0.1, 0.3 and 0.3 in each number; the third is answered wrongly as it is.
        let (examples, targets) = ([0.8, 0.6, 0.6, 0.9, 0.9, 0.6], [0, 1, 1]);
        for (most, right) in [(0.0, 2.0), (0.09, 2.0), (0.11, 1.0), (0.14, 1.0), (0.16, 0.0)] {
            assert_eq!(robustness(&layers, &examples, &targets, most), right / 3.0, "{most}");
        }
        // Below a half no unit is on, so that nothing says which way is uphill.
        assert_eq!([0, 1].map(|target| robustness(&layers, &[0.3, 0.1], &[target], 0.1)), [1.0, 0.0]);
        // Numbers stay between 0 and 1, so that 1 and 0.55 are at least 0.1 apart however they are changed.
        let one = [Layer { w: &w, b: vec![0.0, 0.3] }];
        assert_eq!(robustness(&one, &[1.0, 0.0], &[0], 0.3), 1.0);
        assert_eq!(robustness(&one, &[1.0, 0.0], &[0], 0.4), 0.0);
    }

    #[test]
    fn the_gradient_is_that_of_differences() {
        let number = |i: usize| ((i * 37 + 11) % 23) as f32 / 23.0 - 0.45;
        let w: Vec<Vec<f32>> =
            [12, 20, 15].into_iter().enumerate().map(|(l, n)| (0..n).map(|i| number(i + 5 * l)).collect()).collect();
        let layers: Vec<Layer> = w.iter().zip([4, 5, 3]).map(|(w, n)| Layer { w, b: (0..n).map(number).collect() }).collect();
        let (examples, targets) = ([0.2, 0.9, 0.4, 0.7, 0.1, 0.5], [2, 0]);
        let loss = |x: &[f32]| -> f32 {
            let mut logits = states(&layers, x.to_vec()).pop().unwrap();
            logits.chunks_exact_mut(3).zip(targets).map(|(row, target)| row_forward(row, target as usize)[0]).sum()
        };
        let got = gradient(&layers, &examples, &targets);
        for i in 0..examples.len() {
            let at = |by: f32| {
                let mut x = examples;
                x[i] += by;
                loss(&x)
            };
            let want = (at(1e-2) - at(-1e-2)) / 2e-2;
            assert!((got[i] - want).abs() < 1e-3, "{i}: {} for {want}", got[i]);
        }
        assert!(got.iter().any(|slope| slope.abs() > 0.01));
    }
}
