//! `head_linear`: y_h = x_h W_h for every head h, the head's columns of x times the head's rows of W.
//!
//! With x = v and W = W_O·W_in it says what each head would add to the MLP's input if it attended to a row
//! alone. Shapes, with model width HEADS·WIDTH: x [M, XCOLS], of which columns FROM..FROM + HEADS·WIDTH are
//! used, W [HEADS·WIDTH, N], y [M, HEADS·N].

use super::gemm::gemm;
use super::real::{axpy, dot};
use super::{Args, Bind, Fill, Kernel, Op, Real, Tolerance, in_out, input, output, put};
use crate::tape::{Init, Tape, Tensor};
use crate::{twin, wgsl};

/// Table entry.
pub static OP: Op = Op {
    name: "head_linear",
    kernels: &[&HEAD_LINEAR, &HEAD_LINEAR_BACK_X, &HEAD_LINEAR_BACK_W],
    examples: &[example, both_halves],
};

const DIMS: [&str; 6] = ["M", "N", "HEADS", "WIDTH", "XCOLS", "FROM"];
const ACCUMULATE_DIMS: [&str; 7] = ["M", "N", "HEADS", "WIDTH", "XCOLS", "FROM", "ACCUMULATE"];
const TOLERANCE: Tolerance = Tolerance { relative: 3e-6, why: "f32 sums of up to a few hundred products, in another order" };
const ACCUMULATE_CASES: &[&[u32]] =
    &[&[1, 1, 1, 1, 1, 0, 0], &[5, 7, 3, 2, 6, 0, 1], &[35, 33, 2, 5, 23, 11, 0], &[67, 40, 2, 34, 136, 68, 1]];

const X: Bind = input("x", |d| (d[0] * d[4]) as usize);
const W: Bind = input("w", |d| (d[2] * d[3] * d[1]) as usize);
const DY: Bind = input("dy", |d| (d[0] * d[2] * d[1]) as usize);

/// y[m, h, :] = Σ_c x[m, FROM + h·WIDTH + c] W[h·WIDTH + c, :]
pub static HEAD_LINEAR: Kernel = Kernel {
    name: "head_linear",
    wgsl: wgsl!("head_linear"),
    dims: &DIMS,
    binds: &[X, W, output("y", |d| (d[0] * d[2] * d[1]) as usize)],
    twin: twin!(head_linear_twin),
    fast: Some(head_linear_fast),
    grid: |d| [d[2] * d[1].div_ceil(32), d[0].div_ceil(32)],
    flops,
    cases: &[&[1, 1, 1, 1, 1, 0], &[5, 7, 3, 2, 6, 0], &[35, 33, 2, 5, 23, 11], &[67, 40, 2, 34, 136, 68]],
    tolerance: TOLERANCE,
    variants: &[],
};

/// dx_h (+)= dy_h W_hᵀ; the other columns of dx are 0, unless they hold something already
pub static HEAD_LINEAR_BACK_X: Kernel = Kernel {
    name: "head_linear_back_x",
    wgsl: wgsl!("head_linear_back_x"),
    dims: &ACCUMULATE_DIMS,
    binds: &[W, DY, in_out("dx", |d| (d[0] * d[4]) as usize, Fill::Normal)],
    twin: twin!(head_linear_back_x_twin),
    fast: Some(head_linear_back_x_fast),
    grid: |d| [d[2] * d[3].div_ceil(32) + d[4].div_ceil(32), d[0].div_ceil(32)],
    flops,
    cases: ACCUMULATE_CASES,
    tolerance: TOLERANCE,
    variants: &[],
};

/// dW_h (+)= x_hᵀ dy_h
pub static HEAD_LINEAR_BACK_W: Kernel = Kernel {
    name: "head_linear_back_w",
    wgsl: wgsl!("head_linear_back_w"),
    dims: &ACCUMULATE_DIMS,
    binds: &[X, DY, in_out("dw", |d| (d[2] * d[3] * d[1]) as usize, Fill::Normal)],
    twin: twin!(head_linear_back_w_twin),
    fast: Some(head_linear_back_w_fast),
    grid: |d| [d[1].div_ceil(32), d[2] * d[3].div_ceil(32)],
    flops,
    cases: ACCUMULATE_CASES,
    tolerance: TOLERANCE,
    variants: &[],
};

fn flops(d: &[u32]) -> u64 {
    2 * d[..4].iter().map(|&d| u64::from(d)).product::<u64>()
}

/// Records y_h = x_h W_h for `heads` heads, from column `from` of x. W is `[heads · width, N]`.
pub fn head_linear(tape: &mut Tape, x: Tensor, from: usize, w: Tensor, heads: usize, name: &str) -> Tensor {
    let ([m, cols], [model, n]) = (tape.shape(x), tape.shape(w));
    assert!(from + model <= cols, "head_linear `{name}`: x has {cols} columns, {from} + {model} are needed");
    assert_eq!(model % heads, 0, "head_linear `{name}`: {heads} heads do not divide {model} rows");
    let y = tape.activation(m, heads * n, name);
    let dims: Vec<u32> = [m, n, heads, model / heads, cols, from].map(|d| d as u32).into();
    let dispatch = tape.dispatch(&HEAD_LINEAR, dims.clone(), vec![tape.view(x), tape.view(w), tape.view(y)], name);
    tape.record(dispatch, &[x, w], move |back| {
        let (x_at, w_at, dy) = (back.tape.view(x), back.tape.view(w), back.of(y));
        let (dx, accumulate) = back.into(x);
        back.push(&HEAD_LINEAR_BACK_X, [&dims[..], &[accumulate]].concat(), vec![w_at, dy, dx]);
        let (dw, accumulate) = back.into(w);
        back.push(&HEAD_LINEAR_BACK_W, [&dims[..], &[accumulate]].concat(), vec![x_at, dy, dw]);
    });
    y
}

fn head_linear_twin<T: Real>(args: &mut Args<T>) {
    let [_, n, heads, width, cols, from] = args.dims();
    let (x, w, y) = (args.input(0), args.input(1), args.output(2));
    y.fill(T::ZERO);
    for (x, y) in x.chunks_exact(cols).zip(y.chunks_exact_mut(heads * n)) {
        for (c, (&x, w)) in x[from..].iter().zip(w.chunks_exact(n)).enumerate() {
            axpy(x, w, &mut y[c / width * n..][..n]);
        }
    }
}

fn head_linear_back_x_twin<T: Real>(args: &mut Args<T>) {
    let [_, n, heads, width, cols, from, accumulate] = args.dims();
    let (w, dy, dx) = (args.input(0), args.input(1), args.output(2));
    if accumulate == 0 {
        dx.fill(T::ZERO);
    }
    for (dy, dx) in dy.chunks_exact(heads * n).zip(dx.chunks_exact_mut(cols)) {
        for (c, (dx, w)) in dx[from..].iter_mut().zip(w.chunks_exact(n)).enumerate() {
            put(true, dx, dot(&dy[c / width * n..][..n], w));
        }
    }
}

fn head_linear_back_w_twin<T: Real>(args: &mut Args<T>) {
    let [_, n, heads, width, cols, from, accumulate] = args.dims();
    let (x, dy, dw) = (args.input(0), args.input(1), args.output(2));
    if accumulate == 0 {
        dw.fill(T::ZERO);
    }
    for (x, dy) in x.chunks_exact(cols).zip(dy.chunks_exact(heads * n)) {
        for (c, (&x, dw)) in x[from..].iter().zip(dw.chunks_exact_mut(n)).enumerate() {
            axpy(x, &dy[c / width * n..][..n], dw);
        }
    }
}

fn head_linear_fast(args: &mut Args<f32>) {
    let [m, n, heads, width, cols, from] = args.dims();
    let (x, w, y) = (args.input(0), args.input(1), args.output(2));
    for h in 0..heads {
        let (x, w) = (&x[from + h * width..], &w[h * width * n..]);
        gemm([m, width, n], (x, [cols, 1]), (w, [n, 1]), 0.0, (&mut y[h * n..], heads * n));
    }
}

fn head_linear_back_x_fast(args: &mut Args<f32>) {
    let [m, n, heads, width, cols, from, accumulate] = args.dims();
    let (w, dy, dx) = (args.input(0), args.input(1), args.output(2));
    if accumulate == 0 {
        dx.fill(0.0);
    }
    for h in 0..heads {
        let (dy, w) = (&dy[h * n..], &w[h * width * n..]);
        gemm([m, n, width], (dy, [heads * n, 1]), (w, [1, n]), 1.0, (&mut dx[from + h * width..], cols));
    }
}

fn head_linear_back_w_fast(args: &mut Args<f32>) {
    let [m, n, heads, width, cols, from, accumulate] = args.dims();
    let (x, dy, dw) = (args.input(0), args.input(1), args.output(2));
    for h in 0..heads {
        let (x, dy) = (&x[from + h * width..], &dy[h * n..]);
        gemm([width, m, n], (x, [1, cols]), (dy, [heads * n, 1]), accumulate as f32, (&mut dw[h * width * n..], n));
    }
}

fn params(tape: &mut Tape) -> [Tensor; 2] {
    [("x", 3, 8), ("w", 4, 3)].map(|(name, rows, cols)| tape.param(name, rows, cols, Init::Normal(1.0)))
}

/// Half of x goes unused: its gradient is 0.
fn example(tape: &mut Tape) -> Tensor {
    let [x, w] = params(tape);
    head_linear(tape, x, 4, w, 2, "y")
}

/// Both halves write their part of the same gradient.
fn both_halves(tape: &mut Tape) -> Tensor {
    let [x, w] = params(tape);
    let [u, v] = [0, 4].map(|from| head_linear(tape, x, from, w, 2, "half"));
    super::add::add(tape, u, v, "y")
}
