//! The change that some experiments have in the middle of their run.

use super::{App, Effect, State};
use crate::config::key;
use crate::experiment::{self, Then};
use crate::pairs;

impl App {
    fn then(&self) -> Option<(Then, crate::config::Config)> {
        let (_, arm) = experiment::find(&self.config.experiment)?;
        Some((arm.then?, arm.config()))
    }

    /// Makes the change, once, when it is due.
    pub(super) fn turn(&mut self) {
        let Some((then, _)) = self.then() else { return };
        let grokked: Option<Vec<u32>> = self.histories.iter().map(|history| history.grokked).collect();
        let due = grokked.and_then(|steps| steps.into_iter().max()).is_some_and(|last| self.step >= last + then.after);
        if due && self.state == State::Running && !core::mem::replace(&mut self.turned, true) {
            let pairs = pairs::from_query(then.query);
            self.set(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        }
    }

    /// A run that begins anew begins with the settings from before the change.
    pub(super) fn turn_back(&mut self) {
        if !core::mem::take(&mut self.turned) {
            return;
        }
        let Some((then, base)) = self.then() else { return };
        for (name, _) in pairs::from_query(then.query) {
            if let Some(key) = key(&name) {
                let _ = (key.set)(&mut self.config, &(key.get)(&base));
            }
        }
        self.version += 1;
        self.effects.push(Effect::Configured);
    }
}
