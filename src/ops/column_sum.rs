//! `column_sum`: db = Σ_m dy[m], the gradient of a bias, or of anything that every row adds.

use crate::kernel::real::axpy;
use crate::kernel::{Args, Checks, Fill, Kernel, Real, Tolerance, fold, in_out, input};
use crate::plan::View;
use crate::tape::{Backward, Op};
use crate::{cpu, wgsl};

/// Table entry. Its gradient tests are those of the ops that use it.
pub static OP: Op = Op { name: "column_sum", kernels: &[&COLUMN_SUM], examples: &[] };

/// db (+)= Σ_m dy[m, :]
pub static COLUMN_SUM: Kernel = Kernel {
    name: "column_sum",
    wgsl: wgsl!("column_sum"),
    dims: &["M", "N", "ACCUMULATE"],
    binds: &[input("dy", |d| (d[0] * d[1]) as usize), in_out("db", |d| d[1] as usize, Fill::Normal)],
    cpu: cpu!(column_sum_twin),
    // Few rows: a thread per column; see the shader.
    grid: |d| fold(d[1].div_ceil(if d[0] <= 16 { 64 } else { 4 })),
    flops: |d| u64::from(d[0]) * u64::from(d[1]),
    checks: Checks::new(
        &[&[1, 1, 0], &[5, 7, 1], &[16, 131, 0], &[17, 131, 1], &[63, 4, 0], &[700, 33, 0], &[3831, 6, 1]],
        Tolerance { relative: 3e-6, why: "f32 sums of a few thousand terms, in another order" },
    ),
    variants: &[],
};

/// Pushes db (+)= Σ dy over the `rows` of dy `[rows, cols]`; adds when `accumulate` is 1.
pub fn push_column_sum(back: &mut Backward, dy: View, rows: usize, cols: usize, db: View, accumulate: u32) {
    back.push(&COLUMN_SUM, vec![rows as u32, cols as u32, accumulate], vec![dy, db]);
}

fn column_sum_twin<T: Real>(args: &mut Args<T>) {
    let [_, n, accumulate] = args.dims();
    let (dy, db) = (args.input(0), args.output(1));
    if accumulate == 0 {
        db.fill(T::ZERO);
    }
    for dy in dy.chunks_exact(n) {
        axpy(T::ONE, dy, db);
    }
}
