//! Clicks, changes and pointers: attributes of the template say what is meant.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlInputElement, HtmlSelectElement};

use super::{arrangement, experiment, files, inspect, later, listen, zoom};
use crate::config::MAX_STEPS;
use crate::view::chart::across;
use crate::view::choice::Action;
use crate::view::fields;
use crate::view::inside::CircleSeen;
use crate::web::page::dom::is_top;
use crate::web::page::ui::Ui;
use crate::web::page::{address, controls};

/// The value of an attribute of an element or of one around it.
fn around(element: &Element, name: &str) -> Option<(Element, String)> {
    let element = element.closest(&format!("[{name}]")).ok()??;
    let value = element.get_attribute(name)?;
    Some((element, value))
}

/// A click, anywhere inside the element.
pub fn clicked(ui: &Ui, event: &Event, element: &Element) {
    ui.tip.clicked(element);
    if element.tag_name() == "SUMMARY" {
        // A table that opens is written in the next frame.
        ui.redraw();
    }
    if let Some((_, direction)) = around(element, "data-prime") {
        let p = ui.app.borrow().config.p;
        if let Some(prime) = fields::next_prime(p, direction == "up") {
            ui.act(|app| app.wish([("p", prime.to_string().as_str())]));
        }
        return;
    }
    if inspect::clicked(ui, element) {
        return;
    }
    if around(element, "data-sweep").is_some_and(|(_, part)| part == "diagram") {
        return later::point_sweep(ui, event);
    }
    let Some((element, action)) = around(element, "data-action") else {
        return;
    };
    match action.as_str() {
        "toggle" => {
            ui.act(|app| app.toggle());
            ui.follow();
        }
        // Nobody waits for it.
        "step" => ui.act(|app| app.step(0, 1)),
        "reset" => ui.act(|app| app.reset()),
        "help" => ui.later(later::help),
        "dismiss" => ui.act(|app| app.dismiss()),
        "seed" => {
            // The next seed that no parallel run has used: unlike a drawn one it is easy to say and to come back to.
            let seed = {
                let app = ui.app.borrow();
                app.config.seed.wrapping_add(app.config.seeds)
            };
            ui.act(|app| app.wish([("seed", seed.to_string().as_str())]));
        }
        "experiment" => experiment::choose(ui, &element),
        "leave" => experiment::leave(ui),
        "fork" => ui.act(|app| app.fork()),
        "formed" => ui.act(|app| app.inside.circle = CircleSeen::Known),
        "allon" => ui.act(|app| app.choose(Action::AllOn)),
        "settings" => arrangement::toggle_settings(ui),
        "curve" => arrangement::choose_curve(ui, &element),
        "whole" => _ = zoom::whole(ui),
        "listen" if listen::hush(ui) => {}
        "listen" => ui.later(later::listen),
        "scale" => arrangement::toggle_scale(ui, &element),
        "tour" => ui.later(move |ui| later::tour(ui, &element)),
        "share" | "copy" => ui.later(move |ui| later::share(ui, &action, &element)),
        sweep if sweep.starts_with("sweep-") => ui.later(move |ui| later::sweep(ui, &action)),
        runs if runs.starts_with("runs-") => ui.later(move |ui| later::runs(ui, &action, &element)),
        // The browser shows its dialog only for a click.
        "open" => files::ask(ui),
        _ => ui.later(move |ui| later::export(ui, &action, &element)),
    }
}

/// While a control moves.
pub fn moved(ui: &Ui, _: &Event, element: &Element) {
    let Some(input) = element.dyn_ref::<HtmlInputElement>() else { return };
    if input.get_attribute("data-runs").as_deref() == Some("find") {
        let input = input.clone();
        ui.later(move |ui| later::change_runs(ui, &input));
    } else if input.has_attribute("data-inside") {
        change_inside(ui, input, &input.value());
    } else if let Some(name) = input.get_attribute("data-slider") {
        // It counts when it is let go: every value that counts is a change in the middle of a run, and is written down.
        if let Some(value) = ui.controls.slider_value(&name, &input.value()) {
            ui.controls.preview(&name, &value);
        }
    } else if input.get_attribute("data-key").as_deref() == Some("train") {
        // A new run starts when it is let go; until then only the numbers follow.
        ui.controls.preview_train(&ui.app.borrow().config, input.value_as_number());
    }
}

/// When a control has got its value.
pub fn changed(ui: &Ui, _: &Event, element: &Element) {
    let input = element.dyn_ref::<HtmlInputElement>();
    if let (Some("file"), Some(input)) = (element.get_attribute("data-action").as_deref(), input) {
        return files::picked(ui, input);
    }
    let chosen = match element.get_attribute("data-action").as_deref() {
        Some("log") => Some(&ui.log),
        Some("smooth") => Some(&ui.smooth),
        _ => None,
    };
    if let Some(chosen) = chosen {
        chosen.set(input.is_some_and(HtmlInputElement::checked));
        return ui.redraw();
    }
    if let (Some("across"), Some(menu)) =
        (element.get_attribute("data-action").as_deref(), element.dyn_ref::<HtmlSelectElement>())
    {
        if let Some(across) = across::named(&menu.value()) {
            arrangement::choose_across(ui, across);
        }
        return;
    }
    if let (Some("guess"), Some(input)) = (element.get_attribute("data-action").as_deref(), input) {
        let guess = input.value().parse().ok().filter(|step| (1..=MAX_STEPS).contains(step));
        ui.act(|app| app.guess = guess);
        return;
    }
    if element.get_attribute("data-action").as_deref() == Some("keys") {
        ui.keys.set(input.is_some_and(HtmlInputElement::checked));
        return;
    }
    if element.has_attribute("data-sweep") {
        let element = element.clone();
        return ui.later(move |ui| later::change_sweep(ui, &element));
    }
    if element.has_attribute("data-runs") {
        let element = element.clone();
        return ui.later(move |ui| later::change_runs(ui, &element));
    }
    if element.has_attribute("data-hide") || element.has_attribute("data-share") {
        let element = element.clone();
        return ui.later(move |ui| later::share(ui, "", &element));
    }
    if let (Some(name), Some(input)) = (element.get_attribute("data-slider"), input) {
        if let Some(value) = ui.controls.slider_value(&name, &input.value()) {
            ui.act(|app| app.wish([(name.as_str(), value.as_str())]));
        }
        return;
    }
    let value = match (input, element.dyn_ref::<HtmlSelectElement>()) {
        (Some(input), _) if input.type_() == "checkbox" => input.checked().to_string(),
        (Some(input), _) => input.value(),
        (None, Some(menu)) if menu.value() == controls::FORMULA => {
            controls::ask(menu, &ui.app.borrow().config.task);
            return;
        }
        (None, Some(menu)) => menu.value(),
        (None, None) => return,
    };
    if change_inside(ui, element, &value) {
        return;
    }
    if let Some(name) = element.get_attribute("data-key") {
        let refused = ui.act(|app| app.wish([(name.as_str(), value.as_str())]));
        if let Some(formula) = input.filter(|_| refused) {
            controls::mend(formula);
        }
    }
}

/// The address changed: the visitor followed a link on the page, edited it, or went back or forward.
pub fn navigated(ui: &Ui) {
    let (mut config, problems) = address::read(&ui.host, true);
    let old = ui.app.borrow().shown();
    // A link with `autoplay` asks for the run it describes, now and from its beginning. The address then names the run only.
    let play = core::mem::replace(&mut config.autoplay, old.autoplay);
    if play {
        address::write(&config);
        ui.act(|app| app.play(config, &problems));
    } else if config != old && address::was_shown() {
        ui.act(|app| app.show(config, &problems));
    } else if config != old || !problems.is_empty() {
        ui.act(|app| app.configure(config, &problems));
    }
    // A page that shows us in a frame decides itself what its visitor looks at.
    if is_top() {
        let _ = ui.reveal();
    }
}

/// A control of the look inside has a new value. Returns whether it is one.
fn change_inside(ui: &Ui, element: &Element, value: &str) -> bool {
    ui.later.is_here() && later::change_inside(ui, element, value)
}
