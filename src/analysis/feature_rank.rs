//! How many dimensions a layer's features use, up to the precision of 32-bit numbers.

use super::matrix::{centred, singular_values};

/// The rank of the covariance of features `[rows, cols]` (Fan et al. 2024): how many of its singular values, which are its eigenvalues λ,
/// are above max(rows, cols) · 2⁻²³ · λ₁, where 2⁻²³ is the step from 1 to the next number of 32 bits and λ₁ the largest. 0 when all
/// examples have the same features; not a number when features are not all numbers.
///
/// This is the rule by which numerical libraries find the rank of a matrix, with the number of examples in the place of its rows. The
/// eigenvalues are those of sums in 64 bits, so that the bound is one on the features and not on rounding.
pub fn feature_rank(features: &[f32], shape: [usize; 2]) -> f32 {
    let values = singular_values(&centred(features, shape), shape);
    let eigenvalue = |singular: &f32| f64::from(*singular) * f64::from(*singular);
    let Some(largest) = values.first().map(eigenvalue) else { return f32::NAN };
    let least = shape[0].max(shape[1]) as f64 * f64::from(f32::EPSILON) * largest;
    values.iter().filter(|value| eigenvalue(value) > least).count() as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Rng, Stream};

    #[test]
    fn hand_made_features_have_their_rank() {
        let rank = |features: &[f32], cols: usize| feature_rank(features, [features.len() / cols, cols]);
        // A line that does not go through 0, a square, and a square in a third dimension that nothing uses.
        assert_eq!(rank(&[1.0, 5.0, 2.0, 5.0, 4.0, 5.0], 2), 1.0);
        assert_eq!(rank(&[1.0, 1.0, 1.0, -1.0, -1.0, 1.0, -1.0, -1.0], 2), 2.0);
        assert_eq!(rank(&[1.0, 1.0, 7.0, 1.0, -1.0, 7.0, -1.0, 1.0, 7.0, -1.0, -1.0, 7.0], 3), 2.0);
        // Three points are a plane at most, whatever they have features for.
        assert_eq!(rank(&[1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0], 4), 2.0);
        assert_eq!(rank(&[2.0; 6], 2), 0.0);
        assert!(rank(&[f32::NAN, 1.0, 2.0, 3.0], 2).is_nan());
    }

    #[test]
    fn a_product_of_narrow_matrices_has_the_rank_of_the_narrowest() {
        let mut rng = Rng::new(4, Stream::Test);
        for (rows, narrow, cols) in [(60, 7, 30), (20, 3, 50), (40, 1, 9)] {
            let mut normal = |count: usize| (0..count).map(|_| rng.normal() as f32).collect::<Vec<_>>();
            let (left, right) = (normal(rows * narrow), normal(narrow * cols));
            let entry = |i: usize, j: usize| (0..narrow).map(|k| left[i * narrow + k] * right[k * cols + j]).sum::<f32>();
            let product: Vec<f32> = (0..rows * cols).map(|at| entry(at / cols, at % cols)).collect();
            assert_eq!(feature_rank(&product, [rows, cols]), narrow as f32);
        }
    }

    #[test]
    fn the_bound_is_where_the_paper_has_it() {
        // Along two axes, of 4 examples: variances in the ratio of the squares, and a bound of 4 · 2⁻²³, whose root is 2⁻¹⁰·⁵.
        for (second, rank) in [(2f32.powi(-10), 2.0), (2f32.powi(-11), 1.0)] {
            for scale in [1.0, 1e-3, 1e6] {
                let features = [1.0, 0.0, -1.0, 0.0, 0.0, second, 0.0, -second].map(|x| scale * x);
                assert_eq!(feature_rank(&features, [4, 2]), rank, "{second} {scale}");
            }
        }
    }
}
