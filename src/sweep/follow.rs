//! What is followed of the rows of a table while they train, where an experiment asks for it.

use super::BatchRun;
use crate::analysis::{STATISTICS, Trajectory, weight_statistics};
use crate::config::Config;
use crate::metrics::History;
use crate::tape::Param;

/// Looks at a run, beside the one before its first step.
const LOOKS: u32 = 150;
/// Test accuracy from which a run counts as converged, as in the paper (Hu et al. 2023).
const CONVERGED: f32 = 0.9;

/// Steps from one look to the next.
pub(super) fn every(config: &Config) -> u32 {
    (config.steps / LOOKS).max(1)
}

impl BatchRun {
    /// Whether its weights after so many steps are to be looked at.
    pub(super) fn due(&self, step: u32) -> bool {
        let seen = |trajectory: &Trajectory| (trajectory.statistics.len() / STATISTICS) as u32;
        let next = self.trajectory.as_ref().map(|trajectory| seen(trajectory) * every(&self.config));
        next == Some(step) && !self.over()
    }

    /// Takes them in.
    pub(super) fn look(&mut self, params: &[Param], weights: &[f32]) {
        let Some(trajectory) = &mut self.trajectory else { return };
        let matrices: Vec<_> = params.iter().filter(|p| p.is_matrix()).map(|p| (p.of(weights), p.shape)).collect();
        let bias = |param: &&Param| !param.is_matrix() && param.name.rsplit('.').next().is_some_and(|name| name.starts_with('b'));
        let biases: Vec<&[f32]> = params.iter().filter(bias).map(|p| p.of(weights)).collect();
        trajectory.statistics.extend(weight_statistics(&matrices, &biases));
    }

    /// Notes when it converged, once it is over.
    pub(super) fn settle(&mut self) {
        if let Some(trajectory) = &mut self.trajectory {
            trajectory.converged = converged(&self.history);
        }
    }
}

/// The first step with a test accuracy above the threshold, else the last one.
fn converged(history: &History) -> u32 {
    let first = history.points.iter().find(|point| point.test_accuracy > CONVERGED);
    first.or(history.points.last()).map_or(0, |point| point.step)
}
