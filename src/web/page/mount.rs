//! How an element comes to life: its parts, and who is told of what happens to them.

use std::rc::Rc;

use js_sys::{Array, Function};
use web_sys::{Element, Event, HtmlElement, ShadowRoot};

use super::actions::{density, export, files, input, keys, later, listen, surroundings};
use super::dom::{Listener, Result, document, find, screen, window};
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
    let listeners = listen(&ui)?;
    let watches = watch(&ui)?;
    *ui.held.borrow_mut() = (listeners, watches);
    export::offer(&ui);
    listen::offer(&ui);
    axes::join(ui.me());
    surroundings::offer_replay(&ui)?;
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

/// Starts listening: one listener per kind on the shadow root.
fn listen(ui: &Ui) -> Result<Vec<Listener>> {
    let handle = |handler: fn(&Ui, &Event)| {
        let me = ui.me();
        move |event: Event| {
            if let Some(ui) = me.upgrade() {
                ui.speak();
                if ui.replay.touch() {
                    ui.redraw();
                }
                handler(&ui, &event);
            }
        }
    };
    let (window, document) = (window()?, document()?);
    let mut listeners = vec![
        Listener::new(&ui.root, "click", handle(input::clicked))?,
        Listener::new(&ui.root, "input", handle(input::moved))?,
        Listener::new(&ui.root, "change", handle(input::changed))?,
        Listener::new(&ui.root, "keydown", handle(keys::pressed))?,
        Listener::new(&ui.root, "keypress", handle(keys::followed))?,
        Listener::new(&ui.root, "keyup", handle(keys::followed))?,
        Listener::new(&document, "keydown", handle(keys::pressed_outside))?,
        Listener::new(&document, "pointerdown", handle(|ui, event| ui.tip.pressed(event)))?,
        Listener::new(&ui.root, "pointerover", handle(|ui, event| ui.tip.hovered(&ui.root, event)))?,
        Listener::new(&ui.root, "focusin", handle(|ui, event| ui.tip.focused(event)))?,
        Listener::new(
            &ui.root,
            "focusout",
            handle(|ui, event| {
                ui.tip.hide();
                export::left(ui, event);
            }),
        )?,
        Listener::new(&ui.host, "pointerleave", handle(|ui, _| ui.tip.left(&ui.root)))?,
        Listener::new(&window, "scroll", handle(|ui, _| _ = ui.tip.hide()))?,
        Listener::new(&window, "beforeprint", handle(|ui, _| density::sharpen(ui, density::PRINTED)))?,
        Listener::new(&window, "afterprint", handle(|ui, _| density::sharpen(ui, screen())))?,
        Listener::new(&ui.host, "dragover", handle(files::dragged))?,
        Listener::new(&ui.host, "drop", handle(files::dropped))?,
        Listener::new(&document, "visibilitychange", handle(|ui, _| ui.update_visible()))?,
    ];
    for chart in &ui.charts {
        listeners.push(Listener::new(&chart.surface.canvas, "pointerleave", handle(|ui, _| ui.set_hover(None)))?);
        for kind in ["pointermove", "pointerdown", "wheel", "dblclick", "touchstart", "touchmove", "touchend", "touchcancel"] {
            listeners.push(Listener::new(&chart.surface.canvas, kind, handle(chart_pointed))?);
        }
    }
    for picture in ui.stage.canvases() {
        listeners.push(Listener::new(picture, "pointermove", handle(|ui, event| stage_pointed(ui, event, true, false)))?);
        listeners.push(Listener::new(picture, "click", handle(|ui, event| stage_pointed(ui, event, true, true)))?);
        listeners.push(Listener::new(picture, "pointerleave", handle(|ui, event| stage_pointed(ui, event, false, false)))?);
    }
    let view = &ui.inspect_panel.surface.canvas;
    listeners.push(Listener::new(view, "pointermove", handle(|ui, event| pointed(ui, event, true, false)))?);
    listeners.push(Listener::new(view, "click", handle(|ui, event| pointed(ui, event, true, true)))?);
    listeners.push(Listener::new(view, "pointerleave", handle(|ui, event| pointed(ui, event, false, false)))?);
    let drawer: Element = find(&ui.root, "[data-panel=drawer]")?;
    listeners.push(Listener::new(&drawer, "toggle", handle(|ui, _| ui.later(later::fill_drawer)))?);
    if ui.addressed {
        listeners.push(Listener::new(&window, "hashchange", handle(input::navigated))?);
    }
    if let Some(scheme) = window.match_media("(prefers-color-scheme: dark)")? {
        listeners.push(Listener::new(&scheme, "change", handle(|ui, _| ui.redraw()))?);
    }
    // The names of the visitor's colours stay what they are when the colours change.
    if let Some(forced) = window.match_media("(forced-colors: active)")? {
        listeners.push(Listener::new(&forced, "change", handle(|ui, _| density::sharpen(ui, screen())))?);
    }
    Ok(listeners)
}

/// The pointer is over the look inside, of which nothing is drawn before it is loaded.
fn pointed(ui: &Ui, event: &Event, there: bool, press: bool) {
    if ui.later.is_here() {
        later::point_inside(ui, event, there, press);
    }
}

/// The same for a chart.
fn chart_pointed(ui: &Ui, event: &Event) {
    if ui.run.is_here() {
        later::point_chart(ui, event);
    }
}

/// The same for a picture of the stage.
fn stage_pointed(ui: &Ui, event: &Event, there: bool, press: bool) {
    if ui.run.is_here() {
        later::point_stage(ui, event, there, press);
    }
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
