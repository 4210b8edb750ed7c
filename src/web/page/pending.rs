//! Promises that the worker, or the run, will settle.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;

use super::dom::Result;

/// The promises of a lab that are not settled yet.
#[derive(Default)]
pub struct Pending {
    promises: RefCell<Vec<Pledge>>,
    /// The number of the last one.
    last: Cell<u32>,
}

struct Pledge {
    id: u32,
    /// The answer is made into a run file.
    run_file: bool,
    resolve: Function,
    reject: Function,
}

impl Pending {
    /// A new promise, with the number that settles it.
    pub fn promise(&self, run_file: bool) -> (u32, Promise) {
        let id = self.last.get().wrapping_add(1);
        self.last.set(id);
        let promise = Promise::new(&mut |resolve, reject| {
            self.promises.borrow_mut().push(Pledge { id, run_file, resolve, reject });
        });
        (id, promise)
    }

    /// Whether a promise is of a run file.
    pub fn is_run_file(&self, id: u32) -> bool {
        self.promises.borrow().iter().any(|pledge| pledge.id == id && pledge.run_file)
    }

    /// Keeps a promise with a value, or breaks it with the reason. One that is settled already stays so.
    pub fn settle(&self, id: u32, result: core::result::Result<JsValue, String>) -> Result<()> {
        let pledge = self.promises.borrow_mut().extract_if(.., |pledge| pledge.id == id).next();
        let Some(pledge) = pledge else { return Ok(()) };
        match result {
            Ok(value) => pledge.resolve.call1(&JsValue::NULL, &value)?,
            Err(why) => pledge.reject.call1(&JsValue::NULL, &js_sys::Error::new(&why))?,
        };
        Ok(())
    }
}

/// A promise that is broken from the start.
pub fn broken(why: &str) -> Promise {
    Promise::reject(&js_sys::RangeError::new(why))
}
