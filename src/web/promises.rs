//! Promises that the worker, or the run, will settle.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;

use super::dom::Result;
use super::ui::Ui;
use super::{measures, state};
use crate::protocol::inspect::{InspectReply, InspectRequest, Off};
use crate::view::app::{Goal, count};

/// What a promise is about.
#[derive(Clone)]
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

/// A promise that is not settled yet.
pub struct Asked {
    id: u32,
    wanted: Wanted,
    resolve: js_sys::Function,
    reject: js_sys::Function,
}

impl Asked {
    fn settle(self, result: core::result::Result<JsValue, String>) -> Result<()> {
        match result {
            Ok(value) => self.resolve.call1(&JsValue::NULL, &value)?,
            Err(why) => self.reject.call1(&JsValue::NULL, &js_sys::Error::new(&why))?,
        };
        Ok(())
    }
}

/// A promise that is broken from the start.
fn broken(why: &str) -> Promise {
    Promise::reject(&js_sys::RangeError::new(why))
}

impl Ui {
    /// A promise of what the worker is asked for, or of what the run comes to.
    pub fn ask(&self, wanted: Wanted) -> Promise {
        let id = self.asked.get().wrapping_add(1);
        self.asked.set(id);
        let promise = Promise::new(&mut |resolve, reject| {
            self.asking.borrow_mut().push(Asked { id, wanted: wanted.clone(), resolve, reject });
        });
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
            let _ = self.settle(id, Err("the trainer has stopped: reset() starts a new one".into()));
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

    /// Looks inside as a view does.
    pub fn inspect(&self, view: &str, options: &JsValue) -> Promise {
        let question = state::Options::read(options).and_then(|options| options.question(view, &self.app.borrow()));
        question.map_or_else(|why| broken(&why), |(request, off, at)| self.ask(Wanted::Inspection { request, off, at }))
    }

    /// The worker's answer in bytes.
    pub fn answer(&self, id: u32, bytes: Vec<u8>) -> Result<()> {
        let whole = self.asking.borrow().iter().any(|asked| asked.id == id && matches!(asked.wanted, Wanted::Run));
        let bytes = if whole { self.app.borrow().kept(bytes).map(|run| run.encode()) } else { Some(bytes) };
        let bytes = bytes.map(|bytes| Uint8Array::from(bytes.as_slice()).into());
        self.settle(id, bytes.ok_or("the run was replaced before it was kept".into()))
    }

    /// The worker's answer to a look inside.
    pub fn inspected(&self, id: u32, seen: &InspectReply) -> Result<()> {
        self.settle(id, measures::of(seen).map(JsValue::from).ok_or("this network has nothing of the kind".into()))
    }

    /// Keeps a promise with a value, or breaks it with the reason. One that is settled already stays so.
    pub fn settle(&self, id: u32, result: core::result::Result<JsValue, String>) -> Result<()> {
        let waiting = self.asking.borrow_mut().extract_if(.., |asked| asked.id == id).next();
        waiting.map_or(Ok(()), |asked| asked.settle(result))
    }
}
