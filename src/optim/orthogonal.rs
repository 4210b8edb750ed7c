//! ⊥Grad (Prieto et al. 2025): of each parameter tensor's gradient only what is orthogonal to the weights is left, as long
//! as the gradient was: g⊥ = g − (w·g/(w·w + 1e-30)) w, then g⊥ ‖g‖/(‖g⊥‖ + 1e-30), as in the authors' code. So no step
//! scales the logits up along the weights.

use super::segments::{SEGMENT_RANGE, SUMS, SegmentDims, Segments, blocks, over};
use super::{Update, UpdateInputs, flat};
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, fold, in_out, input, input_of};
use crate::plan::ALIGN;
use crate::tape::{Op, Tape};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "orthogonal", kernels: &[&REMOVE, &RESCALE], examples: &[] };

const TOLERANCE: Tolerance = Tolerance { relative: 2e-6, why: "short sums, roots and divisions" };

/// Keeps 0 out of the denominators.
const TINY: f64 = 1e-30;

/// g −= (w·g/(w·w + 1e-30)) w
pub static REMOVE: Kernel = Kernel {
    name: "orthogonal",
    wgsl: wgsl!("orthogonal"),
    dims: SegmentDims::NAMES,
    binds: &[
        input("w", SegmentDims::n),
        input_of("sums", |d| SUMS * SegmentDims::segments(d), Fill::Uniform),
        SEGMENT_RANGE,
        in_out("g", SegmentDims::n, Fill::Normal),
    ],
    cpu: cpu!(remove_reference),
    grid: |d| fold(SegmentDims::n(d).div_ceil(64) as u32),
    flops: |d| 2 * SegmentDims::n(d) as u64,
    checks: Checks::new(&[&[1, 1], &[640, 3]], TOLERANCE),
    bound: Bound::Memory,
    variants: &[],
};

/// g *= ‖g before‖/(‖g after‖ + 1e-30), where ‖g before‖² ≥ 1e-30: smaller sums have lost squares that GPUs may flush, and
/// would leave nothing of g.
pub static RESCALE: Kernel = Kernel {
    name: "rescale",
    wgsl: wgsl!("rescale"),
    dims: SegmentDims::NAMES,
    binds: &[
        input_of("before", |d| SUMS * SegmentDims::segments(d), Fill::Uniform),
        input_of("sums", |d| SUMS * SegmentDims::segments(d), Fill::Uniform),
        SEGMENT_RANGE,
        in_out("g", SegmentDims::n, Fill::Normal),
    ],
    cpu: cpu!(rescale_reference),
    grid: |d| fold(SegmentDims::n(d).div_ceil(64) as u32),
    flops: |d| SegmentDims::n(d) as u64,
    checks: Checks::new(&[&[1, 1], &[640, 3]], TOLERANCE),
    bound: Bound::Memory,
    variants: &[],
};

pub(super) fn record(tape: &mut Tape, inputs: &UpdateInputs, update: &mut Update) {
    let (params, g) = (tape.flat(), inputs.gradient);
    let segments = Segments::new(tape);
    let dims = SegmentDims { n: g.len, segments: segments.count() }.list();
    let (measure, before) = segments.dots(tape, [params, g]);
    update.list.push(measure);
    update.list.push(flat(tape, &REMOVE, dims.clone(), vec![params, before, segments.ranges, g]));
    let (measure, after) = segments.dots(tape, [params, g]);
    update.list.push(measure);
    update.list.push(flat(tape, &RESCALE, dims, vec![before, after, segments.ranges, g]));
}

fn remove_reference<T: Real>(args: &mut Args<T>) {
    let (w, sums, ranges, g) = (args.input(0), args.input(1), args.index(2), args.output(3));
    blocks(ranges, g, |block, segments, g| {
        let along = over(sums, segments.clone(), 0) / (over(sums, segments, 1) + T::of(TINY));
        g.iter_mut().zip(&w[block * ALIGN..]).for_each(|(g, &w)| *g = *g - along * w);
    });
}

fn rescale_reference<T: Real>(args: &mut Args<T>) {
    let (before, after, ranges, g) = (args.input(0), args.input(1), args.index(2), args.output(3));
    blocks(ranges, g, |_, segments, g| {
        let before = over(before, segments.clone(), 2);
        if before >= T::of(TINY) {
            let factor = before.sqrt() / (over(after, segments, 2).sqrt() + T::of(TINY));
            g.iter_mut().for_each(|g| *g = *g * factor);
        }
    });
}
