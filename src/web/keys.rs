//! Shortcuts. Keys are heard inside the element, and on our own page, whose only subject the lab is, also when nothing has
//! the focus.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::keep;
use super::ui::Ui;
use crate::view::shortcuts;

/// Where a space means something already.
const PRESSED: &str = "button, select, summary, label, a, input:not([type=range])";
/// Where letters are typed, or choose.
const TYPED: &str = "select, textarea, input:not([type=range], [type=checkbox])";

/// A key went down somewhere on the page.
pub fn pressed(ui: &Ui, event: &Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    let Ok(element) = event.composed_path().get(0).dyn_into::<Element>() else { return };
    if key.ctrl_key() || key.alt_key() || key.meta_key() || event.default_prevented() {
        return;
    }
    let inside = ui.root.contains(Some(&element));
    let idle = ui.addressed && ui.on_screen.get() && element.tag_name() == "BODY";
    // The tooltip may hang under the pointer while the focus is anywhere.
    let escape = key.key() == "Escape";
    let done = if escape && (ui.tip.hide() || (inside && keep::close(ui, true))) {
        true
    } else {
        (inside || idle) && !within(&element, "dialog") && handled(ui, key, &element)
    };
    if done {
        event.prevent_default();
    }
}

fn within(element: &Element, selector: &str) -> bool {
    matches!(element.closest(selector), Ok(Some(_)))
}

/// Does what a key means here; false if it means nothing.
fn handled(ui: &Ui, key: &KeyboardEvent, element: &Element) -> bool {
    let name = key.key();
    if element.has_attribute("data-chart") {
        match name.as_str() {
            "ArrowRight" => ui.move_hover(1),
            "ArrowLeft" => ui.move_hover(-1),
            "Escape" => ui.set_hover(None),
            _ => return shortcut(ui, &name, element, key.repeat()),
        }
        return true;
    }
    shortcut(ui, &name, element, key.repeat())
}

/// Presses the button that the key stands for, unless a lesson hides it.
fn shortcut(ui: &Ui, name: &str, element: &Element, again: bool) -> bool {
    let Some(action) = shortcuts::action(name).filter(|_| ui.keys.get()) else {
        return false;
    };
    let taken = within(element, if name == " " { PRESSED } else { TYPED });
    let button = ui.root.query_selector(&format!("[data-action={action}]")).ok().flatten();
    let button = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()).filter(|button| !within(button, "[hidden]"));
    match button {
        Some(button) if !taken => {
            // A key held down trains on, but does not start and pause in turns.
            if !again || action == "step" {
                button.click();
            }
            true
        }
        _ => false,
    }
}
