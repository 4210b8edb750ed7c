//! Gradient descent with momentum μ = β₁ and L2 weight decay, as PyTorch's `SGD(momentum=μ, weight_decay=λ)`:
//! b ← μ b + g, w −= η b. With β₁ = 0 it is plain gradient descent.

use super::{Update, UpdateInputs, flat};
use crate::kernel::{Args, Bound, Checks, Elements, Fill, Kernel, Real, Tolerance, fold, in_out, input};
use crate::plan::View;
use crate::step::{BETA1, HYPER};
use crate::tape::{Op, Tape};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "momentum", kernels: &[&MOMENTUM], examples: &[] };

/// b = μ b + g
pub static MOMENTUM: Kernel = Kernel {
    name: "momentum",
    wgsl: wgsl!("momentum"),
    dims: Elements::NAMES,
    binds: &[HYPER, input("g", Elements::n), in_out("b", Elements::n, Fill::Normal)],
    cpu: cpu!(momentum_reference),
    grid: |d| fold(Elements::n(d).div_ceil(64) as u32),
    flops: |d| 2 * Elements::n(d) as u64,
    checks: Checks::new(&[&[1], &[333]], Tolerance { relative: 2e-7, why: "two roundings, or one" }),
    bound: Bound::Memory,
    variants: &[],
};

pub(super) fn direction(tape: &mut Tape, inputs: &UpdateInputs, update: &mut Update) -> View {
    let len = inputs.gradient.len;
    let b = update.remember(tape, len, "momentum");
    update.list.push(flat(tape, &MOMENTUM, Elements { n: len }.list(), vec![inputs.hyper, inputs.gradient, b]));
    b
}

fn momentum_reference<T: Real>(args: &mut Args<T>) {
    let (hyper, g, b) = (args.input(0), args.input(1), args.output(2));
    g.iter().zip(b).for_each(|(&g, b)| *b = hyper[BETA1] * *b + g);
}
