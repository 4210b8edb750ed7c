//! What of the lab is in view: all settings or only those in the bar, and which of the two curves.

use web_sys::{Element, HtmlElement};

use crate::web::page::dom::{find, set_attribute};
use crate::web::page::ui::Ui;

/// Shows all settings, or hides them again.
pub fn toggle_settings(ui: &Ui) {
    let (Ok(lab), Ok(button)) = (find::<Element>(&ui.root, ".lab"), find::<Element>(&ui.root, "[data-action=settings]")) else {
        return;
    };
    let open = lab.class_list().toggle("open").unwrap_or(false);
    set_attribute(&button, "aria-expanded", if open { "true" } else { "false" });
    if let (true, Ok(settings)) = (open, find::<Element>(&ui.root, ".settings")) {
        settings.scroll_into_view();
    }
}

/// Shows all settings, where they are not shown.
pub fn open_settings(ui: &Ui) {
    if find::<Element>(&ui.root, ".lab").is_ok_and(|lab| !lab.class_list().contains("open")) {
        toggle_settings(ui);
    }
}

/// Shows the accuracy or the loss.
pub fn show_curve(ui: &Ui, curve: &str) {
    if let Ok(lab) = find::<Element>(&ui.root, ".lab") {
        set_attribute(&lab, "data-curve", curve);
    }
    // The button that was pressed is gone; its counterpart is where the visitor was.
    if let Ok(other) = find::<HtmlElement>(&ui.root, &format!("[data-panel={curve}] figcaption .link")) {
        let _ = other.focus();
    }
}
