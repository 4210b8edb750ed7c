//! `head_linear`: y_h = x_h W_h for every head h, the head's columns of x times the head's rows of W.
//!
//! With x = v and W = W_O·W_in it says what each head would add to the MLP's input if it attended to a row
//! alone. Shapes: x [M, HEADS·WIDTH], W [HEADS·WIDTH, N], y [M, HEADS·N]. The products are [`MATMUL`]'s, with a head per matrix.

use super::add;
use super::linear::weight_gradient;
use super::matmul::{MATMUL, Product};
use crate::tape::{Init, Op, Tape, Tensor};

/// Table entry.
pub static OP: Op = Op { name: "head_linear", kernels: &[], examples: &[example, twice] };

/// Records y_h = x_h W_h for `heads` heads. x is `[M, heads · width]`, W `[heads · width, N]`.
pub fn head_linear(tape: &mut Tape, x: Tensor, w: Tensor, heads: usize, name: &str) -> Tensor {
    let ([m, model], [rows, n]) = (tape.shape(x), tape.shape(w));
    assert_eq!(model, rows, "head_linear `{name}`: x has {model} columns, W has {rows} rows");
    assert_eq!(model % heads, 0, "head_linear `{name}`: {heads} heads do not divide {model} rows");
    let width = model / heads;
    let y = tape.activation(m, heads * n, name);
    let (x_strides, w_strides, y_strides) = ([model, 1, width], [n, 1, width * n], [heads * n, 1, n]);
    let transposed = |[r, c, h]: [usize; 3]| [c, r, h];
    let forward = Product { batch: heads, a: x_strides, b: w_strides, c: [heads * n, n], ..Product::plain([m, n, width]) };
    let views = forward.views(tape.view(x), tape.view(w), None, None, tape.view(y));
    let dispatch = tape.dispatch(&MATMUL, forward.dims(), views, name);
    tape.record(dispatch, &[x, w], move |back| {
        let (x_at, w_at, dy) = (back.tape.view(x), back.tape.view(w), back.of(y));
        let (dx, accumulate) = back.into(x);
        let product = Product {
            batch: heads,
            a: y_strides,
            b: transposed(w_strides),
            c: [model, width],
            accumulate: accumulate == 1,
            ..Product::plain([m, width, n])
        };
        back.push(&MATMUL, product.dims(), product.views(dy, w_at, None, None, dx));
        let product =
            Product { batch: heads, a: transposed(x_strides), b: y_strides, c: [n, width * n], ..Product::plain([width, n, m]) };
        weight_gradient(back, product, x_at, dy, w);
    });
    y
}

fn params(tape: &mut Tape) -> [Tensor; 2] {
    [("x", 3, 4), ("w", 4, 4)].map(|(name, rows, cols)| tape.param(name, rows, cols, Init::Normal(1.0)))
}

fn example(tape: &mut Tape) -> Tensor {
    let [x, w] = params(tape);
    head_linear(tape, x, w, 2, "y")
}

/// Two products of the same operands, whose gradients stay in parts.
fn twice(tape: &mut Tape) -> Tensor {
    let [x, w] = params(tape);
    let v = super::linear::linear(tape, w, w, None, "v");
    tape.spreads(v);
    let [a, b] = ["a", "b"].map(|name| head_linear(tape, x, v, 2, name));
    add::add(tape, a, b, "y")
}
