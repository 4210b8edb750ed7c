//! What is done to the pictures of the stage.

use wasm_bindgen::JsCast;
use web_sys::{Event, PointerEvent};

use crate::web::page::dom::target;
use crate::web::page::ui::Ui;

/// The pointer is over a picture, or no longer; `press` for a click. What a finger has touched stays until something else is.
pub fn pointed(ui: &Ui, event: &Event, there: bool, press: bool) {
    let (Some(element), Some(pointer)) = (target(event), event.dyn_ref::<PointerEvent>()) else { return };
    if !there && pointer.pointer_type() == "touch" {
        return;
    }
    let at = (f64::from(pointer.offset_x()), f64::from(pointer.offset_y()));
    let at = ui.stage.index(&element).filter(|_| there).map(|picture| (picture, at));
    let act = ui.stage.pointed(&ui.app.borrow(), at);
    if let Some(act) = act.filter(|_| press) {
        ui.act(|app| app.choose(act));
    }
}
