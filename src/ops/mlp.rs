//! `mlp`: y = r + relu(x W_in + b_in) W_out + b_out, a block's two layers with their residual sum, in two products.
//!
//! Either bias may be missing. Shapes: x [M, D], W_in [D, H], b_in [H], W_out [H, N], b_out [N], r and y [M, N]. Without a norm before it, x is r.
//! Backward, with h the hidden layer: dpre = dy W_outᵀ where h > 0, dx = dpre W_inᵀ, dr = dy, both in one where
//! x is r; dW_out = hᵀ dy, dW_in = xᵀ dpre, and the biases' gradients are the sums of the rows of dy and dpre.

use super::linear::{Layer, bias_gradient, weight_gradient};
use super::matmul::{Extra, MATMUL, Product};
use crate::tape::{Init, Op, Tape, Tensor};

/// Table entry.
pub static OP: Op = Op { name: "mlp", kernels: &[], examples: &[example, with_residual, without_biases] };

/// Records y = r + relu(x W_in + b_in) W_out + b_out; `up` is W_in and b_in, `down` is W_out and b_out.
pub fn mlp(tape: &mut Tape, x: Tensor, residual: Tensor, up: Layer, down: Layer, name: &str) -> Tensor {
    let ([m, d], [d2, h], [h2, n]) = (tape.shape(x), tape.shape(up.w), tape.shape(down.w));
    assert_eq!((d, h), (d2, h2), "mlp `{name}`: columns of x and rows of W_in, columns of W_in and rows of W_out");
    assert_eq!([m, n], tape.shape(residual), "mlp `{name}`: the residual's shape");
    let (Layer { w: w_in, b: b_in }, Layer { w: w_out, b: b_out }) = (up, down);
    let hidden = tape.activation(m, h, "mlp hidden");
    let y = tape.activation(m, n, name);

    let product = Product { bias: b_in.is_some(), relu: true, ..Product::plain([m, h, d]) };
    let bias = b_in.map(|b| tape.view(b));
    let views = product.views(tape.view(x), tape.view(w_in), bias, None, tape.view(hidden));
    let dispatch = tape.dispatch(&MATMUL, product.dims(), views, "mlp in");
    let inputs: Vec<Tensor> = [x, w_in].into_iter().chain(b_in).collect();
    tape.record(dispatch, &inputs, move |back| {
        let (x_at, w_at, dpre, dy) = (back.tape.view(x), back.tape.view(w_in), back.of(hidden), back.of(y));
        weight_gradient(back, Product::transposed_a([d, h, m]), x_at, dpre, w_in);
        if let Some(b_in) = b_in {
            bias_gradient(back, [m, h], hidden, b_in);
        }
        let (dx, accumulate) = back.into(x);
        let extra = (x == residual).then_some(dy);
        let product = Product {
            extra: if extra.is_some() { Extra::Add } else { Extra::None },
            accumulate: accumulate == 1,
            ..Product::transposed_b([m, d, h])
        };
        back.push(&MATMUL, product.dims(), product.views(dpre, w_at, None, extra, dx));
    });

    let product = Product { bias: b_out.is_some(), extra: Extra::Add, ..Product::plain([m, n, h]) };
    let (bias, added) = (b_out.map(|b| tape.view(b)), tape.view(residual));
    let views = product.views(tape.view(hidden), tape.view(w_out), bias, Some(added), tape.view(y));
    let dispatch = tape.dispatch(&MATMUL, product.dims(), views, name);
    let inputs: Vec<Tensor> = [hidden, w_out, residual].into_iter().chain(b_out).collect();
    tape.record(dispatch, &inputs, move |back| {
        let (hidden_at, w_at, dy) = (back.tape.view(hidden), back.tape.view(w_out), back.of(y));
        weight_gradient(back, Product::transposed_a([h, n, m]), hidden_at, dy, w_out);
        if let Some(b_out) = b_out {
            bias_gradient(back, [m, n], y, b_out);
        }
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

fn params(tape: &mut Tape) -> [Layer; 2] {
    let mut param = |name, rows, cols| tape.param(name, rows, cols, Init::Normal(1.0));
    let [w_in, b_in, w_out, b_out] = [param("W_in", 3, 5), param("b_in", 1, 5), param("W_out", 5, 3), param("b_out", 1, 3)];
    [Layer { w: w_in, b: Some(b_in) }, Layer { w: w_out, b: Some(b_out) }]
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

fn without_biases(tape: &mut Tape) -> Tensor {
    let [x, w_in, w_out] =
        [("x", 4, 3), ("W_in", 3, 5), ("W_out", 5, 3)].map(|(name, rows, cols)| tape.param(name, rows, cols, Init::Normal(1.0)));
    let [up, down] = [w_in, w_out].map(|w| Layer { w, b: None });
    mlp(tape, x, x, up, down, "y")
}
