//! What a page can wait for in a run, and when it has come to it.

use super::{App, Effect, Phase};

/// Something that a run comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Train accuracy has reached the threshold in some network.
    Memorized,
    /// Test accuracy has.
    Grok,
    /// The run is over.
    Done,
}

/// By the names of their events.
const GOALS: [(&str, Goal); 3] = [("memorized", Goal::Memorized), ("grok", Goal::Grok), ("done", Goal::Done)];

impl Goal {
    /// The goal with the name of its event.
    ///
    /// # Errors
    /// When there is no such goal.
    pub fn named(name: &str) -> Result<Goal, String> {
        let found = GOALS.iter().find(|(known, _)| *known == name);
        found.map(|(_, goal)| *goal).ok_or_else(|| {
            let name = crate::config::quoted(name);
            format!("until(what) takes \"memorized\", \"grok\" or \"done\", and what is {name}")
        })
    }
}

impl App {
    /// [`Effect::Reached`] with this id tells when the run on the page has come to the goal, or why it will not.
    pub fn until(&mut self, id: u32, goal: Goal) {
        self.goals.push((id, goal));
    }

    /// Tells those whose goal is reached, or cannot be any more.
    pub(super) fn meet(&mut self) {
        let mut goals = core::mem::take(&mut self.goals);
        goals.retain(|(id, goal)| match self.met(*goal) {
            Some(result) => {
                self.effects.push(Effect::Reached(*id, result));
                false
            }
            None => true,
        });
        self.goals = goals;
    }

    /// The step at which the run came to a goal, or why it will not; nothing as long as it may.
    fn met(&self, goal: Goal) -> Option<Result<u32, String>> {
        let reached = match goal {
            Goal::Memorized => self.histories.iter().filter_map(|history| history.memorized).min(),
            Goal::Grok => self.histories.iter().filter_map(|history| history.grokked).min(),
            Goal::Done => self.end().map(|_| self.step),
        };
        let why = || match self.phase {
            Phase::Done(_) => Some(format!("the run ended at step {} before that", self.step)),
            Phase::Failed => Some("training failed before that".into()),
            _ => None,
        };
        reached.map(Ok).or_else(|| why().map(Err))
    }

    /// The run they were about is not there any more.
    pub(super) fn drop_goals(&mut self) {
        for (id, _) in core::mem::take(&mut self.goals) {
            self.effects.push(Effect::Reached(id, Err("the run was replaced before that".into())));
        }
    }
}
