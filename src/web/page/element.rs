//! The public face of the element: methods and properties that `grokking-lab.js` forwards.

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ShadowRoot};

use super::actions::ask::Wanted;
use super::actions::later;
use super::dom::{Result, object};
use super::mount::mount;
use super::settings::{pairs, settings};
use super::ui::Ui;
use crate::config::quoted;
use crate::metrics::{History, METRICS, Panel};
use crate::view::chart::about::{named, names};

/// One element's program; freeing it ends its worker.
#[wasm_bindgen]
pub struct Lab {
    ui: Rc<Ui>,
}

#[wasm_bindgen]
impl Lab {
    /// Fills the shadow root. Once it is seen or needed, `launch("gpu")` and `launch("cpu")` give a worker that loads that build
    /// of the trainer. `no_gpu` says why only the latter should, unless it is asked for; it is undefined where there is a GPU.
    /// `records()` promises the text of the recorded experiments, and `load(part)` a part of this module, of which
    /// `inspect`, `exportPNG`, `openRun` and `restore` need `later`. It speaks `language`, if that was [learnt](super::texts::learn), or else English.
    ///
    /// # Errors
    /// When the browser lacks something that the page cannot do without.
    #[wasm_bindgen(constructor)]
    pub fn new(
        host: HtmlElement,
        root: ShadowRoot,
        launch: js_sys::Function,
        records: js_sys::Function,
        load: js_sys::Function,
        no_gpu: Option<String>,
        language: String,
    ) -> Result<Lab> {
        console_error_panic_hook::set_once();
        Ok(Lab { ui: mount(host, root, launch, [records, load], no_gpu, language)? })
    }

    /// Trains, from the beginning if the run was over.
    pub fn start(&self) {
        self.ui.act(|app| app.start());
    }

    /// Stops training; `start` continues.
    pub fn pause(&self) {
        self.ui.act(|app| app.pause());
    }

    /// Trains `n` more steps than were asked for before, then pauses: a promise of the step that is reached.
    pub fn step(&self, n: f64) -> js_sys::Promise {
        self.ui.step(n)
    }

    /// Back to step 0 of the same run.
    pub fn reset(&self) {
        self.ui.act(|app| app.reset());
    }

    /// Every key with its value.
    #[wasm_bindgen(js_name = getConfig)]
    pub fn get_config(&self) -> js_sys::Object {
        settings(&self.ui.app.borrow().config, |_| true)
    }

    /// Changes the given keys, where null is what the experiment or else the standard set-up says; returns what is wrong with
    /// them, as sentences.
    #[wasm_bindgen(js_name = setConfig)]
    pub fn set_config(&self, config: &js_sys::Object) -> Vec<String> {
        let pairs = pairs(config, &self.ui.app.borrow().config.base());
        let pairs = pairs.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        self.ui.act(|app| app.set(pairs))
    }

    /// A promise of the step at which the run comes to `memorized`, `grok` or `done`; broken when it will not.
    pub fn until(&self, what: &str) -> js_sys::Promise {
        self.ui.until(what)
    }

    /// A promise of what a view inside shows, as numbers.
    pub fn inspect(&self, view: &str, options: &JsValue) -> js_sys::Promise {
        later::inspect(&self.ui, view, options)
    }

    /// What is on the page, as an object of plain values.
    #[wasm_bindgen(js_name = getState)]
    pub fn get_state(&self) -> js_sys::Object {
        self.ui.state()
    }

    /// Shows what [`get_state`](Lab::get_state) told; returns what is wrong with it, as sentences.
    #[wasm_bindgen(js_name = setState)]
    pub fn set_state(&self, state: &JsValue) -> Vec<String> {
        self.ui.set_state(state)
    }

    /// The measurements of a run, by default the first, as columns of equal length.
    #[wasm_bindgen(js_name = getHistory)]
    pub fn get_history(&self, run: Option<u32>) -> js_sys::Object {
        let app = self.ui.app.borrow();
        let none = History::default();
        let history = app.histories.get(run.unwrap_or(0) as usize).unwrap_or(&none);
        let steps: Vec<u32> = history.points.iter().map(|p| p.step).collect();
        let columns = METRICS.iter().map(|metric| {
            let values: Vec<f32> = history.points.iter().map(metric.value).collect();
            (metric.key, js_sys::Float32Array::from(values.as_slice()).into())
        });
        let step = ("step", js_sys::Uint32Array::from(steps.as_slice()).into());
        object([step].into_iter().chain(columns))
    }

    /// A promise of bytes that [`restore`](Lab::restore) continues from.
    pub fn snapshot(&self) -> js_sys::Promise {
        self.ui.ask(Wanted::Snapshot)
    }

    /// Continues a snapshot, paused.
    ///
    /// # Errors
    /// When the bytes are not a snapshot.
    pub fn restore(&self, bytes: Vec<u8>) -> Result<()> {
        later::restore(&self.ui, bytes).map_err(|why| js_sys::Error::new(&why).into())
    }

    /// The measurements as comma-separated values; several runs get a column `run`. None until what writes them is
    /// loaded, which is so from `ready` on; the same holds for the other exports.
    #[wasm_bindgen(js_name = exportCSV)]
    pub fn export_csv(&self) -> Option<String> {
        self.trains().then(|| later::csv(&self.ui))
    }

    /// The measurements and what they were measured on, as JSON.
    #[wasm_bindgen(js_name = exportJSON)]
    pub fn export_json(&self) -> Option<String> {
        self.trains().then(|| later::json(&self.ui))
    }

    /// A chart as an SVG document: `accuracy`, `loss` or another one of the tabs.
    ///
    /// # Errors
    /// When there is no such chart.
    #[wasm_bindgen(js_name = exportSVG)]
    pub fn export_svg(&self, chart: &str) -> Result<Option<String>> {
        let panel = panel(chart)?;
        Ok(self.trains().then(|| later::svg(&self.ui, panel)))
    }

    /// A promise of a chart as a blob with a PNG, twice the size of the screen.
    ///
    /// # Errors
    /// When there is no such chart.
    #[wasm_bindgen(js_name = exportPNG)]
    pub fn export_png(&self, chart: &str) -> Result<js_sys::Promise> {
        later::png(&self.ui, panel(chart)?)
    }

    /// A promise of the weights as safetensors.
    #[wasm_bindgen(js_name = exportWeights)]
    pub fn export_weights(&self) -> js_sys::Promise {
        self.ui.ask(Wanted::Weights)
    }

    /// A promise of a file from which [`open_run`](Lab::open_run) goes on.
    #[wasm_bindgen(js_name = saveRun)]
    pub fn save_run(&self) -> js_sys::Promise {
        self.ui.ask(Wanted::Run)
    }

    /// Goes on with a saved run, paused, with its settings and curves.
    ///
    /// # Errors
    /// Says why the file cannot be opened.
    #[wasm_bindgen(js_name = openRun)]
    pub fn open_run(&self, bytes: &[u8]) -> Result<()> {
        later::open_run(&self.ui, bytes).map_err(|why| js_sys::Error::new(&why).into())
    }

    /// All runs of the table as columns of equal length: those of the sweep first, then the present one and those that were left.
    #[wasm_bindgen(js_name = getRuns)]
    pub fn get_runs(&self) -> js_sys::Object {
        later::get_runs(&self.ui)
    }

    /// Trains the runs of the table.
    #[wasm_bindgen(js_name = startRuns)]
    pub fn start_runs(&self) {
        later::start_runs(&self.ui);
    }

    /// Stops training them; `startRuns` continues.
    #[wasm_bindgen(js_name = pauseRuns)]
    pub fn pause_runs(&self) {
        later::pause_runs(&self.ui);
    }

    /// The table as bytes, for [`open_runs`](Lab::open_runs); none where there is nothing to keep.
    #[wasm_bindgen(js_name = saveRuns)]
    pub fn save_runs(&self) -> Option<Vec<u8>> {
        later::save_runs(&self.ui)
    }

    /// Shows a saved table, paused; `options` may say `sweep: false` for its other runs alone, and `drawn: false`.
    ///
    /// # Errors
    /// Says why the bytes cannot be read.
    #[wasm_bindgen(js_name = openRuns)]
    pub fn open_runs(&self, bytes: &[u8], options: &JsValue) -> Result<()> {
        later::open_runs(&self.ui, bytes, options).map_err(|why| js_sys::Error::new(&why).into())
    }

    /// Speaks a language from now on, if that was [learnt](super::texts::learn), or else English.
    pub fn speak(&self, language: String) {
        self.ui.later(move |ui| later::speak(ui, &language));
    }

    /// `idle`, `running`, `paused`, `done` or `error`.
    #[wasm_bindgen(getter)]
    pub fn state(&self) -> String {
        self.ui.app.borrow().state().id().into()
    }

    /// What trains, `gpu` or `cpu`; empty until `ready`.
    #[wasm_bindgen(getter)]
    pub fn device(&self) -> String {
        self.ui.app.borrow().trainer.as_ref().map_or(String::new(), |t| t.engine.id().into())
    }

    /// What computes; empty until `ready`.
    #[wasm_bindgen(getter)]
    pub fn adapter(&self) -> String {
        self.ui.app.borrow().trainer.as_ref().map_or(String::new(), |t| t.adapter.clone())
    }

    /// The messages that are shown.
    #[wasm_bindgen(getter)]
    pub fn problems(&self) -> Vec<String> {
        self.ui.app.borrow().problems.clone()
    }
}

impl Lab {
    /// Whether what takes a network that trains is there. It comes with the trainer, or because somebody asks for what needs it.
    fn trains(&self) -> bool {
        self.ui.want_run();
        self.ui.run.is_here()
    }
}

/// The chart of this name.
fn panel(chart: &str) -> Result<Panel> {
    let unknown = || js_sys::Error::new(&format!("there is no chart \"{}\": choose one of {}", quoted(chart), names()));
    Ok(named(chart).ok_or_else(unknown)?)
}
