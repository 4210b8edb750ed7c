//! Which steps are evaluated on the test pairs.

use serde::{Deserialize, Serialize};

/// Below this step every step is evaluated, so that the first second of a run is smooth.
const EVERY_STEP_BELOW: u32 = 8;
/// Evaluation may take one part in so many of the arithmetic at first, and of that of a long run.
const PARTS: [u64; 2] = [5, 10];
/// A run is long as soon as the wider interval is one part in so many of its steps: finer than what a chart of them shows.
const LONG: u32 = 20;

/// The steps that are evaluated. They depend on nothing but their number, so they are the same on every backend, for every
/// shard of a run, and in every chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluationSchedule {
    /// Steps from one evaluation to the next at first, after the very first.
    early: u32,
    /// The same in a long run: a multiple, of which each was evaluated before there were two intervals.
    late: u32,
}

impl EvaluationSchedule {
    /// For the operations of an evaluation and of a step.
    pub fn new(evaluate: u64, train: u64) -> Self {
        // evaluate / (interval · train + evaluate) < 1 / parts
        let [early, late] = PARTS.map(|parts| ((parts - 1) * evaluate / train) as u32 + 1);
        EvaluationSchedule { early, late: late.next_multiple_of(early) }
    }

    /// That of a long run, from the start.
    pub fn of_long_run(self) -> Self {
        EvaluationSchedule { early: self.late, ..self }
    }

    /// The first step of a long run.
    pub fn long(self) -> u32 {
        LONG * self.late
    }

    /// Steps between evaluations around `step`, which is not among the very first.
    pub fn interval(self, step: u32) -> u32 {
        if step < self.long() { self.early } else { self.late }
    }

    /// Whether the weights at `step` are evaluated.
    pub fn evaluates(self, step: u32) -> bool {
        step < EVERY_STEP_BELOW || step.is_multiple_of(self.interval(step))
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn intervals_grow_once_and_never_pass_a_twentieth_of_the_run() {
        for (evaluate, train) in [(1, 100), (1, 6), (1, 2), (11, 16), (1, 1), (20, 7)] {
            let schedule = EvaluationSchedule::new(evaluate, train);
            let steps: Vec<u32> = (0..4000).filter(|step| schedule.evaluates(*step)).collect();
            assert!((0..8).all(|step| steps.contains(&step)) && steps.contains(&schedule.long()), "{schedule:?}");
            for two in steps.windows(2) {
                let gap = two[1] - two[0];
                assert!(gap <= schedule.interval(two[0]), "{schedule:?}: {two:?}");
                assert!(gap <= schedule.early || gap * LONG <= two[1], "{schedule:?}: {two:?}");
            }
            let late = steps.iter().filter(|step| **step >= schedule.long());
            assert!(late.clone().all(|step| step.is_multiple_of(schedule.early)), "{schedule:?}");
            let share = |interval: u32| evaluate as f64 / (f64::from(interval) * train as f64 + evaluate as f64);
            assert!(share(schedule.early) < 0.2 && share(schedule.late) < 0.1, "{schedule:?}");
        }
    }
}
