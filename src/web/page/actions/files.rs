//! How files come in: from the browser's dialog, or dropped on the element.

use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Event, HtmlInputElement};

use super::{export, later};
use crate::web::page::dom::find;
use crate::web::page::ui::Ui;

/// Shows the browser's dialog.
pub fn ask(ui: &Ui) {
    if let Ok(input) = find::<HtmlInputElement>(&ui.root, "[data-action=file]") {
        input.click();
    }
    export::close(ui, true);
}

/// Files were chosen in the browser's dialog.
pub fn picked(ui: &Ui, input: &HtmlInputElement) {
    if let Some(files) = input.files() {
        ui.later(move |ui| later::open_files(ui, &files));
    }
    // The same file can be chosen again.
    input.set_value("");
}

/// Something is dragged over the element: files may be dropped.
pub fn dragged(_: &Ui, event: &Event) {
    let transfer = event.unchecked_ref::<DragEvent>().data_transfer();
    if transfer.is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0)) {
        event.prevent_default();
    }
}

/// Files were dropped on the element.
pub fn dropped(ui: &Ui, event: &Event) {
    let files = event.unchecked_ref::<DragEvent>().data_transfer().and_then(|transfer| transfer.files());
    if let Some(files) = files.filter(|files| files.length() > 0) {
        event.prevent_default();
        ui.later(move |ui| later::open_files(ui, &files));
    }
}
