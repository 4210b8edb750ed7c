//! `attention_pattern`: probs = softmax over a query's key rows of q·k/√WIDTH (Vaswani et al. 2017, eq. 1, without
//! the values, which are [`attend`](super::attend)'s or [`mix`](super::mix)'s).
//!
//! Queries and keys are rows of two tables; each of the QUERIES results names its query row and its up to SLOTS key
//! rows ([`NONE`] = masked). That way a row that many examples share (the key of token `a` at position 0) is computed
//! once. With a sink the softmax has one more slot, of score 0, whose probability 1 − Σ probs is not stored: that is
//! attention to a row that all scores are relative to.
//! Shapes: q [QROWS, HEADS·WIDTH], k [KROWS, HEADS·WIDTH], query [QUERIES], keys [QUERIES, SLOTS], probs and ds
//! [QUERIES, HEADS, SLOTS].

use super::optimised;
use super::scores::{Forward, Scores, Shape, attention_pattern_reference, scale};
use crate::kernel::real::{axpy, dot};
use crate::kernel::{
    Args, Bind, Bound, Checks, Fill, Kernel, NONE, Real, Tolerance, dims, fold, in_out, index, input, input_of, iterations,
    output,
};
use crate::plan::{Dispatch, View};
use crate::tape::{Backward, Init, Op, Rows, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op {
    name: "attention_pattern",
    kernels: &[&ATTENTION_PATTERN, &ATTENTION_PATTERN_BACK_SCORES, &ATTENTION_PATTERN_BACK_QUERY, &ATTENTION_PATTERN_BACK_KEYS],
    examples: &[|tape| example(tape, false), |tape| example(tape, true)],
};

const TOLERANCE: Tolerance = Tolerance { relative: 1e-5, why: "exp and short sums in another order" };

dims! {
    struct BackQuery: Shape { accumulate }
}
dims! {
    struct BackKeys: Shape { entries, accumulate }
}

const Q: Bind = input("q", |d| Shape::qrows(d) * model(d));
const K: Bind = input("k", |d| Shape::krows(d) * model(d));
const QUERY: Bind = index("query", Shape::queries, Fill::Below(|d| Shape::qrows(d) as u32));
const KEYS: Bind = index("keys", slots, Fill::BelowOrNone(|d| Shape::krows(d) as u32, |d| Shape::slots(d) as u32));
const DS: Bind = input("ds", scores);

fn slots(d: &[u32]) -> usize {
    Scores::queries(d) * Scores::slots(d)
}

fn scores(d: &[u32]) -> usize {
    slots(d) * Scores::heads(d)
}

fn model(d: &[u32]) -> usize {
    Scores::heads(d) * Scores::width(d)
}

fn flops(d: &[u32]) -> u64 {
    let Scores { queries, slots, heads, width } = Scores::of(d);
    2 * iterations([queries, slots, heads, width])
}

/// A thread for each query and head.
fn grid(d: &[u32]) -> [u32; 2] {
    fold((Scores::queries(d) * Scores::heads(d)).div_ceil(64) as u32)
}

/// probs = softmax over a query's slots of q·k/√WIDTH, and over a score of 0 when SINK is 1
pub static ATTENTION_PATTERN: Kernel = Kernel {
    name: "attention_pattern",
    wgsl: wgsl!("attention_pattern"),
    dims: Forward::NAMES,
    binds: &[Q, K, QUERY, KEYS, output("probs", scores)],
    cpu: cpu!(attention_pattern_reference, optimised: optimised::pattern::attention_pattern),
    grid,
    flops,
    checks: Checks::new(
        &[
            &[1, 1, 1, 1, 1, 1, 0],
            &[1, 1, 1, 1, 1, 1, 1],
            &[9, 3, 2, 5, 4, 7, 0],
            &[33, 4, 1, 6, 1, 33, 0],
            &[70, 3, 4, 32, 70, 21, 0],
            &[70, 2, 4, 32, 1, 21, 1],
            &[21, 17, 2, 5, 9, 40, 0],
            &[7, 64, 2, 5, 3, 70, 0],
        ],
        TOLERANCE,
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// ds = probs · (dprobs − Σ probs dprobs)/√WIDTH, the gradient by q·k; masked slots have probs = 0
pub static ATTENTION_PATTERN_BACK_SCORES: Kernel = Kernel {
    name: "attention_pattern_back_scores",
    wgsl: wgsl!("attention_pattern_back_scores"),
    dims: Scores::NAMES,
    binds: &[input_of("probs", scores, Fill::Uniform), input("dprobs", scores), output("ds", scores)],
    cpu: cpu!(attention_pattern_back_scores_reference),
    grid,
    flops: |d| 5 * scores(d) as u64,
    checks: Checks::new(&[&[1, 2, 1, 1], &[9, 3, 2, 5], &[70, 3, 4, 32], &[21, 17, 2, 5], &[7, 64, 2, 5]], TOLERANCE),
    bound: Bound::Memory,
    variants: &[],
};

/// dq[r] (+)= Σ ds · k over the queries that use row r
pub static ATTENTION_PATTERN_BACK_QUERY: Kernel = Kernel {
    name: "attention_pattern_back_query",
    wgsl: wgsl!("attention_pattern_back_query"),
    dims: BackQuery::NAMES,
    binds: &[
        K,
        KEYS,
        DS,
        index("start", |d| Shape::qrows(d) + 1, Fill::Offsets(|d| Shape::queries(d) as u32)),
        index("entry", Shape::queries, Fill::Below(|d| Shape::queries(d) as u32)),
        in_out("dq", |d| Shape::qrows(d) * model(d), Fill::Normal),
    ],
    cpu: cpu!(attention_pattern_back_query_reference),
    grid: |d| {
        // As in the shader: a list of thousands gets all lanes of a workgroup, short ones four.
        let Shape { queries, qrows, .. } = Shape::of(d);
        let columns = if queries / qrows >= 64 { 1 } else { 16 };
        fold((model(d).div_ceil(columns) * qrows) as u32)
    },
    flops,
    checks: Checks::new(
        &[
            &[1, 1, 1, 1, 1, 1, 0],
            &[9, 3, 2, 5, 4, 7, 1],
            &[70, 3, 4, 32, 70, 21, 0],
            &[333, 3, 1, 6, 1, 33, 0],
            &[999, 2, 3, 7, 2, 33, 1],
            &[21, 17, 2, 5, 9, 40, 1],
            &[7, 64, 2, 5, 3, 70, 0],
        ],
        TOLERANCE,
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// dk[r] (+)= Σ ds · q over the slots that attend to row r
pub static ATTENTION_PATTERN_BACK_KEYS: Kernel = Kernel {
    name: "attention_pattern_back_keys",
    wgsl: wgsl!("attention_pattern_back_keys"),
    dims: BackKeys::NAMES,
    binds: &[
        Q,
        QUERY,
        DS,
        index("start", |d| Shape::krows(d) + 1, Fill::Offsets(|d| BackKeys::entries(d) as u32)),
        index("entry", BackKeys::entries, Fill::Below(|d| slots(d) as u32)),
        in_out("dk", |d| Shape::krows(d) * model(d), Fill::Normal),
    ],
    cpu: cpu!(attention_pattern_back_keys_reference),
    grid: |d| fold((model(d).div_ceil(16) * Shape::krows(d)) as u32),
    flops,
    checks: Checks::new(
        &[
            &[1, 1, 1, 1, 1, 1, 1, 0],
            &[9, 3, 2, 5, 4, 7, 20, 1],
            &[70, 3, 4, 32, 70, 21, 210, 0],
            &[333, 3, 1, 6, 1, 2, 999, 0],
            &[21, 17, 2, 5, 9, 40, 350, 1],
            &[7, 64, 2, 5, 3, 70, 440, 0],
        ],
        TOLERANCE,
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// A declared pattern: what its backward needs.
#[derive(Clone)]
pub(super) struct Pattern {
    q: Tensor,
    k: Tensor,
    query: Rows,
    keys: Rows,
    pub dims: Shape,
    /// `[queries, heads · slots]`
    pub probs: Tensor,
}

impl Pattern {
    /// The pattern and its dispatch. `keys` has `query.len()` × slots entries.
    pub fn new(
        tape: &mut Tape,
        [q, k]: [Tensor; 2],
        [query, keys]: [Rows; 2],
        heads: usize,
        sink: bool,
        name: &str,
    ) -> (Self, Dispatch) {
        let ([qrows, width], [krows, wide]) = (tape.shape(q), tape.shape(k));
        assert_eq!(width, wide, "attention_pattern `{name}`: queries and keys must be equally wide");
        assert_eq!(width % heads, 0, "attention_pattern `{name}`: {heads} heads do not divide width {width}");
        assert!(query.source == qrows && keys.source == krows, "attention_pattern `{name}`: rows of other tables");
        let (queries, slots) = (query.len(), keys.len() / query.len());
        let probs = tape.activation(queries, heads * slots, name);
        let dims = Shape { queries, slots, heads, width: width / heads, qrows, krows };
        let views = vec![tape.view(q), tape.view(k), query.index, keys.index, tape.view(probs)];
        let dispatch = tape.dispatch(&ATTENTION_PATTERN, Forward { shape: dims, sink: usize::from(sink) }.list(), views, name);
        (Pattern { q, k, query, keys, dims, probs }, dispatch)
    }

    /// The tensors it reads.
    pub fn inputs(&self) -> [Tensor; 2] {
        [self.q, self.k]
    }

    /// Pushes the gradients by q and k, given `ds`, the gradient by q·k.
    pub fn push_back(&self, back: &mut Backward, ds: View) {
        let Pattern { q, k, query, keys, dims: shape, .. } = self;
        let (q_at, k_at) = (back.tape.view(*q), back.tape.view(*k));
        let (dq, accumulate) = back.into(*q);
        let views = vec![k_at, keys.index, ds, query.start, query.entry, dq];
        let dims = BackQuery { shape: *shape, accumulate: accumulate as usize };
        back.push(&ATTENTION_PATTERN_BACK_QUERY, dims.list(), views);
        let (dk, accumulate) = back.into(*k);
        let views = vec![q_at, query.index, ds, keys.start, keys.entry, dk];
        let dims = BackKeys { shape: *shape, entries: keys.entry.len, accumulate: accumulate as usize };
        back.push(&ATTENTION_PATTERN_BACK_KEYS, dims.list(), views);
    }
}

/// Records the pattern `[queries, heads · slots]`. `keys` has `query.len()` × slots entries. With `sink`, each query
/// also attends to something of score 0 that is not among the slots.
pub fn attention_pattern(
    tape: &mut Tape,
    q_and_k: [Tensor; 2],
    query_and_keys: [Rows; 2],
    heads: usize,
    sink: bool,
    name: &str,
) -> Tensor {
    let (pattern, dispatch) = Pattern::new(tape, q_and_k, query_and_keys, heads, sink, name);
    let probs = pattern.probs;
    tape.record(dispatch, &pattern.inputs(), move |back| {
        let (probs_at, dprobs) = (back.tape.view(probs), back.of(probs));
        let ds = back.tape.numbers(probs_at.len, "d scores");
        let Shape { queries, slots, heads, width, .. } = pattern.dims;
        let dims = Scores { queries, slots, heads, width };
        back.push(&ATTENTION_PATTERN_BACK_SCORES, dims.list(), vec![probs_at, dprobs, ds]);
        pattern.push_back(back, ds);
    });
    probs
}

fn attention_pattern_back_scores_reference<T: Real>(args: &mut Args<T>) {
    let Scores { slots, width, .. } = Scores::of(args.dims);
    let (probs, dprobs, ds) = (args.input(0), args.input(1), args.output(2));
    for ((probs, dprobs), ds) in probs.chunks_exact(slots).zip(dprobs.chunks_exact(slots)).zip(ds.chunks_exact_mut(slots)) {
        let mean = dot(probs, dprobs);
        for ((ds, &p), &dp) in ds.iter_mut().zip(probs).zip(dprobs) {
            *ds = p * (dp - mean) * scale(width);
        }
    }
}

fn attention_pattern_back_query_reference<T: Real>(args: &mut Args<T>) {
    let BackQuery { shape: Shape { slots, heads, width, .. }, accumulate } = BackQuery::of(args.dims);
    let (k, keys, ds, start, entry, dq) =
        (args.input(0), args.index(1), args.input(2), args.index(3), args.index(4), args.output(5));
    let model = heads * width;
    for (r, dq) in dq.chunks_exact_mut(model).enumerate() {
        if accumulate == 0 {
            dq.fill(T::ZERO);
        }
        for &i in &entry[start[r] as usize..start[r + 1] as usize] {
            let i = i as usize;
            for (j, &row) in keys[i * slots..][..slots].iter().enumerate().filter(|(_, row)| **row != NONE) {
                let k = &k[row as usize * model..][..model];
                for (h, (dq, k)) in dq.chunks_exact_mut(width).zip(k.chunks_exact(width)).enumerate() {
                    axpy(ds[(i * heads + h) * slots + j], k, dq);
                }
            }
        }
    }
}

fn attention_pattern_back_keys_reference<T: Real>(args: &mut Args<T>) {
    let BackKeys { shape: Shape { slots, heads, width, .. }, accumulate, .. } = BackKeys::of(args.dims);
    let (q, query, ds) = (args.input(0), args.index(1), args.input(2));
    let (start, entry, dk) = (args.index(3), args.index(4), args.output(5));
    let model = heads * width;
    for (r, dk) in dk.chunks_exact_mut(model).enumerate() {
        if accumulate == 0 {
            dk.fill(T::ZERO);
        }
        for &e in &entry[start[r] as usize..start[r + 1] as usize] {
            let (i, j) = (e as usize / slots, e as usize % slots);
            let q = &q[query[i] as usize * model..][..model];
            for (h, (q, dk)) in q.chunks_exact(width).zip(dk.chunks_exact_mut(width)).enumerate() {
                axpy(ds[(i * heads + h) * slots + j], q, dk);
            }
        }
    }
}

/// Queries, keys and selections for the gradient tests.
fn example(tape: &mut Tape, sink: bool) -> Tensor {
    let q = tape.param("q", 2, 6, Init::Normal(1.0));
    let k = tape.param("k", 4, 6, Init::Normal(1.0));
    let query = tape.rows(2, &vec![vec![0, 1, 0]; tape.runs()], "query");
    let keys = tape.rows(4, &vec![vec![0, NONE, 3, 1, 2, NONE, 3, 0, 2]; tape.runs()], "keys");
    attention_pattern(tape, [q, k], [query, keys], 2, sink, "probs")
}
