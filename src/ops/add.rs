//! `add`: y = a + b, the residual connection. Its backward passes the gradient to both.

use crate::kernel::{Args, Bound, Checks, Elements, Kernel, Real, Tolerance, fold, input, output};
use crate::tape::{ADD_BACK, Init, Op, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "add", kernels: &[&ADD, &ADD_BACK], examples: &[example, shared] };

/// y = a + b
pub static ADD: Kernel = Kernel {
    name: "add",
    wgsl: wgsl!("add"),
    dims: Elements::NAMES,
    binds: &[input("a", Elements::n), input("b", Elements::n), output("y", Elements::n)],
    cpu: cpu!(add_reference),
    grid: |d| fold(Elements::n(d).div_ceil(64) as u32),
    flops: |d| Elements::n(d) as u64,
    checks: Checks::new(&[&[1], &[63], &[1025]], Tolerance { relative: 0.0, why: "one rounding, the same everywhere" }),
    bound: Bound::Memory,
    variants: &[],
};

/// Records y = a + b.
pub fn add(tape: &mut Tape, a: Tensor, b: Tensor, name: &str) -> Tensor {
    let shape @ [rows, cols] = tape.shape(a);
    assert_eq!(shape, tape.shape(b), "add `{name}`: shapes differ");
    let y = tape.activation(rows, cols, name);
    let views = vec![tape.view(a), tape.view(b), tape.view(y)];
    let dispatch = tape.dispatch(&ADD, Elements { n: rows * cols }.list(), views, name);
    tape.record(dispatch, &[a, b], move |back| {
        back.pass(a, y);
        back.pass(b, y);
    });
    y
}

fn add_reference<T: Real>(args: &mut Args<T>) {
    let (a, b, y) = (args.input(0), args.input(1), args.output(2));
    for ((y, &a), &b) in y.iter_mut().zip(a).zip(b) {
        *y = a + b;
    }
}

fn example(tape: &mut Tape) -> Tensor {
    let [a, b] = ["a", "b"].map(|name| tape.param(name, 3, 5, Init::Normal(1.0)));
    add(tape, a, b, "y")
}

/// A residual around a residual: gradients that are shared, copied and accumulated.
fn shared(tape: &mut Tape) -> Tensor {
    let [a, b] = ["a", "b"].map(|name| tape.param(name, 3, 5, Init::Normal(1.0)));
    let u = add(tape, a, b, "u");
    let v = add(tape, u, b, "v");
    let w = add(tape, v, v, "w");
    add(tape, w, u, "y")
}
