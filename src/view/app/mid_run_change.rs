//! The change that some experiments have in the middle of their run.

use super::{App, Effect};
use crate::experiment::{self, Then};
use crate::query_string;
use crate::settings::key;

impl App {
    fn mid_run_change(&self) -> Option<&'static Then> {
        experiment::find(&self.config.experiment)?.1.then.as_ref()
    }

    /// Makes the change, once, when it is due.
    pub(super) fn make_mid_run_change(&mut self) {
        let Some(then) = self.mid_run_change().filter(|_| !self.mid_run_change_made && self.running()) else { return };
        if then.due(&self.histories, self.step) {
            self.mid_run_change_made = true;
            let (config, problems) = self.config.with_query(then.query);
            self.configure(config, &problems);
        }
    }

    /// A run that begins anew begins with the settings from before the change.
    pub(super) fn undo_mid_run_change(&mut self) {
        if !core::mem::take(&mut self.mid_run_change_made) {
            return;
        }
        let (Some(then), base) = (self.mid_run_change(), self.config.base()) else { return };
        for key in query_string::from_query(then.query).iter().filter_map(|(name, _)| key(name)) {
            let _ = (key.set)(&mut self.config, &(key.get)(&base));
        }
        self.version += 1;
        self.effects.push(Effect::Configured);
    }
}
