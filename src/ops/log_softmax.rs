//! `log_softmax`: cross-entropy as it is usually written, in a number format that is too short for it.
//!
//! With t = max z and S = Σ exp(z_j − t): log p_j = z_j − t − ln S, loss = −log p_y, gradient p_j − \[j = y\]. When the
//! target leads by more than the format has digits, S rounds to 1, the loss to 0, and the gradient at the target to 0:
//! Softmax Collapse (Prieto et al. 2025). The standard loss, [`cross_entropy`](super::cross_entropy), has no such end.
//!
//! FORMAT 0 rounds every result to f32. FORMAT 1 rounds logits, results and the sum, which is added up in f32, to f16, as
//! processors with f32 accumulators do; numbers beyond ±65504 become that, not infinite. FORMAT 2 is f64, which WGSL does
//! not have: such a plan runs on the CPU only.

use super::row_loss::{self, BACK, FORWARD};
use crate::kernel::{Args, Bound, Checks, Kernel, Real, Tolerance, dims, fold};
use crate::plan::View;
use crate::tape::{Op, Tape, Tensor};
use crate::{cpu, wgsl};

dims! {
    struct Dims { rows, classes, format }
}

/// Table entry.
pub static OP: Op = Op {
    name: "log_softmax",
    kernels: &[&LOG_SOFTMAX, &LOG_SOFTMAX_BACK],
    // Rounding has no derivative.
    examples: &[|tape| row_loss::example(tape, |tape, logits, target| log_softmax(tape, logits, target, Format::F64))],
};

/// In which numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Single.
    F32,
    /// Half, emulated.
    F16,
    /// Double, on the CPU.
    F64,
}

const CHECKS: Checks = Checks::new(
    &[&[1, 1, 0], &[7, 3, 0], &[70, 113, 0], &[7, 3, 1], &[70, 113, 1]],
    Tolerance { relative: 3e-4, why: "where exp or log end halfway between two halves, either may be taken" },
);

/// row_loss = −log p_y, and row_correct
pub static LOG_SOFTMAX: Kernel = Kernel {
    name: "log_softmax",
    wgsl: wgsl!("log_softmax"),
    dims: Dims::NAMES,
    binds: FORWARD,
    cpu: cpu!(log_softmax_reference),
    grid: |d| fold(Dims::rows(d).div_ceil(64) as u32),
    flops: |d| 6 * (Dims::rows(d) * Dims::classes(d)) as u64,
    checks: CHECKS,
    bound: Bound::Memory,
    variants: &[],
};

/// dlogits_j = drow_loss · (p_j − [j = y])
pub static LOG_SOFTMAX_BACK: Kernel = Kernel {
    name: "log_softmax_back",
    wgsl: wgsl!("log_softmax_back"),
    dims: Dims::NAMES,
    binds: BACK,
    cpu: cpu!(log_softmax_back_reference),
    grid: |d| fold(Dims::rows(d).div_ceil(64) as u32),
    flops: |d| 10 * (Dims::rows(d) * Dims::classes(d)) as u64,
    checks: CHECKS,
    bound: Bound::Memory,
    variants: &[],
};

/// Records the loss of `logits` against one target per row.
pub fn log_softmax(tape: &mut Tape, logits: Tensor, target: View, format: Format) -> (Tensor, View) {
    row_loss::row_loss(tape, [&LOG_SOFTMAX, &LOG_SOFTMAX_BACK], &[format as u32], logits, target)
}

/// Rounds to f16, ties to even.
fn half(x: f64) -> f64 {
    // The exponent, but for numbers below 2^−14, whose last digit is 2^−24 like that of 2^−14.
    let exponent = (x.to_bits() >> 52 & 0x7ff).max(1023 - 14);
    let last = f64::from_bits((exponent - 10) << 52);
    ((x / last).round_ties_even() * last).clamp(-65504.0, 65504.0)
}

fn single(x: f64) -> f64 {
    f64::from(x as f32)
}

type Round = fn(f64) -> f64;

/// A row's softmax in a format. Numbers are f64 throughout, rounded after each operation.
struct Softmax {
    round: Round,
    top: f64,
    log_sum: f64,
}

impl Softmax {
    fn new<T: Real>(z: &[T], format: usize) -> Self {
        // The sum is rounded after each addition to what adds up, and at the end to the format.
        let (round, add): (Round, Round) = match format {
            0 => (single, single),
            1 => (half, single),
            _ => (|x| x, |x| x),
        };
        let top = z.iter().fold(f64::NEG_INFINITY, |top, z| top.max(round(z.wide())));
        let mut row = Softmax { round, top, log_sum: 0.0 };
        let sum = z.iter().fold(0.0, |sum, z| add(sum + round(libm::exp(row.behind(*z)))));
        row.log_sum = round(libm::log(round(sum)));
        row
    }

    /// z − max z
    fn behind<T: Real>(&self, z: T) -> f64 {
        (self.round)((self.round)(z.wide()) - self.top)
    }

    fn loss<T: Real>(&self, z: T) -> f64 {
        (self.round)(self.log_sum - self.behind(z))
    }

    fn probability<T: Real>(&self, z: T) -> f64 {
        (self.round)(libm::exp(-self.loss(z)))
    }
}

fn log_softmax_reference<T: Real>(args: &mut Args<T>) {
    let format = Dims::format(args.dims);
    row_loss::forward(args, |z, y| T::of(Softmax::new(z, format).loss(z[y])));
}

fn log_softmax_back_reference<T: Real>(args: &mut Args<T>) {
    let format = Dims::format(args.dims);
    row_loss::back(args, |z, y, scale, dz| {
        let softmax = Softmax::new(z, format);
        for (dz, &z) in dz.iter_mut().zip(z) {
            *dz = scale * T::of(softmax.probability(z));
        }
        dz[y] = scale * T::of((softmax.round)(softmax.probability(z[y]) - 1.0));
    });
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn row(format: Format, logits: &[f64], target: u32) -> (f64, bool, Vec<f64>) {
        row_loss::of_row([&LOG_SOFTMAX, &LOG_SOFTMAX_BACK], &[format as u32], logits, target)
    }

    /// Numbers of NumPy: `np.float16(x)` and `np.nextafter(np.float16(x), …)`.
    #[test]
    fn halves_are_rounded_to_even() {
        let cases = [
            (1.0 / 3.0, 0.333_251_953_125),
            (1.0 + 1.0 / 2048.0, 1.0),
            (1.0 + 3.0 / 2048.0, 1.0 + 2.0 / 1024.0),
            (2049.0, 2048.0),
            (2051.0, 2052.0),
            (-5.960_464_5e-8, -5.960_464_477_539_063e-8),
            (2.9e-8, 0.0),
            (3.1e-8, 5.960_464_477_539_063e-8),
            (1e6, 65504.0),
            (0.0, 0.0),
        ];
        for (x, want) in cases {
            assert_eq!(half(x), want, "{x}");
        }
    }

    /// Two classes, the target ahead: the loss is ln(1 + e^−lead) until e^−lead is less than half of the last digit of 1.
    #[test]
    fn each_format_collapses_where_its_digits_end() {
        for (format, last, first) in [(Format::F16, 7.5, 8.0), (Format::F32, 16.5, 17.0), (Format::F64, 36.5, 37.0)] {
            let (loss, correct, slopes) = row(format, &[last, 0.0], 0);
            assert!(loss > 0.0 && correct && slopes[0] < 0.0, "{format:?}: {loss}, {slopes:?}");
            let (loss, correct, slopes) = row(format, &[first, 0.0], 0);
            assert!(loss == 0.0 && loss.is_sign_positive() && correct, "{format:?}: {loss}");
            assert!(slopes[0] == 0.0 && slopes[1] > 0.0, "{format:?}: {slopes:?}");
        }
    }

    #[test]
    fn long_formats_agree_with_the_formula() {
        let logits = [0.3, -1.2, 2.5, 0.0];
        let sum: f64 = logits.iter().map(|z: &f64| z.exp()).sum();
        for (format, tolerance) in [(Format::F64, 1e-15), (Format::F32, 2e-7), (Format::F16, 2e-3)] {
            let (loss, correct, slopes) = row(format, &logits, 1);
            assert!((loss - (sum.ln() + 1.2)).abs() < tolerance * 4.0 && !correct, "{format:?}: {loss}");
            for (j, slope) in slopes.iter().enumerate() {
                let want = logits[j].exp() / sum - if j == 1 { 1.0 } else { 0.0 };
                assert!((slope - want).abs() < tolerance, "{format:?}: {slope} for {want}");
            }
        }
    }
}
