//! `attention`: multi-head softmax attention over gathered rows (Vaswani et al. 2017, eq. 1).
//!
//! Queries, and keys with values, are rows of two tables; each of the QUERIES results names its query
//! row and its up to SLOTS key rows ([`NONE`] = masked). That way a row that many examples share (the
//! key of token `a` at position 0) is computed once. Shapes, with HEADS·WIDTH = model width:
//! q [QROWS, HEADS·WIDTH], kv [KROWS, 2·HEADS·WIDTH] (keys, then values), query [QUERIES],
//! keys [QUERIES, SLOTS], z [QUERIES, HEADS·WIDTH], probs and ds [QUERIES, HEADS, SLOTS].

use super::real::{axpy, dot};
use super::{Args, Bind, Fill, Kernel, NONE, Op, Real, Tolerance, fold, in_out, index, input, input_of, output};
use crate::tape::{Init, Rows, Tape, Tensor};
use crate::{twin, wgsl};

/// Table entry.
pub static OP: Op = Op {
    name: "attention",
    kernels: &[&ATTENTION, &ATTENTION_BACK_SCORES, &ATTENTION_BACK_Q, &ATTENTION_BACK_KV],
    examples: &[example],
};

const DIMS: [&str; 6] = ["QUERIES", "SLOTS", "HEADS", "WIDTH", "QROWS", "KROWS"];
const WHY: &str = "exp and short sums in another order";
const TOLERANCE: Tolerance = Tolerance { relative: 1e-5, why: WHY };
const CASES: &[&[u32]] = &[&[1, 1, 1, 1, 1, 1], &[9, 3, 2, 5, 4, 7], &[70, 3, 4, 32, 70, 21], &[33, 4, 1, 6, 1, 33]];

const Q: Bind = input("q", |d| (d[4] * d[2] * d[3]) as usize);
const KV: Bind = input("kv", |d| (d[5] * 2 * d[2] * d[3]) as usize);
const QUERY: Bind = index("query", |d| d[0] as usize, Fill::Below(|d| d[4]));
const KEYS: Bind = index("keys", |d| (d[0] * d[1]) as usize, Fill::BelowOrNone(|d| d[5], |d| d[1]));
const PROBS: Bind = input_of("probs", scores, Fill::Uniform);
const DZ: Bind = input("dz", |d| (d[0] * d[2] * d[3]) as usize);
const DS: Bind = input("ds", scores);

fn scores(d: &[u32]) -> usize {
    (d[0] * d[1] * d[2]) as usize
}

fn macs(d: &[u32]) -> u64 {
    d[..4].iter().map(|&d| u64::from(d)).product()
}

/// probs = softmax over a query's slots of q·k/√WIDTH; z = Σ probs · v
pub static ATTENTION: Kernel = Kernel {
    name: "attention",
    wgsl: wgsl!("attention"),
    dims: &DIMS,
    binds: &[Q, KV, QUERY, KEYS, output("z", |d| (d[0] * d[2] * d[3]) as usize), output("probs", scores)],
    twin: twin!(attention_twin),
    fast: None,
    grid: |d| fold((d[0] * d[2]).div_ceil(64)),
    flops: |d| 4 * macs(d),
    cases: CASES,
    tolerance: TOLERANCE,
    variants: &[],
};

/// ds = probs · (dp − Σ probs dp)/√WIDTH with dp = dz·v: the gradient by q·k
pub static ATTENTION_BACK_SCORES: Kernel = Kernel {
    name: "attention_back_scores",
    wgsl: wgsl!("attention_back_scores"),
    dims: &DIMS,
    binds: &[KV, KEYS, PROBS, DZ, output("ds", scores)],
    twin: twin!(attention_back_scores_twin),
    fast: None,
    grid: |d| fold((d[0] * d[2]).div_ceil(64)),
    flops: |d| 2 * macs(d),
    cases: CASES,
    tolerance: TOLERANCE,
    variants: &[],
};

/// dq[r] (+)= Σ ds · k over the queries that use row r
pub static ATTENTION_BACK_Q: Kernel = Kernel {
    name: "attention_back_q",
    wgsl: wgsl!("attention_back_q"),
    dims: &["QUERIES", "SLOTS", "HEADS", "WIDTH", "QROWS", "KROWS", "ACCUMULATE"],
    binds: &[
        KV,
        KEYS,
        DS,
        index("start", |d| d[4] as usize + 1, Fill::Offsets(|d| d[0])),
        index("entry", |d| d[0] as usize, Fill::Below(|d| d[0])),
        in_out("dq", |d| (d[4] * d[2] * d[3]) as usize, Fill::Normal),
    ],
    twin: twin!(attention_back_q_twin),
    fast: None,
    grid: |d| fold((d[2] * d[3]).div_ceil(8) * d[4]),
    flops: |d| 2 * macs(d),
    cases: &[&[1, 1, 1, 1, 1, 1, 0], &[9, 3, 2, 5, 4, 7, 1], &[70, 3, 4, 32, 70, 21, 0], &[333, 3, 1, 6, 1, 33, 0]],
    tolerance: TOLERANCE,
    variants: &[],
};

/// dk[r] (+)= Σ ds · q and dv[r] (+)= Σ probs · dz over the slots that attend to row r
pub static ATTENTION_BACK_KV: Kernel = Kernel {
    name: "attention_back_kv",
    wgsl: wgsl!("attention_back_kv"),
    dims: &["QUERIES", "SLOTS", "HEADS", "WIDTH", "QROWS", "KROWS", "ENTRIES", "ACCUMULATE"],
    binds: &[
        Q,
        QUERY,
        DS,
        PROBS,
        DZ,
        index("start", |d| d[5] as usize + 1, Fill::Offsets(|d| d[6])),
        index("entry", |d| d[6] as usize, Fill::Below(|d| d[0] * d[1])),
        in_out("dkv", |d| (d[5] * 2 * d[2] * d[3]) as usize, Fill::Normal),
    ],
    twin: twin!(attention_back_kv_twin),
    fast: None,
    grid: |d| fold((2 * d[2] * d[3]).div_ceil(8) * d[5]),
    flops: |d| 4 * macs(d),
    cases: &[
        &[1, 1, 1, 1, 1, 1, 1, 0],
        &[9, 3, 2, 5, 4, 7, 20, 1],
        &[70, 3, 4, 32, 70, 21, 210, 0],
        &[333, 3, 1, 6, 1, 2, 999, 0],
    ],
    tolerance: TOLERANCE,
    variants: &[],
};

/// Records attention with `heads` heads. `keys` has `query.len()` × slots entries.
pub fn attention(tape: &mut Tape, q: Tensor, kv: Tensor, query: Rows, keys: Rows, heads: usize, name: &str) -> Tensor {
    let ([qrows, width], [krows, twice]) = (tape.shape(q), tape.shape(kv));
    assert_eq!(2 * width, twice, "attention `{name}`: kv must be twice as wide as q");
    assert_eq!(width % heads, 0, "attention `{name}`: {heads} heads do not divide width {width}");
    let (queries, slots) = (query.len(), keys.len() / query.len());
    let z = tape.activation(queries, width, name);
    let probs = tape.numbers(queries * heads * slots, "attention pattern");
    let dims: Vec<u32> = [queries, slots, heads, width / heads, qrows, krows].map(|d| d as u32).into();
    let views = vec![tape.view(q), tape.view(kv), query.index, keys.index, tape.view(z), probs];
    let dispatch = tape.dispatch(&ATTENTION, dims.clone(), views, name);
    tape.record(dispatch, &[q, kv], move |back| {
        let (q_at, kv_at, dz) = (back.tape.view(q), back.tape.view(kv), back.of(z));
        let ds = back.tape.numbers(probs.len, "d scores");
        back.push(&ATTENTION_BACK_SCORES, dims.clone(), vec![kv_at, keys.index, probs, dz, ds]);
        let (dq, accumulate) = back.into(q);
        let views = vec![kv_at, keys.index, ds, query.start, query.entry, dq];
        back.push(&ATTENTION_BACK_Q, [&dims[..], &[accumulate]].concat(), views);
        let (dkv, accumulate) = back.into(kv);
        let views = vec![q_at, query.index, ds, probs, dz, keys.start, keys.entry, dkv];
        back.push(&ATTENTION_BACK_KV, [&dims[..], &[keys.entry.len as u32, accumulate]].concat(), views);
    });
    z
}

/// 1/√width
pub(super) fn scale<T: Real>(width: usize) -> T {
    T::ONE / T::of(width as f64).sqrt()
}

fn attention_twin<T: Real>(args: &mut Args<T>) {
    let [_, slots, heads, width, _, _] = args.dims();
    let (q, kv, query, keys, z, probs) =
        (args.input(0), args.input(1), args.index(2), args.index(3), args.output(4), args.output(5));
    let model = heads * width;
    for (i, (z, probs)) in z.chunks_exact_mut(model).zip(probs.chunks_exact_mut(heads * slots)).enumerate() {
        let q = &q[query[i] as usize * model..][..model];
        let keys = &keys[i * slots..][..slots];
        for h in 0..heads {
            let at = h * width;
            let (q, z, probs) = (&q[at..at + width], &mut z[at..at + width], &mut probs[h * slots..][..slots]);
            for (p, &row) in probs.iter_mut().zip(keys).filter(|(_, row)| **row != NONE) {
                *p = dot(q, &kv[row as usize * 2 * model + at..][..width]) * scale(width);
            }
            softmax(probs, keys);
            z.fill(T::ZERO);
            for (&p, &row) in probs.iter().zip(keys).filter(|(_, row)| **row != NONE) {
                axpy(p, &kv[row as usize * 2 * model + model + at..][..width], z);
            }
        }
    }
}

/// Softmax over the unmasked slots; masked ones become 0.
pub(super) fn softmax<T: Real>(scores: &mut [T], keys: &[u32]) {
    let open = |keys: &[u32], j: usize| keys[j] != NONE;
    let mut max: Option<T> = None;
    for j in (0..keys.len()).filter(|&j| open(keys, j)) {
        max = Some(max.map_or(scores[j], |m| if scores[j] > m { scores[j] } else { m }));
    }
    let Some(max) = max else { return scores.fill(T::ZERO) };
    let mut sum = T::ZERO;
    for (j, s) in scores.iter_mut().enumerate() {
        *s = if open(keys, j) { (*s - max).exp() } else { T::ZERO };
        sum += *s;
    }
    for s in scores {
        *s = *s / sum;
    }
}

fn attention_back_scores_twin<T: Real>(args: &mut Args<T>) {
    let [_, slots, heads, width, _, _] = args.dims();
    let (kv, keys, probs, dz, ds) = (args.input(0), args.index(1), args.input(2), args.input(3), args.output(4));
    let model = heads * width;
    for (i, ds) in ds.chunks_exact_mut(heads * slots).enumerate() {
        let keys = &keys[i * slots..][..slots];
        for h in 0..heads {
            let at = h * width;
            let dz = &dz[i * model + at..][..width];
            let probs = &probs[(i * heads + h) * slots..][..slots];
            let ds = &mut ds[h * slots..][..slots];
            let mut mean = T::ZERO;
            for j in 0..slots {
                ds[j] =
                    if keys[j] == NONE { T::ZERO } else { dot(dz, &kv[keys[j] as usize * 2 * model + model + at..][..width]) };
                mean += if keys[j] == NONE { T::ZERO } else { probs[j] * ds[j] };
            }
            for j in 0..slots {
                ds[j] = if keys[j] == NONE { T::ZERO } else { probs[j] * (ds[j] - mean) * scale(width) };
            }
        }
    }
}

fn attention_back_q_twin<T: Real>(args: &mut Args<T>) {
    let [_, slots, heads, width, _, _, accumulate] = args.dims();
    let (kv, keys, ds, start, entry, dq) =
        (args.input(0), args.index(1), args.input(2), args.index(3), args.index(4), args.output(5));
    let model = heads * width;
    for (r, dq) in dq.chunks_exact_mut(model).enumerate() {
        if accumulate == 0 {
            dq.fill(T::ZERO);
        }
        for &i in &entry[start[r] as usize..start[r + 1] as usize] {
            let i = i as usize;
            for (j, &row) in keys[i * slots..][..slots].iter().enumerate().filter(|(_, row)| **row != NONE) {
                for (h, dq) in dq.chunks_exact_mut(width).enumerate() {
                    axpy(ds[(i * heads + h) * slots + j], &kv[row as usize * 2 * model + h * width..][..width], dq);
                }
            }
        }
    }
}

fn attention_back_kv_twin<T: Real>(args: &mut Args<T>) {
    let [_, slots, heads, width, _, _, _, accumulate] = args.dims();
    let (q, query, ds, probs, dz) = (args.input(0), args.index(1), args.input(2), args.input(3), args.input(4));
    let (start, entry, dkv) = (args.index(5), args.index(6), args.output(7));
    let model = heads * width;
    for (r, dkv) in dkv.chunks_exact_mut(2 * model).enumerate() {
        if accumulate == 0 {
            dkv.fill(T::ZERO);
        }
        let (dk, dv) = dkv.split_at_mut(model);
        for &e in &entry[start[r] as usize..start[r + 1] as usize] {
            let (i, j) = (e as usize / slots, e as usize % slots);
            let q = &q[query[i] as usize * model..][..model];
            let dz = &dz[i * model..][..model];
            for h in 0..heads {
                let (head, score) = (h * width..(h + 1) * width, (i * heads + h) * slots + j);
                axpy(ds[score], &q[head.clone()], &mut dk[head.clone()]);
                axpy(probs[score], &dz[head.clone()], &mut dv[head]);
            }
        }
    }
}

fn example(tape: &mut Tape) -> Tensor {
    let q = tape.param("q", 2, 6, Init::Normal(1.0));
    let kv = tape.param("kv", 4, 12, Init::Normal(1.0));
    let query = tape.rows(2, &vec![vec![0, 1, 0]; tape.runs()], "query");
    let keys = tape.rows(4, &vec![vec![0, NONE, 3, 1, 2, NONE, 3, 0, 2]; tape.runs()], "keys");
    attention(tape, q, kv, query, keys, 2, "z")
}
