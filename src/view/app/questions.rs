//! Questions to the worker of which somebody holds a promise: each is answered or declined, also when the worker is lost.

use super::{App, Effect, Worker};
use crate::protocol::Command;
use crate::protocol::inspect::{Asker, InspectQuery};

/// The number of the promise that a question is about.
fn id(question: &Command) -> Option<u32> {
    match question {
        Command::Snapshot { id } | Command::Weights { id } => Some(*id),
        Command::Inspect(InspectQuery { asker: Asker::Promise(id), .. }) => Some(*id),
        _ => None,
    }
}

impl App {
    /// Asks now, or as soon as there is a trainer; false when there will be none.
    pub(super) fn ask(&mut self, question: Command) -> bool {
        self.wake();
        match self.worker {
            Worker::Lost => return false,
            Worker::Ready => self.send_question(question),
            Worker::Absent | Worker::Starting(_) | Worker::Loading { .. } | Worker::Forking { .. } => self.asked.push(question),
        }
        true
    }

    fn send_question(&mut self, question: Command) {
        self.open.push(question.clone());
        self.send(question);
    }

    /// There is a trainer now.
    pub(super) fn send_questions(&mut self) {
        for question in core::mem::take(&mut self.asked) {
            self.send_question(question);
        }
    }

    /// An open question.
    pub(super) fn question(&self, number: u32) -> Option<&Command> {
        self.open.iter().find(|question| id(question) == Some(number))
    }

    /// It has an answer, or there is none.
    pub(super) fn answered(&mut self, number: u32) {
        self.open.retain(|question| id(question) != Some(number));
    }

    /// The worker is lost, and the run goes on in another one: it is asked again.
    pub(super) fn ask_again(&mut self) {
        let open = core::mem::take(&mut self.open);
        self.asked.splice(..0, open);
    }

    /// Nobody will answer what is open.
    pub(super) fn decline_open(&mut self, why: &str) {
        for number in core::mem::take(&mut self.open).iter().filter_map(id) {
            self.effects.push(Effect::Decline(number, why.into()));
        }
    }

    /// Nor what waits for a trainer.
    pub(super) fn decline_all(&mut self, why: &str) {
        self.ask_again();
        self.open = core::mem::take(&mut self.asked);
        self.decline_open(why);
    }
}
