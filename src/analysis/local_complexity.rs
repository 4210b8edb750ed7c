//! How finely a network divides the space around examples: with ReLU it is linear within regions, and their borders are where the sign of
//! some neuron changes.

use super::relu_layers::{Layer, relu};
use crate::rng::{Rng, Stream};

/// Directions in which is looked, at most; there are no more at right angles than inputs.
const DIRECTIONS: usize = 20;
/// How far is looked, where a run is measured, in units of the inputs.
pub const RADIUS: f32 = 0.05;

/// The local complexity (Humayun et al. 2024, section 3) of a multilayer perceptron with ReLU between its layers around examples
/// `[rows, inputs]`: how many neurons of a hidden layer change their sign between the points x ± `radius` · v, where the v are up to
/// [`DIRECTIONS`] random directions at right angles to each other; the mean over hidden layers and examples. Not a number without a
/// hidden layer.
pub fn local_complexity(layers: &[Layer], examples: &[f32], radius: f32) -> f32 {
    let Some((_, hidden @ [first, ..])) = layers.split_last() else { return f32::NAN };
    let inputs = first.inputs();
    let directions = directions(inputs);
    let points = 2 * directions.len() / inputs;
    let around = |x: &[f32]| {
        let at = |v: &[f32], by: f32| x.iter().zip(v).map(|(x, v)| x + by * v).collect::<Vec<_>>();
        directions.chunks_exact(inputs).flat_map(|v| [at(v, radius), at(v, -radius)].concat()).collect::<Vec<_>>()
    };
    let mut crossed = 0;
    for x in examples.chunks_exact(inputs) {
        let mut read = around(x);
        for layer in hidden {
            let mut y = layer.forward(&read);
            let units = layer.b.len();
            crossed += (0..units)
                .filter(|unit| {
                    let on = |point: usize| y[point * units + unit] > 0.0;
                    (1..points).any(|point| on(point) != on(0))
                })
                .count();
            relu(&mut y);
            read = y;
        }
    }
    crossed as f32 / (hidden.len() * examples.len() / inputs) as f32
}

/// `[directions, inputs]`, of length 1 and at right angles to each other: by Gram and Schmidt, of normal numbers. Always the same.
fn directions(inputs: usize) -> Vec<f32> {
    let mut rng = Rng::new(0, Stream::Sample);
    let mut found: Vec<f32> = vec![];
    for _ in 0..DIRECTIONS.min(inputs) {
        let mut v: Vec<f32> = (0..inputs).map(|_| rng.normal() as f32).collect();
        // Twice, since what rounding leaves of the first time is not small beside a short rest.
        for _ in 0..2 {
            for other in found.chunks_exact(inputs) {
                let along: f32 = v.iter().zip(other).map(|(v, o)| v * o).sum();
                v.iter_mut().zip(other).for_each(|(v, o)| *v -= along * o);
            }
        }
        let length = libm::sqrtf(v.iter().map(|v| v * v).sum());
        found.extend(v.iter().map(|v| v / length));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_at_right_angles() {
        for inputs in [1, 2, 7, 64] {
            let v = directions(inputs);
            let v: Vec<&[f32]> = v.chunks_exact(inputs).collect();
            assert_eq!(v.len(), inputs.min(DIRECTIONS));
            for (i, a) in v.iter().enumerate() {
                for (j, b) in v.iter().enumerate() {
                    let product: f32 = a.iter().zip(*b).map(|(a, b)| a * b).sum();
                    assert!((product - f32::from(u8::from(i == j))).abs() < 1e-5, "{inputs}: {i} {j} {product}");
                }
            }
        }
    }

    #[test]
    fn neurons_count_whose_border_is_within_reach() {
        // Of one input there is one direction. Borders are at 0.25, 0.5 and 0.75.
        let w = [1.0, -1.0, 2.0];
        let borders = || Layer { w: &w, b: vec![-0.25, 0.5, -1.5] };
        let out = [1.0; 3];
        let net = [borders(), Layer { w: &out, b: vec![0.0] }];
        for (x, radius, crossed) in [(0.5, 0.2, 1.0), (0.5, 0.26, 3.0), (0.25, 0.01, 1.0), (0.0, 0.2, 0.0), (0.3, 0.21, 2.0)] {
            assert_eq!(local_complexity(&net, &[x], radius), crossed, "{x} ± {radius}");
        }
        // The mean over examples.
        assert_eq!(local_complexity(&net, &[0.5, 0.0], 0.2), 0.5);
        // A second hidden layer reads what ReLU leaves of h₁ = x − 0.25 alone: its border, h₁ = 0.1, is at x = 0.35; the mean over layers.
        let only = [1.0, 0.0, 0.0];
        let deep = [borders(), Layer { w: &only, b: vec![-0.1] }, Layer { w: &[1.0], b: vec![0.0] }];
        for (x, radius, crossed) in [(0.35, 0.05, 0.5), (0.3, 0.06, 1.0), (0.1, 0.1, 0.0), (0.4, 0.2, 1.5)] {
            assert_eq!(local_complexity(&deep, &[x], radius), crossed, "{x} ± {radius}");
        }
        // What the readout does is no region's border, and without a hidden layer there are no regions.
        assert!(local_complexity(&[borders()], &[0.5], 0.2).is_nan());
    }

    #[test]
    fn borders_further_away_than_the_radius_are_never_reached() {
        // A neuron for each distance 0.01, 0.02, … along a fixed direction of 16 inputs: of those within reach some are crossed, of those
        // beyond none.
        let inputs = 16;
        let column = |input: usize| if input == 3 { 1.0 } else { 0.0 };
        let (units, radius) = (30, 0.1);
        let w: Vec<f32> = (0..inputs).flat_map(|input| vec![column(input); units]).collect();
        let layer = Layer { w: &w, b: (1..=units).map(|unit| unit as f32 * -0.01).collect() };
        let out = vec![1.0; units];
        let found = local_complexity(&[layer, Layer { w: &out, b: vec![0.0] }], &vec![0.0; inputs], radius);
        assert!((1.0..=10.0).contains(&found), "{found} of the 10 that are within reach");
    }
}
