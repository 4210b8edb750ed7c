//! `gather`: y[i] = x[rows[i]], the embedding look-up and every other row selection.
//! Its backward sums, for each source row, the gradients of the positions that selected it, in
//! ascending order, so that no atomics are needed.

use crate::kernel::{Args, Checks, Fill, Kernel, Real, Tolerance, fold, in_out, index, input, output, put};
use crate::tape::{Init, Op, Rows, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "gather", kernels: &[&GATHER, &GATHER_BACK], examples: &[example] };

/// y[i, :] = x[rows[i], :]
pub static GATHER: Kernel = Kernel {
    name: "gather",
    wgsl: wgsl!("gather"),
    dims: &["ROWS", "COLS", "SOURCE"],
    binds: &[
        input("x", |d| (d[2] * d[1]) as usize),
        index("rows", |d| d[0] as usize, Fill::Below(|d| d[2])),
        output("y", |d| (d[0] * d[1]) as usize),
    ],
    cpu: cpu!(gather_twin),
    grid: |d| fold((d[0] * d[1]).div_ceil(64)),
    flops: |_| 0,
    checks: Checks::new(&[&[1, 1, 1], &[7, 5, 3], &[130, 33, 17]], Tolerance { relative: 0.0, why: "copies bits" }),
    variants: &[],
};

/// dx[r, :] (+)= Σ dy[i, :] over the i that selected r
pub static GATHER_BACK: Kernel = Kernel {
    name: "gather_back",
    wgsl: wgsl!("gather_back"),
    dims: &["ENTRIES", "COLS", "SOURCE", "ROWS", "ACCUMULATE"],
    binds: &[
        input("dy", |d| (d[3] * d[1]) as usize),
        index("start", |d| d[2] as usize + 1, Fill::Offsets(|d| d[0])),
        index("entry", |d| d[0] as usize, Fill::Below(|d| d[3])),
        in_out("dx", |d| (d[2] * d[1]) as usize, Fill::Normal),
    ],
    cpu: cpu!(gather_back_twin),
    grid: |d| fold(d[1].div_ceil(8) * d[2]),
    flops: |d| u64::from(d[0] * d[1]),
    checks: Checks::new(
        &[&[1, 1, 1, 1, 0], &[9, 5, 3, 9, 1], &[700, 37, 2, 700, 0], &[64, 130, 65, 64, 0]],
        Tolerance { relative: 1e-6, why: "the GPU sums a long list in eight parts" },
    ),
    variants: &[],
};

/// Records y = x[rows].
pub fn gather(tape: &mut Tape, x: Tensor, rows: Rows, name: &str) -> Tensor {
    let [source, cols] = tape.shape(x);
    assert_eq!(source, rows.source, "gather `{name}`: rows select from {} rows, x has {source}", rows.source);
    let y = tape.activation(rows.len(), cols, name);
    let dims = vec![rows.len() as u32, cols as u32, source as u32];
    let dispatch = tape.dispatch(&GATHER, dims, vec![tape.view(x), rows.index, tape.view(y)], name);
    tape.record(dispatch, &[x], move |back| {
        let dy = back.of(y);
        let (dx, accumulate) = back.into(x);
        let dims = vec![rows.entry.len as u32, cols as u32, source as u32, rows.len() as u32, accumulate];
        back.push(&GATHER_BACK, dims, vec![dy, rows.start, rows.entry, dx]);
    });
    y
}

fn gather_twin<T: Real>(args: &mut Args<T>) {
    let [_, cols, _] = args.dims();
    let (x, rows, y) = (args.input(0), args.index(1), args.output(2));
    for (y, &row) in y.chunks_exact_mut(cols).zip(rows) {
        y.copy_from_slice(&x[row as usize * cols..][..cols]);
    }
}

fn gather_back_twin<T: Real>(args: &mut Args<T>) {
    let [_, cols, _, _, accumulate] = args.dims();
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
