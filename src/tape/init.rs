//! How parameters start.

use super::{AnalyticInit, Param};
use crate::rng::{Rng, Stream};

/// How a parameter starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Init {
    /// N(0, σ²) with this σ.
    Normal(f64),
    /// Uniform between minus and plus this.
    Uniform(f64),
    /// This, everywhere.
    Constant(f64),
    /// Each row filled with one of these values, in turn.
    Rows(&'static [f32]),
    /// Written down.
    Analytic(AnalyticInit),
}

/// Initial parameters of one run, in the layout of the flat buffer.
pub fn initial(params: &[Param], len: usize, seed: u64) -> Vec<f32> {
    let mut flat = vec![0.0; len];
    let mut rng = Rng::new(seed, Stream::Init);
    for param in params {
        let [rows, cols] = param.shape;
        if let Init::Analytic(matrix) = param.init {
            flat[param.offset..][..rows * cols].copy_from_slice(&matrix.matrix(param.shape, seed));
            continue;
        }
        for (i, w) in flat[param.offset..][..rows * cols].iter_mut().enumerate() {
            *w = match param.init {
                Init::Normal(deviation) => (deviation * rng.normal()) as f32,
                Init::Uniform(limit) => (limit * (2.0 * rng.uniform() - 1.0)) as f32,
                Init::Constant(value) => value as f32,
                Init::Rows(values) => values[i / cols % values.len()],
                Init::Analytic(_) => *w,
            };
        }
    }
    flat
}
