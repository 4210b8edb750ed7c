//! `linear`: y = x W (+ b), with its three gradients: dx = dy Wᵀ, dW = xᵀ dy, db = Σ_rows dy.
//!
//! Shapes: x [M, K], W [K, N], b [N], y [M, N]. The products are [`MATMUL`]'s.

use super::add::add;
use super::column_sum::push_column_sum;
use super::gather::gather;
use super::matmul::{Extra, MATMUL, Product};
use crate::plan::View;
use crate::tape::{Backward, Init, Op, Tape, Tensor};

/// Table entry.
pub static OP: Op =
    Op { name: "linear", kernels: &[], examples: &[example, example_without_bias, shared_input, many_rows, one_row] };

/// The parameters of a linear layer: W `[K, N]`, and b `[1, N]` if it has one.
#[derive(Debug, Clone, Copy)]
pub struct Layer {
    /// W
    pub w: Tensor,
    /// b
    pub b: Option<Tensor>,
}

/// Records y = x W (+ b). W is `[K, N]`, b `[1, N]`.
pub fn linear(tape: &mut Tape, x: Tensor, w: Tensor, b: Option<Tensor>, name: &str) -> Tensor {
    linear_onto(tape, x, w, b, None, name)
}

/// Records y = x W (+ b) (+ residual). W is `[K, N]`, b `[1, N]`, the residual `[M, N]`.
pub fn linear_onto(tape: &mut Tape, x: Tensor, w: Tensor, b: Option<Tensor>, residual: Option<Tensor>, name: &str) -> Tensor {
    let ([m, k], [k2, n]) = (tape.shape(x), tape.shape(w));
    assert_eq!(k, k2, "linear `{name}`: x has {k} columns, W has {k2} rows");
    assert!(residual.is_none_or(|r| tape.shape(r) == [m, n]), "linear `{name}`: the residual is not {m} × {n}");
    let y = tape.activation(m, n, name);
    let extra = if residual.is_some() { Extra::Add } else { Extra::None };
    let product = Product { bias: b.is_some(), extra, ..Product::plain([m, n, k]) };
    let [bias, added] = [b, residual].map(|t| t.map(|t| tape.view(t)));
    let views = product.views(tape.view(x), tape.view(w), bias, added, tape.view(y));
    let dispatch = tape.dispatch(&MATMUL, product.dims(), views, name);
    let inputs: Vec<_> = [x, w].into_iter().chain(b).chain(residual).collect();
    tape.record(dispatch, &inputs, move |back| {
        gradients(back, x, w, y);
        if let Some(b) = b {
            if m == 1 { back.pass(b, y) } else { bias_gradient(back, [m, n], y, b) }
        }
        if let Some(residual) = residual {
            back.pass(residual, y);
        }
    });
    y
}

/// Pushes dx (+)= dy Wᵀ and dW (+)= xᵀ dy of y = x W.
pub(super) fn gradients(back: &mut Backward, x: Tensor, w: Tensor, y: Tensor) {
    let ([m, k], [_, n], [x_at, w_at]) = (back.tape.shape(x), back.tape.shape(w), [x, w].map(|t| back.tape.view(t)));
    for dy in back.all(y) {
        if back.wants(x) {
            let (dx, accumulate) = back.into(x);
            let product = Product { accumulate: accumulate == 1, ..Product::transposed_b([m, k, n]) };
            back.push(&MATMUL, product.dims(), product.views(dy, w_at, None, None, dx));
        }
        weight_gradient(back, Product::transposed_a([k, n, m]), x_at, dy, w);
    }
}

/// dW (+)= xᵀ dy as `product` says. Long sums are divided, so that there is work for a whole GPU.
pub(super) fn weight_gradient(back: &mut Backward, product: Product, x: View, dy: View, w: Tensor) {
    let (split, len) = (chunks(&product), back.tape.view(w).len);
    if split == 1 {
        let (dw, accumulate) = back.into(w);
        let product = Product { accumulate: accumulate == 1, ..product };
        back.push(&MATMUL, product.dims(), product.views(x, dy, None, None, dw));
        return;
    }
    let product = Product { split, ..product };
    assert_eq!(product.spans()[2], len, "partial sums of all of W");
    let parts = back.parts(w, split);
    let sums = parts.unwrap_or_else(|| back.tape.numbers(split * len, "partial sums"));
    back.push(&MATMUL, product.dims(), product.views(x, dy, None, None, sums));
    if parts.is_none() {
        // Only the optimiser adds parts up by itself.
        let (dw, accumulate) = back.into(w);
        push_column_sum(back, sums, split, len, dw, accumulate);
    }
}

/// Tiles of 32×32 that keep a GPU busy.
const TILES: usize = 256;
/// Shortest sum worth a tile of its own.
const TERMS: usize = 128;

/// Into how many chunks to divide the sums of a product.
fn chunks(product: &Product) -> usize {
    let [m, n, k] = product.size;
    let tiles = m.div_ceil(32) * n.div_ceil(32) * product.batch;
    TILES.div_ceil(tiles).min(k / TERMS).max(1)
}

/// db (+)= the sum of the rows of dy `[m, n]`.
pub(super) fn bias_gradient(back: &mut Backward, [m, n]: [usize; 2], y: Tensor, b: Tensor) {
    for dy in back.all(y) {
        let (db, accumulate) = back.into(b);
        push_column_sum(back, dy, m, n, db, accumulate);
    }
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
    add(tape, u, v, "y")
}

/// So many rows that the gradients of W and V are divided; V is no parameter.
fn many_rows(tape: &mut Tape) -> Tensor {
    let [x, w, b] =
        [("x", 5, 2), ("w", 2, 2), ("b", 2, 2)].map(|(name, rows, cols)| tape.param(name, rows, cols, Init::Normal(1.0)));
    let repeated: Vec<u32> = (0..2 * TERMS as u32 + 3).map(|i| i % 5).collect();
    let rows = tape.rows(5, &vec![repeated; tape.runs()], "rows");
    let x = gather(tape, x, rows, "many rows");
    let u = linear(tape, x, w, None, "u");
    let v = add(tape, w, b, "v");
    linear(tape, u, v, None, "y")
}

/// One row, whose bias and residual are rows as well; the gradient of u stays in two parts.
fn one_row(tape: &mut Tape) -> Tensor {
    let [x, w, b, r] = [("x", 1, 3), ("w", 3, 3), ("b", 1, 3), ("r", 1, 3)]
        .map(|(name, rows, cols)| tape.param(name, rows, cols, Init::Normal(1.0)));
    let u = linear_onto(tape, x, w, Some(b), Some(r), "u");
    tape.spreads(u);
    let [y, z] = ["y", "z"].map(|name| linear(tape, u, w, None, name));
    add(tape, y, z, "sum")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sums_are_divided_until_there_are_enough_tiles() {
        let of = |size, batch| chunks(&Product { batch, ..Product::transposed_a(size) });
        // W_in, W_U and W_O of the reference workload; its tables; a matrix that is large enough; few examples.
        let cases = [([128, 512, 3830], 1), ([128, 113, 3830], 1), ([128, 128, 3830], 1), ([32, 512, 227], 4)];
        assert_eq!(cases.map(|(size, batch)| of(size, batch)), [4, 16, 16, 1]);
        assert_eq!([of([512, 512, 3830], 1), of([128, 512, 255], 1), of([8, 8, 20], 1)], [1, 1, 1]);
        assert_eq!(of([1, 1, 100_000], 1), TILES);
    }
}
