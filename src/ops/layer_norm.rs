//! `layer_norm`: y = gain · (x − mean)/√(var + ε) + shift, row by row (Ba et al. 2016, eq. 3–4).
//! Gain and shift are the two rows of one parameter `[2, COLS]`; ε = 1e-5.

use crate::kernel::real::dot;
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, in_out, input, input_of, output, put};
use crate::tape::{Init, Op, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op =
    Op { name: "layer_norm", kernels: &[&LAYER_NORM, &LAYER_NORM_BACK_X, &LAYER_NORM_BACK_AFFINE], examples: &[example] };

const EPSILON: f64 = 1e-5;
const WHY: &str = "row sums in another order, and inverse square roots";

dims! {
    struct Shape { rows, cols }
}
dims! {
    struct Back: Shape { accumulate }
}

fn elements(d: &[u32]) -> usize {
    Shape::rows(d) * Shape::cols(d)
}

/// y = gain · x̂ + shift, and stats[row] = (mean, 1/√(var + ε))
pub static LAYER_NORM: Kernel = Kernel {
    name: "layer_norm",
    wgsl: wgsl!("layer_norm"),
    dims: Shape::NAMES,
    binds: &[
        input("x", elements),
        input("affine", |d| 2 * Shape::cols(d)),
        output("y", elements),
        output("stats", |d| 2 * Shape::rows(d)),
    ],
    cpu: cpu!(layer_norm_reference),
    grid: |d| fold(Shape::rows(d).div_ceil(64) as u32),
    flops: |d| 8 * elements(d) as u64,
    checks: Checks::new(&[&[1, 2], &[7, 5], &[65, 128]], Tolerance { relative: 1e-5, why: WHY }),
    bound: Bound::Memory,
    variants: &[],
};

/// dx (+)= rstd · (g − mean(g) − x̂ · mean(g x̂)) with g = gain · dy
pub static LAYER_NORM_BACK_X: Kernel = Kernel {
    name: "layer_norm_back_x",
    wgsl: wgsl!("layer_norm_back_x"),
    dims: Back::NAMES,
    binds: &[
        input("x", elements),
        input("affine", |d| 2 * Shape::cols(d)),
        input_of("stats", |d| 2 * Shape::rows(d), Fill::Uniform),
        input("dy", elements),
        in_out("dx", elements, Fill::Normal),
    ],
    cpu: cpu!(layer_norm_back_x_reference),
    grid: |d| fold(Shape::rows(d).div_ceil(64) as u32),
    flops: |d| 12 * elements(d) as u64,
    checks: Checks::new(&[&[1, 2, 0], &[7, 5, 1], &[65, 128, 0]], Tolerance { relative: 1e-5, why: WHY }),
    bound: Bound::Memory,
    variants: &[],
};

/// dgain (+)= Σ dy x̂ and dshift (+)= Σ dy over the rows
pub static LAYER_NORM_BACK_AFFINE: Kernel = Kernel {
    name: "layer_norm_back_affine",
    wgsl: wgsl!("layer_norm_back_affine"),
    dims: Back::NAMES,
    binds: &[
        input("x", elements),
        input_of("stats", |d| 2 * Shape::rows(d), Fill::Uniform),
        input("dy", elements),
        in_out("daffine", |d| 2 * Shape::cols(d), Fill::Normal),
    ],
    cpu: cpu!(layer_norm_back_affine_reference),
    grid: |d| [Shape::cols(d).div_ceil(8) as u32, 1],
    flops: |d| 5 * elements(d) as u64,
    checks: Checks::new(&[&[1, 2, 0], &[7, 5, 1], &[131, 33, 0]], Tolerance { relative: 1e-5, why: WHY }),
    bound: Bound::Memory,
    variants: &[],
};

/// How `affine` starts: gain 1, shift 0.
pub const AFFINE: Init = Init::Rows(&[1.0, 0.0]);

/// Records y = LN(x); `affine` is `[2, COLS]`.
pub fn layer_norm(tape: &mut Tape, x: Tensor, affine: Tensor, name: &str) -> Tensor {
    let [rows, cols] = tape.shape(x);
    assert_eq!([2, cols], tape.shape(affine), "layer_norm `{name}`: affine must be [2, {cols}]");
    let y = tape.activation(rows, cols, name);
    let stats = tape.numbers(2 * rows, "stats");
    let shape = Shape { rows, cols };
    let views = vec![tape.view(x), tape.view(affine), tape.view(y), stats];
    let dispatch = tape.dispatch(&LAYER_NORM, shape.list(), views, name);
    tape.record(dispatch, &[x, affine], move |back| {
        let (x_at, affine_at, dy) = (back.tape.view(x), back.tape.view(affine), back.of(y));
        let (dx, accumulate) = back.into(x);
        let dims = Back { shape, accumulate: accumulate as usize };
        back.push(&LAYER_NORM_BACK_X, dims.list(), vec![x_at, affine_at, stats, dy, dx]);
        let (daffine, accumulate) = back.into(affine);
        let dims = Back { shape, accumulate: accumulate as usize };
        back.push(&LAYER_NORM_BACK_AFFINE, dims.list(), vec![x_at, stats, dy, daffine]);
    });
    y
}

fn layer_norm_reference<T: Real>(args: &mut Args<T>) {
    let cols = Shape::cols(args.dims);
    let (x, affine, y, stats) = (args.input(0), args.input(1), args.output(2), args.output(3));
    let (gain, shift) = affine.split_at(cols);
    let n = T::of(cols as f64);
    for ((x, y), stats) in x.chunks_exact(cols).zip(y.chunks_exact_mut(cols)).zip(stats.chunks_exact_mut(2)) {
        let mean = x.iter().fold(T::ZERO, |sum, &x| sum + x) / n;
        let var = x.iter().fold(T::ZERO, |sum, &x| sum + (x - mean) * (x - mean)) / n;
        let rstd = T::ONE / (var + T::of(EPSILON)).sqrt();
        for (c, y) in y.iter_mut().enumerate() {
            *y = gain[c] * ((x[c] - mean) * rstd) + shift[c];
        }
        stats.copy_from_slice(&[mean, rstd]);
    }
}

fn layer_norm_back_x_reference<T: Real>(args: &mut Args<T>) {
    let Back { shape: Shape { cols, .. }, accumulate } = Back::of(args.dims);
    let (x, affine, stats, dy, dx) = (args.input(0), args.input(1), args.input(2), args.input(3), args.output(4));
    let gain = &affine[..cols];
    let n = T::of(cols as f64);
    for (row, dx) in dx.chunks_exact_mut(cols).enumerate() {
        let (x, dy) = (&x[row * cols..][..cols], &dy[row * cols..][..cols]);
        let (mean, rstd) = (stats[2 * row], stats[2 * row + 1]);
        let mean_g = dot(gain, dy) / n;
        let mean_gx = (0..cols).fold(T::ZERO, |sum, c| sum + gain[c] * dy[c] * ((x[c] - mean) * rstd)) / n;
        for (c, dx) in dx.iter_mut().enumerate() {
            let normed = (x[c] - mean) * rstd;
            put(accumulate == 1, dx, rstd * (gain[c] * dy[c] - mean_g - normed * mean_gx));
        }
    }
}

fn layer_norm_back_affine_reference<T: Real>(args: &mut Args<T>) {
    let Back { shape: Shape { cols, .. }, accumulate } = Back::of(args.dims);
    let (x, stats, dy, daffine) = (args.input(0), args.input(1), args.input(2), args.output(3));
    if accumulate == 0 {
        daffine.fill(T::ZERO);
    }
    let (dgain, dshift) = daffine.split_at_mut(cols);
    for ((x, dy), stats) in x.chunks_exact(cols).zip(dy.chunks_exact(cols)).zip(stats.chunks_exact(2)) {
        for c in 0..cols {
            dgain[c] += dy[c] * ((x[c] - stats[0]) * stats[1]);
            dshift[c] += dy[c];
        }
    }
}

fn example(tape: &mut Tape) -> Tensor {
    let x = tape.param("x", 3, 6, Init::Normal(1.0));
    let affine = tape.param("affine", 2, 6, Init::Normal(1.0));
    layer_norm(tape, x, affine, "y")
}
