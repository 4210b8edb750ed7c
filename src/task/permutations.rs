//! Groups of permutations. An element's number is its index in the lexicographic order of the group; x · y applies x first,
//! then y, as in the code of Power et al. 2022.

use super::{Size, Task};
use crate::builds::words;

const fn task(id: &'static str, label: &'static str, about: &'static str, order: u32, apply: super::Apply) -> Task {
    Task { id, label: words(label), about: words(about), size: Size::Fixed(order), apply: Some(apply), rows: None, chain: None }
}

/// x · y in S₃.
pub static S3: Task = task(
    "s3",
    "x · y in S₃",
    "The 6 ways to shuffle 3 things, one after the other: the smallest group in which the order matters.",
    6,
    |x, y, _| Some(all::<3>(x, y)),
);

/// x · y in S₄.
pub static S4: Task =
    task("s4", "x · y in S₄", "The 24 ways to shuffle 4 things, one after the other.", 24, |x, y, _| Some(all::<4>(x, y)));

/// x · y in S₅ (Power et al. 2022).
pub static S5: Task =
    task("s5", "x · y in S₅", "The 120 ways to shuffle 5 things, one after the other.", 120, |x, y, _| Some(all::<5>(x, y)));

/// x · y · x⁻¹ in S₅ (Power et al. 2022).
pub static CONJUGATE: Task = task(
    "s5-conjugate",
    "x · y · x⁻¹ in S₅",
    "Shuffle 5 things by x, by y, and undo x: the same shuffle as y, with other names.",
    120,
    |x, y, _| Some(rank(compose(compose(unrank::<5>(x), unrank(y)), inverse(unrank(x))))),
);

/// x · y · x in S₅ (Power et al. 2022).
pub static SANDWICH: Task =
    task("s5-sandwich", "x · y · x in S₅", "Shuffle 5 things by x, by y, and by x again.", 120, |x, y, _| {
        Some(rank(compose(compose(unrank::<5>(x), unrank(y)), unrank(x))))
    });

/// x · y in A₅, the even permutations.
pub static A5: Task = task(
    "a5",
    "x · y in A₅",
    "The 60 even shuffles of 5 things: the symmetries of a dodecahedron that turn it.",
    60,
    |x, y, _| Some(rank(compose(even(x), even(y))) / 2),
);

/// A permutation: k goes to `p[k]`.
type Permutation<const N: usize> = [u32; N];

/// x · y of all permutations of N things.
pub(super) fn all<const N: usize>(x: u32, y: u32) -> u32 {
    rank(compose(unrank::<N>(x), unrank(y)))
}

/// First `x`, then `y`.
fn compose<const N: usize>(x: Permutation<N>, y: Permutation<N>) -> Permutation<N> {
    x.map(|k| y[k as usize])
}

fn inverse<const N: usize>(x: Permutation<N>) -> Permutation<N> {
    let mut back = [0; N];
    x.iter().enumerate().for_each(|(k, &image)| back[image as usize] = k as u32);
    back
}

/// The permutation at a index of the lexicographic order, by its Lehmer code.
fn unrank<const N: usize>(mut index: u32) -> Permutation<N> {
    let mut code = [0; N];
    for k in 1..=N as u32 {
        code[N - k as usize] = index % k;
        index /= k;
    }
    let mut left: Vec<u32> = (0..N as u32).collect();
    code.map(|digit| left.remove(digit as usize))
}

/// The index in the lexicographic order.
fn rank<const N: usize>(x: Permutation<N>) -> u32 {
    (0..N).fold(0, |index, k| {
        let smaller = x[k + 1..].iter().filter(|&&later| later < x[k]).count() as u32;
        index * (N - k) as u32 + smaller
    })
}

/// The even permutation at a index of their order. Indices 2k and 2k + 1 of all permutations differ in the last two images
/// only, so that one of them is even.
fn even(index: u32) -> Permutation<5> {
    let x = unrank(2 * index);
    if is_even(x) { x } else { unrank(2 * index + 1) }
}

fn is_even<const N: usize>(x: Permutation<N>) -> bool {
    let inversions = (0..N).flat_map(|k| x[k + 1..].iter().filter(move |&&later| later < x[k])).count();
    inversions.is_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_and_permutations_match_in_lexicographic_order() {
        let all: Vec<_> = (0..120).map(unrank::<5>).collect();
        assert!(all.is_sorted_by(|a, b| a < b));
        assert!(all.iter().enumerate().all(|(index, &x)| rank(x) == index as u32));
        assert_eq!((unrank::<4>(0), unrank::<4>(23)), ([0, 1, 2, 3], [3, 2, 1, 0]));
    }

    #[test]
    fn the_first_comes_first() {
        // x turns 0 → 1 → 2 → 0, y swaps 0 and 1: first x, then y sends 0 to 0.
        assert_eq!(compose([1, 2, 0], [1, 0, 2]), [0, 2, 1]);
        assert_eq!(inverse([1, 2, 0]), [2, 0, 1]);
    }

    #[test]
    fn even_indices_are_the_even_permutations() {
        let evens: Vec<_> = (0..60).map(even).collect();
        assert!(evens.iter().all(|&x| is_even(x)) && evens.is_sorted_by(|a, b| a < b));
        assert!(evens.iter().enumerate().all(|(index, &x)| rank(x) / 2 == index as u32));
    }
}
