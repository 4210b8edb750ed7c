//! Dense matrix products of the CPU backend: through a GEMM crate natively, where it has kernels for AVX and NEON,
//! and by [`blocked`](super::blocked) loops in the browser, where those are faster.

/// A matrix, and the distances of its rows and its columns.
type Strided<'a> = (&'a [f32], [usize; 2]);
/// Is given the number of a row of C, and C from there on, as far as it is in hand.
type Rows<'a> = &'a (dyn Fn(usize, &mut [f32]) + Sync);

/// C = A B + β·C with row and column strides; A is m×k, B is k×n, C is m×n with rows `c_stride` ≥ n apart.
pub fn gemm(size: [usize; 3], a: Strided, b: Strided, beta: f32, c: (&mut [f32], usize)) {
    gemm_between(size, a, b, beta, c, [&|_, _| (), &|_, _| ()]);
}

/// The same between what is done to all rows of C before and after it. Natively that is a part of the rows at a time, which then are in
/// the cache. In the browser, where loops have little to gain from that and packing B again takes up to 7 % of a step, it is all at once.
pub fn gemm_between(
    [m, k, n]: [usize; 3],
    (a, a_strides): Strided,
    (b, b_strides): Strided,
    beta: f32,
    (c, c_stride): (&mut [f32], usize),
    around: [Rows; 2],
) {
    let reach = |rows: usize, cols: usize, [r, s]: [usize; 2]| (rows - 1) * r + (cols - 1) * s;
    assert!(reach(m, k, a_strides) < a.len() && reach(k, n, b_strides) < b.len());
    assert!(n <= c_stride && reach(m, n, [c_stride, 1]) < c.len());
    product([m, k, n], (a, a_strides), (b, b_strides), beta, (c, c_stride), around);
}

/// On the one thread of a worker.
#[cfg(target_arch = "wasm32")]
fn product(size: [usize; 3], a: Strided, b: Strided, beta: f32, (c, c_stride): (&mut [f32], usize), [before, after]: [Rows; 2]) {
    before(0, c);
    super::blocked::gemm(size, a, b, beta, (c, c_stride));
    after(0, c);
}

#[cfg(not(target_arch = "wasm32"))]
use super::optimised::rows::for_each_part;

/// Operations that are worth giving to another thread.
#[cfg(not(target_arch = "wasm32"))]
const WORTH_A_THREAD: usize = 4_000_000;
/// Fewer rows would not pay for each part packing all of B.
#[cfg(not(target_arch = "wasm32"))]
const FEWEST_ROWS: usize = 128;
/// Where so many parts would each pack a B whose columns are apart, it is laid straight first.
#[cfg(not(target_arch = "wasm32"))]
const STRAIGHT: usize = 4;

/// On all cores, in parts of rows.
#[cfg(not(target_arch = "wasm32"))]
fn product(
    [m, k, n]: [usize; 3],
    (a, [a_down, a_across]): Strided,
    b: Strided,
    beta: f32,
    (c, c_stride): (&mut [f32], usize),
    [before, after]: [Rows; 2],
) {
    let rows = (WORTH_A_THREAD / (2 * k * n)).max(FEWEST_ROWS);
    let straight = (b.1[1] > 1 && m >= STRAIGHT * rows).then(|| rows_of(b, [k, n]));
    let (b, [b_down, b_across]) = straight.as_ref().map_or(b, |straight| (straight, [n, 1]));
    let [ra, ca, rb, cb, rc] = [a_down, a_across, b_down, b_across, c_stride].map(|stride| stride as isize);
    let reach = c.len().min(m * c_stride);
    for_each_part([(&mut c[..reach], c_stride)], rows, |first, [c]| {
        before(first, c);
        let (a, rows) = (&a[first * a_down..], c.len().div_ceil(c_stride));
        // SAFETY: `gemm_between` has bounded every element that the strides reach in A, B and all rows of C, of which these
        // are the next `rows`; C does not alias A or B.
        #[expect(unsafe_code, reason = "the GEMM crate's interface takes pointers")]
        unsafe {
            matrixmultiply::sgemm(rows, k, n, 1.0, a.as_ptr(), ra, ca, b.as_ptr(), rb, cb, beta, c.as_mut_ptr(), rc, 1);
        }
        after(first, c);
    });
}

/// A matrix [rows, cols] with its rows as they are read, one after the other.
#[cfg(not(target_arch = "wasm32"))]
fn rows_of((b, [down, across]): Strided, [rows, cols]: [usize; 2]) -> Vec<f32> {
    /// Columns that stay in the cache.
    const STRIPE: usize = 16;
    let mut straight = vec![0.0; rows * cols];
    for left in (0..cols).step_by(STRIPE) {
        for (row, line) in straight.chunks_exact_mut(cols).enumerate() {
            let line = &mut line[left..cols.min(left + STRIPE)];
            line.iter_mut().enumerate().for_each(|(i, x)| *x = b[row * down + (left + i) * across]);
        }
    }
    straight
}

#[cfg(test)]
mod tests {
    use super::super::blocked;
    use super::*;
    use crate::rng::{Rng, Stream};

    type Product = fn([usize; 3], (&[f32], [usize; 2]), (&[f32], [usize; 2]), f32, (&mut [f32], usize));

    /// In f64, element by element.
    fn reference(
        [m, k, n]: [usize; 3],
        (a, [a_down, a_across]): (&[f32], [usize; 2]),
        (b, [b_down, b_across]): (&[f32], [usize; 2]),
        beta: f32,
        (c, c_stride): (&mut [f32], usize),
    ) {
        for (i, c) in c.chunks_mut(c_stride).take(m).enumerate() {
            for (j, c) in c[..n].iter_mut().enumerate() {
                let term = |d: usize| f64::from(a[i * a_down + d * a_across]) * f64::from(b[d * b_down + j * b_across]);
                let before = if beta == 0.0 { 0.0 } else { f64::from(beta * *c) };
                *c = (before + (0..k).map(term).sum::<f64>()) as f32;
            }
        }
    }

    /// Every shape with A and B as they lie and transposed; C starts as garbage where it must not be read.
    fn check(product: Product) {
        let mut rng = Rng::new(0, Stream::Test);
        let mut random = |len: usize| -> Vec<f32> { (0..len).map(|_| rng.normal() as f32).collect() };
        let shapes = [
            [1, 1, 1],
            [2, 5, 3],
            [3, 7, 12],
            [4, 2, 13],
            [7, 3, 16],
            [5, 513, 9],
            [97, 37, 22],
            [200, 1100, 113],
            [100, 9, 11],
            [520, 130, 125],
        ];
        for ([m, k, n], beta) in shapes.into_iter().flat_map(|shape| [0.0, 1.0, -0.5].map(|beta| (shape, beta))) {
            let (gap, a, b) = (2, random((m + 2) * (k + 2)), random((k + 2) * (n + 2)));
            let mut c = random(m * (n + gap));
            if beta == 0.0 {
                c.fill(f32::NAN);
            }
            for (a_strides, b_strides) in
                [([k, 1], [n, 1]), ([1, m], [n, 1]), ([k + 2, 1], [1, k]), ([1, m + 1], [1, k + 2]), ([2, 2 * m], [2, 1])]
            {
                if (m - 1) * a_strides[0] + (k - 1) * a_strides[1] >= a.len() {
                    continue;
                }
                let (mut got, mut want) = (c.clone(), c.clone());
                product([m, k, n], (&a, a_strides), (&b, b_strides), beta, (&mut got, n + gap));
                reference([m, k, n], (&a, a_strides), (&b, b_strides), beta, (&mut want, n + gap));
                for (i, (got, want)) in got.iter().zip(&want).enumerate() {
                    let (row, col, slack) = (i / (n + gap), i % (n + gap), 1e-6 * (4.0 + k as f32));
                    let untouched = col >= n && got.to_bits() == want.to_bits();
                    let same = untouched || (got - want).abs() <= slack;
                    let case = format!("{m}×{k}×{n}, strides {a_strides:?} {b_strides:?}, β {beta}");
                    assert!(same, "{case}: [{row}, {col}] is {got}, not {want}");
                }
            }
        }
    }

    #[test]
    fn products_are_those_of_the_definition() {
        check(gemm);
    }

    #[test]
    fn blocked_products_are_those_of_the_definition() {
        check(blocked::gemm);
    }
}
