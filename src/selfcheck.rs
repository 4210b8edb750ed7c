//! The start-up self-check: a device must agree with the CPU twins before the page trusts it.
//!
//! Drivers and browsers have bugs that give wrong numbers without an error. One step of a tiny network runs
//! every kernel of the default model on the device and on the CPU; losses and gradients must agree.

use crate::config::Config;
use crate::exec::ExecError;
use crate::number::exponential;
use crate::tape::sum_terms;
use crate::train::{Device, Trainer};

/// Largest accepted √(Σ(gpu−cpu)²/Σcpu²). Correct devices stay below 1e-5; a wrong kernel is off by far more.
pub const LIMIT: f64 = 1e-3;

/// Runs one step on both and returns the relative difference.
///
/// # Errors
/// When the device fails, or its numbers differ by more than [`LIMIT`]: the text says so.
pub async fn self_check(device: &Device) -> Result<f64, String> {
    let config = Config { p: 7, train: 0.6, width: 16, heads: 2, mlp: 32, runs: 2, ..Config::standard() };
    let want = one_step(&config, &Device::Cpu).await.map_err(|e| e.to_string())?;
    let got = one_step(&config, device).await.map_err(|e| e.to_string())?;
    judge(&got, &want)
}

/// Gradients, then losses, of the first step.
async fn one_step(config: &Config, device: &Device) -> Result<Vec<f32>, ExecError> {
    let mut trainer = Trainer::new(config, device).await?;
    let views = [trainer.built().parts, trainer.built().row_loss];
    trainer.steps(1);
    let mut read = trainer.read(&views).await?;
    let built = trainer.built();
    read[0] = sum_terms(&built.terms, &read[0], built.flat, built.parts);
    Ok(read.concat())
}

fn judge(got: &[f32], want: &[f32]) -> Result<f64, String> {
    let square = |x: f64| x * x;
    let difference: f64 = got.iter().zip(want).map(|(&g, &w)| square(f64::from(g) - f64::from(w))).sum();
    let size: f64 = want.iter().map(|&w| square(f64::from(w))).sum();
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

    #[test]
    fn the_cpu_agrees_with_itself() {
        let error = pollster::block_on(self_check(&Device::Cpu)).expect("the CPU passes");
        assert_eq!(error, 0.0);
    }

    #[test]
    fn wrong_numbers_are_refused() {
        assert!(judge(&[1.0, 2.0], &[1.0, 2.0]).is_ok());
        for wrong in [&[1.0, 2.1][..], &[1.0, f32::NAN], &[2.0, 1.0], &[1.0], &[]] {
            assert!(judge(wrong, &[1.0, 2.0]).is_err(), "{wrong:?}");
        }
        assert!(judge(&[], &[]).is_err());
    }
}
