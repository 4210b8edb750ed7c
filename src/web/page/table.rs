//! The data table behind a chart, for those who do not see curves. It is written only while it is open.

use std::cell::{Cell, RefCell};

use web_sys::{Element, ShadowRoot};

use super::dom::{Result, fill, find, now_ms, set_text};
use crate::language::translate;
use crate::metrics::{METRICS, Panel};
use crate::text;
use crate::tr;
use crate::view::app::{App, State};
use crate::view::chart::about::about;
use crate::view::rows::rows;

/// While training it is rewritten this seldom, so that it can be read: milliseconds.
const PAUSE: f64 = 1000.0;

/// The table of one chart.
pub struct Table {
    details: Element,
    summary: Element,
    table: Element,
    written: RefCell<String>,
    at: Cell<f64>,
}

impl Table {
    /// The table beside the chart of this name.
    pub fn new(root: &ShadowRoot, name: &str) -> Result<Self> {
        let details: Element = find(root, &format!("[data-table={name}]"))?;
        let part = |tag: &str| -> Result<Element> {
            details.query_selector(tag)?.ok_or_else(|| format!("lab.html has a data table without {tag}").into())
        };
        let (summary, table) = (part("summary")?, part("table")?);
        Ok(Table { details, summary, table, written: RefCell::default(), at: Cell::new(0.0) })
    }

    /// Shows the measurements of a panel so far.
    pub fn show(&self, app: &App, panel: Panel) {
        set_text(&self.summary, &tr!("{title} as a table", title = translate(about(panel).title)));
        if !self.details.has_attribute("open") {
            return;
        }
        let now = now_ms();
        if app.state() == State::Running && now - self.at.get() < PAUSE {
            return;
        }
        self.at.set(now);
        let html = html(app, panel);
        if *self.written.borrow() != html {
            let _ = fill(&self.table, &html);
            *self.written.borrow_mut() = html;
        }
    }
}

/// Nothing but our own words and numbers.
fn html(app: &App, panel: Panel) -> String {
    let metrics = || METRICS.iter().filter(|metric| metric.panel == panel);
    let mut html = String::new();
    if app.histories.len() > 1 {
        html += &format!("<caption>{}</caption>", tr!("First run"));
    }
    html += &format!("<thead><tr><th scope=col>{}</th>", tr!("Step"));
    metrics().for_each(|metric| html += &format!("<th scope=col>{}</th>", translate(metric.label)));
    html += "</tr></thead><tbody>";
    for row in app.histories.first().map(rows).unwrap_or_default() {
        let step = text::thousands(row.point.step.into());
        html += &format!("<tr><th scope=row>{step} <small>{}</small></th>", row.event);
        for metric in metrics() {
            let value = f64::from((metric.value)(row.point));
            html += &format!("<td>{}</td>", about(panel).written(value));
        }
        html += "</tr>";
    }
    html + "</tbody>"
}
