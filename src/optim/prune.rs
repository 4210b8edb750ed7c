//! Weights that are left out for good: those of a matrix that are exactly 0 before a step are so after it, whatever the step makes of
//! them. So a sparse network needs no mask beside its weights, and a copy of them says all.

use super::{blocks_of, flat};
use crate::kernel::{Args, Bound, Checks, Elements, Fill, Kernel, Real, Tolerance, fold, in_out, index, input_of};
use crate::plan::{ALIGN, Dispatch};
use crate::tape::{ADD_BACK, AccumulateDims, Op, Param, Tape};
use crate::{cpu, wgsl};

/// Table entry among the ops.
pub static OP: Op = Op { name: "prune", kernels: &[&PRUNE], examples: &[] };

/// w = 0 where `before` is, in blocks of [`ALIGN`] parameters that are of a matrix
pub static PRUNE: Kernel = Kernel {
    name: "prune",
    wgsl: wgsl!("prune"),
    dims: Elements::NAMES,
    binds: &[
        index("matrices", |d| Elements::n(d).div_ceil(ALIGN), Fill::Below(|_| 2)),
        input_of("before", Elements::n, Fill::These(&[0.0, 0.5, -1.0])),
        in_out("params", Elements::n, Fill::Normal),
    ],
    cpu: cpu!(prune_reference),
    grid: |d| fold(Elements::n(d).div_ceil(64) as u32),
    flops: |_| 0,
    checks: Checks::new(&[&[1], &[333], &[1000]], Tolerance { relative: 0.0, why: "nothing is computed" }),
    bound: Bound::Memory,
    variants: &[],
};

/// Dispatches for the beginning of a step, which copies the weights, and for its end, which leaves at 0 what was 0 in the copy.
pub fn prune(tape: &mut Tape) -> [Dispatch; 2] {
    let params = tape.flat();
    let (n, before) = (params.len, tape.numbers(params.len, "weights before the step"));
    let matrices = blocks_of(tape, Param::is_matrix, "blocks of matrices");
    let copy = tape.dispatch(&ADD_BACK, AccumulateDims { n, accumulate: 0 }.list(), vec![params, before], "copy");
    [copy, flat(tape, &PRUNE, Elements { n }.list(), vec![matrices, before, params])]
}

fn prune_reference<T: Real>(args: &mut Args<T>) {
    let (matrices, before, params) = (args.index(0), args.input(1), args.output(2));
    for (i, (w, &before)) in params.iter_mut().zip(before).enumerate() {
        if matrices[i / ALIGN] == 1 && before == T::ZERO {
            *w = T::ZERO;
        }
    }
}
