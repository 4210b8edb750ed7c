//! Promises of steps.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::dom::Result;
use super::keep::Wanted;
use super::ui::Ui;
use crate::view::app::count;

impl Ui {
    /// Trains `n` more steps, then pauses. The promise is kept with the step that was reached, or broken with the reason.
    pub fn step(&self, n: f64) -> Promise {
        match count(n) {
            Ok(n) => self.ask(Wanted::Steps(n)),
            Err(why) => Promise::reject(&js_sys::RangeError::new(&why)),
        }
    }

    /// What came of the steps that a promise is about.
    pub fn stepped(&self, id: u32, result: core::result::Result<u32, String>) -> Result<()> {
        let waiting = self.asking.borrow_mut().extract_if(.., |asked| asked.id == id).next();
        let Some(asked) = waiting else { return Ok(()) };
        match result {
            Ok(step) => asked.resolve.call1(&JsValue::NULL, &step.into())?,
            Err(why) => asked.reject.call1(&JsValue::NULL, &js_sys::Error::new(&why))?,
        };
        Ok(())
    }
}
