//! Scores of attention and their softmax: what the reference and the optimised kernels of
//! [`attention_pattern`](super::attention_pattern) and [`mix_attention`](super::mix_attention) share.

use crate::kernel::real::dot;
use crate::kernel::{Args, NONE, Real, dims};

dims! {
    /// The dims of a pattern.
    pub(super) struct Scores { queries, slots, heads, width }
}
dims! {
    /// And those of what it reads.
    pub(super) struct Shape { queries, slots, heads, width, qrows, krows }
}
dims! {
    /// And of its forward kernel.
    pub(super) struct Forward: Shape { sink }
}

/// 1/√width
pub(super) fn scale<T: Real>(width: usize) -> T {
    T::ONE / T::of(width as f64).sqrt()
}

/// ds of one example, given its gradients by the probabilities in `ds`.
pub(super) fn through_softmax<T: Real>(probs: &[T], ds: &mut [T], slots: usize, scale: T) {
    for (probs, ds) in probs.chunks_exact(slots).zip(ds.chunks_exact_mut(slots)) {
        let mean = dot(probs, ds);
        for (ds, &p) in ds.iter_mut().zip(probs) {
            *ds = p * (*ds - mean) * scale;
        }
    }
}

/// probs = softmax of q·k/√width, element by element.
pub(super) fn attention_pattern_reference<T: Real>(args: &mut Args<T>) {
    let Forward { shape: Shape { slots, heads, width, .. }, sink } = Forward::of(args.dims);
    let (q, k, query, keys, probs) = (args.input(0), args.input(1), args.index(2), args.index(3), args.output(4));
    let model = heads * width;
    for (i, probs) in probs.chunks_exact_mut(heads * slots).enumerate() {
        let q = &q[query[i] as usize * model..][..model];
        let keys = &keys[i * slots..][..slots];
        for (h, probs) in probs.chunks_exact_mut(slots).enumerate() {
            let head = h * width;
            for (p, &row) in probs.iter_mut().zip(keys).filter(|(_, row)| **row != NONE) {
                *p = dot(&q[head..head + width], &k[row as usize * model + head..][..width]) * scale(width);
            }
            softmax(probs, keys, sink == 1);
        }
    }
}

/// Softmax over the unmasked slots, and a score of 0 with a sink; masked ones become 0.
pub(super) fn softmax<T: Real>(scores: &mut [T], keys: &[u32], sink: bool) {
    let open = |keys: &[u32], j: usize| keys[j] != NONE;
    let mut max = sink.then_some(T::ZERO);
    for j in (0..keys.len()).filter(|&j| open(keys, j)) {
        max = Some(max.map_or(scores[j], |m| if scores[j] > m { scores[j] } else { m }));
    }
    let Some(max) = max else { return scores.fill(T::ZERO) };
    let mut sum = if sink { (-max).exp() } else { T::ZERO };
    for (j, s) in scores.iter_mut().enumerate() {
        *s = if open(keys, j) { (*s - max).exp() } else { T::ZERO };
        sum += *s;
    }
    for s in scores {
        *s = *s / sum;
    }
}
