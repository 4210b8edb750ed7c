//! What may come, for whoever only looks: on our own page, after a while without input, a recorded run plays in the chart.

use std::cell::{Cell, OnceCell};

use wasm_bindgen::prelude::*;

use super::dom::{Result, is_top, window};
use super::gallery::Gallery;
use super::later;
use super::ui::Ui;
use crate::view::app::App;
use crate::view::replay::{Played, QUIET, recorded_as};

/// Whether it plays, and how long nobody has done anything.
#[derive(Default)]
pub struct Replay {
    /// Looks whether it is time; none where nothing is to play.
    on_time: OnceCell<Closure<dyn FnMut()>>,
    /// When somebody last did something, milliseconds.
    touched: Cell<f64>,
    /// When it began to play.
    began: Cell<Option<f64>>,
}

impl Replay {
    /// Begins to wait, on our own page. Nothing plays for those who want less motion.
    pub fn offer(ui: &Ui) -> Result<()> {
        let still = window()?.match_media("(prefers-reduced-motion: reduce)")?.is_some_and(|media| media.matches());
        if still || !ui.addressed || !is_top() {
            return Ok(());
        }
        let me = ui.me();
        let look = Closure::new(move || {
            let Some(ui) = me.upgrade().filter(|ui| !ui.app.borrow().begun()) else { return };
            let me = me.clone();
            // Nobody asked for it, so nobody is told where it cannot be loaded.
            ui.later.with(move |loaded| {
                if let (Ok(()), Some(ui)) = (loaded, me.upgrade()) {
                    later::look_at_replay(&ui);
                }
            });
        });
        let _ = ui.replay.on_time.set(look);
        ui.replay.touched.set(js_sys::Date::now());
        ui.replay.wait(QUIET)
    }

    /// Looks again after so many milliseconds.
    fn wait(&self, milliseconds: i32) -> Result<()> {
        let Some(look) = self.on_time.get() else { return Ok(()) };
        window()?.set_timeout_with_callback_and_timeout_and_arguments_0(look.as_ref().unchecked_ref(), milliseconds)?;
        Ok(())
    }

    /// Plays, if there has been no input for long enough and the run has not begun. What fails leaves the chart as it is.
    pub fn look(ui: &Ui) {
        ui.speak();
        let _ = ui.replay.play(ui);
    }

    fn play(&self, ui: &Ui) -> Result<()> {
        let left = f64::from(QUIET) - (js_sys::Date::now() - self.touched.get());
        let app = ui.app.borrow();
        if left > 0.0 || !ui.on_screen.get() || ui.tour.is_wanted(&app) {
            return self.wait(if left > 0.0 { left as i32 } else { QUIET });
        }
        if !app.begun() && recorded_as(&app.config).is_some() && self.began.get().is_none() {
            self.began.set(Some(js_sys::Date::now()));
            ui.want_record();
        }
        Ok(())
    }

    /// Somebody did something: what plays ends, and the waiting begins anew.
    pub fn touch(&self, ui: &Ui) {
        self.touched.set(js_sys::Date::now());
        if self.began.take().is_some() {
            ui.redraw();
            let _ = self.wait(QUIET);
        }
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
