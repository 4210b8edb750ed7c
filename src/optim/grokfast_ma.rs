//! Grokfast-MA (Lee et al. 2024): the mean of the last w gradients is added λ-fold, once there are w, as in the authors'
//! code.
//!
//! The mean is kept as a running sum; each step a w-th of the parameters is summed anew, so that rounding does not pile
//! up. That costs a constant time per step; the memory is w gradients, also in a snapshot.

use super::grokfast_ema::{SEEN, count};
use super::{Update, UpdateInputs, flat};
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, in_out};
use crate::plan::ALIGN;
use crate::step::{AMPLIFY, HYPER};
use crate::tape::{Op, Tape};
use crate::{cpu, wgsl};

dims! {
    struct Dims { n, window }
}

/// Table entry.
pub static OP: Op = Op { name: "grokfast_ma", kernels: &[&KERNEL], examples: &[] };

/// The oldest of WINDOW gradients gives its place to g; g += λ total/WINDOW once that many were seen
pub static KERNEL: Kernel = Kernel {
    name: "grokfast_ma",
    wgsl: wgsl!("grokfast_ma"),
    dims: Dims::NAMES,
    binds: &[
        HYPER,
        SEEN,
        in_out("g", Dims::n, Fill::Normal),
        in_out("ring", |d| Dims::n(d) * Dims::window(d), Fill::Normal),
        in_out("total", Dims::n, Fill::Normal),
    ],
    cpu: cpu!(reference),
    grid: |d| fold(Dims::n(d).div_ceil(64) as u32),
    flops: |d| 6 * Dims::n(d) as u64,
    checks: Checks::new(&[&[1, 1], &[333, 3], &[200, 7]], Tolerance { relative: 1e-6, why: "a short sum" }),
    bound: Bound::Memory,
    variants: &[],
};

pub(super) fn record(tape: &mut Tape, inputs: &UpdateInputs, update: &mut Update) {
    let (g, window) = (inputs.gradient, inputs.config.window as usize);
    let seen = update.remember(tape, 1, "gradients seen");
    let ring = update.remember(tape, window * g.len, "last gradients");
    let total = update.remember(tape, g.len, "sum of the last gradients");
    update.list.push(flat(tape, &KERNEL, Dims { n: g.len, window }.list(), vec![inputs.hyper, seen, g, ring, total]));
    count(tape, seen, update);
}

fn reference<T: Real>(args: &mut Args<T>) {
    let Dims { n, window } = Dims::of(args.dims);
    let (hyper, seen) = (args.input(0), args.input(1)[0].wide() as usize);
    let (g, ring, total) = (args.output(2), args.output(3), args.output(4));
    let slot = seen % window;
    for (i, (g, total)) in g.iter_mut().zip(total).enumerate() {
        let oldest = slot * n + i;
        *total += *g - ring[oldest];
        ring[oldest] = *g;
        if i / ALIGN % window == slot {
            *total = (0..window).fold(T::ZERO, |sum, k| sum + ring[k * n + i]);
        }
        if seen + 1 >= window {
            *g += hyper[AMPLIFY] * (*total / T::of(window as f64));
        }
    }
}
