//! Pointers and keys on a chart: the playhead, the visitor's guess, and the part of the axis that is in view.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, PointerEvent};

use super::zoom;
use crate::view::choice::Action;
use crate::web::page::chart::nearest;
use crate::web::page::dom::{find, target};
use crate::web::page::ui::Ui;

/// What the pointer, the wheel or fingers do on a chart.
pub fn pointed(ui: &Ui, event: &Event) {
    match event.type_().as_str() {
        "wheel" => zoom::wheeled(ui, event),
        "dblclick" => _ = zoom::whole(ui),
        touch if touch.starts_with("touch") => zoom::touched(ui, event),
        _ => hovered(ui, event),
    }
}

/// The pointer is over a chart: everything shows that step. Pressed there, it stays, and follows while it is dragged; at the
/// end of the curve it is live again. Before the first step, it places the visitor's guess.
fn hovered(ui: &Ui, event: &Event) {
    let (Some(element), Some(pointer)) = (target(event), event.dyn_ref::<PointerEvent>()) else {
        return;
    };
    let Some(chart) = ui.charts.iter().find(|c| **c.surface.canvas == element) else {
        return;
    };
    if zoom::dragged(ui, chart, pointer) {
        return;
    }
    let pressed = pointer.buttons() & 1 == 1;
    let app = ui.app.borrow();
    let step = chart.step_at(&app.histories, (pointer.offset_x().into(), pointer.offset_y().into()));
    let history = app.histories.first();
    let found = step.zip(history).and_then(|(s, h)| nearest(h, s).map(|i| h.points[i].step));
    let last = history.and_then(|history| history.points.last()).map(|point| point.step);
    let (begun, asks) = (app.begun(), app.asks_guess());
    drop(app);
    if !begun {
        let offered = find::<Element>(&ui.root, "[data-panel=guess]").is_ok_and(|guess| !guess.has_attribute("hidden"));
        if pressed && asks && offered && step.is_some() {
            ui.act(|app| app.guess = step);
        }
        return;
    }
    ui.set_hover(found);
    if pressed {
        let step = found.filter(|step| Some(*step) != last);
        ui.act(|app| app.choose(Action::At(step)));
    }
}

/// A key on a chart that has the focus; false if it means nothing there.
pub fn pressed(ui: &Ui, element: &Element, name: &str) -> bool {
    if zoom::pressed(ui, element, name) {
        return true;
    }
    match name {
        "ArrowRight" | "ArrowUp" => ui.move_playhead(1),
        "ArrowLeft" | "ArrowDown" => ui.move_playhead(-1),
        "PageUp" => ui.move_playhead(10),
        "PageDown" => ui.move_playhead(-10),
        "Home" => ui.move_playhead(isize::MIN),
        "End" | "Escape" => ui.pin(None),
        _ => return false,
    }
    zoom::reveal(ui, ui.shown_step(&ui.app.borrow()));
    true
}
