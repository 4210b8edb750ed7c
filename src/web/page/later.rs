//! What the page shows, as far as it is loaded later.

use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ShadowRoot};

use super::chart::{Chart, Scene};
use super::gallery::Gallery;
use super::inspect_panel::InspectPanel;
use super::link::Link;
use super::measures;
use super::part::entries;
use super::replay::Replay;
use super::runs::RunPanel;
use super::stage::Stage;
use super::style;
use super::sweep::SweepPanel;
use super::table::Table;
use super::tip;
use super::tour::TourCard;
use crate::metrics::Panel;
use crate::protocol::inspect::InspectReply;
use crate::protocol::{self, Command, Event};
use crate::view::app::App;
use crate::view::chart::{StepAxis, Theme};
use crate::view::foretold;
use crate::view::narrative::{self, Narrative};
use crate::view::replay::Played;
use crate::view::run_table::AllRuns;
use crate::view::stage::{self, Painting};
use crate::view::sweep::SweepTable;

entries! {
    run "01" fn decode(message: &[u8]) -> Result<Event, String> = protocol::decode;
    run "02" fn update(app: &mut App, event: Event) = App::update;
    run "56" fn send(link: &Link, command: &Command) -> Result<(), JsValue> = Link::send;
    run "58" fn run_file(app: &App, snapshot: Vec<u8>) -> Option<Vec<u8>> = run_file_of;
    run "57" fn explain(root: &ShadowRoot) = tip::describe;
    run "03" fn show_stage(stage: &Stage, app: &App, theme: &Theme) = Stage::show;
    run "27" fn narrate(app: &App) -> Narrative = narrative::narrate;
    run "43" fn draw_over_steps(chart: &Chart, scene: &Scene, runs: u32, more: bool) = Chart::draw;
    run "63" fn foretell(app: &App) -> String = foretold::foretell;
    run "10" fn show_table(table: &Table, app: &App, panel: Panel) = Table::show;
    later "48" fn dress(root: &ShadowRoot) -> Result<(), JsValue> = style::of_the_rest;
    later "04" fn show_inside(panel: &InspectPanel, app: &App, steps: StepAxis, theme: &Theme) = InspectPanel::show;
    later "05" fn show_papers(gallery: &Gallery, app: &App, table: Option<&SweepTable>, page: (&ShadowRoot, &HtmlElement)) -> bool = Gallery::show;
    later "06" fn read_papers(gallery: &Gallery, record: &str) = Gallery::read;
    later "07" fn inspected(seen: &InspectReply) -> Option<JsValue> = measures::of;
    later "29" fn replayed(replay: &Replay, gallery: &Gallery, app: &App) -> Option<Played> = Replay::played;
    later "42" fn draw_across(chart: &Chart, scene: &Scene, runs: u32, more: bool) = Chart::draw_across;
    later "40" fn show_sweep(panel: &SweepPanel, root: &ShadowRoot, app: &App, theme: &Theme) = SweepPanel::show;
    later "09" fn show_runs(panel: &RunPanel, root: &ShadowRoot, runs: AllRuns, addressed: bool) = RunPanel::show;
    later "64" fn other_paintings() -> &'static [&'static Painting] = stage::other_paintings;
    later "08" fn show_tour(card: &TourCard, app: &App) = TourCard::show;
}

/// The content of a file of the run as it is, around a snapshot that has just come.
fn run_file_of(app: &App, snapshot: Vec<u8>) -> Option<Vec<u8>> {
    Some(app.run_file(snapshot)?.encode())
}
