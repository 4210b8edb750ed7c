//! The tour's buttons: to another stop, or out of it.

use web_sys::{Element, HtmlElement};

use super::arrangement;
use crate::config::Tour;
use crate::settings::key;
use crate::web::page::dom::find;
use crate::web::page::ui::Ui;

/// A button was pressed: one of the stops, or back (−1), next (1) or the end (0).
pub fn go(ui: &Ui, button: &Element) {
    let by = button.get_attribute("data-to").and_then(|by| by.parse().ok());
    let place = match (button.get_attribute("data-stop"), by) {
        (Some(stop), _) => {
            let mut config = ui.app.borrow().config.clone();
            // The stops are values of the key.
            let _ = key("tour").map(|key| (key.set)(&mut config, &stop));
            config.tour
        }
        (None, Some(by)) if by != 0 => ui.app.borrow().stop_beside(by),
        _ => Tour::Off,
    };
    ui.act(|app| app.visit(place));
    if place == Tour::Off {
        // The button is gone.
        let _ = find::<HtmlElement>(&ui.root, "[data-action=toggle]").map(|start| start.focus());
        return;
    }
    if place == Tour::Own {
        arrangement::open_settings(ui);
    }
    // Only what is drawn has a place.
    ui.draw();
    let _ = ui.tour.reveal();
}
