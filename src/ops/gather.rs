//! `gather`: y[i] = x[rows[i]], the embedding look-up and every other row selection.
//! Its backward sums, for each source row, the gradients of the positions that selected it, in
//! ascending order, so that no atomics are needed.

use crate::kernel::{
    Args, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, in_out, index, input, iterations, output, put,
};
use crate::tape::{Init, Op, Rows, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "gather", kernels: &[&GATHER, &GATHER_BACK], examples: &[example] };

dims! {
    struct Dims { rows, cols, source }
}
dims! {
    pub(super) struct BackDims { entries, cols, source, rows, accumulate }
}

/// y[i, :] = x[rows[i], :]
pub static GATHER: Kernel = Kernel {
    name: "gather",
    wgsl: wgsl!("gather"),
    dims: Dims::NAMES,
    binds: &[
        input("x", |d| Dims::source(d) * Dims::cols(d)),
        index("rows", Dims::rows, Fill::Below(|d| Dims::source(d) as u32)),
        output("y", |d| Dims::rows(d) * Dims::cols(d)),
    ],
    cpu: cpu!(gather_reference),
    grid: |d| fold((Dims::rows(d) * Dims::cols(d)).div_ceil(64) as u32),
    flops: |_| 0,
    checks: Checks::new(&[&[1, 1, 1], &[7, 5, 3], &[130, 33, 17]], Tolerance { relative: 0.0, why: "copies bits" }),
    bound: Bound::Memory,
    variants: &[],
};

/// dx[r, :] (+)= Σ dy[i, :] over the i that selected r
pub static GATHER_BACK: Kernel = Kernel {
    name: "gather_back",
    wgsl: wgsl!("gather_back"),
    dims: BackDims::NAMES,
    binds: &[
        input("dy", |d| BackDims::rows(d) * BackDims::cols(d)),
        index("start", |d| BackDims::source(d) + 1, Fill::Offsets(|d| BackDims::entries(d) as u32)),
        index("entry", BackDims::entries, Fill::Below(|d| BackDims::rows(d) as u32)),
        in_out("dx", |d| BackDims::source(d) * BackDims::cols(d), Fill::Normal),
    ],
    cpu: cpu!(gather_back_reference),
    grid: |d| fold((BackDims::cols(d).div_ceil(8) * BackDims::source(d)) as u32),
    flops: |d| iterations([BackDims::entries(d), BackDims::cols(d)]),
    checks: Checks::new(
        &[&[1, 1, 1, 1, 0], &[9, 5, 3, 9, 1], &[700, 37, 2, 700, 0], &[64, 130, 65, 64, 0]],
        Tolerance { relative: 1e-6, why: "the GPU sums a long list in eight parts" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// Records y = x[rows].
pub fn gather(tape: &mut Tape, x: Tensor, rows: Rows, name: &str) -> Tensor {
    let [source, cols] = tape.shape(x);
    assert_eq!(source, rows.source, "gather `{name}`: rows select from {} rows, x has {source}", rows.source);
    let y = tape.activation(rows.len(), cols, name);
    let dims = Dims { rows: rows.len(), cols, source };
    let dispatch = tape.dispatch(&GATHER, dims.list(), vec![tape.view(x), rows.index, tape.view(y)], name);
    tape.record(dispatch, &[x], move |back| {
        let dy = back.of(y);
        let (dx, accumulate) = back.into(x);
        let dims = BackDims { entries: rows.entry.len, cols, source, rows: rows.len(), accumulate: accumulate as usize };
        back.push(&GATHER_BACK, dims.list(), vec![dy, rows.start, rows.entry, dx]);
    });
    y
}

fn gather_reference<T: Real>(args: &mut Args<T>) {
    let cols = Dims::cols(args.dims);
    let (x, rows, y) = (args.input(0), args.index(1), args.output(2));
    for (y, &row) in y.chunks_exact_mut(cols).zip(rows) {
        y.copy_from_slice(&x[row as usize * cols..][..cols]);
    }
}

fn gather_back_reference<T: Real>(args: &mut Args<T>) {
    let BackDims { cols, accumulate, .. } = BackDims::of(args.dims);
    let (dy, start, entry, dx) = (args.input(0), args.index(1), args.index(2), args.output(3));
    for (r, dx) in dx.chunks_exact_mut(cols).enumerate() {
        if accumulate == 0 {
            dx.fill(T::ZERO);
        }
        for &i in &entry[start[r] as usize..start[r + 1] as usize] {
            for (dx, &dy) in dx.iter_mut().zip(&dy[i as usize * cols..][..cols]) {
                put(true, dx, dy);
            }
        }
    }
}

fn example(tape: &mut Tape) -> Tensor {
    let x = tape.param("x", 4, 3, Init::Normal(1.0));
    let lists: Vec<_> = (0..tape.runs() as u32).map(|r| vec![2, 0, 2, (r + 1) % 4, 2]).collect();
    let rows = tape.rows(4, &lists, "rows");
    gather(tape, x, rows, "y")
}
