//! `matmul`: C\[h\] = epilogue(A\[h\] B\[h\]), one kernel for every matrix product of the models and their gradients.
//!
//! Strides make any operand transposed, a slice of columns, or one of several heads. Shapes: A [BATCH, M, K],
//! B [BATCH, K, N], C [BATCH, M, N]. A long sum over K can be divided into [`Product::split`] partial results.

use super::gemm::gemm_between;
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, Variant, dims, in_out, input, iterations, put};
use crate::plan::View;
use crate::tape::Op;
use crate::{cpu, wgsl};

/// Table entry. Recorded by [`linear`](super::linear), [`head_linear`](super::head_linear) and [`mlp`](super::mlp).
pub static OP: Op = Op { name: "matmul", kernels: &[&MATMUL], examples: &[] };

dims! {
    struct Dims {
        m, n, k, batch, a_row, a_col, a_batch, b_row, b_col, b_batch, c_row, c_batch, split, bias, extra, relu, accumulate,
    }
}

/// C\[h\] (+)= epilogue(Σ_k A\[h\]\[m, k\] B\[h\]\[k, n\])
pub static MATMUL: Kernel = Kernel {
    name: "matmul",
    wgsl: wgsl!("matmul"),
    dims: Dims::NAMES,
    binds: &[
        input("a", |d| Product::of(d).spans()[0]),
        input("b", |d| Product::of(d).spans()[1]),
        input("bias", |d| if Dims::bias(d) == 1 { Dims::n(d) } else { 1 }),
        input("extra", |d| if Dims::extra(d) == 0 { 1 } else { Product::of(d).spans()[2] }),
        in_out("c", |d| Product::of(d).spans()[2] * Dims::split(d), Fill::Normal),
    ],
    cpu: cpu!(matmul_reference, optimised: matmul_optimised),
    grid: |d| grid(d, [32, 32]),
    flops: |d| {
        let Dims { m, n, k, batch, .. } = Dims::of(d);
        2 * iterations([m, n, k, batch])
    },
    checks: Checks::new(CASES, Tolerance { relative: 3e-6, why: "f32 sums of up to a few thousand products, in another order" }),
    bound: Bound::Arithmetic,
    variants: &[
        Variant { name: "matmul_32", wgsl: wgsl!("matmul_32"), grid: |d| grid(d, [32, 32]) },
        Variant { name: "matmul_64x32", wgsl: wgsl!("matmul_64x32"), grid: |d| grid(d, [64, 32]) },
        Variant { name: "matmul_64", wgsl: wgsl!("matmul_64"), grid: |d| grid(d, [64, 64]) },
    ],
};

/// Workgroups for tiles of `rows × cols`: tiles across, then tiles down × heads × chunks.
fn grid(d: &[u32], [rows, cols]: [usize; 2]) -> [u32; 2] {
    let Dims { m, n, batch, split, .. } = Dims::of(d);
    [n.div_ceil(cols), m.div_ceil(rows) * batch * split].map(|groups| groups as u32)
}

const CASES: &[&[u32]] = &[
    //  M, N, K, BATCH, A: row, col, batch, B: row, col, batch, C: row, batch, SPLIT, BIAS, EXTRA, RELU, ACCUMULATE
    &[1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0],
    &[5, 7, 3, 1, 3, 1, 0, 7, 1, 0, 7, 0, 1, 1, 1, 1, 1],
    // x W + b
    &[67, 33, 130, 1, 130, 1, 0, 33, 1, 0, 33, 0, 1, 1, 0, 0, 0],
    &[129, 72, 64, 1, 64, 1, 0, 72, 1, 0, 72, 0, 1, 1, 0, 1, 0],
    // dy Wᵀ, masked, accumulated, with a residual
    &[70, 65, 33, 1, 33, 1, 0, 1, 33, 0, 65, 0, 1, 0, 2, 0, 0],
    &[9, 128, 64, 1, 64, 1, 0, 1, 64, 0, 128, 0, 1, 0, 0, 0, 1],
    &[66, 40, 17, 1, 17, 1, 0, 1, 17, 0, 40, 0, 1, 0, 1, 0, 0],
    // In several parts of rows, with B across: relu(x Wᵀ + b) + residual, and W as it lies, accumulated
    &[520, 125, 130, 1, 130, 1, 0, 1, 130, 0, 125, 0, 1, 1, 1, 1, 0],
    &[520, 125, 130, 1, 130, 1, 0, 125, 1, 0, 125, 0, 1, 1, 1, 0, 1],
    // xᵀ dy: whole, with a ragged last chunk, with an empty one, and with more chunks than rows
    &[65, 67, 131, 1, 1, 65, 0, 67, 1, 0, 67, 0, 1, 0, 0, 0, 0],
    &[70, 33, 700, 1, 1, 70, 0, 33, 1, 0, 33, 0, 3, 0, 0, 0, 0],
    &[9, 12, 10, 1, 1, 9, 0, 12, 1, 0, 12, 0, 6, 0, 0, 0, 0],
    &[3, 5, 2, 1, 1, 3, 0, 5, 1, 0, 5, 0, 4, 0, 0, 0, 0],
    // Heads: y_h = x_h W_h; dx_h = dy_h W_hᵀ into a part of the columns; dW_h = x_hᵀ dy_h in chunks
    &[35, 33, 5, 3, 17, 1, 5, 33, 1, 165, 99, 33, 1, 0, 0, 0, 0],
    &[67, 34, 40, 2, 80, 1, 40, 1, 40, 1360, 136, 34, 1, 0, 0, 0, 1],
    &[5, 40, 97, 3, 1, 15, 5, 120, 1, 40, 40, 200, 2, 0, 0, 0, 0],
];

/// What happens to a product with a matrix shaped like C.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extra {
    /// Nothing.
    #[default]
    None,
    /// It is added: a residual.
    Add,
    /// The product becomes 0 where it is not positive: the gradient of a ReLU whose output it is.
    Mask,
}

/// A product's sizes, strides and epilogue: the dims of [`MATMUL`] by name. Strides count elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Product {
    /// Rows of A and C, columns of B and C, columns of A and rows of B.
    pub size: [usize; 3],
    /// How many products.
    pub batch: usize,
    /// Distance of A's rows, columns and matrices.
    pub a: [usize; 3],
    /// Distance of B's rows, columns and matrices.
    pub b: [usize; 3],
    /// Distance of C's rows and matrices; its columns are neighbours.
    pub c: [usize; 2],
    /// Into how many chunks of K the result is divided; more than one excludes every epilogue.
    pub split: usize,
    /// Whether a vector is added to every row.
    pub bias: bool,
    /// What else is done with another matrix.
    pub extra: Extra,
    /// Whether negative sums become 0, before `extra`.
    pub relu: bool,
    /// Whether the result is added to C.
    pub accumulate: bool,
}

impl Product {
    /// A [m, k] times B [k, n].
    pub fn plain([m, n, k]: [usize; 3]) -> Self {
        Product {
            size: [m, n, k],
            batch: 1,
            a: [k, 1, 0],
            b: [n, 1, 0],
            c: [n, 0],
            split: 1,
            bias: false,
            extra: Extra::None,
            relu: false,
            accumulate: false,
        }
    }

    /// A [m, k] times the transpose of a matrix [n, k].
    pub fn transposed_b([m, n, k]: [usize; 3]) -> Self {
        Product { b: [1, k, 0], ..Product::plain([m, n, k]) }
    }

    /// The transpose of a matrix [k, m] times B [k, n].
    pub fn transposed_a([m, n, k]: [usize; 3]) -> Self {
        Product { a: [1, m, 0], ..Product::plain([m, n, k]) }
    }

    /// The product with these dims of [`MATMUL`].
    pub fn of(d: &[u32]) -> Self {
        let d = Dims::of(d);
        let extra = match d.extra {
            0 => Extra::None,
            1 => Extra::Add,
            _ => Extra::Mask,
        };
        Product {
            size: [d.m, d.n, d.k],
            batch: d.batch,
            a: [d.a_row, d.a_col, d.a_batch],
            b: [d.b_row, d.b_col, d.b_batch],
            c: [d.c_row, d.c_batch],
            split: d.split,
            bias: d.bias == 1,
            extra,
            relu: d.relu == 1,
            accumulate: d.accumulate == 1,
        }
    }

    /// The dims of [`MATMUL`].
    pub fn dims(&self) -> Vec<u32> {
        let Product { size: [m, n, k], batch, split, .. } = *self;
        let ([a_row, a_col, a_batch], [b_row, b_col, b_batch], [c_row, c_batch]) = (self.a, self.b, self.c);
        let epilogue = self.bias || self.extra != Extra::None || self.relu || self.accumulate;
        assert!(split == 1 || !epilogue, "a product in {split} parts has no epilogue: {self:?}");
        assert!(c_row >= n, "rows of C overlap: {self:?}");
        let [bias, relu, accumulate] = [self.bias, self.relu, self.accumulate].map(usize::from);
        let extra = self.extra as usize;
        Dims {
            m,
            n,
            k,
            batch,
            a_row,
            a_col,
            a_batch,
            b_row,
            b_col,
            b_batch,
            c_row,
            c_batch,
            split,
            bias,
            extra,
            relu,
            accumulate,
        }
        .list()
    }

    /// Every chunk of K with every matrix of the batch.
    fn parts(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let batch = self.batch;
        (0..self.split).flat_map(move |part| (0..batch).map(move |h| (part, h)))
    }

    /// Elements from the first to the last of A, B and C.
    pub fn spans(&self) -> [usize; 3] {
        let [m, n, k] = self.size;
        let span = |rows: usize, cols: usize, [r, c, h]: [usize; 3]| (self.batch - 1) * h + (rows - 1) * r + (cols - 1) * c + 1;
        [span(m, k, self.a), span(k, n, self.b), span(m, n, [self.c[0], 1, self.c[1]])]
    }

    /// The views of [`MATMUL`]: as much as the strides reach from where the operands start.
    pub fn views(&self, a: View, b: View, bias: Option<View>, extra: Option<View>, c: View) -> Vec<View> {
        assert_eq!(bias.is_some(), self.bias, "{self:?}: bias");
        assert_eq!(extra.is_some(), self.extra != Extra::None, "{self:?}: extra");
        let spans = self.spans();
        let unused = View { len: 1, ..a };
        vec![
            View { len: spans[0], ..a },
            View { len: spans[1], ..b },
            bias.unwrap_or(unused),
            extra.map_or(unused, |extra| View { len: spans[2], ..extra }),
            View { len: spans[2] * self.split, ..c },
        ]
    }
}

fn matmul_reference<T: Real>(args: &mut Args<T>) {
    let p = Product::of(args.dims);
    let ([m, n, k], chunk, span) = (p.size, p.size[2].div_ceil(p.split), p.spans()[2]);
    let (a, b, bias, extra, c) = (args.input(0), args.input(1), args.input(2), args.input(3), args.output(4));
    let mut sums = vec![T::ZERO; n];
    for (part, h) in p.parts() {
        for i in 0..m {
            sums.fill(T::ZERO);
            for k in (part * chunk).min(k)..((part + 1) * chunk).min(k) {
                let x = a[h * p.a[2] + i * p.a[0] + k * p.a[1]];
                let b = &b[h * p.b[2] + k * p.b[0]..];
                for (sum, &y) in sums.iter_mut().zip(b.iter().step_by(p.b[1])) {
                    *sum += x * y;
                }
            }
            for (j, &sum) in sums.iter().enumerate() {
                let at = h * p.c[1] + i * p.c[0] + j;
                let sum = if p.bias { sum + bias[j] } else { sum };
                let sum = if p.relu && sum <= T::ZERO { T::ZERO } else { sum };
                let value = match p.extra {
                    Extra::None => sum,
                    Extra::Add => sum + extra[at],
                    Extra::Mask if extra[at] > T::ZERO => sum,
                    Extra::Mask => T::ZERO,
                };
                put(p.accumulate, &mut c[part * span + at], value);
            }
        }
    }
}

fn matmul_optimised(args: &mut Args<f32>) {
    let p = Product::of(args.dims);
    if p.accumulate && (p.relu || p.extra == Extra::Mask) {
        // The sum has to be complete before it meets the old C.
        return matmul_reference(args);
    }
    let ([m, n, k], chunk, span) = (p.size, p.size[2].div_ceil(p.split), p.spans()[2]);
    let (a, b, bias, extra, c) = (args.input(0), args.input(1), args.input(2), args.input(3), args.output(4));
    for (part, h) in p.parts() {
        let c = &mut c[part * span + h * p.c[1]..][..(m - 1) * p.c[0] + n];
        let extra = if p.extra == Extra::None { extra } else { &extra[h * p.c[1]..] };
        let first = (part * chunk).min(k);
        let length = chunk.min(k - first);
        // What is added before the product is there for free.
        let before = |row: usize, c: &mut [f32]| start(&p, c, bias, from_row(&p, extra, row));
        let after = |row: usize, c: &mut [f32]| finish(&p, c, from_row(&p, extra, row));
        if length > 0 {
            let a = (&a[h * p.a[2] + first * p.a[1]..], [p.a[0], p.a[1]]);
            let b = (&b[h * p.b[2] + first * p.b[0]..], [p.b[0], p.b[1]]);
            let beta = if starts(&p) { 1.0 } else { 0.0 };
            gemm_between([m, length, n], a, b, beta, (c, p.c[0]), [&before, &after]);
        } else {
            before(0, c);
            if !starts(&p) {
                c.chunks_mut(p.c[0]).for_each(|c| c[..n].fill(0.0));
            }
            after(0, c);
        }
    }
}

/// The other matrix from a row on, if there is one.
fn from_row<'a>(p: &Product, extra: &'a [f32], row: usize) -> &'a [f32] {
    if p.extra == Extra::None { extra } else { &extra[row * p.c[0]..] }
}

/// Whether C holds something that the product is added to.
fn starts(p: &Product) -> bool {
    p.accumulate || p.bias || (p.extra == Extra::Add && !p.relu)
}

/// Puts bias and residual into C.
fn start(p: &Product, c: &mut [f32], bias: &[f32], extra: &[f32]) {
    let n = p.size[1];
    for (i, c) in c.chunks_mut(p.c[0]).enumerate() {
        let c = &mut c[..n];
        match (p.bias, p.accumulate) {
            (true, true) => c.iter_mut().zip(bias).for_each(|(c, b)| *c += b),
            (true, false) => c.copy_from_slice(bias),
            (false, false) if starts(p) => c.fill(0.0),
            _ => (),
        }
        if p.extra == Extra::Add && !p.relu {
            c.iter_mut().zip(&extra[i * p.c[0]..]).for_each(|(c, e)| *c += e);
        }
    }
}

/// ReLU, then what comes after it.
fn finish(p: &Product, c: &mut [f32], extra: &[f32]) {
    if !p.relu && p.extra != Extra::Mask {
        return;
    }
    for (i, c) in c.chunks_mut(p.c[0]).enumerate() {
        let c = &mut c[..p.size[1]];
        if p.relu {
            c.iter_mut().for_each(|c| *c = if *c > 0.0 { *c } else { 0.0 });
        }
        match p.extra {
            Extra::None => (),
            Extra::Add if !p.relu => (),
            Extra::Add => c.iter_mut().zip(&extra[i * p.c[0]..]).for_each(|(c, e)| *c += e),
            Extra::Mask => c.iter_mut().zip(&extra[i * p.c[0]..]).for_each(|(c, e)| *c = if *e > 0.0 { *c } else { 0.0 }),
        }
    }
}
