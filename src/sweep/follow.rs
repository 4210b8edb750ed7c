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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::metrics::Point;
    use crate::sweep::Batch;
    use crate::train::{Device, Trainer};
    use pollster::block_on;

    #[test]
    fn rows_are_looked_at_at_even_distances_and_train_as_if_nobody_looked() {
        let config = Config::small().with_query("model=mlp&mlp=16&steps=450&stop=limit&batch=32").0;
        let configs = [config.clone(), Config { seed: 1, ..config.clone() }];
        let train = |follow: bool, chunk: u32| {
            let mut batch = block_on(Batch::new(&configs, Batch::build(&configs), &Device::Cpu)).expect("a batch");
            if follow {
                batch.follow();
            }
            while !batch.over() {
                batch = block_on(batch.advance(chunk, &Device::Cpu)).expect("training");
            }
            batch.runs
        };
        let (followed, others, alone) = (train(true, 70), train(true, 1), train(false, 70));
        for ((run, other), alone) in followed.iter().zip(&others).zip(&alone) {
            assert_eq!((&run.history, &run.trajectory), (&other.history, &other.trajectory), "chunks do not matter");
            assert!(run.history == alone.history && alone.trajectory.is_none());
            let trajectory = run.trajectory.as_ref().expect("it was followed");
            assert_eq!((trajectory.statistics.len(), every(&config)), (151 * STATISTICS, 3));
            assert_eq!(trajectory.converged, converged(&run.history));
        }
        // The first look is at the initial weights, the last at those that the run ends with.
        let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
        for (look, steps) in [(0, 0), (150, 450)] {
            trainer.steps(steps);
            let weights = block_on(trainer.weights()).expect("weights").remove(0);
            let mut run = followed[0].clone();
            run.trajectory = Some(Trajectory::default());
            run.look(&trainer.built().params, &weights);
            let own = run.trajectory.expect("it was followed").statistics;
            let seen = &followed[0].trajectory.as_ref().expect("it was followed").statistics[look * STATISTICS..][..STATISTICS];
            assert_eq!(own, seen, "look {look}");
        }
    }

    #[test]
    fn a_run_converges_above_the_threshold_or_not_before_its_end() {
        let mut history = History::default();
        for (step, test_accuracy) in [(0, 0.5), (10, 0.9), (20, 0.91), (30, 0.2)] {
            history.push(Point { step, test_accuracy, ..Point::default() });
        }
        assert_eq!(converged(&history), 20);
        history.points.remove(2);
        assert_eq!((converged(&history), converged(&History::default())), (30, 0));
    }
}
