//! The workers that train the rows of a table: how they are started, what they are told, and what they report.

use std::rc::Weak;

use crate::exec::Engine;
use crate::protocol::{self, Command};
use crate::tr;
use crate::view::app::Value;
use crate::view::silence::{Heard, TICK_S};
use crate::view::sweep::{SweepEffect, SweepPicture, SweepTable};
use crate::web::page::dom::{Result, describe, now_ms, window};
use crate::web::page::link::{Link, Ticks};
use crate::web::page::sweep::RowWorker;
use crate::web::page::ui::Ui;

/// Most workers on the CPU, and most rows in one plan of a GPU.
const MOST_WORKERS: usize = 16;
const MOST_ROWS: usize = 64;

/// Rows that one worker may have at once. On the CPU a plan of several is no faster.
fn most(ui: &Ui) -> usize {
    if ui.sweep.engine.get() == Engine::Gpu { MOST_ROWS } else { 1 }
}

/// Has rows trained: by one worker on a GPU, by one for each core on the CPU.
pub fn employ(ui: &Ui) {
    let cores = window().map_or(1.0, |window| window.navigator().hardware_concurrency()) as usize;
    let waiting = ui.sweep.table.borrow().as_ref().map_or(0, |table| table.rows.len());
    let workers = match ui.sweep.engine.get() {
        Engine::Gpu => 1,
        Engine::Cpu => cores.clamp(1, MOST_WORKERS).min(waiting.max(1)),
    };
    while ui.sweep.workers.borrow().len() < workers {
        let worker = ui.sweep.workers.borrow().len();
        match link(ui, worker) {
            Ok(link) => ui.sweep.workers.borrow_mut().push(RowWorker::new(link)),
            Err(error) => {
                let why = describe(&error);
                return ui.act(|app| app.problems.push(tr!("The runs cannot be trained: {why}.", why)));
            }
        }
    }
    listen(ui);
    say(ui, &Command::Run);
    ui.sweep.since.set(Some(now_ms()));
    if let Some(table) = ui.sweep.table.borrow_mut().as_mut() {
        table.run(workers);
    }
    feed_all(ui);
    perform(ui);
}

/// Notices workers that have gone silent, from now on.
fn listen(ui: &Ui) {
    if ui.sweep.ticks.borrow().is_some() {
        return;
    }
    let me = ui.me();
    let ticks = Ticks::new(TICK_S, move || {
        if let Some(ui) = me.upgrade() {
            ui.speak();
            tick(&ui);
        }
    });
    // Without a clock they are trusted.
    *ui.sweep.ticks.borrow_mut() = ticks.ok();
}

/// Asks those who have rows, or are yet to listen, whether they live, and does without those who do not answer.
fn tick(ui: &Ui) {
    let mut gone = vec![];
    let running = ui.sweep.table.borrow().as_ref().is_some_and(|table| table.running);
    for (index, worker) in ui.sweep.workers.borrow_mut().iter_mut().enumerate() {
        let works = ui.sweep.table.borrow().as_ref().is_some_and(|table| table.works(index));
        match worker.silence.tick(running && (works || !worker.ready)) {
            Heard::Ask => _ = worker.link.send(&Command::Ping),
            Heard::Gone(seconds) => gone.push((index, seconds)),
            Heard::Enough => {}
        }
    }
    for (worker, seconds) in gone {
        lose(ui, worker, &tr!("it has not answered for {seconds} seconds", seconds));
    }
}

/// Gives rows to all workers that listen and have none.
pub fn feed_all(ui: &Ui) {
    let workers = ui.sweep.workers.borrow().len();
    (0..workers).for_each(|worker| feed(ui, worker));
}

/// Tells all workers that have rows.
fn say(ui: &Ui, command: &Command) {
    let (workers, table) = (ui.sweep.workers.borrow(), ui.sweep.table.borrow());
    let works = |worker: usize| table.as_ref().is_some_and(|table| table.works(worker));
    for (_, worker) in workers.iter().enumerate().filter(|(index, worker)| worker.ready && works(*index)) {
        let _ = worker.link.send(command);
    }
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
    if let Some(worker) = ui.sweep.workers.borrow_mut().get_mut(worker) {
        worker.silence.heard();
    }
    match event {
        protocol::Event::Alive { patience_s, .. } => {
            if let Some(worker) = ui.sweep.workers.borrow_mut().get_mut(worker) {
                worker.silence.alive(patience_s);
            }
            return;
        }
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
                let _ = worker.link.send(&Command::speak());
            }
            feed(ui, worker);
        }
        event => {
            // What was waited for is shown.
            if let protocol::Event::Mapped(Some(_)) = &event {
                ui.sweep.picture.set(Some(SweepPicture::Map));
            }
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
        later(core::mem::replace(old, RowWorker::new(link)));
    }
    follow(ui);
}

/// All workers end.
pub fn fire(ui: &Ui) {
    later(ui.sweep.workers.take());
    later(ui.sweep.ticks.take());
}

/// Drops something in the browser's next turn: a worker that is to end may be the one that calls.
fn later(what: impl Sized + 'static) {
    wasm_bindgen_futures::spawn_local(async move { drop(what) });
}

/// What follows from a change of the table.
pub fn follow(ui: &Ui) {
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
    let follow = ui.sweep.table.borrow().as_ref().is_some_and(SweepTable::follows);
    for effect in effects {
        match effect {
            SweepEffect::Train(worker, rows) => {
                if let Some(worker) = ui.sweep.workers.borrow().get(worker) {
                    let _ = worker.link.send(&Command::Train { rows, engine, workers, follow });
                }
            }
            SweepEffect::Map(worker, trajectories) => {
                if let Some(worker) = ui.sweep.workers.borrow().get(worker) {
                    let _ = worker.link.send(&Command::Map(trajectories));
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
            SweepEffect::Draw => draw_cells(ui),
        }
    }
    ui.redraw();
}

/// The charts have the curves of the chosen cells, as far as they are decided.
pub fn draw_cells(ui: &Ui) {
    let curves = ui.sweep.table.borrow().as_ref().map(|table| table.drawn()).unwrap_or_default();
    ui.act(|app| {
        app.runs.swept = curves;
        app.runs.revision += 1;
    });
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
