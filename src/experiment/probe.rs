//! What some claims say about the weights: measured natively after a run, and recorded with it.

use super::Probe;
use super::record::Check;
use crate::config::Config;
use crate::exec::Device;
use crate::inspect::{Album, Inspector};
use crate::metrics::{History, halved};
use crate::protocol::inspect::{Inspect, Look, Off, Progress, Sight};
use crate::tape::Param;

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
                let Progress { measures, units, .. } = progress(run, device).await?;
                let share = measures.last().map(|m| m.sparsity).filter(|share| share.is_finite());
                let share = share.ok_or("this network has no effective sparsity")?;
                let units = (share * units as f32).round() as usize;
                Ok((units <= most, format!("{units} units")))
            }
            Probe::Frequencies(from, to) => {
                let keys = progress(run, device).await?.keys;
                Ok(((from..=to).contains(&keys.len()), format!("{} frequencies", keys.len())))
            }
            Probe::FormsFirst => {
                let measures = progress(run, device).await?.measures;
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

/// Progress measures of all kept weights.
async fn progress(run: &Ended<'_>, device: &Device) -> Result<Progress, String> {
    let mut inspector = Inspector::new(run.config, device).await?;
    let step = run.history.points.last().map_or(0, |point| point.step);
    loop {
        let question = Inspect { id: 0, look: Look::Progress, off: Off::default(), at: None, urgent: false };
        let answer = inspector.answer(&question, step, run.weights, run.album).await;
        match answer.map_err(|error| error.to_string())?.sight {
            Sight::Progress(progress) if progress.more => {}
            Sight::Progress(progress) => return Ok(progress),
            _ => return Err("this network has no progress measures".into()),
        }
    }
}
