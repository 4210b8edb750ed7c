//! What people and programs ask for, as far as it is loaded later.

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, FileList};

use super::{arrangement, ask, export, inspect, listen, open, replay, row_workers, runs, share, speak, sweep, tour};
use crate::metrics::Panel;
use crate::web::page::dom::Result;
use crate::web::page::help;
use crate::web::page::part::entries;
use crate::web::page::ui::Ui;

entries! {
    run "24" fn csv(ui: &Ui) -> String = export::csv;
    run "25" fn json(ui: &Ui) -> String = export::json;
    run "26" fn svg(ui: &Ui, panel: Panel) -> String = export::svg;
    later "12" fn point_inside(ui: &Ui, event: &Event, there: bool, press: bool) = inspect::pointed;
    later "13" fn change_inside(ui: &Ui, element: &Element, value: &str) -> bool = inspect::changed;
    later "14" fn inspect(ui: &Ui, view: &str, options: &JsValue) -> Promise = ask::inspect;
    later "15" fn share(ui: &Ui, action: &str, element: &Element) = share::act;
    later "16" fn export(ui: &Ui, action: &str, item: &Element) = export::choose;
    later "17" fn png(ui: &Ui, panel: Panel) -> Result<Promise> = export::png;
    later "18" fn open_files(ui: &Ui, files: &FileList) = open::read_first;
    later "19" fn open_run(ui: &Ui, bytes: &[u8]) -> core::result::Result<(), String> = open::open_run;
    later "20" fn restore(ui: &Ui, bytes: Vec<u8>) -> core::result::Result<(), String> = open::restore;
    later "41" fn fill_drawer(ui: &Ui) = arrangement::fill_drawer;
    later "21" fn help(ui: &Ui) = help::open;
    later "22" fn tour(ui: &Ui, button: &Element) = tour::go;
    later "28" fn look_at_replay(ui: &Ui) = replay::look;
    later "30" fn speak(ui: &Ui, code: &str) = speak::speak;
    later "23" fn listen(ui: &Ui) = listen::play;
    later "31" fn sweep(ui: &Ui, action: &str) = sweep::act;
    later "32" fn change_sweep(ui: &Ui, element: &Element) = sweep::changed;
    later "33" fn point_sweep(ui: &Ui, event: &Event) = sweep::pointed;
    later "35" fn get_runs(ui: &Ui) -> Object = runs::columns;
    later "36" fn save_runs(ui: &Ui) -> Option<Vec<u8>> = runs::save;
    later "37" fn open_runs(ui: &Ui, bytes: &[u8], options: &JsValue) -> core::result::Result<(), String> = runs::open_table;
    later "61" fn runs(ui: &Ui, action: &str, button: &Element) = runs::act;
    later "62" fn change_runs(ui: &Ui, element: &Element) = runs::changed;
    later "38" fn start_runs(ui: &Ui) = sweep::start;
    later "39" fn pause_runs(ui: &Ui) = row_workers::pause;
    later "34" fn press_sweep(ui: &Ui, key: &str) -> bool = sweep::pressed;
}
