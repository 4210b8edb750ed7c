//! A film of the charts: the curves drawn again over a few seconds, recorded by the browser.

use wasm_bindgen::prelude::*;
use web_sys::{BlobEvent, CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, MediaRecorder, MediaRecorderOptions};

use super::chart::Scene;
use super::dom::{Listener, Result, find, set_text, window};
use super::keep::{canvas, download, paint};
use super::theme::theme;
use super::ui::Ui;
use crate::config::MidRunChanges;
use crate::metrics::{History, Panel};
use crate::model::Loss;
use crate::model::loss::chosen;
use crate::task::Operation;
use crate::view::chart::Theme;
use crate::view::chart::figure::{PANELS, step_at};
use crate::view::decimate::Traces;
use crate::view::keep::caption;
use crate::view::text;

/// Time in which the curves grow, and how long they then stay, milliseconds.
const GROWING: f64 = 6000.0;
const STAYING: f64 = 1200.0;
/// Between two pictures, milliseconds.
const FRAME: i32 = 33;
/// Enough for thin lines to stay sharp, bits per second.
const RATE: u32 = 5_000_000;

/// The formats that browsers record, with what such a file is called, best first.
const KINDS: [(&str, &str); 3] = [("video/webm;codecs=vp9", ".webm"), ("video/webm", ".webm"), ("video/mp4", ".mp4")];

/// A recording in progress; it ends with this.
pub struct Film {
    timer: i32,
    _tick: Closure<dyn FnMut()>,
    _saved: Listener,
}

/// What is filmed: the run as it was when recording began.
struct Reel {
    context: CanvasRenderingContext2d,
    panels: [(Panel, Traces); 2],
    histories: Vec<History>,
    changes: MidRunChanges,
    fork: Option<u32>,
    theme: Theme,
    classes: u32,
    loss: &'static Loss,
    log: bool,
    caption: String,
}

/// The format that this browser records, if any.
pub fn kind(canvas: &HtmlCanvasElement) -> Option<(&'static str, &'static str)> {
    let has = |object: &JsValue, name: &str| js_sys::Reflect::has(object, &name.into()).unwrap_or(false);
    let able = has(&js_sys::global(), "MediaRecorder") && has(canvas, "captureStream");
    if able { KINDS.into_iter().find(|(kind, _)| MediaRecorder::is_type_supported(kind)) } else { None }
}

/// Records, and then offers the file. One at a time.
pub fn record(ui: &Ui) -> Result<()> {
    let (canvas, context) = canvas(2)?;
    let Some((kind, extension)) = kind(&canvas).filter(|_| ui.film.borrow().is_none()) else {
        return Ok(());
    };
    let mut reel = {
        let (app, theme) = (ui.app.borrow(), theme(&ui.host)?);
        let (histories, caption) = (app.histories.clone(), caption(&app.record));
        let (classes, loss) = (Operation::of(&app.record).classes(&app.record), chosen(app.present()));
        let panels = PANELS.map(|(panel, _)| (panel, Traces::default()));
        let (changes, fork) = (app.record.at.clone(), app.runs.from.map(|from| from.step));
        Reel { context, panels, histories, changes, fork, theme, classes, loss, log: ui.log.get(), caption }
    };
    reel.paint(0.0);
    let options = MediaRecorderOptions::new();
    options.set_mime_type(kind);
    options.set_video_bits_per_second(RATE);
    let recorder = MediaRecorder::new_with_media_stream_and_media_recorder_options(&canvas.capture_stream()?, &options)?;
    let (me, name) = (ui.me(), ui.file_name(extension));
    // All of it comes at the end.
    let saved = Listener::new(&recorder, "dataavailable", move |event| {
        if let Some(blob) = event.unchecked_ref::<BlobEvent>().data() {
            let _ = download(&name, kind, &blob);
        }
        let Some(ui) = me.upgrade() else { return };
        label(&ui, "Record a video");
        drop(ui.film.take());
    })?;
    recorder.start()?;
    let begin = js_sys::Date::now();
    let tick = Closure::<dyn FnMut()>::new(move || {
        let time = js_sys::Date::now() - begin;
        reel.paint((time / GROWING).min(1.0));
        if time > GROWING + STAYING && recorder.state() != web_sys::RecordingState::Inactive {
            let _ = recorder.stop();
        }
    });
    let timer = window()?.set_interval_with_callback_and_timeout_and_arguments_0(tick.as_ref().unchecked_ref(), FRAME)?;
    *ui.film.borrow_mut() = Some(Film { timer, _tick: tick, _saved: saved });
    label(ui, "Recording…");
    Ok(())
}

fn label(ui: &Ui, text: &str) {
    if let Ok(item) = find::<HtmlElement>(&ui.root, "[data-action=film]") {
        set_text(&item, text);
    }
}

impl Reel {
    fn paint(&mut self, share: f64) {
        let scene = Scene {
            histories: &self.histories,
            classes: self.classes,
            loss: self.loss,
            log: self.log,
            hover: None,
            until: None,
            span: 0,
            reference: None,
            past: &[],
            changes: &self.changes,
            fork: self.fork,
            theme: &self.theme,
        };
        let step = step_at(&scene, share);
        let caption = format!("{}, step {}", self.caption, text::thousands(step.into()));
        paint(&self.context, &Scene { until: Some(step), ..scene }, &mut self.panels, &caption);
    }
}

impl Drop for Film {
    fn drop(&mut self) {
        if let Ok(window) = window() {
            window.clear_interval_with_handle(self.timer);
        }
    }
}
