//! What is done to the panel that looks inside.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

use crate::tr;
use crate::view::choice::Action;
use crate::web::page::ui::Ui;

/// A click on a tab or a button. Returns whether it was one.
pub fn clicked(ui: &Ui, element: &Element) -> bool {
    let Some(act) = ui.inspect_panel.clicked(element) else { return false };
    ui.act(|app| app.choose(act));
    true
}

/// A menu, a number or the slider of steps has a new value. Returns whether it was one.
pub fn changed(ui: &Ui, element: &Element, value: &str) -> bool {
    let change = ui.inspect_panel.changed(&ui.app.borrow(), element, value);
    match change {
        Some(Ok(act)) => ui.act(|app| app.choose(act)),
        Some(Err(why)) => ui.act(|app| app.problems = vec![why]),
        None => return false,
    }
    true
}

/// The pointer is over the drawing, or no longer; `press` for a click. What a finger has touched stays until something else is.
pub fn pointed(ui: &Ui, event: &Event, there: bool, press: bool) {
    let pointer: Option<&PointerEvent> = event.dyn_ref();
    if !there && pointer.is_some_and(|pointer| pointer.pointer_type() == "touch") {
        return;
    }
    let at = pointer.filter(|_| there).map(|pointer| (f64::from(pointer.offset_x()), f64::from(pointer.offset_y())));
    let act = ui.inspect_panel.pointed(&ui.app.borrow(), ui.step_axis(), at);
    let Some(act) = act.filter(|_| press) else { return };
    ui.act(|app| app.choose(act));
    if matches!(act, Action::Pair(_)) && pointer.is_some_and(|pointer| pointer.pointer_type() == "mouse") {
        // Whoever has a mouse has a keyboard at hand: the result can be typed at once, into the control as it is now.
        ui.draw();
        ui.inspect_panel.focus_number(tr!("Result"));
    }
}
