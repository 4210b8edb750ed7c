//! The table of all runs. It is built when there is a second run.

use std::cell::{Cell, OnceCell, RefCell};

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, ShadowRoot};

use super::dom::{Result, fill, find, now_ms, set_attribute, set_text};
use super::share;
use crate::language;
use crate::settings::to_query;
use crate::text::thousands;
use crate::tr;
use crate::view::run_table::{AllRuns, Line, Lines, TableView, frame, lines};

/// With so many rows, nobody has to search for one.
const FEW: usize = 8;
/// Milliseconds between two versions of the table while a sweep trains.
const EVERY_MS: f64 = 500.0;

/// Its elements, how it is looked at, and what was last written to them.
pub struct RunPanel {
    panel: Element,
    body: Element,
    fork: Element,
    /// How it is looked at.
    pub view: RefCell<TableView>,
    parts: OnceCell<Parts>,
    /// Whether what shows it was asked for.
    asked: Cell<bool>,
    written: RefCell<Option<Written>>,
    /// When that was, milliseconds of the page's clock.
    at: Cell<f64>,
}

/// What the table says, and of what.
#[derive(PartialEq)]
struct Written {
    /// Of the settings, of the runs and of the sweep.
    versions: (u32, u32, Option<u32>),
    /// Updates of the present run.
    step: u32,
    view: TableView,
    language: &'static str,
    frame: String,
}

struct Parts {
    tools: Element,
    each: Element,
    rows: Element,
    count: Element,
    pages: Element,
    link: Element,
}

impl RunPanel {
    /// The empty panel of the template.
    pub fn new(root: &ShadowRoot) -> Result<Self> {
        Ok(RunPanel {
            panel: find(root, "[data-panel=compare]")?,
            body: find(root, "[data-runs=body]")?,
            fork: find(root, "[data-action=fork]")?,
            view: RefCell::default(),
            parts: OnceCell::new(),
            asked: Cell::default(),
            written: RefCell::default(),
            at: Cell::default(),
        })
    }

    /// Is there where there are several runs. Returns whether it is.
    pub fn arrange(&self, runs: AllRuns) -> bool {
        let _ = self.fork.toggle_attribute_with_force("disabled", !runs.app.can_fork());
        let several = runs.several();
        let _ = self.panel.toggle_attribute_with_force("data-idle", !several);
        several
    }

    /// Whether what shows it has to be asked for: once, or what cannot be loaded would be asked for in every frame.
    pub fn asks(&self) -> bool {
        !self.asked.replace(true)
    }

    /// Scrolls to it, and gives it the focus.
    pub fn reveal(&self) {
        self.panel.scroll_into_view();
        if let Some(parts) = self.parts.get() {
            let _ = parts.rows.unchecked_ref::<HtmlElement>().focus();
        }
    }

    /// Shows the rows after these, or those before.
    pub fn turn(&self, on: bool) {
        let mut view = self.view.borrow_mut();
        view.page = if on { view.page + 1 } else { view.page.saturating_sub(1) };
    }

    fn parts(&self, root: &ShadowRoot) -> Result<&Parts> {
        if let Some(parts) = self.parts.get() {
            return Ok(parts);
        }
        fill(&self.body, crate::stripped!("../../../www/runs.html"))?;
        let part = |name: &str| find::<Element>(root, &format!("[data-runs={name}]"));
        let parts = Parts {
            tools: part("tools")?,
            each: part("each")?,
            rows: part("rows")?,
            count: part("count")?,
            pages: part("pages")?,
            link: part("link")?,
        };
        Ok(self.parts.get_or_init(|| parts))
    }

    /// Shows the runs; `addressed` says whether links are to this page.
    pub fn show(&self, root: &ShadowRoot, runs: AllRuns, addressed: bool) {
        let Ok(parts) = self.parts(root) else { return };
        let AllRuns { app, sweep } = runs;
        let mut written = self.written.borrow_mut();
        let mut now = Written {
            versions: (app.version, app.runs.revision, sweep.map(|table| table.revision)),
            step: app.step,
            view: self.view.borrow().clone(),
            language: language::spoken().code,
            frame: String::new(),
        };
        if written.as_ref().is_some_and(|old| old.same(&now)) {
            return;
        }
        // While rows train, what changes by itself can wait for the eye, and leaves them the machine.
        let (since, training) = (now_ms() - self.at.get(), sweep.is_some_and(|table| table.running));
        if training
            && since < EVERY_MS
            && written.as_ref().is_some_and(|old| old.view == now.view && old.language == now.language)
        {
            return;
        }
        self.at.set(now_ms());
        let lines = lines(runs, &now.view);
        // There is nothing after the last page.
        now.view.page = lines.range.start / TableView::PAGE;
        self.view.borrow_mut().page = now.view.page;
        now.frame = frame(&lines, &now.view);
        let stays = written.as_ref().is_some_and(|old| old.frame == now.frame);
        // What somebody is writing is not taken away.
        if !stays && parts.is_written_in() {
            return;
        }
        // It only fails where the browser lacks a part, which a test would tell.
        let _ = parts.write(&lines, &now, stays);
        if let Ok(page) = share::page(addressed) {
            set_attribute(&parts.link, "href", &[&page, "#", &to_query(&runs.comparison())].concat());
        }
        *written = Some(now);
    }
}

impl Written {
    /// Whether the table would be the same.
    fn same(&self, other: &Written) -> bool {
        (self.versions, self.step, self.language) == (other.versions, other.step, other.language) && self.view == other.view
    }
}

impl Parts {
    /// Whether the focus is in a field with another text than the run has.
    fn is_written_in(&self) -> bool {
        let focused = self.rows.query_selector("input[type=text]:focus").ok().flatten();
        focused.is_some_and(|field| {
            let field: HtmlInputElement = field.unchecked_into();
            field.value() != field.default_value()
        })
    }

    fn write(&self, lines: &Lines, now: &Written, stays: bool) -> Result<()> {
        let (range, found) = (&lines.range, lines.found);
        if !stays {
            self.build(&now.frame)?;
        }
        let rows = self.rows.query_selector_all("tbody tr")?;
        for (i, line) in (0..).zip(&lines.page) {
            if let Some(row) = rows.get(i).and_then(|row| row.dyn_into::<Element>().ok()) {
                write_row(&row, line, lines.fields);
            }
        }
        let hide = |part: &Element, hidden: bool| part.toggle_attribute_with_force("hidden", hidden).map(drop);
        hide(&self.each, !lines.seeds)?;
        hide(&self.tools, !lines.seeds && lines.all <= FEW)?;
        hide(&self.pages, found <= TableView::PAGE)?;
        let [from, to, some, all] = [range.start + 1, range.end, found, lines.all].map(|n| thousands(n as u64));
        let told = match (found == lines.all, found > TableView::PAGE) {
            _ if found == 0 => tr!("None of {all} rows has these words", all),
            (true, false) => tr!("{all} rows", all),
            (true, true) => tr!("Rows {from} to {to} of {all}", from, to, all),
            (false, false) => tr!("{some} of {all} rows", some, all),
            (false, true) => tr!("Rows {from} to {to} of {some}, found among {all}", from, to, some, all),
        };
        set_text(&self.count, &told);
        Ok(())
    }

    /// Makes the rows anew, and gives the focus back; where its row is gone, to the one in its place.
    fn build(&self, frame: &str) -> Result<()> {
        let focused = self.rows.query_selector(":focus")?;
        let place = focused.as_ref().and_then(place);
        fill(&self.rows, frame)?;
        let Some((part, row, index)) = place else { return Ok(()) };
        let again = match row {
            None => self.rows.query_selector(&part)?,
            Some(row) => match self.rows.query_selector(&format!("{row} {part}"))? {
                Some(found) => Some(found),
                None => {
                    let parts = self.rows.query_selector_all(&part)?;
                    let last = parts.length().saturating_sub(1);
                    parts.get(index.min(last)).and_then(|part| part.dyn_into().ok())
                }
            },
        };
        again.map_or(Ok(()), |element| element.unchecked_into::<HtmlElement>().focus())
    }
}

/// How to find an element of the table again: its own selector, that of its row, and which of its kind it is.
fn place(element: &Element) -> Option<(String, Option<String>, u32)> {
    let named = |name: &str| Some(format!("[{name}=\"{}\"]", element.get_attribute(name)?));
    let part = [named("data-action"), named("data-runs"), named("data-of")].into_iter().flatten().collect::<String>();
    let row = element.closest("tr[data-row]").ok()?;
    let of = |name: &str| Some(format!("[{name}=\"{}\"]", row.as_ref()?.get_attribute(name)?));
    let selector = of("data-row").map(|row| ["tr", &row, &of("data-seed").unwrap_or_default()].concat());
    // Rows before its own have one of its kind each, but for the present run.
    let before = |row: &Element| {
        let mut count = 0;
        let mut before = row.previous_element_sibling();
        while let Some(row) = before {
            count += u32::from(row.query_selector(&part).ok().flatten().is_some());
            before = row.previous_element_sibling();
        }
        count
    };
    let index = row.as_ref().map_or(0, before);
    Some((part, selector, index))
}

/// What a row says, but for its fields: cells begin with what is drawn.
fn write_row(row: &Element, line: &Line, fields: [usize; 2]) {
    let mut cell = row.first_element_child();
    for (column, value) in line.values.iter().enumerate() {
        cell = cell.and_then(|cell| cell.next_element_sibling());
        if let Some(cell) = cell.as_ref().filter(|_| !fields.contains(&column)) {
            set_text(cell, &value.0);
        }
    }
}
