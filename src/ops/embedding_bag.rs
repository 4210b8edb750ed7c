//! `embedding_bag`: y[i] = Σ_s x[rows[i, s]] (+ b): a linear layer on the sum of a few one-hot vectors, which is the first
//! layer of an MLP on pairs, without the product. Its backward is that of a [`gather`](super::gather).
//!
//! Shapes: x [SOURCE, COLS], rows [ROWS, SLOTS], b [COLS], y [ROWS, COLS].

use super::gather::{BackDims, GATHER_BACK};
use super::linear::bias_gradient;
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, index, input, iterations, output};
use crate::plan::View;
use crate::tape::{Init, Op, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "embedding_bag", kernels: &[&EMBEDDING_BAG], examples: &[example, with_bias] };

dims! {
    struct Dims { rows, slots, cols, source, bias }
}

/// y[i, :] = Σ_s x[rows[i, s], :], plus b when BIAS is 1 (else it is bound to anything of length 1)
pub static EMBEDDING_BAG: Kernel = Kernel {
    name: "embedding_bag",
    wgsl: wgsl!("embedding_bag"),
    dims: Dims::NAMES,
    binds: &[
        input("x", |d| Dims::source(d) * Dims::cols(d)),
        index("rows", |d| Dims::rows(d) * Dims::slots(d), Fill::Below(|d| Dims::source(d) as u32)),
        input("bias", |d| if Dims::bias(d) == 1 { Dims::cols(d) } else { 1 }),
        output("y", |d| Dims::rows(d) * Dims::cols(d)),
    ],
    cpu: cpu!(embedding_bag_reference),
    grid: |d| fold((Dims::rows(d) * Dims::cols(d)).div_ceil(64) as u32),
    flops: |d| iterations([Dims::rows(d), Dims::slots(d), Dims::cols(d)]),
    checks: Checks::new(
        &[&[1, 1, 1, 1, 0], &[7, 2, 5, 3, 1], &[130, 2, 33, 17, 0], &[9, 5, 65, 4, 1]],
        Tolerance { relative: 3e-7, why: "a few roundings" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// Records y = Σ x[rows] (+ b). `lists` has `slots` rows of x for each result, for each run.
pub fn embedding_bag(tape: &mut Tape, x: Tensor, b: Option<Tensor>, lists: &[Vec<u32>], slots: usize, name: &str) -> Tensor {
    let [source, cols] = tape.shape(x);
    let bags = tape.bags(source, lists, slots, "rows");
    let rows = bags.len() / slots;
    let y = tape.activation(rows, cols, name);
    let bias = b.map_or(View { len: 1, ..tape.view(x) }, |b| tape.view(b));
    let dims = Dims { rows, slots, cols, source, bias: usize::from(b.is_some()) };
    let dispatch = tape.dispatch(&EMBEDDING_BAG, dims.list(), vec![tape.view(x), bags.index, bias, tape.view(y)], name);
    let inputs: Vec<Tensor> = [x].into_iter().chain(b).collect();
    tape.record(dispatch, &inputs, move |back| {
        let dy = back.of(y);
        let (dx, accumulate) = back.into(x);
        let dims = BackDims { entries: bags.entry.len, cols, source, rows, accumulate: accumulate as usize };
        back.push(&GATHER_BACK, dims.list(), vec![dy, bags.start, bags.entry, dx]);
        if let Some(b) = b {
            bias_gradient(back, [rows, cols], y, b);
        }
    });
    y
}

fn embedding_bag_reference<T: Real>(args: &mut Args<T>) {
    let Dims { slots, cols, bias: biased, .. } = Dims::of(args.dims);
    let (x, rows, bias, y) = (args.input(0), args.index(1), args.input(2), args.output(3));
    for (y, rows) in y.chunks_exact_mut(cols).zip(rows.chunks_exact(slots)) {
        let row = |row: u32| &x[row as usize * cols..][..cols];
        y.copy_from_slice(row(rows[0]));
        let more = rows[1..].iter().map(|&r| row(r)).chain((biased == 1).then_some(bias));
        more.for_each(|x| y.iter_mut().zip(x).for_each(|(y, &x)| *y += x));
    }
}

/// A bag may hold a row twice.
fn lists(tape: &Tape) -> Vec<Vec<u32>> {
    (0..tape.runs() as u32).map(|run| vec![2, 0, 1, 1, 3, 2, (run + 1) % 4, 3]).collect()
}

fn example(tape: &mut Tape) -> Tensor {
    let x = tape.param("x", 4, 3, Init::Normal(1.0));
    let lists = lists(tape);
    embedding_bag(tape, x, None, &lists, 2, "y")
}

fn with_bias(tape: &mut Tape) -> Tensor {
    let [x, b] = [("x", 4), ("b", 1)].map(|(name, rows)| tape.param(name, rows, 3, Init::Normal(1.0)));
    let lists = lists(tape);
    let [u, v] = [2, 4].map(|slots| embedding_bag(tape, x, Some(b), &lists, slots, "y"));
    let rows = tape.rows(2, &vec![vec![0, 1, 1, 0]; tape.runs()], "rows");
    let v = super::gather::gather(tape, v, rows, "v");
    super::add::add(tape, u, v, "sum")
}
