//! How far a network's weights can be compressed (DeMoss et al. 2024, section 3): made coarse, and written in as few bits as their
//! values' frequencies allow.

use super::matrix::Factors;

/// Different values that coarse weights may have at most: with more, nothing would be saved.
const VALUES: f64 = 1e6;
/// Bytes for a value that occurs, in the table that a decoder needs.
const TABLE: f64 = 4.0;

/// A network's weights, ready to be made coarse.
pub struct Compressor<'a> {
    tensors: Vec<(&'a [f32], [usize; 2], Option<Factors>)>,
}

/// Weights with few different values.
#[derive(Debug, PartialEq)]
pub struct Coarse {
    /// The numbers of each tensor.
    pub weights: Vec<Vec<f32>>,
    /// What they take, bytes: those of an entropy code of all numbers, and of its table. Infinite when there are too many values.
    pub bytes: f64,
}

impl<'a> Compressor<'a> {
    /// Of tensors with their `[rows, cols]`.
    pub fn new(tensors: impl Iterator<Item = (&'a [f32], [usize; 2])>) -> Self {
        let factors =
            |values, [rows, cols]: [usize; 2]| (rows.min(cols) > 1).then(|| Factors::of(values, [rows, cols])).flatten();
        Compressor { tensors: tensors.map(|(values, shape)| (values, shape, factors(values, shape))).collect() }
    }

    /// Keeps of every matrix the largest singular values, as many as make up the fraction `keep` of their sum, where the two factors
    /// have fewer numbers than the matrix; and rounds all numbers to multiples of `bin`.
    pub fn coarse(&self, keep: f64, bin: f64) -> Coarse {
        let (mut numbers, mut weights) = (vec![], vec![]);
        let mut round = |values: &[f32]| -> Vec<f32> {
            let multiples = values.iter().map(|value| (f64::from(*value) / bin).round());
            numbers.extend(multiples.clone());
            multiples.map(|multiple| (multiple * bin) as f32).collect()
        };
        for (values, [rows, cols], factors) in &self.tensors {
            let kept = factors.as_ref().map(|factors| (factors, rank(&factors.values, keep)));
            match kept.filter(|(_, rank)| rank * (rows + cols) < rows * cols) {
                Some((Factors { left, right, .. }, rank)) => {
                    let [left, right] = [round(&left[..rank * rows]), round(&right[..rank * cols])];
                    let mut product = vec![0.0; rows * cols];
                    for (left, right) in left.chunks_exact(*rows).zip(right.chunks_exact(*cols)) {
                        for (row, l) in product.chunks_exact_mut(*cols).zip(left) {
                            row.iter_mut().zip(right).for_each(|(sum, r)| *sum += l * r);
                        }
                    }
                    weights.push(product);
                }
                None => weights.push(round(values)),
            }
        }
        Coarse { bytes: code_bytes(&numbers), weights }
    }
}

/// How many of these values, largest first, make up a fraction of their sum.
fn rank(values: &[f32], fraction: f64) -> usize {
    let wanted = fraction * values.iter().map(|value| f64::from(*value)).sum::<f64>();
    let mut sum = 0.0;
    let too_few = |value: &&f32| {
        let too_few = sum < wanted;
        sum += f64::from(**value);
        too_few
    };
    values.iter().take_while(too_few).count()
}

/// Bytes of whole numbers in an entropy code: n H for the entropy H of their frequencies, and the code's table.
fn code_bytes(numbers: &[f64]) -> f64 {
    let (low, high) = numbers.iter().fold((0.0f64, 0.0f64), |(low, high), n| (low.min(*n), high.max(*n)));
    if high - low >= VALUES || numbers.iter().any(|n| n.is_nan()) {
        return f64::INFINITY;
    }
    let mut counts = vec![0u32; (high - low) as usize + 1];
    numbers.iter().for_each(|n| counts[(n - low) as usize] += 1);
    let all = numbers.len() as f64;
    let bytes = |count: f64| count * libm::log2(all / count) / 8.0 + TABLE;
    counts.iter().filter(|count| **count > 0).map(|count| bytes(f64::from(*count))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_take_few_bytes() {
        // Of four values, each as frequent, every number takes two bits.
        let values: Vec<f32> = (0..64).map(|i| (i % 4) as f32).collect();
        let all = Compressor::new([(&values[..], [1, 64])].into_iter());
        assert_eq!(all.coarse(1.0, 1.0), Coarse { weights: vec![values.clone()], bytes: 64.0 * 2.0 / 8.0 + 4.0 * 4.0 });
        // 0, 0, 2, 4 as multiples of two: 0.5 · 1 + 2 · 0.25 · 2 bits. Halves are rounded away from zero.
        let coarse = all.coarse(1.0, 2.0);
        assert_eq!((coarse.weights[0][..4].to_vec(), coarse.bytes), (vec![0.0, 2.0, 2.0, 4.0], 64.0 * 1.5 / 8.0 + 3.0 * 4.0));
        // One value needs no bits at all.
        assert_eq!(all.coarse(1.0, 100.0).bytes, 4.0);
        assert_eq!(all.coarse(1.0, 1e-9).bytes, f64::INFINITY);
        let lost = Compressor::new([(&[f32::NAN; 4][..], [2, 2])].into_iter());
        assert_eq!(lost.coarse(1.0, 1.0).bytes, f64::INFINITY);
    }

    #[test]
    fn a_matrix_of_low_rank_is_kept_as_two_factors() {
        // The outer product of two vectors, and a little of another one.
        let (rows, cols) = (20, 30);
        let entry = |i: usize, j: usize| (i % 3) as f32 * (j % 5) as f32 + 1e-3 * ((i + j) % 2) as f32;
        let values: Vec<f32> = (0..rows * cols).map(|at| entry(at / cols, at % cols)).collect();
        let all = Compressor::new([(&values[..], [rows, cols])].into_iter());
        let coarse = all.coarse(0.99, 1e-3);
        let off = coarse.weights[0].iter().zip(&values).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 0.02, "{off}");
        // Fifty numbers instead of six hundred, in fewer bytes than the matrix itself, which has 30 values.
        assert!(coarse.bytes < 50.0 * 5.0 && coarse.bytes < all.coarse(1.0, 1e-3).bytes, "{}", coarse.bytes);
        assert_eq!([0.5, 0.51, 0.9, 1.0].map(|keep| rank(&[3.0, 2.0, 1.0], keep)), [1, 2, 3, 3]);
        assert_eq!(rank(&[0.0, 0.0], 1.0), 0);
    }

    /// What DEFLATE (RFC 1951) makes of the same numbers, two bytes each.
    #[cfg(not(target_arch = "wasm32"))]
    fn deflated(numbers: &[f64]) -> f64 {
        use flate2::{Compression, write::DeflateEncoder};
        use std::io::Write;
        let mut encoder = DeflateEncoder::new(vec![], Compression::best());
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| (*number as i16).to_le_bytes()).collect();
        encoder.write_all(&bytes).unwrap();
        encoder.finish().unwrap().len() as f64
    }

    /// From weights that are nearly all 0 to such of which hardly two are alike: sizes over a factor of a hundred.
    #[cfg(not(target_arch = "wasm32"))]
    #[test]
    fn a_usual_packer_takes_up_to_twice_as_much_and_grows_likewise() {
        let mut rng = crate::rng::Rng::new(0, crate::rng::Stream::Test);
        let weights: Vec<f64> = (0..20_000).map(|_| rng.normal()).collect();
        let sizes = [5.0, 3.0, 1.0, 0.3, 0.1, 0.03].map(|bin| {
            let numbers: Vec<f64> = weights.iter().map(|weight| (weight / bin).round()).collect();
            (code_bytes(&numbers), deflated(&numbers))
        });
        assert!(sizes[5].0 > 50.0 * sizes[0].0 && sizes.is_sorted(), "{sizes:?}");
        assert!(sizes.is_sorted_by(|a, b| a.1 < b.1), "{sizes:?}");
        assert!(sizes.iter().all(|(code, packed)| (1.2..2.2).contains(&(packed / code))), "{sizes:?}");
    }
}
