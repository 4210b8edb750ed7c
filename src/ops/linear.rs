//! `linear`: y = x W (+ b), every matrix product of the models, with its three gradients.
//!
//! Shapes: x [M, K], W [K, N], b [N], y [M, N].

use super::gemm::gemm;
use super::real::{axpy, dot};
use super::{Args, Fill, Kernel, Op, Real, Tolerance, in_out, input, output, put};
use crate::plan::View;
use crate::tape::{Init, Tape, Tensor};
use crate::{twin, wgsl};

/// Table entry.
pub static OP: Op = Op {
    name: "linear",
    kernels: &[&LINEAR, &LINEAR_BACK_X, &LINEAR_BACK_W, &LINEAR_BACK_B],
    examples: &[example, example_without_bias, shared_input],
};

const WHY: &str = "f32 sums of up to a few thousand products, in another order";

/// y = x W, plus b when BIAS is 1 (else `b` is bound to anything of length 1)
pub static LINEAR: Kernel = Kernel {
    name: "linear",
    wgsl: wgsl!("linear"),
    dims: &["M", "N", "K", "BIAS"],
    binds: &[
        input("x", |d| (d[0] * d[2]) as usize),
        input("w", |d| (d[2] * d[1]) as usize),
        input("b", |d| if d[3] == 1 { d[1] as usize } else { 1 }),
        output("y", |d| (d[0] * d[1]) as usize),
    ],
    twin: twin!(linear_twin),
    fast: Some(linear_fast),
    grid: |d| blocks(d[0], d[1]),
    flops: |d| 2 * product(&d[..3]),
    cases: &[&[1, 1, 1, 1], &[5, 7, 3, 0], &[67, 33, 130, 1], &[9, 128, 64, 1]],
    tolerance: Tolerance { relative: 2e-6, why: WHY },
    variants: &[],
};

/// dx (+)= dy Wᵀ
pub static LINEAR_BACK_X: Kernel = Kernel {
    name: "linear_back_x",
    wgsl: wgsl!("linear_back_x"),
    dims: &["M", "N", "K", "ACCUMULATE"],
    binds: &[
        input("w", |d| (d[2] * d[1]) as usize),
        input("dy", |d| (d[0] * d[1]) as usize),
        in_out("dx", |d| (d[0] * d[2]) as usize, Fill::Normal),
    ],
    twin: twin!(linear_back_x_twin),
    fast: Some(linear_back_x_fast),
    grid: |d| blocks(d[0], d[2]),
    flops: |d| 2 * product(&d[..3]),
    cases: &[&[1, 1, 1, 0], &[5, 7, 3, 1], &[67, 33, 130, 0], &[9, 128, 64, 1]],
    tolerance: Tolerance { relative: 2e-6, why: WHY },
    variants: &[],
};

/// dW (+)= xᵀ dy
pub static LINEAR_BACK_W: Kernel = Kernel {
    name: "linear_back_w",
    wgsl: wgsl!("linear_back_w"),
    dims: &["M", "N", "K", "ACCUMULATE"],
    binds: &[
        input("x", |d| (d[0] * d[2]) as usize),
        input("dy", |d| (d[0] * d[1]) as usize),
        in_out("dw", |d| (d[2] * d[1]) as usize, Fill::Normal),
    ],
    twin: twin!(linear_back_w_twin),
    fast: Some(linear_back_w_fast),
    grid: |d| blocks(d[2], d[1]),
    flops: |d| 2 * product(&d[..3]),
    cases: &[&[1, 1, 1, 0], &[5, 7, 3, 1], &[131, 33, 67, 0], &[700, 12, 9, 1]],
    tolerance: Tolerance { relative: 3e-6, why: WHY },
    variants: &[],
};

/// db (+)= Σ_m dy[m, :]
pub static LINEAR_BACK_B: Kernel = Kernel {
    name: "linear_back_b",
    wgsl: wgsl!("linear_back_b"),
    dims: &["M", "N", "ACCUMULATE"],
    binds: &[input("dy", |d| (d[0] * d[1]) as usize), in_out("db", |d| d[1] as usize, Fill::Normal)],
    twin: twin!(linear_back_b_twin),
    fast: None,
    grid: |d| [d[1].div_ceil(8), 1],
    flops: |d| product(&d[..2]),
    cases: &[&[1, 1, 0], &[5, 7, 1], &[700, 33, 0]],
    tolerance: Tolerance { relative: 2e-6, why: WHY },
    variants: &[],
};

fn product(dims: &[u32]) -> u64 {
    dims.iter().map(|&d| u64::from(d)).product()
}

/// Workgroups of 8×8 threads, each thread a 4×4 block of the result.
fn blocks(rows: u32, cols: u32) -> [u32; 2] {
    [cols.div_ceil(32), rows.div_ceil(32)]
}

/// Records y = x W (+ b). W is `[K, N]`, b `[1, N]`.
pub fn linear(tape: &mut Tape, x: Tensor, w: Tensor, b: Option<Tensor>, name: &str) -> Tensor {
    let ([m, k], [k2, n]) = (tape.shape(x), tape.shape(w));
    assert_eq!(k, k2, "linear `{name}`: x has {k} columns, W has {k2} rows");
    let y = tape.activation(m, n, name);
    let bias = b.map_or(View { len: 1, ..tape.view(w) }, |b| tape.view(b));
    let [m, n, k] = [m, n, k].map(|d| d as u32);
    let views = vec![tape.view(x), tape.view(w), bias, tape.view(y)];
    let dispatch = tape.dispatch(&LINEAR, vec![m, n, k, u32::from(b.is_some())], views, name);
    let inputs: Vec<_> = [x, w].into_iter().chain(b).collect();
    tape.record(dispatch, &inputs, move |back| {
        let (x_at, w_at, dy) = (back.tape.view(x), back.tape.view(w), back.of(y));
        let (dx, accumulate) = back.into(x);
        back.push(&LINEAR_BACK_X, vec![m, n, k, accumulate], vec![w_at, dy, dx]);
        let (dw, accumulate) = back.into(w);
        back.push(&LINEAR_BACK_W, vec![m, n, k, accumulate], vec![x_at, dy, dw]);
        if let Some(b) = b {
            let (db, accumulate) = back.into(b);
            back.push(&LINEAR_BACK_B, vec![m, n, accumulate], vec![dy, db]);
        }
    });
    y
}

fn linear_twin<T: Real>(args: &mut Args<T>) {
    let [_, n, k, bias] = args.dims();
    let (x, w, b, y) = (args.input(0), args.input(1), args.input(2), args.output(3));
    for (x, y) in x.chunks_exact(k).zip(y.chunks_exact_mut(n)) {
        if bias == 1 {
            y.copy_from_slice(b)
        } else {
            y.fill(T::ZERO)
        }
        for (&x, w) in x.iter().zip(w.chunks_exact(n)) {
            axpy(x, w, y);
        }
    }
}

fn linear_back_x_twin<T: Real>(args: &mut Args<T>) {
    let [_, n, k, accumulate] = args.dims();
    let (w, dy, dx) = (args.input(0), args.input(1), args.output(2));
    for (dy, dx) in dy.chunks_exact(n).zip(dx.chunks_exact_mut(k)) {
        for (dx, w) in dx.iter_mut().zip(w.chunks_exact(n)) {
            put(accumulate == 1, dx, dot(dy, w));
        }
    }
}

fn linear_back_w_twin<T: Real>(args: &mut Args<T>) {
    let [_, n, k, accumulate] = args.dims();
    let (x, dy, dw) = (args.input(0), args.input(1), args.output(2));
    if accumulate == 0 {
        dw.fill(T::ZERO);
    }
    for (x, dy) in x.chunks_exact(k).zip(dy.chunks_exact(n)) {
        for (&x, dw) in x.iter().zip(dw.chunks_exact_mut(n)) {
            axpy(x, dy, dw);
        }
    }
}

fn linear_back_b_twin<T: Real>(args: &mut Args<T>) {
    let [_, n, accumulate] = args.dims();
    let (dy, db) = (args.input(0), args.output(1));
    if accumulate == 0 {
        db.fill(T::ZERO);
    }
    for dy in dy.chunks_exact(n) {
        axpy(T::ONE, dy, db);
    }
}

fn linear_fast(args: &mut Args<f32>) {
    let [m, n, k, bias] = args.dims();
    let (x, w, b, y) = (args.input(0), args.input(1), args.input(2), args.output(3));
    if bias == 1 {
        for y in y.chunks_exact_mut(n) {
            y.copy_from_slice(b);
        }
    }
    gemm([m, k, n], (x, [k, 1]), (w, [n, 1]), bias as f32, (y, n));
}

fn linear_back_x_fast(args: &mut Args<f32>) {
    let [m, n, k, accumulate] = args.dims();
    let (w, dy, dx) = (args.input(0), args.input(1), args.output(2));
    gemm([m, n, k], (dy, [n, 1]), (w, [1, n]), accumulate as f32, (dx, k));
}

fn linear_back_w_fast(args: &mut Args<f32>) {
    let [m, n, k, accumulate] = args.dims();
    let (x, dy, dw) = (args.input(0), args.input(1), args.output(2));
    gemm([k, m, n], (x, [1, k]), (dy, [n, 1]), accumulate as f32, (dw, n));
}

fn params(tape: &mut Tape) -> [Tensor; 3] {
    [("x", 5, 3), ("w", 3, 4), ("b", 1, 4)].map(|(name, rows, cols)| tape.param(name, rows, cols, Init::Normal(1.0)))
}

fn example(tape: &mut Tape) -> Tensor {
    let [x, w, b] = params(tape);
    linear(tape, x, w, Some(b), "y")
}

fn example_without_bias(tape: &mut Tape) -> Tensor {
    let [x, w, _] = params(tape);
    linear(tape, x, w, None, "y")
}

/// x feeds two products, so its gradient accumulates.
fn shared_input(tape: &mut Tape) -> Tensor {
    let [x, w, b] = params(tape);
    let u = linear(tape, x, w, Some(b), "u");
    let v = linear(tape, x, w, None, "v");
    super::add::add(tape, u, v, "y")
}
