//! Promises of steps.

use js_sys::Promise;

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
}
