//! What a visit loads after the page is there: what takes a network that trains, together with its trainer; and what somebody
//! asks for, such as looks inside, the papers, the dialog that shares, and files.
//!
//! With the feature `split`, what only the [`entries!`] of a part reach is a module of its own, which shares the memory of the
//! page's; `xtask/src/split.rs` divides them after linking. Elsewhere they are ordinary functions.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, FileList};

use super::actions::{ask, export, inspect, messages, open, papers, share, stage};
use super::dom::{Result, describe, then};
use super::help;
use super::inspect_panel::InspectPanel;
use super::stage::Stage;
use super::ui::Ui;
use crate::metrics::Panel;
use crate::protocol::inspect::InspectReply;
use crate::view::app::App;
use crate::view::chart::Theme;

/// Functions of a part, each with a number of its own, by which the linker's output tells them apart. They may be called once
/// the part is there, see [`Part`].
macro_rules! entries {
    ($($part:ident $number:literal fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? = $function:path;)*) => {$(
        #[allow(improper_ctypes, improper_ctypes_definitions, reason = "both sides are compiled together")]
        pub fn $name($($argument: $type),*) $(-> $result)? {
            #[cfg(feature = "split")]
            #[expect(unsafe_code, reason = "what is called is the function below, with the same signature")]
            {
                #[link(wasm_import_module = "parts")]
                unsafe extern "C" {
                    #[link_name = concat!("__wasm_split_00", stringify!($part), "00_import_000000000000000000000000000000", $number)]
                    fn of_the_part($($argument: $type),*) $(-> $result)?;
                }
                #[unsafe(export_name = concat!("__wasm_split_00", stringify!($part), "00_export_000000000000000000000000000000", $number))]
                extern "C" fn in_the_part($($argument: $type),*) $(-> $result)? {
                    $function($($argument),*)
                }
                unsafe { of_the_part($($argument),*) }
            }
            #[cfg(not(feature = "split"))]
            $function($($argument),*)
        }
    )*};
}

entries! {
    run "01" fn received(ui: &Ui, message: Vec<u8>) = messages::received;
    run "02" fn show_stage(stage: &Stage, app: &App, theme: &Theme) = Stage::show;
    run "03" fn point_stage(ui: &Ui, event: &Event, there: bool, press: bool) = stage::pointed;
    later "04" fn show_inside(panel: &InspectPanel, app: &App, axis: (bool, u32), theme: &Theme) = InspectPanel::show;
    later "05" fn point_inside(ui: &Ui, event: &Event, there: bool, press: bool) = inspect::pointed;
    later "06" fn change_inside(ui: &Ui, element: &Element, value: &str) -> bool = inspect::changed;
    later "07" fn inspect(ui: &Ui, view: &str, options: &JsValue) -> Promise = ask::inspect;
    later "08" fn inspected(seen: &InspectReply) -> JsValue = ask::inspected;
    later "09" fn show_papers(ui: &Ui) = papers::show;
    later "10" fn share(ui: &Ui, action: &str, element: &Element) = share::act;
    later "11" fn export(ui: &Ui, action: &str, item: &Element) = export::choose;
    later "12" fn png(ui: &Ui, panel: Panel) -> Result<Promise> = export::png;
    later "13" fn open_files(ui: &Ui, files: &FileList) = open::read_first;
    later "14" fn open_run(ui: &Ui, bytes: &[u8]) -> core::result::Result<(), String> = open::open_run;
    later "15" fn help(ui: &Ui) = help::open;
}

/// A part of the page's module.
pub struct Part {
    name: &'static str,
    /// Which of the parts of an element it is.
    of: fn(&Ui) -> &Part,
    /// Promises that it is there.
    load: Function,
    /// Says that it cannot be loaded, and why.
    fail: fn(&Ui, &str),
    here: Cell<bool>,
    waiting: RefCell<Vec<Box<dyn FnOnce(&Ui)>>>,
}

impl Part {
    /// The part of this name.
    pub fn new(name: &'static str, of: fn(&Ui) -> &Part, load: Function, fail: fn(&Ui, &str)) -> Part {
        Part { name, of, load, fail, here: Cell::new(cfg!(not(feature = "split"))), waiting: RefCell::default() }
    }

    /// Whether its [`entries!`] may be called.
    pub fn is_here(&self) -> bool {
        self.here.get()
    }

    /// Does what needs it, in order: now, or once it is loaded. If it cannot be, the page says so, and the next call tries again.
    /// `ui` is whose part it is.
    pub fn with(&self, ui: &Ui, what: impl FnOnce(&Ui) + 'static) {
        if self.is_here() {
            return what(ui);
        }
        let asked = !self.waiting.borrow().is_empty();
        self.waiting.borrow_mut().push(Box::new(what));
        if asked {
            return;
        }
        let (me, part) = (ui.me(), self.of);
        let loaded = move |loaded: Result<JsValue>| {
            if let Some(ui) = me.upgrade() {
                part(&ui).settle(&ui, loaded);
            }
        };
        match self.load.call1(&JsValue::NULL, &self.name.into()) {
            Ok(promise) => then(promise.unchecked_ref(), loaded),
            Err(error) => self.settle(ui, Err(error)),
        }
    }

    fn settle(&self, ui: &Ui, loaded: Result<JsValue>) {
        let waiting = self.waiting.take();
        match loaded {
            Ok(_) => {
                self.here.set(true);
                waiting.into_iter().for_each(|what| what(ui));
            }
            Err(error) => (self.fail)(ui, &describe(&error)),
        }
    }
}

impl Ui {
    /// What a network that trains takes cannot be loaded.
    pub fn cannot_train(&self, why: &str) {
        self.act(|app| app.crashed(&format!("the page's part for it could not be loaded: {why}")));
    }

    /// What somebody asked for cannot be loaded.
    pub fn cannot_show(&self, why: &str) {
        self.act(|app| app.problems = vec![format!("This part of the page could not be loaded: {why}. Try again.")]);
    }
}
