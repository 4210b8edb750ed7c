//! What is done to the list of runs.

use web_sys::{Element, HtmlInputElement};

use crate::web::page::runs::row;
use crate::web::page::ui::Ui;

/// A name or a check-box has a new value. Returns whether it was one.
pub fn changed(ui: &Ui, input: &HtmlInputElement) -> bool {
    let row = row(input);
    match input.get_attribute("data-action").as_deref() {
        Some("show") => ui.act(|app| app.runs.show(row, input.checked())),
        Some("name") => ui.act(|app| app.runs.rename(row, &input.value(), &app.record)),
        _ => return false,
    }
    true
}

/// A run is to be forgotten.
pub fn forget(ui: &Ui, button: &Element) {
    ui.act(|app| app.runs.forget(row(button)));
}
