//! The list of runs: the present one and those that were left, with their names, and whether their curves are drawn.

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, ShadowRoot};

use super::dom::{Result, fill, find, set_attribute, set_text};
use crate::tr;
use crate::view::app::App;
use crate::view::runs::Row;

/// Its elements, and what was last written to them.
pub struct RunList {
    panel: Element,
    list: Element,
    fork: Element,
    /// Version of the configuration, and of the list.
    written: Cell<(u32, u32)>,
    /// The rows without what they say.
    frame: RefCell<String>,
}

impl RunList {
    /// The list of the template.
    pub fn new(root: &ShadowRoot) -> Result<Self> {
        let part = |name: &str| find::<Element>(root, name);
        let (panel, list) = (part("[data-panel=compare]")?, part("[data-list=runs]")?);
        Ok(RunList { panel, list, fork: part("[data-action=fork]")?, written: Cell::default(), frame: RefCell::default() })
    }

    /// Shows the state.
    pub fn show(&self, app: &App) {
        let _ = self.fork.toggle_attribute_with_force("disabled", !app.can_fork());
        let versions = (app.version, app.runs.revision);
        if self.written.replace(versions) != versions {
            let _ = self.panel.toggle_attribute_with_force("data-idle", app.runs.past.is_empty());
            // It only fails where the browser lacks a part, which a test would tell.
            let _ = self.write(&app.runs.rows(&app.record, app.step));
        }
        // Without other runs nobody sees it.
        if let Some(about) = (!app.runs.past.is_empty()).then(|| self.part("about", 0)).flatten() {
            set_text(&about, &app.runs.about(&app.record, app.step));
        }
    }

    /// Writes what each row says. The elements stay as long as the runs do, so that a click hits what it was meant for.
    fn write(&self, rows: &[Row]) -> Result<()> {
        let frame: String = rows.iter().enumerate().map(|(i, row)| html(i, row.color)).collect();
        if *self.frame.borrow() != frame {
            self.build(&frame, rows.len() - 1)?;
            *self.frame.borrow_mut() = frame;
        }
        for (i, row) in rows.iter().enumerate() {
            if let Some(name) = self.part("name", i) {
                name.unchecked_into::<HtmlInputElement>().set_value(&row.name);
            }
            if let Some(about) = self.part("about", i) {
                set_text(&about, &row.about);
            }
            if let (Some(show), Some(drop)) = (self.part("show", i), self.part("drop", i)) {
                set_attribute(&show, "aria-label", &tr!("Show {name}", name = row.name));
                set_attribute(&drop, "aria-label", &tr!("Delete {name}", name = row.name));
                show.unchecked_into::<HtmlInputElement>().set_checked(row.shown);
            }
        }
        Ok(())
    }

    /// Makes the rows anew, and gives the focus back; where the last row is gone, to the one before it.
    fn build(&self, frame: &str, last: usize) -> Result<()> {
        let focused = self.list.query_selector(":focus")?;
        fill(&self.list, frame)?;
        let again = focused.and_then(|old| self.part(&old.get_attribute("data-action")?, row(&old).min(last)));
        match again {
            Some(element) => element.unchecked_into::<HtmlElement>().focus(),
            None => Ok(()),
        }
    }

    /// What acts on a row, or tells about it.
    fn part(&self, action: &str, row: usize) -> Option<Element> {
        self.list.query_selector(&format!(r#"[data-action={action}][data-of="{row}"]"#)).ok()?
    }
}

/// A row. Runs that were left can be hidden and deleted.
fn html(i: usize, color: Option<&str>) -> String {
    let name = format!(r#"<input type=text aria-label="Name of a run" data-action=name data-of="{i}">"#);
    let about = format!(r#"<span class=quiet data-action=about data-of="{i}"></span>"#);
    let svg = |lines: &str| format!(r#"<svg viewBox="0 0 22 8" aria-hidden=true>{lines}</svg>"#);
    match color {
        None => {
            let lines = svg("<line x2=22 y1=1.5 y2=1.5 /><line class=test x2=22 y1=6.5 y2=6.5 />");
            format!("<li class=now><span></span>{lines}{name}{about}</li>")
        }
        Some(color) => {
            let show = format!(r#"<input type=checkbox data-action=show data-of="{i}">"#);
            let line = svg(&format!("<line x2=22 y1=4 y2=4 stroke={color} />"));
            let drop = format!(r#"<button type=button class=small data-action=drop data-of="{i}">✕</button>"#);
            format!("<li>{show}{line}{name}{about}{drop}</li>")
        }
    }
}

/// The run that an element is about.
pub fn row(element: &Element) -> usize {
    element.get_attribute("data-of").and_then(|row| row.parse().ok()).unwrap_or(0)
}
