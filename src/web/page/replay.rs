//! What may come, for whoever only looks: after a while without input a recorded run plays in the chart.

use std::cell::{Cell, OnceCell};

use wasm_bindgen::prelude::*;

use super::dom::{Result, window};
use super::gallery::Gallery;
use crate::view::app::App;
use crate::view::replay::{Played, QUIET, recorded_as};

/// Whether it plays, and how long nobody has done anything.
#[derive(Default)]
pub struct Replay {
    /// Looks whether it is time; none where nothing is to play.
    on_time: OnceCell<Closure<dyn FnMut()>>,
    /// The look to come; a lab that is gone has none.
    timer: Cell<Option<i32>>,
    /// When somebody last did something, milliseconds.
    touched: Cell<f64>,
    /// When it began to play.
    began: Cell<Option<f64>>,
}

impl Replay {
    /// Begins to wait, and has `look` called when there may have been no input for long enough.
    pub fn offer(&self, look: impl FnMut() + 'static) -> Result<()> {
        let _ = self.on_time.set(Closure::new(look));
        self.touched.set(js_sys::Date::now());
        self.wait(QUIET)
    }

    /// Looks again after so many milliseconds.
    fn wait(&self, milliseconds: i32) -> Result<()> {
        let Some(look) = self.on_time.get() else { return Ok(()) };
        let timer =
            window()?.set_timeout_with_callback_and_timeout_and_arguments_0(look.as_ref().unchecked_ref(), milliseconds)?;
        self.timer.set(Some(timer));
        Ok(())
    }

    /// Whether it is time to play; where it is not, it looks again later. `busy` says that there is something else to see.
    pub fn is_due(&self, app: &App, busy: bool) -> bool {
        let left = f64::from(QUIET) - (js_sys::Date::now() - self.touched.get());
        if left > 0.0 || busy {
            // What fails leaves the chart as it is.
            let _ = self.wait(if left > 0.0 { left as i32 } else { QUIET });
            return false;
        }
        !app.begun() && recorded_as(&app.config).is_some() && !self.plays()
    }

    /// Plays from the beginning.
    pub fn play(&self) {
        self.began.set(Some(js_sys::Date::now()));
    }

    /// Somebody did something: what plays ends, and the waiting begins anew. Returns whether something played.
    pub fn touch(&self) -> bool {
        self.touched.set(js_sys::Date::now());
        let played = self.began.take().is_some();
        if played {
            let _ = self.wait(QUIET);
        }
        played
    }

    /// Whether something has been played, which is not to be asked before.
    pub fn plays(&self) -> bool {
        self.began.get().is_some()
    }

    /// What has been played so far.
    pub fn played(&self, gallery: &Gallery, app: &App) -> Option<Played> {
        let elapsed = js_sys::Date::now() - self.began.get().filter(|_| !app.begun())?;
        let record = gallery.recorded(recorded_as(&app.config)?)?;
        Some(Played::of(&record.curve, elapsed))
    }
}

impl Drop for Replay {
    fn drop(&mut self) {
        if let (Some(timer), Ok(window)) = (self.timer.get(), window()) {
            window.clear_timeout_with_handle(timer);
        }
    }
}
