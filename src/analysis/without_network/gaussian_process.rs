//! A Gaussian process that classifies, by variational inference (Opper and Archambeau 2009) with the training points as inducing points.

use super::probit::expectation;
use super::{Look, accuracy, points};

/// Points for the test.
const TEST: usize = 80;
/// η of Adam, its β₁ and β₂, and its ε.
const RATE: f64 = 1e-2;
const BETAS: [f64; 2] = [0.9, 0.999];
const EPSILON: f64 = 1e-8;
/// What is added to the diagonal of the covariances, so that they have an inverse.
const JITTER: f64 = 1e-4;
/// Where the mean μ, and the raw output scale and length scale, are among the parameters. Behind them are m and then L, row by row.
const MEAN: usize = 0;
const SCALE: usize = 1;
const LENGTH: usize = 2;
const REST: usize = 3;

/// f ~ GP(μ, s² exp(−d²/2ℓ²)), class = whether f is positive, with probability Φ(f). Its values at the n training points are
/// approximated by N(m, L Lᵀ). All of μ, s², ℓ, m and L are trained by Adam on (−Σ E[ln Φ(±f)] + KL(N(m, L Lᵀ) ‖ prior))/n; s² and ℓ
/// are the softplus of what is trained.
#[derive(Debug, Clone)]
pub struct GaussianProcess {
    train: Vec<f64>,
    test: Vec<f64>,
    penalised: bool,
    parameters: Vec<f64>,
    /// Adam's two moments.
    moments: [Vec<f64>; 2],
    steps: i32,
}

/// What follows from the parameters.
struct Prior {
    /// exp(−d²/2ℓ²), `[n, n]`
    correlations: Vec<f64>,
    /// The inverse of s² times that, and the logarithm of the determinant of what is inverted.
    inverse: Vec<f64>,
    log_determinant: f64,
    /// K⁻¹(m − μ)
    pulled: Vec<f64>,
}

impl GaussianProcess {
    /// So many training points, ℓ at first, and whether KL is part of the loss. N(m, L Lᵀ) is the prior at first.
    pub fn new(count: usize, length: f64, penalised: bool, seed: u64) -> Self {
        let [train, test] = points(seed, [count, TEST]);
        let size = REST + count + count * count;
        let mut process = GaussianProcess {
            train,
            test,
            penalised,
            parameters: vec![0.0; size],
            moments: [vec![0.0; size], vec![0.0; size]],
            steps: 0,
        };
        // softplus(0) = ln 2 is the output scale.
        process.parameters[LENGTH] = libm::log(libm::expm1(length));
        let start = cholesky(&process.covariance(&process.correlations()), count);
        process.parameters[REST + count..].copy_from_slice(&start);
        process
    }

    /// A step of Adam on all training points.
    pub fn step(&mut self) {
        let gradient = self.gradient();
        self.steps += 1;
        let [first, second] = &mut self.moments;
        let unbias = BETAS.map(|beta| 1.0 - libm::pow(beta, f64::from(self.steps)));
        for (((parameter, g), first), second) in self.parameters.iter_mut().zip(gradient).zip(first).zip(second) {
            *first = BETAS[0] * *first + (1.0 - BETAS[0]) * g;
            *second = BETAS[1] * *second + (1.0 - BETAS[1]) * g * g;
            *parameter -= RATE * (*first / unbias[0]) / (libm::sqrt(*second / unbias[1]) + EPSILON);
        }
    }

    /// How it does.
    pub fn look(&self) -> Look {
        let prior = self.prior();
        let (n, (m, lower)) = (self.train.len(), self.approximation());
        let predicted = |x: f64| {
            let near = self.train.iter().zip(&prior.pulled).map(|(at, pull)| self.correlation(x - at) * pull);
            self.parameters[MEAN] + self.variance() * near.sum::<f64>()
        };
        let fit = (0..n).map(|i| -expectation(m[i], deviation(lower, n, i), sign(self.train[i]))[0]);
        // ½(tr K⁻¹S + (m − μ)ᵀK⁻¹(m − μ) − n + ln|K| − ln|S|)
        let trace: f64 = (0..n)
            .flat_map(|i| (0..n).map(move |j| (i, j)))
            .map(|(i, j)| prior.inverse[i * n + j] * product(lower, n, i, j))
            .sum();
        let distance: f64 = m.iter().zip(&prior.pulled).map(|(m, pull)| (m - self.parameters[MEAN]) * pull).sum();
        let spread: f64 = (0..n).map(|i| 2.0 * libm::log(lower[i * n + i].abs())).sum();
        Look {
            accuracy: [&self.train, &self.test].map(|points| accuracy(points, predicted)),
            fit: fit.sum::<f64>() / n as f64,
            complexity: (trace + distance - n as f64 + prior.log_determinant - spread) / 2.0 / n as f64,
        }
    }

    /// The length scale ℓ.
    fn length(&self) -> f64 {
        softplus(self.parameters[LENGTH])
    }

    /// The output scale s².
    fn variance(&self) -> f64 {
        softplus(self.parameters[SCALE])
    }

    fn correlation(&self, distance: f64) -> f64 {
        let d = distance / self.length();
        libm::exp(-d * d / 2.0)
    }

    fn correlations(&self) -> Vec<f64> {
        self.train.iter().flat_map(|a| self.train.iter().map(move |b| self.correlation(a - b))).collect()
    }

    /// K of these correlations.
    fn covariance(&self, correlations: &[f64]) -> Vec<f64> {
        let n = self.train.len();
        let of = |(at, r): (usize, &f64)| self.variance() * r + if at % (n + 1) == 0 { JITTER } else { 0.0 };
        correlations.iter().enumerate().map(of).collect()
    }

    /// m and L.
    fn approximation(&self) -> (&[f64], &[f64]) {
        self.parameters[REST..].split_at(self.train.len())
    }

    fn prior(&self) -> Prior {
        let n = self.train.len();
        let correlations = self.correlations();
        let root = cholesky(&self.covariance(&correlations), n);
        let inverse = inverse_of(&root, n);
        let m = self.approximation().0;
        let pull = |i: usize| (0..n).map(|j| inverse[i * n + j] * (m[j] - self.parameters[MEAN])).sum();
        let pulled = (0..n).map(pull).collect();
        let log_determinant = (0..n).map(|i| 2.0 * libm::log(root[i * n + i])).sum();
        Prior { correlations, inverse, log_determinant, pulled }
    }

    /// By every parameter. What is above the diagonal of L has none.
    fn gradient(&self) -> Vec<f64> {
        let n = self.train.len();
        let (m, lower) = self.approximation();
        let mut gradient = vec![0.0; self.parameters.len()];
        for i in 0..n {
            let deviation = deviation(lower, n, i);
            let [_, by_mean, by_deviation] = expectation(m[i], deviation, sign(self.train[i]));
            gradient[REST + i] -= by_mean;
            for j in 0..=i {
                gradient[REST + n + i * n + j] -= by_deviation * lower[i * n + j] / deviation;
            }
        }
        if self.penalised {
            self.add_penalty(&mut gradient);
        }
        gradient.iter_mut().for_each(|g| *g /= n as f64);
        gradient
    }

    /// Adds the gradient of KL.
    fn add_penalty(&self, gradient: &mut [f64]) {
        let n = self.train.len();
        let lower = self.approximation().1;
        let Prior { correlations, inverse, pulled, .. } = self.prior();
        // K⁻¹L, and L Lᵀ K⁻¹ from it.
        let times = |a: &[f64], b: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
            (0..n * n).map(|at| (0..n).map(|k| a[at / n * n + k] * b(k, at % n)).sum()).collect()
        };
        let weighted = times(&inverse, &|k, j| lower[k * n + j]);
        let both = times(&weighted, &|k, j| weighted[j * n + k]);
        let [mut by_scale, mut by_length] = [0.0; 2];
        for i in 0..n {
            gradient[REST + i] += pulled[i];
            gradient[MEAN] -= pulled[i];
            for j in 0..=i {
                gradient[REST + n + i * n + j] += weighted[i * n + j] - if i == j { 1.0 / lower[i * n + i] } else { 0.0 };
            }
            for j in 0..n {
                // ½(K⁻¹ − K⁻¹ S K⁻¹ − aaᵀ), by K; and K by s² and ℓ.
                let by_covariance = (inverse[i * n + j] - both[i * n + j] - pulled[i] * pulled[j]) / 2.0;
                let (r, d) = (correlations[i * n + j], self.train[i] - self.train[j]);
                by_scale += by_covariance * r;
                by_length += by_covariance * self.variance() * r * d * d / libm::pow(self.length(), 3.0);
            }
        }
        gradient[SCALE] += by_scale * sigmoid(self.parameters[SCALE]);
        gradient[LENGTH] += by_length * sigmoid(self.parameters[LENGTH]);
    }
}

fn sign(x: f64) -> f64 {
    if x > 0.0 { 1.0 } else { -1.0 }
}

fn softplus(x: f64) -> f64 {
    if x > 30.0 { x } else { libm::log1p(libm::exp(x)) }
}

/// The derivative of [`softplus`].
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

/// An element of L Lᵀ.
fn product(lower: &[f64], n: usize, i: usize, j: usize) -> f64 {
    (0..=i.min(j)).map(|k| lower[i * n + k] * lower[j * n + k]).sum()
}

/// The standard deviation of a value.
fn deviation(lower: &[f64], n: usize, i: usize) -> f64 {
    libm::sqrt(product(lower, n, i, i))
}

/// The lower triangle L with A = L Lᵀ.
fn cholesky(a: &[f64], n: usize) -> Vec<f64> {
    let mut lower = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let rest = a[i * n + j] - (0..j).map(|k| lower[i * n + k] * lower[j * n + k]).sum::<f64>();
            lower[i * n + j] = if i == j { libm::sqrt(rest) } else { rest / lower[j * n + j] };
        }
    }
    lower
}

/// The inverse of L Lᵀ.
fn inverse_of(lower: &[f64], n: usize) -> Vec<f64> {
    // L⁻¹, column by column.
    let mut inverse = vec![0.0; n * n];
    for j in 0..n {
        for i in j..n {
            let rest = f64::from(u8::from(i == j)) - (j..i).map(|k| lower[i * n + k] * inverse[k * n + j]).sum::<f64>();
            inverse[i * n + j] = rest / lower[i * n + i];
        }
    }
    (0..n * n)
        .map(|at| (at / n.max(1), at % n.max(1)))
        .map(|(i, j)| (i.max(j)..n).map(|k| inverse[k * n + i] * inverse[k * n + j]).sum())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is minimised.
    fn loss(process: &GaussianProcess) -> f64 {
        let look = process.look();
        look.fit + if process.penalised { look.complexity } else { 0.0 }
    }

    #[test]
    fn at_first_it_is_its_prior() {
        let process = GaussianProcess::new(6, 0.3, true, 1);
        let look = process.look();
        assert!(look.complexity.abs() < 1e-9 && (process.length() - 0.3).abs() < 1e-12, "{look:?}");
        // f ~ N(0, ln 2) for every point, and 0 predicted for all.
        let want = -expectation(0.0, libm::sqrt(core::f64::consts::LN_2 + JITTER), 1.0)[0];
        assert!((look.fit - want).abs() < 1e-9, "{look:?} for {want}");
    }

    #[test]
    fn gradients_are_those_of_the_loss() {
        for penalised in [true, false] {
            let mut process = GaussianProcess::new(4, 0.2, penalised, 3);
            // Anywhere but where everything starts.
            (0..30).for_each(|_| process.step());
            process.parameters[MEAN] = 0.1;
            let gradient = process.gradient();
            for (at, got) in gradient.iter().enumerate() {
                let moved = |by: f64| {
                    let mut moved = process.clone();
                    moved.parameters[at] += by;
                    loss(&moved)
                };
                let (row, column) = (at.saturating_sub(REST + 4) / 4, at.saturating_sub(REST + 4) % 4);
                let want = if at >= REST + 4 && column > row { 0.0 } else { (moved(1e-5) - moved(-1e-5)) / 2e-5 };
                assert!((got - want).abs() < 1e-6 * (1.0 + want.abs()), "{penalised} {at}: {got} for {want}");
            }
        }
    }

    #[test]
    fn small_matrices_by_hand() {
        let root = cholesky(&[4.0, 2.0, 2.0, 10.0], 2);
        assert_eq!(root, [2.0, 0.0, 1.0, 3.0]);
        let inverse = inverse_of(&root, 2);
        let want = [10.0 / 36.0, -2.0 / 36.0, -2.0 / 36.0, 4.0 / 36.0];
        assert!(inverse.iter().zip(want).all(|(got, want)| (got - want).abs() < 1e-15), "{inverse:?}");
        assert_eq!(product(&root, 2, 1, 0), 2.0);
        assert_eq!(deviation(&root, 2, 0), 2.0);
    }

    #[test]
    fn without_the_prior_the_length_scale_stays() {
        let mut process = GaussianProcess::new(5, 0.005, false, 0);
        (0..50).for_each(|_| process.step());
        assert!((process.length() - 0.005).abs() < 1e-12);
        assert_eq!(process.look().accuracy[0], 1.0);
    }
}
