//! Noise that is a function of (seed, step, index): nothing to keep, and the same integers on every backend. The normal
//! numbers made of them agree to some units in the last place, as logarithms do.
//!
//! `noise`: w += σ ξ for the forward and backward pass of a step, whose update begins with the weights as they were.

use super::record::Recorder;
use crate::kernel::real::quarter_sine;
use crate::kernel::{Args, Bound, Checks, Elements, Fill, Kernel, Real, Tolerance, fold, in_out, output};
use crate::plan::{Dispatch, View};
use crate::rng::Stateless;
use crate::step::{CLOCK_IN, HYPER, SEED, TIME, WEIGHT_NOISE};
use crate::tape::{ADD_BACK, AccumulateDims, Op, Tape};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "noise", kernels: &[&NOISE], examples: &[] };

/// clean = w, then w += σ ξ with ξ ~ N(0, 1)
pub static NOISE: Kernel = Kernel {
    name: "noise",
    wgsl: wgsl!("noise"),
    dims: Elements::NAMES,
    binds: &[HYPER, CLOCK_IN, SEED, in_out("params", Elements::n, Fill::Normal), output("clean", Elements::n)],
    cpu: cpu!(noise_reference),
    grid: |d| fold(Elements::n(d).div_ceil(64) as u32),
    flops: |d| 30 * Elements::n(d) as u64,
    checks: Checks::new(&[&[1], &[1000]], Tolerance { relative: 1e-6, why: "a logarithm, and a short polynomial" }),
    bound: Bound::Memory,
    variants: &[],
};

/// Dispatches that put noise on the weights, and that take it off.
pub fn weight_noise(tape: &mut Tape, seed: View, recorder: &Recorder) -> [Dispatch; 2] {
    let params = tape.flat();
    let clean = tape.numbers(params.len, "weights without noise");
    let n = params.len;
    let views = vec![recorder.hyper, recorder.clock, seed, params, clean];
    let on = tape.dispatch(&NOISE, Elements { n }.list(), views, "noise on");
    [on, tape.dispatch(&ADD_BACK, AccumulateDims { n, accumulate: 0 }.list(), vec![clean, params], "noise off")]
}

/// A standard normal number from two of three hashed integers (Box–Muller). It is never beyond ±5.8.
pub fn normal<T: Real>(bits: [u32; 3]) -> T {
    // (0, 1] and [0, 1) in steps of 2⁻²⁴, exact in f32.
    let [a, b] = [(bits[0] >> 8) + 1, bits[1] >> 8].map(|n| T::of(f64::from(n) / f64::from(1 << 24)));
    let mirrored = if b < T::of(0.5) { b } else { T::ONE - b };
    let sine = quarter_sine(mirrored + mirrored);
    // cos 2πb = 1 − 2 sin² πb
    (T::of(-2.0) * a.ln()).sqrt() * (T::ONE - T::of(2.0) * sine * sine)
}

fn noise_reference<T: Real>(args: &mut Args<T>) {
    let (hyper, clock, seed) = (args.input(0), args.input(1), args.index(2));
    let (params, clean) = (args.output(3), args.output(4));
    clean.copy_from_slice(params);
    let time = clock[TIME].wide() as u32;
    for (i, w) in params.iter_mut().enumerate() {
        *w += hyper[WEIGHT_NOISE] * normal(Stateless::Weights.draw(seed[0], time, i as u32));
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn normal_numbers_have_the_right_moments_and_repeat() {
        let draw = |i: u32| normal::<f64>(Stateless::Weights.draw(7, 3 + i / 1000, i % 1000));
        let xs: Vec<f64> = (0..100_000).map(draw).collect();
        let n = xs.len() as f64;
        let moment = |k: i32| xs.iter().map(|x| x.powi(k)).sum::<f64>() / n;
        assert!(moment(1).abs() < 0.015 && (moment(2) - 1.0).abs() < 0.02, "{} {}", moment(1), moment(2));
        assert!(moment(3).abs() < 0.05 && (moment(4) - 3.0).abs() < 0.15, "{} {}", moment(3), moment(4));
        // Neighbours in index and in step are uncorrelated.
        for lag in [1, 1000] {
            let sum = (lag..xs.len()).map(|i| xs[i] * xs[i - lag]).sum::<f64>() / n;
            assert!(sum.abs() < 0.015, "lag {lag}: {sum}");
        }
        assert_eq!(draw(5).to_bits(), draw(5).to_bits());
    }
}
