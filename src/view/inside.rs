//! What is looked at inside the network: the visitor's choices, and the last answer.

use super::choice::{Action, Choice};
use super::views::{VIEWS, View};
use crate::protocol::inspect::{Asker, InspectQuery, InspectReply, InspectRequest};

/// The state of looking inside.
#[derive(Default)]
pub struct Inside {
    /// What is asked for.
    pub choice: Choice,
    /// The last answer.
    pub seen: Option<InspectReply>,
    /// Why this network cannot be looked into.
    pub opaque: Option<String>,
    /// Whether anybody sees it.
    pub visible: bool,
    /// Number of the last question.
    id: u32,
    /// Whether it waits for an answer, and if so, whether it is urgent.
    pending: Option<bool>,
    /// Whether the choice has changed since.
    stale: bool,
}

impl Inside {
    /// The view.
    pub fn view(&self) -> &'static View {
        VIEWS[self.choice.view.min(VIEWS.len() - 1)]
    }

    /// What it asks.
    fn request(&self) -> InspectRequest {
        (self.view().request)(&self.choice)
    }

    /// The answer, if it is one to what this view asks.
    pub fn shown(&self) -> Option<&InspectReply> {
        self.seen.as_ref().filter(|seen| self.request().answered_by(&seen.result))
    }

    /// Whether nobody waits for an answer.
    pub fn idle(&self) -> bool {
        self.pending != Some(true)
    }

    /// Carries out a change.
    pub fn act(&mut self, action: Action) {
        self.choice.apply(action, self.seen.as_ref());
    }

    /// The question to ask now, if there is any: one at a time, and after a change of mind the new one.
    pub(super) fn question(&mut self, urgent: bool) -> Option<InspectQuery> {
        if !self.visible || self.opaque.is_some() {
            return None;
        }
        match self.pending {
            // It is being answered: the next one follows it.
            Some(true) => self.stale |= urgent,
            // It waits for its turn in the worker, where an urgent one replaces it.
            Some(false) if !urgent => {}
            _ => {
                self.pending = Some(urgent);
                self.id += 1;
                let (off, at) = (self.choice.off.clone(), self.choice.at());
                return Some(InspectQuery { asker: Asker::View(self.id), request: self.request(), off, at, urgent });
            }
        }
        None
    }

    /// Takes an answer. Returns whether the choice has changed since it was asked for.
    pub(super) fn take(&mut self, seen: InspectReply) -> bool {
        if seen.asker == Asker::View(self.id) {
            self.pending = None;
        }
        self.seen = Some(seen);
        self.pending.is_none() && core::mem::take(&mut self.stale)
    }

    /// Another network is shown.
    pub(super) fn forget(&mut self) {
        let Inside { choice, visible, id, .. } = core::mem::take(self);
        let Choice { view, loss, edit, pair, matrix, .. } = choice;
        let choice = Choice { view, loss, edit, pair, matrix, ..Choice::default() };
        *self = Inside { choice, visible, id, ..Inside::default() };
    }
}
