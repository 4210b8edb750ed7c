//! The settings of a run: one table of keys, validation that reports every problem at once, the query codec, and the
//! set-ups of the papers.
//!
//! Attributes of the element, keys of the URL hash and keys of `getConfig()` are the same [`KEYS`].

mod changes;
pub mod keys;
mod lesson;
mod presets;
mod query;
mod repair;
mod suited;
mod sweep;

pub use keys::{Change, FORMER, KEYS, Key, Kind, key, names};
pub use query::{VERSION, from_query, to_query};
pub use sweep::{GridCell, MOST_RUNS, may_vary, said};

use crate::config::{Config, Problem};
use crate::experiment;
use crate::query_string;
use crate::task;
use crate::tr;

impl Config {
    /// What its keys are compared with: the set-up of its experiment, or the standard one. It belongs to no experiment itself.
    pub fn base(&self) -> Config {
        let set_up = experiment::find(&self.experiment).map_or_else(Config::standard, |(_, arm)| arm.config());
        Config { experiment: String::new(), ..set_up }
    }

    /// The keys that differ from [`base`](Config::base), in table order, with their values.
    pub fn changed(&self) -> Vec<(&'static Key, String)> {
        let base = self.base();
        let values = KEYS.iter().map(|key| (key, (key.get)(self)));
        values.filter(|(key, value)| *value != (key.get)(&base)).collect()
    }

    /// Takes over what may change while running.
    pub fn take_live(&mut self, other: &Config) {
        for key in KEYS.iter().filter(|key| key.change == Change::Live) {
            let _ = (key.set)(self, &(key.get)(other));
        }
    }

    /// The nearest valid configuration to these key–value pairs over the standard one, and every problem found.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Config, Vec<Problem>) {
        Config::standard().with_pairs(pairs)
    }

    /// Like [`from_pairs`](Config::from_pairs), over this configuration. An experiment replaces everything but what belongs to
    /// the page, and then the other keys count.
    pub fn with_pairs<'a>(&self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Config, Vec<Problem>) {
        self.with(&pairs.into_iter().collect::<Vec<_>>())
    }

    fn with(&self, pairs: &[(&str, &str)]) -> (Config, Vec<Problem>) {
        let chosen = pairs.iter().rev().find(|(name, _)| *name == "experiment").and_then(|(_, id)| experiment::find(id));
        let (mut config, mut problems) = (self.clone(), vec![]);
        if let Some((_, arm)) = chosen {
            config = arm.config().on_page_of(self);
        }
        for &(name, value) in pairs {
            match key(name) {
                Some(key) => problems.extend(key.parse(&mut config, value)),
                None => problems.push(Problem::unknown(name, value)),
            }
        }
        problems.extend(config.repair().into_iter().map(|problem| self.told(problem, pairs)));
        (config, problems)
    }

    /// What is said of a change that another setting asks for: who picked from a menu, or did not name the setting at all, did
    /// nothing wrong.
    fn told(&self, problem: Problem, pairs: &[(&str, &str)]) -> Problem {
        let given = |wanted: &&Key| pairs.iter().any(|(name, _)| key(name).is_some_and(|key| key.name == wanted.name));
        let Some(key) = key(&problem.key).filter(given) else { return problem };
        let note = problem.note && matches!(key.kind, Kind::Choice(_));
        // What was picked is as it was.
        let stays = note && pairs.len() == 1 && problem.instead == (key.get)(self);
        let sentence = if stays { Some(tr!("{why}, so nothing was changed.", why = problem.why)) } else { problem.sentence };
        Problem { note, sentence, ..problem }
    }

    /// This with the keys of a query without a version, as experiments are written.
    pub fn with_query(&self, query: &str) -> (Config, Vec<Problem>) {
        let pairs = query_string::from_query(query);
        self.with_pairs(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
    }

    /// Every problem of this configuration; empty when it can run.
    pub fn validate(&self) -> Vec<Problem> {
        self.clone().repair()
    }

    /// Whether going from `other` to this needs a new run: something that may not change while running differs.
    pub fn restarts(&self, other: &Config) -> bool {
        // With another number of pairs, other ones are drawn; with another operation, all are.
        let pairs = |config| task::table(config, 0).len();
        match self.moves_on(other) {
            true => Config { task: other.task.clone(), ..self.clone() }.changes(other, Change::Restart),
            false => self.changes(other, Change::Restart) || (self.cells != other.cells && pairs(self) != pairs(other)),
        }
    }

    /// Whether it needs a new plan, over which the weights are carried.
    pub fn rebuilds(&self, other: &Config) -> bool {
        self.changes(other, Change::Carry) || self.task != other.task || self.extras() != other.extras()
    }

    /// Which of the live settings are on that a plan has no kernels for while they change nothing.
    fn extras(&self) -> [bool; 5] {
        let Config { sphere, dropout, weightnoise, gradnoise, .. } = *self;
        [sphere > 0.0, dropout > 0.0, weightnoise > 0.0, gradnoise > 0.0, self.embedding_apart()]
    }

    fn changes(&self, other: &Config, change: Change) -> bool {
        KEYS.iter().any(|key| key.change == change && (key.get)(self) != (key.get)(other))
    }
}

#[cfg(test)]
mod tests;
