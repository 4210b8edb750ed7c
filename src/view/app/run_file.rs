//! What of a run can be exported, and how a run from a file goes on.

use super::worker::{Build, ForRun, Resume};
use super::{App, Effect, OnceReady, Phase};
use crate::config::Config;
use crate::metrics::History;
use crate::protocol::Command;
use crate::train::Snapshot;
use crate::view::export::run_file::RunFile;

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
    pub fn run_file(&self, snapshot: Vec<u8>) -> Option<RunFile> {
        let App { step, elapsed_ms, histories, .. } = self;
        let (config, histories) = (self.shown(), histories.clone());
        (!self.loading()).then_some(RunFile { config, step: *step, elapsed_ms: *elapsed_ms, histories, snapshot })
    }

    /// Continues a snapshot, paused.
    ///
    /// # Errors
    /// When the bytes are none; nothing changes then.
    pub fn restore(&mut self, bytes: Vec<u8>) -> Result<(), String> {
        let backend = Snapshot::peek(&bytes)?.config.backend;
        self.leave_alone();
        self.once_ready = OnceReady::Nothing;
        let resume = Some(Resume { bytes, elapsed_ms: 0.0, milestones: vec![] });
        self.request_for(backend, Build { resume, run: ForRun::Snapshot });
        Ok(())
    }

    /// Goes on with a run from a file, paused, as soon as a worker can.
    pub fn open(&mut self, mut run: RunFile) {
        self.problems.clear();
        self.clear();
        let (backend, bytes) = (run.config.backend, core::mem::take(&mut run.snapshot));
        let run = ForRun::File(Box::new(run));
        let resume = Some(self.resumed(bytes, &run));
        self.request_for(backend, Build { resume, run });
    }

    /// A snapshot of the run that is to go on, with what the worker cannot read from it.
    pub(super) fn resumed(&self, bytes: Vec<u8>, run: &ForRun) -> Resume {
        let (elapsed_ms, histories) = match run {
            ForRun::File(run) => (run.elapsed_ms, &run.histories),
            ForRun::Own | ForRun::Snapshot => (self.elapsed_ms, &self.histories),
        };
        Resume { bytes, elapsed_ms, milestones: histories.iter().map(History::milestones).collect() }
    }

    /// The worker has restored what it was asked to: a snapshot by itself, or that of a run file.
    pub(super) fn restored(&mut self, record: Config, step: u32, file: Option<RunFile>) {
        self.now_paused();
        match file {
            None => {
                self.adopt(Config { speed: self.config.speed, ..record.clone() }, step, &record);
                self.rewind(step);
            }
            Some(run) => {
                self.adopt(run.config, step, &record);
                self.histories = run.histories;
                self.elapsed_ms = run.elapsed_ms;
                self.rewind(step);
                self.count_anew(step);
                if step == 0 {
                    self.phase = Phase::Idle { auto_paused: self.auto_paused() };
                } else if let Some(end) = self.over() {
                    self.phase = Phase::Done(end);
                    self.ask_claim();
                }
            }
        }
    }

    /// The record of a run from elsewhere becomes this page's, except for how the page shows it, and the trainer's.
    fn adopt(&mut self, record: Config, step: u32, trainers: &Config) {
        let record = record.shown_like(&self.config);
        if !record.begins_like(&self.record) || record.seeds as usize != self.histories.len() {
            self.leave();
            self.drop_goals();
            self.histories = vec![History::default(); record.seeds as usize];
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
