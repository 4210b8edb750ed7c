//! The kernel with which gradients of one tensor are copied and added up.

use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, in_out, input, put};
use crate::{cpu, wgsl};

dims! {
    /// The sizes of [`ADD_BACK`].
    pub(crate) struct AccumulateDims { n, accumulate }
}

/// dx (+)= dy
pub static ADD_BACK: Kernel = Kernel {
    name: "add_back",
    wgsl: wgsl!("add_back"),
    dims: AccumulateDims::NAMES,
    binds: &[input("dy", AccumulateDims::n), in_out("dx", AccumulateDims::n, Fill::Normal)],
    cpu: cpu!(add_back_reference),
    grid: |d| fold(AccumulateDims::n(d).div_ceil(64) as u32),
    flops: |d| AccumulateDims::n(d) as u64,
    checks: Checks::new(&[&[1, 0], &[63, 1], &[1025, 0]], Tolerance { relative: 0.0, why: "one rounding, the same everywhere" }),
    bound: Bound::Memory,
    variants: &[],
};

fn add_back_reference<T: Real>(args: &mut Args<T>) {
    let accumulate = AccumulateDims::accumulate(args.dims) == 1;
    for (&dy, dx) in args.input(0).iter().zip(args.output(1)) {
        put(accumulate, dx, dy);
    }
}
