//! What is done with a table of runs: begun, paused, looked at, opened; and the workers that train its rows.

use std::rc::Weak;

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlSelectElement, MouseEvent};

use crate::config::{Backend, Config};
use crate::exec::Engine;
use crate::protocol::{self, Command};
use crate::sweep::export::{self, CellValue};
use crate::sweep::{Outcome, Row};
use crate::tr;
use crate::view::app::Value;
use crate::view::sweep::diagram::{self, CellMeasure};
use crate::view::sweep::{SweepEffect, SweepTable};
use crate::web::page::dom::{Result, describe, object, window};
use crate::web::page::link::Link;
use crate::web::page::picture::download;
use crate::web::page::sweep::RowWorker;
use crate::web::page::ui::Ui;

/// Most workers on the CPU, and most rows in one plan of a GPU.
const MOST_WORKERS: usize = 16;
const MOST_ROWS: usize = 64;

/// Rows that one worker may have at once. On the CPU a plan of several is no faster.
fn most(ui: &Ui) -> usize {
    if ui.sweep.engine.get() == Engine::Gpu { MOST_ROWS } else { 1 }
}

/// Milliseconds of the page's clock.
fn now_ms() -> f64 {
    window().ok().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

/// The diagram was clicked.
pub fn pointed(ui: &Ui, event: &Event) {
    if let Some(pointer) = event.dyn_ref::<MouseEvent>() {
        let at = (f64::from(pointer.offset_x()), f64::from(pointer.offset_y()));
        choose(ui, |table, area, _| diagram::cell_at(table, area, at));
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
pub fn act(ui: &Ui, action: &str, button: &Element) {
    match action {
        "sweep-sort" => {
            let column = button.get_attribute("data-of").and_then(|column| column.parse().ok());
            let before = ui.sweep.sorted.get();
            ui.sweep.sorted.set(column.map(|column| (column, before == Some((column, false)))));
            ui.redraw();
        }
        "sweep-run" => toggle(ui),
        "sweep-open" => open_run(ui),
        "sweep-csv" | "sweep-json" => {
            if let Err(error) = save_file(ui, action) {
                let why = describe(&error);
                ui.act(|app| app.problems.push(tr!("The file could not be saved: {why}.", why)));
            }
        }
        "sweep-stop" => {
            if let (Some(cell), Some(table)) = (ui.sweep.chosen.get(), ui.sweep.table.borrow_mut().as_mut()) {
                table.stop_cell(cell);
            }
            follow(ui);
        }
        _ => {}
    }
}

/// A field of the panel has a new value.
pub fn changed(ui: &Ui, element: &Element) {
    match element.get_attribute("data-sweep").as_deref() {
        Some("measure") => {
            let id = element.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value);
            let measure = CellMeasure::ALL.iter().find(|(_, name, _)| id.as_deref() == Some(*name));
            ui.sweep.measure.set(measure.map(|(measure, ..)| *measure).unwrap_or_default());
            return ui.redraw();
        }
        Some("key") => ui.sweep.propose(element, &ui.app.borrow().config),
        _ => {}
    }
    wish(ui);
}

/// What the fields say becomes the settings. Returns whether all of it could.
fn wish(ui: &Ui) -> bool {
    let Some(wish) = ui.sweep.wish() else { return false };
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
        ui.sweep.chosen.set(None);
        ui.sweep.table.replace(Some(SweepTable::new(&config)));
    }
    let engine = match (config.backend, ui.app.borrow().trainer.as_ref().map(|trainer| trainer.engine)) {
        (Backend::Cpu, _) | (_, Some(Engine::Cpu)) => Engine::Cpu,
        _ => Engine::Gpu,
    };
    ui.sweep.engine.set(engine);
    employ(ui);
}

/// Has rows trained: by one worker on a GPU, by one for each core on the CPU.
fn employ(ui: &Ui) {
    let cores = window().map_or(1.0, |window| window.navigator().hardware_concurrency()) as usize;
    let waiting = ui.sweep.table.borrow().as_ref().map_or(0, |table| table.rows.len());
    let workers = match ui.sweep.engine.get() {
        Engine::Gpu => 1,
        Engine::Cpu => cores.clamp(1, MOST_WORKERS).min(waiting.max(1)),
    };
    while ui.sweep.workers.borrow().len() < workers {
        let worker = ui.sweep.workers.borrow().len();
        match link(ui, worker) {
            Ok(link) => ui.sweep.workers.borrow_mut().push(RowWorker { link, ready: false }),
            Err(error) => {
                let why = describe(&error);
                return ui.act(|app| app.problems.push(tr!("The runs cannot be trained: {why}.", why)));
            }
        }
    }
    say(ui, &Command::Run);
    ui.sweep.since.set(Some(now_ms()));
    if let Some(table) = ui.sweep.table.borrow_mut().as_mut() {
        table.run(workers);
    }
    (0..workers).for_each(|worker| feed(ui, worker));
    perform(ui);
}

/// Tells all workers that listen.
fn say(ui: &Ui, command: &Command) {
    let workers = ui.sweep.workers.borrow();
    workers.iter().filter(|worker| worker.ready).for_each(|worker| _ = worker.link.send(command));
}

/// Gives a worker rows, if it listens and has none.
fn feed(ui: &Ui, worker: usize) {
    let ready = ui.sweep.workers.borrow().get(worker).is_some_and(|worker| worker.ready);
    if let Some(table) = ui.sweep.table.borrow_mut().as_mut().filter(|_| ready) {
        table.feed(worker, most(ui));
    }
}

/// A worker for rows.
fn link(ui: &Ui, worker: usize) -> Result<Link> {
    let (heard, crashed) = (ui.me(), ui.me());
    let with = move |me: &Weak<Ui>, what: &dyn Fn(&Ui)| {
        if let Some(ui) = me.upgrade() {
            ui.speak();
            what(&ui);
        }
    };
    let told = move |message: core::result::Result<Vec<u8>, String>| {
        with(&heard, &|ui| match message.clone().and_then(|message| protocol::decode(&message)) {
            Ok(event) => hear(ui, worker, event),
            Err(why) => lose(ui, worker, &why),
        });
    };
    Link::open(
        ui.launch(),
        ui.sweep.engine.get(),
        move |message| told(message.map_err(|trouble| trouble.to_string())),
        move |trouble| with(&crashed, &|ui| lose(ui, worker, &trouble.to_string())),
    )
}

/// A worker reported something.
fn hear(ui: &Ui, worker: usize, event: protocol::Event) {
    match event {
        // The GPU is not to be used: the CPU's build trains them.
        protocol::Event::Refused { why, .. } => {
            if let Some(table) = ui.sweep.table.borrow_mut().as_mut() {
                table.release(worker);
            }
            ui.act(|app| app.problems.push(tr!("The runs are trained on the CPU: {why}.", why)));
            fire(ui);
            ui.sweep.engine.set(Engine::Cpu);
            employ(ui);
        }
        protocol::Event::Failed { message } => lose(ui, worker, &message),
        protocol::Event::Hello => {
            if let Some(worker) = ui.sweep.workers.borrow_mut().get_mut(worker) {
                worker.ready = true;
            }
            feed(ui, worker);
        }
        event => {
            let about = ui.sweep.table.borrow_mut().as_mut().is_some_and(|table| table.update(worker, event));
            if about {
                feed(ui, worker);
            }
        }
    }
    follow(ui);
}

/// A worker is gone.
fn lose(ui: &Ui, worker: usize, why: &str) {
    if let Some(table) = ui.sweep.table.borrow_mut().as_mut() {
        table.lost(worker, why);
    }
    if let Ok(link) = link(ui, worker)
        && let Some(old) = ui.sweep.workers.borrow_mut().get_mut(worker)
    {
        later(core::mem::replace(old, RowWorker { link, ready: false }));
    }
    follow(ui);
}

/// All workers end.
fn fire(ui: &Ui) {
    later(ui.sweep.workers.take());
}

/// Drops something in the browser's next turn: a worker that is to end may be the one that calls.
fn later(what: impl Sized + 'static) {
    wasm_bindgen_futures::spawn_local(async move { drop(what) });
}

/// What follows from a change of the table.
fn follow(ui: &Ui) {
    let now = now_ms();
    let over = {
        let mut table = ui.sweep.table.borrow_mut();
        let Some(table) = table.as_mut() else { return };
        if let Some(since) = ui.sweep.since.get() {
            table.elapsed_ms += now - since;
            ui.sweep.since.set(Some(now));
        }
        let over = table.running && table.over();
        if over {
            table.pause();
        }
        over
    };
    perform(ui);
    if over {
        ui.sweep.since.set(None);
        fire(ui);
    }
}

/// Carries out what the table asks for.
fn perform(ui: &Ui) {
    let (engine, workers) = (ui.sweep.engine.get(), ui.sweep.workers.borrow().len() as u32);
    let effects = ui.sweep.table.borrow_mut().as_mut().map(SweepTable::take_effects).unwrap_or_default();
    for effect in effects {
        match effect {
            SweepEffect::Train(worker, rows) => {
                if let Some(worker) = ui.sweep.workers.borrow().get(worker) {
                    let _ = worker.link.send(&Command::Train { rows, engine, workers });
                }
            }
            SweepEffect::Drop(worker, rows) => {
                if let Some(worker) = ui.sweep.workers.borrow().get(worker) {
                    let _ = worker.link.send(&Command::Drop { rows });
                }
            }
            SweepEffect::Decided(row, phase) => {
                let detail = [("index", Value::Number(row.into())), ("phase", Value::Text(phase.id().into()))];
                let _ = ui.emit("run", &detail);
            }
        }
    }
    ui.redraw();
}

/// Rows in training rest, and no others follow.
pub fn pause(ui: &Ui) {
    follow(ui);
    ui.sweep.since.set(None);
    if let Some(table) = ui.sweep.table.borrow_mut().as_mut() {
        table.pause();
    }
    say(ui, &Command::Pause);
    ui.redraw();
}

/// The lab shows the first run of the chosen cell from its beginning, with everything that can be looked at.
fn open_run(ui: &Ui) {
    let config = {
        let (table, now) = (ui.sweep.table.borrow(), ui.app.borrow().config.clone());
        let cell = ui.sweep.chosen.get().zip(table.as_ref());
        cell.map(|(cell, table)| {
            let row = table.rows[table.of_cell(cell).start].config.clone();
            Config { sweep: now.sweep.clone(), ..row.on_page_of(&now) }
        })
    };
    if let Some(config) = config {
        pause(ui);
        ui.act(|app| {
            app.configure(config, &[]);
            app.start();
        });
        let _ = ui.reveal();
    }
}

/// The rows that are shown: those of the table, or before there is one, those that the settings ask for.
fn known(ui: &Ui) -> (Config, Vec<(Row, Option<Outcome>)>) {
    match ui.sweep.table.borrow().as_ref() {
        Some(table) => (table.config.clone(), table.known()),
        None => {
            let config = ui.app.borrow().config.clone();
            let known = SweepTable::new(&config).known();
            (config, known)
        }
    }
}

fn save_file(ui: &Ui, action: &str) -> Result<()> {
    let (config, rows) = known(ui);
    match action {
        "sweep-csv" => download("grokking-lab-runs.csv", "text/csv", &export::csv(&config, &rows).into()),
        _ => download("grokking-lab-runs.json", "application/json", &export::json(&config, &rows).into()),
    }
}

/// The rows as columns, for programs.
pub fn columns(ui: &Ui) -> Object {
    let (config, rows) = known(ui);
    let value = |value: CellValue| match value {
        CellValue::Number(number) => number.into(),
        CellValue::Text(text) => JsValue::from(text),
        CellValue::Nothing => JsValue::NULL,
    };
    let columns = export::columns(&config, &rows).into_iter();
    object(columns.map(|column| (column.name, column.values.into_iter().map(value).collect::<Array>().into())))
}

/// A table that outlives the page; none where nothing is decided.
pub fn save(ui: &Ui) -> Option<Vec<u8>> {
    let table = ui.sweep.table.borrow();
    table.as_ref().filter(|table| table.progress().0 > 0).map(SweepTable::encode)
}

/// Shows a table that was kept, paused, with its settings.
///
/// # Errors
/// When the bytes are none that this version can read.
pub fn open(ui: &Ui, bytes: &[u8]) -> core::result::Result<(), String> {
    ui.speak();
    let table = SweepTable::decode(bytes)?;
    pause(ui);
    fire(ui);
    let config = table.config.clone().on_page_of(&ui.app.borrow().config);
    ui.sweep.chosen.set(None);
    ui.sweep.table.replace(Some(table));
    ui.act(|app| app.configure(config, &[]));
    ui.redraw();
    Ok(())
}
