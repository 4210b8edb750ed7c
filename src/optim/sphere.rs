//! Weights held on a sphere: after each step all of a run's are rescaled to a multiple of their initial norm (the
//! constrained runs of Liu et al. 2022, "Omnigrok").

use super::segments::SegmentDims;
use super::{Update, flat};
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, fold, in_out, input_of};
use crate::ops::weight_norm::{squares, weight_norm};
use crate::plan::View;
use crate::step::{HYPER, SPHERE};
use crate::tape::{Op, Tape};
use crate::{cpu, wgsl};

/// Table entry among the ops.
pub static OP: Op = Op { name: "sphere", kernels: &[&SPHERE_PROJECT], examples: &[] };

/// w *= r/√Σ squares, for a radius r > 0
pub static SPHERE_PROJECT: Kernel = Kernel {
    name: "sphere",
    wgsl: wgsl!("sphere"),
    dims: SegmentDims::NAMES,
    binds: &[HYPER, input_of("squares", SegmentDims::segments, Fill::Uniform), in_out("params", SegmentDims::n, Fill::Normal)],
    cpu: cpu!(sphere_reference),
    grid: |d| fold(SegmentDims::n(d).div_ceil(64) as u32),
    flops: |d| SegmentDims::n(d) as u64,
    checks: Checks::new(&[&[1, 1], &[333, 70]], Tolerance { relative: 1e-6, why: "a short sum, a root and a division" }),
    bound: Bound::Memory,
    variants: &[],
};

/// Records the projection.
pub(super) fn project(tape: &mut Tape, hyper: View, update: &mut Update) {
    let params = tape.flat();
    let sums = tape.numbers(squares(params.len), "squared weights after the step");
    update.list.push(weight_norm(tape, sums));
    update.list.push(flat(
        tape,
        &SPHERE_PROJECT,
        SegmentDims { n: params.len, segments: sums.len }.list(),
        vec![hyper, sums, params],
    ));
}

fn sphere_reference<T: Real>(args: &mut Args<T>) {
    let (hyper, squares, params) = (args.input(0), args.input(1), args.output(2));
    let norm = squares.iter().fold(T::ZERO, |sum, &square| sum + square).sqrt();
    if hyper[SPHERE] > T::ZERO && norm > T::ZERO {
        params.iter_mut().for_each(|w| *w = *w * (hyper[SPHERE] / norm));
    }
}
