//! Checkpoints of earlier steps, closer together the earlier they are: what going back in time shows.

use super::WeightCheckpoint;

/// Checkpoints at once.
const MOST: usize = 64;
/// Numbers of 32 bits in them, …
const NUMBERS: usize = 8_000_000;
/// … and those of a checkpoint on its way.
const ROOM: usize = 4_000_000;
/// Bytes of both, at most: 48 MB.
pub const CHECKPOINT_HISTORY_BYTES: u64 = 4 * (NUMBERS + ROOM) as u64;

/// The first run at some steps, within a bound of memory.
pub struct CheckpointHistory {
    checkpoints: Vec<WeightCheckpoint>,
    /// The next is taken when steps have grown by this factor.
    ratio: f64,
}

impl Default for CheckpointHistory {
    fn default() -> Self {
        CheckpointHistory { checkpoints: vec![], ratio: 1.1 }
    }
}

impl CheckpointHistory {
    /// Whether there should be a checkpoint at `step`.
    pub fn wants(&self, step: u32) -> bool {
        self.checkpoints
            .last()
            .map(|checkpoint| f64::from(checkpoint.step))
            .is_none_or(|last| f64::from(step) >= (last * self.ratio).max(last + 1.0))
    }

    /// Numbers that a checkpoint may take, together with all that is read for it.
    pub fn room(&self) -> usize {
        ROOM
    }

    /// Adds a checkpoint of a later step. When there is no more room, every second one goes, and later ones are further apart.
    pub fn add(&mut self, checkpoint: WeightCheckpoint) {
        if checkpoint.size() > NUMBERS || self.checkpoints.last().is_some_and(|last| last.step >= checkpoint.step) {
            return;
        }
        let size: usize = self.checkpoints.iter().map(WeightCheckpoint::size).sum();
        if self.checkpoints.len() >= MOST || size + checkpoint.size() > NUMBERS {
            let mut index = 0;
            self.checkpoints.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.ratio *= self.ratio;
            // Of one, half is one.
            let size: usize = self.checkpoints.iter().map(WeightCheckpoint::size).sum();
            if size + checkpoint.size() > NUMBERS {
                return;
            }
        }
        self.checkpoints.push(checkpoint);
    }

    /// Forgets what is later than `step`: the run goes on from there.
    pub fn rewind(&mut self, step: u32) {
        self.checkpoints.retain(|checkpoint| checkpoint.step <= step);
    }

    /// Keeps the weights, not what the optimiser remembered: another one goes on.
    pub fn forget(&mut self) {
        self.checkpoints.iter_mut().for_each(WeightCheckpoint::forget);
    }

    /// What a visitor sees who goes back to `at`: the nearest checkpoint; none where the present, step `now`, is nearer.
    pub fn at(&self, at: Option<u32>, now: u32) -> Option<&WeightCheckpoint> {
        let at = at?;
        self.nearest(at).filter(|checkpoint| checkpoint.step.abs_diff(at) < now.abs_diff(at))
    }

    /// The checkpoint nearest to a step.
    pub fn nearest(&self, step: u32) -> Option<&WeightCheckpoint> {
        self.checkpoints.iter().min_by_key(|checkpoint| checkpoint.step.abs_diff(step))
    }

    /// The last checkpoint before a step.
    pub fn before(&self, step: u32) -> Option<&WeightCheckpoint> {
        self.checkpoints.iter().rfind(|checkpoint| checkpoint.step < step)
    }

    /// The steps, ascending.
    pub fn steps(&self) -> Vec<u32> {
        self.checkpoints.iter().map(|checkpoint| checkpoint.step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_spread_evenly_in_ratio_and_bounded() {
        let mut checkpoints = CheckpointHistory::default();
        for step in (0..200_000).filter(|step| step % 3 == 0) {
            if checkpoints.wants(step) {
                checkpoints.add(WeightCheckpoint::of(step, &[step as f32, 0.5]));
            }
        }
        let steps = checkpoints.steps();
        assert!(steps.len() > MOST / 3 && steps.len() <= MOST, "{steps:?}");
        assert_eq!(steps[0], 0);
        let late: Vec<f64> =
            steps.windows(2).filter(|two| two[0] > 500).map(|two| f64::from(two[1]) / f64::from(two[0])).collect();
        assert!(late.iter().all(|ratio| (1.05..2.5).contains(ratio)), "{late:?}");
        assert_eq!(checkpoints.nearest(steps[10] + 1), Some(&WeightCheckpoint::of(steps[10], &[steps[10] as f32, 0.5])));
    }

    #[test]
    fn large_networks_are_kept_less_often_or_not_at_all() {
        for (size, most) in [(2_000_000, 4), (4_500_000, 1), (12_600_000, 0)] {
            let mut checkpoints = CheckpointHistory::default();
            let checkpoint = WeightCheckpoint::of(0, &vec![0.0; size]);
            for step in (0..100).filter(|step| step % 7 == 0) {
                let mut checkpoint = checkpoint.clone();
                checkpoint.step = step;
                checkpoints.add(checkpoint);
                assert!(checkpoints.steps().len() <= most && most * size <= NUMBERS, "{size}: {:?}", checkpoints.steps());
            }
            assert_eq!(
                (checkpoints.steps().is_empty(), checkpoints.steps().first().is_some_and(|step| *step == 0)),
                (most == 0, most > 0)
            );
        }
    }

    #[test]
    fn a_run_that_goes_back_forgets_its_future() {
        let mut checkpoints = CheckpointHistory::default();
        (0..5).for_each(|step| checkpoints.add(WeightCheckpoint::of(step, &[0.0])));
        checkpoints.add(WeightCheckpoint::of(3, &[9.0]));
        checkpoints.rewind(2);
        assert_eq!(checkpoints.steps(), [0, 1, 2]);
        assert!(checkpoints.wants(3) && !checkpoints.wants(2));
        assert!(CheckpointHistory::default().nearest(0).is_none());
    }
}
