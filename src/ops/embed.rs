//! `embed`: y[i] = E[token i] + P[position i], less the last token at the last position when RELATIVE, and the same
//! times a matrix.
//!
//! Relative rows x' = x − x_= serve attention whose query is `=` itself: scores may drop a constant, so
//! softmax(q·k'_x, q·k'_y, 0) and v_= + Σ probs v' are attention over all three rows, with two in the lists.
//! `embed_linear` needs only parameters, so that queries, keys and values need not wait for the rows.
//! Shapes: E [TOKENS, COLS], P [POSITIONS, COLS], token and position [ROWS], y [ROWS, COLS].

use super::gemm::gemm;
use super::linear::gradients;
use crate::kernel::real::axpy;
use crate::kernel::{Args, Bind, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, index, input, iterations, output};
use crate::plan::View;
use crate::tape::{Backward, Init, Op, RowSum, Rows, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op {
    name: "embed",
    kernels: &[&EMBED, &EMBED_LINEAR],
    examples: &[|tape| example(tape, false), |tape| example(tape, true), product, fixed_positions],
};

dims! {
    struct Embed { rows, cols, tokens, positions, relative }
}
dims! {
    struct EmbedLinear: Embed { n }
}

const E: Bind = input("e", |d| Embed::tokens(d) * Embed::cols(d));
const P: Bind = input("p", |d| Embed::positions(d) * Embed::cols(d));
const TOKEN: Bind = index("token", Embed::rows, Fill::Below(|d| Embed::tokens(d) as u32));
const POSITION: Bind = index("position", Embed::rows, Fill::Below(|d| Embed::positions(d) as u32));

/// Elements of embedded rows.
fn embedded(d: &[u32]) -> usize {
    Embed::rows(d) * Embed::cols(d)
}

/// y[i, :] = E[token\[i\]] + P[position\[i\]] − RELATIVE·(E[TOKENS − 1] + P[POSITIONS − 1])
pub static EMBED: Kernel = Kernel {
    name: "embed",
    wgsl: wgsl!("embed"),
    dims: Embed::NAMES,
    binds: &[E, P, TOKEN, POSITION, output("y", embedded)],
    cpu: cpu!(embed_reference),
    grid: |d| fold(embedded(d).div_ceil(64) as u32),
    flops: |d| iterations([embedded(d), 1 + Embed::relative(d)]),
    checks: Checks::new(
        &[&[1, 1, 1, 1, 0], &[7, 5, 4, 3, 0], &[130, 33, 66, 3, 1]],
        Tolerance { relative: 2e-7, why: "up to three roundings" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// y = embed(…) W with W [COLS, N]
pub static EMBED_LINEAR: Kernel = Kernel {
    name: "embed_linear",
    wgsl: wgsl!("embed_linear"),
    dims: EmbedLinear::NAMES,
    binds: &[
        E,
        P,
        TOKEN,
        POSITION,
        input("w", |d| Embed::cols(d) * EmbedLinear::n(d)),
        output("y", |d| Embed::rows(d) * EmbedLinear::n(d)),
    ],
    cpu: cpu!(embed_linear_reference, optimised: embed_linear_optimised),
    grid: |d| fold((Embed::rows(d).div_ceil(16) * EmbedLinear::n(d).div_ceil(16)) as u32),
    flops: |d| 2 * iterations([Embed::rows(d), Embed::cols(d), EmbedLinear::n(d)]),
    checks: Checks::new(
        &[&[1, 1, 1, 1, 0, 1], &[7, 5, 4, 3, 0, 9], &[35, 67, 18, 3, 1, 33], &[16, 64, 9, 2, 1, 16]],
        Tolerance { relative: 3e-6, why: "f32 sums of up to a few hundred products, in another order" },
    ),
    bound: Bound::Arithmetic,
    variants: &[],
};

/// Rows of the token table, and what they were made of.
#[derive(Clone, Copy)]
pub struct Embedded {
    /// `[rows, cols]`
    pub x: Tensor,
    e: Tensor,
    p: Tensor,
    token: Rows,
    position: Rows,
    relative: bool,
}

impl Embedded {
    fn dims(&self, cols: usize) -> Embed {
        let Embedded { token, position, relative, .. } = *self;
        let (tokens, positions) = (token.source, position.source);
        Embed { rows: token.len(), cols, tokens, positions, relative: usize::from(relative) }
    }
}

/// Records the rows of `e` `[tokens, cols]` plus `p` `[positions, cols]`, which may be fixed, of these (token, position) pairs; with
/// `relative`, less the row of the last token at the last position.
pub fn embed(tape: &mut Tape, e: Tensor, p: Tensor, tokens: &[(u32, u32)], relative: bool, name: &str) -> Embedded {
    let ([count, cols], [length, wide]) = (tape.shape(e), tape.shape(p));
    assert_eq!(cols, wide, "embed `{name}`: tokens have {cols} columns, positions {wide}");
    let runs = tape.runs();
    let x = tape.activation(tokens.len(), cols, name);
    let (tokens, positions): (Vec<u32>, Vec<u32>) = tokens.iter().copied().unzip();
    let token = tape.rows(count, &vec![tokens.clone(); runs], "tokens");
    let position = tape.rows(length, &vec![positions.clone(); runs], "positions");
    let embedded = Embedded { x, e, p, token, position, relative };
    let views = vec![tape.view(e), tape.view(p), token.index, position.index, tape.view(x)];
    let dispatch = tape.dispatch(&EMBED, embedded.dims(cols).list(), views, name);
    tape.record(dispatch, &[e, p], move |back| {
        for dx in back.all(x) {
            let dx = back.in_parts(dx);
            terms(back, dx, e, &tokens, relative);
            if back.wants(p) {
                terms(back, dx, p, &positions, relative);
            }
        }
    });
    // Its gradient goes to parameters only, whose optimiser adds up whatever there is.
    tape.spreads_to_parameters(x);
    embedded
}

/// What a part dx `[rows, cols]` of the gradient adds to that of `table`, whose rows `selected` lists: rows that were
/// selected in the same rhythm, one after the other, share a term.
fn terms(back: &mut Backward, dx: View, table: Tensor, selected: &[u32], relative: bool) {
    let [source, _] = back.tape.shape(table);
    let mut open: Option<(usize, usize, RowSum)> = None;
    for row in 0..source as u32 {
        for sum in progressions(selected, row) {
            open = match open {
                Some((first, rows, before))
                    if first + rows == row as usize && sum == RowSum { first: before.first + rows, ..before } =>
                {
                    Some((first, rows + 1, before))
                }
                _ => {
                    if let Some((first, rows, sum)) = open {
                        back.term(table, first, rows, dx, sum);
                    }
                    Some((row as usize, 1, sum))
                }
            };
        }
    }
    if let Some((first, rows, sum)) = open {
        back.term(table, first, rows, dx, sum);
    }
    if relative {
        back.term(table, source - 1, 1, dx, RowSum { first: 0, step: 1, count: selected.len(), negative: true });
    }
}

/// Where `row` was selected: one progression if it is one, else its members.
fn progressions(selected: &[u32], row: u32) -> Vec<RowSum> {
    let at: Vec<usize> = (0..selected.len()).filter(|&i| selected[i] == row).collect();
    let step = if at.len() > 1 { at[1] - at[0] } else { 1 };
    let sum = |first: usize, count: usize| RowSum { first, step, count, negative: false };
    if at.windows(2).all(|pair| pair[1] - pair[0] == step) {
        at.first().map(|&first| sum(first, at.len())).into_iter().collect()
    } else {
        at.iter().map(|&first| sum(first, 1)).collect()
    }
}

/// Records y = x W for embedded rows x, straight from the parameters. Backward it is a product with x.
pub fn embed_linear(tape: &mut Tape, x: Embedded, w: Tensor, name: &str) -> Tensor {
    let ([rows, cols], [inputs, n]) = (tape.shape(x.x), tape.shape(w));
    assert_eq!(cols, inputs, "embed_linear `{name}`: x has {cols} columns, W has {inputs} rows");
    let y = tape.activation(rows, n, name);
    let views = [x.e, x.p].map(|t| tape.view(t)).into_iter().chain([x.token.index, x.position.index]);
    let views = views.chain([tape.view(w), tape.view(y)]).collect();
    let dims = EmbedLinear { shape: x.dims(cols), n };
    let dispatch = tape.dispatch(&EMBED_LINEAR, dims.list(), views, name);
    let x = x.x;
    tape.record(dispatch, &[x, w], move |back| gradients(back, x, w, y));
    y
}

/// Calls `each` with every row, in order.
fn rows<T: Real>([cols, relative]: [usize; 2], [e, p]: [&[T]; 2], [token, position]: [&[u32]; 2], mut each: impl FnMut(&[T])) {
    let origin = |c: usize| e[e.len() - cols + c] + p[p.len() - cols + c];
    let mut x = vec![T::ZERO; cols];
    for (&t, &at) in token.iter().zip(position) {
        let (e, p) = (&e[t as usize * cols..][..cols], &p[at as usize * cols..][..cols]);
        for (c, x) in x.iter_mut().enumerate() {
            *x = if relative == 1 { e[c] + p[c] - origin(c) } else { e[c] + p[c] };
        }
        each(&x);
    }
}

fn embed_reference<T: Real>(args: &mut Args<T>) {
    let Embed { cols, relative, .. } = Embed::of(args.dims);
    let (e, p, token, position, y) = (args.input(0), args.input(1), args.index(2), args.index(3), args.output(4));
    let mut y = y.chunks_exact_mut(cols);
    rows([cols, relative], [e, p], [token, position], |x| y.next().expect("a row").copy_from_slice(x));
}

fn embed_linear_reference<T: Real>(args: &mut Args<T>) {
    let EmbedLinear { shape: Embed { cols, relative, .. }, n } = EmbedLinear::of(args.dims);
    let (e, p, token, position) = (args.input(0), args.input(1), args.index(2), args.index(3));
    let (w, y) = (args.input(4), args.output(5));
    y.fill(T::ZERO);
    let mut y = y.chunks_exact_mut(n);
    rows([cols, relative], [e, p], [token, position], |x| {
        let y = y.next().expect("a row");
        x.iter().zip(w.chunks_exact(n)).for_each(|(&x, w)| axpy(x, w, y));
    });
}

fn embed_linear_optimised(args: &mut Args<f32>) {
    let EmbedLinear { shape: Embed { rows: count, cols, relative, .. }, n } = EmbedLinear::of(args.dims);
    let (e, p, token, position) = (args.input(0), args.input(1), args.index(2), args.index(3));
    let (w, y) = (args.input(4), args.output(5));
    let mut x = Vec::with_capacity(count * cols);
    rows([cols, relative], [e, p], [token, position], |row| x.extend_from_slice(row));
    gemm([count, cols, n], (&x, [cols, 1]), (w, [n, 1]), 0.0, (y, n));
}

fn tables(tape: &mut Tape) -> [Tensor; 2] {
    [("e", 4), ("p", 3)].map(|(name, rows)| tape.param(name, rows, 5, Init::Normal(1.0)))
}

const TOKENS: [(u32, u32); 6] = [(0, 0), (1, 0), (0, 1), (3, 2), (2, 1), (0, 2)];

fn example(tape: &mut Tape, relative: bool) -> Tensor {
    let [e, p] = tables(tape);
    embed(tape, e, p, &TOKENS, relative, "x").x
}

/// Positions that are not trained.
fn fixed_positions(tape: &mut Tape) -> Tensor {
    let e = tape.param("e", 4, 5, Init::Normal(1.0));
    let numbers: Vec<f32> = (0..15).map(|i| 0.3 * i as f32).collect();
    let p = tape.fixed(5, &vec![numbers; tape.runs()], "p");
    embed(tape, e, p, &TOKENS, true, "x").x
}

/// Two products share the rows, and the rows are used themselves.
fn product(tape: &mut Tape) -> Tensor {
    let [e, p] = tables(tape);
    let [u, w] = ["u", "w"].map(|name| tape.param(name, 5, 5, Init::Normal(1.0)));
    let x = embed(tape, e, p, &TOKENS, true, "x");
    let [a, b] = [u, w].map(|w| embed_linear(tape, x, w, "x W"));
    let y = super::add::add(tape, a, b, "y");
    super::add::add(tape, y, x.x, "z")
}
