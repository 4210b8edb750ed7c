//! The page's state: what the user asks for and what the worker reports change it; what follows is a list of [`Effect`]s.
//!
//! Nothing here touches the page, so the whole conversation with the worker is tested natively.

use crate::config::{Config, Problem};
use crate::metrics::{History, Point};
use crate::protocol::{Command, Event};

/// The `state` property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// At step 0, not started.
    Idle,
    /// Training, or about to.
    Running,
    /// Stopped in between.
    Paused,
    /// Ended by the stop rule or the step limit.
    Done,
    /// Failed.
    Error,
}

impl State {
    /// As the public contract spells it.
    pub fn id(self) -> &'static str {
        match self {
            State::Idle => "idle",
            State::Running => "running",
            State::Paused => "paused",
            State::Done => "done",
            State::Error => "error",
        }
    }
}

/// A value in the detail of a public event.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
}

/// What the page has to do.
#[derive(Debug, Clone, PartialEq)]
// Not `expect`: on wasm32 the variants are smaller and the lint is silent.
#[allow(clippy::large_enum_variant, reason = "a few at a time, carried out at once")]
pub enum Effect {
    /// Start a (new) worker.
    Spawn,
    /// Tell the worker.
    Send(Command),
    /// Dispatch a public event.
    Emit(&'static str, Vec<(&'static str, Value)>),
    /// Answer a snapshot request.
    Snapshot(u32, Vec<u8>),
    /// The configuration changed: the address follows.
    Configured,
}

/// What the worker said about its trainer.
#[derive(Debug, Clone, PartialEq)]
pub struct Trainer {
    /// `gpu` or `cpu`.
    pub backend: String,
    /// What computes.
    pub adapter: String,
    /// Why this backend.
    pub reason: String,
    /// Trainable numbers of one run.
    pub parameters: u32,
    /// Training and test pairs.
    pub pairs: [u32; 2],
}

/// Where the worker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Worker {
    /// Not there yet: no hello.
    Starting,
    /// Building a trainer; what it says about an earlier one is ignored.
    Loading,
    /// Has a trainer, or failed to build one.
    Ready,
    /// Crashed.
    Gone,
}

/// What to do once the trainer is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Nothing,
    Run,
    Step(u32),
}

/// Everything the page shows.
pub struct App {
    /// The valid configuration in use.
    pub config: Config,
    /// Counts configurations, so that controls know when to follow.
    pub version: u32,
    /// The `state` property.
    pub state: State,
    /// Messages to show until dismissed.
    pub problems: Vec<String>,
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
    worker: Worker,
    /// The configuration changed while a trainer was being built.
    reload: bool,
    restoring: bool,
    next: Next,
    announced: bool,
    in_sight: bool,
    /// Paused only because nobody could see it.
    resting: bool,
    effects: Vec<Effect>,
}

impl App {
    /// A page that starts its worker.
    pub fn new(config: Config, problems: &[Problem]) -> Self {
        App {
            histories: vec![History::default(); config.runs as usize],
            next: if config.autoplay { Next::Run } else { Next::Nothing },
            config,
            version: 1,
            state: State::Idle,
            problems: problems.iter().map(Problem::to_string).collect(),
            trainer: None,
            step: 0,
            elapsed_ms: 0.0,
            steps_per_second: 0.0,
            worker: Worker::Starting,
            reload: false,
            restoring: false,
            announced: false,
            in_sight: true,
            resting: false,
            effects: vec![Effect::Spawn],
        }
    }

    /// What has to be done now, each once.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        core::mem::take(&mut self.effects)
    }

    /// Whether a trainer is being built.
    pub fn loading(&self) -> bool {
        matches!(self.worker, Worker::Starting | Worker::Loading)
    }

    /// Whether it is paused only because nobody could see it.
    pub fn resting(&self) -> bool {
        self.resting
    }

    /// The worker reported something.
    pub fn update(&mut self, event: Event) {
        match event {
            Event::Hello => self.send_load(),
            Event::Loaded {
                config,
                step,
                backend,
                adapter,
                reason,
                parameters,
                pairs,
            } => {
                self.trainer = Some(Trainer {
                    backend,
                    adapter,
                    reason,
                    parameters,
                    pairs,
                });
                self.loaded(config, step);
            }
            Event::Failed { message } => self.failed(message),
            Event::Notice { message } => self.problems.push(message),
            Event::Snapshot { id, bytes } => self.effects.push(Effect::Snapshot(id, bytes)),
            // The rest is about a trainer; while another is being built, about one that is no longer shown.
            _ if self.loading() => {}
            Event::Progress {
                step,
                points,
                elapsed_ms,
                steps_per_second,
            } => {
                self.step = step;
                self.elapsed_ms = elapsed_ms;
                self.steps_per_second = steps_per_second;
                self.measured(&points);
            }
            Event::Running => self.state = State::Running,
            Event::Paused => {
                if self.state != State::Error {
                    self.state = if self.step == 0 { State::Idle } else { State::Paused };
                }
            }
            Event::Done => {
                self.state = State::Done;
                self.resting = false;
                self.emit("done", vec![("step", Value::Number(self.step.into()))]);
            }
        }
    }

    fn loaded(&mut self, config: Config, step: u32) {
        if self.reload {
            self.send_load();
            return;
        }
        let asked = matches!(self.worker, Worker::Loading);
        self.worker = Worker::Ready;
        if self.restoring {
            self.restoring = false;
            self.adopt(config);
        } else if asked && config != self.config {
            // A live key moved while the trainer was being built.
            self.send(Command::Adjust(self.config.clone()));
        }
        self.rewind(step);
        if asked {
            self.state = if step == 0 { State::Idle } else { State::Paused };
        }
        if !self.announced {
            self.announced = true;
            let trainer = self.trainer.clone();
            let text = |f: fn(Trainer) -> String| Value::Text(trainer.clone().map(f).unwrap_or_default());
            self.emit(
                "ready",
                vec![("backend", text(|t| t.backend)), ("adapter", text(|t| t.adapter))],
            );
        }
        match core::mem::replace(&mut self.next, Next::Nothing) {
            Next::Nothing => {}
            Next::Run if self.in_sight => self.start(),
            Next::Run => self.resting = true,
            Next::Step(n) => self.step(n),
        }
    }

    /// A snapshot's configuration becomes this page's, except for how the page shows it.
    fn adopt(&mut self, config: Config) {
        let config = Config {
            autoplay: self.config.autoplay,
            hide: self.config.hide.clone(),
            speed: self.config.speed,
            ..config
        };
        if config.restarts(&self.config) || config.runs as usize != self.histories.len() {
            self.histories = vec![History::default(); config.runs as usize];
        }
        if config != self.config {
            self.config = config;
            self.version += 1;
            self.effects.push(Effect::Configured);
        }
        self.send(Command::Adjust(self.config.clone()));
    }

    /// Drops what was measured after `step`.
    fn rewind(&mut self, step: u32) {
        self.step = step;
        self.steps_per_second = 0.0;
        for history in &mut self.histories {
            if history.points.last().is_some_and(|last| last.step > step) {
                let old = core::mem::take(history);
                old.points
                    .into_iter()
                    .filter(|p| p.step <= step)
                    .for_each(|p| history.push(p));
            }
        }
    }

    fn measured(&mut self, points: &[Point]) {
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

    fn failed(&mut self, message: String) {
        if self.worker == Worker::Loading {
            self.worker = Worker::Ready;
        }
        self.restoring = false;
        self.resting = false;
        self.next = Next::Nothing;
        self.state = State::Error;
        self.emit("error", vec![("message", Value::Text(message.clone()))]);
        self.problems.push(message);
        if self.reload {
            self.load();
        }
    }

    /// The worker crashed; the next load starts another.
    pub fn crashed(&mut self, message: &str) {
        self.worker = Worker::Gone;
        self.reload = false;
        self.failed(format!("The trainer stopped: {message}. Reset starts a new one."));
    }

    /// Builds a trainer for the configuration, at step 0. While one is being built, the next waits for it: dragging a slider
    /// must not queue a trainer per pixel.
    fn load(&mut self) {
        self.state = State::Idle;
        self.step = 0;
        self.elapsed_ms = 0.0;
        self.steps_per_second = 0.0;
        self.resting = false;
        self.next = Next::Nothing;
        self.histories = vec![History::default(); self.config.runs as usize];
        match self.worker {
            Worker::Starting => {}
            Worker::Loading => self.reload = true,
            Worker::Ready => self.send_load(),
            Worker::Gone => {
                self.worker = Worker::Starting;
                self.effects.push(Effect::Spawn);
            }
        }
    }

    fn send_load(&mut self) {
        self.reload = false;
        self.restoring = false;
        self.worker = Worker::Loading;
        self.send(Command::Load(self.config.clone()));
    }

    /// Trains, from the beginning if the run was over.
    pub fn start(&mut self) {
        if self.state == State::Running && self.next == Next::Nothing {
            return;
        }
        if matches!(self.state, State::Error) || (self.state == State::Done && self.over()) {
            self.load();
        }
        self.resting = false;
        self.state = State::Running;
        if self.worker == Worker::Ready {
            self.send(Command::Run);
        } else {
            self.next = Next::Run;
        }
    }

    /// Whether the stop rule holds for every run.
    fn over(&self) -> bool {
        let past = |history: &History| history.stop_step().is_some_and(|stop| self.step >= stop);
        self.step >= self.config.steps || self.histories.iter().all(past)
    }

    /// Stops after the current chunk.
    pub fn pause(&mut self) {
        self.resting = false;
        self.next = Next::Nothing;
        if self.state == State::Running {
            self.state = if self.step == 0 { State::Idle } else { State::Paused };
            if self.worker == Worker::Ready {
                self.send(Command::Pause);
            }
        }
    }

    /// Start or pause.
    pub fn toggle(&mut self) {
        if self.state == State::Running {
            self.pause()
        } else {
            self.start()
        }
    }

    /// Trains `n` steps, then pauses.
    pub fn step(&mut self, n: u32) {
        self.resting = false;
        match self.worker {
            Worker::Ready if n > 0 => self.send(Command::Step(n)),
            Worker::Ready | Worker::Gone => {}
            Worker::Starting | Worker::Loading => self.next = Next::Step(n),
        }
    }

    /// Back to step 0 of the same run.
    pub fn reset(&mut self) {
        self.problems.clear();
        self.load();
    }

    /// Asks for a snapshot; false when there is nothing to ask.
    pub fn snapshot(&mut self, id: u32) -> bool {
        let ready = self.worker == Worker::Ready;
        if ready {
            self.send(Command::Snapshot { id });
        }
        ready
    }

    /// Continues a snapshot, paused; false when the worker is not there yet.
    pub fn restore(&mut self, bytes: Vec<u8>) -> bool {
        let ready = self.worker == Worker::Ready;
        if ready {
            self.worker = Worker::Loading;
            self.restoring = true;
            self.next = Next::Nothing;
            self.send(Command::Restore(bytes));
        }
        ready
    }

    /// Changes some keys. Returns the problems, which are also shown.
    pub fn set<'a>(&mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<String> {
        let (config, problems) = self.config.with_pairs(pairs);
        self.configure(config, &problems);
        problems.iter().map(Problem::to_string).collect()
    }

    /// Takes over a valid configuration: live keys at once, others by a restart.
    pub fn configure(&mut self, config: Config, problems: &[Problem]) {
        self.problems = problems.iter().map(Problem::to_string).collect();
        // Also when nothing changed: the control may show the refused value.
        self.version += 1;
        if config == self.config {
            return;
        }
        let restarts = config.restarts(&self.config);
        self.config = config;
        self.effects.push(Effect::Configured);
        if restarts {
            self.load();
        } else if self.worker == Worker::Ready {
            self.send(Command::Adjust(self.config.clone()));
        }
    }

    /// Out of sight it rests; in sight it goes on. A run started out of sight on purpose is left alone.
    pub fn sight(&mut self, visible: bool) {
        if visible == self.in_sight {
            return;
        }
        self.in_sight = visible;
        if !visible && self.state == State::Running {
            self.pause();
            self.resting = true;
        } else if visible && self.resting {
            self.start();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(config: &Config, step: u32) -> Event {
        Event::Loaded {
            config: config.clone(),
            step,
            backend: "cpu".into(),
            adapter: "test".into(),
            reason: "a test".into(),
            parameters: 7,
            pairs: [3, 2],
        }
    }

    fn progress(step: u32, train_accuracy: f32, test_accuracy: f32) -> Event {
        Event::Progress {
            step,
            points: vec![Point {
                run: 0,
                step,
                train_loss: 1.0,
                test_loss: 2.0,
                weight_norm: 3.0,
                train_accuracy,
                test_accuracy,
            }],
            elapsed_ms: 1.0,
            steps_per_second: 20.0,
        }
    }

    /// What was sent, and the names of the events emitted.
    fn drain(app: &mut App) -> (Vec<Command>, Vec<&'static str>) {
        let (mut commands, mut events) = (vec![], vec![]);
        for effect in app.take_effects() {
            match effect {
                Effect::Send(command) => commands.push(command),
                Effect::Emit(name, _) => events.push(name),
                _ => {}
            }
        }
        (commands, events)
    }

    fn ready(config: &Config) -> App {
        let mut app = App::new(config.clone(), &[]);
        app.update(Event::Hello);
        app.update(loaded(config, 0));
        drain(&mut app);
        app
    }

    #[test]
    fn a_run_from_hello_to_done() {
        let config = Config::standard();
        let mut app = App::new(config.clone(), &[]);
        assert_eq!(app.take_effects(), [Effect::Spawn]);
        app.update(Event::Hello);
        assert_eq!(drain(&mut app), (vec![Command::Load(config.clone())], vec![]));
        app.update(loaded(&config, 0));
        assert_eq!((drain(&mut app), app.state), ((vec![], vec!["ready"]), State::Idle));
        app.start();
        app.start();
        assert_eq!((drain(&mut app).0, app.state), (vec![Command::Run], State::Running));
        app.update(progress(10, 1.0, 0.1));
        assert_eq!(drain(&mut app).1, ["memorized", "metrics"]);
        app.update(progress(20, 1.0, 1.0));
        assert_eq!(drain(&mut app).1, ["grok", "metrics"]);
        app.update(progress(80, 1.0, 1.0));
        app.update(Event::Done);
        assert_eq!((drain(&mut app).1, app.state), (vec!["metrics", "done"], State::Done));
        // Start after the end is a new run.
        app.start();
        assert_eq!(drain(&mut app).0, [Command::Load(config.clone())]);
        app.update(loaded(&config, 0));
        assert_eq!((drain(&mut app).0, app.state), (vec![Command::Run], State::Running));
    }

    #[test]
    fn a_start_before_the_worker_is_there_is_kept_and_can_be_taken_back() {
        let config = Config::standard();
        let mut app = App::new(config.clone(), &[]);
        app.start();
        assert_eq!(app.state, State::Running);
        app.update(Event::Hello);
        app.update(loaded(&config, 0));
        assert_eq!(drain(&mut app).0.last(), Some(&Command::Run));

        let mut app = App::new(config.clone(), &[]);
        app.start();
        app.pause();
        app.update(Event::Hello);
        app.update(loaded(&config, 0));
        assert_eq!((drain(&mut app).0.len(), app.state), (1, State::Idle));
    }

    #[test]
    fn live_keys_adjust_and_others_restart() {
        let mut app = ready(&Config::standard());
        app.start();
        app.update(progress(10, 0.5, 0.1));
        drain(&mut app);
        assert!(app.set([("lr", "0.003")]).is_empty());
        assert!(matches!(drain(&mut app).0.as_slice(), [Command::Adjust(c)] if c.lr == 0.003));
        assert_eq!((app.state, app.step), (State::Running, 10));
        app.set([("seed", "5")]);
        assert!(matches!(drain(&mut app).0.as_slice(), [Command::Load(c)] if c.seed == 5));
        assert_eq!((app.state, app.step, app.histories[0].points.len()), (State::Idle, 0, 0));
        // Late news of the old run.
        app.update(progress(11, 0.5, 0.1));
        app.update(Event::Paused);
        assert_eq!((app.step, app.histories[0].points.len(), drain(&mut app).1.len()), (0, 0, 0));
    }

    #[test]
    fn loads_do_not_queue_up() {
        let mut app = ready(&Config::standard());
        for seed in ["1", "2", "3"] {
            app.set([("seed", seed)]);
        }
        assert_eq!(drain(&mut app).0.len(), 1);
        app.update(loaded(&Config::standard(), 0));
        assert!(matches!(drain(&mut app).0.as_slice(), [Command::Load(c)] if c.seed == 3));
        assert!(app.loading());
    }

    #[test]
    fn bad_values_are_named_and_controls_follow() {
        let mut app = ready(&Config::standard());
        let version = app.version;
        let problems = app.set([("lr", "fast"), ("colour", "red")]);
        assert_eq!((problems.len(), app.problems.len(), drain(&mut app).0.len()), (2, 2, 0));
        assert!(app.version > version);
    }

    #[test]
    fn failures_and_crashes_end_in_error_and_reset_helps() {
        let config = Config::standard();
        let mut app = ready(&config);
        app.start();
        app.update(Event::Failed { message: "no".into() });
        assert_eq!((app.state, app.problems.len()), (State::Error, 1));
        assert_eq!(drain(&mut app).1, ["error"]);
        app.reset();
        assert_eq!((drain(&mut app).0.len(), app.problems.len()), (1, 0));
        app.crashed("unreachable");
        app.take_effects();
        app.reset();
        assert_eq!(app.take_effects(), [Effect::Spawn]);
        app.update(Event::Hello);
        app.update(loaded(&config, 0));
        assert_eq!(app.state, State::Idle);
    }

    #[test]
    fn out_of_sight_it_rests() {
        let mut app = ready(&Config::standard());
        app.start();
        app.sight(false);
        assert!(app.resting() && app.state != State::Running);
        app.sight(true);
        assert_eq!(
            (app.state, drain(&mut app).0),
            (State::Running, vec![Command::Run, Command::Pause, Command::Run])
        );
        app.sight(false);
        app.pause();
        app.sight(true);
        assert_ne!(app.state, State::Running);
    }

    #[test]
    fn a_snapshot_brings_its_configuration_and_keeps_older_points() {
        let config = Config::standard();
        let mut app = ready(&config);
        for step in [10, 20, 30] {
            app.update(progress(step, 1.0, if step == 30 { 1.0 } else { 0.0 }));
        }
        assert!(app.restore(vec![1]));
        app.update(loaded(&config, 20));
        assert_eq!(
            (app.step, app.histories[0].points.len(), app.histories[0].grokked),
            (20, 2, None)
        );
        assert_eq!(app.state, State::Paused);
        assert!(app.restore(vec![2]));
        app.update(loaded(
            &Config {
                seed: 4,
                hide: "loss".into(),
                ..config.clone()
            },
            50,
        ));
        assert_eq!(
            (app.config.seed, app.config.hide.as_str(), app.histories[0].points.len()),
            (4, "", 0)
        );
    }

    #[test]
    fn autoplay_starts_once_it_is_seen() {
        let config = Config {
            autoplay: true,
            ..Config::standard()
        };
        let mut app = App::new(config.clone(), &[]);
        app.sight(false);
        app.update(Event::Hello);
        app.update(loaded(&config, 0));
        assert_ne!(app.state, State::Running);
        app.sight(true);
        assert_eq!(app.state, State::Running);
    }
}
