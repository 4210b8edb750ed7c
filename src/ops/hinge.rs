//! `hinge`: max(0, 1 + max_{j≠y} z_j − z_y), the margin loss for several classes (Crammer and Singer 2001). With two
//! classes and f = z_1 − z_0 it is max(0, 1 ∓ f), the loss of Merrill et al. 2023.

use super::row_loss::{self, BACK, FORWARD, Shape, largest};
use crate::kernel::{Args, Bound, Checks, Kernel, Real, Tolerance, fold};
use crate::plan::View;
use crate::tape::{Op, Tape, Tensor};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "hinge", kernels: &[&HINGE, &HINGE_BACK], examples: &[|tape| row_loss::example(tape, hinge)] };

const CHECKS: Checks = Checks::new(&[&[1, 1], &[7, 3], &[70, 113]], Tolerance { relative: 3e-7, why: "two roundings" });

/// row_loss = max(0, 1 + max_{j≠y} z_j − z_y), and row_correct
pub static HINGE: Kernel = Kernel {
    name: "hinge",
    wgsl: wgsl!("hinge"),
    dims: Shape::NAMES,
    binds: FORWARD,
    cpu: cpu!(hinge_reference),
    grid: |d| fold(Shape::rows(d).div_ceil(64) as u32),
    flops: |d| (Shape::rows(d) * Shape::classes(d)) as u64,
    checks: CHECKS,
    bound: Bound::Memory,
    variants: &[],
};

/// Where the loss is positive, dlogits = drow_loss at the first largest logit but the target's, −drow_loss at the target;
/// else 0
pub static HINGE_BACK: Kernel = Kernel {
    name: "hinge_back",
    wgsl: wgsl!("hinge_back"),
    dims: Shape::NAMES,
    binds: BACK,
    cpu: cpu!(hinge_back_reference),
    grid: |d| fold(Shape::rows(d).div_ceil(64) as u32),
    flops: |d| (Shape::rows(d) * Shape::classes(d)) as u64,
    checks: CHECKS,
    bound: Bound::Memory,
    variants: &[],
};

/// Records the loss of `logits` against one target per row.
pub fn hinge(tape: &mut Tape, logits: Tensor, target: View) -> (Tensor, View) {
    row_loss::row_loss(tape, [&HINGE, &HINGE_BACK], &[], logits, target)
}

/// The first of the largest but for `y`, if there is another.
fn rival<T: Real>(z: &[T], y: usize) -> Option<usize> {
    let best = largest(z);
    if best != y {
        return Some(best);
    }
    (0..z.len()).filter(|&j| j != y).reduce(|best, j| if z[j] > z[best] { j } else { best })
}

fn loss<T: Real>(z: &[T], y: usize, rival: Option<usize>) -> T {
    let loss = rival.map_or(T::ZERO, |rival| T::ONE + (z[rival] - z[y]));
    if loss > T::ZERO { loss } else { T::ZERO }
}

fn hinge_reference<T: Real>(args: &mut Args<T>) {
    row_loss::forward(args, |z, y| loss(z, y, rival(z, y)));
}

fn hinge_back_reference<T: Real>(args: &mut Args<T>) {
    row_loss::back(args, |z, y, scale, dz| {
        dz.fill(T::ZERO);
        let rival = rival(z, y);
        if let (Some(rival), true) = (rival, loss(z, y, rival) > T::ZERO) {
            dz[rival] = scale;
            dz[y] = -scale;
        }
    });
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn worked_numbers() {
        let row = |target| row_loss::of_row([&HINGE, &HINGE_BACK], &[], &[0.5, -1.0, 1.25], target);
        assert_eq!(row(2), (0.25, true, vec![1.0, 0.0, -1.0]));
        assert_eq!(row(1), (3.25, false, vec![0.0, -1.0, 1.0]));
        let row = |logits: &[f64]| row_loss::of_row([&HINGE, &HINGE_BACK], &[], logits, 0);
        assert_eq!(row(&[3.0, 2.0, 2.0]), (0.0, true, vec![0.0; 3]), "the margin is 1");
        assert_eq!(row(&[-7.0]), (0.0, true, vec![0.0]), "there is no rival");
    }
}
