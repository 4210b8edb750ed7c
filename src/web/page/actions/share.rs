//! The buttons and choices of the dialog that shares the run.

use web_sys::Element;

use crate::web::page::dom::Result;
use crate::web::page::share::{self, Shared};
use crate::web::page::ui::Ui;

fn shared(ui: &Ui) -> Shared {
    Shared { run: ui.app.borrow().shown(), addressed: ui.addressed }
}

/// Opens the dialog with what the page shows now.
pub fn open(ui: &Ui, button: &Element) -> Result<()> {
    // Who listens to what the dialog does may call methods: the state is free.
    let config = ui.app.borrow().config.clone();
    share::open(&ui.root, button, &config, &shared(ui))
}

/// Writes the texts for the present choices.
pub fn refresh(ui: &Ui) -> Result<()> {
    share::refresh(&ui.root, &shared(ui))
}

/// Copies the text beside the button.
pub fn copy(ui: &Ui, button: &Element) -> Result<()> {
    let me = ui.me();
    share::copy(&ui.root, button, move |field, copied| {
        if let Some(ui) = me.upgrade() {
            share::copied(&ui.root, field, copied);
        }
    })
}
