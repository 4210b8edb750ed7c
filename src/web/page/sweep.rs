//! The panel of a table of runs: what asks for one, its diagram, and what is known of the chosen cell. It is built when it is
//! opened for the first time.

use std::cell::{Cell, OnceCell, RefCell};

use wasm_bindgen::prelude::*;
use web_sys::{
    Element, HtmlButtonElement, HtmlCanvasElement, HtmlDetailsElement, HtmlInputElement, HtmlSelectElement, ShadowRoot,
};

use super::dom::{Result, fill, find, screen, set_attribute, set_text};
use super::link::{Link, Ticks};
use super::surface::Surface;
use crate::config::{Config, EACH, Sweep};
use crate::exec::Engine;
use crate::language::{self, translate};
use crate::metrics::History;
use crate::settings::{KEYS, Key, Kind, key, may_vary};
use crate::sweep::LearningPhase;
use crate::text;
use crate::tr;
use crate::view::app::App;
use crate::view::chart::Theme;
use crate::view::draw::Area;
use crate::view::silence::Silence;
use crate::view::sweep::SweepTable;
use crate::view::sweep::diagram::{self, CellMeasure};

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
    /// What the colours stand for.
    pub measure: Cell<CellMeasure>,
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
    view: (CellMeasure, Option<usize>),
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

/// What is in the panel.
pub struct Parts {
    axes: [(HtmlSelectElement, HtmlInputElement); 2],
    seeds: HtmlInputElement,
    runs: Element,
    run: HtmlButtonElement,
    progress: Element,
    told: Element,
    /// The diagram.
    pub diagram: Surface,
    legend: Element,
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
            measure: Cell::default(),
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

    /// The wish that its fields express: the settings `sweep` and `seeds`.
    pub fn wish(&self) -> Option<[(&'static str, String); 2]> {
        let parts = self.parts.get()?;
        let axes = parts.axes.iter().filter(|(key, _)| !key.value().is_empty());
        let sweep: Vec<String> = axes.map(|(key, values)| [key.value().as_str(), ":", values.value().trim()].concat()).collect();
        Some([("sweep", sweep.join(",")), ("seeds", parts.seeds.value())])
    }

    /// Another setting was chosen for an axis: it gets values around the present one.
    pub fn propose(&self, select: &Element, config: &Config) {
        let Some(parts) = self.parts.get() else { return };
        for (menu, values) in parts.axes.iter().filter(|(menu, _)| ***menu == *select) {
            let proposed = match key(&menu.value()) {
                Some(key) => proposal(key, config),
                None if menu.value() == EACH => "|wd=0".into(),
                None => String::new(),
            };
            values.set_value(&proposed);
        }
    }

    /// Shows another table, of which no cell is chosen.
    pub fn lay(&self, table: SweepTable) {
        self.table.replace(Some(table));
        self.chosen.set(None);
        self.drawn.take();
    }

    /// Where the diagram lies on its canvas.
    pub fn area(&self) -> Option<Area> {
        Some(area(&self.parts.get()?.diagram))
    }

    /// Shows the state in these colours.
    pub fn show(&self, root: &ShadowRoot, app: &App, theme: &Theme) {
        let Ok((parts, new)) = self.parts(root) else { return };
        if self.fields.replace(app.version) != app.version || new {
            parts.write_fields(&app.config);
        }
        let table = self.table.borrow();
        let view = (self.measure.get(), self.chosen.get());
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
        let (measure, chosen) = view;
        parts.write(table, app, (measure, shown.is_some()));
        parts.paint(table, measure, chosen.filter(|cell| *cell < table.cells()), theme);
    }
}

impl Parts {
    fn new(root: &ShadowRoot) -> Result<Parts> {
        let part = |name: &str| find::<Element>(root, &format!("[data-sweep={name}]"));
        let menus = super::dom::all(root, "[data-sweep=key]").into_iter().map(JsCast::unchecked_into);
        let fields = super::dom::all(root, "[data-sweep=values]").into_iter().map(JsCast::unchecked_into);
        let axes: Vec<(HtmlSelectElement, HtmlInputElement)> = menus.zip(fields).collect();
        let axes: [_; 2] = axes.try_into().map_err(|_| "the panel of runs has two axes")?;
        for (index, (menu, _)) in axes.iter().enumerate() {
            let none = if index == 0 { String::new() } else { option("", tr!("– nothing –")) };
            let keys = KEYS.iter().filter(|key| may_vary(key)).map(|key| option(key.name, translate(key.label)));
            fill(menu, &(none + &keys.collect::<String>() + &option(EACH, tr!("Sets of settings"))))?;
        }
        let measures = CellMeasure::ALL.map(|(_, id, label)| option(id, translate(label)));
        let menu = part("measure")?;
        fill(&menu, &measures.concat())?;
        let surface = |name: &str| Surface::new(part(name)?.unchecked_into::<HtmlCanvasElement>());
        Ok(Parts {
            axes,
            seeds: part("seeds")?.unchecked_into(),
            runs: part("runs")?,
            run: find(root, "[data-action=sweep-run]")?,
            progress: part("progress")?,
            told: part("told")?,
            diagram: surface("diagram")?,
            legend: part("legend")?,
            cell: part("cell")?,
            words: part("words")?,
            curves: surface("curves")?,
            rows: find(root, "[data-action=sweep-rows]")?,
        })
    }

    /// The fields say what the settings say; without a sweep, what would be worth a try.
    fn write_fields(&self, config: &Config) {
        let written = config.sweep.write();
        let swept = config.sweep.0.iter().map(|axis| {
            let one = Sweep(vec![axis.clone()]).write();
            (axis.key, one.split_once(':').map_or_else(String::new, |(_, values)| values.into()))
        });
        let proposed = ["wd", "train"].map(|name| (name, key(name).map(|key| proposal(key, config)).unwrap_or_default()));
        let axes: Vec<(&str, String)> = if written.is_empty() { proposed.into() } else { swept.collect() };
        for (i, (menu, values)) in self.axes.iter().enumerate() {
            let (name, text) = axes.get(i).map_or(("", ""), |(name, text)| (*name, text.as_str()));
            menu.set_value(name);
            values.set_value(text);
        }
        self.seeds.set_value(&config.seeds.to_string());
    }

    /// What is said in words.
    fn write(&self, table: &SweepTable, app: &App, (measure, begun): (CellMeasure, bool)) {
        let (over, all) = table.progress();
        let same = table.asks_like(&app.config);
        let label = match (table.running, table.over(), same) {
            (true, ..) => tr!("Pause all"),
            (false, false, true) if over > 0 => tr!("Continue"),
            _ => tr!("Train them all"),
        };
        set_text(&self.run, label);
        let _ = self.run.toggle_attribute_with_force("disabled", app.config.sweep == Sweep::default() && self.axes_are_empty());
        set_text(&self.runs, &if same { tr!("{count} runs", count = text::thousands(all as u64)) } else { String::new() });
        set_attribute(&self.progress, "value", &crate::number::shortest(over as f64 / all.max(1) as f64));
        let (decided, count) = (text::thousands(over as u64), text::thousands(all as u64));
        let told = match table.left_ms().filter(|_| table.running) {
            Some(left) => tr!("{decided} of {count} decided, about {left} left", decided, count, left = text::duration(left)),
            None if over == 0 && !table.running => String::new(),
            None => tr!("{decided} of {count} decided", decided, count),
        };
        set_text(&self.told, &told);
        self.write_legend(table, measure);
        let _ = self.rows.toggle_attribute_with_force("hidden", !begun);
    }

    fn axes_are_empty(&self) -> bool {
        self.axes.iter().all(|(key, _)| key.value().is_empty())
    }

    fn write_legend(&self, table: &SweepTable, measure: CellMeasure) {
        let phases: Vec<Option<LearningPhase>> = (0..table.cells()).map(|cell| table.phase(cell)).collect();
        let entry = |phase: LearningPhase| {
            let count = phases.iter().filter(|other| **other == Some(phase)).count();
            let (name, color) = (diagram::name(phase), crate::view::color::css(diagram::color(phase)));
            format!(
                r#"<span><svg viewBox="0 0 10 10" aria-hidden=true><line x2=10 y1=5 y2=5 stroke={color} stroke-width=10 /></svg> {name} {count}</span> "#
            )
        };
        let legend = match measure {
            CellMeasure::Phase => LearningPhase::ALL.map(entry).concat(),
            _ => String::new(),
        };
        if self.legend.get_attribute("data-of").as_deref() != Some(legend.as_str()) {
            let _ = fill(&self.legend, &legend);
            set_attribute(&self.legend, "data-of", &legend);
        }
    }

    /// The diagram, and the chosen cell's curves.
    fn paint(&self, table: &SweepTable, measure: CellMeasure, chosen: Option<usize>, theme: &Theme) {
        fit(&self.diagram);
        let solid = self.diagram.solid(theme);
        let mut brush = self.diagram.clear(&solid.font);
        diagram::draw(&mut brush, table, measure, chosen, area(&self.diagram), &solid);
        let words = chosen.map(|cell| table.cell_words(cell));
        let hint = tr!("Phase diagram. The arrow keys move from cell to cell; the table below says the same.");
        set_attribute(&self.diagram.canvas, "aria-label", words.as_deref().unwrap_or(hint));
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

/// A choice of a menu.
fn option(value: &str, label: &str) -> String {
    format!(r#"<option value="{}">{}</option>"#, text::escape(value), text::escape(label))
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

/// Values of a setting that are worth a try, around the present one.
fn proposal(key: &Key, config: &Config) -> String {
    let now = (key.get)(config);
    let number = crate::number::parse(&now);
    match (&key.kind, number) {
        (Kind::Choice(choices), _) => choices().iter().map(|(id, _)| *id).take(4).collect::<Vec<_>>().join("|"),
        (Kind::Flag, _) => "false|true".into(),
        (Kind::Number(low, high), Some(now)) if *high <= 1.0 => {
            let (from, to) = ((now - 0.2).max(low.max(0.1)), (now + 0.3).min(high.min(0.9)));
            [from, to].map(|end| crate::number::shortest((end * 20.0).round() / 20.0)).join("..") + ":5"
        }
        (Kind::Number(low, high), Some(now)) if now > 0.0 => {
            let ends = [(now / 10.0).max(*low), (now * 10.0).min(*high)];
            ends.map(crate::number::shortest).join("..") + ":5:log"
        }
        (Kind::Number(_, high), _) => ["0..", &crate::number::shortest(high.min(1.0)), ":5"].concat(),
        (Kind::Integer(low, high), Some(now)) => {
            let now = now as u32;
            let values = [(now / 2).max(*low), now, now.saturating_mul(2).min(*high)];
            let mut values: Vec<String> = values.iter().map(u32::to_string).collect();
            values.dedup();
            values.join("|")
        }
        _ => now,
    }
}
