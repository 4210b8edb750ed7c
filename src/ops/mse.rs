//! `mse`: mean squared error against a one-hot vector, (1/CLASSES) Σ_j (z_j − \[j = y\])² (Gromov 2023, Liu et al. 2022).

use super::row_loss::{self, BACK, FORWARD, Shape};
use crate::kernel::{Args, Bound, Checks, Kernel, Real, Tolerance, fold};
use crate::plan::View;
use crate::tape::{Op, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "mse", kernels: &[&MSE, &MSE_BACK], examples: &[|tape| row_loss::example(tape, mse)] };

const CHECKS: Checks = Checks::new(&[&[1, 1], &[7, 3], &[70, 113]], Tolerance { relative: 2e-6, why: "a sum in another order" });

/// row_loss = (1/CLASSES) Σ_j (z_j − [j = y])², and row_correct
pub static MSE: Kernel = Kernel {
    name: "mse",
    wgsl: wgsl!("mse"),
    dims: Shape::NAMES,
    binds: FORWARD,
    cpu: cpu!(mse_reference),
    grid: |d| fold(Shape::rows(d).div_ceil(64) as u32),
    flops: |d| 3 * (Shape::rows(d) * Shape::classes(d)) as u64,
    checks: CHECKS,
    bound: Bound::Memory,
    variants: &[],
};

/// dlogits_j = drow_loss · 2/CLASSES · (z_j − [j = y])
pub static MSE_BACK: Kernel = Kernel {
    name: "mse_back",
    wgsl: wgsl!("mse_back"),
    dims: Shape::NAMES,
    binds: BACK,
    cpu: cpu!(mse_back_reference),
    grid: |d| fold((Shape::rows(d) * Shape::classes(d)).div_ceil(64) as u32),
    flops: |d| 2 * (Shape::rows(d) * Shape::classes(d)) as u64,
    checks: CHECKS,
    bound: Bound::Memory,
    variants: &[],
};

/// Records the loss of `logits` against one target per row.
pub fn mse(tape: &mut Tape, logits: Tensor, target: View) -> (Tensor, View) {
    row_loss::row_loss(tape, [&MSE, &MSE_BACK], &[], logits, target)
}

fn mse_reference<T: Real>(args: &mut Args<T>) {
    row_loss::forward(args, |z, y| {
        let square = |z: T| z * z;
        // The target's square is taken apart, so that the loop over all has no question in it.
        let mut others = T::ZERO;
        for part in [&z[..y], &z[y + 1..]] {
            others += crate::kernel::real::dot(part, part);
        }
        (others + square(z[y] - T::ONE)) / T::of(z.len() as f64)
    });
}

fn mse_back_reference<T: Real>(args: &mut Args<T>) {
    row_loss::back(args, |z, y, scale, dz| {
        let factor = scale * T::of(2.0 / z.len() as f64);
        dz.iter_mut().zip(z).for_each(|(dz, &z)| *dz = factor * z);
        dz[y] = factor * (z[y] - T::ONE);
    });
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn worked_numbers() {
        let (loss, correct, slopes) = row_loss::of_row([&MSE, &MSE_BACK], &[], &[0.5, -1.0, 2.0, 0.0], 2);
        assert_eq!((loss, correct), ((0.25 + 1.0 + 1.0) / 4.0, true));
        assert_eq!(slopes, [0.25, -0.5, 0.5, 0.0]);
        let (loss, correct, slopes) = row_loss::of_row([&MSE, &MSE_BACK], &[], &[0.5, -1.0, 2.0, 0.0], 3);
        assert_eq!((loss, correct), ((0.25 + 1.0 + 4.0 + 1.0) / 4.0, false));
        assert_eq!(slopes, [0.25, -0.5, 1.0, -0.5]);
    }
}
