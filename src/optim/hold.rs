//! Weights that a step leaves as they were, whatever it makes of them: zeros of the matrices of a ticket, so that a sparse network
//! needs no mask beside its weights, and a copy of them says all; and an embedding that is frozen.

use super::{blocks_of, flat, is_embedding};
use crate::config::{Config, Keep, Mask};
use crate::kernel::{Args, Bound, Checks, Elements, Fill, Kernel, Real, Tolerance, fold, in_out, index, input_of};
use crate::plan::{ALIGN, Dispatch};
use crate::tape::{ADD_BACK, AccumulateDims, Op, Param, Tape};
use crate::{cpu, wgsl};

/// Table entry among the ops.
pub static OP: Op = Op { name: "hold", kernels: &[&HOLD], examples: &[] };

/// In `held`, a block whose weights are free.
const FREE: u32 = 0;
/// One whose zeros stay.
const SPARSE: u32 = 1;
/// One that stays as it is.
const FROZEN: u32 = 2;

/// w = 0 where `before` is, in blocks of [`ALIGN`] parameters that are [`SPARSE`]; w = `before` in those that are [`FROZEN`]
pub static HOLD: Kernel = Kernel {
    name: "hold",
    wgsl: wgsl!("hold"),
    dims: Elements::NAMES,
    binds: &[
        index("held", |d| Elements::n(d).div_ceil(ALIGN), Fill::Below(|_| 3)),
        input_of("before", Elements::n, Fill::These(&[0.0, 0.5, -1.0])),
        in_out("params", Elements::n, Fill::Normal),
    ],
    cpu: cpu!(hold_reference),
    grid: |d| fold(Elements::n(d).div_ceil(64) as u32),
    flops: |_| 0,
    checks: Checks::new(&[&[1], &[333], &[1000]], Tolerance { relative: 0.0, why: "nothing is computed" }),
    bound: Bound::Memory,
    variants: &[],
};

/// Dispatches for the beginning of a step, which copies the weights, and for its end, which leaves as they were in the copy those that a
/// configuration holds; none where it holds none.
pub fn hold(tape: &mut Tape, config: &Config) -> Option<[Dispatch; 2]> {
    let sparse = config.ticket > 0.0 && config.mask != Mask::Norm;
    let frozen = config.keep == Keep::Frozen;
    if !sparse && !frozen {
        return None;
    }
    let kind = |param: &Param| match param {
        param if frozen && is_embedding(param) => FROZEN,
        param if sparse && param.is_matrix() => SPARSE,
        _ => FREE,
    };
    let params = tape.flat();
    let (n, before) = (params.len, tape.numbers(params.len, "weights before the step"));
    let held = blocks_of(tape, kind, "blocks that are held");
    let copy = tape.dispatch(&ADD_BACK, AccumulateDims { n, accumulate: 0 }.list(), vec![params, before], "copy");
    Some([copy, flat(tape, &HOLD, Elements { n }.list(), vec![held, before, params])])
}

fn hold_reference<T: Real>(args: &mut Args<T>) {
    let (held, before, params) = (args.index(0), args.input(1), args.output(2));
    for (i, (w, &before)) in params.iter_mut().zip(before).enumerate() {
        match held[i / ALIGN] {
            FROZEN => *w = before,
            SPARSE if before == T::ZERO => *w = T::ZERO,
            _ => (),
        }
    }
}
