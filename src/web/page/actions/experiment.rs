//! The gallery's buttons: to an experiment, and back.

use web_sys::{Element, HtmlElement};

use crate::config::Config;
use crate::settings::key;
use crate::web::page::dom::{all, find};
use crate::web::page::ui::Ui;

/// A set-up was chosen: loads it and shows it from the start.
pub fn choose(ui: &Ui, button: &Element) {
    let id = button.get_attribute("data-id").unwrap_or_default();
    ui.act(|app| app.wish([("experiment", id.as_str())]));
    if all(&ui.root, "[data-panel=gallery][open]").iter().any(|gallery| gallery.contains(Some(button))) {
        let _ = find::<HtmlElement>(&ui.root, "[data-panel=paper]").map(|panel| panel.scroll_into_view());
    }
}

/// Back to the standard set-up.
pub fn leave(ui: &Ui) {
    ui.act(|app| match key("experiment").and_then(|key| app.config.permit(key, "").1) {
        Some(problem) => app.problems = vec![problem.to_string()],
        None => app.configure(Config::standard().on_page_of(&app.config), &[]),
    });
}
