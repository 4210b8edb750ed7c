//! One worker's training session: obeys commands and trains in short chunks.
//!
//! At most two submits are in flight: while a chunk computes, the points of the one before are read back.
//! Chunks are sized to a time budget, so that pausing is instant and the desktop never stutters.
//!
//! A run is either loaded, or ordered: then its trainer is not there yet, or was lost with its device.

mod inspect;
mod lost;
mod order;
mod rows;
mod snapshots;
mod steps;
mod trouble;

use std::collections::VecDeque;

use super::backend::{Chosen, Devices, answer};
use super::data_parallel::{self, Helpers};
use super::scope::{now_ms, post, sleep};
use crate::exec::{Engine, ExecError};
use crate::inspect::Inspector;
use crate::language;
use crate::metrics::{History, Point, all_diverged, limit};
use crate::protocol::inspect::{Asker, InspectQuery};
use crate::protocol::{Command, Event};
use crate::tr;
use crate::train::{CheckpointHistory, Collecting, DataShard, RING, Snapshot, Trainer};
use order::Order;
use rows::Rows;
use trouble::{Next, Trouble};

/// Time that one chunk of steps should take, milliseconds.
const CHUNK_MS: f64 = 8.0;
/// Largest chunk: with two in flight no slot of the ring is overwritten before it is read.
const MAX_CHUNK: u32 = RING / 4;
/// Points are sent at most this often, milliseconds.
const REPORT_MS: f64 = 60.0;
/// The displayed rate looks back this far, milliseconds.
const RATE_MS: f64 = 2000.0;

/// What the loop should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    #[default]
    Paused,
    /// Until the stop rule or the step limit.
    Free,
    /// Until this step.
    Until(u32),
}

/// The worker's state.
#[derive(Default)]
pub struct Session {
    devices: Devices,
    loaded: Option<Loaded>,
    order: Option<Order>,
    /// Of a table, instead of a run.
    rows: Option<Rows>,
    mode: Mode,
    /// Who waits for steps: the step at which, and their id.
    stepping: Vec<(u32, u32)>,
    /// Helpers failed, so there are none from now on.
    alone: bool,
    /// Devices lost since something was last measured.
    losses: u32,
    /// Questions about the inside of the network that wait for their turn.
    inquiries: Vec<InspectQuery>,
}

struct Loaded {
    trainer: Trainer,
    chosen: Chosen,
    /// One per run, for the stop rule.
    histories: Vec<History>,
    collecting: Option<Collecting>,
    chunk: u32,
    /// Steps that the speed control has granted and that were not taken.
    credit: f64,
    pace: Pace,
    unsent: Vec<Point>,
    /// The last copied weights; only a GPU and helpers can be lost.
    safe: Option<Snapshot>,
    /// Workers that train data-parallel.
    workers: u32,
    /// Those but this one, from the first step on.
    helpers: Option<Helpers>,
    /// Made by the first look.
    inspector: Option<Inspector>,
    checkpoints: CheckpointHistory,
    inspect_clock: inspect::InspectClock,
}

/// Clocks of one run. Pauses do not count.
#[derive(Default)]
struct Pace {
    elapsed_ms: f64,
    last_turn: Option<f64>,
    last_report: f64,
    /// When weights are copied again, and of which step they were.
    next_copy: f64,
    copied: Option<u32>,
    recent: VecDeque<(f64, u32)>,
}

impl Session {
    /// Whether [`advance`](Session::advance) has work to do.
    pub fn training(&self) -> bool {
        self.order.is_some()
            || self.rows.as_ref().is_some_and(Rows::training)
            || (self.mode != Mode::Paused && self.loaded.is_some())
    }

    /// Carries out a command, again if a device was lost over it. Failures are told to the page and pause training.
    pub async fn obey(&mut self, command: Command) {
        if let Err(message) = self.take_order(&command) {
            return self.fail(message);
        }
        loop {
            let result = match self.build().await {
                Ok(()) => self.carry_out(&command).await,
                error => error,
            };
            let Err(trouble) = result else { return };
            match self.recover(trouble) {
                Next::Again => {}
                Next::Over => return,
                Next::Failed(why) => {
                    // Somebody waits for an answer, and that there is none changes nothing else.
                    return match command {
                        Command::Snapshot { id } | Command::Weights { id } => post(&Event::Unanswered { id, why }),
                        Command::Inspect(InspectQuery { asker: Asker::Promise(id), .. }) => post(&Event::Unanswered { id, why }),
                        _ => self.fail(why),
                    };
                }
            }
        }
    }

    async fn carry_out(&mut self, command: &Command) -> Result<(), Trouble> {
        match command {
            Command::Load(..) | Command::Restore { .. } | Command::Ping => Ok(()),
            Command::Train { rows, engine, workers, follow } => self.take_rows(rows, *engine, *workers, *follow).await,
            Command::Map(trajectories) => {
                rows::map(trajectories);
                Ok(())
            }
            Command::Drop { rows } => {
                self.drop_rows(rows);
                Ok(())
            }
            Command::Run | Command::Pause if self.rows.is_some() => {
                self.rest_rows(matches!(command, Command::Pause));
                Ok(())
            }
            Command::Run => self.run(Mode::Free),
            Command::Step { id, n } => self.step(*id, *n),
            Command::Pause => self.pause().await,
            Command::Adjust(now, before) => self.follow(now, before).await,
            Command::Speak { language, texts } => {
                language::learn(language, texts.clone());
                language::speak(language);
                Ok(())
            }
            Command::Recall { text } => {
                self.devices.recall(text.clone());
                Ok(())
            }
            Command::Snapshot { id } => self.snapshot(*id).await,
            Command::Weights { id } => self.weights(*id).await,
            Command::Inspect(inspect) => self.inspect(inspect.clone()).await,
            Command::Fork { at } => self.fork(*at).await,
            Command::Shard { index, count, evaluation, bytes } => {
                match data_parallel::serve(DataShard { index: *index, count: *count }, *evaluation, bytes).await {
                    // Thrown, it reaches the worker that asked.
                    Err(message) => wasm_bindgen::throw_str(&message),
                }
            }
            #[cfg(feature = "bench")]
            Command::Bench(config) => {
                crate::web::bench::measure(config.clone()).await;
                Ok(())
            }
        }
    }

    fn fail(&mut self, message: String) {
        self.mode = Mode::Paused;
        post(&Event::Failed { message });
    }

    fn run(&mut self, mode: Mode) -> Result<(), Trouble> {
        let loaded = self.loaded.as_mut().ok_or_else(|| tr!("nothing is loaded yet: choose a configuration first"))?;
        loaded.pace.last_turn = None;
        loaded.credit = 0.0;
        if !matches!(mode, Mode::Until(_)) {
            self.stepping.clear();
        }
        self.mode = mode;
        post(&Event::Running);
        Ok(())
    }

    async fn pause(&mut self) -> Result<(), Trouble> {
        self.mode = Mode::Paused;
        self.stepping.clear();
        if let Some(loaded) = &mut self.loaded {
            loaded.flush().await?;
        }
        self.make_due_changes().await?;
        self.poll_inspect().await?;
        post(&Event::Paused);
        Ok(())
    }

    /// While there is nothing else to do: a piece of what makes the device ready for other runs. Returns whether there may be
    /// more.
    pub async fn warm_up(&mut self) -> bool {
        let Some(loaded) = &self.loaded else { return false };
        // What is wrong with the device will show when it is used.
        answer(&loaded.chosen, self.devices.warm_up()).await.unwrap_or_default()
    }

    /// Trains one chunk, or ends the run when its limit is reached.
    pub async fn advance(&mut self) {
        let result = match self.build().await {
            Ok(()) => self.turn().await,
            error => error,
        };
        let Err(trouble) = result else { return };
        if let Next::Failed(message) = self.recover(trouble) {
            self.fail(message);
        }
    }

    /// Trains one chunk, makes the change that is due, or ends the run.
    async fn turn(&mut self) -> Result<(), Trouble> {
        if !self.training() {
            return Ok(());
        }
        if self.rows.is_some() {
            return self.train_rows().await;
        }
        self.make_due_changes().await?;
        let Some(loaded) = &mut self.loaded else { return Ok(()) };
        let left = loaded.limit(self.mode).saturating_sub(loaded.trainer.step());
        if left == 0 {
            return self.finish().await;
        }
        if loaded.chunk(loaded.trainer.until_change(left)).await? {
            self.losses = 0;
        }
        self.poll_inspect().await
    }
}

impl Loaded {
    fn describe(&self, fresh: bool) -> Event {
        Event::Loaded {
            config: self.trainer.record().clone(),
            step: self.trainer.step(),
            fresh,
            engine: self.chosen.engine,
            adapter: self.chosen.adapter.clone(),
            reason: self.chosen.reason.clone(),
            parameters: self.trainer.parameters() as u32,
            pairs: self.trainer.built().pairs.map(|n| n as u32),
        }
    }

    /// The step to stop before: the step limit, some steps after every run has grokked, or what was asked for.
    fn limit(&self, mode: Mode) -> u32 {
        match mode {
            Mode::Paused => 0,
            Mode::Until(_) if all_diverged(&self.histories) => 0,
            Mode::Until(step) => step.min(self.trainer.config().steps),
            Mode::Free => limit(self.trainer.config(), &self.histories),
        }
    }

    /// Trains up to `left` steps within the time budget and the speed limit. Returns whether something was measured.
    async fn chunk(&mut self, left: u32) -> Result<bool, ExecError> {
        let begin = now_ms();
        if let Some(last) = self.pace.last_turn {
            self.pace.elapsed_ms += begin - last;
            self.credit += (begin - last) * self.trainer.config().speed / 1000.0;
        }
        self.pace.last_turn = Some(begin);
        let n = self.affordable().min(left);
        if n > 0 {
            self.remember().await?;
        }
        if n == 0 {
            let wait = (1.0 - self.credit) * 1000.0 / self.trainer.config().speed;
            self.deliver().await?;
            self.report(false);
            sleep(wait.clamp(1.0, 50.0)).await;
            return Ok(false);
        }
        self.steps(n).await?;
        let next = self.trainer.collect();
        let mut measured = self.deliver().await?;
        self.collecting = Some(next);
        if self.chosen.engine == Engine::Cpu {
            measured |= self.deliver().await?;
        }
        let took = (now_ms() - begin).max(0.1);
        let fitting = f64::from(n) * CHUNK_MS / took;
        self.chunk = (fitting as u32).clamp((self.chunk / 2).max(1), (2 * self.chunk).min(MAX_CHUNK));
        self.copy_weights(false).await?;
        self.report(false);
        Ok(measured)
    }

    /// Trains `n` steps, with helpers if there are to be any.
    async fn steps(&mut self, n: u32) -> Result<(), ExecError> {
        if self.workers == 1 {
            self.trainer.steps(n);
            return Ok(());
        }
        if self.helpers.is_none() {
            let snapshot = self.trainer.snapshot().snapshot().await?;
            let bytes = snapshot.encode();
            self.safe = Some(snapshot);
            self.helpers =
                Some(Helpers::open(self.workers, self.trainer.built().evaluation, &bytes).await.map_err(ExecError::Lost)?);
        }
        for _ in 0..n {
            if let Some(helpers) = &mut self.helpers {
                helpers.step(&mut self.trainer).await.map_err(ExecError::Lost)?;
            }
        }
        Ok(())
    }

    /// Steps that the time budget and the speed control allow now; takes them off the credit.
    fn affordable(&mut self) -> u32 {
        if self.trainer.config().speed == 0.0 {
            return self.chunk;
        }
        // A machine slower than the wish must not save up steps for later.
        self.credit = self.credit.min(f64::from(self.chunk.max(1)));
        let n = (self.credit as u32).min(self.chunk);
        self.credit -= f64::from(n);
        n
    }

    /// Takes in the points that are on their way. Returns whether there were any.
    async fn deliver(&mut self) -> Result<bool, ExecError> {
        let Some(collecting) = self.collecting.take() else {
            return Ok(false);
        };
        let points = answer(&self.chosen, collecting.points()).await?;
        for point in &points {
            self.histories[point.run as usize].push(*point);
        }
        self.unsent.extend_from_slice(&points);
        Ok(!points.is_empty())
    }

    /// Takes in and sends everything, and copies what the run has come to: from there it goes on if its device is lost.
    async fn flush(&mut self) -> Result<(), ExecError> {
        self.deliver().await?;
        self.report(true);
        self.pace.last_turn = None;
        self.copy_weights(true).await
    }

    fn report(&mut self, at_once: bool) {
        let (now, step) = (now_ms(), self.trainer.step());
        if !at_once && now - self.pace.last_report < REPORT_MS {
            return;
        }
        self.pace.last_report = now;
        let recent = &mut self.pace.recent;
        recent.push_back((self.pace.elapsed_ms, step));
        while recent.len() > 2 && recent[1].0 < self.pace.elapsed_ms - RATE_MS {
            recent.pop_front();
        }
        let (then, first) = recent[0];
        let seconds = (self.pace.elapsed_ms - then) / 1000.0;
        let steps_per_second = if seconds > 0.0 { f64::from(step - first) / seconds } else { 0.0 };
        let points = core::mem::take(&mut self.unsent);
        post(&Event::Progress { step, points, elapsed_ms: self.pace.elapsed_ms, steps_per_second });
    }
}
