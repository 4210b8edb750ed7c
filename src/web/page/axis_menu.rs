//! What the charts have from left to right: a menu below them, and how that is spread.

use std::cell::Cell;

use web_sys::{HtmlElement, HtmlSelectElement, ShadowRoot};

use super::chart::Scene;
use super::dom::{Result, fill, find, set_text};
use crate::language;
use crate::metrics::METRICS;
use crate::text;
use crate::tr;
use crate::view::chart::about::full_name;
use crate::view::chart::across::{STEPS, name};

/// The menu and what stands beside it.
pub struct AxisMenu {
    menu: HtmlSelectElement,
    /// What is chosen for curves along steps.
    along: HtmlElement,
    /// How a metric is spread.
    scale: HtmlElement,
    /// In which language the menu is filled, and what it shows.
    shown: Cell<Option<(&'static str, &'static str)>>,
}

impl AxisMenu {
    /// That of the template.
    pub fn new(root: &ShadowRoot) -> Result<Self> {
        Ok(AxisMenu {
            menu: find(root, "[data-action=across]")?,
            along: find(root, ".axis .along")?,
            scale: find(root, ".axis [data-action=scale]")?,
            shown: Cell::default(),
        })
    }

    /// Shows what is drawn.
    pub fn show(&self, scene: &Scene) {
        let now = (language::spoken().code, name(scene.across));
        if self.shown.replace(Some(now)) != Some(now) {
            let choice = |value: &str, label: &str| format!("<option value={value}>{}</option>", text::escape(label));
            let metrics = METRICS.iter().map(|metric| choice(metric.key, &full_name(metric)));
            // Nothing but our own words.
            let _ = fill(&self.menu, &core::iter::once(choice(STEPS, tr!("steps"))).chain(metrics).collect::<String>());
            self.menu.set_value(now.1);
            self.along.set_hidden(scene.across.is_some());
            self.scale.set_hidden(scene.across.is_none());
        }
        if let Some(across) = scene.across {
            set_text(&self.scale, &across.about().axis(scene));
        }
    }
}
