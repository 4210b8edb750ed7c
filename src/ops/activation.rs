//! `activation`: y = f(x) element by element: ReLU, GELU in its tanh form
//! (Hendrycks and Gimpel 2016: ½x(1 + tanh(√(2/π)(x + 0.044715x³)))), tanh, or the square (Gromov 2023).
//! A network that computes with lines alone (Li et al. 2025) has no such op.

use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, in_out, input, output};
use crate::tape::{Init, Op, Tape, Tensor};
use crate::{cpu, wgsl};

dims! {
    struct Dims { n, kind }
}
dims! {
    struct BackDims { n, kind, accumulate }
}

/// Table entry.
pub static OP: Op = Op {
    name: "activation",
    kernels: &[&ACTIVATION, &ACTIVATION_BACK],
    examples: &[
        |tape| example(tape, Activation::Relu),
        |tape| example(tape, Activation::Gelu),
        |tape| example(tape, Activation::Tanh),
        |tape| example(tape, Activation::Quadratic),
    ],
};

/// The nonlinearity of the MLP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// max(x, 0)
    Relu,
    /// The tanh form of GELU.
    Gelu,
    /// tanh x
    Tanh,
    /// x²
    Quadratic,
    /// x, for which there is nothing to compute.
    Identity,
}

/// y = f(x); KIND 0 = ReLU, 1 = GELU, 2 = tanh, 3 = the square
pub static ACTIVATION: Kernel = Kernel {
    name: "activation",
    wgsl: wgsl!("activation"),
    dims: Dims::NAMES,
    binds: &[input("x", Dims::n), output("y", Dims::n)],
    cpu: cpu!(activation_reference),
    grid: |d| fold(Dims::n(d).div_ceil(64) as u32),
    flops: |d| Dims::n(d) as u64 * if matches!(Dims::kind(d), 0 | 3) { 1 } else { 12 },
    checks: Checks::new(&[&[1, 0], &[1, 1], &[1025, 0], &[1025, 1], &[1025, 2], &[1025, 3]], TANH),
    bound: Bound::Memory,
    variants: &[],
};

/// dx (+)= dy f'(x)
pub static ACTIVATION_BACK: Kernel = Kernel {
    name: "activation_back",
    wgsl: wgsl!("activation_back"),
    dims: BackDims::NAMES,
    binds: &[input("x", BackDims::n), input("dy", BackDims::n), in_out("dx", BackDims::n, Fill::Normal)],
    cpu: cpu!(activation_back_reference),
    grid: |d| fold(BackDims::n(d).div_ceil(64) as u32),
    flops: |d| BackDims::n(d) as u64 * if matches!(BackDims::kind(d), 0 | 3) { 2 } else { 20 },
    checks: Checks::new(&[&[1, 0, 0], &[1, 1, 1], &[1025, 0, 1], &[1025, 1, 0], &[1025, 2, 1], &[1025, 3, 0]], TANH),
    bound: Bound::Memory,
    variants: &[],
};

const TANH: Tolerance = Tolerance { relative: 2e-5, why: "WGSL's tanh may be off by 1e-5" };

/// Records y = f(x); of the identity nothing.
pub fn activation(tape: &mut Tape, x: Tensor, kind: Activation, name: &str) -> Tensor {
    if kind == Activation::Identity {
        return x;
    }
    let [rows, cols] = tape.shape(x);
    let y = tape.activation(rows, cols, name);
    let (n, kind) = (rows * cols, kind as usize);
    let dispatch = tape.dispatch(&ACTIVATION, Dims { n, kind }.list(), vec![tape.view(x), tape.view(y)], name);
    tape.record(dispatch, &[x], move |back| {
        let (x_at, dy) = (back.tape.view(x), back.of(y));
        let (dx, accumulate) = back.into(x);
        back.push(&ACTIVATION_BACK, BackDims { n, kind, accumulate: accumulate as usize }.list(), vec![x_at, dy, dx]);
    });
    y
}

const SQRT_2_OVER_PI: f64 = 0.797_884_560_802_865_4;
const CUBIC: f64 = 0.044_715;

fn gelu_tanh<T: Real>(x: T) -> T {
    (T::of(SQRT_2_OVER_PI) * (x + T::of(CUBIC) * x * x * x)).tanh()
}

fn relu<T: Real>(x: T) -> T {
    if x > T::ZERO { x } else { T::ZERO }
}

fn gelu<T: Real>(x: T) -> T {
    T::of(0.5) * x * (T::ONE + gelu_tanh(x))
}

fn relu_slope<T: Real>(x: T) -> T {
    if x > T::ZERO { T::ONE } else { T::ZERO }
}

fn gelu_slope<T: Real>(x: T) -> T {
    let t = gelu_tanh(x);
    let inner = T::of(SQRT_2_OVER_PI) * (T::ONE + T::of(3.0 * CUBIC) * x * x);
    T::of(0.5) * (T::ONE + t) + T::of(0.5) * x * (T::ONE - t * t) * inner
}

fn tanh_slope<T: Real>(x: T) -> T {
    let t = x.tanh();
    T::ONE - t * t
}

fn activation_reference<T: Real>(args: &mut Args<T>) {
    /// One loop per function, so that the compiler can vectorise it.
    fn each<T: Real>(args: &mut Args<T>, f: impl Fn(T) -> T) {
        for (&x, y) in args.input(0).iter().zip(args.output(1)) {
            *y = f(x);
        }
    }
    match Dims::kind(args.dims) {
        0 => each(args, relu),
        1 => each(args, gelu),
        2 => each(args, T::tanh),
        _ => each(args, |x| x * x),
    }
}

fn activation_back_reference<T: Real>(args: &mut Args<T>) {
    fn each<T: Real>(args: &mut Args<T>, slope: impl Fn(T) -> T) {
        let (x, dy, dx) = (args.input(0), args.input(1), args.output(2));
        let steps = x.iter().zip(dy).zip(dx);
        if BackDims::accumulate(args.dims) == 1 {
            steps.for_each(|((&x, &dy), dx)| *dx += dy * slope(x));
        } else {
            steps.for_each(|((&x, &dy), dx)| *dx = dy * slope(x));
        }
    }
    match Dims::kind(args.dims) {
        0 => each(args, relu_slope),
        1 => each(args, gelu_slope),
        2 => each(args, tanh_slope),
        _ => each(args, |x| x + x),
    }
}

fn example(tape: &mut Tape, kind: Activation) -> Tensor {
    let x = tape.param("x", 3, 7, Init::Normal(1.0));
    activation(tape, x, kind, "y")
}
