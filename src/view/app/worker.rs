//! Who trains: which build of the worker, what it is asked to build, and what follows when it has, cannot, or is gone.

use super::kept::Resume;
use super::{App, Effect, Next, State, Trainer, Value};
use crate::config::{Backend, Config};
use crate::metrics::History;
use crate::protocol::{Command, Engine};

/// Where the worker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Worker {
    /// Nobody has seen the element, and nothing has needed it: it is a poster.
    Asleep,
    /// Not there yet: no hello.
    Starting,
    /// Building a trainer; what it says about an earlier one is ignored.
    Loading,
    /// Has a trainer, and was asked to go on with it from another step.
    Forking,
    /// Has a trainer, or failed to build one.
    Ready,
    /// Crashed.
    Gone,
}

impl App {
    /// Starts the worker of a poster.
    pub(super) fn wake(&mut self) {
        if self.worker == Worker::Asleep {
            self.request_for(self.config.backend);
        }
    }

    /// Whether a trainer is being built.
    pub fn loading(&self) -> bool {
        matches!(self.worker, Worker::Starting | Worker::Loading)
    }

    pub(super) fn loaded(&mut self, config: Config, step: u32, fresh: bool) {
        if self.reload {
            self.send_load();
            return;
        }
        let asked = matches!(self.worker, Worker::Loading | Worker::Forking);
        let forking = self.worker == Worker::Forking;
        self.worker = Worker::Ready;
        self.inside.forget();
        if self.restoring {
            self.restored(config, step);
        } else {
            let built = config.after(step);
            if asked && built != self.config {
                // A live key moved while the trainer was being built.
                self.send(Command::Adjust(self.config.clone(), built));
            }
            if forking {
                self.forked(step, fresh);
            }
            self.rewind(step);
            if forking || !asked {
                self.begin_record(config, step);
            }
        }
        if !self.announced {
            self.announced = true;
            let trainer = self.trainer.clone();
            let text = |f: fn(Trainer) -> String| Value::Text(trainer.clone().map(f).unwrap_or_default());
            self.emit("ready", vec![("backend", text(|t| t.engine.id().into())), ("adapter", text(|t| t.adapter))]);
        }
        self.follow_inside();
        self.send_questions();
        match core::mem::replace(&mut self.next, Next::Nothing) {
            Next::Nothing => {}
            // Out of sight only if it was started on purpose, not by `autoplay`.
            Next::Run if self.in_sight || self.state == State::Running => {
                self.state = State::Running;
                self.send(Command::Run);
            }
            Next::Run => {
                self.state = State::Idle;
                self.resting = true;
            }
            Next::Steps => self.send_steps(),
        }
    }

    pub(super) fn failed(&mut self, message: String) {
        if matches!(self.worker, Worker::Loading | Worker::Forking) {
            self.worker = Worker::Ready;
        }
        self.restoring = false;
        self.resting = false;
        self.decline_all("the trainer failed");
        self.next = Next::Nothing;
        self.drop_steps("training failed");
        self.state = State::Error;
        self.emit("error", vec![("message", Value::Text(message.clone()))]);
        self.problems.push(message);
        match (self.reload, &self.resume) {
            (false, _) => self.opening = None,
            (true, None) => self.load(),
            (true, Some(_)) => {
                self.restoring = true;
                self.send_load();
            }
        }
    }

    /// The GPU is not to be used: the CPU goes on.
    pub(super) fn refused(&mut self, why: String, snapshot: Option<Vec<u8>>, running: bool) {
        if self.config.backend == Backend::Gpu {
            self.gpu_failed = true;
            self.problems.push(format!("backend = gpu cannot be had: {why}. Using the CPU."));
        }
        self.no_gpu = Some(why);
        if self.worker == Worker::Ready {
            self.effects.push(Effect::Quit);
        }
        self.ask_again();
        if self.reload {
            return self.request_for(self.config.backend);
        }
        self.drop_steps("the GPU was given up");
        if running {
            self.next = Next::Run;
        }
        self.resume = snapshot.map(|bytes| self.resumed(bytes));
        self.request(Engine::Cpu);
    }

    /// Builds a trainer for the configuration, at step 0.
    pub(super) fn load(&mut self) {
        self.clear();
        self.turn_back();
        self.begin_record(self.config.clone(), 0);
        // Nobody waits for the trainer of a poster.
        if self.worker != Worker::Asleep {
            self.request_for(self.config.backend);
        }
    }

    /// Nothing is trained, and nothing is on its way.
    pub(super) fn clear(&mut self) {
        self.leave();
        self.state = State::Idle;
        self.step = 0;
        self.elapsed_ms = 0.0;
        self.steps_per_second = 0.0;
        self.resting = false;
        self.end = None;
        self.next = Next::Nothing;
        self.drop_steps("the run was replaced");
        self.drop_goals();
        self.histories = vec![History::default(); self.config.runs as usize];
        self.opening = None;
        self.resume = None;
        self.health.keep(None);
        self.restoring = false;
        // It may be of another table.
        self.inside.seen = None;
    }

    /// Has a trainer built by the worker for this setting.
    pub(super) fn request_for(&mut self, backend: Backend) {
        let cpu = match backend {
            Backend::Cpu => true,
            _ if self.config.needs_cpu().is_some() => true,
            Backend::Auto => self.no_gpu.is_some(),
            Backend::Gpu => self.gpu_failed,
        };
        self.request(if cpu { Engine::Cpu } else { Engine::Gpu });
    }

    /// Has a trainer built, by another worker if this one cannot. While one is being built, the next waits for it: dragging
    /// a slider must not queue a trainer per pixel.
    pub(super) fn request(&mut self, engine: Engine) {
        let large = self.worker == Worker::Ready && self.health.is_large();
        if engine != self.engine || matches!(self.worker, Worker::Asleep | Worker::Gone) || large {
            self.engine = engine;
            self.decline_open("the run was replaced");
            self.health.begin();
            self.worker = Worker::Starting;
            self.reload = false;
            self.effects.push(Effect::Spawn(engine));
        }
        match self.worker {
            Worker::Asleep | Worker::Starting | Worker::Gone => {}
            Worker::Loading | Worker::Forking => self.reload = true,
            Worker::Ready => self.send_load(),
        }
    }

    /// Asks for what is wanted: a kept run, or the configuration at step 0.
    pub(super) fn send_load(&mut self) {
        self.reload = false;
        self.worker = Worker::Loading;
        let engine = self.engine;
        let command = match self.resume.take() {
            Some(Resume { bytes, elapsed_ms, milestones }) => {
                self.health.hold(bytes.clone());
                Command::Restore { bytes, engine, elapsed_ms, milestones }
            }
            None => Command::Load(self.config.clone(), engine),
        };
        self.send(command);
    }
}
