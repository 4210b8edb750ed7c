//! What is listened to, and offered, once what a run needs is there: until then nothing is drawn that could be pointed at, no word
//! is explained, and there is no run to take away.

use web_sys::Event;

use super::{charts, density, export, files, keys, later, listen, stage, surroundings};
use crate::web::page::dom::{Listener, Result, describe, document, screen, window};
use crate::web::page::ui::Ui;

/// Begins with all of it.
pub fn attend(ui: &Ui) {
    export::offer(ui);
    listen::offer(ui);
    let listeners = surroundings::offer_replay(ui).and_then(|()| listeners(ui));
    match listeners {
        Ok(listeners) => ui.held.borrow_mut().0.extend(listeners),
        Err(error) => ui.act(|app| app.problems.push(describe(&error))),
    }
}

fn listeners(ui: &Ui) -> Result<Vec<Listener>> {
    let handle = |handler: fn(&Ui, &Event)| {
        let me = ui.me();
        move |event: Event| {
            if let Some(ui) = me.upgrade() {
                ui.heard();
                handler(&ui, &event);
            }
        }
    };
    let (window, document) = (window()?, document()?);
    let mut listeners = vec![
        Listener::new(&ui.root, "keypress", handle(keys::followed))?,
        Listener::new(&ui.root, "keyup", handle(keys::followed))?,
        Listener::new(&document, "keydown", handle(keys::escaped))?,
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
        Listener::new(&window, "beforeprint", handle(|ui, _| density::print(ui, true)))?,
        Listener::new(&window, "afterprint", handle(|ui, _| density::print(ui, false)))?,
        Listener::new(&ui.host, "dragover", handle(files::dragged))?,
        Listener::new(&ui.host, "drop", handle(files::dropped))?,
    ];
    for chart in &ui.charts {
        listeners.push(Listener::new(&chart.surface.canvas, "pointerleave", handle(|ui, _| ui.set_hover(None)))?);
        for kind in ["pointermove", "pointerdown", "wheel", "dblclick", "touchstart", "touchmove", "touchend", "touchcancel"] {
            listeners.push(Listener::new(&chart.surface.canvas, kind, handle(charts::pointed))?);
        }
    }
    for picture in ui.stage.canvases() {
        listeners.push(Listener::new(picture, "pointermove", handle(|ui, event| stage::pointed(ui, event, true, false)))?);
        listeners.push(Listener::new(picture, "click", handle(|ui, event| stage::pointed(ui, event, true, true)))?);
        listeners.push(Listener::new(picture, "pointerleave", handle(|ui, event| stage::pointed(ui, event, false, false)))?);
    }
    let view = &ui.inspect_panel.surface.canvas;
    listeners.push(Listener::new(view, "pointermove", handle(|ui, event| point_inside(ui, event, true, false)))?);
    listeners.push(Listener::new(view, "click", handle(|ui, event| point_inside(ui, event, true, true)))?);
    listeners.push(Listener::new(view, "pointerleave", handle(|ui, event| point_inside(ui, event, false, false)))?);
    // The names of the visitor's colours stay what they are when the colours change.
    if let Some(forced) = window.match_media("(forced-colors: active)")? {
        listeners.push(Listener::new(&forced, "change", handle(|ui, _| density::sharpen(ui, screen())))?);
    }
    Ok(listeners)
}

/// The pointer is over the look inside, of which nothing is drawn before it is loaded.
fn point_inside(ui: &Ui, event: &Event, there: bool, press: bool) {
    if ui.later.is_here() {
        later::point_inside(ui, event, there, press);
    }
}
