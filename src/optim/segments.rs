//! Scalar products over each parameter tensor, in segments that are added in a fixed order.

use super::flat;
use crate::kernel::{Args, Bind, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, index, input, output};
use crate::plan::{ALIGN, Dispatch, View};
use crate::tape::{Op, Tape};
use crate::{cpu, wgsl};

dims! {
    pub(super) struct SegmentDims { n, segments }
}

/// Table entry among the ops.
pub static OP: Op = Op { name: "dots", kernels: &[&DOTS], examples: &[] };

/// Parameters of one segment, a multiple of [`ALIGN`].
const SEGMENT_LEN: usize = 2048;
/// Numbers of a segment: a·b, a·a, b·b.
pub const SUMS: usize = 3;

/// sums\[k\] = (a·b, a·a, b·b) over the k-th segment
pub static DOTS: Kernel = Kernel {
    name: "dots",
    wgsl: wgsl!("dots"),
    dims: SegmentDims::NAMES,
    binds: &[
        input("a", SegmentDims::n),
        input("b", SegmentDims::n),
        index("bounds", |d| 2 * SegmentDims::segments(d), Fill::Exactly(test_bounds)),
        output("sums", |d| SUMS * SegmentDims::segments(d)),
    ],
    cpu: cpu!(dots_reference),
    grid: |d| [SegmentDims::segments(d) as u32, 1],
    flops: |d| 6 * SegmentDims::n(d) as u64,
    checks: Checks::new(
        &[&[1, 1], &[640, 3], &[5000, 2]],
        Tolerance { relative: 2e-6, why: "the GPU sums a segment in 64 parts" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// The first and past-the-last segment of the tensor that each block of [`ALIGN`] parameters belongs to, for kernels that
/// need a tensor's sums. Their dims begin with N and SEGMENTS.
pub const SEGMENT_RANGE: Bind =
    index("segment_range", |d| 2 * SegmentDims::n(d).div_ceil(ALIGN), Fill::Exactly(test_segment_ranges));

/// Where the segments of all parameters are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segments {
    bounds: View,
    /// See [`SEGMENT_RANGE`].
    pub ranges: View,
}

impl Segments {
    /// Divides the parameters that are on the tape.
    pub fn new(tape: &mut Tape) -> Self {
        let (mut bounds, mut ranges) = (vec![], vec![]);
        let starts: Vec<usize> = tape.params().iter().map(|param| param.offset).chain([tape.flat().len]).collect();
        for ends in starts.windows(2) {
            let first = bounds.len() / 2;
            for from in (ends[0]..ends[1]).step_by(SEGMENT_LEN) {
                bounds.extend([from, (from + SEGMENT_LEN).min(ends[1])].map(|at| at as u32));
            }
            let range = [first, bounds.len() / 2].map(|k| k as u32);
            ranges.extend((ends[0]..ends[1]).step_by(ALIGN).flat_map(|_| range));
        }
        let runs = tape.runs();
        let [bounds, ranges] = [(bounds, "bounds of segments"), (ranges, "segments of tensors")]
            .map(|(list, name)| tape.indices(&vec![list; runs], name));
        Segments { bounds, ranges }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.bounds.len / 2
    }

    /// The sums of products of `a` and `b`, in a new buffer.
    pub fn dots(&self, tape: &mut Tape, [a, b]: [View; 2]) -> (Dispatch, View) {
        let sums = tape.numbers(SUMS * self.count(), "sums of products");
        (flat(tape, &DOTS, SegmentDims { n: a.len, segments: self.count() }.list(), vec![a, b, self.bounds, sums]), sums)
    }
}

/// Calls `each` with every block of parameters, its tensor's segments of `sums`, and its elements of `values`.
pub(super) fn blocks<T: Real>(ranges: &[u32], values: &mut [T], mut each: impl FnMut(usize, core::ops::Range<usize>, &mut [T])) {
    for (block, (range, values)) in ranges.chunks_exact(2).zip(values.chunks_mut(ALIGN)).enumerate() {
        each(block, range[0] as usize..range[1] as usize, values);
    }
}

/// Number `which` of these segments, added up.
pub(super) fn over<T: Real>(sums: &[T], segments: core::ops::Range<usize>, which: usize) -> T {
    segments.fold(T::ZERO, |sum, k| sum + sums[SUMS * k + which])
}

fn dots_reference<T: Real>(args: &mut Args<T>) {
    let (a, b, bounds) = (args.input(0), args.input(1), args.index(2));
    for (bounds, sums) in bounds.chunks_exact(2).zip(args.output(3).chunks_exact_mut(SUMS)) {
        let range = bounds[0] as usize..bounds[1] as usize;
        let dot =
            |a: &[T], b: &[T]| T::of(a[range.clone()].iter().zip(&b[range.clone()]).map(|(a, b)| a.wide() * b.wide()).sum());
        sums.copy_from_slice(&[dot(a, b), dot(a, a), dot(b, b)]);
    }
}

fn test_bounds(dims: &[u32]) -> Vec<u32> {
    let [n, segments] = [SegmentDims::n, SegmentDims::segments].map(|size| size(dims) as u32);
    (0..segments).flat_map(|k| [k * n / segments, (k + 1) * n / segments]).collect()
}

fn test_segment_ranges(dims: &[u32]) -> Vec<u32> {
    let [n, segments] = [SegmentDims::n, SegmentDims::segments].map(|size| size(dims) as u32);
    let range = |block: u32| {
        let first = block * 7 % segments;
        [first, first + 1 + block % (segments - first)]
    };
    (0..n.div_ceil(ALIGN as u32)).flat_map(range).collect()
}
