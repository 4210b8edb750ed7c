//! The menu of files: what a visitor takes away of a run.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, FocusEvent, HtmlElement, Node};

use super::ask::Wanted;
use crate::language::{spoken, translate};
use crate::metrics::Panel;
use crate::tr;
use crate::view::app::App;
use crate::view::captions;
use crate::view::chart::about::{ABOUT, named};
use crate::view::chart::across::Across;
use crate::view::chart::figure;
use crate::view::export::{caption, curves, file_name};
use crate::web::page::address;
use crate::web::page::dom::{Result, describe, fill, find, set_text, target, then};
use crate::web::page::film::{Camera, Reel, can_record};
use crate::web::page::picture::{self, download};
use crate::web::page::theme::theme;
use crate::web::page::ui::Ui;

impl Ui {
    /// Tells the visitor why there is no file.
    pub fn complain(&self, error: &JsValue) {
        let why = describe(error);
        self.act(|app| app.problems = vec![tr!("The file could not be made: {why}.", why)]);
    }

    /// The address that describes the run, where there is one.
    fn link_to_run(&self, app: &App) -> String {
        if self.addressed { address::of(&app.shown()).unwrap_or_default() } else { String::new() }
    }

    /// The name of a file about the run as it is now.
    pub fn file_name(&self, what: &str) -> String {
        let app = self.app.borrow();
        file_name(&app.record, app.step, what)
    }
}

/// The measurements as comma-separated values.
pub fn csv(ui: &Ui) -> String {
    let app = ui.app.borrow();
    match app.histories.as_slice() {
        [history] => history.csv(),
        histories => captions::csv(histories),
    }
}

/// The measurements as JSON.
pub fn json(ui: &Ui) -> String {
    let app = ui.app.borrow();
    let (backend, adapter) = app.trainer.as_ref().map_or(("", ""), |t| (t.engine.id(), &t.adapter));
    let App { step, elapsed_ms, histories, .. } = &*app;
    let (config, link) = (app.shown(), ui.link_to_run(&app));
    let source = curves::Source {
        config: &config,
        end: app.end(),
        from: app.runs.from,
        link: &link,
        backend,
        adapter,
        step: *step,
        elapsed_ms: *elapsed_ms,
    };
    curves::json(&source, histories)
}

/// A chart as SVG.
pub fn svg(ui: &Ui, panel: Panel) -> String {
    ui.speak();
    let (app, theme) = (ui.app.borrow(), theme(&ui.host).unwrap_or_default());
    figure::svg(&ui.scene(&app, &theme), panel, &caption(&app.record), &ui.link_to_run(&app))
}

/// An item of the menu was chosen.
pub fn choose(ui: &Ui, action: &str, item: &Element) {
    match make(ui, action, item) {
        Ok(true) => _ = close(ui, true),
        Ok(false) => {}
        Err(error) => ui.complain(&error),
    }
}

/// Makes the file. Returns whether the action is one.
fn make(ui: &Ui, action: &str, item: &Element) -> Result<bool> {
    let of = item.get_attribute("data-of").unwrap_or_default();
    let panel = named(&of).unwrap_or(Panel::Accuracy);
    match action {
        "csv" => download(&ui.file_name(".csv"), "text/csv", &csv(ui).into())?,
        "json" => download(&ui.file_name(".json"), "application/json", &json(ui).into())?,
        "svg" => download(&ui.file_name(&format!("-{of}.svg")), "image/svg+xml", &svg(ui, panel).into())?,
        "png" => save_promised(ui, &png(ui, panel)?, format!("-{of}.png"), "image/png"),
        "weights" => save_promised(ui, &ui.ask(Wanted::Weights), ".safetensors".into(), BYTES),
        "save" => save_promised(ui, &ui.ask(Wanted::Run), ".grokrun".into(), BYTES),
        "film" => film(ui)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// A promise of a chart as PNG, twice the size of the screen.
pub fn png(ui: &Ui, panel: Panel) -> Result<Promise> {
    ui.speak();
    let (app, theme) = (ui.app.borrow(), theme(&ui.host).unwrap_or_default());
    picture::png(&ui.scene(&app, &theme), panel, &caption(&app.record))
}

/// The kind of a file without a common name.
const BYTES: &str = "application/octet-stream";

fn save_promised(ui: &Ui, content: &Promise, extension: String, kind: &'static str) {
    let me = ui.me();
    then(content, move |content| {
        let Some(ui) = me.upgrade() else { return };
        let saved = content.and_then(|content| download(&ui.file_name(&extension), kind, &content));
        if let Err(error) = saved {
            ui.complain(&error);
        }
    });
}

/// Records a film and then offers it. One at a time.
fn film(ui: &Ui) -> Result<()> {
    let Some(camera) = Camera::new()?.filter(|_| ui.film.borrow().is_none()) else { return Ok(()) };
    let reel = {
        let (app, theme) = (ui.app.borrow(), theme(&ui.host)?);
        Reel {
            histories: app.histories.clone(),
            changes: app.record.at.clone(),
            fork: app.runs.from.map(|from| from.step),
            theme,
            classes: app.operation(&app.record).classes(&app.record),
            loss: app.present().loss,
            log: ui.log.get(),
            smooth: ui.smooth.get(),
            across: ui.across.get().map(|across| Across::of(across.index)),
            other: ui.other.get(),
            caption: caption(&app.record),
            language: spoken(),
        }
    };
    let (me, name) = (ui.me(), ui.file_name(camera.extension));
    let film = camera.record(reel, name, move || {
        let Some(ui) = me.upgrade() else { return };
        ui.speak();
        label_film(&ui, tr!("Record a video"));
        drop(ui.film.take());
    })?;
    *ui.film.borrow_mut() = Some(film);
    label_film(ui, tr!("Recording…"));
    Ok(())
}

fn label_film(ui: &Ui, text: &str) {
    if let Ok(item) = find::<HtmlElement>(&ui.root, "[data-action=film]") {
        set_text(&item, text);
    }
}

/// Closes the menu; the focus goes back to what opens it if it was inside. False when it was not open.
pub fn close(ui: &Ui, focus: bool) -> bool {
    let Ok(menu) = find::<Element>(&ui.root, ".keep[open]") else { return false };
    let _ = menu.remove_attribute("open");
    if focus && let Ok(summary) = find::<HtmlElement>(&ui.root, ".keep summary") {
        let _ = summary.focus();
    }
    true
}

/// The focus left an element: a menu without it closes.
pub fn left(ui: &Ui, event: &Event) {
    let inside = |node: &Node| find::<Element>(&ui.root, ".keep").is_ok_and(|menu| menu.contains(Some(node)));
    let to = event.unchecked_ref::<FocusEvent>().related_target();
    let stays = to.is_some_and(|to| inside(to.unchecked_ref()));
    if target(event).is_some_and(|from| inside(&from)) && !stays {
        close(ui, false);
    }
}

/// Fills the menu: a row for every panel, and what this browser can do.
pub fn offer(ui: &Ui) {
    let rows = ABOUT.iter().map(|about| {
        let title = translate(about.title);
        let button = |kind: &str, shown: &str| {
            let (of, label) = (about.name, tr!("{title} as {format}", title, format = shown));
            format!(r#"<button type=button data-action={kind} data-of={of} aria-label="{label}">{shown}</button>"#)
        };
        format!("<div>{title}{}{}</div>", button("png", "PNG"), button("svg", "SVG"))
    });
    if let Ok(list) = find::<Element>(&ui.root, "[data-list=pictures]") {
        // Our own markup, which a test has read.
        let _ = fill(&list, &rows.collect::<String>());
    }
    let able = can_record(&ui.charts[0].surface.canvas);
    if let (true, Ok(item)) = (able, find::<HtmlElement>(&ui.root, "[data-action=film]")) {
        item.set_hidden(false);
    }
}
