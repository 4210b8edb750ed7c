//! The run on the charts as a closed record: how it began, what changed on the way, how it ended. The controls may already
//! be about the next one.

use std::rc::Rc;

use super::{App, Effect, Phase};
use crate::config::{Config, Problem, sentences};
use crate::metrics::{End, end};
use crate::settings::key;
use crate::task::Operation;

impl App {
    /// The settings that the run has now, or had at its end.
    pub fn present(&self) -> &Config {
        &self.present
    }

    /// What a configuration's task computes.
    pub fn operation(&self, config: &Config) -> Rc<Operation> {
        self.operations.of(config)
    }

    /// The run that is shown, as a link describes it; with how this page shows it.
    pub fn shown(&self) -> Config {
        Config { speed: self.config.speed, ..self.record.clone().shown_like(&self.config) }
    }

    /// Whether the controls are about another run than the one that is shown: it is over, and something was changed since
    /// that shows in curves.
    pub fn next_differs(&self) -> bool {
        self.end().is_some() && !self.config.begins_like(&self.present)
    }

    /// Why every run is over, if they are.
    pub(super) fn over(&self) -> Option<End> {
        end(&self.present, &self.histories, self.step)
    }

    /// Whether a run that is over would go on as it is, since its end was put off.
    pub fn goes_on(&self) -> bool {
        // Where nothing else differs, the controls say what the run is and when it would end.
        self.end().is_some_and(|end| end != End::Diverged)
            && !self.next_differs()
            && end(&self.config, &self.histories, self.step).is_none()
    }

    /// A run with this record begins, or goes on, at a step.
    pub(super) fn begin_record(&mut self, record: Config, step: u32) {
        self.set_record(record, step);
        self.claims.clear();
    }

    fn set_record(&mut self, record: Config, step: u32) {
        self.present = record.after(step);
        self.record = record;
        self.count_anew(step);
    }

    /// The worker goes on with other settings from a step on. Where the record had planned that, the controls follow.
    pub(super) fn changed(&mut self, step: u32, record: Config, planned: bool) {
        self.set_record(record, step);
        let due: Vec<_> = self.record.at.iter().filter(|change| planned && change.step == step).cloned().collect();
        for (name, value) in due.iter().flat_map(|change| &change.settings) {
            let _ = key(name).map(|key| (key.set)(&mut self.config, value));
        }
        self.version += 1;
        self.runs.revision += 1;
        self.effects.push(Effect::Configured);
    }

    /// What a visitor wants to change, as far as this page allows it; the rest is told. Returns whether it was a formula that
    /// cannot be used: then all is as it was, also the control, where it can be mended.
    pub fn wish<'a>(&mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> bool {
        let (mut allowed, mut problems) = (vec![], vec![]);
        let pairs: Vec<(&str, &str)> = pairs.into_iter().collect();
        let task = pairs.iter().find(|(name, _)| *name == "task");
        let suited = task.map_or(vec![], |(_, task)| self.config.suited(task));
        let suited = suited.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in suited.chain(pairs.iter().copied()) {
            let Some(key) = key(name) else { continue };
            let (value, problem) = self.config.permit(key, value);
            if let Some(problem) = value.as_ref().filter(|_| name == "task").and_then(|text| self.config.refuse_operation(text)) {
                self.problems = sentences(&[problem]);
                return true;
            }
            allowed.extend(value.map(|value| (name, value)));
            problems.extend(problem);
        }
        self.set(allowed.iter().map(|(name, value)| (*name, value.as_str())));
        self.problems.extend(sentences(&problems));
        false
    }

    /// Shows the run of a configuration at its beginning, whatever is shown now.
    pub fn show(&mut self, config: Config, problems: &[Problem]) {
        let restarts = config.restarts(&self.config);
        self.leave();
        self.configure(config, problems);
        if !restarts && (self.step > 0 || !matches!(self.phase, Phase::Idle { .. })) {
            self.load();
        }
    }

    /// Shows the run of a configuration from its beginning, in training, or starts its sweep.
    pub fn play(&mut self, config: Config, problems: &[Problem]) {
        self.show(config, problems);
        if self.config.sweep.0.is_empty() {
            self.start();
        } else {
            self.sweep_due = true;
            self.start_sweep();
        }
    }

    /// The settings with which this run begins anew: those from before the changes that are planned for it, except for what
    /// was set since.
    pub(super) fn anew(&mut self) -> Config {
        let mut config = self.config.clone();
        let done = self.config.at.until(self.step).flat_map(|change| &change.settings);
        for key in done.filter_map(|(name, _)| key(name)) {
            if (key.get)(&config) == (key.get)(&self.present) {
                let _ = (key.set)(&mut config, &(key.get)(&self.record));
                self.version += 1;
            }
        }
        config
    }
}
