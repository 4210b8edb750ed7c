//! What is done with the table of all runs: looked at, drawn, named, opened, deleted, saved.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlInputElement};

use super::row_workers::{draw_cells, feed_all, fire, follow, pause};
use crate::config::{Config, Sweep};
use crate::sweep::export::{self, CellValue};
use crate::tr;
use crate::view::run_table::{AllRuns, MOST_DRAWN, decode};
use crate::view::runs::{COLORS, Mark, RunId};
use crate::web::page::dom::{Result, describe, object};
use crate::web::page::picture::download;
use crate::web::page::ui::Ui;

/// Looks at all runs there are.
fn with_runs<T>(ui: &Ui, look: impl FnOnce(AllRuns) -> T) -> T {
    let (app, sweep) = (ui.app.borrow(), ui.sweep.table.borrow());
    look(AllRuns { app: &app, sweep: sweep.as_ref() })
}

/// The run whose row an element is in.
fn run_of(element: &Element) -> Option<RunId> {
    RunId::parse(&element.closest("[data-row]").ok()??.get_attribute("data-row")?)
}

/// A button of the table was pressed.
pub fn act(ui: &Ui, action: &str, button: &Element) {
    let run = run_of(button);
    match action {
        "runs-sort" => {
            if let Some(column) = button.get_attribute("data-of").and_then(|column| column.parse().ok()) {
                ui.runs.view.borrow_mut().sort(column);
            }
        }
        "runs-before" => ui.runs.turn(false),
        "runs-after" => ui.runs.turn(true),
        "runs-csv" | "runs-json" => {
            if let Err(error) = save_file(ui, action) {
                let why = describe(&error);
                ui.act(|app| app.problems.push(tr!("The file could not be saved: {why}.", why)));
            }
        }
        "runs-color" => mark(ui, run, |mark| mark.color = (mark.color + 1) % COLORS.len()),
        "runs-open" => open(ui, run),
        "runs-drop" => forget(ui, run),
        _ => {}
    }
    ui.redraw();
}

/// A field of the table has a new value, or, while a word is written, the field that finds rows.
pub fn changed(ui: &Ui, element: &Element) {
    let Some(input) = element.dyn_ref::<HtmlInputElement>() else { return };
    let run = run_of(element);
    // What was written counts: the field is as the table would make it.
    input.set_default_value(&input.value());
    match element.get_attribute("data-runs").as_deref() {
        Some("find") => {
            let mut view = ui.runs.view.borrow_mut();
            (view.find, view.page) = (input.value(), 0);
        }
        Some("seeds") => ui.runs.view.borrow_mut().seeds = input.checked(),
        Some("show") if input.checked() => show(ui, run, input),
        Some("show") => mark(ui, run, |mark| mark.shown = false),
        Some("name") => {
            // What it is called anyway is no name.
            let name = input.value().trim().to_string();
            let anyway =
                with_runs(ui, |runs| runs.entries().into_iter().any(|entry| Some(entry.id) == run && entry.number == name));
            mark(ui, run, |mark| mark.name = if anyway { String::new() } else { name });
        }
        Some("note") => mark(ui, run, |mark| mark.note = input.value().trim().into()),
        _ => {}
    }
    ui.redraw();
}

/// Draws a run's curves, in a colour that no other has.
fn show(ui: &Ui, run: Option<RunId>, input: &HtmlInputElement) {
    let (drawn, color) = {
        let runs = &ui.app.borrow().runs;
        (runs.drawn().len(), runs.free_color())
    };
    if drawn >= MOST_DRAWN {
        input.set_checked(false);
        let problem = tr!("{most} other runs are drawn already. Take one of them out first.", most = MOST_DRAWN);
        return ui.act(|app| app.problems.push(problem));
    }
    mark(ui, run, |mark| *mark = Mark { shown: true, color, ..core::mem::take(mark) });
}

/// Changes what the visitor makes of a run.
fn mark(ui: &Ui, run: Option<RunId>, change: impl FnOnce(&mut Mark)) {
    match run {
        Some(RunId::Cell(cell)) => {
            if let Some(table) = ui.sweep.table.borrow_mut().as_mut()
                && let Some(mark) = table.marks.get_mut(cell as usize)
            {
                change(mark);
                table.revision += 1;
            }
            draw_cells(ui);
        }
        Some(run) => ui.act(|app| {
            if let Some(mark) = app.runs.mark_mut(run) {
                change(mark);
            }
        }),
        None => {}
    }
}

/// The lab shows a run of the table from its beginning, with everything that can be looked at.
fn open(ui: &Ui, run: Option<RunId>) {
    let config = with_runs(ui, |runs| Some(runs.entries().into_iter().find(|entry| Some(entry.id) == run)?.config.clone()));
    if let Some(config) = config {
        train_alone(ui, config);
    }
}

/// The lab trains these settings of a row, instead of the table; what belongs to the page, and the sweep, stay as they are.
pub fn train_alone(ui: &Ui, config: Config) {
    pause(ui);
    ui.act(|app| {
        let sweep = app.config.sweep.clone();
        app.configure(Config { sweep, ..config.on_page_of(&app.config) }, &[]);
        app.start();
    });
    let _ = ui.reveal();
}

/// A run is to be seen no more.
fn forget(ui: &Ui, run: Option<RunId>) {
    match run {
        Some(RunId::Past(number)) => ui.act(|app| app.runs.forget(number)),
        Some(RunId::Cell(cell)) => {
            if let Some(table) = ui.sweep.table.borrow_mut().as_mut().filter(|table| (cell as usize) < table.cells()) {
                table.delete_cell(cell as usize);
            }
            // Who trained it is free for others.
            feed_all(ui);
            follow(ui);
            draw_cells(ui);
        }
        _ => {}
    }
}

fn save_file(ui: &Ui, action: &str) -> Result<()> {
    let (config, rows) = with_runs(ui, |runs| runs.written());
    match action {
        "runs-csv" => download("grokking-lab-runs.csv", "text/csv", &export::csv(&config, &rows).into()),
        _ => download("grokking-lab-runs.json", "application/json", &export::json(&config, &rows).into()),
    }
}

/// The rows as columns, for programs.
pub fn columns(ui: &Ui) -> Object {
    let (config, rows) = with_runs(ui, |runs| runs.written());
    let value = |value: CellValue| match value {
        CellValue::Number(number) => number.into(),
        CellValue::Flag(flag) => JsValue::from(flag),
        CellValue::Text(text) => JsValue::from(text),
        CellValue::Nothing => JsValue::NULL,
    };
    let columns = export::columns(&config, &rows).into_iter();
    object(columns.map(|column| (column.name, column.values.into_iter().map(value).collect::<Array>().into())))
}

/// A table that outlives the page; none where there is nothing to keep.
pub fn save(ui: &Ui) -> Option<Vec<u8>> {
    with_runs(ui, |runs| runs.encode())
}

/// Shows a table that was kept: its runs, and its sweep, paused and with its settings, unless the options say `sweep: false`;
/// with `drawn: false` none of its curves.
///
/// # Errors
/// When the bytes are none that this version can read.
pub fn open_table(ui: &Ui, bytes: &[u8], options: &JsValue) -> core::result::Result<(), String> {
    ui.speak();
    let wanted = |name: &str| !Reflect::get(options, &name.into()).is_ok_and(|value| value == JsValue::FALSE);
    let (mut past, sweep) = decode(bytes)?;
    if !wanted("drawn") {
        past.iter_mut().for_each(|run| run.mark.shown = false);
    }
    let config = sweep.filter(|_| wanted("sweep")).map(|table| {
        pause(ui);
        fire(ui);
        let config = table.config.clone().on_page_of(&ui.app.borrow().config);
        ui.sweep.lay(table);
        config
    });
    ui.act(|app| {
        if let Some(config) = config.filter(|config| config.sweep != Sweep::default()) {
            app.configure(config, &[]);
        }
        app.runs.take_in(past);
    });
    draw_cells(ui);
    Ok(())
}
