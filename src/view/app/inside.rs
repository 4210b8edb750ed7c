//! The conversation about the inside of the network: what is asked when.

use super::{App, State, Worker};
use crate::protocol::Command;
use crate::protocol::inspect::{Inspected, Sight};
use crate::task::{Operation, cells};
use crate::view::inside::Act;

impl App {
    /// The visitor wants to see something else, or to change the table.
    pub fn look(&mut self, act: Act) {
        let cells = match act {
            Act::Result(result) => self.cells_with(Some(result)),
            Act::Restore => self.cells_with(None),
            Act::RestoreAll => String::new(),
            _ => {
                self.inside.act(act);
                return self.ask_inside(true);
            }
        };
        self.set([("cells", cells.as_str())]);
    }

    /// The changed cells once the chosen pair has this result.
    fn cells_with(&self, result: Option<u32>) -> String {
        let pair = self.inside.choice.pair(Operation::of(&self.config).symbols(&self.config));
        cells::with(&self.config, pair, result)
    }

    /// The view can be seen now, or no longer.
    pub fn see_inside(&mut self, visible: bool) {
        if self.inside.visible != visible {
            self.inside.visible = visible;
            self.ask_inside(true);
        }
    }

    /// What is shown is older than the run.
    pub(super) fn follow_inside(&mut self) {
        let seen = self.inside.seen.as_ref().map(|seen| seen.step);
        if self.inside.choice.at().is_none() && seen != Some(self.step) {
            // While training, looks wait for their turn.
            self.ask_inside(self.state != State::Running);
        }
    }

    /// An answer has come.
    pub(super) fn inspected(&mut self, seen: Inspected) {
        let more = matches!(&seen.sight, Sight::Progress(progress) if progress.more);
        if self.inside.take(seen) {
            self.ask_inside(true);
        } else if more {
            self.ask_inside(false);
        } else if self.state == State::Running {
            self.follow_inside();
        }
    }

    fn ask_inside(&mut self, urgent: bool) {
        if self.worker == Worker::Ready
            && self.trainer.is_some()
            && let Some(question) = self.inside.question(urgent)
        {
            self.send(Command::Inspect(question));
        }
    }
}
