//! Plateaus of the train loss: how long a network stays with what it knows, and how that depends on how much there is to know.

use super::verdict::{Judgement, Verdict, unmeasured, when};
use crate::analysis::{Measure, PowerLaw};
use crate::language::local;
use crate::metrics::History;
use crate::number::fixed;
use crate::text::{percent, thousands};
use crate::tr;

/// From which step to which the train loss is within a tenth of so many nats: the first at which it is no higher, and the first at which
/// it is lower. The loss of a mini-batch swings too much for less than a tenth.
pub(super) fn plateau(history: &History, nats: f64) -> Option<[u32; 2]> {
    let below = |factor: f64| history.points.iter().find(|p| f64::from(p.train_loss) < factor * nats).map(|p| p.step);
    below(1.1).zip(below(0.9)).map(|(from, to)| [from, to])
}

/// Whether attention to whom a question is about is there when the train loss leaves its plateau: at least this fraction of its rise from
/// its lowest until then to where it is in the end, and that rise is at least [`RISE`].
pub(super) fn attends_first(measures: &[Measure], history: &History, nats: f64, share: f32) -> (bool, String) {
    let Some([_, left]) = plateau(history, nats) else { return (false, unmeasured()) };
    let before = &measures[..measures.partition_point(|measure| measure.step <= left)];
    let lowest = before.iter().map(|measure| measure.subject).fold(f32::INFINITY, f32::min);
    let (Some(then), Some(end)) = (before.last(), measures.last()) else { return (false, unmeasured()) };
    let rise = end.subject - lowest;
    let holds = rise >= RISE && then.subject - lowest >= share * rise;
    let [low, top, end] = [lowest, then.subject, end.subject].map(|share| percent(share.into()));
    (holds, tr!("from {low} to {top} at step {step}, then {end}", low, top, step = thousands(then.step.into()), end))
}

/// So much of all attention has to go there in addition: less could be noise.
const RISE: f32 = 0.1;

/// How the end of a plateau depends on the number of examples: as a [power](PowerLaw) of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// How many examples the runs have; at least three numbers.
    pub examples: &'static [f64],
    /// Where the plateau is, nats.
    pub nats: f64,
    /// The exponent, from and to.
    pub exponent: [f64; 2],
}

impl Growth {
    /// Judges runs with so many examples.
    pub(super) fn judge(&self, runs: &[&History]) -> Verdict {
        let end = |history: &&History| plateau(history, self.nats).map(|[_, end]| f64::from(end.max(1)));
        let ends: Option<Vec<f64>> = runs.iter().map(end).collect();
        let law = ends.and_then(|ends| PowerLaw::of(self.examples.iter().copied().zip(ends)));
        let Some(PowerLaw { exponent, .. }) = law else {
            return Verdict { judgement: Judgement::Fails, measured: unmeasured() };
        };
        let measured = tr!("power {exponent}", exponent = local(fixed(exponent, 2)));
        let [from, to] = self.exponent;
        Verdict { judgement: when(Some((from..=to).contains(&exponent))), measured }
    }
}
