//! Runs beside each other: what becomes of a run that another one follows, and how a run leaves another in the middle.

use super::worker::Worker;
use super::{App, Phase};
use crate::protocol::Command;
use crate::view::runs::{Fork, worth};

impl App {
    /// Another run begins: this one stays for comparison if it got somewhere.
    pub(super) fn leave(&mut self) {
        // What a fork has in common with the run it left is no loss.
        let went_on = self.runs.from.is_none_or(|from| from.step < self.step);
        if went_on && worth(&self.histories) {
            self.runs.add(&self.record, (self.step, self.elapsed_ms), &self.histories);
        }
        self.histories.iter_mut().for_each(|history| *history = Default::default());
        if self.runs.from.take().is_some() {
            self.runs.revision += 1;
        }
    }

    /// Whether a fork can begin at the step that is looked at.
    pub fn can_fork(&self) -> bool {
        let past = self.inside.choice.at().is_some_and(|at| at < self.step);
        // There are checkpoints of the first run only. A run that is over would not go on, and a fork of nothing is none.
        let goes_on = if past { self.histories.len() == 1 } else { self.end().is_none() };
        let begun = self.runs.from.map_or(0, |from| from.step) < self.step;
        self.worker.is_ready() && self.trainer.is_some() && self.step > 0 && goes_on && (past || begun)
    }

    /// Goes on from the step that is looked at, paused; the run so far stays for comparison.
    pub fn fork(&mut self) {
        if self.can_fork() {
            self.pause();
            self.worker = Worker::Forking { next: None };
            self.send(Command::Fork { at: self.inside.choice.at() });
        }
    }

    /// The worker goes on from this step; its optimiser may be `fresh`, without a state.
    pub(super) fn forked(&mut self, step: u32, fresh: bool) {
        let own = self.runs.from.is_none_or(|from| from.step < self.step);
        if own {
            self.runs.add(&self.record, (self.step, self.elapsed_ms), &self.histories);
        }
        self.runs.from = Some(Fork { step, fresh });
        self.runs.revision += 1;
        self.elapsed_ms *= f64::from(step) / f64::from(self.step.max(1));
        self.rewind(step);
        if self.end().is_some() && self.over().is_none() {
            self.phase = Phase::PAUSED;
        }
    }
}
