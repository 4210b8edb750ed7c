//! How two lists of numbers go together.

use crate::order::argsort;

/// Spearman's rank correlation: Pearson's of the ranks, where equal values share the mean of theirs. 0 where one list is constant.
pub fn rank_correlation(a: &[f32], b: &[f32]) -> f64 {
    let (a, b) = (ranks(a), ranks(b));
    let middle = (a.len() as f64 - 1.0) / 2.0;
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - middle) * (b - middle)).sum::<f64>();
    let scale = (product(&a, &a) * product(&b, &b)).sqrt();
    if scale > 0.0 { product(&a, &b) / scale } else { 0.0 }
}

/// The ranks of values, from 0.
fn ranks(values: &[f32]) -> Vec<f64> {
    let order = argsort(values.len(), &|a, b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for same in order.chunk_by(|a, b| values[*a] == values[*b]) {
        same.iter().for_each(|at| ranks[*at] = first as f64 + (same.len() - 1) as f64 / 2.0);
        first += same.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hand_made_lists_correlate_as_they_should() {
        assert_eq!(rank_correlation(&[1.0, 5.0, 30.0], &[-3.0, 0.0, 0.1]), 1.0);
        assert_eq!(rank_correlation(&[1.0, 5.0, 30.0], &[3.0, 2.0, 1.0]), -1.0);
        assert_eq!(rank_correlation(&[1.0, 5.0, 30.0], &[2.0; 3]), 0.0);
        assert_eq!(rank_correlation(&[], &[]), 0.0);
        // 1 − 6 Σd²/(n(n² − 1)) with d = 1, −1, 1, −1.
        assert!((rank_correlation(&[1.0, 2.0, 3.0, 4.0], &[20.0, 10.0, 40.0, 30.0]) - 0.6).abs() < 1e-12);
        // Ranks 0, 1.5, 1.5, 3 against 0, 1, 2, 3: 4.5/√(4.5 · 5).
        assert!((rank_correlation(&[1.0, 2.0, 2.0, 3.0], &[1.0, 2.0, 3.0, 4.0]) - 0.9f64.sqrt()).abs() < 1e-12);
    }
}
