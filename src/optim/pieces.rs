//! Scalar products over each parameter tensor, in pieces that are added in a fixed order.

use super::flat;
use crate::kernel::{Args, Bind, Checks, Fill, Kernel, Real, Tolerance, dims, index, input, output};
use crate::plan::{ALIGN, Dispatch, View};
use crate::tape::{Op, Tape};
use crate::{cpu, wgsl};

dims! {
    pub(super) struct PieceDims { n, pieces }
}

/// Table entry among the ops.
pub static OP: Op = Op { name: "dots", kernels: &[&DOTS], examples: &[] };

/// Parameters of one piece, a multiple of [`ALIGN`].
const PIECE: usize = 2048;
/// Numbers of a piece: a·b, a·a, b·b.
pub const SUMS: usize = 3;

/// sums\[k\] = (a·b, a·a, b·b) over the k-th piece
pub static DOTS: Kernel = Kernel {
    name: "dots",
    wgsl: wgsl!("dots"),
    dims: PieceDims::NAMES,
    binds: &[
        input("a", PieceDims::n),
        input("b", PieceDims::n),
        index("piece", |d| 2 * PieceDims::pieces(d), Fill::Exactly(test_pieces)),
        output("sums", |d| SUMS * PieceDims::pieces(d)),
    ],
    cpu: cpu!(dots_reference),
    grid: |d| [PieceDims::pieces(d) as u32, 1],
    flops: |d| 6 * PieceDims::n(d) as u64,
    checks: Checks::new(&[&[1, 1], &[640, 3], &[5000, 2]], Tolerance { relative: 2e-6, why: "the GPU sums a piece in 64 parts" }),
    variants: &[],
};

/// The first and past-the-last piece of the tensor that each block of [`ALIGN`] parameters belongs to, for kernels that
/// need a tensor's sums. Their dims begin with N and PIECES.
pub const EXTENT: Bind = index("extent", |d| 2 * PieceDims::n(d).div_ceil(ALIGN), Fill::Exactly(test_extents));

/// Where the pieces of all parameters are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pieces {
    piece: View,
    /// See [`EXTENT`].
    pub extent: View,
}

impl Pieces {
    /// Divides the parameters that are on the tape.
    pub fn new(tape: &mut Tape) -> Self {
        let (mut pieces, mut extents) = (vec![], vec![]);
        let starts: Vec<usize> = tape.params().iter().map(|param| param.offset).chain([tape.flat().len]).collect();
        for ends in starts.windows(2) {
            let first = pieces.len() / 2;
            for from in (ends[0]..ends[1]).step_by(PIECE) {
                pieces.extend([from, (from + PIECE).min(ends[1])].map(|at| at as u32));
            }
            let extent = [first, pieces.len() / 2].map(|k| k as u32);
            extents.extend((ends[0]..ends[1]).step_by(ALIGN).flat_map(|_| extent));
        }
        let runs = tape.runs();
        let [piece, extent] =
            [(pieces, "pieces"), (extents, "extents")].map(|(list, name)| tape.indices(&vec![list; runs], name));
        Pieces { piece, extent }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.piece.len / 2
    }

    /// The sums of products of `a` and `b`, in a new buffer.
    pub fn dots(&self, tape: &mut Tape, [a, b]: [View; 2]) -> (Dispatch, View) {
        let sums = tape.numbers(SUMS * self.count(), "sums of products");
        (flat(tape, &DOTS, PieceDims { n: a.len, pieces: self.count() }.list(), vec![a, b, self.piece, sums]), sums)
    }
}

/// Calls `each` with every block of parameters, its tensor's pieces of `sums`, and its elements of `values`.
pub(super) fn blocks<T: Real>(extent: &[u32], values: &mut [T], mut each: impl FnMut(usize, core::ops::Range<usize>, &mut [T])) {
    for (block, (extent, values)) in extent.chunks_exact(2).zip(values.chunks_mut(ALIGN)).enumerate() {
        each(block, extent[0] as usize..extent[1] as usize, values);
    }
}

/// Number `which` of these pieces, added up.
pub(super) fn over<T: Real>(sums: &[T], pieces: core::ops::Range<usize>, which: usize) -> T {
    pieces.fold(T::ZERO, |sum, k| sum + sums[SUMS * k + which])
}

fn dots_reference<T: Real>(args: &mut Args<T>) {
    let (a, b, pieces) = (args.input(0), args.input(1), args.index(2));
    for (piece, sums) in pieces.chunks_exact(2).zip(args.output(3).chunks_exact_mut(SUMS)) {
        let range = piece[0] as usize..piece[1] as usize;
        let dot =
            |a: &[T], b: &[T]| T::of(a[range.clone()].iter().zip(&b[range.clone()]).map(|(a, b)| a.wide() * b.wide()).sum());
        sums.copy_from_slice(&[dot(a, b), dot(a, a), dot(b, b)]);
    }
}

fn test_pieces(dims: &[u32]) -> Vec<u32> {
    let [n, pieces] = [PieceDims::n, PieceDims::pieces].map(|size| size(dims) as u32);
    (0..pieces).flat_map(|k| [k * n / pieces, (k + 1) * n / pieces]).collect()
}

fn test_extents(dims: &[u32]) -> Vec<u32> {
    let [n, pieces] = [PieceDims::n, PieceDims::pieces].map(|size| size(dims) as u32);
    let extent = |block: u32| {
        let first = block * 7 % pieces;
        [first, first + 1 + block % (pieces - first)]
    };
    (0..n.div_ceil(ALIGN as u32)).flat_map(extent).collect()
}
