//! Which of many examples are looked at.

use crate::rng::{Rng, Stream};
use crate::task::Equation;

/// Examples whose RankMe is taken, at most: eigenvalues of many more would take longer than all else that a look finds.
const SAMPLE: usize = 1024;
/// Of sequences with several answers, so many tokens of each kind are looked at, at most: there are far more than can be shown.
const TOKENS: usize = 5_000;

/// The examples of which so many tokens are looked at, evenly spread. Each has so many operands, and an equation for each answer.
pub(super) fn spread(equations: &[Equation], answers: usize, operands: usize) -> Vec<Equation> {
    let (examples, most) = (equations.len() / answers, TOKENS / (operands + answers));
    let taken = |i: &usize| i * most / examples.max(1) != (i + 1) * most / examples.max(1);
    (0..examples).filter(taken).flat_map(|i| &equations[i * answers..][..answers]).copied().collect()
}

/// Rows of a table of so many, in no order: all, or a sample that is the same on every machine.
pub(super) fn sample(rows: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    Rng::new(0, Stream::Sample).shuffle(&mut order);
    order.truncate(SAMPLE);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_examples_are_all_looked_at_and_many_evenly() {
        let all = |examples: u32| (0..examples * 3).map(|i| Equation { x: i / 3, y: i % 3, c: 0 }).collect::<Vec<_>>();
        assert_eq!(spread(&all(600), 3, 5), all(600));
        let some = spread(&all(4000), 3, 5);
        assert_eq!(some.len(), 3 * 625);
        assert!(some.chunks(3).all(|example| example.iter().zip(0..).all(|(e, y)| (e.x, e.y) == (example[0].x, y))));
        assert!(some.chunks(3).zip(some.chunks(3).skip(1)).all(|(a, b)| (6..=7).contains(&(b[0].x - a[0].x))));
    }
}
