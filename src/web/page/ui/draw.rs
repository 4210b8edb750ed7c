//! How an element's state is drawn.

use wasm_bindgen::prelude::*;

use super::Ui;
use crate::config::Layout;
use crate::tr;
use crate::view::app::{App, State, Value};
use crate::view::chart::{StepAxis, Theme};
use crate::view::narrative::beforehand;
use crate::view::run_table::AllRuns;
use crate::web::page::chart::Scene;
use crate::web::page::dom::{Result, describe};
use crate::web::page::{axes, later};

impl Ui {
    /// Draws everything now, e.g. after a resize emptied the canvases.
    pub fn draw(&self) {
        self.speak();
        self.take_in();
        let app = self.app.borrow();
        let past = app.runs.drawn().into_iter().flat_map(|(_, histories)| histories);
        let last = app.histories.iter().chain(past).filter_map(|history| history.points.last()).map(|point| point.step).max();
        if !app.begun() {
            self.zoom.set(None);
        }
        self.span.set(axes::reach(self, &app.config.axis, app.begun(), last.unwrap_or(0)));
        if self.dark.apply(&self.host, app.config.theme, self.addressed).unwrap_or(false) {
            self.gallery.repaint();
        }
        let curves = match app.config.layout {
            Layout::Auto => self.narrow.get(),
            Layout::Stage => false,
            Layout::Curves => true,
        };
        if curves {
            self.build_settings();
        }
        self.controls.show(&app.config, app.version);
        let (narrative, forecast) = match self.run.is_here() {
            true => (later::narrate(&app), Some(later::foretell(&app))),
            false => (beforehand(&app), None),
        };
        self.readout.show(&app, curves, &narrative, forecast.as_deref());
        let theme = self.dark.theme.borrow();
        self.stage.arrange(&app);
        self.inspect_panel.arrange(&app);
        let lacks_painting = self.stage.lacks_painting(&app);
        if lacks_painting && self.later.is_here() {
            self.stage.others.set(later::other_paintings());
        }
        if self.run.is_here() {
            later::show_stage(&self.stage, &app, &theme);
            self.tables.iter().zip(&self.charts).for_each(|(table, chart)| later::show_table(table, &app, chart.panel.get()));
        }
        let table = self.sweep.table.borrow();
        let runs = AllRuns { app: &app, sweep: table.as_ref() };
        let several = self.runs.arrange(runs);
        if self.later.is_here() {
            if several {
                later::show_runs(&self.runs, &self.root, runs, self.addressed);
            }
            later::show_inside(&self.inspect_panel, &app, self.step_axis(), &theme);
            if self.sweep.is_open(&app.config) {
                later::show_sweep(&self.sweep, &self.root, &app, &theme);
            }
            if self.tour.is_on(&app) {
                later::show_tour(&self.tour, &app);
            }
        }
        let papers = self.gallery.changed(&app, table.as_ref());
        drop((theme, table));
        let (tour, sweep) = (self.tour.is_wanted(&app), self.sweep.is_open(&app.config));
        drop(app);
        self.tell_runs();
        if !self.later.is_here() && ((sweep && self.sweep.asks()) || (several && self.runs.asks())) {
            self.later(Ui::redraw);
        }
        if papers {
            self.later(Ui::show_papers);
        }
        if (tour || lacks_painting) && !self.later.is_here() {
            self.later(Ui::redraw);
        }
        self.draw_charts();
    }

    /// Tells who listens that the table of runs is another one.
    fn tell_runs(&self) {
        let (revision, earlier) = {
            let runs = &self.app.borrow().runs;
            (runs.revision, runs.past.len() as u32)
        };
        if self.told_runs.replace(revision) != revision {
            let _ = self.emit("runs", &[("earlier", Value::Number(earlier.into()))]);
        }
    }

    /// Builds the first row of all settings, where nobody has seen it yet.
    pub fn build_settings(&self) {
        self.built(self.controls.build_primary(&self.root));
    }

    /// Controls were built, if it was still to do: they are as the others.
    pub fn built(&self, now: Result<bool>) {
        // It only fails where the template lacks a part, which a test would tell.
        if now == Ok(true) {
            self.unexplained.set(true);
            self.apply_hide();
            let app = self.app.borrow();
            self.controls.show(&app.config, app.version);
            self.redraw();
        }
    }

    fn show_papers(&self) {
        let table = self.sweep.table.borrow();
        let needs_record = later::show_papers(&self.gallery, &self.app.borrow(), table.as_ref(), (&self.root, &self.host));
        drop(table);
        if needs_record {
            self.want_record();
        }
    }

    /// Has the record of the experiments fetched, once.
    pub fn want_record(&self) {
        let me = self.me();
        self.gallery.want(move |record| {
            if let Some(ui) = me.upgrade() {
                ui.speak();
                ui.recorded(record);
            }
        });
    }

    /// The record of the experiments has come, or cannot be had.
    fn recorded(&self, record: Result<JsValue>) {
        match record {
            Ok(text) => later::read_papers(&self.gallery, &text.as_string().unwrap_or_default()),
            Err(error) => {
                let why = describe(&error);
                let said = || tr!("What was recorded of the experiments cannot be had: {why}.", why);
                self.act(|app| app.problems.push(said()));
            }
        }
        self.gallery.rewrite();
        self.redraw();
    }

    fn draw_charts(&self) {
        let (app, theme) = (self.app.borrow(), self.dark.theme.borrow());
        let recorded = self.gallery.recorded(&app.record.experiment);
        let replayed = if self.replay.plays() { later::replayed(&self.replay, &self.gallery, &app) } else { None };
        if replayed.as_ref().is_some_and(|played| played.more) {
            self.redraw();
        }
        let reference = recorded.as_ref().map(|arm| &arm.curve).or(replayed.as_ref().map(|played| &played.curve));
        let (at, live) = (self.shown_step(&app), app.histories.first().and_then(|history| history.points.last()));
        let (whole, drawn) = (self.scene(&app, &theme), app.runs.drawn());
        let scene = Scene {
            hover: at,
            playhead: at.or(live.map(|point| point.step)),
            guess: app.guess,
            reference,
            // There is room for all of it from the start.
            steps: StepAxis { span: whole.steps.span.max(replayed.as_ref().map_or(0, |played| played.last)), ..whole.steps },
            past: &drawn,
            ..whole
        };
        // From the start, so that nothing moves when the curves come.
        if self.readout.values(&app, &self.charts, &scene) {
            self.unexplained.set(true);
            self.redraw();
        }
        self.axis_menu.show(&scene);
        if self.run.is_here() {
            let more = app.state() == State::Running;
            let draw = if scene.across.is_some() { later::draw_across } else { later::draw_over_steps };
            self.charts.iter().for_each(|chart| draw(chart, &scene, app.runs.revision, more));
        }
    }

    /// The step axis, as all that is drawn along it has it.
    pub fn step_axis(&self) -> StepAxis {
        StepAxis { log: self.log.get(), span: self.span.get(), zoom: self.zoom.get() }
    }

    /// What charts show, but for the pointer.
    pub fn scene<'a>(&self, app: &'a App, theme: &'a Theme) -> Scene<'a> {
        // What draws against something else than steps is loaded later.
        let across = self.across.get().filter(|_| self.later.is_here());
        let steps = self.step_axis();
        Scene {
            histories: &app.histories,
            classes: app.operation(&app.record).classes(&app.record),
            loss: app.present().loss,
            steps: StepAxis { zoom: steps.zoom.filter(|_| across.is_none()), ..steps },
            smooth: self.smooth.get(),
            across,
            other: self.other.get(),
            hover: None,
            playhead: None,
            guess: None,
            until: None,
            reference: None,
            past: &[],
            changes: &app.record.at,
            fork: app.runs.from.map(|from| from.step),
            theme,
        }
    }
}
