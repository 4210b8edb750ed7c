//! A film of the charts: the curves drawn again over a few seconds, recorded by the browser.

use wasm_bindgen::prelude::*;
use web_sys::{BlobEvent, CanvasRenderingContext2d, HtmlCanvasElement, MediaRecorder, MediaRecorderOptions};

use super::chart::Scene;
use super::dom::{Listener, Result, window};
use super::picture::{canvas, download, paint};
use crate::config::{Loss, MidRunChanges};
use crate::language::{self, Language};
use crate::metrics::{History, Panel};
use crate::text;
use crate::tr;
use crate::view::chart::about::Other;
use crate::view::chart::across::Across;
use crate::view::chart::figure::{FILMED, step_at};
use crate::view::chart::{Curves, StepAxis, Theme};

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
pub struct Reel {
    pub histories: Vec<History>,
    pub changes: MidRunChanges,
    pub fork: Option<u32>,
    pub theme: Theme,
    pub classes: u32,
    pub loss: Loss,
    pub log: bool,
    pub smooth: bool,
    pub across: Option<Across>,
    pub other: Other,
    pub caption: String,
    /// What is spoken in it.
    pub language: &'static Language,
}

/// A canvas that can be recorded.
pub struct Camera {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    kind: &'static str,
    /// How a file is called that comes out of it.
    pub extension: &'static str,
}

/// The format that this browser records, if any.
fn format(canvas: &HtmlCanvasElement) -> Option<(&'static str, &'static str)> {
    let has = |object: &JsValue, name: &str| js_sys::Reflect::has(object, &name.into()).unwrap_or(false);
    let able = has(&js_sys::global(), "MediaRecorder") && has(canvas, "captureStream");
    if able { KINDS.into_iter().find(|(kind, _)| MediaRecorder::is_type_supported(kind)) } else { None }
}

/// Whether this browser records canvases.
pub fn can_record(canvas: &HtmlCanvasElement) -> bool {
    format(canvas).is_some()
}

impl Camera {
    /// None where the browser cannot record.
    pub fn new() -> Result<Option<Self>> {
        let (canvas, context) = canvas(2)?;
        Ok(format(&canvas).map(|(kind, extension)| Camera { canvas, context, kind, extension }))
    }

    /// Records, offers the file under this name, and then calls `saved`.
    pub fn record(self, reel: Reel, name: String, saved: impl Fn() + 'static) -> Result<Film> {
        let Camera { canvas, context, kind, .. } = self;
        let mut panels = FILMED.map(|panel| (panel, Curves::default()));
        reel.paint(&context, &mut panels, 0.0);
        let options = MediaRecorderOptions::new();
        options.set_mime_type(kind);
        options.set_video_bits_per_second(RATE);
        let recorder = MediaRecorder::new_with_media_stream_and_media_recorder_options(&canvas.capture_stream()?, &options)?;
        // All of it comes at the end.
        let on_data = Listener::new(&recorder, "dataavailable", move |event| {
            if let Some(blob) = event.unchecked_ref::<BlobEvent>().data() {
                let _ = download(&name, kind, &blob);
            }
            saved();
        })?;
        recorder.start()?;
        let begin = js_sys::Date::now();
        let tick = Closure::<dyn FnMut()>::new(move || {
            let time = js_sys::Date::now() - begin;
            reel.paint(&context, &mut panels, (time / GROWING).min(1.0));
            if time > GROWING + STAYING && recorder.state() != web_sys::RecordingState::Inactive {
                let _ = recorder.stop();
            }
        });
        let timer = window()?.set_interval_with_callback_and_timeout_and_arguments_0(tick.as_ref().unchecked_ref(), FRAME)?;
        Ok(Film { timer, _tick: tick, _saved: on_data })
    }
}

impl Reel {
    /// Draws the curves as far as this fraction of them.
    fn paint(&self, context: &CanvasRenderingContext2d, panels: &mut [(Panel, Curves)], fraction: f64) {
        let scene = Scene {
            histories: &self.histories,
            classes: self.classes,
            loss: self.loss,
            steps: StepAxis { log: self.log, ..Default::default() },
            smooth: self.smooth,
            across: self.across,
            other: self.other,
            hover: None,
            playhead: None,
            guess: None,
            until: None,
            reference: None,
            past: &[],
            changes: &self.changes,
            fork: self.fork,
            theme: &self.theme,
        };
        let step = step_at(&scene, fraction);
        language::speak(self.language.code);
        let caption = tr!("{caption}, step {step}", caption = self.caption, step = text::thousands(step.into()));
        paint(context, &Scene { until: Some(step), ..scene }, panels, &caption);
    }
}

impl Drop for Film {
    fn drop(&mut self) {
        if let Ok(window) = window() {
            window.clear_interval_with_handle(self.timer);
        }
    }
}
