//! `attend`: z[i, h] = Σ_j probs[i, h, j] · v[rows[i, j], h], the values that a pattern selects.
//!
//! Shapes, with HEADS·WIDTH = model width: probs [QUERIES, HEADS, SLOTS] from
//! [`attention_pattern`](super::attention_pattern), rows [QUERIES, SLOTS] ([`NONE`] = masked), v [SOURCE, HEADS·WIDTH],
//! z [QUERIES, HEADS·WIDTH].

use crate::kernel::real::{axpy, dot};
use crate::kernel::{
    Args, Bind, Bound, Checks, Fill, Kernel, NONE, Real, Tolerance, dims, fold, in_out, index, input, input_of, iterations,
    output, put,
};
use crate::tape::{Init, Op, Rows, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op =
    Op { name: "attend", kernels: &[&ATTEND, &ATTEND_BACK_PROBS, &ATTEND_BACK_VALUES], examples: &[example, attention] };

const TOLERANCE: Tolerance = Tolerance { relative: 2e-6, why: "f32 sums of up to a few hundred products, in another order" };

dims! {
    struct Shape { queries, slots, heads, width, source }
}
dims! {
    struct BackProbs: Shape { accumulate }
}
dims! {
    struct BackValues: Shape { entries, accumulate }
}

const PROBS: Bind = input_of("probs", pattern, Fill::Uniform);
const ROWS: Bind = index("rows", slots, Fill::BelowOrNone(|d| Shape::source(d) as u32, |d| Shape::slots(d) as u32));
const V: Bind = input("v", |d| Shape::source(d) * model(d));
const DZ: Bind = input("dz", |d| Shape::queries(d) * model(d));

fn slots(d: &[u32]) -> usize {
    Shape::queries(d) * Shape::slots(d)
}

fn pattern(d: &[u32]) -> usize {
    slots(d) * Shape::heads(d)
}

fn model(d: &[u32]) -> usize {
    Shape::heads(d) * Shape::width(d)
}

fn flops(d: &[u32]) -> u64 {
    let Shape { queries, slots, heads, width, .. } = Shape::of(d);
    2 * iterations([queries, slots, heads, width])
}

/// z[i, h, :] = Σ_j probs[i, h, j] · v[rows[i, j], h, :]
pub static ATTEND: Kernel = Kernel {
    name: "attend",
    wgsl: wgsl!("attend"),
    dims: Shape::NAMES,
    binds: &[PROBS, ROWS, V, output("z", |d| Shape::queries(d) * model(d))],
    cpu: cpu!(attend_reference),
    grid: |d| fold((Shape::queries(d) * model(d)).div_ceil(64) as u32),
    flops,
    checks: Checks::new(
        &[&[1, 1, 1, 1, 1], &[9, 3, 2, 5, 7], &[70, 3, 4, 32, 21], &[33, 4, 1, 6, 33], &[21, 17, 2, 5, 40], &[7, 64, 2, 5, 70]],
        TOLERANCE,
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// dprobs[i, h, j] (+)= dz[i, h, :] · v[rows[i, j], h, :], 0 where masked
pub static ATTEND_BACK_PROBS: Kernel = Kernel {
    name: "attend_back_probs",
    wgsl: wgsl!("attend_back_probs"),
    dims: BackProbs::NAMES,
    binds: &[ROWS, V, DZ, in_out("dprobs", pattern, Fill::Normal)],
    cpu: cpu!(attend_back_probs_reference),
    grid: |d| fold(pattern(d).div_ceil(64) as u32),
    flops,
    checks: Checks::new(
        &[
            &[1, 1, 1, 1, 1, 0],
            &[9, 3, 2, 5, 7, 1],
            &[70, 3, 4, 32, 21, 0],
            &[33, 4, 1, 6, 33, 1],
            &[21, 17, 2, 5, 40, 0],
            &[7, 64, 2, 5, 70, 1],
        ],
        TOLERANCE,
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// dv[r, h, :] (+)= Σ probs[i, h, j] · dz[i, h, :] over the slots (i, j) that read row r
pub static ATTEND_BACK_VALUES: Kernel = Kernel {
    name: "attend_back_values",
    wgsl: wgsl!("attend_back_values"),
    dims: BackValues::NAMES,
    binds: &[
        PROBS,
        DZ,
        index("start", |d| Shape::source(d) + 1, Fill::Offsets(|d| BackValues::entries(d) as u32)),
        index("entry", BackValues::entries, Fill::Below(|d| slots(d) as u32)),
        in_out("dv", |d| Shape::source(d) * model(d), Fill::Normal),
    ],
    cpu: cpu!(attend_back_values_reference),
    grid: |d| fold((model(d).div_ceil(16) * Shape::source(d)) as u32),
    flops: |d| 2 * iterations([BackValues::entries(d), model(d)]),
    checks: Checks::new(
        &[
            &[1, 1, 1, 1, 1, 1, 0],
            &[9, 3, 2, 5, 7, 20, 1],
            &[70, 3, 4, 32, 21, 210, 0],
            &[333, 3, 1, 6, 2, 999, 1],
            &[21, 17, 2, 5, 40, 350, 0],
            &[7, 64, 2, 5, 70, 440, 1],
        ],
        TOLERANCE,
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// Records z = Σ probs · v[rows]. `probs` `[queries, heads · slots]` comes from
/// [`attention_pattern`](super::attention_pattern::attention_pattern) over the same rows.
pub fn attend(tape: &mut Tape, probs: Tensor, v: Tensor, rows: Rows, heads: usize, name: &str) -> Tensor {
    let ([queries, scores], [source, width]) = (tape.shape(probs), tape.shape(v));
    assert_eq!(source, rows.source, "attend `{name}`: rows select from {} rows, v has {source}", rows.source);
    assert_eq!(width % heads, 0, "attend `{name}`: {heads} heads do not divide width {width}");
    assert_eq!(rows.len() * heads, queries * scores, "attend `{name}`: {scores} probabilities do not fit {heads} heads");
    let z = tape.activation(queries, width, name);
    let shape = Shape { queries, slots: scores / heads, heads, width: width / heads, source };
    let views = vec![tape.view(probs), rows.index, tape.view(v), tape.view(z)];
    let dispatch = tape.dispatch(&ATTEND, shape.list(), views, name);
    tape.record(dispatch, &[probs, v], move |back| {
        let (probs_at, v_at, dz) = (back.tape.view(probs), back.tape.view(v), back.of(z));
        let (dprobs, accumulate) = back.into(probs);
        let dims = BackProbs { shape, accumulate: accumulate as usize };
        back.push(&ATTEND_BACK_PROBS, dims.list(), vec![rows.index, v_at, dz, dprobs]);
        let (dv, accumulate) = back.into(v);
        let views = vec![probs_at, dz, rows.start, rows.entry, dv];
        let dims = BackValues { shape, entries: rows.entry.len, accumulate: accumulate as usize };
        back.push(&ATTEND_BACK_VALUES, dims.list(), views);
    });
    z
}

fn attend_reference<T: Real>(args: &mut Args<T>) {
    let Shape { slots, heads, width, .. } = Shape::of(args.dims);
    let (probs, rows, v, z) = (args.input(0), args.index(1), args.input(2), args.output(3));
    z.fill(T::ZERO);
    for (i, (z, rows)) in z.chunks_exact_mut(heads * width).zip(rows.chunks_exact(slots)).enumerate() {
        for (j, &row) in rows.iter().enumerate().filter(|(_, row)| **row != NONE) {
            let v = &v[row as usize * heads * width..][..heads * width];
            for (h, (z, v)) in z.chunks_exact_mut(width).zip(v.chunks_exact(width)).enumerate() {
                axpy(probs[(i * heads + h) * slots + j], v, z);
            }
        }
    }
}

fn attend_back_probs_reference<T: Real>(args: &mut Args<T>) {
    let BackProbs { shape: Shape { slots, heads, width, .. }, accumulate } = BackProbs::of(args.dims);
    let (rows, v, dz, dprobs) = (args.index(0), args.input(1), args.input(2), args.output(3));
    let examples = rows.chunks_exact(slots).zip(dz.chunks_exact(heads * width));
    for ((rows, dz), dprobs) in examples.zip(dprobs.chunks_exact_mut(heads * slots)) {
        for (h, (dz, dprobs)) in dz.chunks_exact(width).zip(dprobs.chunks_exact_mut(slots)).enumerate() {
            for (dp, &row) in dprobs.iter_mut().zip(rows) {
                let value = if row == NONE { T::ZERO } else { dot(dz, &v[(row as usize * heads + h) * width..][..width]) };
                put(accumulate == 1, dp, value);
            }
        }
    }
}

fn attend_back_values_reference<T: Real>(args: &mut Args<T>) {
    let BackValues { shape: Shape { slots, heads, width, .. }, accumulate, .. } = BackValues::of(args.dims);
    let (probs, dz, start, entry, dv) = (args.input(0), args.input(1), args.index(2), args.index(3), args.output(4));
    for (r, dv) in dv.chunks_exact_mut(heads * width).enumerate() {
        if accumulate == 0 {
            dv.fill(T::ZERO);
        }
        for &e in &entry[start[r] as usize..start[r + 1] as usize] {
            let (i, j) = (e as usize / slots, e as usize % slots);
            let dz = &dz[i * heads * width..][..heads * width];
            for (h, (dv, dz)) in dv.chunks_exact_mut(width).zip(dz.chunks_exact(width)).enumerate() {
                axpy(probs[(i * heads + h) * slots + j], dz, dv);
            }
        }
    }
}

fn keys(tape: &mut Tape) -> Rows {
    tape.rows(4, &vec![vec![0, NONE, 3, 1, 2, NONE, 3, 0, 2]; tape.runs()], "rows")
}

/// One pattern attends twice, so every gradient accumulates.
fn example(tape: &mut Tape) -> Tensor {
    let [probs, v] = [("probs", 3, 6), ("v", 4, 6)].map(|(name, rows, cols)| tape.param(name, rows, cols, Init::Normal(1.0)));
    let rows = keys(tape);
    let [a, b] = ["a", "b"].map(|name| attend(tape, probs, v, rows, 2, name));
    super::add::add(tape, a, b, "z")
}

/// The whole of attention.
fn attention(tape: &mut Tape) -> Tensor {
    let [q, k, v] = [("q", 2), ("k", 4), ("v", 4)].map(|(name, rows)| tape.param(name, rows, 6, Init::Normal(1.0)));
    let query = tape.rows(2, &vec![vec![0, 1, 0]; tape.runs()], "query");
    let rows = keys(tape);
    let probs = super::attention_pattern::attention_pattern(tape, [q, k], [query, rows], 2, false, "probs");
    attend(tape, probs, v, rows, 2, "z")
}
