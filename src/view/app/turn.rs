//! The change that some experiments have in the middle of their run.

use super::{App, Effect, State};
use crate::experiment::{self, Then};
use crate::query_string;
use crate::settings::key;

impl App {
    fn then(&self) -> Option<&'static Then> {
        experiment::find(&self.config.experiment)?.1.then.as_ref()
    }

    /// Makes the change, once, when it is due.
    pub(super) fn turn(&mut self) {
        let Some(then) = self.then().filter(|_| !self.turned && self.state == State::Running) else { return };
        if then.due(&self.histories, self.step) {
            self.turned = true;
            let (config, problems) = self.config.with_query(then.query);
            self.configure(config, &problems);
        }
    }

    /// A run that begins anew begins with the settings from before the change.
    pub(super) fn turn_back(&mut self) {
        if !core::mem::take(&mut self.turned) {
            return;
        }
        let (Some(then), base) = (self.then(), self.config.base()) else { return };
        for key in query_string::from_query(then.query).iter().filter_map(|(name, _)| key(name)) {
            let _ = (key.set)(&mut self.config, &(key.get)(&base));
        }
        self.version += 1;
        self.effects.push(Effect::Configured);
    }
}
