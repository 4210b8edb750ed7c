//! Progress measures: how much of the answers is the circuit's, and how much was learned by heart.

use super::{Basis, Cycle};
use crate::ops::cross_entropy::row_forward;

/// Mean loss and accuracy.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Score {
    /// Mean cross-entropy, nats.
    pub loss: f32,
    /// Fraction of right answers; the first of equal logits is the answer.
    pub accuracy: f32,
}

/// The score of some rows of logits. `row` writes the logits of the i-th and returns its target.
pub fn score(count: usize, classes: usize, row: impl Fn(usize, &mut [f32]) -> u32) -> Score {
    let mut logits = vec![0.0; classes];
    let mut sums = [0.0; 2];
    for i in 0..count {
        let target = row(i, &mut logits);
        let measured = row_forward(&mut logits, target as usize);
        sums.iter_mut().zip(measured).for_each(|(sum, x)| *sum += f64::from(x));
    }
    let [loss, accuracy] = sums.map(|sum| (sum / count.max(1) as f64) as f32);
    Score { loss, accuracy }
}

/// The part of a network's logits that depends on the sum (or difference) of cycle indices alone, by frequency.
pub struct Waves<'a> {
    basis: &'a Basis,
    cycle: &'a Cycle,
    classes: usize,
    /// Coefficients over the sum, for each class: `[n, classes]`.
    coefficients: Vec<f32>,
}

impl<'a> Waves<'a> {
    /// Of the logits that `row` has for the i-th of the n × n pairs of cycle indices; none for an operation without a cycle.
    ///
    /// cos ω(i + j) and sin ω(i + j) are the two directions of the 2-D transform that Nanda et al. 2023 project logits onto.
    /// Projecting is the same as averaging over the pairs of each sum and transforming along the sum.
    pub fn of<'b>(row: impl Fn(usize) -> &'b [f32], basis: &'a Basis, cycle: &'a Cycle) -> Option<Self> {
        let (join, _) = cycle.join.as_ref()?;
        let (n, classes) = (basis.len(), row(0).len());
        let mut means = vec![0.0; n * classes];
        for pair in 0..n * n {
            let sum = join.at(pair / n, pair % n, n);
            means[sum * classes..][..classes].iter_mut().zip(row(pair)).for_each(|(mean, z)| *mean += z / n as f32);
        }
        let coefficients = basis.transform(&means, classes);
        Some(Waves { basis, cycle, classes, coefficients })
    }

    /// The logits of each sum from these frequencies alone, `[n, classes]`. Frequency 0 is the mean of every class.
    pub fn part(&self, frequencies: &[usize]) -> Vec<f32> {
        let mut part = vec![0.0; self.coefficients.len()];
        for row in frequencies.iter().flat_map(|k| self.basis.span(*k)) {
            let range = row * self.classes..(row + 1) * self.classes;
            part[range.clone()].copy_from_slice(&self.coefficients[range]);
        }
        self.basis.inverse(&part, self.classes)
    }

    fn results(&self) -> &[u32] {
        self.cycle.join.as_ref().map_or(&[], |(_, results)| results)
    }

    /// Restricted loss (Nanda et al. 2023): over all pairs, from the key frequencies and the classes' means alone.
    pub fn restricted(&self, keys: &[usize]) -> Score {
        let part = self.part(&[&[0], keys].concat());
        score(self.basis.len(), self.classes, |sum, logits| {
            logits.copy_from_slice(&part[sum * self.classes..][..self.classes]);
            self.results()[sum]
        })
    }

    /// Excluded loss (Nanda et al. 2023): of the logits without the key frequencies, over `pairs` of cycle indices, which are training
    /// pairs.
    pub fn excluded<'b>(&self, keys: &[usize], row: impl Fn(usize) -> &'b [f32], pairs: &[usize]) -> Score {
        let (n, part) = (self.basis.len(), self.part(keys));
        score(pairs.len(), self.classes, |i, logits| {
            let sum = self.sum(pairs[i] / n, pairs[i] % n);
            let waves = &part[sum * self.classes..];
            logits.iter_mut().zip(row(pairs[i])).zip(waves).for_each(|((z, own), wave)| *z = own - wave);
            self.results()[sum]
        })
    }

    /// The sum or difference of two cycle indices.
    pub fn sum(&self, i: usize, j: usize) -> usize {
        self.cycle.join.as_ref().map_or(0, |(join, _)| join.at(i, j, self.basis.len()))
    }

    /// Logit coefficients: the logits are nearest to Σₖ αₖ cos ωₖ(i + j − c) with c the cycle index of the answer (Nanda et al. 2023).
    /// By frequency, with 0 for the constant.
    pub fn alphas(&self) -> Vec<f32> {
        // cos ω(s − c) = cos ωs cos ωc + sin ωs sin ωc; along s the transform has been taken.
        let along = |row: usize| {
            let answers = self.basis.row(row).iter().zip(self.results());
            answers.map(|(wave, class)| wave * self.coefficients[row * self.classes + *class as usize]).sum::<f32>()
        };
        let alpha = |k: usize| self.basis.span(k).map(along).sum::<f32>() / self.basis.len() as f32;
        (0..self.basis.frequencies()).map(|k| if k == 0 { 0.0 } else { alpha(k) }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Rng, Stream};

    const N: usize = 29;

    fn addition() -> Cycle {
        let table: Vec<_> = (0..N * N).map(|i| Some(((i / N + i % N) % N) as u32)).collect();
        Cycle::of(&table, N)
    }

    /// Logits of a circuit with these (frequency, αₖ), of one that knows some pairs by heart, and a little noise.
    fn logits(circuit: &[(usize, f32)], by_heart: f32, known: impl Fn(usize) -> bool) -> Vec<f32> {
        let mut rng = Rng::new(0, Stream::Test);
        let mut logits = vec![];
        for pair in 0..N * N {
            let s = (pair / N + pair % N) % N;
            for c in 0..N {
                let turns = |k: usize| (k * (s + N - c) % N) as f64 / N as f64;
                let waves = circuit.iter().map(|(k, alpha)| alpha * libm::cos(core::f64::consts::TAU * turns(*k)) as f32);
                let heart = if known(pair) && c == s { by_heart } else { 0.0 };
                logits.push(waves.sum::<f32>() + heart + 1e-3 * rng.normal() as f32);
            }
        }
        logits
    }

    fn measure(logits: &[f32], keys: &[usize], known: impl Fn(usize) -> bool) -> [Score; 2] {
        let (basis, cycle) = (Basis::new(N), addition());
        let row = |pair: usize| &logits[pair * N..][..N];
        let waves = Waves::of(row, &basis, &cycle).expect("a cycle");
        let pairs: Vec<usize> = (0..N * N).filter(|pair| known(*pair)).collect();
        [waves.restricted(keys), waves.excluded(keys, row, &pairs)]
    }

    #[test]
    fn without_its_only_frequency_a_circuit_is_back_at_chance() {
        let logits = logits(&[(3, 400.0)], 0.0, |_| false);
        let [restricted, excluded] = measure(&logits, &[3], |_| true);
        assert_eq!(restricted.accuracy, 1.0);
        assert!(restricted.loss < 0.2, "{restricted:?}");
        let chance = (N as f32).ln();
        assert!((excluded.loss - chance).abs() < 1e-3 && excluded.accuracy < 3.0 / N as f32, "{excluded:?}");
        // The wrong frequency explains nothing, and is not missed.
        let [restricted, excluded] = measure(&logits, &[4], |_| true);
        assert!((restricted.loss - chance).abs() < 1e-3 && excluded.accuracy == 1.0, "{restricted:?} {excluded:?}");
    }

    #[test]
    fn what_is_known_by_heart_survives_without_the_circuit() {
        let known = |pair: usize| pair.is_multiple_of(3);
        let logits = logits(&[(2, 30.0), (7, 30.0)], 12.0, known);
        let [_, excluded] = measure(&logits, &[2, 7], known);
        assert!(excluded.loss < 0.01 && excluded.accuracy == 1.0, "{excluded:?}");
    }

    #[test]
    fn planted_coefficients_come_back() {
        let logits = logits(&[(1, 5.0), (6, -2.0)], 0.0, |_| false);
        let (basis, cycle) = (Basis::new(N), addition());
        let alphas = Waves::of(|pair| &logits[pair * N..][..N], &basis, &cycle).expect("a cycle").alphas();
        for (k, alpha) in alphas.iter().enumerate() {
            let want = [(1, 5.0), (6, -2.0)].iter().find(|(f, _)| *f == k).map_or(0.0, |(_, alpha)| *alpha);
            assert!((alpha - want).abs() < 1e-3, "{k}: {alpha}");
        }
    }

    #[test]
    fn scores_of_hand_made_rows() {
        let rows: [[f32; 2]; 2] = [[0.0, 0.0], [0.0, 3f32.ln()]];
        let score = score(2, 2, |i, logits| {
            logits.copy_from_slice(&rows[i]);
            0
        });
        // ln 2 and ln 4; of equal logits the first is the answer.
        assert!((score.loss - 8f32.ln() / 2.0).abs() < 1e-6 && score.accuracy == 0.5, "{score:?}");
    }
}
