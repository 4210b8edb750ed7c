//! Who trains: which build of the worker, what it is asked to build, and what follows when it has, cannot, or is gone.

use super::{App, Effect, OnceReady, Phase, Trainer, Value};
use crate::config::{Backend, Config};
use crate::exec::Engine;
use crate::language::{self, LANGUAGES};
use crate::metrics::{History, Milestones};
use crate::protocol::Command;
use crate::tr;
use crate::view::export::run_file::RunFile;

/// Where the worker is.
pub(super) enum Worker {
    /// Nobody has seen the element, and nothing has needed it: it is a poster.
    Absent,
    /// Not there yet: no hello. Then it is asked to build this.
    Starting(Build),
    /// Building a trainer; what it says about an earlier one is ignored.
    Loading {
        /// For this run.
        run: ForRun,
        /// Something else is wanted meanwhile.
        next: Option<Build>,
    },
    /// Has a trainer, and was asked to go on with it from another step.
    Forking {
        /// Something else is wanted meanwhile.
        next: Option<Build>,
    },
    /// Has a trainer, or failed to build one.
    Ready,
    /// Crashed.
    Lost,
}

/// What a worker is asked to build.
#[derive(Default)]
pub(super) struct Build {
    /// What it goes on from; else it begins at step 0.
    pub resume: Option<Resume>,
    /// Whose run that is.
    pub run: ForRun,
}

/// What a trainer goes on from.
pub(super) struct Resume {
    /// A snapshot, encoded.
    pub bytes: Vec<u8>,
    /// Milliseconds trained so far.
    pub elapsed_ms: f64,
    /// What each run passed.
    pub milestones: Vec<Milestones>,
}

/// Whose run a trainer is built for, which says what becomes of the page's when it is there.
#[derive(Default)]
pub(super) enum ForRun {
    /// The page's: nothing.
    #[default]
    Own,
    /// A snapshot's: the page takes over its record.
    Snapshot,
    /// One from a file: it takes over the curves as well.
    File(Box<RunFile>),
}

impl Worker {
    /// Whether commands about a trainer have somebody to go to.
    pub fn is_ready(&self) -> bool {
        matches!(self, Worker::Ready)
    }

    /// Whether a trainer is being built.
    pub fn is_building(&self) -> bool {
        matches!(self, Worker::Starting(_) | Worker::Loading { .. })
    }

    /// Whether it listens to commands.
    pub fn listens(&self) -> bool {
        matches!(self, Worker::Loading { .. } | Worker::Forking { .. } | Worker::Ready)
    }

    /// The snapshot that it was to go on from once it is there.
    pub fn snapshot(&self) -> Option<Vec<u8>> {
        match self {
            Worker::Starting(Build { resume: Some(resume), .. }) => Some(resume.bytes.clone()),
            _ => None,
        }
    }

    /// What it was to build next, once it is done with what it builds now. It has nothing to build then.
    fn take_next(&mut self) -> Option<Build> {
        match self {
            Worker::Loading { next, .. } | Worker::Forking { next } => next.take(),
            _ => None,
        }
    }

    /// What another worker has to build in its place.
    fn wanted(self) -> Build {
        match self {
            Worker::Starting(build) | Worker::Loading { next: Some(build), .. } | Worker::Forking { next: Some(build) } => build,
            Worker::Loading { run, .. } => Build { resume: None, run },
            Worker::Absent | Worker::Forking { .. } | Worker::Ready | Worker::Lost => Build::default(),
        }
    }

    /// Whether it was to build something else next.
    fn is_outdated(&self) -> bool {
        matches!(self, Worker::Loading { next: Some(_), .. } | Worker::Forking { next: Some(_) })
    }
}

impl App {
    /// Starts the worker of a poster.
    pub(super) fn wake(&mut self) {
        if matches!(self.worker, Worker::Absent) {
            self.request_for(self.config.backend, Build::default());
        }
    }

    /// Whether a trainer is being built.
    pub fn loading(&self) -> bool {
        self.worker.is_building()
    }

    /// The worker listens.
    pub(super) fn greeted(&mut self) {
        if *language::spoken() != LANGUAGES[0] {
            self.teach();
        }
        if let (Engine::Gpu, Some(text)) = (self.engine, self.tuning_cache.clone()) {
            self.send(Command::Recall { text });
        }
        let build = core::mem::replace(&mut self.worker, Worker::Ready).wanted();
        self.send_load(build);
    }

    pub(super) fn loaded(&mut self, config: Config, step: u32, fresh: bool) {
        if let Some(build) = self.worker.take_next() {
            return self.send_load(build);
        }
        let worker = core::mem::replace(&mut self.worker, Worker::Ready);
        let (asked, forking) =
            (matches!(worker, Worker::Loading { .. } | Worker::Forking { .. }), matches!(worker, Worker::Forking { .. }));
        self.inside.forget();
        match worker.wanted().run {
            ForRun::Snapshot => self.restored(config, step, None),
            ForRun::File(run) => self.restored(config, step, Some(*run)),
            ForRun::Own => {
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
        }
        if !self.announced {
            self.announced = true;
            let trainer = self.trainer.clone();
            let text = |f: fn(Trainer) -> String| Value::Text(trainer.clone().map(f).unwrap_or_default());
            self.emit("ready", vec![("backend", text(|t| t.engine.id().into())), ("adapter", text(|t| t.adapter))]);
        }
        self.follow_inside();
        self.send_questions();
        match core::mem::replace(&mut self.once_ready, OnceReady::Nothing) {
            OnceReady::Nothing => {}
            OnceReady::Run => {
                if self.go_on() {
                    self.send(Command::Run);
                }
            }
            OnceReady::Steps => self.send_steps(),
        }
    }

    pub(super) fn failed(&mut self, message: String) {
        let next = self.worker.take_next();
        if matches!(self.worker, Worker::Loading { .. } | Worker::Forking { .. }) {
            self.worker = Worker::Ready;
        }
        self.decline_all(tr!("the trainer failed"));
        self.drop_steps("training failed");
        self.fail();
        self.emit("error", vec![("message", Value::Text(message.clone()))]);
        self.problems.push(message);
        match next {
            None => {}
            Some(build @ Build { resume: Some(_), .. }) => self.send_load(build),
            Some(_) => self.load(),
        }
    }

    /// The GPU is not to be used: the CPU goes on.
    pub(super) fn refused(&mut self, why: String, snapshot: Option<Vec<u8>>, running: bool) {
        if self.worker.is_ready() {
            self.effects.push(Effect::Quit);
        }
        self.give_up_gpu(why, snapshot, running);
    }

    /// The CPU goes on from a snapshot, or with what is wanted instead.
    pub(super) fn give_up_gpu(&mut self, why: String, snapshot: Option<Vec<u8>>, running: bool) {
        let insisted = self.config.backend == Backend::Gpu;
        if insisted {
            self.problems.push(tr!("The GPU cannot be used: {why}. The CPU trains instead.", why));
        }
        self.gpu.give_up(why, insisted);
        self.ask_again();
        let worker = core::mem::replace(&mut self.worker, Worker::Lost);
        let (outdated, wanted) = (worker.is_outdated(), worker.wanted());
        if outdated {
            return self.request_for(self.config.backend, wanted);
        }
        self.drop_steps("the GPU was given up");
        if running {
            self.once_ready = OnceReady::Run;
        }
        let resume = snapshot.map(|bytes| self.resumed(bytes, &wanted.run));
        self.request(Engine::Cpu, Build { resume, ..wanted });
    }

    /// Another worker goes on from the last copy, or begins anew where there is none.
    pub(super) fn replace_worker(&mut self, message: &str, running: bool) {
        let wanted = core::mem::replace(&mut self.worker, Worker::Lost).wanted();
        let snapshot = wanted.resume.map(|resume| resume.bytes).or_else(|| self.health.copy());
        if snapshot.is_none() && self.step > 0 {
            // What it came to stays in the list.
            self.leave();
            self.noticed(tr!("The trainer stopped ({message}). There was no copy of the run, so it begins anew.", message));
        } else if self.running() {
            self.noticed(if running {
                tr!("The trainer stopped ({message}) and was started anew; training goes on from its last copy.", message)
            } else {
                tr!("The trainer stopped ({message}) and was started anew; the run is kept from its last copy.", message)
            });
        }
        if running {
            self.once_ready = OnceReady::Run;
        } else if self.running() {
            self.phase = Phase::PAUSED;
        }
        let resume = snapshot.map(|bytes| self.resumed(bytes, &wanted.run));
        self.request(self.engine, Build { resume, run: wanted.run });
    }

    /// Builds a trainer for the configuration, at step 0.
    pub(super) fn load(&mut self) {
        self.clear();
        self.undo_mid_run_change();
        self.begin_record(self.config.clone(), 0);
        // Nobody waits for the trainer of a poster.
        if !matches!(self.worker, Worker::Absent) {
            self.request_for(self.config.backend, Build::default());
        }
    }

    /// Nothing is trained. What the worker builds has to be replaced by what follows.
    pub(super) fn clear(&mut self) {
        self.leave();
        self.phase = Phase::IDLE;
        self.step = 0;
        self.elapsed_ms = 0.0;
        self.steps_per_second = 0.0;
        self.once_ready = OnceReady::Nothing;
        self.drop_steps("the run was replaced");
        self.drop_goals();
        self.histories = vec![History::default(); self.config.seeds as usize];
        self.health.set_copy(None);
        // It may be of another table.
        self.inside.panel.seen = None;
        self.inside.stage.seen = None;
    }

    /// Has a trainer built by the worker for this setting.
    pub(super) fn request_for(&mut self, backend: Backend, build: Build) {
        self.request(self.gpu.engine(backend, &self.config), build);
    }

    /// Has a trainer built, by another worker if this one cannot. While one is being built, the next waits for it: dragging
    /// a slider must not queue a trainer per pixel.
    fn request(&mut self, engine: Engine, build: Build) {
        let large = self.worker.is_ready() && self.health.is_large();
        if engine != self.engine || matches!(self.worker, Worker::Absent | Worker::Lost) || large {
            self.engine = engine;
            self.decline_open(tr!("the run was replaced"));
            self.health.begin();
            self.worker = Worker::Starting(build);
            self.effects.push(Effect::Spawn(engine));
            return;
        }
        match &mut self.worker {
            Worker::Starting(waiting) => *waiting = build,
            Worker::Loading { next, .. } | Worker::Forking { next } => *next = Some(build),
            Worker::Absent | Worker::Ready | Worker::Lost => self.send_load(build),
        }
    }

    /// Asks for what is wanted: a run from a file, or the configuration at step 0.
    fn send_load(&mut self, Build { resume, run }: Build) {
        self.worker = Worker::Loading { run, next: None };
        let engine = self.engine;
        let command = match resume {
            Some(Resume { bytes, elapsed_ms, milestones }) => {
                self.health.hold(bytes.clone());
                Command::Restore { bytes, engine, elapsed_ms, milestones }
            }
            None => Command::Load(self.config.clone(), engine),
        };
        self.send(command);
    }
}
