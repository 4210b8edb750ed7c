//! The visitor's guess: at which step the network will have found the rule.

use super::{App, State};
use crate::text::thousands;

impl App {
    /// Whether the run has left its beginning.
    pub fn begun(&self) -> bool {
        self.step > 0 || self.state() != State::Idle
    }

    /// What became of the guess, once the first run has grokked or is over.
    pub fn guess_told(&self) -> Option<String> {
        let (guess, history) = (self.guess?, self.histories.first()?);
        let said = format!("You said step {}", thousands(guess.into()));
        match history.grokked {
            Some(step) if step == guess => Some(said + ", and so it was."),
            Some(step) => Some(format!("{said}; it was step {}.", thousands(step.into()))),
            None if self.end().is_some() => Some(said + "; it has not found the rule."),
            None => None,
        }
    }
}
