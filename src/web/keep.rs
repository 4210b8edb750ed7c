//! What a visitor keeps of a run: files to save, and files to open again.

use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, DragEvent, Element, Event, File, FileList, FocusEvent, HtmlAnchorElement,
    HtmlCanvasElement, HtmlElement, HtmlInputElement, Node, Url,
};

use super::chart::Scene;
use super::dom::{Result, describe, find, make, target, then};
use super::promises::Wanted;
use super::surface::{Brush, context};
use super::theme::theme;
use super::ui::Ui;
use super::{address, film};
use crate::metrics::Panel;
use crate::view::app::App;
use crate::view::chart::figure::{self, Picture};
use crate::view::decimate::Traces;
use crate::view::draw::Area;
use crate::view::keep::run::{HEAD, Run};
use crate::view::keep::{caption, curves, file_name};

impl Ui {
    /// Goes on with a run file, paused.
    ///
    /// # Errors
    /// Says why the file cannot be opened.
    pub fn open_run(&self, bytes: &[u8]) -> core::result::Result<(), String> {
        let run = Run::decode(bytes)?;
        self.act(|app| app.open(run));
        Ok(())
    }

    /// The same for a visitor, who may not change everything everywhere.
    fn opened(&self, bytes: &[u8]) -> core::result::Result<(), String> {
        let run = Run::decode(bytes)?;
        if let Some(problem) = self.app.borrow().config.refuses(&run.config) {
            return Err(format!("This page shows other runs: {problem}"));
        }
        self.act(|app| app.open(run));
        Ok(())
    }

    /// Tells the visitor why there is no file.
    pub fn complain(&self, error: &JsValue) {
        let message = format!("The file could not be made: {}.", describe(error));
        self.act(|app| app.problems = vec![message]);
    }

    /// The measurements as JSON.
    pub fn json(&self) -> String {
        let app = self.app.borrow();
        let (backend, adapter) = app.trainer.as_ref().map_or(("", ""), |t| (t.engine.id(), &t.adapter));
        let App { step, elapsed_ms, histories, .. } = &*app;
        let (config, link) = (app.shown(), self.link_to_run(&app));
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

    /// The address that describes the run, where there is one.
    fn link_to_run(&self, app: &App) -> String {
        if self.addressed { address::of(&app.shown()).unwrap_or_default() } else { String::new() }
    }

    /// A chart as SVG.
    pub fn svg(&self, panel: Panel) -> String {
        let (app, theme) = (self.app.borrow(), theme(&self.host).unwrap_or_default());
        figure::svg(&self.scene(&app, &theme), panel, &caption(&app.record), &self.link_to_run(&app))
    }

    /// A promise of a chart as PNG, twice the size of the screen.
    pub fn png(&self, panel: Panel) -> Result<Promise> {
        let (app, theme) = (self.app.borrow(), theme(&self.host).unwrap_or_default());
        let (canvas, context) = canvas(1)?;
        paint(&context, &self.scene(&app, &theme), &mut [(panel, Traces::default())], &caption(&app.record));
        let mut result = Ok(());
        let promise = Promise::new(&mut |resolve, reject| {
            let settle = Closure::once_into_js(move |blob: JsValue| {
                let _ = match blob.is_null() {
                    true => reject.call1(&JsValue::NULL, &js_sys::Error::new("this browser could not make the picture")),
                    false => resolve.call1(&JsValue::NULL, &blob),
                };
            });
            result = canvas.to_blob(settle.unchecked_ref());
        });
        result.map(|()| promise)
    }

    /// The name of a file about the run as it is now.
    pub fn file_name(&self, what: &str) -> String {
        let app = self.app.borrow();
        file_name(&app.record, app.step, what)
    }
}

/// Pixels of a picture per CSS pixel.
const DENSITY: f64 = 2.0;

/// A canvas for so many pictures side by side.
pub fn canvas(pictures: usize) -> Result<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let canvas: HtmlCanvasElement = make("canvas", "")?;
    canvas.set_width((figure::SIZE.0 * DENSITY) as u32 * pictures as u32);
    canvas.set_height((figure::SIZE.1 * DENSITY) as u32);
    let context = context(&canvas)?;
    Ok((canvas, context))
}

/// Paints panels side by side, and remembers their curves.
pub fn paint(context: &CanvasRenderingContext2d, scene: &Scene, panels: &mut [(Panel, Traces)], caption: &str) {
    let mut brush = Brush::new(context, DENSITY, &scene.theme.font);
    let (width, height) = figure::SIZE;
    for (i, (panel, traces)) in panels.iter_mut().enumerate() {
        let area = Area { x: i as f64 * width, y: 0.0, width, height };
        figure::picture(&mut brush, scene, Picture { panel: *panel, area, density: DENSITY, caption }, traces);
    }
}

/// Offers a file. Its content is text, bytes or a blob.
pub fn download(name: &str, kind: &str, content: &JsValue) -> Result<()> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(content), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = make("a", "")?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}

/// An item of the menu was chosen. Returns whether the action is one.
pub fn chosen(ui: &Ui, action: &str, item: &Element) -> Result<bool> {
    let of = item.get_attribute("data-of").unwrap_or_default();
    let panel = figure::panel(&of).unwrap_or(Panel::Accuracy);
    match action {
        "csv" => download(&ui.file_name(".csv"), "text/csv", &ui.csv().into())?,
        "json" => download(&ui.file_name(".json"), "application/json", &ui.json().into())?,
        "svg" => download(&ui.file_name(&format!("-{of}.svg")), "image/svg+xml", &ui.svg(panel).into())?,
        "png" => save_promised(ui, &ui.png(panel)?, format!("-{of}.png"), "image/png"),
        "weights" => save_promised(ui, &ui.ask(Wanted::Weights), ".safetensors".into(), BYTES),
        "save" => save_promised(ui, &ui.ask(Wanted::Run), ".grokrun".into(), BYTES),
        "open" => find::<HtmlInputElement>(&ui.root, "[data-action=file]")?.click(),
        "film" => film::record(ui)?,
        _ => return Ok(false),
    }
    close(ui, true);
    Ok(true)
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

/// Files were chosen in the browser's dialog.
pub fn picked(ui: &Ui, input: &HtmlInputElement) {
    if let Some(files) = input.files() {
        read_first(ui, &files);
    }
    // The same file can be chosen again.
    input.set_value("");
}

/// Something is dragged over the element: files may be dropped.
pub fn dragged(_: &Ui, event: &Event) {
    let transfer = event.unchecked_ref::<DragEvent>().data_transfer();
    if transfer.is_some_and(|transfer| transfer.types().includes(&"Files".into(), 0)) {
        event.prevent_default();
    }
}

/// Files were dropped on the element.
pub fn dropped(ui: &Ui, event: &Event) {
    let files = event.unchecked_ref::<DragEvent>().data_transfer().and_then(|transfer| transfer.files());
    if let Some(files) = files.filter(|files| files.length() > 0) {
        event.prevent_default();
        read_first(ui, &files);
    }
}

/// Opens a file; of several, none, for the visitor has to say which.
fn read_first(ui: &Ui, files: &FileList) {
    match (files.length(), files.get(0)) {
        (1, Some(file)) => read(ui, file),
        (0, _) => {}
        (some, _) => ui.act(|app| {
            app.problems = vec![format!("These are {some} files, and the lab shows one run at a time: open one of them.")];
        }),
    }
}

/// Opens a file, which is only read as a whole when its beginning says that it is one of ours.
fn read(ui: &Ui, file: File) {
    let (size, name) = (file.size(), file.name());
    let start = file.slice_with_i32_and_i32(0, HEAD as i32).unwrap_or_else(|_| file.clone().into());
    let complain = move |ui: &Ui, why: &str| ui.act(|app| app.problems = vec![format!("{name}: {why}")]);
    bytes_of(ui, &start, move |ui, head| match head.and_then(|head| Run::recognise(&head, size)) {
        Ok(()) => bytes_of(ui, &file, move |ui, bytes| {
            if let Err(why) = bytes.and_then(|bytes| ui.opened(&bytes)) {
                complain(ui, &why);
            }
        }),
        Err(why) => complain(ui, &why),
    });
}

/// Calls back with what a file or a part of one holds.
fn bytes_of(ui: &Ui, blob: &Blob, done: impl FnOnce(&Ui, core::result::Result<Vec<u8>, String>) + 'static) {
    let me = ui.me();
    then(&blob.array_buffer(), move |buffer| {
        let Some(ui) = me.upgrade() else { return };
        let bytes = buffer.map(|buffer| Uint8Array::new(&buffer).to_vec());
        done(&ui, bytes.map_err(|error| format!("The file cannot be read: {}.", describe(&error))));
    });
}

/// Shows only what this browser can do.
pub fn offer(ui: &Ui) {
    let able = film::kind(&ui.charts[0].surface.canvas).is_some();
    if let (true, Ok(item)) = (able, find::<HtmlElement>(&ui.root, "[data-action=film]")) {
        item.set_hidden(false);
    }
}
