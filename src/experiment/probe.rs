//! What some claims say about the weights: measured natively after a run, and recorded with it.

use super::Probe;
use super::record::Check;
use crate::analysis::effective_sparsity;
use crate::config::Config;
use crate::exec::Device;
use crate::inspect::{Album, Inspector};
use crate::metrics::History;
use crate::protocol::inspect::{Look, Measure, Off, Sight};
use crate::tape::Param;
use crate::task;

/// A run that has ended, with the weights it went through.
pub struct Ended<'a> {
    /// What was trained, with this run's seed.
    pub config: &'a Config,
    /// Its parameters.
    pub params: &'a [Param],
    /// Its last weights.
    pub weights: &'a [f32],
    /// Earlier ones.
    pub album: &'a Album,
    /// Its measurements.
    pub history: &'a History,
}

impl Probe {
    /// Whether it holds, and what was found.
    ///
    /// # Errors
    /// When the network cannot be looked into.
    async fn find(self, run: &Ended<'_>, device: &Device) -> Result<(bool, String), String> {
        match self {
            Probe::Sparse(most) => {
                let units = sparsity(run);
                Ok((units <= most, format!("{units} units")))
            }
            Probe::Frequencies(from, to) => {
                let (keys, _) = progress(run, device).await?;
                Ok(((from..=to).contains(&keys.len()), format!("{} frequencies", keys.len())))
            }
            Probe::FormsFirst => {
                let (_, measures) = progress(run, device).await?;
                let since = run.history.memorized.unwrap_or(0);
                let restricted = measures.iter().filter(|m| m.step >= since).map(|m| (m.step, m.restricted));
                let test = run.history.points.iter().filter(|p| p.step >= since).map(|p| (p.step, p.test_loss));
                let (circuit, rule) = (halved(restricted), halved(test));
                let word = |step: Option<u32>| step.map_or("never".into(), |step| format!("step {step}"));
                let first = circuit.is_some_and(|c| rule.is_none_or(|r| c < r));
                Ok((first, format!("{} before {}", word(circuit), word(rule))))
            }
        }
    }
}

/// Judges all runs.
///
/// # Errors
/// When a network cannot be looked into.
pub async fn check(probe: Probe, runs: &[Ended<'_>], device: &Device) -> Result<Check, String> {
    let mut check = Check { met: 0, all: runs.len() as u32, text: probe.text(), measured: String::new() };
    for run in runs {
        let (holds, found) = probe.find(run, device).await?;
        check.met += u32::from(holds);
        check.measured += &format!("{}{found}", if check.measured.is_empty() { "" } else { ", " });
    }
    Ok(check)
}

/// The first step at which values have fallen below half of the highest one before.
fn halved(values: impl Iterator<Item = (u32, f32)>) -> Option<u32> {
    let mut highest = f32::NEG_INFINITY;
    for (step, value) in values {
        highest = highest.max(value);
        if value < highest / 2.0 {
            return Some(step);
        }
    }
    None
}

/// Key frequencies and progress measures of all kept weights.
async fn progress(run: &Ended<'_>, device: &Device) -> Result<(Vec<u16>, Vec<Measure>), String> {
    let mut inspector = Inspector::new(run.config, device).await?;
    let step = run.history.points.last().map_or(0, |point| point.step);
    loop {
        let answer = inspector.answer([0, step], run.weights, run.album, &Look::Progress, &Off::default()).await;
        match answer.map_err(|error| error.to_string())?.sight {
            Sight::Progress(progress) if progress.more => {}
            Sight::Progress(progress) => return Ok((progress.keys, progress.measures)),
            _ => return Err("this network has no progress measures".into()),
        }
    }
}

/// How few hidden units of an MLP of one layer on features do.
fn sparsity(run: &Ended<'_>) -> usize {
    let data = task::dataset(run.config, run.config.seed.into());
    let part = |name: &str| {
        let param = run.params.iter().find(|param| param.name == name);
        param.map(|param| (&run.weights[param.offset..][..param.shape[0] * param.shape[1]], param.shape))
    };
    let (Some((up, [inputs, units])), Some((down, _)), Some(features)) = (part("layer0.W"), part("W_U"), data.features) else {
        return usize::MAX;
    };
    let examples = data.split.train.iter().chain(&data.split.test);
    let mut hidden = vec![];
    let zeros = vec![0.0; units];
    let bias = part("layer0.b").map_or(&zeros[..], |(bias, _)| bias);
    for e in examples.clone() {
        let row = features.row(e.x);
        hidden.extend((0..units).map(|unit| {
            let sum: f32 = row.iter().enumerate().map(|(i, x)| x * up[i * units + unit]).sum();
            (sum + bias[unit]).max(0.0)
        }));
    }
    let norm = |unit: usize| (0..inputs).map(|i| up[i * units + unit].powi(2)).sum::<f32>().sqrt();
    let norms: Vec<f32> = (0..units).map(norm).collect();
    let none = vec![0.0; data.classes as usize];
    let base = part("b_U").map_or(&none[..], |(bias, _)| bias);
    let targets: Vec<u32> = examples.map(|e| e.c).collect();
    effective_sparsity(&hidden, down, base, &norms, &targets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fall_is_to_half_of_the_highest_before() {
        let fall = |values: &[f32]| halved(values.iter().enumerate().map(|(i, v)| (i as u32, *v)));
        assert_eq!(fall(&[4.0, 6.0, 3.5, 2.9, 1.0]), Some(3));
        assert_eq!(fall(&[1.0, 2.0, 1.0]), None);
        assert_eq!(fall(&[f32::NAN, f32::NAN]), None);
    }
}
