//! What is done with a table of runs: begun, looked at, opened, saved.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlSelectElement, MouseEvent};

use super::row_workers::{employ, feed_all, follow, pause};
use super::runs::train_alone;
use crate::config::Backend;
use crate::exec::Engine;
use crate::view::sweep::diagram;
use crate::view::sweep::law::Law;
use crate::view::sweep::{SweepPicture, SweepTable};
use crate::web::page::sweep_fields::SweepFields;
use crate::web::page::ui::Ui;

/// The diagram was clicked.
pub fn pointed(ui: &Ui, event: &Event) {
    if let Some(pointer) = event.dyn_ref::<MouseEvent>() {
        let at = (f64::from(pointer.offset_x()), f64::from(pointer.offset_y()));
        let picture = ui.sweep.picture.get();
        choose(ui, |table, area, _| match SweepPicture::of(picture, &table.config) {
            SweepPicture::Cells(_) => diagram::cell_at(table, area, at),
            SweepPicture::Law => Law::of(table).cell_at(area, at),
            SweepPicture::Map => None,
        });
    }
}

/// A key was pressed on the diagram; false if it means nothing there.
pub fn pressed(ui: &Ui, key: &str) -> bool {
    let (right, up) = match key {
        "ArrowLeft" => (-1, 0),
        "ArrowRight" => (1, 0),
        "ArrowUp" => (0, 1),
        "ArrowDown" => (0, -1),
        "Enter" => {
            open_run(ui);
            return true;
        }
        _ => return false,
    };
    choose(ui, |table, _, chosen| Some(chosen.map_or(0, |cell| diagram::beside(table, cell, right, up))));
    true
}

/// Chooses a cell.
fn choose(ui: &Ui, which: impl FnOnce(&SweepTable, crate::view::draw::Area, Option<usize>) -> Option<usize>) {
    ui.speak();
    let table = ui.sweep.table.borrow();
    let (Some(table), Some(area)) = (table.as_ref(), ui.sweep.area()) else { return };
    if let Some(cell) = which(table, area, ui.sweep.chosen.get()) {
        ui.sweep.chosen.set(Some(cell));
        ui.redraw();
    }
}

/// A button of the panel was pressed.
pub fn act(ui: &Ui, action: &str) {
    match action {
        "sweep-run" => toggle(ui),
        "sweep-open" => open_run(ui),
        "sweep-rows" => ui.runs.reveal(),
        "sweep-stop" => {
            if let (Some(cell), Some(table)) = (ui.sweep.chosen.get(), ui.sweep.table.borrow_mut().as_mut()) {
                table.stop_cell(cell);
            }
            // Who trained it is free for others.
            feed_all(ui);
            follow(ui);
        }
        _ => {}
    }
}

/// A field of the panel has a new value.
pub fn changed(ui: &Ui, element: &Element) {
    match element.get_attribute("data-sweep").as_deref() {
        Some("picture") => {
            let id = element.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value);
            ui.sweep.picture.set(id.and_then(|id| SweepPicture::named(&id)));
            return ui.redraw();
        }
        Some("key") => {
            if let Some(fields) = ui.sweep.fields() {
                fields.propose(element, &ui.app.borrow().config);
            }
        }
        _ => {}
    }
    wish(ui);
}

/// What the fields say becomes the settings. Returns whether all of it could.
fn wish(ui: &Ui) -> bool {
    let Some(wish) = ui.sweep.fields().map(SweepFields::wish) else { return false };
    let pairs = wish.each_ref().map(|(name, value)| (*name, value.as_str()));
    let before = ui.app.borrow().config.seeds.to_string();
    // The same number of seeds is no change, and a change would begin the run anew.
    let pairs = pairs.into_iter().filter(|(name, value)| *name != "seeds" || *value != before);
    !ui.act(|app| app.wish(pairs))
}

/// Begins, goes on with, or pauses the table.
fn toggle(ui: &Ui) {
    let running = ui.sweep.table.borrow().as_ref().is_some_and(|table| table.running);
    if running { pause(ui) } else { start(ui) }
}

/// Rows train until they are paused.
pub fn start(ui: &Ui) {
    if ui.app.borrow().config.sweep.0.is_empty() && !wish(ui) {
        return;
    }
    // One machine trains: what the lab shows waits.
    ui.act(|app| app.pause());
    let config = ui.app.borrow().config.clone();
    let fresh = ui.sweep.table.borrow().as_ref().is_none_or(|table| table.over() || !table.asks_like(&config));
    if fresh {
        ui.sweep.workers.take();
        ui.sweep.lay(SweepTable::new(&config));
    }
    let engine = match (config.backend, ui.app.borrow().trainer.as_ref().map(|trainer| trainer.engine)) {
        (Backend::Cpu, _) | (_, Some(Engine::Cpu)) => Engine::Cpu,
        _ => Engine::Gpu,
    };
    ui.sweep.engine.set(engine);
    employ(ui);
}

/// The lab shows the first run of the chosen cell from its beginning, with everything that can be looked at.
fn open_run(ui: &Ui) {
    let chosen = ui.sweep.chosen.get();
    let config =
        chosen.zip(ui.sweep.table.borrow().as_ref()).map(|(cell, table)| table.rows[table.of_cell(cell).start].config.clone());
    if let Some(config) = config {
        train_alone(ui, config);
    }
}
