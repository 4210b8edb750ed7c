//! `mix_attention`: an [`attention_pattern`](super::attention_pattern) together with the one or two
//! [`mix`](super::mix)es that use it, whose backward finds the gradient of the scores in one go.
//!
//! Shapes: probs and ds [ROWS, HEADS, SLOTS], rows [ROWS, SLOTS] ([`NONE`] = masked), table [SOURCE, HEADS·COLS],
//! dy [ROWS, COLS], table2 [SOURCE, HEADS·COLS2], dy2 [ROWS, COLS2].

use super::attention_pattern::Pattern;
use super::mix::{MIX, push_mix_back};
use super::optimised;
use super::scores::{self, scale, through_softmax};
use super::sizes::{BackScores, Mix, Shape};
use crate::kernel::real::dot;
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, NONE, Real, Tolerance, fold, index, input, input_of, iterations, output};
use crate::plan::View;
use crate::tape::{Backward, Init, Op, Rows, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "mix_attention", kernels: &[&MIX_BACK_SCORES], examples: &[one_mix, two_mixes] };

fn pattern(d: &[u32]) -> usize {
    let BackScores { rows, slots, heads, .. } = BackScores::of(d);
    rows * slots * heads
}

/// Columns of both tables; none of the second where there is one.
fn columns(d: &[u32]) -> [usize; 2] {
    let BackScores { cols, cols2, pairs, .. } = BackScores::of(d);
    [cols, if pairs == 2 { cols2 } else { 0 }]
}

/// dp\[i, h, j\] = Σ over PAIRS of dy\[i, :\] · table\[rows\[i, j\], h, :\]; ds = probs · (dp − Σ_j probs dp)/√WIDTH.
/// With PAIRS 1, `dy2` and `table2` are bound to anything of length 1.
pub static MIX_BACK_SCORES: Kernel = Kernel {
    name: "mix_back_scores",
    wgsl: wgsl!("mix_back_scores"),
    dims: BackScores::NAMES,
    binds: &[
        input_of("probs", pattern, Fill::Uniform),
        index(
            "rows",
            |d| BackScores::rows(d) * BackScores::slots(d),
            Fill::BelowOrNone(|d| BackScores::source(d) as u32, |d| BackScores::slots(d) as u32),
        ),
        input("dy", |d| BackScores::rows(d) * columns(d)[0]),
        input("table", |d| BackScores::source(d) * BackScores::heads(d) * columns(d)[0]),
        input("dy2", |d| (BackScores::rows(d) * columns(d)[1]).max(1)),
        input("table2", |d| (BackScores::source(d) * BackScores::heads(d) * columns(d)[1]).max(1)),
        output("ds", pattern),
    ],
    cpu: cpu!(mix_back_scores_reference, optimised: optimised::mix::mix_back_scores),
    grid: |d| fold(BackScores::rows(d).div_ceil(2) as u32),
    flops: |d| 2 * iterations([pattern(d), columns(d).iter().sum()]),
    checks: Checks::new(
        &[
            &[1, 2, 1, 1, 1, 1, 1, 1],
            &[9, 3, 2, 5, 7, 4, 5, 2],
            &[70, 2, 4, 130, 33, 21, 32, 2],
            &[33, 3, 7, 65, 1, 33, 6, 1],
            &[5, 70, 5, 9, 3, 8, 4, 2],
        ],
        Tolerance { relative: 3e-6, why: "f32 sums of up to a thousand products, in another order" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// One use of a pattern: y = base + Σ probs · table\[rows\], then ReLU when `relu`, as in
/// [`mix_relu`](super::mix::mix_relu).
#[derive(Debug, Clone, Copy)]
pub struct Mixed {
    /// `[1, cols]`
    pub base: Tensor,
    /// `[source, heads · cols]`
    pub table: Tensor,
    /// Whether y = max(·, 0). Then what reads y must give back a gradient that is 0 where y is.
    pub relu: bool,
}

/// Records the pattern of `heads` heads over queries and keys, and one or two mixes with it: their results.
/// Equal to [`attention_pattern`](super::attention_pattern::attention_pattern) and [`mix`](super::mix::mix)es.
pub fn mix_attention<const PAIRS: usize>(
    tape: &mut Tape,
    q_and_k: [Tensor; 2],
    query_and_keys: [Rows; 2],
    heads: usize,
    sink: bool,
    uses: [Mixed; PAIRS],
    name: &str,
) -> [Tensor; PAIRS] {
    assert!(PAIRS == 1 || PAIRS == 2, "mix_attention `{name}`: {PAIRS} mixes, 1 or 2 are possible");
    let (pattern, dispatch) = Pattern::new(tape, q_and_k, query_and_keys, heads, sink, name);
    let (inputs, probs, dims) = (pattern.inputs(), pattern.probs, pattern.dims);
    let keys = query_and_keys[1];
    let wide = uses.map(|mixed| tape.shape(mixed.table)[1]);
    let results = wide.map(|wide| tape.activation(dims.queries, wide / heads, name));
    tape.record(dispatch, &inputs, move |back| {
        let ds = push_scores(back, &pattern, keys, &uses, &results);
        pattern.push_back(back, ds);
    });
    for (Mixed { base, table, relu }, y) in uses.into_iter().zip(results) {
        let ([_, cols], [source, wide]) = (tape.shape(base), tape.shape(table));
        assert!(cols * heads == wide && source == keys.source, "mix_attention `{name}`: shapes do not fit");
        let shape = Shape { rows: dims.queries, slots: dims.slots, heads, cols, source };
        let views = vec![tape.view(base), tape.view(table), tape.view(probs), keys.index, tape.view(y)];
        let dispatch = tape.dispatch(&MIX, Mix { shape, relu: usize::from(relu) }.list(), views, name);
        tape.record(dispatch, &[base, table], move |back| push_mix_back(back, shape, [base, table, probs, y], keys));
    }
    results
}

/// Pushes [`MIX_BACK_SCORES`] for all uses of a pattern. Returns where ds is.
fn push_scores(back: &mut Backward, pattern: &Pattern, keys: Rows, uses: &[Mixed], results: &[Tensor]) -> View {
    let scores::Shape { queries, slots, heads, width, krows, .. } = pattern.dims;
    let (probs, pairs) = (back.tape.view(pattern.probs), uses.len());
    let ds = back.tape.numbers(probs.len, "d scores");
    let (mut columns, mut views) = ([1; 2], vec![probs, keys.index]);
    for n in 0..2 {
        let (dy, table) = (back.of(results[n % pairs]), back.tape.view(uses[n % pairs].table));
        let [dy, table] = if n < pairs { [dy, table] } else { [dy, table].map(|view| View { len: 1, ..view }) };
        if n < pairs {
            columns[n] = dy.len / queries;
        }
        views.extend([dy, table]);
    }
    views.push(ds);
    let [cols, cols2] = columns;
    let dims = BackScores { rows: queries, slots, heads, cols, cols2, source: krows, width, pairs };
    back.push(&MIX_BACK_SCORES, dims.list(), views);
    ds
}

fn mix_back_scores_reference<T: Real>(args: &mut Args<T>) {
    let BackScores { slots, heads, cols, cols2, width, pairs, .. } = BackScores::of(args.dims);
    let (probs, rows) = (args.input(0), args.index(1));
    let pairs = [(args.input(2), args.input(3), cols), (args.input(4), args.input(5), cols2)].into_iter().take(pairs);
    let ds = args.output(6);
    ds.fill(T::ZERO);
    for (i, ds) in ds.chunks_exact_mut(heads * slots).enumerate() {
        for (s, ds) in ds.iter_mut().enumerate().filter(|(s, _)| rows[i * slots + s % slots] != NONE) {
            let at = rows[i * slots + s % slots] as usize * heads + s / slots;
            for (dy, table, cols) in pairs.clone() {
                *ds += dot(&dy[i * cols..][..cols], &table[at * cols..][..cols]);
            }
        }
        through_softmax(&probs[i * heads * slots..][..heads * slots], ds, slots, scale(width));
    }
}

/// Queries, keys and selections, and the tensors of one mix with this many columns.
fn parts<const PAIRS: usize>(tape: &mut Tape, cols: [usize; PAIRS]) -> [Tensor; PAIRS] {
    let q_and_k = [("q", 2), ("k", 4)].map(|(name, rows)| tape.param(name, rows, 6, Init::Normal(1.0)));
    let query = tape.rows(2, &vec![vec![0, 1, 0]; tape.runs()], "query");
    let keys = tape.rows(4, &vec![vec![0, NONE, 3, 1, 2, NONE, 3, 0, 2]; tape.runs()], "keys");
    let uses = cols.map(|cols| Mixed {
        base: tape.param("base", 1, cols, Init::Normal(1.0)),
        table: tape.param("table", 4, 2 * cols, Init::Normal(1.0)),
        relu: false,
    });
    mix_attention(tape, q_and_k, [query, keys], 2, true, uses, "y")
}

fn one_mix(tape: &mut Tape) -> Tensor {
    let [y] = parts(tape, [5]);
    y
}

fn two_mixes(tape: &mut Tape) -> Tensor {
    let [u, y] = parts(tape, [3, 5]);
    let w = tape.param("w", 3, 5, Init::Normal(1.0));
    let u = super::linear::linear(tape, u, w, None, "u W");
    super::add::add(tape, u, y, "y")
}
