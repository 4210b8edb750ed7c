//! `unembed_loss`: logits = init + A B and their [`cross_entropy`](super::cross_entropy), forward and backward in one
//! dispatch, so that a tile of logits never leaves the cores: what is differentiated is the mean loss.
//!
//! Shapes: A [ROWS, K], B [K, CLASSES], init, probs and dlogits [ROWS, CLASSES], targets, row_loss and row_correct
//! [ROWS], dA [ROWS, K].

use super::cross_entropy::{Loss, row_backward, row_forward};
use super::gemm::gemm;
use super::linear::weight_gradient;
use super::matmul;
use super::real::{axpy, dot};
use super::{Args, Bind, Fill, Kernel, Op, Real, Tolerance, fold, index, input, output};
use crate::plan::View;
use crate::tape::{Tape, Tensor};
use crate::{twin, wgsl};

/// Table entry. Its gradients are those of the mean loss whatever is upstream: `tests/fused.rs` has them.
pub static OP: Op = Op { name: "unembed_loss", kernels: &[&UNEMBED_LOSS, &UNEMBED_EVALUATE], examples: &[] };

const TOLERANCE: Tolerance = Tolerance { relative: 2e-5, why: "exp of sums of f32 products, in another order" };

const A: Bind = input("a", |d| (d[0] * d[1]) as usize);
const B: Bind = input("b", |d| (d[1] * d[2]) as usize);
const INIT: Bind = input("init", |d| if d[3] == 1 { (d[0] * d[2]) as usize } else { 1 });
const TARGETS: Bind = index("targets", |d| d[0] as usize, Fill::Below(|d| d[2]));
const ROW_LOSS: Bind = output("row_loss", |d| d[0] as usize);
const ROW_CORRECT: Bind = output("row_correct", |d| d[0] as usize);

/// Multiply-adds of A B.
fn macs(d: &[u32]) -> u64 {
    d[..3].iter().map(|&d| u64::from(d)).product()
}

/// row_loss and row_correct of the logits A B, plus `init` when INIT is 1 (else it is bound to anything of length 1);
/// dlogits = (probs − onehot(target))/ROWS; dA = dlogits Bᵀ, and 0 where A ≤ 0 when MASK is 1
pub static UNEMBED_LOSS: Kernel = Kernel {
    name: "unembed_loss",
    wgsl: wgsl!("unembed_loss"),
    dims: &["ROWS", "K", "CLASSES", "INIT", "MASK"],
    binds: &[
        A,
        B,
        INIT,
        TARGETS,
        ROW_LOSS,
        ROW_CORRECT,
        output("dlogits", |d| (d[0] * d[2]) as usize),
        output("da", |d| (d[0] * d[1]) as usize),
    ],
    twin: twin!(unembed_loss_twin),
    fast: Some(unembed_loss_fast),
    grid: |d| fold(d[0].div_ceil(16)),
    flops: |d| 4 * macs(d) + 8 * u64::from(d[0] * d[2]),
    cases: &[
        &[1, 1, 1, 0, 0],
        &[7, 5, 3, 1, 0],
        &[70, 130, 113, 1, 1],
        &[33, 67, 199, 0, 1],
        &[16, 64, 128, 1, 0],
        &[400, 9, 6, 1, 1],
    ],
    tolerance: TOLERANCE,
    variants: &[],
};

/// row_loss, row_correct and probs of the logits A B, plus `init` when INIT is 1
pub static UNEMBED_EVALUATE: Kernel = Kernel {
    name: "unembed_evaluate",
    wgsl: wgsl!("unembed_evaluate"),
    dims: &["ROWS", "K", "CLASSES", "INIT"],
    binds: &[A, B, INIT, TARGETS, ROW_LOSS, ROW_CORRECT, output("probs", |d| (d[0] * d[2]) as usize)],
    twin: twin!(unembed_evaluate_twin),
    fast: Some(unembed_evaluate_fast),
    grid: |d| fold(d[0].div_ceil(16)),
    flops: |d| 2 * macs(d) + 6 * u64::from(d[0] * d[2]),
    cases: &[&[1, 1, 1, 0], &[7, 5, 3, 1], &[70, 130, 113, 1], &[33, 67, 199, 0], &[16, 64, 128, 1], &[400, 9, 6, 1]],
    tolerance: TOLERANCE,
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
    let shape @ [rows, k, classes] = shape(tape, a, b, init);
    let ([loss, correct], mut views) = reads(tape, [a, b], init, target);
    let (dlogits, da) = (tape.numbers(rows * classes, "d logits"), tape.numbers(rows * k, "d hidden"));
    views.extend([dlogits, da]);
    let dims = [&shape.map(|d| d as u32)[..], &[u32::from(init.is_some()), u32::from(mask)]].concat();
    let dispatch = tape.dispatch(&UNEMBED_LOSS, dims, views, "unembed, loss");
    let inputs: Vec<Tensor> = [a, b].into_iter().chain(init).collect();
    let result = MeanLoss { rows: loss, correct: tape.view(correct) };
    tape.record(dispatch, &inputs, move |back| {
        let (dloss, a_at) = (back.of(loss), back.tape.view(a));
        assert!(back.tape.holds(dloss, 1.0 / rows as f32), "unembed_loss has the gradients of the mean loss only");
        back.set(a, da);
        if let Some(init) = init {
            back.set(init, dlogits);
        }
        weight_gradient(back, matmul::Product::transposed_a([k, classes, rows]), a_at, dlogits, b);
    });
    result
}

/// Records loss and probabilities of the logits `init` + a b, for lists that do not go backward.
pub fn unembed_evaluate(tape: &mut Tape, a: Tensor, b: Tensor, init: Option<Tensor>, target: View) -> Loss {
    let shape @ [rows, _, classes] = shape(tape, a, b, init);
    let ([loss, correct], mut views) = reads(tape, [a, b], init, target);
    let probs = tape.numbers(rows * classes, "probabilities");
    views.push(probs);
    let dims = [&shape.map(|d| d as u32)[..], &[u32::from(init.is_some())]].concat();
    let dispatch = tape.dispatch(&UNEMBED_EVALUATE, dims, views, "unembed, loss");
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

/// Loss and correctness of each row, and the views that both kernels have in common.
fn reads(tape: &mut Tape, [a, b]: [Tensor; 2], init: Option<Tensor>, target: View) -> ([Tensor; 2], Vec<View>) {
    let rows = tape.shape(a)[0];
    let results = ["loss", "correct"].map(|name| tape.activation(rows, 1, name));
    let start = init.map_or(View { len: 1, ..tape.view(b) }, |init| tape.view(init));
    let views = vec![tape.view(a), tape.view(b), start, target, tape.view(results[0]), tape.view(results[1])];
    (results, views)
}

/// Of a block's rows, K and CLASSES, two matrices, and the product.
type Product<T> = fn([usize; 3], &[T], &[T], &mut [T]);

/// The two products of a block of rows: the reference's, or the fast ones.
struct Products<T> {
    /// z += A B
    forward: Product<T>,
    /// dA = dz Bᵀ
    backward: Product<T>,
}

fn plain<T: Real>() -> Products<T> {
    Products {
        forward: |[_, k, classes], a, b, z| {
            for (a, z) in a.chunks_exact(k).zip(z.chunks_exact_mut(classes)) {
                a.iter().zip(b.chunks_exact(classes)).for_each(|(&a, b)| axpy(a, b, z));
            }
        },
        backward: |[_, k, classes], dz, b, da| {
            for (dz, da) in dz.chunks_exact(classes).zip(da.chunks_exact_mut(k)) {
                da.iter_mut().zip(b.chunks_exact(classes)).for_each(|(da, b)| *da = dot(dz, b));
            }
        },
    }
}

const FAST: Products<f32> = Products {
    forward: |[m, k, classes], a, b, z| gemm([m, k, classes], (a, [k, 1]), (b, [classes, 1]), 1.0, (z, classes)),
    backward: |[m, k, classes], dz, b, da| gemm([m, classes, k], (dz, [classes, 1]), (b, [1, classes]), 0.0, (da, k)),
};

/// Rows whose logits stay in the cache between the products. With fewer, packing B for each block costs more than that saves.
const BLOCK: usize = 384;

/// Inputs that both kernels share, block by block.
struct Blocks<'a, T> {
    k: usize,
    classes: usize,
    a: &'a [T],
    b: &'a [T],
    /// Empty when there is none.
    init: &'a [T],
    targets: &'a [u32],
    loss: &'a mut [T],
    correct: &'a mut [T],
}

impl<'a, T: Real> Blocks<'a, T> {
    fn new(args: &mut Args<'a, T>) -> Self {
        let [k, classes, init] = [args.dims[1], args.dims[2], args.dims[3]].map(|d| d as usize);
        let (a, b, start, targets) = (args.input(0), args.input(1), args.input(2), args.index(3));
        Blocks { k, classes, a, b, init: &start[..init * start.len()], targets, loss: args.output(4), correct: args.output(5) }
    }

    /// Probabilities of block `n` into `z`; its losses.
    fn forward(&mut self, n: usize, z: &mut [T], products: &Products<T>) {
        let (first, m) = (n * BLOCK, z.len() / self.classes);
        if self.init.is_empty() {
            z.fill(T::ZERO);
        } else {
            z.copy_from_slice(&self.init[first * self.classes..][..z.len()]);
        }
        (products.forward)([m, self.k, self.classes], &self.a[first * self.k..][..m * self.k], self.b, z);
        for (i, z) in z.chunks_exact_mut(self.classes).enumerate() {
            [self.loss[first + i], self.correct[first + i]] = row_forward(z, self.targets[first + i] as usize);
        }
    }
}

fn train<T: Real>(args: &mut Args<T>, products: &Products<T>) {
    let [rows, _, _, _, mask] = args.dims();
    let mut blocks = Blocks::new(args);
    // In f32 at either precision: upstream is a buffer of these.
    let (k, classes, scale) = (blocks.k, blocks.classes, T::of(f64::from(1.0 / rows as f32)));
    let das = args.output(7).chunks_mut(BLOCK * k);
    for (n, (z, da)) in args.output(6).chunks_mut(BLOCK * classes).zip(das).enumerate() {
        blocks.forward(n, z, products);
        for (i, z) in z.chunks_exact_mut(classes).enumerate() {
            row_backward(z, blocks.targets[n * BLOCK + i] as usize, scale);
        }
        (products.backward)([z.len() / classes, k, classes], z, blocks.b, da);
        if mask == 1 {
            for (da, &a) in da.iter_mut().zip(&blocks.a[n * BLOCK * k..]) {
                *da = if a > T::ZERO { *da } else { T::ZERO };
            }
        }
    }
}

fn evaluate<T: Real>(args: &mut Args<T>, products: &Products<T>) {
    let mut blocks = Blocks::new(args);
    for (n, z) in args.output(6).chunks_mut(BLOCK * blocks.classes).enumerate() {
        blocks.forward(n, z, products);
    }
}

fn unembed_loss_twin<T: Real>(args: &mut Args<T>) {
    train(args, &plain());
}

fn unembed_loss_fast(args: &mut Args<f32>) {
    train(args, &FAST);
}

fn unembed_evaluate_twin<T: Real>(args: &mut Args<T>) {
    evaluate(args, &plain());
}

fn unembed_evaluate_fast(args: &mut Args<f32>) {
    evaluate(args, &FAST);
}
