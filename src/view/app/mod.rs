//! The page's state: what the user asks for and what the worker reports change it; what follows is a list of [`Effect`]s.
//!
//! Nothing here touches the page, so the whole conversation with the worker is tested natively.

mod curves;
mod goals;
mod gpu;
mod guess;
mod health;
mod inside;
mod mid_run_change;
mod phase;
mod questions;
mod record;
mod retell;
mod run_file;
mod runs;
mod steps;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod told;
mod tour;
mod words;
mod worker;

pub use goals::Goal;
pub use health::TICK_S;
pub use steps::count;
pub use words::{Effect, State, Trainer, Value};

use crate::config::{Backend, Config, Problem, sentences};
use crate::exec::Engine;
use crate::metrics::History;
use crate::protocol::inspect::{Asker, InspectReply};
use crate::protocol::{Command, Event};
use crate::task::Operations;
use crate::tr;
use crate::view::inside::Inside;
use crate::view::panels;
use crate::view::runs::Runs;
use gpu::Gpu;
use health::Health;
pub(in crate::view) use phase::Phase;
use worker::Worker;

/// What to do once the trainer is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnceReady {
    Nothing,
    Run,
    /// The steps that were asked for.
    Steps,
}

/// Everything the page shows.
pub struct App {
    /// The valid configuration that the controls show: of this run, or of the next when this one is over.
    pub config: Config,
    /// Counts configurations, so that controls know when to follow.
    pub version: u32,
    /// Messages to show until dismissed.
    pub problems: Vec<String>,
    /// Those of them that only say what followed from a choice: nobody did anything wrong.
    pub notes: Vec<String>,
    /// What the worker has built.
    pub trainer: Option<Trainer>,
    /// Updates made.
    pub step: u32,
    /// Training time.
    pub elapsed_ms: f64,
    /// Recent rate.
    pub steps_per_second: f64,
    /// One history per run.
    pub histories: Vec<History>,
    /// What makes the run again: its settings at the start, with what changed when. Closed when the run is over.
    pub record: Config,
    /// What was found of each claim about the weights, once the run is over and they were looked into.
    pub claims: Vec<Result<(bool, String), String>>,
    /// Questions that the worker was asked and has not answered, of which somebody holds a promise.
    open: Vec<Command>,
    /// The record's settings at the present step.
    present: Config,
    /// Of the run, and of the settings shown.
    operations: Operations,
    /// At which step the visitor thinks that the network finds the rule; stays for the visit.
    pub guess: Option<u32>,
    /// What the tour has done so far.
    tour: tour::Walk,
    /// Steps that somebody waits for.
    steps: steps::Steps,
    /// Who waits for the run to come to something: ids, and what.
    goals: Vec<(u32, Goal)>,
    /// What the page around was told last.
    told: told::Told,
    /// What is looked at inside the network.
    pub inside: Inside,
    /// Runs that were left, and what is said of this one beside them.
    pub runs: Runs,
    /// What the browser remembers of its GPU ([`Event::Measured`]).
    pub tuning_cache: Option<String>,
    /// The life of the worker …
    worker: Worker,
    /// … and the phase of the run, which goes on while workers come and go.
    pub(in crate::view) phase: Phase,
    /// What the worker computes on.
    engine: Engine,
    gpu: Gpu,
    health: Health,
    /// Whether the change in the middle of an experiment was made.
    mid_run_change_made: bool,
    /// Questions from before there was a trainer.
    asked: Vec<Command>,
    once_ready: OnceReady,
    /// Whether the sweep that the settings ask for is to start when it is seen.
    sweep_due: bool,
    /// Whether the page around was told that the lab is ready.
    announced: bool,
    /// Whether the element can be seen.
    visible: bool,
    effects: Vec<Effect>,
}

impl App {
    /// A poster: it starts its worker when it is seen, or when something needs one. `no_gpu` says why the GPU is of no use
    /// here, as far as the page knows.
    pub fn new(config: Config, problems: &[Problem], no_gpu: Option<String>) -> Self {
        App {
            histories: vec![History::default(); config.seeds as usize],
            once_ready: if config.autoplay && config.sweep.0.is_empty() { OnceReady::Run } else { OnceReady::Nothing },
            sweep_due: config.autoplay && !config.sweep.0.is_empty(),
            record: config.clone(),
            present: config.clone(),
            operations: Operations::default(),
            claims: vec![],
            open: vec![],
            guess: None,
            tour: tour::Walk::default(),
            steps: steps::Steps::default(),
            goals: vec![],
            told: Self::told(&config, &sentences(problems)),
            config,
            version: 1,
            problems: sentences(problems),
            notes: notes(problems),
            trainer: None,
            step: 0,
            elapsed_ms: 0.0,
            steps_per_second: 0.0,
            inside: Inside::default(),
            runs: Runs::default(),
            tuning_cache: None,
            worker: Worker::Absent,
            phase: Phase::IDLE,
            engine: Engine::Cpu,
            gpu: Gpu::new(no_gpu),
            health: Health::default(),
            mid_run_change_made: false,
            asked: vec![],
            announced: false,
            visible: false,
            effects: vec![],
        }
    }

    /// What has to be done now, each once.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        self.walk();
        self.meet();
        self.tell();
        core::mem::take(&mut self.effects)
    }

    /// The worker reported something.
    pub fn update(&mut self, event: Event) {
        self.health.heard();
        match event {
            Event::Hello => self.greeted(),
            Event::Measured { text } => {
                self.tuning_cache = Some(text.clone());
                self.effects.push(Effect::StoreTuning(text));
            }
            Event::Loaded { config, step, fresh, engine, adapter, reason, parameters, pairs, .. } => {
                let reason = match (engine, config.backend) {
                    (Engine::Gpu, _) => reason,
                    (Engine::Cpu, Backend::Cpu) => tr!("chosen in the settings").into(),
                    (Engine::Cpu, _) => config.needs_cpu().or(self.gpu.trouble()).unwrap_or_default().into(),
                };
                self.trainer = Some(Trainer { engine, adapter, reason, parameters, pairs });
                self.loaded(config, step, fresh);
            }
            Event::Refused { why, snapshot, running } => self.refused(why, snapshot, running),
            Event::Failed { message } => self.failed(message),
            Event::Notice { message } => self.noticed(message),
            Event::Alive { patience_s, megabytes } => self.health.alive(patience_s, megabytes),
            Event::Unanswered { id, why } => {
                self.answered(id);
                self.effects.push(Effect::Decline(id, why));
            }
            Event::Snapshot { id, bytes } | Event::Weights { id, bytes } => {
                self.answered(id);
                self.effects.push(Effect::Answer(id, bytes));
            }
            // A table has workers of its own.
            Event::Rows(_) | Event::Mapped(_) | Event::Row { .. } | Event::GivenBack { .. } => {}
            #[cfg(feature = "bench")]
            Event::Table(_) => {}
            Event::Inspected(seen @ InspectReply { asker: Asker::Promise(_), .. }) => self.inspected(seen),
            // The rest is about a trainer; while another is being built, about one that is no longer shown.
            _ if self.loading() => {}
            Event::Copied { bytes } => self.health.set_copy(Some(bytes)),
            Event::Progress { step, points, elapsed_ms, steps_per_second } => {
                self.step = step;
                self.elapsed_ms = elapsed_ms;
                self.steps_per_second = steps_per_second;
                self.measured(&points);
                self.make_mid_run_change();
                self.follow_inside();
            }
            Event::Inspected(seen) => self.inspected(seen),
            Event::Opaque { why } => self.inside.opaque = Some(why),
            Event::Running => self.now_running(),
            Event::Paused if self.phase == Phase::Failed => {}
            Event::Paused => {
                self.now_paused();
                self.follow_inside();
            }
            Event::Changed { step, config, planned } => self.changed(step, config, planned),
            Event::Stepped { id, made } => self.stepped(id, made),
            Event::Done { reason } => {
                self.phase = Phase::Done(reason);
                self.ask_claim();
                self.follow_inside();
                let reason = Value::Text(reason.id().into());
                self.emit("done", vec![("step", Value::Number(self.step.into())), ("reason", reason)]);
            }
        }
    }

    /// Trains, from the beginning if the run was over.
    pub fn start(&mut self) {
        if self.running() && self.once_ready == OnceReady::Nothing {
            return;
        }
        if self.goes_on() {
            // Its end was put off, and nothing else.
            let before = self.present.clone();
            let record = Config { steps: self.config.steps, stop: self.config.stop, ..self.record.clone() };
            self.begin_record(record, self.step);
            self.send(Command::Adjust(self.config.clone(), before));
        } else if matches!(self.phase, Phase::Failed | Phase::Done(_)) {
            self.config = self.anew();
            self.load();
        }
        self.phase = Phase::Running;
        if self.worker.is_ready() {
            self.send(Command::Run);
        } else {
            self.wake();
            self.once_ready = OnceReady::Run;
        }
    }

    /// Stops after the current chunk.
    pub fn pause(&mut self) {
        self.leave_alone();
        self.once_ready = OnceReady::Nothing;
        self.drop_steps("training was paused");
        if self.running() {
            self.phase = Phase::PAUSED;
            if self.worker.is_ready() {
                self.send(Command::Pause);
            }
        }
    }

    /// Start or pause.
    pub fn toggle(&mut self) {
        if self.running() { self.pause() } else { self.start() }
    }

    /// Back to step 0 of the same run.
    pub fn reset(&mut self) {
        self.problems.clear();
        self.config = self.anew();
        self.load();
    }

    /// Changes some keys. Returns the problems, which are also shown.
    pub fn set<'a>(&mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<String> {
        let pairs: Vec<_> = pairs.into_iter().collect();
        let (mut config, mut problems) = self.config.with_pairs(pairs.iter().copied());
        if config.restarts(&self.config) {
            (config, problems) = self.anew().with_pairs(pairs);
        }
        problems.extend(panels::repair(&mut config));
        self.configure(config, &problems);
        sentences(&problems)
    }

    /// Takes over a valid configuration: live keys at once, others by a restart.
    pub fn configure(&mut self, config: Config, problems: &[Problem]) {
        self.problems = sentences(problems);
        self.notes = notes(problems);
        // Also when nothing changed: the control may show the refused value.
        self.version += 1;
        if config == self.config {
            return;
        }
        // Before the first step there is nothing to carry over.
        let restarts = config.restarts(&self.config) || (self.step == 0 && config.rebuilds(&self.config));
        // Once per lab, and whenever it is switched on.
        let plays = config.autoplay && !(self.announced && self.config.autoplay);
        if restarts {
            self.leave();
        }
        let before = core::mem::replace(&mut self.config, config);
        if restarts {
            self.load();
        } else if !matches!(self.phase, Phase::Done(_)) {
            // A run that is over stays as it is: what is set now is for the next one.
            if self.step == 0 {
                self.begin_record(self.config.clone(), 0);
            }
            if self.worker.is_ready() {
                self.send(Command::Adjust(self.config.clone(), before));
            }
        }
        self.effects.push(Effect::Configured);
        if plays && !self.config.sweep.0.is_empty() {
            self.sweep_due = true;
            self.start_sweep();
        } else if plays && matches!(self.phase, Phase::Idle { .. }) {
            self.start_when_seen();
        }
    }

    /// Trains as soon as there is a trainer and somebody sees it.
    fn start_when_seen(&mut self) {
        match self.worker {
            Worker::Ready if self.visible => self.start(),
            Worker::Ready => self.start_when_visible(),
            _ => self.once_ready = OnceReady::Run,
        }
    }

    /// Removes the messages.
    pub fn dismiss(&mut self) {
        self.problems.clear();
    }

    fn send(&mut self, command: Command) {
        self.effects.push(Effect::Send(command));
    }

    fn emit(&mut self, name: &'static str, detail: Vec<(&'static str, Value)>) {
        self.effects.push(Effect::Emit(name, detail));
    }
}

fn notes(problems: &[Problem]) -> Vec<String> {
    sentences(&problems.iter().filter(|problem| problem.note).cloned().collect::<Vec<_>>())
}
