//! `stablemax`: cross-entropy with s(z_y)/Σ s(z_j) in the place of a softmax, where s(z) = z + 1 for z ≥ 0 and 1/(1 − z)
//! below (Prieto et al. 2025): it grows no faster than its argument, so nothing is absorbed in the sum.
//!
//! With O = Σ_{j≠y} s(z_j): loss = log1p(O/s(z_y)), which keeps its digits where −log(p_y) would round.

use super::row_loss::{self, BACK, FORWARD, Shape};
use crate::kernel::{Args, Bound, Checks, Kernel, Real, Tolerance, fold};
use crate::plan::View;
use crate::tape::{Op, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op =
    Op { name: "stablemax", kernels: &[&STABLEMAX, &STABLEMAX_BACK], examples: &[|tape| row_loss::example(tape, stablemax)] };

const CHECKS: Checks =
    Checks::new(&[&[1, 1], &[7, 3], &[70, 113]], Tolerance { relative: 5e-6, why: "divisions, a sum and a log in f32" });

/// row_loss = log1p(Σ_{j≠y} s(z_j)/s(z_y)), and row_correct
pub static STABLEMAX: Kernel = Kernel {
    name: "stablemax",
    wgsl: wgsl!("stablemax"),
    dims: Shape::NAMES,
    binds: FORWARD,
    cpu: cpu!(stablemax_reference),
    grid: |d| fold(Shape::rows(d).div_ceil(64) as u32),
    flops: |d| 3 * (Shape::rows(d) * Shape::classes(d)) as u64,
    checks: CHECKS,
    bound: Bound::Memory,
    variants: &[],
};

/// dlogits_j = drow_loss · s'(z_j)/S, at the target −drow_loss · s'(z_y)/s(z_y) · O/S, with S = O + s(z_y)
pub static STABLEMAX_BACK: Kernel = Kernel {
    name: "stablemax_back",
    wgsl: wgsl!("stablemax_back"),
    dims: Shape::NAMES,
    binds: BACK,
    cpu: cpu!(stablemax_back_reference),
    grid: |d| fold(Shape::rows(d).div_ceil(64) as u32),
    flops: |d| 7 * (Shape::rows(d) * Shape::classes(d)) as u64,
    checks: CHECKS,
    bound: Bound::Memory,
    variants: &[],
};

/// Records the loss of `logits` against one target per row.
pub fn stablemax(tape: &mut Tape, logits: Tensor, target: View) -> (Tensor, View) {
    row_loss::row_loss(tape, [&STABLEMAX, &STABLEMAX_BACK], &[], logits, target)
}

fn s<T: Real>(z: T) -> T {
    if z >= T::ZERO { z + T::ONE } else { T::ONE / (T::ONE - z) }
}

/// s', from s.
fn slope<T: Real>(z: T, s: T) -> T {
    if z >= T::ZERO { T::ONE } else { s * s }
}

/// Σ_{j≠y} s(z_j)
fn others<T: Real>(z: &[T], y: usize) -> T {
    let mut sum = T::ZERO;
    for part in [&z[..y], &z[y + 1..]] {
        part.iter().for_each(|&z| sum += s(z));
    }
    sum
}

fn stablemax_reference<T: Real>(args: &mut Args<T>) {
    row_loss::forward(args, |z, y| (others(z, y) / s(z[y])).ln_1p());
}

fn stablemax_back_reference<T: Real>(args: &mut Args<T>) {
    row_loss::back(args, |z, y, scale, dz| {
        let (others, own) = (others(z, y), s(z[y]));
        let sum = others + own;
        for (dz, &z) in dz.iter_mut().zip(z) {
            *dz = scale * slope(z, s(z)) / sum;
        }
        dz[y] = -scale * slope(z[y], own) / own * (others / sum);
    });
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    /// s = 3, 1/2, 1: S = 9/2.
    #[test]
    fn worked_numbers() {
        let kernels = [&STABLEMAX, &STABLEMAX_BACK];
        let (loss, correct, slopes) = row_loss::of_row(kernels, &[], &[2.0, -1.0, 0.0], 0);
        assert!((loss - 1.5f64.ln()).abs() < 1e-15 && correct, "−ln(3 / 4.5)");
        let want = [1.0 / 4.5 - 1.0 / 3.0, 0.25 / 4.5, 1.0 / 4.5];
        assert!(slopes.iter().zip(want).all(|(got, want)| (got - want).abs() < 1e-15), "{slopes:?}");
        let (loss, correct, slopes) = row_loss::of_row(kernels, &[], &[2.0, -1.0, 0.0], 1);
        assert!((loss - 9f64.ln()).abs() < 1e-15 && !correct, "−ln(0.5 / 4.5)");
        assert!((slopes[1] - (0.25 / 4.5 - 0.5)).abs() < 1e-15, "{slopes:?}");
    }
}
