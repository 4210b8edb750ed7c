//! Settings that change in the middle of a run: how they are read, and what a configuration is after them.

use super::keys;
use crate::config::{Config, Keep, MidRunChange, MidRunChanges, Problem, quoted};
use crate::metrics::Turn;
use crate::task::Operation;
use crate::tr;

/// Changes that a run keeps at most; far more than anybody makes.
const MOST: usize = 1000;

impl MidRunChange {
    /// For people: `weight decay 2, learning rate 0.003`.
    pub fn words(&self) -> String {
        let said = |(name, value): &(&'static str, String)| keys::key(name).map(|key| key.said(value));
        self.settings.iter().filter_map(said).collect::<Vec<_>>().join(", ")
    }
}

impl MidRunChanges {
    /// Reads what [`write`](Self::write) wrote.
    ///
    /// # Errors
    /// Says in a clause which part cannot be read, and what it should look like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut changes = MidRunChanges::default();
        let parts: Vec<&str> = text.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
        if parts.len() > MOST {
            return Err(tr!(
                "{value} has {count} steps, and at most {most} are possible",
                value = quoted(text),
                count = parts.len(),
                most = MOST
            ));
        }
        for part in parts {
            let form =
                || tr!("{value} has a part “{part}” that does not look like 179:wd=2", value = quoted(text), part = quoted(part));
            let (step, settings) = part.split_once(':').ok_or_else(form)?;
            let step: u32 = step.trim().parse().ok().filter(|step| *step > 0).ok_or_else(form)?;
            for setting in settings.split(',') {
                let (name, value) = setting.split_once('=').ok_or_else(form)?;
                let name = name.trim();
                let key = keys::key(name).ok_or_else(|| keys::unknown(text, name))?;
                if keys::of_changes().all(|key| key.name != name) {
                    return Err(tr!(
                        "{value} names “{name}”, which cannot change in the middle of a run",
                        value = quoted(text),
                        name
                    ));
                }
                let mut scratch = Config::standard();
                if let Some(problem) = key.parse(&mut scratch, value) {
                    return Err(keys::unusable(text, part, &problem.why));
                }
                changes.insert(step, key.name, (key.get)(&scratch));
            }
        }
        Ok(changes)
    }
}

impl Config {
    /// The settings after `step` updates of a run that began with these.
    pub fn after(&self, step: u32) -> Config {
        let mut config = self.clone();
        for (name, value) in self.at.until(step).flat_map(|change| &change.settings) {
            // Both were checked when they were read or written down.
            let _ = keys::key(name).map(|key| (key.set)(&mut config, value));
        }
        config
    }

    /// Whether a run with these settings begins as one with others does; what changes on the way, and how it ends, aside.
    pub fn begins_like(&self, other: &Config) -> bool {
        keys::of_starts().all(|key| (key.get)(self) == (key.get)(other))
    }

    /// Whether going from `before` to this lets the network begin anew, with a [`ticket`](Config::ticket) or with what it
    /// [keeps](Config::keep).
    pub fn begins_anew(&self, before: &Config) -> bool {
        let draws = self.ticket > 0.0 && (self.ticket, self.mask) != (before.ticket, before.mask);
        draws || self.keep != Keep::Nothing && (self.keep, &self.task) != (before.keep, &before.task)
    }

    /// Whether going from `before` to this is to go on with another operation, in a network of the same shape that begins anew.
    pub fn moves_on(&self, before: &Config) -> bool {
        let shape = |config: &Config| {
            let operation = Operation::of(config);
            operation.size().has_table().then(|| (operation.symbols(config), operation.classes(config)))
        };
        self.keep != Keep::Nothing && self.task != before.task && shape(self).is_some() && shape(self) == shape(before)
    }

    /// The last step up to this one at which the run went back to its initial weights, or training and test examples changed places.
    pub fn turned(&self, step: u32) -> Option<Turn> {
        const ANEW: [&str; 5] = ["task", "ticket", "mask", "keep", "swap"];
        let may = |change: &&MidRunChange| change.settings.iter().any(|(name, _)| ANEW.contains(name));
        let steps = self.at.until(step).filter(may).map(|change| change.step);
        let turn = |step: u32| {
            let (now, before) = (self.after(step), self.after(step - 1));
            let (anew, known) = (now.begins_anew(&before), now.swap != before.swap);
            (anew || known).then_some(Turn { step, known: known && !anew })
        };
        steps.filter_map(turn).last()
    }

    /// This with what differs between two others as the first has it, if it may change in the middle of a run.
    pub fn moved(&self, now: &Config, before: &Config) -> Config {
        let mut config = self.clone();
        for key in keys::KEYS.iter().filter(|key| key.may_change() && (key.get)(now) != (key.get)(before)) {
            // The value of another valid configuration.
            let _ = (key.set)(&mut config, &(key.get)(now));
        }
        if config.task != self.task && !config.moves_on(self) {
            config.task.clone_from(&self.task);
        }
        config
    }

    /// Writes down that a run that began with these settings has `now` from `step` on. What does not show in curves, like
    /// the step limit, is taken over as if it had always been so. Returns whether anything that does has changed.
    pub fn note(&mut self, step: u32, now: &Config) -> bool {
        let before = self.after(step);
        let mut changed = false;
        for key in keys::KEYS.iter().filter(|key| key.may_change()) {
            let value = (key.get)(now);
            if value == (key.get)(&before) {
                continue;
            }
            if step == 0 || !keys::of_changes().any(|other| other.name == key.name) {
                // The value of another valid configuration.
                let _ = (key.set)(self, &value);
                changed |= step == 0;
                continue;
            }
            changed = true;
            self.at.remove(step, key.name);
            if (key.get)(&self.after(step)) != value {
                self.at.insert(step, key.name, value);
            }
        }
        changed
    }

    /// Drops changes that would need another run: with another number of pairs, or what the other settings exclude.
    pub(super) fn repair_changes(&mut self) -> Vec<Problem> {
        let mut problems = vec![];
        // The settings after all changes that are sound so far.
        let mut before = Config { at: MidRunChanges::default(), ..self.clone() };
        for change in core::mem::take(&mut self.at).0 {
            let changed = Config { at: MidRunChanges(vec![change]), ..before.clone() };
            let mut after = Config { at: MidRunChanges::default(), ..changed.after(u32::MAX) };
            let why = match after.repair().into_iter().next() {
                Some(problem) => problem.why,
                None if after.restarts(&before) => tr!("it would need a new run").into(),
                None => {
                    self.at.0.extend(changed.at.0);
                    before = after;
                    continue;
                }
            };
            let (value, instead) = (changed.at.write(), self.at.write());
            let sentence = tr!(
                "The change {change} cannot be made in the middle of this run: {why}. It was left out.",
                change = quoted(&value),
                why
            );
            problems.push(Problem { key: "at".into(), name: "", value, why, instead, sentence: Some(sentence), note: true });
        }
        problems
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::settings::{from_query, to_query};

    fn with(query: &str) -> Config {
        let (config, problems) = from_query(query);
        assert_eq!(problems, [], "{query}");
        config
    }

    #[test]
    fn changes_are_read_sorted_and_written() {
        let config = with("at=300:wd=0;179:wd=2.0,lr=0.003&v=1");
        assert_eq!(config.at.write(), "179:wd=2,lr=0.003;300:wd=0");
        assert_eq!(from_query(&to_query(&config)), (config.clone(), vec![]));
        let at = |step| (config.after(step).wd, config.after(step).lr);
        assert_eq!(
            [at(0), at(178), at(179), at(299), at(300)],
            [(1.0, 0.01), (1.0, 0.01), (2.0, 0.003), (2.0, 0.003), (0.0, 0.003)]
        );
        assert_eq!([config.at.next(0), config.at.next(179), config.at.next(300)], [Some(179), Some(300), None]);
        let words: Vec<String> = config.at.iter().map(|change| change.words()).collect();
        assert_eq!(words, ["weight decay 2, learning rate 0.003", "weight decay 0"]);
    }

    #[test]
    fn what_cannot_change_is_named() {
        for (text, part) in [
            ("179", "“179”"),
            ("0:wd=1", "“0:wd=1”"),
            ("-3:wd=1", "“-3:wd=1”"),
            ("9:wd", "“9:wd”"),
            ("9:wd=-1", "between 0 and 100"),
            ("9:colour=red", "“colour”"),
            ("9:seed=3", "seed”, which cannot change"),
            ("9:steps=3", "steps”, which cannot change"),
            ("9:at=3", "at”, which cannot change"),
        ] {
            let problems = from_query(&format!("at={}&v=1", text.replace('=', "%3D"))).1;
            assert!(problems.len() == 1 && problems[0].to_string().contains(part), "{text}: {problems:?}");
        }
        let many = (1..2000).map(|step| format!("{step}:wd=2")).collect::<Vec<_>>().join(";");
        assert!(MidRunChanges::parse(&many).is_err_and(|why| why.contains("1999")));
        // Pairs that come or go are drawn anew.
        let (config, problems) = from_query("task=x/y&at=50:wd=2;100:cells=3.0.1&v=1");
        assert_eq!(config.at.write(), "50:wd=2");
        assert!(problems.len() == 1 && problems[0].to_string().contains("new run"), "{problems:?}");
    }

    #[test]
    fn only_what_moved_is_taken_over() {
        // The record has made weight decay 3 meanwhile, which the page does not know yet.
        let moved = with("wd=3&v=1").moved(&with("wd=0&lr=0.02&seed=7&v=1"), &with("wd=0&v=1"));
        assert_eq!(to_query(&moved), "lr=0.02&wd=3&v=1");
    }

    #[test]
    fn a_run_notes_what_changes_and_when() {
        let mut run = with("wd=0&v=1");
        assert!(run.note(0, &with("wd=0.5&v=1")));
        assert_eq!(to_query(&run), "wd=0.5&v=1", "before the first step it is how the run begins");
        assert!(run.note(179, &with("wd=2&v=1")) && run.note(200, &with("wd=2&optimizer=sgd&v=1")));
        assert_eq!(run.at.write(), "179:wd=2;200:optimizer=sgd");
        assert!(!run.note(250, &with("wd=2&optimizer=sgd&speed=0&steps=9000&v=1")));
        assert_eq!((run.speed, run.steps, run.at.write().as_str()), (0.0, 9000, "179:wd=2;200:optimizer=sgd"));
        // Back and forth within a step leaves what came of it.
        assert!(run.note(200, &with("wd=3&v=1")) && run.note(200, &with("wd=2&v=1")));
        assert_eq!(run.at.write(), "179:wd=2");
        run.at.rewind(178);
        assert_eq!(run.at.write(), "");
    }
}
