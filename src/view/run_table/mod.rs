//! The table of all runs: the present one, those that were left, and the cells of a sweep, each with its seeds; what is known of
//! them, and in which order they are listed.

mod column;
mod comparison;
mod lines;
mod look;
mod markup;
mod record;

pub use lines::{Line, Lines, lines};
pub use look::{Sorting, TableView};
pub use markup::frame;
pub use record::decode;

use crate::config::{Config, EACH, Sweep};
use crate::metrics::History;
use crate::settings::{Key, MOST_RUNS};
use crate::sweep::export::{RunKind, Written, differing};
use crate::sweep::{Outcome, Row, decided};
use crate::tr;
use crate::view::app::{App, State};
use crate::view::runs::{Fork, Mark, RunId, story};
use crate::view::sweep::diagram::name;
use crate::view::sweep::{RowState, SweepTable};

/// Curves of other runs that can be drawn at once: more tell nobody anything, and cost time in every frame.
pub const MOST_DRAWN: usize = 24;

/// All runs there are.
#[derive(Clone, Copy)]
pub struct AllRuns<'a> {
    /// With the present run and those that were left.
    pub app: &'a App,
    /// The sweep, once it has begun.
    pub sweep: Option<&'a SweepTable>,
}

/// Settings that were trained, with what became of each seed.
pub struct Entry<'a> {
    /// Which.
    pub id: RunId,
    /// What the visitor made of it.
    pub mark: &'a Mark,
    /// Its settings, those of its first seed.
    pub config: &'a Config,
    /// What it is called without a name.
    pub number: String,
    /// Where it came from, and what changed on the way.
    pub story: String,
    /// At least one.
    pub seeds: Vec<SeedRun>,
}

/// A seed of an entry.
pub struct SeedRun {
    /// Number of the seed.
    pub seed: u32,
    /// What is known of it; none before it was measured.
    pub outcome: Option<Outcome>,
    /// Its phase, or why it has none, in words.
    pub phase: String,
    /// Milliseconds of training. Seeds that trained together share them.
    pub took_ms: Option<f64>,
}

impl Entry<'_> {
    /// What it is called.
    pub fn name(&self) -> &str {
        if self.mark.name.is_empty() { &self.number } else { &self.mark.name }
    }
}

impl<'a> AllRuns<'a> {
    /// Whether there is more than the present run.
    pub fn several(self) -> bool {
        self.sweep.is_some() || !self.app.runs.past.is_empty()
    }

    /// The present run, those that were left, and the cells that the sweep has. Present is nothing beside a sweep until it began.
    pub fn entries(self) -> Vec<Entry<'a>> {
        let present = (self.sweep.is_none() || self.app.begun()).then(|| self.present());
        let cells = self.sweep.into_iter().flat_map(|table| table.listed().map(move |index| cell(table, index)));
        present.into_iter().chain(self.past()).chain(cells).collect()
    }

    fn present(self) -> Entry<'a> {
        let App { runs, record, histories, step, elapsed_ms, .. } = self.app;
        let state = match self.app.state() {
            State::Idle => "",
            State::Running => tr!("trains"),
            State::Paused => tr!("rests"),
            State::Done | State::Error => tr!("ended"),
        };
        Entry {
            id: RunId::Present,
            mark: &runs.mark,
            config: record,
            number: tr!("Run {number}", number = runs.number()),
            story: story(record, runs.from, *step),
            seeds: seeds(record, histories, (*step, *elapsed_ms), state),
        }
    }

    fn past(self) -> impl Iterator<Item = Entry<'a>> {
        self.app.runs.past.iter().map(|run| Entry {
            id: RunId::Past(run.number),
            mark: &run.mark,
            config: &run.config,
            number: tr!("Run {number}", number = run.number),
            story: story(&run.config, run.from, run.step),
            seeds: seeds(&run.config, &run.histories, (run.step, run.elapsed_ms), tr!("was left")),
        })
    }

    /// The settings in which entries differ, for columns: those that the sweep varies come first. What changes on the way is
    /// told with the name.
    pub fn settings(self, entries: &[Entry]) -> Vec<&'static Key> {
        let swept =
            self.sweep.into_iter().flat_map(|table| &table.config.sweep.0).filter_map(|axis| crate::settings::key(axis.key));
        let mut keys: Vec<&Key> = swept.filter(|key| key.name != "seed").collect();
        // Cells differ in what the sweep varies, so that one stands for all, but where it lists sets of settings.
        let sets = self.sweep.is_some_and(|table| table.config.sweep.0.iter().any(|axis| axis.key == EACH));
        let cells = entries.iter().filter(|entry| matches!(entry.id, RunId::Cell(_))).take(if sets { MOST_RUNS } else { 1 });
        let others = entries.iter().filter(|entry| !matches!(entry.id, RunId::Cell(_)));
        for key in differing(others.chain(cells).map(|entry| entry.config)).into_iter().filter(|key| key.name != "at") {
            if keys.iter().all(|other| other.name != key.name) {
                keys.push(key);
            }
        }
        keys
    }

    /// One row for each seed, for programs and files: those of the sweep first, so that they have the numbers that events have.
    /// Before it begins, they are those that the settings ask for. Returns the settings of the sweep too.
    pub fn written(self) -> (Config, Vec<Written>) {
        let asked = &self.app.config;
        let planned = (self.sweep.is_none() && !asked.sweep.0.is_empty()).then(|| SweepTable::new(asked));
        let sweep = self.sweep.or(planned.as_ref());
        let of_sweep = sweep.into_iter().flat_map(|table| (0..table.rows.len()).map(move |row| of_row(table, row)));
        let others = sweep.is_none() || self.app.begun();
        let others = others.then(|| (RunKind::Present, self.present())).into_iter();
        let others = others.chain(self.past().map(|entry| (RunKind::Earlier, entry))).flat_map(|(kind, entry)| {
            let Mark { name, note, .. } = entry.mark;
            let row = |seed| Row {
                cell: 0,
                config: Config { seed, seeds: 1, sweep: Sweep::default(), ..entry.config.clone() },
                why: None,
            };
            let written = |run: &SeedRun| Written {
                row: row(run.seed),
                outcome: run.outcome,
                kind,
                name: name.clone(),
                note: note.clone(),
            };
            entry.seeds.iter().map(written).collect::<Vec<_>>()
        });
        let rows = of_sweep.chain(others).collect();
        (sweep.map_or_else(|| asked.clone(), |table| table.config.clone()), rows)
    }
}

/// A row of a sweep, as it is written.
fn of_row(table: &SweepTable, row: usize) -> Written {
    let mark = &table.marks[table.rows[row].cell as usize];
    let written = (table.rows[row].clone(), table.states[row].outcome().copied()).into();
    Written { name: mark.name.clone(), note: mark.note.clone(), ..written }
}

/// The seeds of a run with these histories, after so many updates and milliseconds.
fn seeds(config: &Config, histories: &[History], (step, took_ms): (u32, f64), state: &'static str) -> Vec<SeedRun> {
    let run = |(seed, history): (u32, &History)| {
        let phase = decided(history, (config.steps, config.stop));
        SeedRun {
            seed: config.seed.wrapping_add(seed),
            outcome: (!history.points.is_empty()).then(|| Outcome { step, ..Outcome::of(history, phase) }),
            phase: phase.map_or(state, name).into(),
            took_ms: Some(took_ms),
        }
    };
    (0..).zip(histories).map(run).collect()
}

/// A cell of a sweep.
fn cell(table: &SweepTable, index: usize) -> Entry<'_> {
    let rows = table.of_cell(index);
    let run = |row: usize| SeedRun {
        seed: table.rows[row].config.seed,
        outcome: table.states[row].outcome().copied(),
        phase: match &table.states[row] {
            RowState::Waiting => tr!("waits").into(),
            RowState::Training(_) => tr!("trains").into(),
            RowState::Decided(outcome, _) => outcome.phase.map(name).unwrap_or_default().into(),
            RowState::Left(None) => tr!("stopped").into(),
            RowState::Left(Some(why)) => why.clone(),
        },
        took_ms: table.took_ms(row),
    };
    let config = &table.rows[rows.start].config;
    Entry {
        id: RunId::Cell(index as u32),
        mark: &table.marks[index],
        config,
        number: tr!("Cell {number}", number = index + 1),
        story: story(config, None::<Fork>, u32::MAX),
        seeds: rows.map(run).collect(),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
