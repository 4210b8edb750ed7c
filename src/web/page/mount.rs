//! How an element comes to life: its parts, and who is told of what happens to them.

use std::rc::Rc;

use js_sys::{Array, Function};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, ShadowRoot};

use super::actions::{later, soon, surroundings};
use super::dom::{Listener, Result, document, find, window};
use super::ui::Ui;
use super::watch::Watch;
use super::{axes, local_storage};

/// Fills the shadow root, and reads attributes and address. The worker starts when the element is first seen.
pub fn mount(
    host: HtmlElement,
    root: ShadowRoot,
    launch: Function,
    fetched: [Function; 2],
    no_gpu: Option<String>,
    language: String,
) -> Result<Rc<Ui>> {
    let ui = Ui::new(host, root, launch, fetched, no_gpu, language)?;
    let _ = ui.start_sweep.set(later::start_runs);
    ui.attend.set(Some(soon::attend));
    let listeners = listen(&ui)?;
    let watches = watch(&ui)?;
    *ui.held.borrow_mut() = (listeners, watches);
    axes::join(ui.me());
    if ui.addressed {
        ui.app.borrow_mut().tuning_cache = local_storage::read();
    }
    ui.apply_hide();
    ui.act(|_| {});
    surroundings::measure(&ui);
    // The first look is complete before the browser paints it.
    ui.draw();
    Ok(ui)
}

/// Starts listening to what is heard from the start: one listener per kind on the shadow root. What people do is done with the part
/// that a run needs, at once or when that is there; what only answers to them is [listened to](soon::attend) from then on.
fn listen(ui: &Ui) -> Result<Vec<Listener>> {
    let handle = |handler: fn(&Ui)| {
        let me = ui.me();
        move |_: Event| {
            if let Some(ui) = me.upgrade() {
                ui.heard();
                handler(&ui);
            }
        }
    };
    // By then, the event no longer knows its element.
    let deed = |handler: fn(&Ui, &Event, &Element)| {
        let me = ui.me();
        move |event: Event| {
            let (Some(ui), Ok(element)) = (me.upgrade(), event.composed_path().get(0).dyn_into()) else { return };
            ui.heard();
            ui.soon(move |ui| handler(ui, &event, &element));
        }
    };
    let (window, document) = (window()?, document()?);
    let mut listeners = vec![
        Listener::new(&ui.root, "click", deed(soon::click))?,
        Listener::new(&ui.root, "input", deed(soon::move_control))?,
        Listener::new(&ui.root, "change", deed(soon::change))?,
        Listener::new(&ui.root, "keydown", deed(soon::press))?,
        Listener::new(&document, "visibilitychange", handle(Ui::update_visible))?,
    ];
    if ui.addressed {
        listeners.push(Listener::new(&document, "keydown", deed(soon::press_outside))?);
        listeners.push(Listener::new(&window, "hashchange", handle(|ui| ui.soon(soon::navigate)))?);
    }
    let drawer: Element = find(&ui.root, "[data-panel=drawer]")?;
    listeners.push(Listener::new(&drawer, "toggle", handle(|ui| ui.later(later::fill_drawer)))?);
    if let Some(scheme) = window.match_media("(prefers-color-scheme: dark)")? {
        listeners.push(Listener::new(&scheme, "change", handle(Ui::redraw))?);
    }
    Ok(listeners)
}

/// Starts watching. The shell follows the element's attributes.
fn watch(ui: &Ui) -> Result<Vec<Watch>> {
    let handle = |handler: fn(&Ui, Array)| {
        let me = ui.me();
        move |entries: Array| {
            if let Some(ui) = me.upgrade() {
                ui.speak();
                handler(&ui, entries);
            }
        }
    };
    let view = &ui.inspect_panel.surface.canvas;
    let canvases = ui.charts.iter().map(|chart| &chart.surface.canvas).chain([view]).chain(ui.stage.canvases());
    let seen: Vec<&Element> =
        [&ui.host as &Element, view].into_iter().chain(ui.stage.canvases().map(|canvas| canvas as &Element)).collect();
    Ok(vec![
        Watch::sizes(canvases, handle(surroundings::resized))?,
        Watch::visibility(&seen, handle(surroundings::seen))?,
        // Colours hang on attributes: of the element, of the one around everything, or of one on the way.
        Watch::attributes(&ui.host, handle(|ui, _| ui.redraw()))?,
    ])
}
