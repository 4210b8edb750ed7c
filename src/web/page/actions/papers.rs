//! The experiment that runs, and the gallery of all.

use wasm_bindgen::JsValue;

use crate::view::gallery;
use crate::web::page::dom::{Result, describe};
use crate::web::page::ui::Ui;

/// Shows them as they are now.
pub fn show(ui: &Ui) {
    let me = ui.me();
    let fetched = move |record| {
        if let Some(ui) = me.upgrade() {
            recorded(&ui, record);
        }
    };
    let paper = gallery::paper(&ui.app.borrow());
    // It only fails where the template lacks a part, which a test would tell.
    let _ = ui.gallery.show(paper, (&ui.root, &ui.host), fetched);
}

/// The record of the experiments has come, or cannot be had.
fn recorded(ui: &Ui, record: Result<JsValue>) {
    match record {
        Ok(text) => ui.gallery.read(&text.as_string().unwrap_or_default()),
        Err(error) => {
            let message = format!("What was recorded of the experiments cannot be had: {}.", describe(&error));
            ui.act(|app| app.problems.push(message));
        }
    }
    ui.gallery.rewrite();
    ui.redraw();
}
