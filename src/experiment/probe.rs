//! What some claims say about the weights, judged by the progress measures of a run that is over.

use crate::analysis::Progress;
use crate::metrics::{History, halved};
use crate::text::thousands;
use crate::tr;

/// Something that is found in the weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Probe {
    /// So many frequencies explain neurons (Nanda et al. 2023).
    Frequencies(usize, usize),
    /// The restricted loss falls before the test loss: each below half of its highest value since memorising (Nanda et al. 2023).
    FormsFirst,
    /// At most so many hidden units are as accurate as all of them (Merrill et al. 2023).
    Sparse(usize),
}

impl Probe {
    /// For people.
    pub fn text(self) -> String {
        match self {
            Probe::Frequencies(from, to) => tr!("its neurons compute with {from} to {to} frequencies", from, to),
            Probe::FormsFirst => tr!("restricted loss falls before test loss").into(),
            Probe::Sparse(most) => tr!("{most} neurons or fewer do as well as all of them", most),
        }
    }

    /// Whether it holds, and what was found.
    ///
    /// # Errors
    /// When the network does not have what is to be measured.
    pub fn judge(self, progress: &Progress, history: &History) -> Result<(bool, String), String> {
        let Progress { measures, units, keys, .. } = progress;
        Ok(match self {
            Probe::Sparse(most) => {
                let fraction = measures.last().map(|measure| measure.sparsity).filter(|fraction| fraction.is_finite());
                let fraction = fraction.ok_or_else(|| tr!("this network has no effective sparsity"))?;
                let units = (fraction * *units as f32).round() as usize;
                (units <= most, neurons(units))
            }
            Probe::Frequencies(from, to) => ((from..=to).contains(&keys.len()), frequencies(keys.len())),
            Probe::FormsFirst => {
                let since = history.memorized.unwrap_or(0);
                let restricted = measures.iter().filter(|m| m.step >= since).map(|m| (m.step, m.restricted));
                let test = history.points.iter().filter(|p| p.step >= since).map(|p| (p.step, p.test_loss));
                let (circuit, rule) = (halved(restricted), halved(test));
                let first = circuit.is_some_and(|c| rule.is_none_or(|r| c < r));
                (first, before(circuit, rule))
            }
        })
    }
}

/// How many neurons were found.
fn neurons(count: usize) -> String {
    match count {
        1 => tr!("1 neuron").into(),
        _ => tr!("{count} neurons", count),
    }
}

/// How many frequencies were found.
fn frequencies(count: usize) -> String {
    match count {
        1 => tr!("1 frequency").into(),
        _ => tr!("{count} frequencies", count),
    }
}

/// Two steps of which the first should come before the second; one that never came has none.
fn before(first: Option<u32>, second: Option<u32>) -> String {
    match [first, second].map(|step| step.map(|step| thousands(step.into()))) {
        [Some(first), Some(second)] => tr!("step {first} before step {second}", first, second),
        [Some(first), None] => tr!("step {first} before never", first),
        [None, Some(second)] => tr!("never before step {second}", second),
        [None, None] => tr!("never before never").into(),
    }
}
