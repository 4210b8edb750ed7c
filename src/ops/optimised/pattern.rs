//! `attention_pattern` with exponentials of many scores at once; where few rows are multiplied with each other often, every product is
//! computed once.

use super::exp::exp_slice;
use super::rows::for_each_part;
use crate::kernel::real::dot;
use crate::kernel::{Args, NONE};
use crate::ops::scores::{Forward, Shape, scale};

/// Examples that a thread takes at a time.
const EXAMPLES_AT_ONCE: usize = 128;

/// [`ATTENTION_PATTERN`](crate::ops::attention_pattern::ATTENTION_PATTERN)
pub fn attention_pattern(args: &mut Args<f32>) {
    let Forward { shape: Shape { queries, slots, heads, width, qrows, krows }, sink } = Forward::of(args.dims);
    let (q, k, query, keys, probs) = (args.input(0), args.input(1), args.index(2), args.index(3), args.output(4));
    let (model, scale) = (heads * width, scale::<f32>(width));
    let score = |query: &[f32], key: &[f32]| dot(query, key) * scale;
    let mut fill = |score: &(dyn Fn(usize, usize, usize) -> f32 + Sync)| {
        for_each_part([(&mut *probs, heads * slots)], EXAMPLES_AT_ONCE, |first, [probs]| {
            let examples = query.iter().zip(keys.chunks_exact(slots)).skip(first);
            for ((&query, keys), probs) in examples.zip(probs.chunks_exact_mut(heads * slots)) {
                for (h, probs) in probs.chunks_exact_mut(slots).enumerate() {
                    for (p, &row) in probs.iter_mut().zip(keys) {
                        *p = if row == NONE { f32::NEG_INFINITY } else { score(query as usize, h, row as usize) };
                    }
                }
            }
            softmax(probs, slots, sink == 1);
        });
    };
    if qrows * krows < queries * slots {
        let pairs = q.chunks_exact(model).flat_map(|q| k.chunks_exact(model).map(move |k| (q, k)));
        let by_head = pairs.flat_map(|(q, k)| q.chunks_exact(width).zip(k.chunks_exact(width)));
        let scores: Vec<f32> = by_head.map(|(q, k)| score(q, k)).collect();
        fill(&|query, h, row| scores[(query * krows + row) * heads + h]);
    } else {
        fill(&|query, h, row| score(&q[query * model + h * width..][..width], &k[row * model + h * width..][..width]));
    }
}

/// Softmax over every `slots` scores, and a score of 0 with a sink. Masked ones are −∞ and become 0.
fn softmax(scores: &mut [f32], slots: usize, sink: bool) {
    let mut sinks: Vec<f32> = Vec::with_capacity(scores.len() / slots);
    for scores in scores.chunks_exact_mut(slots) {
        let max = scores.iter().copied().fold(if sink { 0.0 } else { f32::NEG_INFINITY }, f32::max);
        // Where everything is masked, there is nothing to subtract.
        let max = if max == f32::NEG_INFINITY { 0.0 } else { max };
        scores.iter_mut().for_each(|score| *score -= max);
        sinks.push(if sink { -max } else { f32::NEG_INFINITY });
    }
    exp_slice(scores);
    exp_slice(&mut sinks);
    for (probs, sink) in scores.chunks_exact_mut(slots).zip(sinks) {
        let sum = probs.iter().fold(sink, |sum, p| sum + p);
        let sum = if sum == 0.0 { 1.0 } else { sum };
        probs.iter_mut().for_each(|p| *p /= sum);
    }
}
