//! Progress measures of the present weights and, a few at a time, of the kept ones.

use super::{Album, Inspector};
use crate::analysis::{Fit, Waves, explained, gini, keys};
use crate::exec::ExecError;
use crate::protocol::inspect::{Measure, Off, Progress, Sight};

/// Kept weights that are measured for one answer.
const AT_ONCE: usize = 3;

impl Inspector {
    /// The frequencies that neurons compute with.
    pub(super) fn keys(&self, fits: &[Fit]) -> Vec<usize> {
        keys(fits, self.least)
    }

    /// Measures by the key frequencies of the present weights, as Nanda et al. 2023 do for a finished run.
    pub(super) async fn progress(&mut self, step: u32, weights: &[f32], album: &Album, off: &Off) -> Result<Sight, ExecError> {
        let (fits, _) = self.fits().await?;
        let keys = self.keys(&fits);
        if self.measured.0 != keys {
            self.measured = (keys.clone(), vec![]);
        }
        let now = self.measure(step, weights, &fits).await?;
        let mut left = AT_ONCE;
        let steps = album.steps();
        for &at in steps.iter().rev() {
            if left == 0 || self.measured.1.iter().any(|measure| measure.step == at) {
                continue;
            }
            let Some((at, weights)) = album.nearest(at) else { continue };
            self.run(weights, off);
            let (fits, _) = self.fits().await?;
            let measure = self.measure(at, weights, &fits).await?;
            self.measured.1.push(measure);
            left -= 1;
        }
        let measured = |at: &u32| self.measured.1.iter().find(|measure| measure.step == *at);
        let mut measures: Vec<Measure> = steps.iter().filter(|at| **at != step).filter_map(measured).copied().collect();
        measures.insert(measures.partition_point(|measure| measure.step < step), now);
        let more = !steps.iter().all(|at| measured(at).is_some());
        let norms = self.norms(weights);
        let keys = keys.into_iter().map(|k| k as u16).collect();
        Ok(Sight::Progress(Progress { keys, measures, more, norms }))
    }

    /// Measures the weights of the last run.
    async fn measure(&mut self, step: u32, weights: &[f32], fits: &[Fit]) -> Result<Measure, ExecError> {
        let [logits] = self.read([self.logits]).await?;
        let keys = &self.measured.0;
        let mut measure =
            Measure { step, restricted: f32::NAN, excluded: f32::NAN, gini: f32::NAN, explained: explained(fits, self.least) };
        if let Some((_, _, spectrum)) = self.spectrum(weights) {
            measure.gini = gini(&spectrum[1..]);
        }
        if let Some(places) = self.places() {
            let classes = self.classes();
            let row = |pair: usize| &logits[places[pair] * classes..][..classes];
            if let Some(waves) = Waves::of(row, &self.basis, &self.cycle) {
                let training: Vec<usize> = (0..places.len()).filter(|pair| self.trained[places[*pair]]).collect();
                measure.restricted = waves.restricted(keys).loss;
                measure.excluded = waves.excluded(keys, row, &training).loss;
            }
        }
        Ok(measure)
    }
}
