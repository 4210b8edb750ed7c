//! The buttons and choices of the dialog that shares the run.

use web_sys::Element;

use crate::web::page::dom::{Result, describe};
use crate::web::page::share::{self, Shared};
use crate::web::page::ui::Ui;

/// What a button says (`share`, `copy`), or that a choice has changed; the page says what could not be done.
pub fn act(ui: &Ui, action: &str, element: &Element) {
    let done = match action {
        "share" => open(ui, element),
        "copy" => copy(ui, element),
        _ => {
            share::choose_set(&ui.root, element);
            share::refresh(&ui.root, &shared(ui))
        }
    };
    if let Err(error) = done {
        ui.act(|app| app.problems.push(describe(&error)));
    }
}

fn shared(ui: &Ui) -> Shared {
    Shared { run: ui.app.borrow().shown(), addressed: ui.addressed }
}

/// Opens the dialog with what the page shows now.
fn open(ui: &Ui, button: &Element) -> Result<()> {
    // Who listens to what the dialog does may call methods: the state is free.
    let config = ui.app.borrow().config.clone();
    share::open(&ui.root, button, &config, &shared(ui))
}

/// Copies the text beside the button.
fn copy(ui: &Ui, button: &Element) -> Result<()> {
    let me = ui.me();
    share::copy(&ui.root, button, move |field, copied| {
        if let Some(ui) = me.upgrade() {
            ui.speak();
            share::copied(&ui.root, field, copied);
        }
    })
}
