//! How unequal some magnitudes are: two numbers for "few frequencies carry all".

use crate::order::argsort;

/// The Gini coefficient of non-negative numbers, 1 − 2 Σᵢ cᵢ/‖c‖₁ · (N − i + ½)/N with c ascending (Hurley and Rickard 2009,
/// table II; Nanda et al. 2023 take it of Fourier components): 0 when all are equal, 1 − 1/N when one is all.
pub fn gini(values: &[f32]) -> f32 {
    let order = argsort(values.len(), &|a, b| values[a].total_cmp(&values[b]));
    let sorted = order.into_iter().map(|i| f64::from(values[i]));
    let (n, total) = (values.len() as f64, sorted.clone().sum::<f64>());
    if !(total > 0.0 && total.is_finite()) {
        return 0.0;
    }
    let weighted = sorted.enumerate().map(|(i, c)| c * (n - i as f64 - 0.5));
    (1.0 - 2.0 * weighted.sum::<f64>() / (total * n)) as f32
}

/// The inverse participation ratio Σₖ (uₖ/‖u‖₂)⁴ (Doshi et al. 2023, r = 2): 1 when one is all, 1/N when all are equal.
pub fn inverse_participation(values: &[f32]) -> f32 {
    let squares = values.iter().map(|v| f64::from(*v) * f64::from(*v));
    let (total, fourth) = squares.fold((0.0, 0.0), |(total, fourth), s| (total + s, fourth + s * s));
    if total > 0.0 && total.is_finite() { (fourth / (total * total)) as f32 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_are_0_and_a_single_one_is_almost_1() {
        assert!(gini(&[2.0; 8]).abs() < 1e-7);
        assert!((gini(&[0.0, 0.0, 5.0, 0.0]) - 0.75).abs() < 1e-7);
        // Mean absolute difference over twice the mean: (1 + 2 + 1)·2/9 / (2·2) = 2/9.
        assert!((gini(&[3.0, 1.0, 2.0]) - 2.0 / 9.0).abs() < 1e-7);
    }

    #[test]
    fn participation_counts_the_participants() {
        assert!((inverse_participation(&[3.0; 5]) - 0.2).abs() < 1e-7);
        assert!((inverse_participation(&[0.0, -4.0, 0.0]) - 1.0).abs() < 1e-7);
        // (1 + 16)/25
        assert!((inverse_participation(&[1.0, 2.0]) - 0.68).abs() < 1e-7);
    }

    #[test]
    fn nothing_is_not_unequal() {
        for values in [&[][..], &[0.0, 0.0], &[f32::NAN, 1.0], &[f32::INFINITY, 1.0]] {
            assert_eq!((gini(values), inverse_participation(values)), (0.0, 0.0), "{values:?}");
        }
    }
}
