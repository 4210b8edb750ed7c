//! The progress measures of runs that were recorded natively, and what the claims about weights come to by them.

use crate::analysis::{Measures, Progress};
use crate::config::Config;
use crate::exec::Device;
use crate::experiment::Probe;
use crate::experiment::record::Check;
use crate::inspect::Inspector;
use crate::metrics::History;
use crate::protocol::inspect::{Asker, InspectQuery, InspectRequest, InspectResult, Off};
use crate::tape::Param;
use crate::train::CheckpointHistory;

/// A run that has ended, with the weights it went through.
pub struct Ended<'a> {
    /// What was trained, with this run's seed.
    pub config: &'a Config,
    /// Its parameters.
    pub params: &'a [Param],
    /// Its last weights.
    pub weights: &'a [f32],
    /// Earlier ones.
    pub checkpoints: &'a CheckpointHistory,
    /// Its measurements.
    pub history: &'a History,
}

/// What each of these comes to on all runs.
///
/// # Errors
/// When a network cannot be looked into.
pub async fn check(probes: &[Probe], runs: &[Ended<'_>], device: &Device) -> Result<Vec<Check>, String> {
    let all = runs.len() as u32;
    let mut checks: Vec<Check> =
        probes.iter().map(|probe| Check { met: 0, all, text: probe.text(), measured: String::new() }).collect();
    for run in runs {
        let progress = progress(run, Probe::measures(probes), device).await?;
        for (probe, check) in probes.iter().zip(&mut checks) {
            let (holds, found) = probe.judge(&progress, run.history)?;
            check.met += u32::from(holds);
            check.measured += &format!("{}{found}", if check.measured.is_empty() { "" } else { ", " });
        }
    }
    Ok(checks)
}

/// Progress measures of all checkpoints.
async fn progress(run: &Ended<'_>, which: Measures, device: &Device) -> Result<Progress, String> {
    let mut inspector = Inspector::new(run.config, device).await?;
    let step = run.history.points.last().map_or(0, |point| point.step);
    loop {
        let request = InspectRequest::Progress(which);
        let question = InspectQuery { asker: Asker::Claim, request, off: Off::default(), at: None, urgent: false };
        let answer = inspector.answer(&question, step, run.weights, run.checkpoints).await;
        match answer.map_err(|error| error.to_string())?.result {
            InspectResult::Progress(progress) if progress.more => {}
            InspectResult::Progress(progress) => return Ok(progress),
            _ => return Err("this network has no progress measures".into()),
        }
    }
}
