//! A grid of runs: how the key `sweep` is read, and the runs that it asks for.

use super::keys::{self, Key, Kind};
use super::lesson::ends;
use crate::config::{Config, EACH, MidRunChanges, Pairing, Problem, Sweep, SweepAxis, SweepValues, quoted};
use crate::number;
use crate::query_string;
use crate::tr;

/// Most runs of a grid, seeds included.
pub const MOST_RUNS: usize = 1000;

impl Sweep {
    /// Reads what [`write`](Self::write) wrote.
    ///
    /// # Errors
    /// Says in a clause which part cannot be read, and what it should look like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut sweep = Sweep::default();
        for part in parts(text) {
            let form = || {
                let (value, part) = (quoted(text), quoted(part));
                tr!("{value} has a part “{part}” that looks neither like lr:1e-4..1e-2:6:log nor like width:32|64", value, part)
            };
            let (name, values) = part.split_once(':').ok_or_else(form)?;
            let (name, values) = (name.trim(), values.trim());
            let (name, values) = if name == EACH {
                (EACH, sets(text, part, values)?)
            } else {
                let key = keys::key(name).ok_or_else(|| keys::unknown(text, name))?;
                if !may_vary(key) {
                    return Err(fixed(text, key));
                }
                let values = read(key, values).map_err(|wrong| match wrong {
                    Some(why) => keys::unusable(text, part, &why),
                    None => form(),
                })?;
                (key.name, values)
            };
            if sweep.0.iter().any(|axis| axis.key == name) {
                return Err(tr!("{value} names “{name}” twice", value = quoted(text), name));
            }
            sweep.0.push(SweepAxis { key: name, values });
        }
        if sweep.0.len() > 2 {
            return Err(tr!("{value} has {count} axes, and at most 2 are possible", value = quoted(text), count = sweep.0.len()));
        }
        let (cells, most) = (sweep.cells(), MOST_RUNS);
        if cells > most {
            return Err(tr!("{value} has {cells} cells, and at most {most} are possible", value = quoted(text), cells, most));
        }
        Ok(sweep)
    }
}

/// The axes of a text. A comma separates them where a name and a colon follow, for formulas may have commas of their own.
fn parts(text: &str) -> Vec<&str> {
    let mut ends: Vec<usize> = text.match_indices(',').map(|(at, _)| at).collect();
    let begins = |at: &usize| text.get(at + 1..).and_then(|rest| rest.split_once(':'));
    ends.retain(|at| begins(at).is_some_and(|(name, _)| name.trim() == EACH || keys::key(name.trim()).is_some()));
    ends.push(text.len());
    let starts = core::iter::once(0).chain(ends.iter().map(|end| end + 1));
    starts.zip(&ends).filter_map(|(start, end)| text.get(start..*end)).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Whether runs of a grid may differ in this setting: it shows in curves, and belongs to one run.
pub fn may_vary(key: &Key) -> bool {
    keys::of_starts().any(|other| other.name == key.name) && !["seeds", "sweep"].contains(&key.name)
}

fn fixed(text: &str, key: &Key) -> String {
    tr!("{value} names “{name}”, which no sweep can vary", value = quoted(text), name = key.name)
}

/// Sets of settings, as they are written everywhere. Besides what a grid may vary they may have what changes on the way.
fn sets(text: &str, part: &str, sets: &str) -> Result<SweepValues, String> {
    let set = |set: &str| {
        let mut pairs = vec![];
        for (name, value) in query_string::from_query(set.trim()) {
            let key = keys::key(&name).ok_or_else(|| keys::unknown(text, &name))?;
            if !may_vary(key) && key.name != "at" {
                return Err(fixed(text, key));
            }
            let mut scratch = Config::standard();
            if let Some(problem) = key.parse(&mut scratch, &value) {
                return Err(keys::unusable(text, part, &problem.why));
            }
            pairs.push((key.name, (key.get)(&scratch)));
        }
        Ok(query_string::to_query(&pairs))
    };
    let sets = sets.split('|').map(set).collect::<Result<Vec<String>, String>>()?;
    match repeated(&sets) {
        Some(same) => Err(keys::unusable(text, part, &same)),
        None => Ok(SweepValues::List(sets)),
    }
}

/// A set of settings for people: `weight decay 2, learning rate 0.01`; of an empty one, that nothing is changed.
pub fn said(set: &str) -> String {
    let words = query_string::from_query(set).into_iter().filter_map(|(name, value)| Some(keys::key(&name)?.said(&value)));
    let words: Vec<String> = words.collect();
    if words.is_empty() { tr!("as it is set").into() } else { words.join(", ") }
}

/// Says which of these values there is twice.
fn repeated(values: &[String]) -> Option<String> {
    let same = (1..values.len()).find(|&i| values[..i].contains(&values[i]))?;
    Some(tr!("{value} comes twice", value = quoted(&values[same])))
}

/// The values of an axis; without a reason they do not even look like any.
fn read(key: &Key, text: &str) -> Result<SweepValues, Option<String>> {
    let whole = matches!(key.kind, Kind::Integer(..));
    let values = match ends(text) {
        Some((from, rest)) => {
            let mut rest = rest.split(':').map(str::trim);
            let [from, to] = [Some(from.trim()), rest.next()].map(|end| end.and_then(number::parse));
            let count = rest.next().and_then(|count| count.parse().ok()).filter(|count| (1..=MOST_RUNS as u32).contains(count));
            let (Some(from), Some(to), Some(count)) = (from, to, count) else { return Err(None) };
            let log = match rest.next() {
                None => false,
                Some("log") => true,
                Some(_) => return Err(None),
            };
            if rest.next().is_some() || (!whole && !matches!(key.kind, Kind::Number(..))) {
                return Err(None);
            }
            if log && !(from > 0.0 && to > 0.0) {
                return Err(Some(tr!("a logarithmic range has no room for 0").into()));
            }
            SweepValues::Range { from, to, count, log }
        }
        None => SweepValues::List(text.split('|').map(|value| value.trim().to_string()).collect()),
    };
    let valid = |value: String| {
        let mut scratch = Config::standard();
        match key.parse(&mut scratch, &value) {
            Some(problem) => Err(Some(problem.why)),
            None => Ok((key.get)(&scratch)),
        }
    };
    let texts = values.texts(whole).into_iter().map(valid).collect::<Result<Vec<String>, _>>()?;
    if let Some(same) = repeated(&texts) {
        return Err(Some(same));
    }
    // Listed values are kept as they are written everywhere.
    Ok(if let SweepValues::List(_) = values { SweepValues::List(texts) } else { values })
}

/// A cell of a grid: one set of the values that vary.
#[derive(Debug, Clone, PartialEq)]
pub struct GridCell {
    /// Its values, one for each axis, as in a link.
    pub values: Vec<String>,
    /// Its settings, with one seed.
    pub config: Config,
    /// Why it cannot be trained, if it cannot.
    pub why: Option<String>,
}

impl Config {
    /// The values along each axis of the sweep, as in a link.
    pub fn sweep_values(&self) -> Vec<Vec<String>> {
        let whole = |name| keys::key(name).is_some_and(|key| matches!(key.kind, Kind::Integer(..)));
        self.sweep.0.iter().map(|axis| axis.values.texts(whole(axis.key))).collect()
    }

    /// The cells of the sweep: the first axis runs fastest. One cell without a sweep.
    pub fn grid(&self) -> Vec<GridCell> {
        let axes = self.sweep_values();
        let base = Config { seeds: 1, sweep: Sweep::default(), ..self.clone() };
        let cell = |mut index: usize| {
            let mut values = vec![];
            for axis in &axes {
                values.push(axis[index % axis.len()].clone());
                index /= axis.len();
            }
            let pairs = self.sweep.0.iter().zip(&values).flat_map(|(axis, value)| match axis.key {
                EACH => query_string::from_query(value),
                key => vec![(key.into(), value.clone())],
            });
            let pairs: Vec<(String, String)> = pairs.collect();
            let (config, problems) = base.with_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            GridCell { values, config, why: problems.first().map(|problem| problem.why.clone()) }
        };
        (0..self.sweep.cells()).map(cell).collect()
    }

    /// Whether one plan can train both: they differ in seeds, wrong labels and what may change while running.
    pub fn trains_with(&self, other: &Config) -> bool {
        let like = Config { seed: other.seed, noise: other.noise, ..self.clone() };
        let alone = |config: &Config| config.at != MidRunChanges::default() || config.split == Pairing::Mirrored;
        !alone(self) && !alone(other) && !like.restarts(other) && !like.rebuilds(other)
    }

    /// Cells and seeds together are not too many runs.
    pub(super) fn repair_sweep(&mut self) -> Option<Problem> {
        let (cells, most) = (self.sweep.cells(), MOST_RUNS);
        if cells * self.seeds as usize <= most {
            return None;
        }
        let seeds = (most / cells).max(1);
        let why = tr!("{cells} cells with {seeds} seeds each are more than {most} runs", cells, seeds = self.seeds, most);
        Some(self.because("seeds", &seeds.to_string(), why.clone(), tr!("{why}, so there are fewer seeds now.", why)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_are_read_and_written() {
        for text in
            ["", "lr:0.0001..0.01:6:log,wd:0..10:6", "width:32|64|128", "task:x+y|x*y+x", "optimizer:adamw|sgd,p:11..23:4"]
        {
            assert_eq!(Sweep::parse(text).map(|sweep| sweep.write()), Ok(text.into()));
        }
        let comparison = "each:|wd=2|task=x-y&lr=0.01|at=20%3Alr%3D0.1%2Cwd%3D0,seed:0|1";
        assert_eq!(Sweep::parse(comparison).map(|sweep| sweep.write()), Ok(comparison.into()));
        assert_eq!(Sweep::parse(" each: lr=1e-2 | wd=0 ").map(|sweep| sweep.write()), Ok("each:lr=0.01|wd=0".into()));
        assert_eq!(Sweep::parse(" lr:1e-3..1e-2:2 , wd:1 ").map(|sweep| sweep.write()), Ok("lr:0.001..0.01:2,wd:1".into()));
    }

    #[test]
    fn what_cannot_be_swept_is_refused_with_its_name() {
        for (text, says) in [
            ("lr", "looks neither"),
            ("lr:1..", "looks neither"),
            ("lr:0.1..0.2:0", "looks neither"),
            ("lr:0.1..0.2:3:cubic", "looks neither"),
            ("task:1..2:2", "looks neither"),
            ("lr:0..1:3:log", "no room for 0"),
            ("wd:1|1", "comes twice"),
            ("p:5..6:4", "comes twice"),
            ("frog:1..2:3", "“frog”"),
            ("steps:1|2", "no sweep can vary"),
            ("seeds:1|2", "no sweep can vary"),
            ("lr:0.1|0.2,lr:0.3", "twice"),
            ("lr:0.1,wd:1,seed:2", "3 axes"),
            ("p:5..150:100,wd:0..9:100", "10000 cells"),
            ("p:2|11", "not between 5 and 199"),
            ("each:wd=1|wd=1.0", "comes twice"),
            ("each:frog=1", "“frog”"),
            ("each:steps=3", "no sweep can vary"),
            ("each:sweep=wd%3A1", "no sweep can vary"),
            ("each:p=2", "not between 5 and 199"),
            ("each:wd=1,each:wd=2", "twice"),
        ] {
            let why = Sweep::parse(text).expect_err(text);
            assert!(why.contains(says), "{text}: {why}");
        }
    }

    #[test]
    fn a_grid_has_a_cell_for_each_pair_of_values() {
        let (config, problems) = Config::small().with_query("sweep=lr:0.001|0.01,wd:0..2:3&seeds=2");
        assert_eq!(problems, []);
        let cells = config.grid();
        let values: Vec<String> = cells.iter().map(|cell| cell.values.join(" ")).collect();
        assert_eq!(values, ["0.001 0", "0.01 0", "0.001 1", "0.01 1", "0.001 2", "0.01 2"]);
        assert_eq!((cells[3].config.lr, cells[3].config.wd, cells[3].config.seeds), (0.01, 1.0, 1));
        assert_eq!((cells[3].config.sweep.write(), cells[3].why.clone()), (String::new(), None));
        // A cell that the settings exclude says so.
        let (odd, _) = Config::small().with_query("sweep=heads:2|3");
        let why: Vec<bool> = odd.grid().iter().map(|cell| cell.why.is_some()).collect();
        assert_eq!(why, [false, true]);
        assert_eq!(Config::small().grid().len(), 1);
    }

    #[test]
    fn a_comparison_has_a_cell_for_each_set_of_settings() {
        let (config, problems) =
            Config::small().with_query("wd=0.5&sweep=each:%7Cwd%3D2%26lr%3D0.01%7Cat%3D9:wd%253D0,seed:3%7C4");
        assert_eq!(problems, []);
        let cells = config.grid();
        let told: Vec<_> = cells.iter().map(|c| (c.config.wd, c.config.lr, c.config.seed, c.config.at.write())).collect();
        let lr = Config::small().lr;
        let of = |seed| [(0.5, lr, seed, String::new()), (2.0, 0.01, seed, String::new()), (0.5, lr, seed, "9:wd=0".into())];
        assert_eq!(told, [of(3), of(4)].concat());
    }

    #[test]
    fn runs_that_one_plan_trains_are_known() {
        let small = Config::small();
        let with = |query: &str| small.with_query(query).0;
        for query in ["lr=0.003", "wd=0", "seed=9", "noise=0.1", "beta2=0.9&warmup=0"] {
            assert!(with(query).trains_with(&small), "{query}");
        }
        for query in ["train=0.5", "width=16", "task=x-y", "dropout=0.1", "at=5:wd%3D2", "split=mirrored", "optimizer=sgd"] {
            assert!(!with(query).trains_with(&small) && !small.trains_with(&with(query)), "{query}");
        }
    }

    #[test]
    fn too_many_seeds_for_a_grid_become_fewer() {
        let (config, problems) = Config::small().with_query("sweep=lr:0.001..0.01:20,wd:0..9:10&seeds=8");
        assert_eq!((config.seeds, problems.len()), (5, 1));
        assert!(problems[0].to_string().contains("200 cells with 8 seeds"), "{}", problems[0]);
    }
}
