//! What is looked at inside the network: the visitor's choices, and the last answers.

use super::captions;
use super::choice::{Action, Choice};
use super::stage::PICTURES;
use super::stage::circle::is_circle;
use super::views::{VIEWS, View};
use crate::protocol::inspect::{Asker, InspectQuery, InspectReply, InspectRequest, InspectResult, Off};

/// The state of looking inside.
pub struct Inside {
    /// What is asked for.
    pub choice: Choice,
    /// The panel with one view at a time.
    pub panel: Conversation,
    /// The pictures of the first screen.
    pub stage: Conversation,
    /// Which of [`PICTURES`] somebody sees.
    pub pictures: [bool; PICTURES.len()],
    /// What was seen of the circle that the numbers come to lie on.
    pub circle: CircleSeen,
    /// Why this network cannot be looked into.
    pub opaque: Option<String>,
}

/// What was seen of the circle of a run's numbers. It is told once, of a circle that formed before somebody's eyes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CircleSeen {
    /// Nothing yet.
    #[default]
    Unseen,
    /// Numbers that lie on none.
    Cloud,
    /// It has formed.
    Formed,
    /// It was there when somebody began to look, or who looks has heard of it.
    Known,
}

impl Default for Inside {
    fn default() -> Self {
        Inside {
            // The sum that the page speaks of; that of 0 and 0 is its own mirror image.
            choice: Choice { pair: [3, 5], ..Choice::default() },
            panel: Conversation::new(Asker::View),
            stage: Conversation::new(Asker::Stage),
            pictures: Default::default(),
            circle: CircleSeen::default(),
            opaque: None,
        }
    }
}

impl Inside {
    /// The panel's view.
    pub fn view(&self) -> &'static View {
        VIEWS[self.choice.view.min(VIEWS.len() - 1)]
    }

    /// What the panel asks.
    fn request(&self) -> InspectRequest {
        (self.view().request)(&self.choice)
    }

    /// The panel's answer, if it is one to what its view asks.
    pub fn shown(&self) -> Option<&InspectReply> {
        self.panel.seen.as_ref().filter(|seen| self.request().answered_by(&seen.result))
    }

    /// The stage's answer to what a picture asks: a reply, and the picture's part of it.
    pub fn picture(&self, index: usize) -> Option<(&InspectReply, &InspectResult)> {
        let seen = self.stage.seen.as_ref()?;
        let InspectResult::Several(results) = &seen.result else { return None };
        let request = (PICTURES[index].request)(&self.choice);
        results.iter().find(|result| request.answered_by(result)).map(|result| (seen, result))
    }

    /// How well the network on the stage does without what is switched off.
    pub fn without(&self) -> Option<String> {
        captions::without(&self.choice.off, self.stage.seen.as_ref()?.accuracy)
    }

    /// Carries out a change. What was seen last says which neurons a frequency has.
    pub fn act(&mut self, action: Action) {
        let neurons = |seen: &&InspectResult| matches!(seen, InspectResult::Neurons(_));
        let panel = self.panel.seen.iter().map(|seen| &seen.result);
        let stage = self.stage.seen.iter().flat_map(|seen| match &seen.result {
            InspectResult::Several(results) => &results[..],
            _ => &[],
        });
        self.choice.apply(action, panel.chain(stage).find(neurons));
    }

    /// The questions to ask now, in those conversations that want one.
    pub(super) fn questions(&mut self, urgent: bool, wants: impl Fn(&Conversation) -> bool) -> Vec<InspectQuery> {
        if self.opaque.is_some() {
            return vec![];
        }
        let seen = (0..PICTURES.len()).filter(|picture| self.pictures[*picture]);
        let stage = InspectRequest::Several(seen.map(|picture| (PICTURES[picture].request)(&self.choice)).collect());
        let panel = self.request();
        let asked =
            [(&mut self.stage, stage), (&mut self.panel, panel)].into_iter().filter(|(conversation, _)| wants(conversation));
        asked.filter_map(|(conversation, request)| conversation.question(request, &self.choice, urgent)).collect()
    }

    /// Takes an answer. Returns whether the choice has changed since it was asked for.
    pub(super) fn take(&mut self, seen: InspectReply) -> bool {
        if self.stage.has(seen.asker) {
            let changed = self.stage.take(seen);
            self.look_for_circle();
            changed
        } else {
            self.panel.take(seen)
        }
    }

    /// Whether the numbers lie on a circle in what the stage shows; none where it shows no numbers.
    pub fn has_circle(&self) -> Option<bool> {
        let InspectResult::Several(results) = &self.stage.seen.as_ref()?.result else { return None };
        results.iter().find_map(|result| match result {
            InspectResult::Embedding(embedding) => Some(is_circle(embedding)),
            _ => None,
        })
    }

    /// Looks whether a circle has formed, in the whole network as it is now.
    fn look_for_circle(&mut self) {
        let present = self.choice.at().is_none() && self.choice.off == Off::default();
        self.circle = match (self.circle, self.has_circle().filter(|_| present)) {
            (CircleSeen::Unseen, Some(true)) => CircleSeen::Known,
            (CircleSeen::Unseen, Some(false)) => CircleSeen::Cloud,
            (CircleSeen::Cloud, Some(true)) => CircleSeen::Formed,
            (seen, _) => seen,
        };
    }

    /// Another network is shown.
    pub(super) fn forget(&mut self) {
        let Inside { choice, panel, stage, pictures, .. } = core::mem::take(self);
        let Choice { view, loss, edit, pair, matrix, .. } = choice;
        let choice = Choice { view, loss, edit, pair, matrix, ..Choice::default() };
        *self = Inside { choice, panel: panel.again(), stage: stage.again(), pictures, ..Inside::default() };
    }
}

/// Questions and answers about one place of the page: one question at a time, and after a change of mind the new one.
pub struct Conversation {
    /// Who asks, by the number of the question.
    asker: fn(u32) -> Asker,
    /// The last answer.
    pub seen: Option<InspectReply>,
    /// Whether anybody sees it.
    pub visible: bool,
    /// Number of the last question.
    id: u32,
    /// Whether it waits for an answer, and if so, whether it is urgent.
    pending: Option<bool>,
    /// Whether the choice has changed since.
    stale: bool,
    /// Whether the last answer was one in passing, which may show somewhat older frequencies.
    rough: bool,
}

impl Conversation {
    fn new(asker: fn(u32) -> Asker) -> Self {
        Conversation { asker, seen: None, visible: false, id: 0, pending: None, stale: false, rough: false }
    }

    /// The same about another network.
    fn again(self) -> Self {
        Conversation { visible: self.visible, id: self.id, ..Conversation::new(self.asker) }
    }

    /// Whether a question or an answer is of this conversation.
    pub(super) fn has(&self, asker: Asker) -> bool {
        core::mem::discriminant(&(self.asker)(0)) == core::mem::discriminant(&asker)
    }

    /// Whether nobody waits for an answer.
    pub fn idle(&self) -> bool {
        self.pending != Some(true)
    }

    /// Whether the last answer shows this step as exactly as can be, or as well as one `in_passing` would.
    pub fn shows(&self, step: u32, in_passing: bool) -> bool {
        self.seen.as_ref().is_some_and(|seen| seen.step == step) && (in_passing || !self.rough)
    }

    /// The question to ask now, if there is any.
    fn question(&mut self, request: InspectRequest, choice: &Choice, urgent: bool) -> Option<InspectQuery> {
        if !self.visible {
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
                let (asker, off, at) = ((self.asker)(self.id), choice.off.clone(), choice.at());
                return Some(InspectQuery { asker, request, off, at, urgent });
            }
        }
        None
    }

    /// Takes an answer. Returns whether the choice has changed since it was asked for.
    fn take(&mut self, seen: InspectReply) -> bool {
        if seen.asker == (self.asker)(self.id) {
            self.rough = self.pending.take() == Some(false);
        }
        self.seen = Some(seen);
        self.pending.is_none() && core::mem::take(&mut self.stale)
    }
}
