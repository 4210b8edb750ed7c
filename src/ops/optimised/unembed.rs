//! `unembed_loss` block by block, so that a block's logits stay in the cache between the products.

use super::loss::{row, row_back};
use super::rows::for_each_part;
use crate::kernel::Args;
use crate::ops::gemm::gemm;
use crate::ops::sizes::UnembedDims;

/// Rows of a block. With fewer, packing B for each block costs more than the cache saves.
const BLOCK: usize = 384;

/// What the products need, besides the results.
struct Operands<'a> {
    k: usize,
    classes: usize,
    a: &'a [f32],
    b: &'a [f32],
    /// None when logits start from 0.
    init: Option<&'a [f32]>,
    targets: &'a [u32],
}

impl<'a> Operands<'a> {
    fn new(args: &mut Args<'a, f32>) -> Self {
        let UnembedDims { k, classes, init, .. } = UnembedDims::of(args.dims);
        let (a, b, start, targets) = (args.input(0), args.input(1), args.input(2), args.index(3));
        Operands { k, classes, a, b, init: (init == 1).then_some(start), targets }
    }

    /// Probabilities into `z`, losses and correctness of the rows from `first` on.
    fn forward(&self, first: usize, z: &mut [f32], loss: &mut [f32], correct: &mut [f32]) {
        let Operands { k, classes, .. } = *self;
        if let Some(init) = self.init {
            z.copy_from_slice(&init[first * classes..][..z.len()]);
        }
        let beta = if self.init.is_some() { 1.0 } else { 0.0 };
        let size = [z.len() / classes, k, classes];
        gemm(size, (&self.a[first * k..], [k, 1]), (self.b, [classes, 1]), beta, (z, classes));
        let targets = &self.targets[first..];
        for ((z, &target), (loss, correct)) in z.chunks_exact_mut(classes).zip(targets).zip(loss.iter_mut().zip(correct)) {
            let (nats, right) = row(z, target as usize);
            *loss = nats;
            *correct = f32::from(right);
        }
    }

    /// Turns probabilities of the rows from `first` on into gradients by the logits, and finds those by A.
    fn backward(&self, first: usize, z: &mut [f32], da: &mut [f32], scale: f32, mask: bool) {
        let Operands { k, classes, .. } = *self;
        for (z, &target) in z.chunks_exact_mut(classes).zip(&self.targets[first..]) {
            row_back(z, target as usize, scale);
        }
        let size = [z.len() / classes, classes, k];
        gemm(size, (z, [classes, 1]), (self.b, [1, classes]), 0.0, (da, k));
        if mask {
            for (da, &a) in da.iter_mut().zip(&self.a[first * k..]) {
                *da = if a > 0.0 { *da } else { 0.0 };
            }
        }
    }
}

/// [`UNEMBED_LOSS`](crate::ops::unembed_loss::UNEMBED_LOSS)
pub fn unembed_loss(args: &mut Args<f32>) {
    let UnembedDims { rows, k, classes, mask, backward, .. } = UnembedDims::of(args.dims);
    if backward == 0 {
        return evaluate(args);
    }
    let operands = Operands::new(args);
    let results = [(args.output(6), classes), (args.output(7), k), (args.output(4), 1), (args.output(5), 1)];
    for_each_part(results, BLOCK, |first, [z, da, loss, correct]| {
        let blocks = z.chunks_mut(BLOCK * classes).zip(da.chunks_mut(BLOCK * k));
        let results = loss.chunks_mut(BLOCK).zip(correct.chunks_mut(BLOCK));
        for (n, ((z, da), (loss, correct))) in blocks.zip(results).enumerate() {
            operands.forward(first + n * BLOCK, z, loss, correct);
            operands.backward(first + n * BLOCK, z, da, 1.0 / rows as f32, mask == 1);
        }
    });
}

/// Forward alone.
fn evaluate(args: &mut Args<f32>) {
    let classes = UnembedDims::classes(args.dims);
    args.output(7).fill(0.0);
    let operands = Operands::new(args);
    let results = [(args.output(6), classes), (args.output(4), 1), (args.output(5), 1)];
    for_each_part(results, BLOCK, |first, [z, loss, correct]| {
        let results = loss.chunks_mut(BLOCK).zip(correct.chunks_mut(BLOCK));
        for (n, (z, (loss, correct))) in z.chunks_mut(BLOCK * classes).zip(results).enumerate() {
            operands.forward(first + n * BLOCK, z, loss, correct);
        }
    });
}
