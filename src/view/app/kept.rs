//! What of a run can be kept, and how a kept run goes on.

use super::{App, Effect, Next, State};
use crate::config::Config;
use crate::metrics::{History, Milestones};
use crate::protocol::Command;
use crate::train::Snapshot;
use crate::view::keep::run::Run;

/// What the next trainer goes on from.
pub(super) struct Resume {
    /// A snapshot, encoded.
    pub bytes: Vec<u8>,
    /// Milliseconds trained so far.
    pub elapsed_ms: f64,
    /// What each run passed.
    pub milestones: Vec<Milestones>,
}

impl App {
    /// Asks for a snapshot; false when there is nothing to ask.
    pub fn snapshot(&mut self, id: u32) -> bool {
        self.ask(Command::Snapshot { id })
    }

    /// Asks for the weights as a file; false when there is nothing to ask.
    pub fn weights(&mut self, id: u32) -> bool {
        self.ask(Command::Weights { id })
    }

    /// The run as it is, around a snapshot that has just come. The worker reports all points before it sends one. Nothing
    /// while another run is being built.
    pub fn kept(&self, snapshot: Vec<u8>) -> Option<Run> {
        let App { step, elapsed_ms, histories, .. } = self;
        let (config, histories) = (self.shown(), histories.clone());
        (!self.loading()).then_some(Run { config, step: *step, elapsed_ms: *elapsed_ms, histories, snapshot })
    }

    /// Continues a snapshot, paused.
    ///
    /// # Errors
    /// When the bytes are none; nothing changes then.
    pub fn restore(&mut self, bytes: Vec<u8>) -> Result<(), String> {
        let backend = Snapshot::peek(&bytes)?.config.backend;
        self.opening = None;
        self.restoring = true;
        self.resting = false;
        self.next = Next::Nothing;
        self.resume = Some(Resume { bytes, elapsed_ms: 0.0, milestones: vec![] });
        self.request_for(backend);
        Ok(())
    }

    /// Goes on with a kept run, paused, as soon as a worker can.
    pub fn open(&mut self, mut run: Run) {
        self.problems.clear();
        self.clear();
        let (backend, bytes) = (run.config.backend, core::mem::take(&mut run.snapshot));
        self.opening = Some(run);
        self.resume = Some(self.resumed(bytes));
        self.restoring = true;
        self.request_for(backend);
    }

    /// A snapshot of the run that is to go on, with what the worker cannot read from it.
    pub(super) fn resumed(&self, bytes: Vec<u8>) -> Resume {
        let (elapsed_ms, histories) = match &self.opening {
            Some(run) => (run.elapsed_ms, &run.histories),
            None => (self.elapsed_ms, &self.histories),
        };
        Resume { bytes, elapsed_ms, milestones: histories.iter().map(History::milestones).collect() }
    }

    /// The worker has restored what it was asked to.
    pub(super) fn restored(&mut self, record: Config, step: u32) {
        self.restoring = false;
        self.state = State::Paused;
        match self.opening.take() {
            None => {
                self.adopt(Config { speed: self.config.speed, ..record.clone() }, step, &record);
                self.rewind(step);
            }
            Some(run) => {
                self.adopt(run.config, step, &record);
                self.histories = run.histories;
                self.elapsed_ms = run.elapsed_ms;
                self.rewind(step);
                self.end = self.over();
                if step == 0 {
                    self.state = State::Idle;
                } else if self.end.is_some() {
                    self.state = State::Done;
                    self.ask_claim();
                }
            }
        }
    }

    /// A kept run's record becomes this page's, except for how the page shows it, and the trainer's.
    fn adopt(&mut self, record: Config, step: u32, trainers: &Config) {
        let record = record.shown_like(&self.config);
        if !record.begins_like(&self.record) || record.runs as usize != self.histories.len() {
            self.leave();
            self.drop_goals();
            self.histories = vec![History::default(); record.runs as usize];
        }
        self.begin_record(record, step);
        let config = self.present.clone();
        self.send(Command::Adjust(config.clone(), trainers.after(step)));
        if config != self.config {
            self.config = config;
            self.version += 1;
            self.effects.push(Effect::Configured);
        }
    }
}
