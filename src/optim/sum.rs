//! The flat gradient, summed from its parts: for updates that need it as a whole, and for its norm.

use super::flat;
use crate::kernel::{Args, Bind, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, index, input, output};
use crate::plan::{ALIGN, Dispatch, View};
use crate::tape::{Op, TERM, Tape};
use crate::{cpu, wgsl};

dims! {
    pub(super) struct TermDims { n, terms, parts }
}

/// Table entry among the ops.
pub static OP: Op = Op { name: "gradient_sum", kernels: &[&GRADIENT_SUM], examples: &[] };

/// First and past-the-last term of each block of [`ALIGN`] parameters.
pub const START: Bind = index("start", |d| TermDims::n(d) / ALIGN + 1, Fill::Offsets(|d| TermDims::terms(d) as u32));
/// The terms, see [`Tape::gradient_table`].
pub const ENTRY: Bind = index("entry", |d| TERM * TermDims::terms(d), Fill::Exactly(test_terms));

/// g = Σ of its parts
pub static GRADIENT_SUM: Kernel = Kernel {
    name: "gradient_sum",
    wgsl: wgsl!("gradient_sum"),
    dims: TermDims::NAMES,
    binds: &[START, ENTRY, input("parts", TermDims::parts), output("g", TermDims::n)],
    cpu: cpu!(gradient_sum_reference, optimised: gradient_sum_optimised),
    grid: |d| fold((TermDims::n(d) / ALIGN) as u32),
    flops: |d| TermDims::parts(d) as u64,
    checks: Checks::new(
        &[&[64, 1, 64], &[128, 5, 700], &[1024, 40, 3000]],
        Tolerance { relative: 1e-6, why: "a few sums of a few numbers" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// A dispatch that sums the gradient into a new buffer.
pub fn gradient(tape: &mut Tape) -> (Dispatch, View) {
    let (parts, [start, entry]) = (tape.parts(), tape.gradient_table());
    let g = tape.numbers(tape.flat().len, "gradient");
    (
        flat(
            tape,
            &GRADIENT_SUM,
            TermDims { n: g.len, terms: entry.len / TERM, parts: parts.len }.list(),
            vec![start, entry, parts, g],
        ),
        g,
    )
}

/// Terms over all of the parameters, with one to three partial sums and both signs.
fn test_terms(dims: &[u32]) -> Vec<u32> {
    let [n, terms, parts] = [TermDims::n, TermDims::terms, TermDims::parts].map(|size| size(dims) as u32);
    let term = |t: u32| {
        let (at, count) = (t * 37 % n, 1 + t % 3);
        let len = (1 + t * 29 % 100).min(n - at).min(parts / count);
        let source = t * 53 % (parts - count * len + 1);
        [at, at + len, source, count, len, t % 2]
    };
    (0..terms).flat_map(term).collect()
}

/// The gradient by parameter `i`, term by term.
pub(super) fn of_one<T: Real>(i: usize, [start, entry]: [&[u32]; 2], parts: &[T]) -> T {
    let block = i / ALIGN;
    let mut g = T::ZERO;
    for term in entry[TERM * start[block] as usize..TERM * start[block + 1] as usize].chunks_exact(TERM) {
        let [at, end, source, count, stride, negative]: [usize; TERM] = core::array::from_fn(|k| term[k] as usize);
        if at <= i && i < end {
            let sum = (0..count).fold(T::ZERO, |sum, k| sum + parts[source + k * stride + i - at]);
            g += if negative == 1 { -sum } else { sum };
        }
    }
    g
}

/// That by a block of parameters, with the same bits.
#[inline(always)]
pub(super) fn of_block(block: usize, [start, entry]: [&[u32]; 2], parts: &[f32]) -> [f32; ALIGN] {
    let (first, mut g) = (block * ALIGN, [0.0; ALIGN]);
    for term in entry[TERM * start[block] as usize..TERM * start[block + 1] as usize].chunks_exact(TERM) {
        let [at, end, source, count, stride, negative]: [usize; TERM] = core::array::from_fn(|k| term[k] as usize);
        let (from, to) = (at.max(first), end.min(first + ALIGN));
        let Some(len) = to.checked_sub(from) else { continue };
        let mut sum = [0.0; ALIGN];
        for k in 0..count {
            for (sum, part) in sum.iter_mut().zip(&parts[source + k * stride + from - at..][..len]) {
                *sum += part;
            }
        }
        let sign = if negative == 1 { -1.0 } else { 1.0 };
        for (g, sum) in g[from - first..].iter_mut().zip(&sum[..len]) {
            *g += sign * sum;
        }
    }
    g
}

fn gradient_sum_reference<T: Real>(args: &mut Args<T>) {
    let (table, parts) = ([args.index(0), args.index(1)], args.input(2));
    args.output(3).iter_mut().enumerate().for_each(|(i, g)| *g = of_one(i, table, parts));
}

fn gradient_sum_optimised(args: &mut Args<f32>) {
    let (table, parts) = ([args.index(0), args.index(1)], args.input(2));
    let blocks = args.output(3).chunks_exact_mut(ALIGN).enumerate();
    blocks.for_each(|(block, g)| g.copy_from_slice(&of_block(block, table, parts)));
}
