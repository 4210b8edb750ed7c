//! Weights that need no training: the solution of Gromov 2023 (equations 7 to 12) for sums modulo p.
//!
//! Neuron j has a frequency k and random phases φ, ψ. Its weights are cos(2πkx/p + φ) for x, cos(2πky/p + ψ) for y and
//! cos(2πkc/p + φ + ψ) towards c. Squaring its input makes, among other things, cos(2πk(x + y)/p + φ + ψ), and the sum
//! over neurons leaves what has no phase: cos(2πk(x + y − c)/p), largest at c = x + y.

use crate::cosine::of_turns;
use crate::rng::{Rng, Stream};

/// Which matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnalyticInit {
    /// W¹ `[2p, neurons]`
    In {
        /// The modulus.
        p: usize,
    },
    /// W_U `[neurons, p]`
    Out,
}

impl AnalyticInit {
    /// The matrix of a run, row by row.
    pub fn matrix(self, [rows, cols]: [usize; 2], seed: u64) -> Vec<f32> {
        let (p, neurons) = match self {
            AnalyticInit::In { p } => (p, cols),
            AnalyticInit::Out => (cols, rows),
        };
        let mut rng = Rng::new(seed, Stream::Phases);
        let phases: Vec<[f64; 2]> = (0..neurons).map(|_| [rng.uniform(), rng.uniform()]).collect();
        let wave = |neuron: usize, number: usize, phase: f64| {
            let k = neuron % (p / 2) + 1;
            of_turns((k * number % p) as f64 / p as f64 + phase) as f32
        };
        let entry = |i: usize| {
            let (row, col) = (i / cols, i % cols);
            match self {
                AnalyticInit::In { p } => wave(col, row % p, phases[col][row / p]),
                AnalyticInit::Out => wave(row, col, phases[row][0] + phases[row][1]),
            }
        };
        (0..rows * cols).map(entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_add_without_training() {
        for (p, seed) in [(23, 0), (23, 1), (97, 0)] {
            let neurons = 500;
            let first = AnalyticInit::In { p }.matrix([2 * p, neurons], seed);
            let last = AnalyticInit::Out.matrix([neurons, p], seed);
            let answer = |x: usize, y: usize| {
                let hidden: Vec<f32> =
                    (0..neurons).map(|j| (first[x * neurons + j] + first[(p + y) * neurons + j]).powi(2)).collect();
                let logit = |c: usize| hidden.iter().enumerate().map(|(j, h)| h * last[j * p + c]).sum::<f32>();
                (0..p).max_by(|&a, &b| logit(a).total_cmp(&logit(b)))
            };
            let pairs: Vec<(usize, usize)> = (0..p).map(|x| (x, 7 * x * x % p)).collect();
            let right = pairs.iter().filter(|(x, y)| answer(*x, *y) == Some((x + y) % p)).count();
            assert_eq!(right, pairs.len(), "mod {p}, seed {seed}");
        }
    }
}
