//! `mix`: y[i] = base + Σ_h Σ_j probs[i, h, j] · table[rows[i, j], h], attention over rows that were multiplied
//! by the following matrices already. Where many examples share few rows that is far less work.
//!
//! Shapes: base [1, COLS], table [SOURCE, HEADS·COLS], probs [ROWS, HEADS, SLOTS], rows [ROWS, SLOTS]
//! ([`NONE`] = masked), y [ROWS, COLS].

use super::column_sum::push_column_sum;
use super::optimised;
use super::sizes::{BackProbs, BackTable, Mix, Shape};
use crate::kernel::real::{axpy, dot};
use crate::kernel::{
    Args, Bind, Bound, Checks, Fill, Kernel, NONE, Real, Tolerance, fold, in_out, index, input, input_of, iterations, output, put,
};
use crate::tape::{Backward, Init, Op, Rows, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "mix", kernels: &[&MIX, &MIX_BACK_PROBS, &MIX_BACK_TABLE], examples: &[example, shared_pattern] };

const TOLERANCE: Tolerance = Tolerance { relative: 3e-6, why: "f32 sums of up to a few thousand products, in another order" };

const TABLE: Bind = input("table", table);
const PROBS: Bind = input_of("probs", pattern, Fill::Uniform);
const ROWS: Bind = index("rows", slots, Fill::BelowOrNone(|d| Shape::source(d) as u32, |d| Shape::slots(d) as u32));
const DY: Bind = input("dy", results);

fn pattern(d: &[u32]) -> usize {
    slots(d) * Shape::heads(d)
}

fn slots(d: &[u32]) -> usize {
    Shape::rows(d) * Shape::slots(d)
}

fn table(d: &[u32]) -> usize {
    Shape::source(d) * Shape::heads(d) * Shape::cols(d)
}

fn results(d: &[u32]) -> usize {
    Shape::rows(d) * Shape::cols(d)
}

fn flops(d: &[u32]) -> u64 {
    let Shape { rows, slots, heads, cols, .. } = Shape::of(d);
    2 * iterations([rows, slots, heads, cols])
}

/// y[i, :] = base + Σ_h Σ_j probs[i, h, j] · table[rows[i, j], h, :], or the larger of that and 0 when RELU is 1
pub static MIX: Kernel = Kernel {
    name: "mix",
    wgsl: wgsl!("mix"),
    dims: Mix::NAMES,
    binds: &[input("base", Shape::cols), TABLE, PROBS, ROWS, output("y", results)],
    cpu: cpu!(mix_reference, optimised: optimised::mix::mix),
    grid: |d| fold(results(d).div_ceil(64) as u32),
    flops,
    checks: Checks::new(&[&[1, 1, 1, 1, 1, 0], &[9, 3, 2, 5, 4, 1], &[70, 3, 4, 130, 21, 0], &[33, 4, 1, 65, 33, 1]], TOLERANCE),
    bound: Bound::Memory,
    variants: &[],
};

/// dprobs[i, h, j] (+)= dy[i, :] · table[rows[i, j], h, :], 0 where masked
pub static MIX_BACK_PROBS: Kernel = Kernel {
    name: "mix_back_probs",
    wgsl: wgsl!("mix_back_probs"),
    dims: BackProbs::NAMES,
    binds: &[TABLE, ROWS, DY, in_out("dprobs", pattern, Fill::Normal)],
    cpu: cpu!(mix_back_probs_reference, optimised: optimised::mix::mix_back_probs),
    grid: |d| fold(Shape::rows(d) as u32),
    flops,
    checks: Checks::new(&[&[1, 1, 1, 1, 1, 0], &[9, 3, 2, 5, 4, 1], &[70, 3, 4, 130, 21, 0], &[33, 3, 7, 65, 33, 1]], TOLERANCE),
    bound: Bound::Memory,
    variants: &[],
};

/// dtable[r, h, :] (+)= Σ probs[i, h, j] · dy[i, :] over the slots (i, j) that read row r
pub static MIX_BACK_TABLE: Kernel = Kernel {
    name: "mix_back_table",
    wgsl: wgsl!("mix_back_table"),
    dims: BackTable::NAMES,
    binds: &[
        PROBS,
        DY,
        index("start", |d| Shape::source(d) + 1, Fill::Offsets(|d| BackTable::entries(d) as u32)),
        index("entry", BackTable::entries, Fill::Below(|d| slots(d) as u32)),
        in_out("dtable", table, Fill::Normal),
    ],
    cpu: cpu!(mix_back_table_reference, optimised: optimised::mix::mix_back_table),
    grid: |d| {
        let Shape { heads, cols, source, .. } = Shape::of(d);
        fold((cols.div_ceil(16) * heads.div_ceil(4) * source) as u32)
    },
    flops: |d| 2 * iterations([BackTable::entries(d), Shape::heads(d), Shape::cols(d)]),
    checks: Checks::new(
        &[&[1, 1, 1, 1, 1, 1, 0], &[9, 3, 2, 5, 4, 20, 1], &[70, 3, 4, 32, 21, 210, 0], &[333, 3, 7, 37, 2, 999, 1]],
        TOLERANCE,
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// Records y = base + Σ probs · table[rows]. `probs` comes from
/// [`attention_pattern`](super::attention_pattern::attention_pattern) over the same rows.
pub fn mix(tape: &mut Tape, base: Tensor, table: Tensor, probs: Tensor, rows: Rows, name: &str) -> Tensor {
    record(tape, [base, table, probs], rows, false, name)
}

/// Records y = max(base + Σ probs · table[rows], 0). What reads y must give back a gradient that is 0 where y is, as
/// [`unembed_loss`](super::unembed_loss::unembed_loss) does with `mask`: nothing here looks at the sign again.
pub fn mix_relu(tape: &mut Tape, base: Tensor, table: Tensor, probs: Tensor, rows: Rows, name: &str) -> Tensor {
    record(tape, [base, table, probs], rows, true, name)
}

fn record(tape: &mut Tape, [base, table, probs]: [Tensor; 3], rows: Rows, relu: bool, name: &str) -> Tensor {
    let ([one, cols], [source, wide], [count, scores]) = (tape.shape(base), tape.shape(table), tape.shape(probs));
    let (slots, heads) = (rows.len() / count, wide / cols);
    assert_eq!(source, rows.source, "mix `{name}`: rows select from {} rows, the table has {source}", rows.source);
    assert!(one == 1 && heads * cols == wide && slots * count == rows.len(), "mix `{name}`: shapes do not fit");
    assert_eq!(scores, heads * slots, "mix `{name}`: {scores} probabilities for {heads} heads and {slots} slots");
    let y = tape.activation(count, cols, name);
    let shape = Shape { rows: count, slots, heads, cols, source };
    let views = vec![tape.view(base), tape.view(table), tape.view(probs), rows.index, tape.view(y)];
    let dispatch = tape.dispatch(&MIX, Mix { shape, relu: usize::from(relu) }.list(), views, name);
    tape.record(dispatch, &[base, table, probs], move |back| {
        let (table_at, dy) = (back.tape.view(table), back.of(y));
        let (dprobs, accumulate) = back.into(probs);
        let dims = BackProbs { shape, accumulate: accumulate as usize };
        back.push(&MIX_BACK_PROBS, dims.list(), vec![table_at, rows.index, dy, dprobs]);
        push_mix_back(back, shape, [base, table, probs, y], rows);
    });
    y
}

/// Pushes the gradients by table and base of a mix of this shape.
pub(super) fn push_mix_back(back: &mut Backward, shape: Shape, [base, table, probs, y]: [Tensor; 4], rows: Rows) {
    let (probs_at, dy) = (back.tape.view(probs), back.of(y));
    let (dtable, accumulate) = back.into(table);
    let views = vec![probs_at, dy, rows.start, rows.entry, dtable];
    let dims = BackTable { shape, entries: rows.entry.len, accumulate: accumulate as usize };
    back.push(&MIX_BACK_TABLE, dims.list(), views);
    let (dbase, accumulate) = back.into(base);
    push_column_sum(back, dy, shape.rows, shape.cols, dbase, accumulate);
}

fn mix_reference<T: Real>(args: &mut Args<T>) {
    let Mix { shape: Shape { slots, heads, cols, .. }, relu } = Mix::of(args.dims);
    let (base, table, probs, rows, y) = (args.input(0), args.input(1), args.input(2), args.index(3), args.output(4));
    for (i, y) in y.chunks_exact_mut(cols).enumerate() {
        y.copy_from_slice(base);
        for h in 0..heads {
            for (j, &row) in rows[i * slots..][..slots].iter().enumerate().filter(|(_, row)| **row != NONE) {
                axpy(probs[(i * heads + h) * slots + j], &table[(row as usize * heads + h) * cols..][..cols], y);
            }
        }
        if relu == 1 {
            rectify(y);
        }
    }
}

/// y ← max(y, 0)
fn rectify<T: Real>(y: &mut [T]) {
    for y in y {
        *y = if *y > T::ZERO { *y } else { T::ZERO };
    }
}

fn mix_back_probs_reference<T: Real>(args: &mut Args<T>) {
    let BackProbs { shape: Shape { slots, heads, cols, .. }, accumulate } = BackProbs::of(args.dims);
    let (table, rows, dy, dprobs) = (args.input(0), args.index(1), args.input(2), args.output(3));
    for (i, (dy, dprobs)) in dy.chunks_exact(cols).zip(dprobs.chunks_exact_mut(heads * slots)).enumerate() {
        for (s, dp) in dprobs.iter_mut().enumerate() {
            let (h, row) = (s / slots, rows[i * slots + s % slots]);
            let value = if row == NONE { T::ZERO } else { dot(dy, &table[(row as usize * heads + h) * cols..][..cols]) };
            put(accumulate == 1, dp, value);
        }
    }
}

fn mix_back_table_reference<T: Real>(args: &mut Args<T>) {
    let BackTable { shape: Shape { slots, heads, cols, .. }, accumulate, .. } = BackTable::of(args.dims);
    let (probs, dy, start, entry, dtable) = (args.input(0), args.input(1), args.index(2), args.index(3), args.output(4));
    for (r, dtable) in dtable.chunks_exact_mut(heads * cols).enumerate() {
        if accumulate == 0 {
            dtable.fill(T::ZERO);
        }
        for &e in &entry[start[r] as usize..start[r + 1] as usize] {
            let (i, j) = (e as usize / slots, e as usize % slots);
            for (h, dtable) in dtable.chunks_exact_mut(cols).enumerate() {
                axpy(probs[(i * heads + h) * slots + j], &dy[i * cols..][..cols], dtable);
            }
        }
    }
}

fn inputs(tape: &mut Tape) -> ([Tensor; 3], Rows) {
    let shapes = [("base", 1, 3), ("table", 4, 6), ("probs", 3, 6)];
    let tensors = shapes.map(|(name, rows, cols)| tape.param(name, rows, cols, Init::Normal(1.0)));
    (tensors, tape.rows(4, &vec![vec![0, NONE, 3, 1, 2, NONE, 3, 0, 2]; tape.runs()], "rows"))
}

fn example(tape: &mut Tape) -> Tensor {
    let ([base, table, probs], rows) = inputs(tape);
    mix(tape, base, table, probs, rows, "y")
}

/// One pattern mixes twice, so every gradient accumulates.
fn shared_pattern(tape: &mut Tape) -> Tensor {
    let ([base, table, probs], rows) = inputs(tape);
    let [u, v] = ["u", "v"].map(|name| mix(tape, base, table, probs, rows, name));
    super::add::add(tape, u, v, "y")
}
