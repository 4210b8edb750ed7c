//! Whether the worker lives, what of its memory and its run is known here, and how the run goes on in another one.

use super::{App, Effect, Worker};
use crate::exec::Engine;
use crate::protocol::Command;
use crate::tr;
use crate::view::silence::{Heard, Silence};

pub use crate::view::silence::TICK_S;

/// A worker that nobody waits for is asked once in so many ticks.
const IDLE_TICKS: u32 = 5;
/// A worker with more memory is replaced before it builds something else: what it does not need it never gives back.
const LARGE_MB: u32 = 600;
/// So many workers may be lost one after the other, without a copy of the run between them.
const CRASHES: u32 = 2;
/// A worker that does not start is started anew so often: a connection may hang while others work.
const STARTS: u32 = 2;

/// What is known of the worker.
#[derive(Default)]
pub(super) struct Health {
    silence: Silence,
    ticks: u32,
    megabytes: u32,
    crashes: u32,
    /// Of this worker, after the first.
    starts: u32,
    /// The last copy of the run.
    copy: Option<Vec<u8>>,
    /// The last notice, which the next one replaces.
    notice: Option<String>,
}

impl Health {
    /// Another worker starts.
    pub(super) fn begin(&mut self) {
        let Health { crashes, copy, notice, .. } = core::mem::take(self);
        *self = Health { crashes, copy, notice, ..Health::default() };
    }

    /// It said something.
    pub(super) fn heard(&mut self) {
        self.silence.heard();
    }

    pub(super) fn alive(&mut self, patience_s: u32, megabytes: u32) {
        self.silence.alive(patience_s);
        self.megabytes = megabytes;
    }

    /// The run goes on from here, should the worker be lost.
    pub(super) fn set_copy(&mut self, copy: Option<Vec<u8>>) {
        self.crashes = 0;
        self.copy = copy;
    }

    /// The run begins with this one, which may be what crashes the worker.
    pub(super) fn hold(&mut self, copy: Vec<u8>) {
        self.copy = Some(copy);
    }

    /// The last copy of the run, if there is one.
    pub(super) fn copy(&self) -> Option<Vec<u8>> {
        self.copy.clone()
    }

    /// Whether to begin with a new worker, so that memory is given back.
    pub(super) fn is_large(&self) -> bool {
        self.megabytes > LARGE_MB
    }
}

impl App {
    /// To be called every [`TICK_S`] seconds: notices a worker that has gone silent. Returns whether something follows.
    pub fn tick(&mut self) -> bool {
        if matches!(self.worker, Worker::Starting(_)) {
            self.await_start();
        } else if self.worker.listens() {
            self.listen();
        }
        !self.effects.is_empty()
    }

    /// A worker that starts says hello, without being asked.
    fn await_start(&mut self) {
        let health = &mut self.health;
        let Heard::Gone(seconds) = health.silence.tick(true) else { return };
        if health.starts == STARTS {
            return self.crashed(&tr!("it has not answered for {seconds} seconds", seconds));
        }
        health.starts += 1;
        health.silence = Silence::default();
        self.effects.push(Effect::Spawn(self.engine));
    }

    fn listen(&mut self) {
        let waits = !self.worker.is_ready() || self.running();
        let health = &mut self.health;
        health.ticks += 1;
        match health.silence.tick(waits || health.ticks.is_multiple_of(IDLE_TICKS)) {
            Heard::Gone(seconds) => self.crashed(&tr!("it has not answered for {seconds} seconds", seconds)),
            Heard::Ask => self.send(Command::Ping),
            Heard::Enough => {}
        }
    }

    /// Something went wrong and was dealt with.
    pub(super) fn noticed(&mut self, message: String) {
        let last = self.health.notice.replace(message.clone());
        self.problems.retain(|problem| Some(problem) != last.as_ref());
        self.problems.push(message);
    }

    /// The worker crashed, or is silent for good: another one goes on from the last copy, unless that has been tried.
    pub fn crashed(&mut self, message: &str) {
        if matches!(self.worker, Worker::Absent | Worker::Lost) {
            return;
        }
        let running = self.running() && !self.steps.waiting();
        self.ask_again();
        self.drop_steps("the trainer was lost");
        self.effects.push(Effect::Quit);
        // A GPU that cannot even be tried out is done without.
        if self.engine == Engine::Gpu && self.worker.is_building() {
            let snapshot = self.worker.snapshot().or_else(|| self.health.copy());
            return self.give_up_gpu(message.into(), snapshot, running);
        }
        self.health.crashes += 1;
        if matches!(self.worker, Worker::Starting(_)) || self.health.crashes > CRASHES {
            self.worker = Worker::Lost;
            return self.failed(tr!("The trainer stopped: {message}. Reset starts a new one.", message));
        }
        self.replace_worker(message, running);
    }
}
