//! Shortcuts. Keys are heard inside the element, and on our own page, whose only subject the lab is, also when nothing has
//! the focus; the space bar only in the bar and in pictures, as it scrolls pages. What has a meaning here ends here: a page around us may
//! turn its slides with the same keys.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::{charts, export, later, listen};
use crate::view::shortcuts;
use crate::web::page::dom::target;
use crate::web::page::ui::Ui;

/// Where a space trains. Elsewhere it scrolls the page.
const TRAINS: &str = ".bar, figure";
/// Where it means something already.
const PRESSED: &str = "button, select, summary, label, a, input:not([type=range])";
/// Where letters are typed, or choose.
const TYPED: &str = "select, textarea, input:not([type=range], [type=checkbox])";
/// Where arrows and other keys choose.
const MOVED: &str = "select, textarea, input";

/// A key without modifiers.
fn plain(event: &Event) -> Option<&KeyboardEvent> {
    let key = event.dyn_ref::<KeyboardEvent>()?;
    let free = !(key.ctrl_key() || key.alt_key() || key.meta_key() || event.default_prevented());
    free.then_some(key)
}

/// A key went down inside the element, at what has the focus.
pub fn pressed(ui: &Ui, event: &Event, element: &Element) {
    let Some(key) = plain(event) else { return };
    let (name, dialog) = (key.key(), within(element, "dialog"));
    let escape = name == "Escape";
    if (escape && (ui.tip.hide() || export::close(ui, true) || listen::hush(ui))) || (!dialog && handled(ui, key, element)) {
        event.prevent_default();
        event.stop_propagation();
    } else if dialog || browser_handles(&name, element) {
        // While a dialog is open, the page behind it waits.
        event.stop_propagation();
    }
}

/// What follows a key that goes down: where a page listens for that, it is as with the key itself.
pub fn followed(_: &Ui, event: &Event) {
    let Some((key, element)) = plain(event).zip(target(event)) else { return };
    if within(&element, "dialog") || browser_handles(&key.key(), &element) {
        event.stop_propagation();
    }
}

/// A key went down elsewhere on our own page.
pub fn pressed_outside(ui: &Ui, event: &Event, element: &Element) {
    let Some(key) = plain(event) else { return };
    let idle = ui.on_screen.get() && element.tag_name() == "BODY";
    if idle && handled(ui, key, element) {
        event.prevent_default();
    }
}

/// A key went down anywhere: the tooltip may hang under the pointer while the focus is elsewhere.
pub fn escaped(ui: &Ui, event: &Event) {
    if plain(event).is_some_and(|key| key.key() == "Escape") && ui.tip.hide() {
        event.prevent_default();
    }
}

/// Whether the control that has the focus takes the key.
fn browser_handles(name: &str, element: &Element) -> bool {
    match name {
        "Tab" | "Escape" => false,
        " " | "Enter" => within(element, PRESSED) || within(element, MOVED),
        // Function keys are the browser's: F5.
        _ if name.len() > 1 && name.starts_with('F') => false,
        _ => within(element, if name.chars().count() == 1 { TYPED } else { MOVED }),
    }
}

fn within(element: &Element, selector: &str) -> bool {
    matches!(element.closest(selector), Ok(Some(_)))
}

/// Does what a key means here; false if it means nothing.
fn handled(ui: &Ui, key: &KeyboardEvent, element: &Element) -> bool {
    let name = key.key();
    if element.get_attribute("data-sweep").as_deref() == Some("diagram") && later::press_sweep(ui, &name) {
        return true;
    }
    if element.has_attribute("data-chart") && charts::pressed(ui, element, &name) {
        return true;
    }
    shortcut(ui, &name, element, key.repeat())
}

/// Presses the button that the key stands for, unless a lesson hides it.
fn shortcut(ui: &Ui, name: &str, element: &Element, again: bool) -> bool {
    let Some(action) = shortcuts::action(name).filter(|_| ui.keys.get()) else {
        return false;
    };
    let taken = match name {
        " " => within(element, PRESSED) || !within(element, TRAINS),
        _ => within(element, TYPED),
    };
    let find = || ui.root.query_selector(&format!("[data-action={action}]")).ok().flatten();
    // It may be beside a setting that nobody has seen yet.
    let button = find().or_else(|| {
        ui.build_settings();
        find()
    });
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
