//! Steps that were asked for by number: they add up, and whoever asked is told when they are made.

use super::worker::Worker;
use super::{App, Effect, OnceReady};
use crate::config::MAX_STEPS;
use crate::protocol::Command;

/// Who waits.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// Ids and numbers of steps that the worker does not know of yet.
    asked: Vec<(u32, u32)>,
    /// Ids that the worker will answer.
    sent: Vec<u32>,
}

impl Steps {
    /// Whether somebody waits.
    pub(super) fn waiting(&self) -> bool {
        !(self.asked.is_empty() && self.sent.is_empty())
    }
}

/// The number of steps that a visitor's program asks for.
///
/// # Errors
/// When it is none.
pub fn count(n: f64) -> Result<u32, String> {
    let whole = n.fract() == 0.0 && (1.0..=f64::from(MAX_STEPS)).contains(&n);
    match whole {
        true => Ok(n as u32),
        false => Err(format!("step(n) takes a whole number from 1 to {MAX_STEPS}, and n is {}", crate::number::shortest(n))),
    }
}

impl App {
    /// Trains `n` more steps than were asked for before, then pauses. [`Effect::Reached`] with this id tells when.
    pub fn step(&mut self, id: u32, n: u32) {
        self.leave_alone();
        if self.end().is_some() {
            let why = format!("the run is over since step {}: reset() or start() begins the next one", self.step);
            return self.effects.push(Effect::Reached(id, Err(why)));
        }
        self.wake();
        match self.worker {
            Worker::Ready => {
                self.steps.sent.push(id);
                self.send(Command::Step { id, n });
            }
            Worker::Lost => {
                self.effects.push(Effect::Reached(id, Err("the trainer has stopped: reset() starts a new one".into())));
            }
            Worker::Absent | Worker::Starting(_) | Worker::Loading { .. } | Worker::Forking { .. } => {
                self.steps.asked.push((id, n));
                self.once_ready = OnceReady::Steps;
            }
        }
    }

    /// The worker can be told now.
    pub(super) fn send_steps(&mut self) {
        for (id, n) in core::mem::take(&mut self.steps.asked) {
            self.step(id, n);
        }
    }

    /// The worker has made them, or the run has ended before.
    pub(super) fn stepped(&mut self, id: u32, made: bool) {
        if self.steps.sent.extract_if(.., |sent| *sent == id).next().is_some() {
            let result = if made { Ok(self.step) } else { Err(format!("the run ended at step {}", self.step)) };
            self.effects.push(Effect::Reached(id, result));
        }
    }

    /// Nobody will make them.
    pub(super) fn drop_steps(&mut self, why: &str) {
        let steps = core::mem::take(&mut self.steps);
        for id in steps.asked.into_iter().map(|(id, _)| id).chain(steps.sent) {
            self.effects.push(Effect::Reached(id, Err(format!("{why} before these steps were made"))));
        }
    }
}
