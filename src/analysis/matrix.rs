//! Sizes and directions of matrices: the Frobenius norm, singular values and vectors, principal components.

use crate::order::argsort;

/// ‖A‖, the root of the sum of squares.
pub fn norm(values: &[f32]) -> f32 {
    values.iter().map(|v| f64::from(*v) * f64::from(*v)).sum::<f64>().sqrt() as f32
}

/// The singular values of A `[rows, cols]`, largest first: roots of the eigenvalues of A Aᵀ or Aᵀ A, whichever is smaller. In f64;
/// those below 10⁻⁸ of the largest are not resolved. Empty when A has numbers that are not finite.
pub fn singular_values(a: &[f32], [rows, cols]: [usize; 2]) -> Vec<f32> {
    if a.iter().any(|a| !a.is_finite()) {
        return vec![];
    }
    let n = rows.min(cols);
    let values = eigen(&mut gram(a, [rows, cols], n), n, &mut []);
    largest_first(&values).into_iter().map(|i| values[i].max(0.0).sqrt() as f32).collect()
}

/// The singular value decomposition of A `[rows, cols]` as a product of two factors, A = (U S) Vᵀ, with n the smaller side.
pub struct Factors {
    /// The singular values, largest first: `[n]`.
    pub values: Vec<f32>,
    /// U S `[n, rows]`, one column after the other.
    pub left: Vec<f32>,
    /// Vᵀ `[n, cols]`.
    pub right: Vec<f32>,
}

impl Factors {
    /// Of A `[rows, cols]`, in f64; what belongs to a value below 10⁻⁸ of the largest is not resolved. None when A has numbers that
    /// are not finite.
    pub fn of(a: &[f32], [rows, cols]: [usize; 2]) -> Option<Factors> {
        if a.iter().any(|a| !a.is_finite()) {
            return None;
        }
        let n = rows.min(cols);
        let (squares, vectors) = eigenvectors(&mut gram(a, [rows, cols], n), n);
        let mut factors = Factors { values: vec![], left: vec![], right: vec![] };
        for own in largest_first(&squares) {
            let vector = &vectors[own * n..][..n];
            let value = squares[own].max(0.0).sqrt();
            factors.values.push(value as f32);
            if rows <= cols {
                // uᵀ A = s vᵀ
                let mut along = vec![0.0; cols];
                for (row, u) in a.chunks_exact(cols).zip(vector) {
                    along.iter_mut().zip(row).for_each(|(sum, a)| *sum += u * f64::from(*a));
                }
                let inverse = if value > 0.0 { 1.0 / value } else { 0.0 };
                factors.left.extend(vector.iter().map(|u| (u * value) as f32));
                factors.right.extend(along.iter().map(|v| (v * inverse) as f32));
            } else {
                // A v = s u
                let dot = |row: &[f32]| row.iter().zip(vector).map(|(a, v)| f64::from(*a) * v).sum::<f64>();
                factors.left.extend(a.chunks_exact(cols).map(|row| dot(row) as f32));
                factors.right.extend(vector.iter().map(|v| *v as f32));
            }
        }
        Some(factors)
    }
}

/// The principal components of the rows of X `[rows, cols]`: the fraction that each has of the rows' variance, largest first, and
/// where the rows lie along two of them that follow each other. The first row is on the positive side of both, so that pictures of a
/// network that changes slowly do not jump. Nothing when X has numbers that are not finite, or fewer than two rows.
pub fn components(x: &[f32], [rows, cols]: [usize; 2], first: usize) -> (Vec<f32>, Vec<[f32; 2]>) {
    if rows < 2 || x.iter().any(|x| !x.is_finite()) {
        return (vec![], vec![]);
    }
    let centred = centred(x, [rows, cols]);
    // With X = U S Vᵀ the eigenvectors of X Xᵀ are U, and rows lie at U S.
    let (values, vectors) = eigenvectors(&mut gram_of_rows(&centred, rows, [cols, 1], cols), rows);
    let order = largest_first(&values);
    let total: f64 = values.iter().sum();
    let fractions = order.iter().map(|i| if total > 0.0 { (values[*i].max(0.0) / total) as f32 } else { 0.0 }).collect();
    let axes = [0, 1].map(|axis| {
        let own = order[(first + axis).min(rows - 1)];
        let u = &vectors[own * rows..][..rows];
        let size = values[own].max(0.0).sqrt().copysign(u[0]);
        u.iter().map(|u| (size * u) as f32).collect::<Vec<_>>()
    });
    (fractions, (0..rows).map(|row| [axes[0][row], axes[1][row]]).collect())
}

/// The rows of X `[rows, cols]` without their mean.
pub(super) fn centred(x: &[f32], [rows, cols]: [usize; 2]) -> Vec<f32> {
    let mean: Vec<f32> = (0..cols).map(|c| x.iter().skip(c).step_by(cols).sum::<f32>() / rows as f32).collect();
    x.chunks_exact(cols).flat_map(|row| row.iter().zip(&mean).map(|(x, mean)| x - mean)).collect()
}

fn largest_first(values: &[f64]) -> Vec<usize> {
    argsort(values.len(), &|i, j| values[j].total_cmp(&values[i]))
}

/// A Aᵀ or Aᵀ A, `[n, n]`.
fn gram(a: &[f32], [rows, cols]: [usize; 2], n: usize) -> Vec<f64> {
    if rows <= cols { gram_of_rows(a, n, [cols, 1], cols) } else { gram_of_rows(a, n, [1, cols], rows) }
}

/// The products of `n` vectors with each other, of `along` numbers each: the i-th begins at `i · step`, its numbers are `stride` apart.
fn gram_of_rows(a: &[f32], n: usize, [step, stride]: [usize; 2], along: usize) -> Vec<f64> {
    // Contiguous vectors make the sums fast.
    let vectors: Vec<f64> =
        (0..n).flat_map(|i| (0..along).map(move |x| i * step + x * stride)).map(|at| f64::from(a[at])).collect();
    let mut gram = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let [a, b] = [i, j].map(|i| &vectors[i * along..][..along]);
            let dot = a.iter().zip(b).map(|(a, b)| a * b).sum();
            (gram[i * n + j], gram[j * n + i]) = (dot, dot);
        }
    }
    gram
}

/// The eigenvalues of a symmetric matrix `[n, n]`, in no order, and the eigenvectors, row by row in the same order.
fn eigenvectors(a: &mut [f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut vectors: Vec<f64> = (0..n * n).map(|at| f64::from(u8::from(at % (n + 1) == 0))).collect();
    (eigen(a, n, &mut vectors), vectors)
}

/// The eigenvalues of a symmetric matrix `[n, n]`, in no order. `turned` has n rows, or none: Z becomes Vᵀ Z for the eigenvectors V,
/// so the rows of a unit matrix become the eigenvectors.
#[inline(never)]
fn eigen(a: &mut [f64], n: usize, turned: &mut [f64]) -> Vec<f64> {
    let (mut diagonal, mut beside) = tridiagonal(a, n, turned);
    diagonalize(&mut diagonal, &mut beside, turned);
    diagonal
}

/// Householder reflections (Golub and Van Loan, algorithm 8.3.1). The diagonal, and what is beside it: `beside[i]` is between `i`
/// and `i + 1`.
fn tridiagonal(a: &mut [f64], n: usize, turned: &mut [f64]) -> (Vec<f64>, Vec<f64>) {
    let width = turned.len() / n.max(1);
    let mut beside = vec![0.0; n];
    for k in 0..n.saturating_sub(1) {
        let mut v: Vec<f64> = (k + 1..n).map(|i| a[i * n + k]).collect();
        let length = v.iter().map(|v| v * v).sum::<f64>().sqrt();
        let head = if v[0] > 0.0 { -length } else { length };
        beside[k] = head;
        v[0] -= head;
        let square: f64 = v.iter().map(|v| v * v).sum();
        if square == 0.0 {
            continue;
        }
        // A ← H A H with H = 1 − 2 v vᵀ/vᵀv, on what is below and to the right of k.
        let row = |i: usize| (k + 1 + i) * n + k + 1;
        let dot = |a: &[f64], v: &[f64]| a.iter().zip(v).map(|(a, v)| a * v).sum::<f64>();
        let mut w: Vec<f64> = (0..v.len()).map(|i| 2.0 / square * dot(&a[row(i)..][..v.len()], &v)).collect();
        let fraction = dot(&w, &v) / square;
        w.iter_mut().zip(&v).for_each(|(w, v)| *w -= fraction * v);
        for i in 0..v.len() {
            for (j, a) in a[row(i)..][..v.len()].iter_mut().enumerate() {
                *a -= v[i] * w[j] + w[i] * v[j];
            }
        }
        // Z ← H Z
        if width > 0 {
            let mut along = vec![0.0; width];
            let below = &mut turned[(k + 1) * width..];
            for (z, v) in below.chunks_exact(width).zip(&v) {
                along.iter_mut().zip(z).for_each(|(sum, z)| *sum += 2.0 / square * v * z);
            }
            for (z, v) in below.chunks_exact_mut(width).zip(&v) {
                z.iter_mut().zip(&along).for_each(|(z, sum)| *z -= v * sum);
            }
        }
    }
    ((0..n).map(|i| a[i * n + i]).collect(), beside)
}

/// Steps until a value stands alone: two are usual, and none was seen that needed ten.
const STEPS: usize = 30;

/// Implicit QR steps with Wilkinson's shift (Golub and Van Loan, algorithm 8.3.3), until nothing is left beside the diagonal.
fn diagonalize(diagonal: &mut [f64], beside: &mut [f64], turned: &mut [f64]) {
    let n = diagonal.len();
    let width = turned.len() / n.max(1);
    let most = diagonal.iter().chain(&*beside).fold(0.0f64, |most, x| most.max(x.abs()));
    let mut high = n.saturating_sub(1);
    for _ in 0..STEPS * n {
        let nothing = |beside: &[f64], i: usize| beside[i].abs() <= f64::EPSILON * most;
        while high > 0 && nothing(beside, high - 1) {
            high -= 1;
        }
        if high == 0 {
            return;
        }
        let low = (0..high).rev().find(|i| *i == 0 || nothing(beside, i - 1)).unwrap_or(0);
        let (half, b) = ((diagonal[high - 1] - diagonal[high]) / 2.0, beside[high - 1]);
        let shift = diagonal[high] - b * b / (half + (half * half + b * b).sqrt().copysign(half));
        // Plane rotations chase what sticks out of the three diagonals, downwards.
        let (mut x, mut out) = (diagonal[low] - shift, beside[low]);
        for k in low..high {
            let length = (x * x + out * out).sqrt();
            let (c, s) = if length > 0.0 { (x / length, out / length) } else { (1.0, 0.0) };
            if k > low {
                beside[k - 1] = length;
            }
            let (p, q, b) = (diagonal[k], diagonal[k + 1], beside[k]);
            diagonal[k] = c * c * p + 2.0 * c * s * b + s * s * q;
            diagonal[k + 1] = s * s * p - 2.0 * c * s * b + c * c * q;
            beside[k] = c * s * (q - p) + (c * c - s * s) * b;
            x = beside[k];
            if k + 1 < high {
                out = s * beside[k + 1];
                beside[k + 1] *= c;
            }
            let (above, below) = turned[k * width..].split_at_mut(width);
            for (a, b) in above.iter_mut().zip(below) {
                (*a, *b) = (c * *a + s * *b, c * *b - s * *a);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Rng, Stream};

    fn close(got: &[f32], want: &[f32]) {
        assert_eq!(got.len(), want.len());
        let off = got.iter().zip(want).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 1e-4, "{got:?} is not {want:?}");
    }

    #[test]
    fn small_matrices_by_hand() {
        close(&singular_values(&[3.0, 0.0, 0.0, -4.0], [2, 2]), &[4.0, 3.0]);
        // [[1, 1], [0, 1]]: the golden ratio and its inverse.
        close(&singular_values(&[1.0, 1.0, 0.0, 1.0], [2, 2]), &[1.618_034, 0.618_034]);
        close(&singular_values(&[2.0, 2.0, 2.0, 2.0, 2.0, 2.0], [3, 2]), &[24f32.sqrt(), 0.0]);
        close(&singular_values(&[0.0; 6], [2, 3]), &[0.0, 0.0]);
        close(&singular_values(&[-5.0], [1, 1]), &[5.0]);
        assert!(singular_values(&[f32::NAN; 4], [2, 2]).is_empty());
        assert_eq!(norm(&[3.0, -4.0]), 5.0);
    }

    #[test]
    fn a_rotated_diagonal_keeps_its_values() {
        // U diag(σ) Vᵀ with reflections U and V.
        let mut rng = Rng::new(1, Stream::Test);
        let (rows, cols) = (40, 23);
        let sigma: Vec<f32> = (0..cols).map(|i| (cols - i) as f32 * 0.5).collect();
        let mut reflection = |n: usize| {
            let v: Vec<f64> = (0..n).map(|_| rng.normal()).collect();
            let square: f64 = v.iter().map(|v| v * v).sum();
            move |i: usize, j: usize| f64::from(u8::from(i == j)) - 2.0 * v[i] * v[j] / square
        };
        let (u, v) = (reflection(rows), reflection(cols));
        let entry = |i: usize, j: usize| (0..cols).map(|s| u(i, s) * f64::from(sigma[s]) * v(j, s)).sum::<f64>() as f32;
        let a: Vec<f32> = (0..rows).flat_map(|i| (0..cols).map(move |j| (i, j))).map(|(i, j)| entry(i, j)).collect();
        close(&singular_values(&a, [rows, cols]), &sigma);
        let turned: Vec<f32> = (0..cols).flat_map(|j| (0..rows).map(move |i| (i, j))).map(|(i, j)| a[i * cols + j]).collect();
        close(&singular_values(&turned, [cols, rows]), &sigma);
        let square_sum = sigma.iter().map(|s| s * s).sum::<f32>().sqrt();
        assert!((norm(&a) - square_sum).abs() < 1e-3);
    }

    #[test]
    fn factors_multiply_to_their_matrix() {
        let mut rng = Rng::new(3, Stream::Test);
        for [rows, cols] in [[7, 4], [4, 7], [5, 5], [1, 3], [3, 1]] {
            let a: Vec<f32> = (0..rows * cols).map(|_| rng.normal() as f32).collect();
            let Factors { values, left, right } = Factors::of(&a, [rows, cols]).expect("finite numbers");
            close(&values, &singular_values(&a, [rows, cols]));
            let product = |i: usize, j: usize| (0..values.len()).map(|k| left[k * rows + i] * right[k * cols + j]).sum::<f32>();
            let again: Vec<f32> = (0..rows * cols).map(|at| product(at / cols, at % cols)).collect();
            close(&again, &a);
            for k in 0..values.len() {
                assert!(
                    (norm(&left[k * rows..][..rows]) - values[k]).abs() < 1e-4
                        && (norm(&right[k * cols..][..cols]) - 1.0).abs() < 1e-4
                );
            }
        }
        assert!(Factors::of(&[f32::NAN; 4], [2, 2]).is_none());
    }

    /// Rows at U diag(σ) Vᵀ for two orthogonal columns of U, plus a mean.
    fn planted(rows: usize, cols: usize, point: impl Fn(usize) -> [f32; 2]) -> Vec<f32> {
        // Two directions at right angles.
        let axis = |which: usize, c: usize| if c % 2 == which { 1.0 / ((cols / 2) as f32).sqrt() } else { 0.0 };
        let entry = |row: usize, c: usize| 0.7 + point(row).iter().enumerate().map(|(i, x)| x * axis(i, c)).sum::<f32>();
        (0..rows).flat_map(|row| (0..cols).map(move |c| (row, c))).map(|(row, c)| entry(row, c)).collect()
    }

    fn turn(i: usize, n: usize) -> [f32; 2] {
        let angle = core::f64::consts::TAU * i as f64 / n as f64;
        [libm::cos(angle) as f32, libm::sin(angle) as f32]
    }

    #[test]
    fn components_of_planted_planes_have_their_variances() {
        // An ellipse: variances 9 and 1 to 90 % and 10 %.
        let n = 24;
        let x = planted(n, 10, |i| [3.0 * turn(i, n)[0], turn(i, n)[1]]);
        let (fractions, coordinates) = components(&x, [n, 10], 0);
        close(&fractions[..3], &[0.9, 0.1, 0.0]);
        for (i, [a, b]) in coordinates.iter().enumerate() {
            let [cosine, sine] = turn(i, n);
            assert!((a - 3.0 * cosine).abs() < 1e-4 && (b.abs() - sine.abs()).abs() < 1e-4, "{i}: {a}, {b}");
        }
        // The second and the third: all but a line is gone.
        let (_, coordinates) = components(&x, [n, 10], 1);
        assert!(coordinates.iter().all(|[_, third]| third.abs() < 1e-4), "{coordinates:?}");
    }

    #[test]
    fn a_planted_circle_is_found_though_its_two_variances_are_equal() {
        for (n, k) in [(31, 4), (12, 1)] {
            let x = planted(n, 8, |i| turn(i * k, n));
            let (fractions, coordinates) = components(&x, [n, 8], 0);
            close(&fractions[..3], &[0.5, 0.5, 0.0]);
            assert!(coordinates.iter().all(|[a, b]| (a * a + b * b - 1.0).abs() < 1e-4), "{coordinates:?}");
            let angle = |i: usize| {
                let ([ax, ay], [bx, by]) = (coordinates[i], coordinates[(i + 1) % n]);
                ((ax * by - ay * bx).abs(), ax * bx + ay * by)
            };
            let [cosine, sine] = turn(k, n);
            assert!((0..n).all(|i| (angle(i).0 - sine).abs() < 1e-4 && (angle(i).1 - cosine).abs() < 1e-4));
        }
    }

    #[test]
    fn components_share_out_all_variance_of_any_rows() {
        let mut rng = Rng::new(2, Stream::Test);
        for [rows, cols] in [[17, 5], [6, 40], [2, 3]] {
            let x: Vec<f32> = (0..rows * cols).map(|_| rng.normal() as f32).collect();
            let (fractions, coordinates) = components(&x, [rows, cols], 0);
            assert!((fractions.iter().sum::<f32>() - 1.0).abs() < 1e-5 && fractions.is_sorted_by(|a, b| a >= b), "{fractions:?}");
            assert!(coordinates[0][0] >= 0.0 && coordinates[0][1] >= 0.0);
            // Coordinates are about the mean, along both axes, and their squares are the fractions.
            let mean: Vec<f32> = (0..cols).map(|c| x.iter().skip(c).step_by(cols).sum::<f32>() / rows as f32).collect();
            let total: f32 = x.iter().enumerate().map(|(i, x)| (x - mean[i % cols]).powi(2)).sum();
            for axis in [0, 1] {
                let square: f32 = coordinates.iter().map(|point| point[axis] * point[axis]).sum();
                assert!((square / total - fractions[axis]).abs() < 1e-4);
            }
            let across: f32 = coordinates.iter().map(|[a, b]| a * b).sum();
            assert!(across.abs() < 1e-3 * total, "{across}");
        }
        assert_eq!(components(&[1.0; 6], [3, 2], 0), (vec![0.0; 3], vec![[0.0; 2]; 3]));
        assert_eq!(components(&[f32::NAN; 6], [3, 2], 0), (vec![], vec![]));
        assert_eq!(components(&[1.0, 2.0], [1, 2], 0), (vec![], vec![]));
    }
}
