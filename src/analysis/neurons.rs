//! Which frequency a neuron computes with.

use super::Basis;
use crate::ops::gemm::gemm;
use crate::order::argsort;

/// The fraction of its variance that one frequency must explain before a neuron counts as computing with it (Nanda et al. 2023).
pub const EXPLAINED: f32 = 0.85;
/// Neurons that are transformed together, to bound the memory.
const TOGETHER: usize = 64;

/// The frequency that explains a neuron best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Its frequency; 0 for a neuron that never changes.
    pub frequency: usize,
    /// The fraction of the neuron's variance over all pairs that it explains.
    pub fraction: f32,
}

/// The fit of every neuron. `activation(i, neuron)` is its activation on the i-th of n × n pairs of cycle indices.
///
/// With c = F T Fᵀ of the centred activations T, a frequency k explains Σ c² over {1, cos k, sin k} × {1, cos k, sin k},
/// divided by Σ c² (Nanda et al. 2023).
pub fn fits(basis: &Basis, neurons: usize, activation: impl Fn(usize, usize) -> f32) -> Vec<Fit> {
    let n = basis.len();
    let mut fits = vec![];
    for first in (0..neurons).step_by(TOGETHER) {
        let cols = TOGETHER.min(neurons - first);
        let table: Vec<f32> =
            (0..n * n).flat_map(|i| (first..first + cols).map(move |m| (i, m))).map(|(i, m)| activation(i, m)).collect();
        let fractions = fractions(basis, &table, cols);
        fits.extend((0..cols).map(|m| {
            let best = |best: Fit, (k, fraction): (usize, &Vec<f32>)| match fraction[m] > best.fraction {
                true => Fit { frequency: k, fraction: fraction[m] },
                false => best,
            };
            fractions.iter().enumerate().fold(Fit { frequency: 0, fraction: 0.0 }, best)
        }));
    }
    fits
}

/// For each frequency the fraction of each column's variance that it explains; nothing for frequency 0.
fn fractions(basis: &Basis, table: &[f32], cols: usize) -> Vec<Vec<f32>> {
    let n = basis.len();
    // By first operand at once; by second operand only where it is needed.
    let once = basis.transform(table, n * cols);
    let along = |row: usize| &once[row * n * cols..][..n * cols];
    let mut total = vec![0.0; cols];
    for row in 0..n {
        squares(along(row), &mut total);
    }
    let constant = basis.transform(along(0), cols);
    // The mean does not vary.
    total.iter_mut().zip(&constant).for_each(|(total, mean)| *total -= mean * mean);
    let floor = 1e-6 * constant[..cols].iter().fold(0.0f32, |most, mean| most.max(mean * mean)) + f32::MIN_POSITIVE;
    let mut fractions = vec![vec![0.0; cols]];
    for k in 1..basis.frequencies() {
        let mut explained = vec![0.0; cols];
        squares(&constant[basis.span(k).start * cols..basis.span(k).end * cols], &mut explained);
        for row in basis.span(k) {
            for waves in [0..1, basis.span(k)] {
                let mut part = vec![0.0; waves.len() * cols];
                let functions = basis.rows(waves.clone());
                gemm([waves.len(), n, cols], (functions, [n, 1]), (along(row), [cols, 1]), 0.0, (&mut part, cols));
                squares(&part, &mut explained);
            }
        }
        // A neuron that hardly varies is not explained by rounding errors.
        fractions.push(explained.iter().zip(&total).map(|(e, t)| if *t > floor { e / t } else { 0.0 }).collect());
    }
    fractions
}

/// Adds the squares of every row to the sums of its columns.
fn squares(rows: &[f32], sums: &mut [f32]) {
    for row in rows.chunks_exact(sums.len()) {
        sums.iter_mut().zip(row).for_each(|(sum, x)| *sum += x * x);
    }
}

/// The fraction of neurons that one frequency explains to at least `least`, e.g. [`EXPLAINED`].
pub fn explained(fits: &[Fit], least: f32) -> f32 {
    fits.iter().filter(|fit| fit.fraction >= least).count() as f32 / fits.len().max(1) as f32
}

/// Key frequencies: those that explain some neuron to at least `fraction`. Nanda et al. 2023 report them with 0.85; their
/// released code takes the best frequency of every neuron, which is a `fraction` of 0.
pub fn keys(fits: &[Fit], fraction: f32) -> Vec<usize> {
    let key = |k: &usize| fits.iter().any(|fit| fit.frequency == *k && fit.fraction >= fraction);
    let highest = fits.iter().map(|fit| fit.frequency).max().unwrap_or(0);
    (1..=highest).filter(key).collect()
}

/// All neurons, grouped by frequency, the best explained of each first; those that are not explained come last.
pub fn leaders(fits: &[Fit], least: f32) -> Vec<usize> {
    argsort(fits.len(), &|a, b| {
        let [a, b] = [&fits[a], &fits[b]];
        let rank = |fit: &Fit| if fit.fraction >= least { fit.frequency } else { usize::MAX };
        rank(a).cmp(&rank(b)).then(b.fraction.total_cmp(&a.fraction))
    })
}

/// The clearest `each` neurons of the `frequencies` that neurons follow most, by frequency: of each neuron counts the fraction
/// that its best frequency explains. Where those have too few neurons, the clearest of the others fill up.
pub fn leading(fits: &[Fit], frequencies: usize, each: usize) -> Vec<usize> {
    let highest = fits.iter().map(|fit| fit.frequency).max().unwrap_or(0);
    let followed = |k: usize| fits.iter().filter(|fit| fit.frequency == k).map(|fit| fit.fraction).sum::<f32>();
    let weights: Vec<f32> = (0..=highest).map(followed).collect();
    let ranks = argsort(weights.len(), &|a, b| weights[b].total_cmp(&weights[a]));
    let chosen: Vec<usize> = ranks.into_iter().filter(|k| *k > 0).take(frequencies).collect();
    let clearest = argsort(fits.len(), &|a, b| fits[b].fraction.total_cmp(&fits[a].fraction));
    let own = |k: &usize| clearest.iter().copied().filter(|unit| fits[*unit].frequency == *k).take(each).collect::<Vec<_>>();
    let mut units: Vec<usize> = chosen.iter().flat_map(own).collect();
    for unit in clearest {
        if units.len() < frequencies * each && !units.contains(&unit) {
            units.push(unit);
        }
    }
    let mut order = argsort(units.len(), &|a, b| fits[units[a]].frequency.cmp(&fits[units[b]].frequency));
    order.iter_mut().for_each(|i| *i = units[*i]);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(n: usize, k: usize, x: usize) -> f32 {
        libm::cos(core::f64::consts::TAU * (k * x % n) as f64 / n as f64 + 0.4) as f32
    }

    #[test]
    fn each_neuron_is_given_its_own_frequency() {
        for n in [13, 12] {
            let activation = |i: usize, m: usize| {
                let (x, y) = (i / n, i % n);
                match m {
                    0 => 3.0 + wave(n, 2, x),
                    1 => wave(n, 5, x) * wave(n, 5, y) - wave(n, 5, y),
                    2 => 7.0,
                    // Equal amounts of two frequencies.
                    3 => wave(n, 1, x) + wave(n, 4, y),
                    // A product of two frequencies belongs to neither.
                    _ => wave(n, 1, x) * wave(n, 3, y),
                }
            };
            let fits = fits(&Basis::new(n), 5, activation);
            let frequencies: Vec<usize> = fits.iter().take(3).map(|fit| fit.frequency).collect();
            assert_eq!(frequencies, [2, 5, 0], "{fits:?}");
            for (fit, fraction) in fits.iter().zip([1.0, 1.0, 0.0, 0.5, 0.0]) {
                assert!((fit.fraction - fraction).abs() < 1e-4, "{fits:?}");
            }
            assert_eq!(keys(&fits, EXPLAINED), [2, 5]);
            assert!((explained(&fits, EXPLAINED) - 0.4).abs() < 1e-6);
            assert_eq!(leaders(&fits, EXPLAINED)[..2], [0, 1]);
        }
    }

    #[test]
    fn neurons_beyond_one_batch_are_fitted_too() {
        let n = 7;
        let fits = fits(&Basis::new(n), TOGETHER + 3, |i, m| wave(n, m % 3 + 1, i / n));
        assert_eq!(fits.len(), TOGETHER + 3);
        assert!(fits.iter().enumerate().all(|(m, fit)| fit.frequency == m % 3 + 1 && fit.fraction > 0.999), "{fits:?}");
        assert_eq!(keys(&fits, 0.0), [1, 2, 3]);
    }
}
