//! How many dimensions a network's features use.

use super::matrix::{centred, singular_values};

/// RankMe of features `[rows, cols]`, their effective rank: exp(−Σ pᵢ ln pᵢ) with pᵢ = σᵢ/Σσ and σᵢ the eigenvalues of their
/// covariance (Li et al. 2025). From 1, when all lie on a line, to `cols`, when they spread alike along every axis.
/// Not a number when they are all the same, or not all numbers.
///
/// Of the singular values of features that are not centred it is the RankMe of Garrido et al. 2023.
pub fn rank_me(features: &[f32], shape: [usize; 2]) -> f32 {
    let eigenvalue = |singular: f32| f64::from(singular) * f64::from(singular);
    spread_over(singular_values(&centred(features, shape), shape).into_iter().map(eigenvalue))
}

/// The effective rank of a matrix with these singular values (Roy and Vetterli 2007; DeMoss et al. 2024): exp(−Σ pᵢ ln pᵢ) with
/// pᵢ = σᵢ/Σσ. Not a number where all are 0.
pub fn effective_rank(singular: &[f32]) -> f32 {
    spread_over(singular.iter().map(|value| f64::from(*value)))
}

/// Over how many of these values, none of which is negative, their sum is spread: the exponential of their entropy.
fn spread_over(values: impl Iterator<Item = f64>) -> f32 {
    let values: Vec<f64> = values.collect();
    let total: f64 = values.iter().sum();
    let fractions = values.iter().map(|value| value / total);
    // 0 ln 0 = 0
    let entropy: f64 = fractions.filter(|p| *p != 0.0).map(|p| -p * p.ln()).sum();
    if total > 0.0 { entropy.exp() as f32 } else { f32::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(features: &[f32], cols: usize, want: f64) {
        let got = rank_me(features, [features.len() / cols, cols]);
        assert!((f64::from(got) - want).abs() < 1e-5, "{got} for {want}");
    }

    #[test]
    fn a_matrix_has_as_many_directions_as_its_entropy_tells() {
        assert_eq!(effective_rank(&[2.0, 2.0, 2.0, 0.0]), 3.0);
        assert_eq!(effective_rank(&[5.0]), 1.0);
        // Three quarters and one quarter: 4 / 3^(3/4).
        assert!((effective_rank(&[3.0, 1.0]) - 1.754_765).abs() < 1e-5);
        assert!(effective_rank(&[0.0, 0.0]).is_nan() && effective_rank(&[]).is_nan());
    }

    #[test]
    fn hand_made_features_have_their_rank() {
        // On a line that does not go through 0.
        check(&[1.0, 5.0, 2.0, 5.0, 4.0, 5.0], 2, 1.0);
        // A square, and a cube of it with a third axis that nothing uses.
        check(&[1.0, 1.0, 1.0, -1.0, -1.0, 1.0, -1.0, -1.0], 2, 2.0);
        check(&[1.0, 1.0, 7.0, 1.0, -1.0, 7.0, -1.0, 1.0, 7.0, -1.0, -1.0, 7.0], 3, 2.0);
        // Variances 9 and 1: the entropy of 90 % and 10 %.
        let entropy = -(0.9 * 0.9f64.ln() + 0.1 * 0.1f64.ln());
        check(&[3.0, 0.0, -3.0, 0.0, 0.0, 1.0, 0.0, -1.0], 2, entropy.exp());
        // Neither scale nor more axes than rows matter.
        check(&[3e-6, 0.0, 0.0, 0.0, 0.0, -3e-6, 0.0, 0.0, 0.0, 0.0], 5, 1.0);
        assert!(rank_me(&[2.0; 6], [3, 2]).is_nan() && rank_me(&[f32::NAN, 1.0, 2.0, 3.0], [2, 2]).is_nan());
    }
}
