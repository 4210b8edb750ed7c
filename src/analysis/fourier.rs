//! The real Fourier transform on a cycle, as matrix products.

use core::ops::Range;

use crate::cosine::{cos, of_turns};
use crate::ops::gemm::gemm;

/// The orthonormal real Fourier basis of functions on Z_n (Nanda et al. 2023, appendix): 1/√n, then √(2/n)·cos(2πkx/n) and
/// √(2/n)·sin(2πkx/n) for k = 1, 2, …, and for even n last (−1)^x/√n.
pub struct Basis {
    n: usize,
    /// One function per row, `[n, n]`.
    rows: Vec<f32>,
}

impl Basis {
    /// The basis for a cycle of length `n`.
    pub fn new(n: usize) -> Self {
        let value = |row: usize, x: usize| {
            let k = row.div_ceil(2);
            let single = k == 0 || 2 * k == n;
            // A sine is a cosine three quarters of a turn later.
            let quarters = if row.is_multiple_of(2) && k > 0 { 3 } else { 0 };
            let turns = ((4 * k * x + quarters * n) % (4 * n)) as f64 / (4 * n) as f64;
            let scale = (if single { 1.0 } else { 2.0 } / n as f64).sqrt();
            (scale * cos(core::f64::consts::TAU * turns)) as f32
        };
        Basis { n, rows: (0..n).flat_map(|row| (0..n).map(move |x| value(row, x))).collect() }
    }

    /// Length of the cycle.
    pub fn len(&self) -> usize {
        self.n
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }

    /// Frequencies, with 0 for the constant: `0..frequencies()`.
    pub fn frequencies(&self) -> usize {
        self.n / 2 + 1
    }

    /// The rows of a frequency: its cosine and, where there is one, its sine.
    pub fn span(&self, frequency: usize) -> Range<usize> {
        (2 * frequency).saturating_sub(1)..(2 * frequency + 1).min(self.n)
    }

    /// A function of the basis.
    pub fn row(&self, row: usize) -> &[f32] {
        self.rows(row..row + 1)
    }

    /// Some that follow each other.
    pub fn rows(&self, rows: Range<usize>) -> &[f32] {
        &self.rows[rows.start * self.n..rows.end * self.n]
    }

    /// F X for X `[n, cols]`: the coefficients of every column.
    pub fn transform(&self, x: &[f32], cols: usize) -> Vec<f32> {
        self.product([self.n, 1], x, cols)
    }

    /// Fᵀ C: the columns that have these coefficients.
    pub fn inverse(&self, coefficients: &[f32], cols: usize) -> Vec<f32> {
        self.product([1, self.n], coefficients, cols)
    }

    fn product(&self, strides: [usize; 2], x: &[f32], cols: usize) -> Vec<f32> {
        let n = self.n;
        let mut y = vec![0.0; n * cols];
        gemm([n, n, cols], (&self.rows, strides), (x, [cols, 1]), 0.0, (&mut y, cols));
        y
    }

    /// F T Fᵀ for a table T `[n, n]`.
    pub fn transform_2d(&self, table: &[f32]) -> Vec<f32> {
        let n = self.n;
        let once = self.transform(table, n);
        let mut twice = vec![0.0; n * n];
        gemm([n, n, n], (&once, [n, 1]), (&self.rows, [1, n]), 0.0, (&mut twice, n));
        twice
    }

    /// ‖coefficients‖₂ of each frequency over all columns of X `[n, cols]`: the spectrum of an embedding.
    pub fn spectrum(&self, x: &[f32], cols: usize) -> Vec<f32> {
        let coefficients = self.transform(x, cols);
        let norm = |rows: Range<usize>| super::norm(&coefficients[rows.start * cols..rows.end * cols]);
        (0..self.frequencies()).map(|k| norm(self.span(k))).collect()
    }
}

/// Where the rows of X `[n, cols]` lie in the plane that their coefficients of a frequency span: two coordinates each, about
/// the rows' mean. When X holds that frequency alone, in equal amounts of cosine and sine, that is a circle.
pub fn plane(basis: &Basis, x: &[f32], cols: usize, frequency: usize) -> Vec<[f32; 2]> {
    let coefficients = basis.transform(x, cols);
    let row = |row: usize| &coefficients[row * cols..][..cols];
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let span = basis.span(frequency);
    let unit = |v: &[f32]| {
        let norm = super::norm(v);
        v.iter().map(|v| if norm > 0.0 { v / norm } else { 0.0 }).collect::<Vec<f32>>()
    };
    let first = unit(row(span.start));
    let second = match span.len() {
        2 => {
            let other = row(span.start + 1);
            let along = dot(other, &first);
            unit(&other.iter().zip(&first).map(|(v, f)| v - along * f).collect::<Vec<f32>>())
        }
        _ => vec![0.0; cols],
    };
    // The constant's coefficient is √n times the mean.
    let shift = [&first, &second].map(|axis| dot(row(0), axis) / (basis.n as f32).sqrt());
    let point = |x: &[f32]| [dot(x, &first) - shift[0], dot(x, &second) - shift[1]];
    x.chunks_exact(cols).map(point).collect()
}

/// How round a closed walk is that goes around `frequency` times, 0 to 1: of the points' mean square, the share that is the best
/// even walk around a circle, max± |Σⱼ zⱼ e^(∓2πi·frequency·j/n)|² / (n Σⱼ |zⱼ|²) with zⱼ = xⱼ + i·yⱼ. It is 1 for a circle,
/// ((a + b)/2)² / ((a² + b²)/2) for an ellipse with the axes a and b, and 0 for points that do not move.
pub fn roundness(points: &[[f32; 2]], frequency: usize) -> f32 {
    let n = points.len();
    // Σ of x cos, x sin, y cos and y sin.
    let mut sums = [0.0f64; 4];
    for (j, point) in points.iter().enumerate() {
        let turns = (frequency * j % n) as f64 / n as f64;
        let [x, y] = point.map(f64::from);
        let (sin, cos) = (of_turns(turns - 0.25), of_turns(turns));
        sums = [sums[0] + x * cos, sums[1] + x * sin, sums[2] + y * cos, sums[3] + y * sin];
    }
    let [x_cos, x_sin, y_cos, y_sin] = sums;
    let square = |re: f64, im: f64| re * re + im * im;
    let around = square(x_cos + y_sin, y_cos - x_sin).max(square(x_cos - y_sin, y_cos + x_sin));
    let all: f64 = points.iter().flatten().map(|x| f64::from(x * x)).sum::<f64>() * n as f64;
    if all > 0.0 { (around / all) as f32 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Rng, Stream};

    fn noise(len: usize) -> Vec<f32> {
        let mut rng = Rng::new(3, Stream::Test);
        (0..len).map(|_| rng.normal() as f32).collect()
    }

    fn wave(n: usize, k: usize, phase: f64) -> Vec<f32> {
        (0..n).map(|x| libm::cos(core::f64::consts::TAU * (k * x) as f64 / n as f64 + phase) as f32).collect()
    }

    #[test]
    fn a_circle_is_round_and_what_is_none_is_less() {
        let walk = |n: usize, k: usize, [a, b]: [f64; 2]| -> Vec<[f32; 2]> {
            let angle = |j: usize| core::f64::consts::TAU * (k * j) as f64 / n as f64 + 0.3;
            (0..n).map(|j| [(a * libm::cos(angle(j))) as f32, (b * libm::sin(angle(j))) as f32]).collect()
        };
        let near = |value: f32, wanted: f64| assert!((f64::from(value) - wanted).abs() < 1e-5, "{value} is not {wanted}");
        for k in [1, 5, 40] {
            // In either sense, and of any size.
            near(roundness(&walk(97, k, [2.0, 2.0]), k), 1.0);
            near(roundness(&walk(97, k, [0.01, -0.01]), k), 1.0);
            near(roundness(&walk(97, k, [2.0, 1.0]), k), 0.9);
            near(roundness(&walk(97, k, [2.0, 0.0]), k), 0.5);
            near(roundness(&walk(97, k + 1, [2.0, 2.0]), k), 0.0);
        }
        near(roundness(&[[0.0, 0.0]; 5], 1), 0.0);
        let cloud: Vec<[f32; 2]> = noise(2 * 97).chunks_exact(2).map(|point| [point[0], point[1]]).collect();
        assert!((1..49).all(|k| roundness(&cloud, k) < 0.2));
    }

    #[test]
    fn the_basis_is_orthonormal() {
        for n in [1, 2, 5, 6, 97, 112] {
            let basis = Basis::new(n);
            for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
                let dot: f32 = basis.row(i).iter().zip(basis.row(j)).map(|(a, b)| a * b).sum();
                let want = if i == j { 1.0 } else { 0.0 };
                assert!((dot - want).abs() < 1e-5, "rows {i} and {j} of {n}: {dot}");
            }
            let rows: Vec<usize> = (0..basis.frequencies()).flat_map(|k| basis.span(k)).collect();
            assert_eq!(rows, (0..n).collect::<Vec<_>>(), "every row belongs to one frequency of {n}");
        }
    }

    #[test]
    fn a_transform_can_be_undone() {
        let (basis, x) = (Basis::new(23), noise(23 * 3));
        let back = basis.inverse(&basis.transform(&x, 3), 3);
        assert!(x.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-5), "{back:?}");
    }

    #[test]
    fn a_product_of_waves_is_one_entry_of_the_two_dimensional_transform() {
        let (n, basis) = (7, Basis::new(7));
        let table: Vec<f32> = basis.row(3).iter().flat_map(|a| basis.row(6).iter().map(move |b| a * b)).collect();
        let found = basis.transform_2d(&table);
        for (at, value) in found.iter().enumerate() {
            let want = if at == 3 * n + 6 { 1.0 } else { 0.0 };
            assert!((value - want).abs() < 1e-5, "{at}: {value}");
        }
    }

    #[test]
    fn a_planted_circle_is_found() {
        let (n, cols, k) = (31, 8, 5);
        let (cosine, sine) = (wave(n, k, 0.3), wave(n, k, 0.3 - core::f64::consts::FRAC_PI_2));
        let axes = [noise(cols), noise(2 * cols)[cols..].to_vec()];
        let norms = axes.each_ref().map(|axis| super::super::norm(axis));
        let x: Vec<f32> = (0..n)
            .flat_map(|i| {
                let [a, b] = [cosine[i] / norms[0], sine[i] / norms[1]];
                (0..cols).map(|c| 0.7 + a * axes[0][c] + b * axes[1][c]).collect::<Vec<_>>()
            })
            .collect();
        let basis = Basis::new(n);
        let spectrum = basis.spectrum(&x, cols);
        assert!(spectrum.iter().enumerate().all(|(f, norm)| f == 0 || (*norm > 1e-3) == (f == k)), "{spectrum:?}");
        // Two random directions are almost at right angles: an ellipse, once around per 31/5 steps.
        let points = plane(&basis, &x, cols, k);
        let sum: f32 = points.iter().flatten().sum();
        assert!(sum.abs() < 1e-3, "about the mean: {sum}");
        let turns: f64 = (0..n)
            .map(|i| {
                let ([ax, ay], [bx, by]) = (points[i], points[(i + 1) % n]);
                libm::atan2(f64::from(ax * by - ay * bx), f64::from(ax * bx + ay * by)) / core::f64::consts::TAU
            })
            .sum();
        assert!((turns.abs() - k as f64).abs() < 1e-6, "{turns} turns");
    }

    #[test]
    fn the_highest_frequency_of_an_even_cycle_is_a_line() {
        let points = plane(&Basis::new(6), &wave(6, 3, 0.0), 1, 3);
        assert!(points.iter().enumerate().all(|(i, [x, y])| (x.abs() - 1.0).abs() < 1e-5 && *y == 0.0 && i < 6), "{points:?}");
    }
}
