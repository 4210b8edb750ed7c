//! How many frequencies a table of numbers has, and whether both phases of each are there (Furuta et al. 2024).

use super::{Basis, norm};

/// A coefficient counts from this fraction of the largest one on, η.
const COUNTS: f32 = 0.5;

/// Fourier frequency density (FFD) and Fourier coefficient ratio (FCR) of X `[n, cols]`, whose rows are in the order of the numbers.
///
/// With ‖μₖ‖ and ‖νₖ‖ the norms of the cosine's and the sine's coefficients, k = 1 … ⌊n/2⌋, the density is the fraction of the
/// norms that are more than half of the largest of their kind: small when few frequencies carry all. The ratio is the mean of
/// min(‖μₖ‖/‖νₖ‖, ‖νₖ‖/‖μₖ‖): small when cosines or sines are missing. Of an even n the last frequency has no sine, and is left out.
pub fn density_and_ratio(basis: &Basis, x: &[f32], cols: usize) -> [f32; 2] {
    let coefficients = basis.transform(x, cols);
    let norms = |row: usize| norm(&coefficients[row * cols..][..cols]);
    let pairs = || (1..basis.frequencies()).map(|k| basis.span(k)).filter(|span| span.len() == 2);
    let both: Vec<[f32; 2]> = pairs().map(|span| [span.start, span.start + 1].map(norms)).collect();
    let count = both.len() as f32;
    let dense = [0, 1].map(|kind| {
        let most = both.iter().map(|norms| norms[kind]).fold(0.0, f32::max);
        both.iter().filter(|norms| norms[kind] > COUNTS * most).count() as f32
    });
    let ratio = both.iter().map(|[cos, sin]| cos.min(*sin) / cos.max(*sin).max(f32::MIN_POSITIVE)).sum::<f32>();
    [(dense[0] + dense[1]) / (2.0 * count), ratio / count]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planted_waves_are_counted_and_compared() {
        let basis = Basis::new(7);
        // By frequency, cosine and sine: (4, 2), (1, 3), (1, 1).
        let [density, ratio] = density_and_ratio(&basis, &basis.inverse(&[9.0, 4.0, 2.0, 1.0, 3.0, 1.0, 1.0], 1), 1);
        // More than half of 4: one cosine; of 3: two sines.
        assert!((density - 3.0 / 6.0).abs() < 1e-6, "{density}");
        assert!((ratio - (1.0 / 2.0 + 1.0 / 3.0 + 1.0) / 3.0).abs() < 1e-6, "{ratio}");
        // Two columns are two sides of a triangle: (3, 4) of the cosine against (0, 5) of the sine.
        let mut both = [0.0; 2 * 3];
        (both[2], both[3], both[5]) = (3.0, 4.0, 5.0);
        let [density, ratio] = density_and_ratio(&Basis::new(3), &Basis::new(3).inverse(&both, 2), 2);
        assert!((density - 1.0).abs() < 1e-6 && (ratio - 1.0).abs() < 1e-6, "{density} {ratio}");
    }
}
