//! Adam (Kingma and Ba 2015) with bias correction. Its weight decay is L2: λ w is a part of the gradient, as in PyTorch's
//! `Adam(weight_decay=λ)` and so in Grokfast's code.

use super::adamw::{MOMENTS, Rates};
use super::{Update, UpdateInputs, flat};
use crate::kernel::{Args, Bound, Checks, Elements, Fill, Kernel, Real, Tolerance, fold, in_out, input, output};
use crate::plan::View;
use crate::step::{CLOCK_IN, HYPER};
use crate::tape::{Op, Tape};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "adam", kernels: &[&DIRECTION], examples: &[] };

/// d = m̂/(√v̂ + ε), after m and v have taken up g
pub static DIRECTION: Kernel = Kernel {
    name: "adam",
    wgsl: wgsl!("adam"),
    dims: Elements::NAMES,
    binds: &[
        HYPER,
        CLOCK_IN,
        input("g", Elements::n),
        in_out("m", Elements::n, Fill::Normal),
        in_out("v", Elements::n, Fill::Uniform),
        output("direction", Elements::n),
    ],
    cpu: cpu!(adam_reference),
    grid: |d| fold(Elements::n(d).div_ceil(64) as u32),
    flops: |d| 11 * Elements::n(d) as u64,
    checks: Checks::new(&[&[1], &[333]], Tolerance { relative: 2e-6, why: "a square root and two divisions" }),
    bound: Bound::Memory,
    variants: &[],
};

/// Records the direction.
pub(super) fn direction(tape: &mut Tape, inputs: &UpdateInputs, update: &mut Update) -> View {
    let len = inputs.gradient.len;
    let [m, v] = MOMENTS.map(|name| update.remember(tape, len, name));
    let direction = tape.numbers(len, "direction");
    update.list.push(flat(
        tape,
        &DIRECTION,
        Elements { n: len }.list(),
        vec![inputs.hyper, inputs.clock, inputs.gradient, m, v, direction],
    ));
    direction
}

fn adam_reference<T: Real>(args: &mut Args<T>) {
    let rates = Rates::new(args.input(0), args.input(1));
    let (g, m, v, direction) = (args.input(2), args.output(3), args.output(4), args.output(5));
    for (((&g, m), v), d) in g.iter().zip(m).zip(v).zip(direction) {
        *d = rates.direction(g, m, v);
    }
}
