//! The start-up self-check: a device must agree with the reference kernels before the page trusts it.
//!
//! Drivers and browsers have bugs that give wrong numbers without an error. One step of a tiny network runs
//! every kernel of the default model on the device; its losses and gradients must be those of the CPU. They are the same
//! everywhere, so they are kept here as a few sums, and a build for GPUs can do without the reference kernels.

use crate::config::Config;
use crate::exec::ExecError;
use crate::number::exponential;
use crate::rng::{Rng, Stream};
use crate::tape::sum_terms;
use crate::train::{Device, Trainer};

/// Largest accepted relative difference. Correct devices stay below 1e-5; a wrong kernel is off by far more.
pub const LIMIT: f64 = 1e-3;

/// The [`fingerprint`] of the CPU's numbers; a test says what they are now.
const EXPECTED: [f64; SUMS] = [
    -5.9715867,
    17.7099611,
    -6.2786649,
    -6.9617299,
    7.3143374,
    1.2844878,
    11.1542549,
    8.1814690,
    6.0040179,
    11.2257583,
    -0.7805740,
    -5.7884274,
    -20.8265518,
    32.9013782,
    -5.7131993,
    -5.5503757,
    2.0900388,
    -7.4201305,
    2.4411935,
    -3.0192348,
    16.8734632,
    1.2234977,
    9.0003189,
    -20.2891883,
];
const SUMS: usize = 24;

/// Runs one step and returns how far it is from the CPU's, √(Σ(gpu−cpu)²/Σcpu²) of their fingerprints.
///
/// # Errors
/// When the device fails, or its numbers differ by more than [`LIMIT`]: the text says so.
pub async fn self_check(device: &Device) -> Result<f64, String> {
    let numbers = one_step(device).await.map_err(|e| e.to_string())?;
    judge(&fingerprint(&numbers), &EXPECTED)
}

/// Gradients, then losses, of the first step.
async fn one_step(device: &Device) -> Result<Vec<f32>, ExecError> {
    let config = Config { p: 7, train: 0.6, width: 16, heads: 2, mlp: 32, runs: 2, ..Config::standard() };
    let mut trainer = Trainer::new(&config, device).await?;
    let views = [trainer.built().parts, trainer.built().row_loss];
    trainer.steps(1);
    let mut read = trainer.read(&views).await?;
    let built = trainer.built();
    read[0] = sum_terms(&built.terms, &read[0], built.flat, built.parts);
    Ok(read.concat())
}

/// Sums with random signs: few numbers that are as far apart, relatively, as the many that they stand for
/// (Johnson and Lindenstrauss 1984).
fn fingerprint(numbers: &[f32]) -> [f64; SUMS] {
    let (mut sums, mut rng) = ([0.0; SUMS], Rng::new(0, Stream::Signs));
    for &x in numbers {
        let signs = rng.bits();
        for (i, sum) in sums.iter_mut().enumerate() {
            *sum += if signs >> i & 1 == 0 { f64::from(x) } else { -f64::from(x) };
        }
    }
    sums
}

fn judge(got: &[f64], want: &[f64]) -> Result<f64, String> {
    let square = |x: f64| x * x;
    let difference: f64 = got.iter().zip(want).map(|(g, w)| square(g - w)).sum();
    let size: f64 = want.iter().map(|w| square(*w)).sum();
    let error = (difference / size).sqrt();
    if got.len() == want.len() && error <= LIMIT {
        Ok(error)
    } else {
        let [error, limit] = [(error, 1), (LIMIT, 0)].map(|(number, decimals)| exponential(number, decimals));
        Err(format!("its gradients differ from the CPU's by {error}, more than {limit}"))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use pollster::block_on;

    #[test]
    fn the_expected_numbers_are_those_of_the_cpu() {
        let now = fingerprint(&block_on(one_step(&Device::Cpu)).expect("the CPU makes a step"));
        let error = judge(&now, &EXPECTED);
        assert!(error.as_ref().is_ok_and(|error| *error < 1e-6), "{error:?}: EXPECTED should be {now:?}");
    }

    #[test]
    fn wrong_numbers_are_refused() {
        assert!(judge(&[1.0, 2.0], &[1.0, 2.0]).is_ok());
        for wrong in [&[1.0, 2.1][..], &[1.0, f64::NAN], &[2.0, 1.0], &[1.0], &[]] {
            assert!(judge(wrong, &[1.0, 2.0]).is_err(), "{wrong:?}");
        }
        assert!(judge(&[], &[]).is_err());
    }

    /// Also where only a few numbers are wrong, or they are in another order.
    #[test]
    fn a_fingerprint_shows_what_the_numbers_show() {
        let right = block_on(one_step(&Device::Cpu)).expect("the CPU makes a step");
        let length = |numbers: &[f32]| numbers.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
        let error = |wrong: &[f32]| judge(&fingerprint(wrong), &fingerprint(&right));
        let largest = (0..right.len()).max_by(|&a, &b| right[a].abs().total_cmp(&right[b].abs())).expect("numbers");
        for factor in [1.0 + 1e-4, 1.0] {
            let mut wrong = right.clone();
            wrong[largest] *= factor;
            let distance = (wrong[largest] - right[largest]).abs();
            let want = f64::from(distance) / length(&right);
            let got = error(&wrong).expect("close enough");
            assert!((0.4 * want..=2.5 * want).contains(&got), "{got} for {want}");
        }
        let mut wrong = right.clone();
        wrong.rotate_left(1);
        assert!(error(&wrong).is_err());
        wrong = right.clone();
        wrong[largest] = 0.0;
        assert!(error(&wrong).is_err());
    }
}
