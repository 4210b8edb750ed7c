//! The kernel with which gradients of one tensor are copied and added up.

use crate::kernel::{Args, Checks, Fill, Kernel, Real, Tolerance, fold, in_out, input, put};
use crate::{cpu, wgsl};

/// dx (+)= dy
pub static ADD_BACK: Kernel = Kernel {
    name: "add_back",
    wgsl: wgsl!("add_back"),
    dims: &["N", "ACCUMULATE"],
    binds: &[input("dy", |d| d[0] as usize), in_out("dx", |d| d[0] as usize, Fill::Normal)],
    cpu: cpu!(add_back_reference),
    grid: |d| fold(d[0].div_ceil(64)),
    flops: |d| u64::from(d[0]),
    checks: Checks::new(&[&[1, 0], &[63, 1], &[1025, 0]], Tolerance { relative: 0.0, why: "one rounding, the same everywhere" }),
    variants: &[],
};

fn add_back_reference<T: Real>(args: &mut Args<T>) {
    let accumulate = args.dims[1] == 1;
    for (&dy, dx) in args.input(0).iter().zip(args.output(1)) {
        put(accumulate, dx, dy);
    }
}
