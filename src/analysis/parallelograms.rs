//! Parallelograms of an embedding whose vectors are added (Liu et al. 2022, *Towards Understanding Grokking*, section 3).
//!
//! Where two pairs have one answer, x ∘ y = u ∘ v, a network that adds the vectors of its operands is sure to give them one answer if
//! E_x + E_y = E_u + E_v: if the four vectors are the corners of a parallelogram.

/// A parallelogram is realised when the mean square of E_x + E_y − E_u − E_v is below this fraction of the vectors' variance: the
/// threshold of the authors' code, for vectors of variance 1.
const REALISED: f32 = 0.01;

/// A pair of operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The operands.
    pub operands: [u32; 2],
    /// The right answer.
    pub answer: u32,
    /// Whether it is a training pair.
    pub trained: bool,
}

/// What the parallelograms of an embedding come to. Not a number where there is nothing to count.
#[derive(Debug, Clone, PartialEq)]
pub struct Parallelograms {
    /// The representation quality index: how many are realised, of all that there could be.
    pub quality: f32,
    /// The fraction of the test pairs that share a realised one with a training pair: the test accuracy that these vectors promise.
    pub predicted: f32,
    /// How many are realised, and how many there could be.
    pub count: [u32; 2],
    /// The diagonals of those that are: pairs of operands, the smaller one first.
    pub diagonals: Vec<[u32; 2]>,
}

impl Parallelograms {
    /// Of vectors `[operands, dimensions]`, for these pairs. A pair and its mirror image have the same sum; that is no parallelogram,
    /// though it gives the answer away.
    pub fn of(vectors: &[f32], dimensions: usize, pairs: &[Pair]) -> Parallelograms {
        let vector = |operand: u32| &vectors[operand as usize * dimensions..][..dimensions];
        let sum = |Pair { operands: [x, y], .. }: &Pair| vector(*x).iter().zip(vector(*y)).map(|(x, y)| x + y).collect();
        let sums: Vec<Vec<f32>> = pairs.iter().map(sum).collect();
        let most = REALISED * variance(vectors, dimensions);
        let realised = |i: usize, j: usize| {
            let square: f32 = sums[i].iter().zip(&sums[j]).map(|(a, b)| (a - b) * (a - b)).sum();
            square / dimensions as f32 <= most
        };
        let mut alike = vec![vec![]; pairs.iter().map(|pair| pair.answer as usize + 1).max().unwrap_or(0)];
        pairs.iter().enumerate().for_each(|(i, pair)| alike[pair.answer as usize].push(i));
        let (mut possible, mut found) = (0u32, 0u32);
        let [mut given, mut diagonal] = [0, 1].map(|_| vec![false; pairs.len()]);
        for list in &alike {
            for (at, &i) in list.iter().enumerate() {
                for &j in &list[at + 1..] {
                    let closed = realised(i, j);
                    // Of a pair and its mirror image, one counts.
                    if [i, j].iter().all(|at| pairs[*at].operands.is_sorted()) {
                        possible += 1;
                        found += u32::from(closed);
                        [i, j].into_iter().filter(|_| closed).for_each(|at| diagonal[at] = true);
                    }
                    if closed && pairs[i].trained != pairs[j].trained {
                        given[if pairs[i].trained { j } else { i }] = true;
                    }
                }
            }
        }
        let test = pairs.iter().filter(|pair| !pair.trained).count() as f32;
        let known = if most.is_finite() && most > 0.0 { 1.0 } else { f32::NAN };
        Parallelograms {
            quality: known * found as f32 / possible as f32,
            predicted: known * given.iter().filter(|given| **given).count() as f32 / test,
            count: [found, possible],
            diagonals: pairs.iter().zip(diagonal).filter(|(_, diagonal)| *diagonal).map(|(pair, _)| pair.operands).collect(),
        }
    }
}

/// The mean square of the vectors' numbers, each less the mean of its dimension.
fn variance(vectors: &[f32], dimensions: usize) -> f32 {
    let centred = super::matrix::centred(vectors, [vectors.len() / dimensions, dimensions]);
    centred.iter().map(|x| x * x).sum::<f32>() / centred.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sums of the numbers 0 … n − 1, all pairs or those with x ≤ y.
    fn sums(n: u32, ordered: bool) -> Vec<Pair> {
        let pairs = (0..n).flat_map(|x| (0..n).map(move |y| [x, y]));
        let pair = |operands: [u32; 2]| Pair { operands, answer: operands[0] + operands[1], trained: false };
        pairs.filter(|operands| !ordered || operands.is_sorted()).map(pair).collect()
    }

    fn check(vectors: &[f32], dimensions: usize, pairs: &[Pair], trained: &[[u32; 2]], want: [f32; 2]) {
        let pairs: Vec<Pair> = pairs.iter().map(|pair| Pair { trained: trained.contains(&pair.operands), ..*pair }).collect();
        let Parallelograms { quality, predicted, .. } = Parallelograms::of(vectors, dimensions, &pairs);
        assert_eq!([quality, predicted], want);
    }

    #[test]
    fn hand_made_vectors_have_their_parallelograms() {
        // Of 0 … 3: 0 + 2 = 1 + 1, 0 + 3 = 1 + 2 and 1 + 3 = 2 + 2.
        let pairs = sums(4, true);
        let shown = [[0, 2], [1, 2], [2, 2]];
        // On a line, and on one in a plane, all are closed: of the 7 others (1, 1), (0, 3) and (1, 3) are promised.
        check(&[0.0, 1.0, 2.0, 3.0], 1, &pairs, &shown, [1.0, 3.0 / 7.0]);
        check(&[5.0, 0.0, 5.0, -1e-3, 5.0, -2e-3, 5.0, -3e-3], 2, &pairs, &shown, [1.0, 3.0 / 7.0]);
        // With the last one elsewhere only the first one is.
        check(&[0.0, 1.0, 2.0, 30.0], 1, &pairs, &shown, [1.0 / 3.0, 1.0 / 7.0]);
        let found = Parallelograms::of(&[0.0, 1.0, 2.0, 30.0], 1, &pairs);
        assert_eq!((found.count, &found.diagonals[..]), ([1, 3], &[[0, 2], [1, 1]][..]));
        // In no order.
        check(&[0.0, 1.0, -4.0, 30.0], 1, &pairs, &shown, [0.0, 0.0]);
        // Mirror images give each other away, and are no parallelograms of their own.
        check(&[0.0, 1.0, -4.0, 30.0], 1, &sums(4, false), &[[0, 2], [1, 2]], [0.0, 2.0 / 14.0]);
        check(&[0.0, 1.0, 2.0, 3.0], 1, &sums(4, false), &[[0, 2]], [1.0, 2.0 / 15.0]);
    }

    #[test]
    fn what_is_off_by_a_tenth_of_the_deviation_is_realised() {
        // 0 + 2 = 1 + 1: of variance 2/3, so the square of what is missing may be 1/150.
        let pairs = [[0, 2], [1, 1]].map(|operands| Pair { operands, answer: 2, trained: false });
        let quality = |off: f32| Parallelograms::of(&[-1.0, off / 2.0, 1.0], 1, &pairs).quality;
        assert_eq!([0.0, 0.08, 0.085, -0.08].map(quality), [1.0, 1.0, 0.0, 1.0]);
    }

    #[test]
    fn what_does_not_exist_is_no_number() {
        let pairs: Vec<Pair> = sums(3, true).into_iter().map(|pair| Pair { trained: true, ..pair }).collect();
        let none = |vectors: &[f32]| Parallelograms::of(vectors, 1, &pairs);
        assert!(none(&[1.0; 3]).quality.is_nan() && none(&[f32::NAN, 0.0, 1.0]).quality.is_nan());
        assert!(none(&[0.0, 1.0, 2.0]).predicted.is_nan(), "no test pairs");
    }
}
