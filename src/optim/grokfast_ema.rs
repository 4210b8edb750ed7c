//! Grokfast-EMA (Lee et al. 2024): the slow part of the gradient, an exponential mean, is added to it λ-fold:
//! μ ← α μ + (1 − α) g, g ← g + λ μ. The first μ is the first g, as in the authors' code.

use super::{Update, UpdateInputs, flat};
use crate::kernel::{Args, Bind, Bound, Checks, Elements, Fill, Kernel, Real, Tolerance, fold, in_out, input_of};
use crate::plan::View;
use crate::step::{AMPLIFY, EMA, HYPER};
use crate::tape::{ADD_BACK, AccumulateDims, Op, Tape};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "grokfast_ema", kernels: &[&KERNEL], examples: &[] };

/// Gradients that the filter has seen before this one.
pub(super) const SEEN: Bind = input_of("seen", |_| 1, Fill::These(&[4.0]));

/// mean = α mean + (1 − α) g, or g when none was seen; g += λ mean
pub static KERNEL: Kernel = Kernel {
    name: "grokfast_ema",
    wgsl: wgsl!("grokfast_ema"),
    dims: Elements::NAMES,
    binds: &[HYPER, SEEN, in_out("g", Elements::n, Fill::Normal), in_out("mean", Elements::n, Fill::Normal)],
    cpu: cpu!(reference),
    grid: |d| fold(Elements::n(d).div_ceil(64) as u32),
    flops: |d| 5 * Elements::n(d) as u64,
    checks: Checks::new(&[&[1], &[333]], Tolerance { relative: 3e-7, why: "up to four roundings" }),
    bound: Bound::Memory,
    variants: &[],
};

pub(super) fn record(tape: &mut Tape, inputs: &UpdateInputs, update: &mut Update) {
    let g = inputs.gradient;
    let (seen, mean) = (update.remember(tape, 1, "gradients seen"), update.remember(tape, g.len, "mean gradient"));
    update.list.push(flat(tape, &KERNEL, Elements { n: g.len }.list(), vec![inputs.hyper, seen, g, mean]));
    count(tape, seen, update);
}

/// One more gradient was seen.
pub(super) fn count(tape: &mut Tape, seen: View, update: &mut Update) {
    let one = tape.constant(&[1.0], "one");
    update.list.push(flat(tape, &ADD_BACK, AccumulateDims { n: 1, accumulate: 1 }.list(), vec![one, seen]));
}

fn reference<T: Real>(args: &mut Args<T>) {
    let (hyper, seen, g, mean) = (args.input(0), args.input(1), args.output(2), args.output(3));
    let alpha = if seen[0] > T::ZERO { hyper[EMA] } else { T::ZERO };
    for (g, mean) in g.iter_mut().zip(mean) {
        *mean = alpha * *mean + (T::ONE - alpha) * *g;
        *g += hyper[AMPLIFY] * *mean;
    }
}
