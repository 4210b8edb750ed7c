//! `weight_norm`: ‖w‖₂ of the flat parameter buffer, the quantity that weight decay pulls down.

use super::{Args, Kernel, Op, Real, Tolerance, input, output};
use crate::plan::{Dispatch, View};
use crate::tape::Tape;
use crate::{twin, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "weight_norm", kernels: &[&WEIGHT_NORM], examples: &[] };

/// norm = √Σ params²
pub static WEIGHT_NORM: Kernel = Kernel {
    name: "weight_norm",
    wgsl: wgsl!("weight_norm"),
    dims: &["N"],
    binds: &[input("params", |d| d[0] as usize), output("norm", |_| 1)],
    twin: twin!(weight_norm_twin),
    fast: None,
    grid: |_| [1, 1],
    flops: |d| 2 * u64::from(d[0]),
    cases: &[&[1], &[64], &[5000]],
    tolerance: Tolerance { relative: 1e-6, why: "the GPU sums in 64 parts" },
    variants: &[],
};

/// A dispatch that measures the parameters into `norm`.
pub fn weight_norm(tape: &Tape, norm: View) -> Dispatch {
    let [params, _] = tape.flat();
    tape.dispatch(&WEIGHT_NORM, vec![params.len as u32], vec![params, norm], "weight norm")
}

fn weight_norm_twin<T: Real>(args: &mut Args<T>) {
    let sum: f64 = args.input(0).iter().map(|w| w.wide() * w.wide()).sum();
    args.output(1)[0] = T::of(sum.sqrt());
}
