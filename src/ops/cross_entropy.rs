//! `cross_entropy`: per-row softmax cross-entropy and correctness, exact down to losses of 1e-30.
//!
//! Grokking lives at losses of 1e-7, where −log(p_y) and p_y − 1 round to zero in f32. With
//! e_j = exp(z_j − max z) and O = Σ_{j≠y} e_j: loss = log1p(O) when y is the largest, else
//! (max z − z_y) + ln(O + e_y); and the gradient at y is −Σ_{j≠y} p_j.

use super::optimised;
use super::sizes::CrossEntropyDims;
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, fold, index, input, input_of, output};
use crate::plan::View;
use crate::tape::{Init, Op, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "cross_entropy", kernels: &[&CROSS_ENTROPY, &CROSS_ENTROPY_BACK], examples: &[example] };

fn logits(d: &[u32]) -> usize {
    CrossEntropyDims::rows(d) * CrossEntropyDims::classes(d)
}

/// probs, row_loss and row_correct (1 or 0) of each row
pub static CROSS_ENTROPY: Kernel = Kernel {
    name: "cross_entropy",
    wgsl: wgsl!("cross_entropy"),
    dims: CrossEntropyDims::NAMES,
    binds: &[
        input("logits", logits),
        index("targets", CrossEntropyDims::rows, Fill::Below(|d| CrossEntropyDims::classes(d) as u32)),
        output("probs", logits),
        output("row_loss", CrossEntropyDims::rows),
        output("row_correct", CrossEntropyDims::rows),
    ],
    cpu: cpu!(cross_entropy_reference, optimised: optimised::loss::cross_entropy),
    grid: |d| fold(CrossEntropyDims::rows(d).div_ceil(64) as u32),
    flops: |d| 6 * logits(d) as u64,
    checks: Checks::new(&[&[1, 1], &[7, 3], &[70, 113]], Tolerance { relative: 5e-6, why: "exp and log in f32" }),
    bound: Bound::Memory,
    variants: &[],
};

/// dlogits = row_scale · (probs − onehot(target)), with the target's entry as −Σ of the others
pub static CROSS_ENTROPY_BACK: Kernel = Kernel {
    name: "cross_entropy_back",
    wgsl: wgsl!("cross_entropy_back"),
    dims: CrossEntropyDims::NAMES,
    binds: &[
        input_of("probs", logits, Fill::Uniform),
        index("targets", CrossEntropyDims::rows, Fill::Below(|d| CrossEntropyDims::classes(d) as u32)),
        input("drow_loss", CrossEntropyDims::rows),
        output("dlogits", logits),
    ],
    cpu: cpu!(cross_entropy_back_reference, optimised: optimised::loss::cross_entropy_back),
    grid: |d| fold(CrossEntropyDims::rows(d).div_ceil(64) as u32),
    flops: |d| 2 * logits(d) as u64,
    checks: Checks::new(&[&[1, 1], &[7, 3], &[70, 113]], Tolerance { relative: 2e-6, why: "one short sum in another order" }),
    bound: Bound::Memory,
    variants: &[],
};

/// What the loss leaves behind.
#[derive(Debug, Clone, Copy)]
pub struct Loss {
    /// Loss of each row, nats.
    pub rows: Tensor,
    /// 1 where the largest logit is the target's, else 0.
    pub correct: View,
    /// Softmax probabilities `[ROWS, CLASSES]`.
    pub probs: View,
}

/// Records the loss of `logits` against one target per row.
pub fn cross_entropy(tape: &mut Tape, logits: Tensor, target: View) -> Loss {
    let [rows, classes] = tape.shape(logits);
    let probs = tape.numbers(rows * classes, "probabilities");
    let loss = tape.activation(rows, 1, "loss");
    let correct = tape.numbers(rows, "correct");
    let dims = CrossEntropyDims { rows, classes }.list();
    let views = vec![tape.view(logits), target, probs, tape.view(loss), correct];
    let dispatch = tape.dispatch(&CROSS_ENTROPY, dims.clone(), views, "cross-entropy");
    tape.record(dispatch, &[logits], move |back| {
        let dloss = back.of(loss);
        let (dlogits, accumulate) = back.into(logits);
        assert_eq!(accumulate, 0, "the loss is the only use of the logits");
        back.push(&CROSS_ENTROPY_BACK, dims.clone(), vec![probs, target, dloss, dlogits]);
    });
    Loss { rows: loss, correct, probs }
}

fn cross_entropy_reference<T: Real>(args: &mut Args<T>) {
    let classes = CrossEntropyDims::classes(args.dims);
    let (logits, target, probs, loss, correct) = (args.input(0), args.index(1), args.output(2), args.output(3), args.output(4));
    probs.copy_from_slice(logits);
    for (row, z) in probs.chunks_exact_mut(classes).enumerate() {
        [loss[row], correct[row]] = row_forward(z, target[row] as usize);
    }
}

fn cross_entropy_back_reference<T: Real>(args: &mut Args<T>) {
    let classes = CrossEntropyDims::classes(args.dims);
    let (probs, target, dloss, dlogits) = (args.input(0), args.index(1), args.input(2), args.output(3));
    dlogits.copy_from_slice(probs);
    for (row, z) in dlogits.chunks_exact_mut(classes).enumerate() {
        row_backward(z, target[row] as usize, dloss[row]);
    }
}

/// Turns the logits of one row into probabilities. Returns loss and correctness.
pub(crate) fn row_forward<T: Real>(z: &mut [T], y: usize) -> [T; 2] {
    let best = (1..z.len()).fold(0, |best, j| if z[j] > z[best] { j } else { best });
    let (highest, own) = (z[best], z[y]);
    for z in z.iter_mut() {
        *z = (*z - highest).exp();
    }
    let others = others(z, y);
    let sum = others + z[y];
    let loss = if own == highest { others.ln_1p() } else { highest - own + sum.ln() };
    for z in z.iter_mut() {
        *z = *z / sum;
    }
    [loss, if best == y { T::ONE } else { T::ZERO }]
}

/// Turns the probabilities of one row into `scale` times the gradient of its loss by the logits.
pub(crate) fn row_backward<T: Real>(p: &mut [T], y: usize, scale: T) {
    let others = others(p, y);
    for p in p.iter_mut() {
        *p = scale * *p;
    }
    p[y] = -scale * others;
}

/// Σ values but for the one at `y`, in eight interleaved partial sums.
fn others<T: Real>(values: &[T], y: usize) -> T {
    let mut lanes = [T::ZERO; 8];
    for part in [&values[..y], &values[y + 1..]] {
        let mut eights = part.chunks_exact(8);
        for eight in &mut eights {
            for l in 0..8 {
                lanes[l] += eight[l];
            }
        }
        for (l, &value) in eights.remainder().iter().enumerate() {
            lanes[l] += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

fn example(tape: &mut Tape) -> Tensor {
    let logits = tape.param("logits", 4, 5, Init::Normal(1.0));
    let target = tape.indices(&vec![vec![1, 4, 0, 1]; tape.runs()], "target");
    cross_entropy(tape, logits, target).rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{MAX_BINDS, Slot};

    fn loss(logits: &[f32], target: u32) -> f32 {
        let (mut probs, mut loss, mut correct) = (vec![0.0; logits.len()], [0.0], [0.0]);
        let target = [target];
        let mut slots: [Option<Slot<f32>>; MAX_BINDS] = Default::default();
        slots[0] = Some(Slot::In(logits));
        slots[1] = Some(Slot::Index(&target));
        slots[2] = Some(Slot::Out(&mut probs));
        slots[3] = Some(Slot::Out(&mut loss));
        slots[4] = Some(Slot::Out(&mut correct));
        cross_entropy_reference(&mut Args::new(&[1, logits.len() as u32], slots));
        loss[0]
    }

    #[test]
    fn tiny_losses_are_not_rounded_to_zero() {
        // −log softmax(20, 0)_0 = ln(1 + e^−20)
        let want = 2.061_153_6e-9_f32;
        assert!((loss(&[20.0, 0.0], 0) - want).abs() < 1e-6 * want);
        assert!(loss(&[60.0, 0.0], 0) > 0.0);
    }

    #[test]
    fn huge_losses_do_not_overflow() {
        assert!((loss(&[0.0, 500.0], 0) - 500.0).abs() < 1e-3);
    }

    #[test]
    fn a_uniform_guess_costs_the_log_of_the_classes() {
        assert!((loss(&[1.0; 113], 5) - 113f32.ln()).abs() < 1e-5);
    }
}
