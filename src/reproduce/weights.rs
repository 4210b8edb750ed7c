//! The progress measures of runs that were recorded natively, and what the claims about weights come to by them.

use crate::analysis::Progress;
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

/// Judges all runs.
///
/// # Errors
/// When a network cannot be looked into.
pub async fn check(probe: Probe, runs: &[Ended<'_>], device: &Device) -> Result<Check, String> {
    let mut check = Check { met: 0, all: runs.len() as u32, text: probe.text(), measured: String::new() };
    for run in runs {
        if std::env::var("LI_DEBUG").is_ok() {
            let norm = |step: u32| run.history.points.iter().find(|p| p.step >= step).copied().unwrap_or_default();
            eprintln!("DEBUG memorised {:?} grokked {:?}", run.history.memorized, run.history.grokked);
            for m in &progress(run, device).await?.measures {
                let p = norm(m.step);
                eprintln!("DEBUG {} r {:.4} x {:.4} g {:.3} gl {:.3} e {:.3} rank {:.2} | test {:.4} acc {:.3} norm {:.3}", m.step, m.restricted, m.excluded, m.gini, m.readout_gini, m.explained, m.rank, p.test_loss, p.test_accuracy, p.weight_norm);
            }
        }
        let (holds, found) = probe.judge(&progress(run, device).await?, run.history)?;
        check.met += u32::from(holds);
        check.measured += &format!("{}{found}", if check.measured.is_empty() { "" } else { ", " });
    }
    Ok(check)
}

/// Progress measures of all checkpoints.
async fn progress(run: &Ended<'_>, device: &Device) -> Result<Progress, String> {
    let mut inspector = Inspector::new(run.config, device).await?;
    let step = run.history.points.last().map_or(0, |point| point.step);
    loop {
        let question =
            InspectQuery { asker: Asker::Claim, request: InspectRequest::Progress, off: Off::default(), at: None, urgent: false };
        let answer = inspector.answer(&question, step, run.weights, run.checkpoints).await;
        match answer.map_err(|error| error.to_string())?.result {
            InspectResult::Progress(progress) if progress.more => {}
            InspectResult::Progress(progress) => return Ok(progress),
            _ => return Err("this network has no progress measures".into()),
        }
    }
}
