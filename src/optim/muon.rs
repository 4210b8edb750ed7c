//! Muon (Jordan et al. 2024) for the hidden matrices: the step is the Nesterov mean of the gradient, made nearly
//! orthogonal by five Newton–Schulz iterations of the polynomial with their coefficients. Everything else — embedding,
//! positions, unembedding, biases and norms — gets [`adam`](super::adam)'s direction, as its authors do.
//!
//! b ← μ b + (1 − μ) g with μ = β₁; x = (1 − μ) g + μ b, x /= ‖x‖ + 1e-7; five times x ← a x + (b a' + c a'²) x, a' = x xᵀ,
//! of the smaller side. The step is 0.2 √max(rows, columns) x (Liu et al. 2025, "Muon is scalable"): as long as AdamW's
//! usually is, so that one learning rate and one decoupled weight decay serve both.

use super::segments::{SEGMENT_RANGE, SUMS, SegmentDims, Segments, blocks, over};
use super::{Update, UpdateInputs, adam, embeds, flat};
use crate::kernel::{Args, Bound, Checks, Elements, Fill, Kernel, Real, Tolerance, fold, in_out, input, input_of, output};
use crate::ops::matmul::{MATMUL, Product};
use crate::plan::View;
use crate::step::{BETA1, HYPER};
use crate::tape::{Init, Op, Param, Tape};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "muon", kernels: &[&NESTEROV, &NORMALIZE, &COMBINE], examples: &[] };

/// Newton–Schulz iterations, and their polynomial a x + b x³ + c x⁵.
const ITERATIONS: usize = 5;
const POLYNOMIAL: [f32; 3] = [3.4445, -4.775, 2.0315];
/// Length of the step relative to an orthogonal matrix with this larger side.
fn scale(shape: [usize; 2]) -> f32 {
    0.2 * (shape[0].max(shape[1]) as f32).sqrt()
}

/// b = μ b + (1 − μ) g; y = (1 − μ) g + μ b
pub static NESTEROV: Kernel = Kernel {
    name: "nesterov",
    wgsl: wgsl!("nesterov"),
    dims: Elements::NAMES,
    binds: &[HYPER, input("g", Elements::n), in_out("b", Elements::n, Fill::Normal), output("y", Elements::n)],
    cpu: cpu!(nesterov_reference),
    grid: |d| fold(Elements::n(d).div_ceil(64) as u32),
    flops: |d| 6 * Elements::n(d) as u64,
    checks: Checks::new(&[&[1], &[333]], Tolerance { relative: 3e-7, why: "up to four roundings" }),
    bound: Bound::Memory,
    variants: &[],
};

/// x /= ‖x‖ + 1e-7, tensor by tensor
pub static NORMALIZE: Kernel = Kernel {
    name: "normalize",
    wgsl: wgsl!("normalize"),
    dims: SegmentDims::NAMES,
    binds: &[
        input_of("sums", |d| SUMS * SegmentDims::segments(d), Fill::Uniform),
        SEGMENT_RANGE,
        in_out("x", SegmentDims::n, Fill::Normal),
    ],
    cpu: cpu!(normalize_reference),
    grid: |d| fold(SegmentDims::n(d).div_ceil(64) as u32),
    flops: |d| SegmentDims::n(d) as u64,
    checks: Checks::new(&[&[1, 1], &[640, 3]], Tolerance { relative: 1e-6, why: "a short sum, a root and a division" }),
    bound: Bound::Memory,
    variants: &[],
};

/// z = factors\[0\] x + factors\[1\] y
pub static COMBINE: Kernel = Kernel {
    name: "combine",
    wgsl: wgsl!("combine"),
    dims: Elements::NAMES,
    binds: &[input("factors", |_| 2), input("x", Elements::n), input("y", Elements::n), output("z", Elements::n)],
    cpu: cpu!(combine_reference),
    grid: |d| fold(Elements::n(d).div_ceil(64) as u32),
    flops: |d| 3 * Elements::n(d) as u64,
    checks: Checks::new(&[&[1], &[333]], Tolerance { relative: 3e-7, why: "up to three roundings" }),
    bound: Bound::Memory,
    variants: &[],
};

/// Whether Muon's rule is for this parameter: a matrix between hidden layers.
fn hidden(param: &Param) -> bool {
    matches!(param.init, Init::Normal(_)) && !embeds(param) && param.name != "W_U"
}

pub(super) fn direction(tape: &mut Tape, inputs: &UpdateInputs, update: &mut Update) -> View {
    let direction = adam::direction(tape, inputs, update);
    let n = direction.len;
    let b = update.remember(tape, n, "momentum");
    let x = tape.numbers(n, "Newton–Schulz x");
    update.list.push(flat(tape, &NESTEROV, Elements { n }.list(), vec![inputs.hyper, inputs.gradient, b, x]));
    let segments = Segments::new(tape);
    let (measure, sums) = segments.dots(tape, [x, x]);
    update.list.push(measure);
    update.list.push(flat(
        tape,
        &NORMALIZE,
        SegmentDims { n, segments: segments.count() }.list(),
        vec![sums, segments.ranges, x],
    ));
    let other = tape.numbers(n, "Newton–Schulz next x");
    for param in tape.params().to_vec().into_iter().filter(hidden) {
        let at = |view: View| View { offset: view.offset + param.offset, len: param.shape[0] * param.shape[1], ..view };
        orthogonalize(tape, update, param.shape, [at(x), at(other)], at(direction));
    }
    direction
}

/// Records the iterations on x, whose last result goes to `result`.
fn orthogonalize(tape: &mut Tape, update: &mut Update, shape: [usize; 2], [mut x, mut next]: [View; 2], result: View) {
    let [rows, cols] = shape;
    let side = rows.min(cols);
    let [a, b, c] = POLYNOMIAL;
    let mut square = |name: &str| tape.numbers(side * side, name);
    let [gram, squared, mixed] = ["x xᵀ", "(x xᵀ)²", "b x xᵀ + c (x xᵀ)²"].map(&mut square);
    let product = tape.numbers(rows * cols, "polynomial times x");
    let mut factors = |f: [f32; 2]| tape.constant(&f, "factors");
    let (mix, step, last) = (factors([b, c]), factors([a, 1.0]), factors([scale(shape) * a, scale(shape)]));
    let multiply = |tape: &Tape, product: Product, a: View, b: View, c: View| {
        tape.dispatch(&MATMUL, product.dims(), product.views(a, b, None, None, c), "Newton–Schulz")
    };
    for i in 1..=ITERATIONS {
        let to_gram =
            if rows <= cols { Product::transposed_b([side, side, cols]) } else { Product::transposed_a([side, side, rows]) };
        update.list.push(multiply(tape, to_gram, x, x, gram));
        update.list.push(multiply(tape, Product::plain([side; 3]), gram, gram, squared));
        update.list.push(flat(tape, &COMBINE, Elements { n: side * side }.list(), vec![mix, gram, squared, mixed]));
        let (left, right) = if rows <= cols { (mixed, x) } else { (x, mixed) };
        update.list.push(multiply(tape, Product::plain([rows, cols, side]), left, right, product));
        let (factors, to) = if i < ITERATIONS { (step, next) } else { (last, result) };
        update.list.push(flat(tape, &COMBINE, Elements { n: rows * cols }.list(), vec![factors, x, product, to]));
        (x, next) = (next, x);
    }
}

fn nesterov_reference<T: Real>(args: &mut Args<T>) {
    let (hyper, g, b, y) = (args.input(0), args.input(1), args.output(2), args.output(3));
    let mu = hyper[BETA1];
    for ((&g, b), y) in g.iter().zip(b).zip(y) {
        *b = mu * *b + (T::ONE - mu) * g;
        *y = (T::ONE - mu) * g + mu * *b;
    }
}

fn normalize_reference<T: Real>(args: &mut Args<T>) {
    let (sums, ranges, x) = (args.input(0), args.index(1), args.output(2));
    blocks(ranges, x, |_, segments, x| {
        let norm = over(sums, segments, 2).sqrt() + T::of(1e-7);
        x.iter_mut().for_each(|x| *x = *x / norm);
    });
}

fn combine_reference<T: Real>(args: &mut Args<T>) {
    let (factors, x, y, z) = (args.input(0), args.input(1), args.input(2), args.output(3));
    for ((&x, &y), z) in x.iter().zip(y).zip(z) {
        *z = factors[0] * x + factors[1] * y;
    }
}
