//! What a visit loads when somebody asks for it: looks inside, the papers, the dialog that shares, files.
//!
//! With the feature `split`, what only the [`entries!`] reach is a module of its own, which shares the memory of the page's;
//! `xtask/src/split.rs` divides them after linking. Elsewhere they are ordinary functions.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, FileList};

use super::actions::{ask, export, inspect, open, papers, share};
use super::dom::{Result, describe, then};
use super::help;
use super::inspect_panel::InspectPanel;
use super::ui::Ui;
use crate::metrics::Panel;
use crate::protocol::inspect::InspectReply;
use crate::view::app::App;
use crate::view::chart::Theme;

/// Functions of the other module, each with a number of its own, by which the linker's output tells them apart. They may be
/// called once it is there, see [`Later`].
macro_rules! entries {
    ($($number:literal fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? = $function:path;)*) => {$(
        #[allow(improper_ctypes, improper_ctypes_definitions, reason = "both sides are compiled together")]
        pub fn $name($($argument: $type),*) $(-> $result)? {
            #[cfg(feature = "split")]
            #[expect(unsafe_code, reason = "what is called is the function below, with the same signature")]
            {
                #[link(wasm_import_module = "later")]
                unsafe extern "C" {
                    #[link_name = concat!("__wasm_split_00later00_import_000000000000000000000000000000", $number)]
                    fn other_module($($argument: $type),*) $(-> $result)?;
                }
                #[unsafe(export_name = concat!("__wasm_split_00later00_export_000000000000000000000000000000", $number))]
                extern "C" fn of_this_module($($argument: $type),*) $(-> $result)? {
                    $function($($argument),*)
                }
                unsafe { other_module($($argument),*) }
            }
            #[cfg(not(feature = "split"))]
            $function($($argument),*)
        }
    )*};
}

entries! {
    "01" fn show_inside(panel: &InspectPanel, app: &App, axis: (bool, u32), theme: &Theme) = InspectPanel::show;
    "02" fn point_inside(ui: &Ui, event: &Event, there: bool, press: bool) = inspect::pointed;
    "03" fn change_inside(ui: &Ui, element: &Element, value: &str) -> bool = inspect::changed;
    "04" fn inspect(ui: &Ui, view: &str, options: &JsValue) -> Promise = ask::inspect;
    "05" fn inspected(seen: &InspectReply) -> JsValue = ask::inspected;
    "06" fn show_papers(ui: &Ui) = papers::show;
    "07" fn share(ui: &Ui, action: &str, element: &Element) = share::act;
    "08" fn export(ui: &Ui, action: &str, item: &Element) = export::choose;
    "09" fn png(ui: &Ui, panel: Panel) -> Result<Promise> = export::png;
    "10" fn open_files(ui: &Ui, files: &FileList) = open::read_first;
    "11" fn open_run(ui: &Ui, bytes: &[u8]) -> core::result::Result<(), String> = open::open_run;
    "12" fn help(ui: &Ui) = help::open;
}

/// Whether the other module is there, and what waits for it.
pub struct Later {
    /// Promises that it is.
    load: Function,
    here: Cell<bool>,
    waiting: RefCell<Vec<Box<dyn FnOnce(&Ui)>>>,
}

impl Later {
    /// Loads with this function.
    pub fn new(load: Function) -> Later {
        Later { load, here: Cell::new(cfg!(not(feature = "split"))), waiting: RefCell::default() }
    }

    /// Whether [`entries!`] may be called.
    pub fn is_here(&self) -> bool {
        self.here.get()
    }
}

impl Ui {
    /// Does what needs the other module: now, or once it is loaded. If it cannot be, the page says so, and the next call tries
    /// again.
    pub fn later(&self, what: impl FnOnce(&Ui) + 'static) {
        if self.later.is_here() {
            return what(self);
        }
        let mut waiting = self.later.waiting.borrow_mut();
        waiting.push(Box::new(what));
        if waiting.len() > 1 {
            return;
        }
        drop(waiting);
        let me = self.me();
        let loaded = move |loaded: Result<JsValue>| {
            let Some(ui) = me.upgrade() else { return };
            let waiting = ui.later.waiting.take();
            match loaded {
                Ok(_) => {
                    ui.later.here.set(true);
                    waiting.into_iter().for_each(|what| what(&ui));
                }
                Err(error) => {
                    let message = format!("This part of the page could not be loaded: {}. Try again.", describe(&error));
                    ui.act(|app| app.problems = vec![message]);
                }
            }
        };
        match self.later.load.call0(&JsValue::NULL) {
            Ok(promise) => then(promise.unchecked_ref(), loaded),
            Err(error) => loaded(Err(error)),
        }
    }
}
