//! What waits for parts of the page's module.

use super::Ui;
use crate::tr;
use crate::web::page::dom::describe;
use crate::web::page::later;
use crate::web::page::part::Part;

/// What the page says where a part of it is missing.
fn missing(why: &str) -> String {
    tr!("This part of the page could not be loaded: {why}. Try again.", why)
}

/// Whether a message says that, for whatever reason.
fn is_missing(problem: &str) -> bool {
    missing("\0").split_once('\0').is_some_and(|(begin, end)| problem.starts_with(begin) && problem.ends_with(end))
}

impl Ui {
    /// Loads what a run needs, if it is not there, and draws what that draws.
    pub fn want_run(&self) {
        if self.run.is_here() {
            return;
        }
        let me = self.me();
        self.run.with(move |_| {
            if let Some(ui) = me.upgrade() {
                ui.speak();
                ui.take_in();
                ui.redraw();
            }
        });
    }

    /// Does what needs what is loaded later: now, or once it is there. Until it can be had, the page says so.
    pub fn later(&self, what: impl FnOnce(&Ui) + 'static) {
        self.with(&self.later, Box::new(what));
    }

    /// The same with what a run needs, which what people do needs, too: it is done in their order.
    pub fn soon(&self, what: impl FnOnce(&Ui) + 'static) {
        self.with(&self.run, Box::new(what));
    }

    /// What follows once parts are there: rules are adopted, words explained, and the rest is listened to.
    pub(super) fn take_in(&self) {
        if self.later.is_here() && !self.dressed.replace(true) {
            // It fails only where the first rules did.
            let _ = later::dress(&self.root);
        }
        if !self.run.is_here() {
            return;
        }
        if self.unexplained.take() {
            later::explain(&self.root);
        }
        if let Some(attend) = self.attend.take() {
            attend(self);
        }
    }

    fn with(&self, part: &Part, what: Box<dyn FnOnce(&Ui)>) {
        let me = self.me();
        part.with(move |loaded| {
            let Some(ui) = me.upgrade() else { return };
            ui.speak();
            ui.take_in();
            let said = ui.app.borrow().problems.iter().any(|problem| is_missing(problem));
            if said {
                ui.act(|app| app.problems.retain(|problem| !is_missing(problem)));
            }
            match loaded {
                Ok(()) => what(&ui),
                Err(error) => ui.act(|app| app.problems.push(missing(&describe(&error)))),
            }
        });
    }
}
