//! The run on the charts as a closed record: how it began, what changed on the way, how it ended. The controls may already
//! be about the next one.

use super::{App, Effect, State};
use crate::config::keys::of_curves;
use crate::config::{Config, MidRunChange, key};
use crate::metrics::{End, end};

impl App {
    /// The settings that the run has now, or had at its end.
    pub fn present(&self) -> &Config {
        &self.present
    }

    /// The run that is shown, as a link describes it; with how this page shows it.
    pub fn shown(&self) -> Config {
        let Config { autoplay, ref hide, speed, theme, .. } = self.config;
        Config { autoplay, hide: hide.clone(), speed, theme, ..self.record.clone() }
    }

    /// What changed in the middle of the run so far.
    pub fn changes(&self) -> impl Iterator<Item = &MidRunChange> {
        self.record.at.iter().take_while(|change| change.step <= self.step)
    }

    /// Whether the controls are about another run than the one that is shown: it is over, and something was changed since
    /// that shows in curves.
    pub fn next_differs(&self) -> bool {
        self.state == State::Done
            && of_curves().any(|key| key.name != "at" && (key.get)(&self.config) != (key.get)(&self.present))
    }

    /// Whether a run that is over would go on as it is, since its end was put off.
    pub fn goes_on(&self) -> bool {
        let later = Config { steps: self.config.steps, stop: self.config.stop, ..self.present.clone() };
        self.state == State::Done
            && !self.next_differs()
            && !matches!(self.end, Some(End::Diverged))
            && end(&later, &self.histories, self.step).is_none()
    }

    /// A run with these settings begins, or goes on.
    pub(super) fn begin_record(&mut self, record: Config) {
        self.present = record.after(self.step);
        self.record = record;
        self.end = None;
    }

    /// The worker goes on with other settings from a step on. Where the record had planned that, the controls follow.
    pub(super) fn changed(&mut self, step: u32, record: Config, planned: bool) {
        self.present = record.after(step);
        self.record = record;
        let due: Vec<_> = self.record.at.iter().filter(|change| planned && change.step == step).cloned().collect();
        for (name, value) in due.iter().flat_map(|change| &change.settings) {
            let _ = key(name).map(|key| (key.set)(&mut self.config, value));
        }
        self.version += 1;
        self.runs.revision += 1;
        self.effects.push(Effect::Configured);
    }

    /// The settings with which this run begins anew: those from before the changes that are planned for it, except for what
    /// was set since.
    pub(super) fn anew(&mut self) -> Config {
        let mut config = self.config.clone();
        let done = self.config.at.iter().take_while(|change| change.step <= self.step).flat_map(|change| &change.settings);
        for key in done.filter_map(|(name, _)| key(name)) {
            if (key.get)(&config) == (key.get)(&self.present) {
                let _ = (key.set)(&mut config, &(key.get)(&self.record));
                self.version += 1;
            }
        }
        config
    }

    /// What is set now, where the page cannot know yet from which step on: for a run that has not begun, as its beginning.
    pub(super) fn note_before_start(&mut self) {
        if self.step == 0 && self.state != State::Done {
            let config = self.config.clone();
            self.begin_record(config);
        }
    }
}
