//! What was measured of the runs, as it comes in.

use super::{App, Value};
use crate::metrics::Point;

impl App {
    /// Drops what was measured after `step`.
    pub(super) fn rewind(&mut self, step: u32) {
        self.step = step;
        self.steps_per_second = 0.0;
        self.histories.iter_mut().for_each(|history| history.rewind(step));
        if self.runs.from.is_some_and(|from| from.step > step) {
            self.runs.from = None;
            self.runs.revision += 1;
        }
    }

    /// Milestones count from where the run last turned, as the record says.
    pub(super) fn count_anew(&mut self, step: u32) {
        let turned = self.record.turned(step);
        self.histories.iter_mut().for_each(|history| history.turn(turned));
    }

    /// New points, and what the page around is told of them.
    pub(super) fn measured(&mut self, points: &[Point]) {
        for point in points {
            let Some(history) = self.histories.get_mut(point.run as usize) else {
                continue;
            };
            let before = (history.memorized, history.grokked);
            history.push(*point);
            let after = (history.memorized, history.grokked);
            let detail = |step: u32| vec![("step", Value::Number(step.into())), ("run", Value::Number(point.run.into()))];
            if let (None, Some(step)) = (before.0, after.0) {
                self.emit("memorized", detail(step));
            }
            if let (None, Some(step)) = (before.1, after.1) {
                self.emit("grok", detail(step));
            }
        }
        if let Some(last) = points.iter().rev().find(|p| p.run == 0) {
            let number = |value: f32| Value::Number(value.into());
            self.emit(
                "metrics",
                vec![
                    ("step", Value::Number(last.step.into())),
                    ("trainLoss", number(last.train_loss)),
                    ("testLoss", number(last.test_loss)),
                    ("trainAccuracy", number(last.train_accuracy)),
                    ("testAccuracy", number(last.test_accuracy)),
                    ("stepsPerSecond", Value::Number(self.steps_per_second)),
                ],
            );
        }
    }
}
