//! Linear regression on one feature that tells and three that do not.

use super::{Look, accuracy, points};

/// Features of a point: x, x², x³ and sin 100x.
const FEATURES: usize = 4;
/// Points for the test.
const TEST: usize = 98;
/// The slope of what is learnt, y = 0.3 x. A prediction is right if its sign is.
const SLOPE: f64 = 0.3;
/// Variance of the noise that the loss supposes.
const NOISE: f64 = 0.002;
/// Variance of the prior of every weight.
const PRIOR: f64 = 0.5;
/// η of gradient descent.
const RATE: f64 = 1e-3;
/// The weight of x at first.
const START: f64 = 5e-4;

/// w · (x, x², x³, sin 100x), trained by gradient descent on (Σ (y − w·φ)²/0.002 + Σ w²/0.5)/n.
#[derive(Debug, Clone)]
pub struct LinearRegression {
    weights: [f64; FEATURES],
    train: Vec<f64>,
    test: Vec<f64>,
    penalised: bool,
}

impl LinearRegression {
    /// So many training points, the weights of x², x³ and sin 100x at first, and whether the prior is part of the loss.
    pub fn new(count: usize, start: f64, penalised: bool, seed: u64) -> Self {
        let [train, test] = points(seed, [count, TEST]);
        LinearRegression { weights: [START, start, start, start], train, test, penalised }
    }

    /// A step on all training points.
    pub fn step(&mut self) {
        let n = self.train.len() as f64;
        let mut gradient = [0.0; FEATURES];
        for x in &self.train {
            let error = self.predicted(*x) - SLOPE * x;
            for (sum, feature) in gradient.iter_mut().zip(features(*x)) {
                *sum += 2.0 * error * feature / NOISE / n;
            }
        }
        let prior = if self.penalised { 2.0 / PRIOR / n } else { 0.0 };
        for (weight, sum) in self.weights.iter_mut().zip(gradient) {
            *weight -= RATE * (sum + prior * *weight);
        }
    }

    /// How it does.
    pub fn look(&self) -> Look {
        let n = self.train.len() as f64;
        let error = |x: &f64| self.predicted(*x) - SLOPE * x;
        Look {
            accuracy: [&self.train, &self.test].map(|points| accuracy(points, |x| self.predicted(x))),
            fit: self.train.iter().map(|x| error(x) * error(x)).sum::<f64>() / NOISE / n,
            complexity: self.weights.iter().map(|w| w * w).sum::<f64>() / PRIOR / n,
        }
    }

    fn predicted(&self, x: f64) -> f64 {
        self.weights.iter().zip(features(x)).map(|(weight, feature)| weight * feature).sum()
    }
}

fn features(x: f64) -> [f64; FEATURES] {
    [x, x * x, x * x * x, libm::sin(100.0 * x)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is minimised.
    fn loss(model: &LinearRegression) -> f64 {
        let look = model.look();
        look.fit + if model.penalised { look.complexity } else { 0.0 }
    }

    #[test]
    fn a_step_goes_down_the_slope_of_the_loss() {
        for penalised in [false, true] {
            let model = LinearRegression::new(3, 0.9, penalised, 7);
            let mut stepped = model.clone();
            stepped.step();
            for i in 0..FEATURES {
                let at = |by: f64| {
                    let mut moved = model.clone();
                    moved.weights[i] += by;
                    loss(&moved)
                };
                let want = -RATE * (at(1e-6) - at(-1e-6)) / 2e-6;
                let got = stepped.weights[i] - model.weights[i];
                assert!((got - want).abs() < 1e-6, "{i}: {got} for {want}");
            }
        }
    }

    #[test]
    fn what_is_right_by_hand_is_counted() {
        let model =
            LinearRegression { weights: [0.3, 0.0, 0.0, 0.0], train: vec![0.2, -0.4], test: vec![0.1; 4], penalised: true };
        assert_eq!(model.look(), Look { accuracy: [1.0, 1.0], fit: 0.0, complexity: 0.09 / 0.5 / 2.0 });
        let model = LinearRegression { weights: [0.0, 1.0, 0.0, 0.0], ..model };
        // Squares are positive: half of the training points are right. Errors: 0.04 − 0.06 and 0.16 + 0.12.
        let look = model.look();
        assert_eq!(look.accuracy, [0.5, 1.0]);
        assert!((look.fit - (0.02f64 * 0.02 + 0.28 * 0.28) / 0.002 / 2.0).abs() < 1e-9, "{look:?}");
    }
}
