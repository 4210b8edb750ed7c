//! What some claims say about the weights, judged by the progress measures of a run that is over.

use super::Probe;
use crate::analysis::Progress;
use crate::metrics::{History, halved};
use crate::text::thousands;

impl Probe {
    /// Whether it holds, and what was found.
    ///
    /// # Errors
    /// When the network does not have what is to be measured.
    pub fn judge(self, progress: &Progress, history: &History) -> Result<(bool, String), String> {
        let Progress { measures, units, keys, .. } = progress;
        Ok(match self {
            Probe::Sparse(most) => {
                let fraction = measures.last().map(|measure| measure.sparsity).filter(|fraction| fraction.is_finite());
                let fraction = fraction.ok_or("this network has no effective sparsity")?;
                let units = (fraction * *units as f32).round() as usize;
                (units <= most, format!("{units} neurons"))
            }
            Probe::Frequencies(from, to) => ((from..=to).contains(&keys.len()), format!("{} frequencies", keys.len())),
            Probe::FormsFirst => {
                let since = history.memorized.unwrap_or(0);
                let restricted = measures.iter().filter(|m| m.step >= since).map(|m| (m.step, m.restricted));
                let test = history.points.iter().filter(|p| p.step >= since).map(|p| (p.step, p.test_loss));
                let (circuit, rule) = (halved(restricted), halved(test));
                let word = |step: Option<u32>| step.map_or("never".into(), |step| format!("step {}", thousands(step.into())));
                let first = circuit.is_some_and(|c| rule.is_none_or(|r| c < r));
                (first, format!("{} before {}", word(circuit), word(rule)))
            }
        })
    }
}
