//! `mlp`: y = r + relu(x W_in + b_in) W_out + b_out, a block's two layers with their residual sum, in two products.
//!
//! Shapes: x [M, D], W_in [D, H], b_in [H], W_out [H, N], b_out [N], r and y [M, N]. Without a norm before it, x is r.
//! Backward, with h the hidden layer: dpre = dy W_outᵀ where h > 0, dx = dpre W_inᵀ, dr = dy, both in one where
//! x is r; dW_out = hᵀ dy, dW_in = xᵀ dpre, and the biases' gradients are the sums of the rows of dy and dpre.

use super::Op;
use super::linear::{bias_gradient, weight_gradient};
use super::matmul::{Extra, MATMUL, Product};
use crate::tape::{Init, Tape, Tensor};

/// Table entry.
pub static OP: Op = Op { name: "mlp", kernels: &[], examples: &[example, with_residual] };

/// Records y = r + relu(x W_in + b_in) W_out + b_out; `up` is W_in and b_in, `down` is W_out and b_out.
pub fn mlp(tape: &mut Tape, x: Tensor, residual: Tensor, up: [Tensor; 2], down: [Tensor; 2], name: &str) -> Tensor {
    let ([m, d], [d2, h], [h2, n]) = (tape.shape(x), tape.shape(up[0]), tape.shape(down[0]));
    assert_eq!((d, h), (d2, h2), "mlp `{name}`: columns of x and rows of W_in, columns of W_in and rows of W_out");
    assert_eq!([m, n], tape.shape(residual), "mlp `{name}`: the residual's shape");
    let ([w_in, b_in], [w_out, b_out]) = (up, down);
    let hidden = tape.activation(m, h, "mlp hidden");
    let y = tape.activation(m, n, name);

    let product = Product { bias: true, relu: true, ..Product::plain([m, h, d]) };
    let views = product.views(tape.view(x), tape.view(w_in), Some(tape.view(b_in)), None, tape.view(hidden));
    let dispatch = tape.dispatch(&MATMUL, product.dims(), views, "mlp in");
    tape.record(dispatch, &[x, w_in, b_in], move |back| {
        let (x_at, w_at, dpre, dy) = (back.tape.view(x), back.tape.view(w_in), back.of(hidden), back.of(y));
        weight_gradient(back, Product::transposed_a([d, h, m]), x_at, dpre, w_in);
        bias_gradient(back, [m, h], hidden, b_in);
        let (dx, accumulate) = back.into(x);
        let extra = (x == residual).then_some(dy);
        let product = Product {
            extra: if extra.is_some() { Extra::Add } else { Extra::None },
            accumulate: accumulate == 1,
            ..Product::transposed_b([m, d, h])
        };
        back.push(&MATMUL, product.dims(), product.views(dpre, w_at, None, extra, dx));
    });

    let product = Product { bias: true, extra: Extra::Add, ..Product::plain([m, n, h]) };
    let (bias, added) = (tape.view(b_out), tape.view(residual));
    let views = product.views(tape.view(hidden), tape.view(w_out), Some(bias), Some(added), tape.view(y));
    let dispatch = tape.dispatch(&MATMUL, product.dims(), views, name);
    tape.record(dispatch, &[hidden, w_out, b_out, residual], move |back| {
        let (hidden_at, w_at, dy) = (back.tape.view(hidden), back.tape.view(w_out), back.of(y));
        weight_gradient(back, Product::transposed_a([h, n, m]), hidden_at, dy, w_out);
        bias_gradient(back, [m, n], y, b_out);
        // The hidden layer belongs to this op, so nothing else adds to its gradient.
        let (dpre, _) = back.into(hidden);
        let product = Product { extra: Extra::Mask, ..Product::transposed_b([m, h, n]) };
        back.push(&MATMUL, product.dims(), product.views(dy, w_at, None, Some(hidden_at), dpre));
        if x != residual {
            back.pass(residual, y);
        }
    });
    y
}

fn params(tape: &mut Tape) -> [[Tensor; 2]; 2] {
    let mut param = |name, rows, cols| tape.param(name, rows, cols, Init::Normal(1.0));
    [[param("W_in", 3, 5), param("b_in", 1, 5)], [param("W_out", 5, 3), param("b_out", 1, 3)]]
}

fn example(tape: &mut Tape) -> Tensor {
    let x = tape.param("x", 4, 3, Init::Normal(1.0));
    let [up, down] = params(tape);
    mlp(tape, x, x, up, down, "y")
}

/// The residual is another tensor, as with a norm before the layers.
fn with_residual(tape: &mut Tape) -> Tensor {
    let [x, residual] = ["x", "residual"].map(|name| tape.param(name, 4, 3, Init::Normal(1.0)));
    let [up, down] = params(tape);
    mlp(tape, x, residual, up, down, "y")
}
