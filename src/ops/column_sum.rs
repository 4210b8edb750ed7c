//! `column_sum`: db = Σ_m dy[m], the gradient of a bias, or of anything that every row adds.

use crate::kernel::real::axpy;
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, in_out, input, iterations};
use crate::plan::View;
use crate::tape::{Backward, Op};
use crate::{cpu, wgsl};

/// Table entry. Its gradient tests are those of the ops that use it.
pub static OP: Op = Op { name: "column_sum", kernels: &[&COLUMN_SUM], examples: &[] };

dims! {
    struct Dims { m, n, accumulate }
}

/// db (+)= Σ_m dy[m, :]
pub static COLUMN_SUM: Kernel = Kernel {
    name: "column_sum",
    wgsl: wgsl!("column_sum"),
    dims: Dims::NAMES,
    binds: &[input("dy", |d| Dims::m(d) * Dims::n(d)), in_out("db", Dims::n, Fill::Normal)],
    cpu: cpu!(column_sum_reference),
    // Few rows: a thread per column; see the shader.
    grid: |d| fold(Dims::n(d).div_ceil(if Dims::m(d) <= 16 { 64 } else { 4 }) as u32),
    flops: |d| iterations([Dims::m(d), Dims::n(d)]),
    checks: Checks::new(
        &[&[1, 1, 0], &[5, 7, 1], &[16, 131, 0], &[17, 131, 1], &[63, 4, 0], &[700, 33, 0], &[3831, 6, 1]],
        Tolerance { relative: 3e-6, why: "f32 sums of a few thousand terms, in another order" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// Pushes db (+)= Σ dy over the `rows` of dy `[rows, cols]`; adds when `accumulate` is 1.
pub fn push_column_sum(back: &mut Backward, dy: View, rows: usize, cols: usize, db: View, accumulate: u32) {
    let dims = Dims { m: rows, n: cols, accumulate: accumulate as usize };
    back.push(&COLUMN_SUM, dims.list(), vec![dy, db]);
}

fn column_sum_reference<T: Real>(args: &mut Args<T>) {
    let Dims { n, accumulate, .. } = Dims::of(args.dims);
    let (dy, db) = (args.input(0), args.output(1));
    if accumulate == 0 {
        db.fill(T::ZERO);
    }
    for dy in dy.chunks_exact(n) {
        axpy(T::ONE, dy, db);
    }
}
