//! The conversation about the inside of the network: what is asked when.

use super::{App, Effect};
use crate::experiment::{self, Probe};
use crate::protocol::Command;
use crate::protocol::inspect::{Asker, InspectQuery, InspectReply, InspectRequest, InspectResult, Off};
use crate::task::cells;
use crate::tr;
use crate::view::choice::Action;
use crate::view::inside::Conversation;

impl App {
    /// The visitor wants to see something else, or to change the table.
    pub fn choose(&mut self, action: Action) {
        let cells = match action {
            Action::Result(result) => self.cells_with(Some(result)),
            Action::Restore => self.cells_with(None),
            Action::RestoreAll => String::new(),
            _ => {
                self.inside.act(action);
                return self.ask_inside(true);
            }
        };
        self.wish([("cells", cells.as_str())]);
    }

    /// The changed cells once the chosen pair has this result.
    fn cells_with(&self, result: Option<u32>) -> String {
        let pair = self.inside.choice.pair(self.operation(&self.config).symbols(&self.config));
        cells::with(&self.config, pair, result)
    }

    /// The panel's view can be seen now, or no longer.
    pub fn see_inside(&mut self, visible: bool) {
        if self.inside.panel.visible != visible {
            self.inside.panel.visible = visible;
            self.ask_those(true, |conversation| conversation.has(Asker::View(0)));
        }
    }

    /// A picture of the stage can be seen now, or no longer.
    pub fn see_picture(&mut self, picture: usize, visible: bool) {
        let pictures = &mut self.inside.pictures;
        if core::mem::replace(&mut pictures[picture], visible) != visible {
            self.inside.stage.visible = pictures.contains(&true);
            // What is no longer seen is left out of the next question; what is seen now is asked for.
            if visible {
                self.ask_those(true, |conversation| conversation.has(Asker::Stage(0)));
            }
        }
    }

    /// What is shown is older than the run.
    pub(super) fn follow_inside(&mut self) {
        if self.inside.choice.at().is_none() {
            let (step, running) = (self.step, self.running());
            // While training, looks wait for their turn.
            self.ask_those(!running, |conversation| !conversation.shows(step, running));
        }
    }

    /// An answer has come.
    pub(super) fn inspected(&mut self, seen: InspectReply) {
        let more = matches!(&seen.result, InspectResult::Progress(progress) if progress.more);
        match seen.asker {
            Asker::View(_) | Asker::Stage(_) => self.viewed(seen, more),
            Asker::Claim if more => self.ask_claim(),
            Asker::Claim => self.claimed(&seen.result),
            Asker::Promise(id) => self.promised(id, seen, more),
        }
    }

    fn viewed(&mut self, seen: InspectReply, more: bool) {
        let asker = seen.asker;
        let changed = self.inside.take(seen);
        if changed || more {
            self.ask_those(changed, |conversation| conversation.has(asker));
        } else if self.running() {
            self.follow_inside();
        }
    }

    /// Looks inside for whoever holds the promise of this number; false when there is nothing to ask.
    pub fn inspect(&mut self, id: u32, request: InspectRequest, off: Off, at: Option<u32>) -> bool {
        self.ask(Command::Inspect(InspectQuery { asker: Asker::Promise(id), request, off, at, urgent: false }))
    }

    fn promised(&mut self, id: u32, seen: InspectReply, more: bool) {
        match self.question(id).cloned() {
            // A few steps at a time, so that the worker can do something else in between.
            Some(question) if more && self.worker.is_ready() => self.send(question),
            _ => {
                self.answered(id);
                self.effects.push(match more {
                    true => Effect::Decline(id, tr!("the run was replaced").into()),
                    false => Effect::Inspected(id, Box::new(seen)),
                });
            }
        }
    }

    /// The run is over: what is claimed of its weights can be judged.
    pub(super) fn ask_claim(&mut self) {
        let probes = experiment::find(&self.record.experiment).map_or(&[][..], |(_, arm)| arm.probes);
        if !probes.is_empty() && self.end().is_some() && self.worker.is_ready() {
            let off = Off::default();
            self.send(Command::Inspect(InspectQuery {
                asker: Asker::Claim,
                request: InspectRequest::Progress(Probe::measures(probes)),
                off,
                at: None,
                urgent: false,
            }));
        }
    }

    fn claimed(&mut self, result: &InspectResult) {
        let found = experiment::find(&self.record.experiment).zip(self.histories.first());
        let (InspectResult::Progress(progress), Some(((_, arm), history)), Some(_)) = (result, found, self.end()) else { return };
        self.claims = arm.probes.iter().map(|probe| probe.judge(progress, history)).collect();
        self.version += 1;
    }

    /// Asks what is to be asked.
    fn ask_inside(&mut self, urgent: bool) {
        self.ask_those(urgent, |_| true);
    }

    /// The same in those conversations that want it.
    fn ask_those(&mut self, urgent: bool, wants: impl Fn(&Conversation) -> bool) {
        if self.worker.is_ready() && self.trainer.is_some() {
            for question in self.inside.questions(urgent, &wants) {
                self.send(Command::Inspect(question));
            }
        }
    }
}
