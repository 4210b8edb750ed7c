//! Models that are no networks and still grok (Miller, O'Neill and Bui 2023): their steps of training, with the settings of the authors'
//! code.

mod gaussian_process;
mod linear_regression;
mod probit;

pub use gaussian_process::GaussianProcess;
pub use linear_regression::LinearRegression;

use crate::rng::{Rng, Stream};

/// How a model does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Fractions of the training points and of the test points whose class is right.
    pub accuracy: [f64; 2],
    /// The part of the loss that tells how badly the training points are met.
    pub fit: f64,
    /// The part of the loss that tells how far the model is from its prior; also where it is left out of the training.
    pub complexity: f64,
}

/// So many points for training and for the test, x ~ U(−½, ½); their class is whether x is positive.
fn points(seed: u64, counts: [usize; 2]) -> [Vec<f64>; 2] {
    let mut rng = Rng::new(seed, Stream::Inputs);
    counts.map(|count| (0..count).map(|_| rng.uniform() - 0.5).collect())
}

/// Nearer to 0 than this, a prediction has no sign: of both classes one is as likely as the other, to six digits.
const UNDECIDED: f64 = 1e-6;

/// The fraction of the points for which the sign of what is predicted is right; an undecided one counts half.
fn accuracy(points: &[f64], predicted: impl Fn(f64) -> f64) -> f64 {
    let right = |x: &f64| match predicted(*x) {
        y if y.abs() < UNDECIDED => 0.5,
        y => f64::from(u8::from((y > 0.0) == (*x > 0.0))),
    };
    points.iter().map(right).sum::<f64>() / points.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accuracy_counts_the_points_whose_sign_is_right() {
        let predicted = |x: f64| if x > 0.3 { -1.0 } else { x };
        assert_eq!(accuracy(&[-0.4, -0.1, 0.2, 0.4], predicted), 0.75);
        assert_eq!(accuracy(&[-0.4, 0.4], |x| if x > 0.0 { 1e-9 } else { x }), 0.75);
        let [drawn, _] = points(0, [1000, 0]);
        assert!(drawn.iter().all(|x| x.abs() <= 0.5) && accuracy(&drawn, |_| 1.0) > 0.45 && accuracy(&drawn, |_| 1.0) < 0.55);
    }
}
