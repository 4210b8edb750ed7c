//! `unembed_loss`: logits = init + A B and their [`cross_entropy`](super::cross_entropy), forward and backward in one
//! dispatch, so that a tile of logits never leaves the cores: what is differentiated is the mean loss. Or forward alone, to
//! evaluate.
//!
//! Shapes: A [ROWS, K], B [K, CLASSES], init, probs and dlogits [ROWS, CLASSES], targets, row_loss and row_correct
//! [ROWS], dA [ROWS, K].

use super::cross_entropy::{Loss, row_backward, row_forward};
use super::linear::weight_gradient;
use super::matmul::Product;
use super::optimised;
use super::sizes::UnembedDims;
use crate::kernel::real::{axpy, dot};
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, fold, index, input, iterations, output};
use crate::plan::View;
use crate::tape::{Op, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry. Its gradients are those of the mean loss whatever is upstream: `tests/fused.rs` has them.
pub static OP: Op = Op { name: "unembed_loss", kernels: &[&UNEMBED_LOSS], examples: &[] };

const TOLERANCE: Tolerance = Tolerance { relative: 2e-5, why: "exp of sums of f32 products, in another order" };

/// Elements of the logits.
fn logits(d: &[u32]) -> usize {
    UnembedDims::rows(d) * UnembedDims::classes(d)
}

/// row_loss and row_correct of the logits A B, plus `init` when INIT is 1 (else it is bound to anything of length 1). When
/// BACKWARD is 1, dlogits = (probs − onehot(target))/ROWS and dA = dlogits Bᵀ, and 0 where A ≤ 0 when MASK is 1; when it is
/// 0, probs, and dA is one 0
pub static UNEMBED_LOSS: Kernel = Kernel {
    name: "unembed_loss",
    wgsl: wgsl!("unembed_loss"),
    dims: UnembedDims::NAMES,
    binds: &[
        input("a", |d| UnembedDims::rows(d) * UnembedDims::k(d)),
        input("b", |d| UnembedDims::k(d) * UnembedDims::classes(d)),
        input("init", |d| if UnembedDims::init(d) == 1 { logits(d) } else { 1 }),
        index("targets", UnembedDims::rows, Fill::Below(|d| UnembedDims::classes(d) as u32)),
        output("row_loss", UnembedDims::rows),
        output("row_correct", UnembedDims::rows),
        output("probs_or_dlogits", logits),
        output("da", |d| if UnembedDims::backward(d) == 1 { UnembedDims::rows(d) * UnembedDims::k(d) } else { 1 }),
    ],
    cpu: cpu!(unembed_loss_reference, optimised: optimised::unembed::unembed_loss),
    grid: |d| fold(UnembedDims::rows(d).div_ceil(16) as u32),
    flops: |d| {
        let UnembedDims { rows, k, classes, backward, .. } = UnembedDims::of(d);
        iterations([1 + backward, 2, rows, k, classes]) + iterations([6 + 2 * backward, rows, classes])
    },
    checks: Checks::new(
        &[
            &[1, 1, 1, 0, 0, 1],
            &[7, 5, 3, 1, 0, 1],
            &[70, 130, 113, 1, 1, 1],
            &[33, 67, 199, 0, 1, 1],
            &[16, 64, 128, 1, 0, 1],
            &[1, 1, 1, 0, 0, 0],
            &[7, 5, 3, 1, 0, 0],
            &[70, 130, 113, 1, 0, 0],
            &[33, 67, 199, 0, 0, 0],
            &[400, 9, 6, 1, 0, 0],
            &[400, 9, 6, 1, 1, 1],
            &[19, 40, 300, 0, 1, 1],
        ],
        TOLERANCE,
    ),
    bound: Bound::Phases,
    variants: &[],
};

/// What training on the mean loss leaves behind.
#[derive(Debug, Clone, Copy)]
pub struct MeanLoss {
    /// Loss of each row, nats. Its gradient must be given as 1/rows.
    pub rows: Tensor,
    /// 1 where the largest logit is the target's, else 0.
    pub correct: View,
}

/// Records the loss of the logits `init` + a b against one target per row, and its gradients: only for lists that go
/// backward. With `mask`, the gradient of `a` is 0 where a ≤ 0: that of what went into its ReLU.
pub fn unembed_loss(tape: &mut Tape, a: Tensor, b: Tensor, init: Option<Tensor>, mask: bool, target: View) -> MeanLoss {
    let [rows, k, classes] = shape(tape, a, b, init);
    let ([loss, correct], mut views) = reads(tape, [a, b], init, target);
    let (dlogits, da) = (tape.numbers(rows * classes, "d logits"), tape.numbers(rows * k, "d hidden"));
    views.extend([dlogits, da]);
    let dims = UnembedDims { rows, k, classes, init: usize::from(init.is_some()), mask: usize::from(mask), backward: 1 };
    let dispatch = tape.dispatch(&UNEMBED_LOSS, dims.list(), views, "unembed, loss");
    let inputs: Vec<Tensor> = [a, b].into_iter().chain(init).collect();
    let result = MeanLoss { rows: loss, correct: tape.view(correct) };
    tape.record(dispatch, &inputs, move |back| {
        let (dloss, a_at) = (back.of(loss), back.tape.view(a));
        assert!(back.tape.holds(dloss, 1.0 / rows as f32), "unembed_loss has the gradients of the mean loss only");
        back.set(a, da);
        if let Some(init) = init {
            back.set(init, dlogits);
        }
        weight_gradient(back, Product::transposed_a([k, classes, rows]), a_at, dlogits, b);
    });
    result
}

/// Records loss and probabilities of the logits `init` + a b, for lists that do not go backward.
pub fn unembed_evaluate(tape: &mut Tape, a: Tensor, b: Tensor, init: Option<Tensor>, target: View) -> Loss {
    let [rows, k, classes] = shape(tape, a, b, init);
    let ([loss, correct], mut views) = reads(tape, [a, b], init, target);
    let probs = tape.numbers(rows * classes, "probabilities");
    views.extend([probs, tape.numbers(1, "no d hidden")]);
    let dims = UnembedDims { rows, k, classes, init: usize::from(init.is_some()), mask: 0, backward: 0 };
    let dispatch = tape.dispatch(&UNEMBED_LOSS, dims.list(), views, "unembed, loss");
    let inputs: Vec<Tensor> = [a, b].into_iter().chain(init).collect();
    tape.record(dispatch, &inputs, |_| panic!("unembed_evaluate has no backward: use unembed_loss to train"));
    Loss { rows: loss, correct: tape.view(correct), probs }
}

/// ROWS, K, CLASSES.
fn shape(tape: &Tape, a: Tensor, b: Tensor, init: Option<Tensor>) -> [usize; 3] {
    let ([rows, k], [k2, classes]) = (tape.shape(a), tape.shape(b));
    assert_eq!(k, k2, "unembed_loss: a has {k} columns, b has {k2} rows");
    assert!(init.is_none_or(|init| tape.shape(init) == [rows, classes]), "unembed_loss: init is not {rows} × {classes}");
    [rows, k, classes]
}

/// Loss and correctness of each row, and the views that come first.
fn reads(tape: &mut Tape, [a, b]: [Tensor; 2], init: Option<Tensor>, target: View) -> ([Tensor; 2], Vec<View>) {
    let rows = tape.shape(a)[0];
    let results = ["loss", "correct"].map(|name| tape.activation(rows, 1, name));
    let start = init.map_or(View { len: 1, ..tape.view(b) }, |init| tape.view(init));
    let views = vec![tape.view(a), tape.view(b), start, target, tape.view(results[0]), tape.view(results[1])];
    (results, views)
}

/// Probabilities of all rows into `z`; their losses. Returns A, B, the targets.
fn forward<'a, T: Real>(args: &mut Args<'a, T>, z: &mut [T]) -> (&'a [T], &'a [T], &'a [u32]) {
    let UnembedDims { k, classes, init, .. } = UnembedDims::of(args.dims);
    let (a, b, start, targets) = (args.input(0), args.input(1), args.input(2), args.index(3));
    if init == 1 {
        z.copy_from_slice(start);
    } else {
        z.fill(T::ZERO);
    }
    let results = targets.iter().zip(args.output(4).iter_mut().zip(args.output(5)));
    for ((a, z), (&target, (loss, correct))) in a.chunks_exact(k).zip(z.chunks_exact_mut(classes)).zip(results) {
        a.iter().zip(b.chunks_exact(classes)).for_each(|(&a, b)| axpy(a, b, z));
        [*loss, *correct] = row_forward(z, target as usize);
    }
    (a, b, targets)
}

fn unembed_loss_reference<T: Real>(args: &mut Args<T>) {
    let UnembedDims { rows, k, classes, mask, backward, .. } = UnembedDims::of(args.dims);
    // In f32 at either precision: upstream is a buffer of these.
    let scale = T::of(f64::from(1.0 / rows as f32));
    let (z, da) = (args.output(6), args.output(7));
    let (a, b, targets) = forward(args, z);
    if backward == 0 {
        return da.fill(T::ZERO);
    }
    for ((z, da), &target) in z.chunks_exact_mut(classes).zip(da.chunks_exact_mut(k)).zip(targets) {
        row_backward(z, target as usize, scale);
        da.iter_mut().zip(b.chunks_exact(classes)).for_each(|(da, b)| *da = dot(z, b));
    }
    if mask == 1 {
        for (da, &a) in da.iter_mut().zip(a) {
            *da = if a > T::ZERO { *da } else { T::ZERO };
        }
    }
}
