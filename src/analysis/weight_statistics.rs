//! How the weights of a network are spread, in a few numbers that are followed while it trains (Hu et al. 2023, Michael Hu and others,
//! *Latent State Models of Training Dynamics*, appendix).

use super::matrix::singular_values;

/// How many numbers there are.
pub const STATISTICS: usize = 14;

/// Of matrices, with their shapes, on average over them: ‖W‖₁, ‖W‖₂, ‖W‖₁/‖W‖₂, the trace, the spectral norm, trace/spectral norm, mean
/// and variance of the singular values. Then of all weights together, and of all biases together: mean, median and variance.
///
/// L₁ and L₂ are those of the numbers of a matrix, and a trace is the sum of what is on its diagonal, square or not, as in the authors'
/// code. Variances are those of a sample. What there is nothing of, such as the biases of a network without any, is 0. All are not a
/// number where a weight is not finite.
pub fn weight_statistics(matrices: &[(&[f32], [usize; 2])], biases: &[&[f32]]) -> [f32; STATISTICS] {
    let finite =
        matrices.iter().map(|(values, _)| *values).chain(biases.iter().copied()).flatten().all(|value| value.is_finite());
    if !finite {
        return [f32::NAN; STATISTICS];
    }
    let mut statistics = [0.0; STATISTICS];
    for &(values, shape) in matrices {
        for (sum, value) in statistics.iter_mut().zip(of_matrix(values, shape)) {
            *sum += value / matrices.len() as f64;
        }
    }
    let all = |parts: &mut dyn Iterator<Item = &[f32]>| spread(parts.flatten().map(|value| f64::from(*value)).collect());
    statistics[8..11].copy_from_slice(&all(&mut matrices.iter().map(|(values, _)| *values)));
    statistics[11..].copy_from_slice(&all(&mut biases.iter().copied()));
    statistics.map(|value| value as f32)
}

/// What there is an average of.
fn of_matrix(values: &[f32], [rows, cols]: [usize; 2]) -> [f64; 8] {
    let l1: f64 = values.iter().map(|value| f64::from(value.abs())).sum();
    let l2 = values.iter().map(|value| f64::from(*value) * f64::from(*value)).sum::<f64>().sqrt();
    let trace: f64 = (0..rows.min(cols)).map(|i| f64::from(values[i * cols + i])).sum();
    let singular: Vec<f64> = singular_values(values, [rows, cols]).into_iter().map(f64::from).collect();
    let spectral = singular.first().copied().unwrap_or(0.0);
    let [mean, _, variance] = spread(singular);
    // Of a matrix of zeros, both are 0.
    let part = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
    [l1, l2, part(l1, l2), trace, spectral, part(trace, spectral), mean, variance]
}

/// Mean, median (the lower one of two) and variance of a sample.
fn spread(mut values: Vec<f64>) -> [f64; 3] {
    let count = values.len();
    if count == 0 {
        return [0.0; 3];
    }
    let mean = values.iter().sum::<f64>() / count as f64;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let (_, median, _) = values.select_nth_unstable_by((count - 1) / 2, f64::total_cmp);
    [mean, *median, squares / (count - 1).max(1) as f64]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: &[f32], want: &[f32]) {
        let near = |(got, want): (&f32, &f32)| (got - want).abs() < 1e-5;
        assert!(got.len() == want.len() && got.iter().zip(want).all(near), "{got:?} for {want:?}");
    }

    #[test]
    fn hand_made_weights_have_their_statistics() {
        let (diagonal, flat) = ([3.0, 0.0, 0.0, -4.0], [2.0, 0.0, 0.0]);
        let got = weight_statistics(&[(&diagonal, [2, 2]), (&flat, [1, 3])], &[&[1.0, 5.0], &[0.0, 2.0]]);
        // Singular values 4 and 3, and 2 alone.
        close(&got[..4], &[(7.0 + 2.0) / 2.0, (5.0 + 2.0) / 2.0, (1.4 + 1.0) / 2.0, (-1.0 + 2.0) / 2.0]);
        close(&got[4..8], &[(4.0 + 2.0) / 2.0, (-0.25 + 1.0) / 2.0, (3.5 + 2.0) / 2.0, (0.5 + 0.0) / 2.0]);
        // -4, 0, 0, 0, 0, 2, 3: mean 1/7, squares 29 − 1/7.
        close(&got[8..11], &[1.0 / 7.0, 0.0, (29.0 - 1.0 / 7.0) / 6.0]);
        close(&got[11..], &[2.0, 1.0, 14.0 / 3.0]);
    }

    #[test]
    fn zeros_and_nothing_make_zeros_and_what_is_no_number_makes_none() {
        close(&weight_statistics(&[(&[0.0; 6], [2, 3])], &[]), &[0.0; STATISTICS]);
        close(&weight_statistics(&[], &[&[]]), &[0.0; STATISTICS]);
        assert!(weight_statistics(&[(&[1.0, 2.0], [1, 2])], &[&[f32::INFINITY]]).iter().all(|value| value.is_nan()));
    }
}
