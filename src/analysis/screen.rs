//! Which frequency a neuron computes with, found in a tenth of the time by looking at likely frequencies alone.

use super::{Basis, Fit};
use crate::order::argsort;

/// Neurons whose maps are gathered together: as many as share a line of the processor's cache.
const TOGETHER: usize = 16;
/// Frequencies of a neuron's means that are looked at, with the halves of each.
const LIKELY: usize = 2;

/// The same as [`fits`](super::fits()), except where a neuron's best frequency shows neither in its means along the operands
/// nor at the half of one that does: a wave in the sum of both, squared, has its mean at twice its frequency.
pub fn screened_fits(basis: &Basis, neurons: usize, activation: impl Fn(usize, usize) -> f32) -> Vec<Fit> {
    let n = basis.len();
    let mut maps = vec![0.0; TOGETHER * n * n];
    let mut fits = Vec::with_capacity(neurons);
    for first in (0..neurons).step_by(TOGETHER) {
        let count = TOGETHER.min(neurons - first);
        for i in 0..n * n {
            for m in 0..count {
                maps[m * n * n + i] = activation(i, first + m);
            }
        }
        fits.extend((0..count).map(|m| fit(basis, &mut maps[m * n * n..][..n * n])));
    }
    fits
}

/// The fit of one neuron from its activations `[n, n]`, which are centred on the way.
fn fit(basis: &Basis, map: &mut [f32]) -> Fit {
    let n = basis.len();
    let mean = map.iter().sum::<f32>() / map.len() as f32;
    let (mut down, mut across, mut total) = (Vec::with_capacity(n), vec![0.0; n], 0.0);
    for row in map.chunks_exact_mut(n) {
        row.iter_mut().for_each(|value| *value -= mean);
        down.push(row.iter().sum::<f32>());
        total += row.iter().map(|value| value * value).sum::<f32>();
        across.iter_mut().zip(&*row).for_each(|(sum, value)| *sum += value);
    }
    let nothing = Fit { frequency: 0, fraction: 0.0 };
    // A neuron that hardly varies is not explained by rounding errors.
    if total <= 1e-6 * mean * mean * map.len() as f32 + f32::MIN_POSITIVE {
        return nothing;
    }
    let marginal = [basis.transform(&down, 1), basis.transform(&across, 1)];
    let square = |values: &[f32]| values.iter().map(|value| value * value).sum::<f32>();
    let means = |k: usize| marginal.iter().map(|of| square(&of[basis.span(k)])).sum::<f32>() / n as f32;
    let powers: Vec<f32> = (0..basis.frequencies()).map(|k| if k > 0 { means(k) } else { -1.0 }).collect();
    let ranks = argsort(powers.len(), &|a, b| powers[b].total_cmp(&powers[a]));
    // Twice a frequency is k, or n − k, which is the same wave.
    let half = |k: usize| if k.is_multiple_of(2) { k / 2 } else { 0 };
    let likely = ranks.into_iter().take(LIKELY).flat_map(|k| [k, half(k), half(n - k)]).filter(|k| *k > 0);
    likely.fold(nothing, |best, k| {
        let fraction = (powers[k] + together(basis, map, k)) / total;
        if fraction > best.fraction { Fit { frequency: k, fraction } } else { best }
    })
}

/// Σ c² over {cos k, sin k} × {cos k, sin k}.
fn together(basis: &Basis, map: &[f32], k: usize) -> f32 {
    let n = basis.len();
    let mut sum = 0.0;
    for row in basis.span(k) {
        let mut along = vec![0.0; n];
        for (weight, values) in basis.row(row).iter().zip(map.chunks_exact(n)) {
            along.iter_mut().zip(values).for_each(|(along, value)| *along += weight * value);
        }
        for other in basis.span(k) {
            let coefficient: f32 = basis.row(other).iter().zip(&along).map(|(wave, along)| wave * along).sum();
            sum += coefficient * coefficient;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fits;

    #[test]
    fn waves_are_found_as_by_looking_at_all_frequencies() {
        for n in [13, 12] {
            let wave = |k: usize, x: usize| libm::cos(core::f64::consts::TAU * (k * x % n) as f64 / n as f64 + 0.4) as f32;
            let activation = |i: usize, m: usize| {
                let (x, y) = (i / n, i % n);
                match m {
                    0 => 3.0 + wave(2, x),
                    1 => 10.0 + wave(5, x) + wave(5, y),
                    2 => (wave(3, x) + wave(3, y)).max(0.0),
                    3 => 7.0,
                    m => {
                        let sum = wave(1 + m % 5, x) + wave(1 + m % 5, y);
                        sum * sum
                    }
                }
            };
            let basis = Basis::new(n);
            let (all, quick) = (fits(&basis, 20, activation), screened_fits(&basis, 20, activation));
            assert_eq!(quick.len(), 20);
            for (all, quick) in all.iter().zip(&quick) {
                assert_eq!(all.frequency, quick.frequency, "{n}: {all:?}, {quick:?}");
                assert!((all.fraction - quick.fraction).abs() < 1e-3, "{n}: {all:?}, {quick:?}");
            }
        }
    }
}
