//! What is followed of the rows of a table while they train, where an experiment asks for it.

use super::{BatchRun, Outcome};
use crate::analysis::{STATISTICS, Trajectory, weight_statistics};
use crate::config::Config;
use crate::metrics::History;
use crate::tape::Param;

/// Looks at a run, beside the one before its first step.
const LOOKS: u32 = 150;
/// Test accuracy from which a run counts as converged, as in the paper (Hu et al. 2023).
const CONVERGED: f32 = 0.9;

/// Looks at what is out of distribution, the last of them at the step limit: a single one would say little, for that goes up and down.
const LAST_LOOKS: u32 = 10;
/// All of those are in the last part of a run, one in so many.
const LAST_PART: u32 = 5;

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

    /// At which step its answers out of distribution are looked at next, if somebody follows them.
    fn next_apart(&self) -> Option<u32> {
        let left = LAST_LOOKS.checked_sub(self.apart.as_ref()?.len() as u32 + 1)?;
        let every = (self.config.steps / LAST_PART / LAST_LOOKS).max(1);
        self.config.steps.checked_sub(left * every)
    }

    /// Whether it is time for that.
    pub(super) fn apart_due(&self, step: u32) -> bool {
        self.next_apart() == Some(step) && !self.over()
    }

    /// Steps from this one until there is something to look at.
    pub(super) fn until_look(&self, step: u32) -> u32 {
        let weights = self.trajectory.as_ref().map(|_| every(&self.config) - step % every(&self.config));
        let apart = self.next_apart().and_then(|at| at.checked_sub(step)).filter(|left| *left > 0);
        [weights, apart].into_iter().flatten().min().unwrap_or(u32::MAX)
    }

    /// What has become of it: out of distribution the mean of all looks, of a row that came to its step limit.
    pub fn outcome(&self) -> Outcome {
        let looks = self.apart.as_ref().filter(|looks| looks.len() as u32 == LAST_LOOKS);
        let apart = looks.map(|looks| looks.iter().sum::<f32>() / looks.len() as f32);
        Outcome { apart, ..Outcome::of(&self.history, self.phase) }
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
    use crate::train::{Apart, Device, Trainer};
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
    fn what_is_out_of_distribution_is_looked_at_ten_times_in_the_last_fifth() {
        let query = "task=two-hops&p=8&k=4&samples=72&train=0.9&layers=2&width=16&heads=2&mlp=24&batch=16&lr=0.01&steps=500";
        let config = Config::standard().with_query(&format!("{query}&stop=limit")).0;
        let train = |config: &Config, chunk: u32| {
            let configs = [config.clone()];
            let mut batch = block_on(Batch::new(&configs, Batch::build(&configs), &Device::Cpu)).expect("a batch");
            while !batch.over() {
                batch = block_on(batch.advance(chunk, &Device::Cpu)).expect("training");
            }
            batch.runs.remove(0)
        };
        let run = train(&config, 70);
        let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
        let mut apart = block_on(Apart::new(&config, &Device::Cpu)).expect("a plan").expect("such examples");
        let mut looks = vec![];
        for at in (410..=500).step_by(10) {
            trainer.steps(at - trainer.step());
            let weights = block_on(trainer.weights()).expect("weights").remove(0);
            looks.push(block_on(apart.accuracy(&weights)).expect("answers"));
        }
        assert_eq!((run.apart.as_ref(), train(&config, 1).history), (Some(&looks), run.history.clone()));
        assert_eq!(run.outcome().apart, Some(looks.iter().sum::<f32>() / 10.0));
        // Of a row that is decided before its limit nothing is said, and nothing is looked for where there is none.
        let early = Config { task: "x+y".into(), ..Config::small() };
        assert_eq!((train(&early, 70).apart, Outcome::of(&run.history, run.phase).apart), (None, None));
        let few = Config { steps: 3, ..config };
        assert_eq!(train(&few, 70).outcome().apart, None);
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
