//! How few hidden units do all the work.

use crate::ops::cross_entropy::row_forward;
use crate::ops::gemm::gemm;
use crate::order::argsort;

/// Effective sparsity: the fewest hidden units, taken by the norm of their incoming weights, with which the network is as
/// accurate as with all of them (Merrill et al. 2023).
///
/// logits = base + hidden · down, for hidden `[rows, units]`, down `[units, classes]`, base `[classes]` for every row.
pub fn effective_sparsity(hidden: &[f32], down: &[f32], base: &[f32], norms: &[f32], targets: &[u32]) -> usize {
    let (units, classes, rows) = (norms.len(), base.len(), targets.len());
    let order = argsort(units, &|a, b| norms[b].total_cmp(&norms[a]));
    let right = |logits: &[f32]| {
        let mut logits = logits.to_vec();
        let answers = logits.chunks_exact_mut(classes).zip(targets);
        answers.map(|(row, target)| row_forward(row, *target as usize)[1]).sum::<f32>()
    };
    let mut logits = base.repeat(rows);
    gemm([rows, units, classes], (hidden, [units, 1]), (down, [classes, 1]), 1.0, (&mut logits, classes));
    let all = right(&logits);
    let mut logits = base.repeat(rows);
    for (taken, unit) in order.into_iter().enumerate() {
        if right(&logits) >= all {
            return taken;
        }
        for (row, logits) in logits.chunks_exact_mut(classes).enumerate() {
            let h = hidden[row * units + unit];
            logits.iter_mut().zip(&down[unit * classes..]).for_each(|(z, w)| *z += h * w);
        }
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_units_that_decide_count() {
        // Two units of large norm say the class, two of small norm nothing.
        let hidden = [1.0, 0.0, 0.1, 0.2, 0.0, 1.0, 0.2, 0.1, 1.0, 0.0, 0.3, 0.1];
        let down = [5.0, 0.0, 0.0, 5.0, 0.1, 0.1, 0.0, 0.0];
        let targets = [0, 1, 0];
        assert_eq!(effective_sparsity(&hidden, &down, &[0.0, 0.1], &[2.0, 3.0, 0.1, 0.2], &targets), 2);
        // With a base that favours class 0, the unit of class 1 is enough.
        assert_eq!(effective_sparsity(&hidden, &down, &[1.0, 0.0], &[2.0, 3.0, 0.1, 0.2], &targets), 1);
        // Where nothing is learned, nothing is needed.
        assert_eq!(effective_sparsity(&hidden, &[0.0; 8], &[1.0, 0.0], &[1.0; 4], &targets), 0);
    }
}
