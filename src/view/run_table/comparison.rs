//! A comparison as settings: a link that trains the drawn runs again, side by side.

use super::{AllRuns, Entry};
use crate::config::{Config, EACH, Sweep, SweepAxis, SweepValues};
use crate::query_string;
use crate::settings::keys::of_curves;
use crate::view::runs::RunId;

impl AllRuns<'_> {
    /// The settings of the present run, with a sweep over the sets of settings of all that is drawn; the present one comes first.
    /// All get as many seeds and as many steps as the longest of them.
    pub fn comparison(self) -> Config {
        let entries: Vec<Entry> =
            self.entries().into_iter().filter(|entry| entry.mark.shown || entry.id == RunId::Present).collect();
        let base = Config { sweep: Sweep::default(), ..self.app.record.clone() };
        let mut sets = vec![String::new()];
        for set in entries.iter().map(|entry| difference(entry.config, &base)) {
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
        let seeds = entries.iter().map(|entry| entry.seeds.len() as u32).fold(1, u32::max);
        let steps = entries.iter().map(|entry| entry.config.steps).fold(base.steps, u32::max);
        let sweep = Sweep(vec![SweepAxis { key: EACH, values: SweepValues::List(sets) }]);
        Config { seeds, steps, sweep, experiment: String::new(), ..base }
    }
}

/// What settings have that others have not, as the query of a link.
fn difference(config: &Config, base: &Config) -> String {
    let keys = of_curves().filter(|key| !["seeds", "sweep", "experiment"].contains(&key.name));
    let differ = keys.filter(|key| (key.get)(config) != (key.get)(base));
    query_string::to_query(&differ.map(|key| (key.name, (key.get)(config))).collect::<Vec<_>>())
}
