//! The visitor's guess: at which step the network will have found the rule.

use super::{App, State};
use crate::text::thousands;
use crate::tr;

impl App {
    /// Whether the run has left its beginning.
    pub fn begun(&self) -> bool {
        self.step > 0 || self.state() != State::Idle
    }

    /// Whether the visitor may guess: before the first step, where there is a rule to find.
    pub fn asks_guess(&self) -> bool {
        !self.begun() && self.operation(&self.config).has_rule()
    }

    /// What became of the guess, once the first run has grokked or is over.
    pub fn guess_told(&self) -> Option<String> {
        let (guess, history) = (self.guess?, self.histories.first()?);
        let said = thousands(guess.into());
        match history.grokked {
            Some(step) if step == guess => Some(tr!("You said step {said}, and so it was.", said)),
            Some(step) => Some(tr!("You said step {said}; it was step {step}.", said, step = thousands(step.into()))),
            None if self.end().is_some() => Some(tr!("You said step {said}; it has not found the rule.", said)),
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::metrics::{End, Point};
    use crate::view::app::Phase;

    #[test]
    fn a_guess_is_answered_when_it_can_be() {
        let mut app = App::new(Config::standard(), &[], None);
        assert_eq!((app.begun(), app.asks_guess(), app.guess_told()), (false, true, None));
        app.guess = Some(1500);
        app.step = 40;
        assert_eq!((app.begun(), app.asks_guess(), app.guess_told()), (true, false, None));
        app.phase = Phase::Done(End::Limit);
        assert_eq!(app.guess_told().as_deref(), Some("You said step 1,500; it has not found the rule."));
        for (step, test_accuracy) in [(0, 0.0), (256, 0.97)] {
            app.histories[0].push(Point { step, train_accuracy: 1.0, test_accuracy, ..Point::default() });
        }
        assert_eq!(app.guess_told().as_deref(), Some("You said step 1,500; it was step 256."));
        app.guess = Some(256);
        assert_eq!(app.guess_told().as_deref(), Some("You said step 256, and so it was."));
        let lottery = Config { task: "random".into(), ..Config::standard() };
        assert!(!App::new(lottery, &[], None).asks_guess(), "there is no rule");
    }
}
