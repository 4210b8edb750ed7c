//! `head_linear`: y_h = x_h W_h for every head h, the head's columns of x times the head's rows of W.
//!
//! With x = v and W = W_O·W_in it says what each head would add to the MLP's input if it attended to a row
//! alone. Shapes, with model width HEADS·WIDTH: x [M, XCOLS], of which columns FROM..FROM + HEADS·WIDTH are
//! used, W [HEADS·WIDTH, N], y [M, HEADS·N]. The products are [`MATMUL`]'s, with a head per matrix.

use super::linear::weight_gradient;
use super::matmul::{MATMUL, Product};
use super::{Op, add};
use crate::plan::View;
use crate::tape::{Init, Tape, Tensor};

/// Table entry.
pub static OP: Op = Op { name: "head_linear", kernels: &[], examples: &[example, both_halves, all_columns] };

/// Records y_h = x_h W_h for `heads` heads, from column `from` of x. W is `[heads · width, N]`.
pub fn head_linear(tape: &mut Tape, x: Tensor, from: usize, w: Tensor, heads: usize, name: &str) -> Tensor {
    let ([m, cols], [model, n]) = (tape.shape(x), tape.shape(w));
    assert!(from + model <= cols, "head_linear `{name}`: x has {cols} columns, {from} + {model} are needed");
    assert_eq!(model % heads, 0, "head_linear `{name}`: {heads} heads do not divide {model} rows");
    let width = model / heads;
    let y = tape.activation(m, heads * n, name);
    let (x_strides, w_strides, y_strides) = ([cols, 1, width], [n, 1, width * n], [heads * n, 1, n]);
    let transposed = |[r, c, h]: [usize; 3]| [c, r, h];
    let forward = Product { batch: heads, a: x_strides, b: w_strides, c: [heads * n, n], ..Product::plain([m, n, width]) };
    let views = forward.views(columns(tape.view(x), from), tape.view(w), None, None, tape.view(y));
    let dispatch = tape.dispatch(&MATMUL, forward.dims(), views, name);
    tape.record(dispatch, &[x, w], move |back| {
        let (x_at, w_at, dy) = (columns(back.tape.view(x), from), back.tape.view(w), back.of(y));
        let (dx, mut accumulate) = back.into(x);
        if accumulate == 0 && model < cols {
            // The other columns of dx are 0.
            let zeros = back.tape.numbers(dx.len, "zeros");
            back.push(&add::ADD_BACK, vec![dx.len as u32, 0], vec![zeros, dx]);
            accumulate = 1;
        }
        let product = Product {
            batch: heads,
            a: y_strides,
            b: transposed(w_strides),
            c: [cols, width],
            accumulate: accumulate == 1,
            ..Product::plain([m, width, n])
        };
        back.push(&MATMUL, product.dims(), product.views(dy, w_at, None, None, columns(dx, from)));
        let product =
            Product { batch: heads, a: transposed(x_strides), b: y_strides, c: [n, width * n], ..Product::plain([width, n, m]) };
        weight_gradient(back, product, x_at, dy, w);
    });
    y
}

/// The part of a matrix from a column of its first row on.
fn columns(matrix: View, from: usize) -> View {
    View { offset: matrix.offset + from, len: matrix.len - from, ..matrix }
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
    add::add(tape, u, v, "y")
}

/// All of x is used.
fn all_columns(tape: &mut Tape) -> Tensor {
    let [x, w] = [("x", 3, 4), ("w", 4, 3)].map(|(name, rows, cols)| tape.param(name, rows, cols, Init::Normal(1.0)));
    head_linear(tape, x, 0, w, 2, "y")
}
