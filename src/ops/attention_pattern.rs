//! `attention_pattern`: probs = softmax over a query's key rows of q·k/√WIDTH, without the values.
//!
//! Rows and shapes as in [`attention`](super::attention): q [QROWS, HEADS·WIDTH], kv [KROWS, 2·HEADS·WIDTH], of
//! which only the keys are read, query [QUERIES], keys [QUERIES, SLOTS] ([`NONE`] = masked), probs and ds
//! [QUERIES, HEADS, SLOTS].

use super::attention::{ATTENTION_BACK_Q, scale, softmax};
use super::real::{axpy, dot};
use super::{Args, Bind, Fill, Kernel, NONE, Op, Real, Tolerance, fold, in_out, index, input, input_of, output};
use crate::tape::{Init, Rows, Tape, Tensor};
use crate::{twin, wgsl};

/// Table entry.
pub static OP: Op = Op {
    name: "attention_pattern",
    kernels: &[&ATTENTION_PATTERN, &ATTENTION_PATTERN_BACK_SCORES, &ATTENTION_PATTERN_BACK_KEYS],
    examples: &[example],
};

const TOLERANCE: Tolerance = Tolerance { relative: 1e-5, why: "exp and short sums in another order" };

const Q: Bind = input("q", |d| (d[4] * d[2] * d[3]) as usize);
const QUERY: Bind = index("query", |d| d[0] as usize, Fill::Below(|d| d[4]));

fn scores(d: &[u32]) -> usize {
    (d[0] * d[1] * d[2]) as usize
}

fn flops(d: &[u32]) -> u64 {
    2 * d[..4].iter().map(|&d| u64::from(d)).product::<u64>()
}

/// probs = softmax over a query's slots of q·k/√WIDTH
pub static ATTENTION_PATTERN: Kernel = Kernel {
    name: "attention_pattern",
    wgsl: wgsl!("attention_pattern"),
    dims: &["QUERIES", "SLOTS", "HEADS", "WIDTH", "QROWS", "KROWS"],
    binds: &[
        Q,
        input("kv", |d| (d[5] * 2 * d[2] * d[3]) as usize),
        QUERY,
        index("keys", |d| (d[0] * d[1]) as usize, Fill::BelowOrNone(|d| d[5], |d| d[1])),
        output("probs", scores),
    ],
    twin: twin!(attention_pattern_twin),
    fast: None,
    grid: |d| fold((d[0] * d[2]).div_ceil(64)),
    flops,
    cases: &[&[1, 1, 1, 1, 1, 1], &[9, 3, 2, 5, 4, 7], &[70, 3, 4, 32, 70, 21], &[33, 4, 1, 6, 1, 33]],
    tolerance: TOLERANCE,
    variants: &[],
};

/// ds = probs · (dprobs − Σ probs dprobs)/√WIDTH, the gradient by q·k; masked slots have probs = 0
pub static ATTENTION_PATTERN_BACK_SCORES: Kernel = Kernel {
    name: "attention_pattern_back_scores",
    wgsl: wgsl!("attention_pattern_back_scores"),
    dims: &["QUERIES", "SLOTS", "HEADS", "WIDTH"],
    binds: &[input_of("probs", scores, Fill::Uniform), input("dprobs", scores), output("ds", scores)],
    twin: twin!(attention_pattern_back_scores_twin),
    fast: None,
    grid: |d| fold((d[0] * d[2]).div_ceil(64)),
    flops: |d| 5 * scores(d) as u64,
    cases: &[&[1, 2, 1, 1], &[9, 3, 2, 5], &[70, 3, 4, 32]],
    tolerance: TOLERANCE,
    variants: &[],
};

/// dk[r] (+)= Σ ds · q over the slots that attend to row r; values get 0, unless they hold something already
pub static ATTENTION_PATTERN_BACK_KEYS: Kernel = Kernel {
    name: "attention_pattern_back_keys",
    wgsl: wgsl!("attention_pattern_back_keys"),
    dims: &["QUERIES", "SLOTS", "HEADS", "WIDTH", "QROWS", "KROWS", "ENTRIES", "ACCUMULATE"],
    binds: &[
        Q,
        QUERY,
        input("ds", scores),
        index("start", |d| d[5] as usize + 1, Fill::Offsets(|d| d[6])),
        index("entry", |d| d[6] as usize, Fill::Below(|d| d[0] * d[1])),
        in_out("dkv", |d| (d[5] * 2 * d[2] * d[3]) as usize, Fill::Normal),
    ],
    twin: twin!(attention_pattern_back_keys_twin),
    fast: None,
    grid: |d| fold((2 * d[2] * d[3]).div_ceil(8) * d[5]),
    flops,
    cases: &[
        &[1, 1, 1, 1, 1, 1, 1, 0],
        &[9, 3, 2, 5, 4, 7, 20, 1],
        &[70, 3, 4, 32, 70, 21, 210, 0],
        &[333, 3, 1, 6, 1, 2, 999, 0],
    ],
    tolerance: TOLERANCE,
    variants: &[],
};

/// Records the pattern `[queries, heads · slots]`. `keys` has `query.len()` × slots entries.
pub fn attention_pattern(tape: &mut Tape, q: Tensor, kv: Tensor, query: Rows, keys: Rows, heads: usize, name: &str) -> Tensor {
    let ([qrows, width], [krows, twice]) = (tape.shape(q), tape.shape(kv));
    assert_eq!(2 * width, twice, "attention_pattern `{name}`: kv must be twice as wide as q");
    assert_eq!(width % heads, 0, "attention_pattern `{name}`: {heads} heads do not divide width {width}");
    let (queries, slots) = (query.len(), keys.len() / query.len());
    let probs = tape.activation(queries, heads * slots, name);
    let dims: Vec<u32> = [queries, slots, heads, width / heads, qrows, krows].map(|d| d as u32).into();
    let views = vec![tape.view(q), tape.view(kv), query.index, keys.index, tape.view(probs)];
    let dispatch = tape.dispatch(&ATTENTION_PATTERN, dims.clone(), views, name);
    tape.record(dispatch, &[q, kv], move |back| {
        let (q_at, kv_at, probs_at, dprobs) = (back.tape.view(q), back.tape.view(kv), back.tape.view(probs), back.of(probs));
        let ds = back.tape.numbers(probs_at.len, "d scores");
        back.push(&ATTENTION_PATTERN_BACK_SCORES, dims[..4].to_vec(), vec![probs_at, dprobs, ds]);
        let (dq, accumulate) = back.into(q);
        let views = vec![kv_at, keys.index, ds, query.start, query.entry, dq];
        back.push(&ATTENTION_BACK_Q, [&dims[..], &[accumulate]].concat(), views);
        let (dkv, accumulate) = back.into(kv);
        let views = vec![q_at, query.index, ds, keys.start, keys.entry, dkv];
        back.push(&ATTENTION_PATTERN_BACK_KEYS, [&dims[..], &[keys.entry.len as u32, accumulate]].concat(), views);
    });
    probs
}

fn attention_pattern_twin<T: Real>(args: &mut Args<T>) {
    let [_, slots, heads, width, _, _] = args.dims();
    let (q, kv, query, keys, probs) = (args.input(0), args.input(1), args.index(2), args.index(3), args.output(4));
    let model = heads * width;
    for (i, probs) in probs.chunks_exact_mut(heads * slots).enumerate() {
        let q = &q[query[i] as usize * model..][..model];
        let keys = &keys[i * slots..][..slots];
        for (h, probs) in probs.chunks_exact_mut(slots).enumerate() {
            let head = h * width;
            for (p, &row) in probs.iter_mut().zip(keys).filter(|(_, row)| **row != NONE) {
                *p = dot(&q[head..head + width], &kv[row as usize * 2 * model + head..][..width]) * scale(width);
            }
            softmax(probs, keys);
        }
    }
}

fn attention_pattern_back_scores_twin<T: Real>(args: &mut Args<T>) {
    let [_, slots, _, width] = args.dims();
    let (probs, dprobs, ds) = (args.input(0), args.input(1), args.output(2));
    for ((probs, dprobs), ds) in probs.chunks_exact(slots).zip(dprobs.chunks_exact(slots)).zip(ds.chunks_exact_mut(slots)) {
        let mean = dot(probs, dprobs);
        for ((ds, &p), &dp) in ds.iter_mut().zip(probs).zip(dprobs) {
            *ds = p * (dp - mean) * scale(width);
        }
    }
}

fn attention_pattern_back_keys_twin<T: Real>(args: &mut Args<T>) {
    let [_, slots, heads, width, _, _, _, accumulate] = args.dims();
    let (q, query, ds) = (args.input(0), args.index(1), args.input(2));
    let (start, entry, dkv) = (args.index(3), args.index(4), args.output(5));
    let model = heads * width;
    for (r, dkv) in dkv.chunks_exact_mut(2 * model).enumerate() {
        if accumulate == 0 {
            dkv.fill(T::ZERO);
        }
        for &e in &entry[start[r] as usize..start[r + 1] as usize] {
            let (i, j) = (e as usize / slots, e as usize % slots);
            let q = &q[query[i] as usize * model..][..model];
            for (h, (q, dk)) in q.chunks_exact(width).zip(dkv.chunks_exact_mut(width)).enumerate() {
                axpy(ds[(i * heads + h) * slots + j], q, dk);
            }
        }
    }
}

fn example(tape: &mut Tape) -> Tensor {
    let q = tape.param("q", 2, 6, Init::Normal(1.0));
    let kv = tape.param("kv", 4, 12, Init::Normal(1.0));
    let query = tape.rows(2, &vec![vec![0, 1, 0]; tape.runs()], "query");
    let keys = tape.rows(4, &vec![vec![0, NONE, 3, 1, 2, NONE, 3, 0, 2]; tape.runs()], "keys");
    attention_pattern(tape, q, kv, query, keys, 2, "probs")
}
