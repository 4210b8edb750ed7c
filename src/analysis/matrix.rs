//! Sizes of matrices: the Frobenius norm and the singular values.

/// ‖A‖, the root of the sum of squares.
pub fn norm(values: &[f32]) -> f32 {
    values.iter().map(|v| f64::from(*v) * f64::from(*v)).sum::<f64>().sqrt() as f32
}

/// Bisections of the interval that holds all eigenvalues: more would not change an f32.
const HALVINGS: usize = 60;

/// The singular values of A `[rows, cols]`, largest first: roots of the eigenvalues of A Aᵀ or Aᵀ A, whichever is smaller, which
/// Householder reflections make tridiagonal (Golub and Van Loan, algorithm 8.3.1) and Sturm sequences count (section 8.4.1). In f64;
/// those below 10⁻⁸ of the largest are not resolved. Empty when A has numbers that are not finite.
pub fn singular_values(a: &[f32], [rows, cols]: [usize; 2]) -> Vec<f32> {
    if a.iter().any(|a| !a.is_finite()) {
        return vec![];
    }
    let n = rows.min(cols);
    let mut gram = gram(a, [rows, cols], n);
    let (diagonal, beside) = tridiagonal(&mut gram, n);
    // Gershgorin: no eigenvalue is above the largest sum of a row.
    let most = (0..n).map(|i| diagonal[i] + beside[i].abs() + beside.get(i + 1).map_or(0.0, |b| b.abs())).fold(0.0, f64::max);
    let value = |rank: usize| {
        let (mut low, mut high) = (0.0, most);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if above(&diagonal, &beside, middle) > rank { low = middle } else { high = middle }
        }
        high.sqrt() as f32
    };
    (0..n).map(value).collect()
}

/// A Aᵀ or Aᵀ A, `[n, n]`.
fn gram(a: &[f32], [rows, cols]: [usize; 2], n: usize) -> Vec<f64> {
    let wide = rows <= cols;
    let (along, [step, stride]) = if wide { (cols, [cols, 1]) } else { (rows, [1, cols]) };
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

/// The diagonal, and what is beside it: `beside[i]` is between `i − 1` and `i`.
fn tridiagonal(a: &mut [f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut beside = vec![0.0; n];
    for k in 0..n.saturating_sub(1) {
        let mut v: Vec<f64> = (k + 1..n).map(|i| a[i * n + k]).collect();
        let length = v.iter().map(|v| v * v).sum::<f64>().sqrt();
        let head = if v[0] > 0.0 { -length } else { length };
        beside[k + 1] = head;
        v[0] -= head;
        let square: f64 = v.iter().map(|v| v * v).sum();
        if square == 0.0 {
            continue;
        }
        // A ← H A H with H = 1 − 2 v vᵀ/vᵀv, on what is below and to the right of k.
        let row = |i: usize| (k + 1 + i) * n + k + 1;
        let dot = |a: &[f64], v: &[f64]| a.iter().zip(v).map(|(a, v)| a * v).sum::<f64>();
        let mut w: Vec<f64> = (0..v.len()).map(|i| 2.0 / square * dot(&a[row(i)..][..v.len()], &v)).collect();
        let share = dot(&w, &v) / square;
        w.iter_mut().zip(&v).for_each(|(w, v)| *w -= share * v);
        for i in 0..v.len() {
            for (j, a) in a[row(i)..][..v.len()].iter_mut().enumerate() {
                *a -= v[i] * w[j] + w[i] * v[j];
            }
        }
    }
    ((0..n).map(|i| a[i * n + i]).collect(), beside)
}

/// How many eigenvalues of a tridiagonal matrix are above `x`: positive pivots of A − x.
fn above(diagonal: &[f64], beside: &[f64], x: f64) -> usize {
    let mut pivot = 1.0;
    let mut count = 0;
    for (d, b) in diagonal.iter().zip(beside) {
        pivot = d - x - b * b / pivot;
        if pivot == 0.0 {
            pivot = -f64::MIN_POSITIVE.sqrt();
        }
        count += usize::from(pivot > 0.0);
    }
    count
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
}
