//! A part of the axis from left to right: by the wheel with the control key, which is also what a pinch on a touchpad is, by two fingers, and
//! by keys. Neither the wheel alone nor one finger does anything but scroll the page.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, MouseEvent, TouchEvent, WheelEvent};

use crate::number::clamp;
use crate::view::chart::Frame;
use crate::view::chart::across::Across;
use crate::view::chart::zoom::{Motion, Window, around, moved};
use crate::web::page::axes;
use crate::web::page::chart::Chart;
use crate::web::page::dom::target;
use crate::web::page::ui::Ui;

/// How much one press of a key zooms.
const KEY: f64 = 0.6;
/// … and one pixel of the wheel, which gives about a hundred with each of its clicks.
const WHEEL: f64 = 0.004;

fn chart<'a>(ui: &'a Ui, element: &Element) -> Option<&'a Chart> {
    ui.charts.iter().find(|chart| **chart.surface.canvas == *element)
}

/// Moves the axis of a chart, and with it that of all charts which share it.
fn shift(ui: &Ui, chart: &Chart, motion: Motion) {
    let Some(Frame { x, whole, across, .. }) = chart.frame() else { return };
    if ui.app.borrow().begun() {
        show(ui, moved(x, whole, across.is_none(), motion));
    }
}

/// The part of the axis that is in view, if it is not all.
fn part(ui: &Ui) -> Option<Window> {
    ui.across.get().map_or(ui.zoom.get(), |across| across.zoom)
}

/// Shows a part of the axis, or all of it. Only steps are shared between labs.
fn show(ui: &Ui, zoom: Option<Window>) {
    match ui.across.get() {
        None => axes::zoom(ui, &ui.app.borrow().config.axis, zoom),
        Some(across) => {
            ui.across.set(Some(Across { zoom, ..across }));
            ui.redraw();
        }
    }
}

/// Shows all of the axis again; false where it did.
pub fn whole(ui: &Ui) -> bool {
    let zoomed = part(ui).is_some();
    if zoomed {
        show(ui, None);
    }
    zoomed
}

/// Moves what is in view so that a step is.
pub fn reveal(ui: &Ui, step: Option<u32>) {
    let Some((window, step)) = part(ui).zip(step) else { return };
    let value = ui.charts[0].frame().and_then(|frame| frame.across_at(&ui.app.borrow().histories, step));
    if let Some(value) = value.filter(|value| value.is_finite()) {
        show(ui, Some(around(window, value)));
    }
}

/// The wheel turned over a chart.
pub fn wheeled(ui: &Ui, event: &Event) {
    let wheel: &WheelEvent = event.unchecked_ref();
    let Some(chart) = target(event).and_then(|element| chart(ui, &element)).filter(|_| wheel.ctrl_key()) else { return };
    event.prevent_default();
    // Lines instead of pixels, in Firefox with a mouse.
    let pixels = wheel.delta_y() * if wheel.delta_mode() == WheelEvent::DOM_DELTA_LINE { 33.0 } else { 1.0 };
    shift(ui, chart, Motion { at: wheel.offset_x().into(), factor: libm::exp(pixels * WHEEL), by: 0.0 });
}

/// Fingers moved on a chart, or have come or gone.
pub fn touched(ui: &Ui, event: &Event) {
    let touches = event.unchecked_ref::<TouchEvent>().touches();
    let fingers = (touches.length() == 2).then(|| touches.get(0).zip(touches.get(1))).flatten();
    let element = target(event);
    let (Some((one, other)), Some(element)) = (fingers, element) else {
        ui.pinch.set(None);
        return;
    };
    event.prevent_default();
    let [one, other] = [one, other].map(|finger| f64::from(finger.client_x()) - element.get_bounding_client_rect().left());
    let (middle, apart) = ((one + other) / 2.0, (one - other).abs().max(20.0));
    if let (Some((before, was)), Some(chart)) = (ui.pinch.replace(Some((middle, apart))), chart(ui, &element)) {
        shift(ui, chart, Motion { at: before, factor: was / apart, by: middle - before });
    }
}

/// Whether a movement of the pointer moves the axis: with the shift key, where a part of it is in view.
pub fn dragged(ui: &Ui, chart: &Chart, pointer: &MouseEvent) -> bool {
    let drags = pointer.shift_key() && pointer.buttons() & 1 == 1 && part(ui).is_some();
    if drags {
        shift(ui, chart, Motion { at: 0.0, factor: 1.0, by: pointer.movement_x().into() });
    }
    drags || ui.pinch.get().is_some()
}

/// A key on a chart that has the focus; false if it does not zoom.
pub fn pressed(ui: &Ui, element: &Element, name: &str) -> bool {
    let factor = match name {
        "+" | "=" => KEY,
        "-" => 1.0 / KEY,
        "Escape" => return whole(ui),
        _ => return false,
    };
    let Some((chart, frame)) = chart(ui, element).and_then(|chart| Some((chart, chart.frame()?))) else { return false };
    // Around the playhead, where it is in view.
    let app = ui.app.borrow();
    let value = ui.shown_step(&app).and_then(|step| frame.across_at(&app.histories, step)).filter(|value| value.is_finite());
    drop(app);
    let at = frame.x.at(value.unwrap_or(frame.x.high));
    shift(ui, chart, Motion { at: clamp(at, frame.x.from, frame.x.to), factor, by: 0.0 });
    true
}
