//! A table of runs on the page: which rows wait, which are in training and on which worker, and what became of each.

pub mod diagram;
pub mod law;
pub mod map;
mod picture;
mod record;

pub use picture::SweepPicture;
pub use record::SweepRecord;

use crate::analysis::{TrainingMap, Trajectory};
use crate::config::Config;
use crate::metrics::History;
use crate::protocol::Event;
use crate::sweep::{LearningPhase, Outcome, Row, next, rows, turns};
use crate::view::runs::{Curves, Mark};
use diagram::CellMeasure;

/// How often a row is tried again when its worker or device was lost.
const TRIES: u32 = 3;

/// Where a row is.
#[derive(Debug, Clone, PartialEq)]
pub enum RowState {
    /// It waits for its turn.
    Waiting,
    /// It trains; none before its first measurement.
    Training(Option<Outcome>),
    /// It is decided.
    Decided(Outcome, History),
    /// The visitor stopped it, or it cannot be trained, for this reason.
    Left(Option<String>),
}

impl RowState {
    /// What is known of it.
    pub fn outcome(&self) -> Option<&Outcome> {
        match self {
            RowState::Training(outcome) => outcome.as_ref(),
            RowState::Decided(outcome, _) => Some(outcome),
            RowState::Waiting | RowState::Left(_) => None,
        }
    }

    /// Its phase, once it is decided.
    pub fn phase(&self) -> Option<LearningPhase> {
        self.outcome()?.phase
    }

    /// Whether nothing more will be known of it.
    pub fn over(&self) -> bool {
        matches!(self, RowState::Decided(..) | RowState::Left(_))
    }
}

/// What the page does for a table.
#[derive(Debug, Clone, PartialEq)]
pub enum SweepEffect {
    /// Sends a worker rows.
    Train(usize, Vec<(u32, Config)>),
    /// Has a worker find the training map.
    Map(usize, Vec<Trajectory>),
    /// Tells a worker that nobody wants to know of rows.
    Drop(usize, Vec<u32>),
    /// A row is decided: the public event `run`.
    Decided(u32, LearningPhase),
    /// A chosen cell has other curves.
    Draw,
}

/// What has become of the training map.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mapping {
    /// It is to be found, once all rows are over.
    Wanted,
    /// A worker is at it.
    With(usize),
    /// It is found, or cannot be, or there is to be none.
    Over,
}

/// The table.
#[derive(Debug)]
pub struct SweepTable {
    /// The settings that ask for it.
    pub config: Config,
    /// Its rows, cell by cell.
    pub rows: Vec<Row>,
    /// Where each is.
    pub states: Vec<RowState>,
    /// Milliseconds of training after which each was begun, and after which it was decided.
    times: Vec<(f64, f64)>,
    /// What the visitor made of each cell.
    pub marks: Vec<Mark>,
    /// Cells that the visitor wants to see no more.
    deleted: Vec<bool>,
    /// Whether rows are sent to workers.
    pub running: bool,
    /// Milliseconds of training so far, pauses left out.
    pub elapsed_ms: f64,
    /// Rows that were decided in that time, for the time that is left.
    timed: usize,
    /// Counts changes, so that the page knows when to follow.
    pub revision: u32,
    /// In the order of their turn.
    waiting: Vec<usize>,
    /// The rows of each worker.
    jobs: Vec<Vec<usize>>,
    /// How often each row was lost.
    lost: Vec<u32>,
    /// What was followed of each decided row.
    trajectories: Vec<Option<Trajectory>>,
    /// The map of them all, where the experiment asks for one.
    pub map: Option<TrainingMap>,
    mapping: Mapping,
    effects: Vec<SweepEffect>,
}

impl SweepTable {
    /// The table that a configuration asks for, with nothing trained.
    pub fn new(config: &Config) -> SweepTable {
        let rows = rows(config);
        let state = |row: &Row| row.why.clone().map_or(RowState::Waiting, |why| RowState::Left(Some(why)));
        let mut table = SweepTable {
            config: config.clone(),
            states: rows.iter().map(state).collect(),
            times: vec![(0.0, 0.0); rows.len()],
            marks: vec![Mark::default(); config.sweep.cells()],
            deleted: vec![false; config.sweep.cells()],
            running: false,
            elapsed_ms: 0.0,
            timed: 0,
            revision: 0,
            waiting: vec![],
            jobs: vec![],
            lost: vec![0; rows.len()],
            trajectories: vec![None; rows.len()],
            map: None,
            mapping: if map::applies(config) { Mapping::Wanted } else { Mapping::Over },
            effects: vec![],
            rows,
        };
        table.queue();
        table
    }

    /// Cells of the grid.
    pub fn cells(&self) -> usize {
        self.config.sweep.cells()
    }

    /// The rows of a cell: one for each seed.
    pub fn of_cell(&self, cell: usize) -> core::ops::Range<usize> {
        let seeds = self.config.seeds as usize;
        cell * seeds..(cell + 1) * seeds
    }

    /// The phase of a cell: that of most of its decided seeds. Of a cell that was deleted nothing is told.
    pub fn phase(&self, cell: usize) -> Option<LearningPhase> {
        self.colored(cell, CellMeasure::Phase)
    }

    /// Milliseconds that a decided row took, beside others.
    pub fn took_ms(&self, row: usize) -> Option<f64> {
        let (from, to) = self.times[row];
        matches!(self.states[row], RowState::Decided(..)).then_some(to - from)
    }

    /// The cells that were not deleted.
    pub fn listed(&self) -> impl Iterator<Item = usize> {
        (0..self.cells()).filter(|cell| !self.deleted[*cell])
    }

    /// The curves of the cells that the visitor chose, as far as they are decided.
    pub fn drawn(&self) -> Vec<Curves> {
        let drawn = self.listed().filter(|cell| self.marks[*cell].shown);
        let curves =
            drawn.map(|cell| Curves { color: self.marks[cell].color, histories: self.histories(cell).cloned().collect() });
        curves.filter(|curves| !curves.histories.is_empty()).collect()
    }

    /// The histories of a cell's decided seeds.
    pub fn histories(&self, cell: usize) -> impl Iterator<Item = &History> {
        self.states[self.of_cell(cell)].iter().filter_map(|state| match state {
            RowState::Decided(_, history) => Some(history),
            _ => None,
        })
    }

    /// Takes a cell out of the table; what is left of it is trained no further.
    pub fn delete_cell(&mut self, cell: usize) {
        self.stop_cell(cell);
        self.deleted[cell] = true;
        self.marks[cell].shown = false;
    }

    /// Rows that are over, and all.
    pub fn progress(&self) -> (usize, usize) {
        (self.states.iter().filter(|state| state.over()).count(), self.rows.len())
    }

    /// Whether the weights of its rows are followed.
    pub fn follows(&self) -> bool {
        self.mapping != Mapping::Over
    }

    /// Whether nothing is left to do.
    pub fn over(&self) -> bool {
        self.states.iter().all(RowState::over) && self.mapping == Mapping::Over
    }

    /// Milliseconds until all rows are over, at the pace so far; none before the first is decided.
    pub fn left_ms(&self) -> Option<f64> {
        let (over, all) = self.progress();
        (self.timed > 0).then(|| self.elapsed_ms / self.timed as f64 * (all - over) as f64)
    }

    /// Who waits, in the order of their turn.
    fn queue(&mut self) {
        self.waiting = turns(&self.config).filter(|row| self.states[*row] == RowState::Waiting).collect();
        self.revision += 1;
    }

    /// From now on so many workers may be given rows.
    pub fn run(&mut self, workers: usize) {
        self.running = true;
        self.jobs.resize(workers.max(self.jobs.len()), vec![]);
        self.revision += 1;
    }

    /// Whether a worker has rows.
    pub fn works(&self, worker: usize) -> bool {
        self.jobs.get(worker).is_some_and(|job| !job.is_empty()) || self.mapping == Mapping::With(worker)
    }

    /// Sends no more rows; those in training rest.
    pub fn pause(&mut self) {
        self.running = false;
        self.revision += 1;
    }

    /// Gives a worker that listens rows, at most `most`, if it has none and some wait.
    pub fn feed(&mut self, worker: usize, most: usize) {
        if !self.running || !self.jobs.get(worker).is_some_and(Vec::is_empty) {
            return;
        }
        let job = next(&self.rows, &self.waiting, most);
        if job.is_empty() {
            return self.feed_map(worker);
        }
        self.waiting.retain(|row| !job.contains(row));
        for &row in &job {
            self.states[row] = RowState::Training(None);
            self.times[row].0 = self.elapsed_ms;
        }
        let rows = job.iter().map(|&row| (row as u32, self.rows[row].config.clone())).collect();
        self.effects.push(SweepEffect::Train(worker, rows));
        self.jobs[worker] = job;
        self.revision += 1;
    }

    /// Gives a worker what was followed, once that is complete.
    fn feed_map(&mut self, worker: usize) {
        if self.mapping == Mapping::Wanted && self.states.iter().all(RowState::over) {
            self.mapping = Mapping::With(worker);
            let trajectories = self.trajectories.iter().flatten().cloned().collect();
            self.effects.push(SweepEffect::Map(worker, trajectories));
        }
    }

    /// A worker reported something. Returns whether it was about rows.
    pub fn update(&mut self, worker: usize, event: Event) -> bool {
        match event {
            Event::Rows(outcomes) => {
                for (row, outcome) in outcomes {
                    if let Some(state @ RowState::Training(_)) = self.states.get_mut(row as usize) {
                        *state = RowState::Training(Some(outcome));
                    }
                }
            }
            Event::Row { row, outcome, history, trajectory } => {
                if let Some(state @ RowState::Training(_)) = self.states.get_mut(row as usize) {
                    *state = RowState::Decided(outcome, history);
                    self.times[row as usize].1 = self.elapsed_ms;
                    self.timed += 1;
                    self.trajectories[row as usize] = trajectory;
                    self.effects.extend(outcome.phase.map(|phase| SweepEffect::Decided(row, phase)));
                    if self.marks[self.rows[row as usize].cell as usize].shown {
                        self.effects.push(SweepEffect::Draw);
                    }
                }
                self.take_from(worker, &[row]);
            }
            Event::Mapped(map) => (self.map, self.mapping) = (map, Mapping::Over),
            Event::GivenBack { rows, why } => {
                for &row in &rows {
                    self.give_back(row as usize, why.clone(), false);
                }
                self.take_from(worker, &rows);
                self.queue();
            }
            _ => return false,
        }
        self.revision += 1;
        true
    }

    /// A worker is gone: its rows wait again, or are given up when that happens again and again.
    pub fn lost(&mut self, worker: usize, why: &str) {
        // What a worker died of once, it would again.
        if self.mapping == Mapping::With(worker) {
            self.mapping = Mapping::Over;
        }
        let Some(job) = self.jobs.get_mut(worker) else { return };
        for row in core::mem::take(job) {
            self.give_back(row, Some(why.into()), true);
        }
        self.queue();
    }

    /// A worker trains no more: its rows wait again.
    pub fn release(&mut self, worker: usize) {
        if self.mapping == Mapping::With(worker) {
            self.mapping = Mapping::Wanted;
        }
        for row in self.jobs.get_mut(worker).map(core::mem::take).unwrap_or_default() {
            self.give_back(row, None, false);
        }
        self.queue();
    }

    fn give_back(&mut self, row: usize, why: Option<String>, lost: bool) {
        let Some(state @ RowState::Training(_)) = self.states.get_mut(row) else { return };
        self.lost[row] += u32::from(lost);
        let again = why.is_none() || (lost && self.lost[row] < TRIES);
        *state = if again { RowState::Waiting } else { RowState::Left(why) };
    }

    fn take_from(&mut self, worker: usize, rows: &[u32]) {
        if let Some(job) = self.jobs.get_mut(worker) {
            job.retain(|row| !rows.contains(&(*row as u32)));
        }
    }

    /// Trains the rows of a cell no further.
    pub fn stop_cell(&mut self, cell: usize) {
        let rows = self.of_cell(cell);
        for row in rows.clone() {
            if !self.states[row].over() {
                self.states[row] = RowState::Left(None);
            }
        }
        self.waiting.retain(|row| !rows.contains(row));
        for (worker, job) in self.jobs.iter_mut().enumerate() {
            let (gone, left) = job.iter().partition::<Vec<usize>, _>(|row| rows.contains(row));
            if !gone.is_empty() {
                self.effects.push(SweepEffect::Drop(worker, gone.iter().map(|row| *row as u32).collect()));
                *job = left;
            }
        }
        self.revision += 1;
    }

    /// What has to be done now, each once.
    pub fn take_effects(&mut self) -> Vec<SweepEffect> {
        core::mem::take(&mut self.effects)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
