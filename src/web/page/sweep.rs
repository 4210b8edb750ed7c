//! The panel of a table of runs: what asks for one, its diagram, and what is known of the chosen cell. It is built when it is
//! opened for the first time.

use std::cell::{Cell, OnceCell, RefCell};

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlButtonElement, HtmlCanvasElement, HtmlDetailsElement, HtmlSelectElement, ShadowRoot};

use super::dom::{Result, fill, find, screen, set_attribute, set_text};
use super::link::{Link, Ticks};
use super::surface::Surface;
use super::sweep_fields::{SweepFields, option};
use crate::config::{Config, Sweep};
use crate::exec::Engine;
use crate::language::{self, translate};
use crate::metrics::History;
use crate::sweep::LearningPhase;
use crate::text;
use crate::tr;
use crate::view::app::App;
use crate::view::chart::Theme;
use crate::view::draw::Area;
use crate::view::silence::Silence;
use crate::view::sweep::diagram::{self, CellMeasure};
use crate::view::sweep::law::{self, Law};
use crate::view::sweep::map;
use crate::view::sweep::{SweepPicture, SweepTable};

/// The table, its workers and its panel.
pub struct SweepPanel {
    details: HtmlDetailsElement,
    body: Element,
    /// The table, once there is one.
    pub table: RefCell<Option<SweepTable>>,
    /// Those who train its rows.
    pub workers: RefCell<Vec<RowWorker>>,
    /// Asks them whether they live.
    pub ticks: RefCell<Option<Ticks>>,
    /// What they train on.
    pub engine: Cell<Engine>,
    /// Since when rows train, milliseconds of the page's clock.
    pub since: Cell<Option<f64>>,
    /// The chosen cell.
    pub chosen: Cell<Option<usize>>,
    /// What is drawn.
    pub picture: Cell<Option<SweepPicture>>,
    parts: OnceCell<Parts>,
    /// Whether what shows it was asked for since it was opened.
    asked: Cell<bool>,
    /// Whether a link has opened it.
    opened: Cell<bool>,
    /// The version of the configuration that the fields show.
    fields: Cell<u32>,
    drawn: RefCell<Option<Drawn>>,
}

/// What a drawing depends on.
#[derive(PartialEq)]
struct Drawn {
    /// Of the settings, and of the table, if there is one.
    versions: (u32, Option<u32>),
    view: (SweepPicture, Option<usize>),
    /// Of the two canvases.
    sizes: [(f64, f64, f64); 2],
    theme: Theme,
    language: &'static str,
}

/// Who trains rows.
pub struct RowWorker {
    /// The wire to it.
    pub link: Link,
    /// Whether it listens.
    pub ready: bool,
    /// How long it has said nothing.
    pub silence: Silence,
}

impl RowWorker {
    /// One that is just started.
    pub fn new(link: Link) -> RowWorker {
        RowWorker { link, ready: false, silence: Silence::default() }
    }
}

/// What is in the panel.
pub struct Parts {
    fields: SweepFields,
    /// What is drawn.
    menu: HtmlSelectElement,
    runs: Element,
    run: HtmlButtonElement,
    progress: Element,
    told: Element,
    /// The diagram.
    pub diagram: Surface,
    legend: Element,
    law: Element,
    cell: Element,
    words: Element,
    curves: Surface,
    rows: Element,
}

impl SweepPanel {
    /// The empty panel of the template.
    pub fn new(root: &ShadowRoot) -> Result<Self> {
        Ok(SweepPanel {
            details: find(root, "[data-panel=sweep]")?,
            body: find(root, "[data-sweep=body]")?,
            table: RefCell::default(),
            workers: RefCell::default(),
            ticks: RefCell::default(),
            engine: Cell::new(Engine::Cpu),
            since: Cell::default(),
            chosen: Cell::default(),
            picture: Cell::default(),
            parts: OnceCell::new(),
            asked: Cell::new(false),
            opened: Cell::new(false),
            fields: Cell::default(),
            drawn: RefCell::default(),
        })
    }

    /// Whether it is to be seen. Settings with a sweep open it once.
    pub fn is_open(&self, config: &Config) -> bool {
        if config.sweep != Sweep::default() && !self.opened.replace(true) {
            self.details.set_open(true);
        }
        let open = self.details.open();
        if !open {
            self.asked.set(false);
        }
        open
    }

    /// Whether what shows it has to be asked for: once, or what cannot be loaded would be asked for in every frame.
    pub fn asks(&self) -> bool {
        !self.asked.replace(true)
    }

    /// Its parts, which are built by the first call; whether they were just now.
    fn parts(&self, root: &ShadowRoot) -> Result<(&Parts, bool)> {
        if let Some(parts) = self.parts.get() {
            return Ok((parts, false));
        }
        fill(&self.body, crate::stripped!("../../../www/sweep.html"))?;
        let parts = Parts::new(root)?;
        Ok((self.parts.get_or_init(|| parts), true))
    }

    /// Shows another table, of which no cell is chosen.
    pub fn lay(&self, table: SweepTable) {
        self.table.replace(Some(table));
        self.chosen.set(None);
        self.drawn.take();
    }

    /// The fields that ask for a table, once they are there.
    pub fn fields(&self) -> Option<&SweepFields> {
        Some(&self.parts.get()?.fields)
    }

    /// Where the diagram lies on its canvas.
    pub fn area(&self) -> Option<Area> {
        Some(area(&self.parts.get()?.diagram))
    }

    /// Shows the state in these colours.
    pub fn show(&self, root: &ShadowRoot, app: &App, theme: &Theme) {
        let Ok((parts, new)) = self.parts(root) else { return };
        if self.fields.replace(app.version) != app.version || new {
            parts.fields.write(&app.config);
        }
        let table = self.table.borrow();
        let config = table.as_ref().map_or(&app.config, |table| &table.config);
        let view = (SweepPicture::of(self.picture.get(), config), self.chosen.get());
        let drawn = Drawn {
            versions: (app.version, table.as_ref().map(|table| table.revision)),
            view,
            sizes: [&parts.diagram, &parts.curves].map(size),
            theme: theme.clone(),
            language: language::spoken().code,
        };
        if self.drawn.borrow().as_ref() == Some(&drawn) {
            return;
        }
        *self.drawn.borrow_mut() = Some(drawn);
        // Before it begins, the diagram is that of the settings.
        let shown = table.as_ref();
        let preview = if shown.is_none() { Some(SweepTable::new(&app.config)) } else { None };
        let Some(table) = shown.or(preview.as_ref()) else { return };
        let (picture, chosen) = view;
        parts.write(table, app, (picture, shown.is_some()));
        parts.paint(table, picture, chosen.filter(|cell| *cell < table.cells()), theme);
    }
}

impl Parts {
    fn new(root: &ShadowRoot) -> Result<Parts> {
        let part = |name: &str| find::<Element>(root, &format!("[data-sweep={name}]"));
        let pictures = SweepPicture::ALL.map(|(_, id, label)| option(id, translate(label)));
        let menu: HtmlSelectElement = part("picture")?.unchecked_into();
        fill(&menu, &pictures.concat())?;
        let surface = |name: &str| Surface::new(part(name)?.unchecked_into::<HtmlCanvasElement>());
        Ok(Parts {
            fields: SweepFields::new(root)?,
            menu,
            runs: part("runs")?,
            run: find(root, "[data-action=sweep-run]")?,
            progress: part("progress")?,
            told: part("told")?,
            diagram: surface("diagram")?,
            legend: part("legend")?,
            law: part("law")?,
            cell: part("cell")?,
            words: part("words")?,
            curves: surface("curves")?,
            rows: find(root, "[data-action=sweep-rows]")?,
        })
    }

    /// What is said in words.
    fn write(&self, table: &SweepTable, app: &App, (picture, begun): (SweepPicture, bool)) {
        let (over, all) = table.progress();
        let same = table.asks_like(&app.config);
        let label = match (table.running, table.over(), same) {
            (true, ..) => tr!("Pause all"),
            (false, false, true) if over > 0 => tr!("Continue"),
            _ => tr!("Train them all"),
        };
        set_text(&self.run, label);
        let _ = self.run.toggle_attribute_with_force("disabled", app.config.sweep == Sweep::default() && self.fields.are_empty());
        set_text(&self.runs, &if same { tr!("{count} runs", count = text::thousands(all as u64)) } else { String::new() });
        set_attribute(&self.progress, "value", &crate::number::shortest(over as f64 / all.max(1) as f64));
        let (decided, count) = (text::thousands(over as u64), text::thousands(all as u64));
        let told = match table.left_ms().filter(|_| table.running) {
            Some(left) => tr!("{decided} of {count} decided, about {left} left", decided, count, left = text::duration(left)),
            None if over == 0 && !table.running => String::new(),
            None => tr!("{decided} of {count} decided", decided, count),
        };
        set_text(&self.told, &told);
        self.offer(table, picture);
        self.write_legend(table, picture);
        let _ = self.rows.toggle_attribute_with_force("hidden", !begun);
    }

    /// The menu shows what is drawn, and offers the law and the map where there may be one.
    fn offer(&self, table: &SweepTable, picture: SweepPicture) {
        self.menu.set_value(picture.id());
        for other in [SweepPicture::Law, SweepPicture::Map] {
            if let Ok(Some(choice)) = self.menu.query_selector(&format!("[value={}]", other.id())) {
                let _ = choice.toggle_attribute_with_force("hidden", !other.applies(&table.config));
                let _ = choice.toggle_attribute_with_force("disabled", !other.applies(&table.config));
            }
        }
    }

    fn write_legend(&self, table: &SweepTable, picture: SweepPicture) {
        let entry = |phases: &[Option<LearningPhase>], phase: LearningPhase| {
            let count = phases.iter().filter(|other| **other == Some(phase)).count();
            let (name, color) = (diagram::name(phase), crate::view::color::css(diagram::color(phase)));
            format!(
                r#"<span><svg viewBox="0 0 10 10" aria-hidden=true><line x2=10 y1=5 y2=5 stroke={color} stroke-width=10 /></svg> {name} {count}</span> "#
            )
        };
        let legend = match picture {
            SweepPicture::Cells(measure @ (CellMeasure::Phase | CellMeasure::PhaseAt90)) => {
                let phases: Vec<_> = (0..table.cells()).map(|cell| table.colored(cell, measure)).collect();
                LearningPhase::ALL.map(|phase| entry(&phases, phase)).concat()
            }
            SweepPicture::Cells(_) | SweepPicture::Map => String::new(),
            SweepPicture::Law => law::legend(table),
        };
        if self.legend.get_attribute("data-of").as_deref() != Some(legend.as_str()) {
            let _ = fill(&self.legend, &legend);
            set_attribute(&self.legend, "data-of", &legend);
        }
    }

    /// The diagram, and the chosen cell's curves.
    fn paint(&self, table: &SweepTable, picture: SweepPicture, chosen: Option<usize>, theme: &Theme) {
        fit(&self.diagram);
        let solid = self.diagram.solid(theme);
        let mut brush = self.diagram.clear(&solid.font);
        let measure = if let SweepPicture::Cells(measure) = picture { measure } else { CellMeasure::default() };
        let words = chosen.map(|cell| table.cell_words(cell, measure));
        let (label, said) = match picture {
            SweepPicture::Cells(measure) => {
                diagram::draw(&mut brush, table, measure, chosen, area(&self.diagram), &solid);
                let hint = tr!("Phase diagram. The arrow keys move from cell to cell; the table below says the same.");
                (words.clone().unwrap_or_else(|| hint.into()), String::new())
            }
            SweepPicture::Law => {
                let law = Law::of(table);
                law.draw(&mut brush, chosen, area(&self.diagram), &solid);
                (words.clone().unwrap_or_else(|| law.words()), law.words())
            }
            SweepPicture::Map => {
                let said = table.map.as_ref().map_or_else(|| tr!("The map is found once all runs are over.").into(), map::words);
                if let Some(found) = &table.map {
                    map::draw(&mut brush, found, table.config.steps, area(&self.diagram), &solid);
                }
                (said.clone(), said)
            }
        };
        set_attribute(&self.diagram.canvas, "aria-label", &label);
        set_text(&self.law, &said);
        let _ = self.cell.toggle_attribute_with_force("hidden", chosen.is_none());
        let Some(cell) = chosen else { return };
        set_text(&self.words, words.as_deref().unwrap_or_default());
        let histories: Vec<&History> = table.histories(cell).collect();
        let _ = self.curves.canvas.toggle_attribute_with_force("hidden", histories.is_empty());
        if !histories.is_empty() {
            fit(&self.curves);
            diagram::curves(&mut self.curves.clear(&solid.font), &histories, area(&self.curves), &solid);
        }
    }
}

/// The width and height of a canvas's box, and device pixels per CSS pixel.
fn size(surface: &Surface) -> (f64, f64, f64) {
    (f64::from(surface.canvas.client_width()), f64::from(surface.canvas.client_height()), screen())
}

/// Makes a canvas as large as its box.
fn fit(surface: &Surface) {
    let (width, height, density) = size(surface);
    if surface.size() != (width, height, density) {
        surface.resize(width, height, width * density, height * density);
    }
}

fn area(surface: &Surface) -> Area {
    let (width, height, _) = surface.size();
    Area { x: 0.0, y: 0.0, width, height }
}
