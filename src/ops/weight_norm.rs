//! `weight_norm`: ‖w‖₂ of the flat parameter buffer, the quantity that weight decay pulls down, and ‖g‖₂ of the gradient
//! in the same layout. This op squares and sums segments, in parallel; [`record`](super::record) adds those up and takes the
//! root.

use crate::kernel::{Args, Bound, Checks, Kernel, Real, Tolerance, dims, input, output};
use crate::plan::{Dispatch, View};
use crate::tape::{Op, Tape};
use crate::{cpu, wgsl};

dims! {
    struct Dims { n, segment_len }
}

/// Table entry.
pub static OP: Op = Op { name: "weight_norm", kernels: &[&WEIGHT_NORM], examples: &[] };

/// Parameters of one segment.
const SEGMENT_LEN: usize = 2048;

/// squares[i] = Σ params² over the i-th SEGMENT_LEN parameters
pub static WEIGHT_NORM: Kernel = Kernel {
    name: "weight_norm",
    wgsl: wgsl!("weight_norm"),
    dims: Dims::NAMES,
    binds: &[input("params", Dims::n), output("squares", |d| segments(d) as usize)],
    cpu: cpu!(weight_norm_reference),
    grid: |d| [segments(d), 1],
    flops: |d| 2 * Dims::n(d) as u64,
    checks: Checks::new(
        &[&[1, 64], &[64, 64], &[5000, 2048], &[200, 7]],
        Tolerance { relative: 1e-6, why: "the GPU sums a segment in 64 parts" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

fn segments(d: &[u32]) -> u32 {
    Dims::n(d).div_ceil(Dims::segment_len(d)) as u32
}

/// How many sums of squares there are of `len` numbers.
pub fn squares(len: usize) -> usize {
    len.div_ceil(SEGMENT_LEN)
}

/// A dispatch that measures the parameters into `squares`.
pub fn weight_norm(tape: &Tape, squares: View) -> Dispatch {
    norm(tape, tape.flat(), squares, "weight norm")
}

/// The same for other numbers.
pub fn norm(tape: &Tape, of: View, squares: View, what: &str) -> Dispatch {
    tape.dispatch(&WEIGHT_NORM, Dims { n: of.len, segment_len: SEGMENT_LEN }.list(), vec![of, squares], what)
}

fn weight_norm_reference<T: Real>(args: &mut Args<T>) {
    let segment_len = Dims::segment_len(args.dims);
    for (params, square) in args.input(0).chunks(segment_len).zip(args.output(1)) {
        *square = T::of(params.iter().map(|w| w.wide() * w.wide()).sum());
    }
}
