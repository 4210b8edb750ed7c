//! What the page around the element is told by itself: its settings, state and messages, whoever changed them.

use super::{App, State, Value};
use crate::config::Config;

/// What it was told last.
pub(super) struct Told {
    config: Config,
    state: State,
    problems: Vec<String>,
}

impl App {
    /// Nothing has changed yet: the page reads by itself what is there in the beginning.
    pub(super) fn told(config: &Config, problems: &[String]) -> Told {
        Told { config: config.clone(), state: State::Idle, problems: problems.to_vec() }
    }

    /// Tells what is not as it was told last.
    pub(super) fn tell(&mut self) {
        if self.config != self.told.config {
            self.told.config = self.config.clone();
            self.emit("config", vec![("config", Value::Settings(Box::new(self.config.clone())))]);
        }
        let state = self.state();
        if state != self.told.state {
            self.told.state = state;
            let state = Value::Text(state.id().into());
            self.emit("state", vec![("state", state), ("step", Value::Number(self.step.into()))]);
        }
        if self.problems != self.told.problems {
            self.told.problems = self.problems.clone();
            self.emit("problems", vec![("problems", Value::Texts(self.problems.clone()))]);
        }
    }
}
