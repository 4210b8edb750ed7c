//! What programs of the page ask for and get a promise of.

use js_sys::Promise;
use wasm_bindgen::JsValue;

use super::state::Options;
use crate::protocol::inspect::{InspectRequest, Off};
use crate::tr;
use crate::view::app::{Goal, count};
use crate::web::page::pending::broken;
use crate::web::page::ui::Ui;

/// What a promise is about.
pub enum Wanted {
    /// A snapshot.
    Snapshot,
    /// A run file.
    Run,
    /// The weights.
    Weights,
    /// So many steps.
    Steps(u32),
    /// That the run comes to something.
    Goal(Goal),
    /// A look inside.
    Inspection {
        request: InspectRequest,
        off: Off,
        /// The weights nearest to this step.
        at: Option<u32>,
    },
}

impl Ui {
    /// A promise of what the worker is asked for, or of what the run comes to.
    pub fn ask(&self, wanted: Wanted) -> Promise {
        let (id, promise) = self.pending.promise(matches!(wanted, Wanted::Run));
        let ready = self.act(|app| match wanted {
            Wanted::Weights => app.weights(id),
            Wanted::Snapshot | Wanted::Run => app.snapshot(id),
            Wanted::Inspection { request, off, at } => app.inspect(id, request, off, at),
            Wanted::Steps(n) => {
                app.step(id, n);
                true
            }
            Wanted::Goal(goal) => {
                app.until(id, goal);
                true
            }
        });
        if !ready {
            let _ = self.pending.settle(id, Err(tr!("the trainer has stopped: reset() starts a new one").into()));
        }
        promise
    }

    /// Trains `n` more steps, then pauses. The promise is kept with the step that was reached, or broken with the reason.
    pub fn step(&self, n: f64) -> Promise {
        count(n).map_or_else(|why| broken(&why), |n| self.ask(Wanted::Steps(n)))
    }

    /// Waits for the run to come to `memorized`, `grok` or `done`; the promise is kept with the step.
    pub fn until(&self, what: &str) -> Promise {
        Goal::named(what).map_or_else(|why| broken(&why), |goal| self.ask(Wanted::Goal(goal)))
    }
}

/// Looks inside as a view does.
pub fn inspect(ui: &Ui, view: &str, options: &JsValue) -> Promise {
    let question = Options::read(options).and_then(|options| options.question(view, &ui.app.borrow()));
    question.map_or_else(|why| broken(&why), |(request, off, at)| ui.ask(Wanted::Inspection { request, off, at }))
}
