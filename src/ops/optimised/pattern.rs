//! `attention_pattern` where few rows are multiplied with each other often: every product is computed once.

use super::rows::for_each_part;
use crate::kernel::real::dot;
use crate::kernel::{Args, NONE};
use crate::ops::scores::{Forward, Shape, attention_pattern_reference, scale, softmax};

/// Examples that a thread takes at a time.
const EXAMPLES_AT_ONCE: usize = 128;

/// [`ATTENTION_PATTERN`](crate::ops::attention_pattern::ATTENTION_PATTERN)
pub fn attention_pattern(args: &mut Args<f32>) {
    let Forward { shape: Shape { queries, slots, heads, width, qrows, krows }, sink } = Forward::of(args.dims);
    if qrows * krows >= queries * slots {
        return attention_pattern_reference(args);
    }
    let (q, k, query, keys, probs) = (args.input(0), args.input(1), args.index(2), args.index(3), args.output(4));
    let pairs = q.chunks_exact(heads * width).flat_map(|q| k.chunks_exact(heads * width).map(move |k| (q, k)));
    let by_head = pairs.flat_map(|(q, k)| q.chunks_exact(width).zip(k.chunks_exact(width)));
    let scores: Vec<f32> = by_head.map(|(q, k)| dot(q, k) * scale::<f32>(width)).collect();
    for_each_part([(probs, heads * slots)], EXAMPLES_AT_ONCE, |first, [probs]| {
        let examples = query.iter().zip(keys.chunks_exact(slots)).skip(first);
        for ((&query, keys), probs) in examples.zip(probs.chunks_exact_mut(heads * slots)) {
            let scores = &scores[query as usize * krows * heads..][..krows * heads];
            for (h, probs) in probs.chunks_exact_mut(slots).enumerate() {
                for (p, &row) in probs.iter_mut().zip(keys).filter(|(_, row)| **row != NONE) {
                    *p = scores[row as usize * heads + h];
                }
                softmax(probs, keys, sink == 1);
            }
        }
    });
}
