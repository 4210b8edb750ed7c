//! The line above a chart: which panel it shows, how that is spread, and a legend with values.

use std::cell::{Cell, RefCell};

use web_sys::{Element, ShadowRoot};

use super::chart::{Chart, Scene};
use super::dom::{Result, all_in, fill, find, make, set_attribute, set_text};
use crate::language::translate;
use crate::metrics::{METRICS, Metric, Panel, Point};
use crate::text;
use crate::tr;
use crate::view::chart::about::{ABOUT, about, full_name};

/// A chart's line.
pub struct Caption {
    tabs: Vec<Element>,
    scale: Element,
    legend: Element,
    /// What is in the legend.
    shown: Cell<Option<Panel>>,
    values: RefCell<Vec<(&'static Metric, Element)>>,
}

/// How far a run has come.
pub struct Now {
    /// The point that is looked at.
    pub point: Option<Point>,
    /// The last step.
    pub last: u32,
    /// Whether it moves.
    pub live: bool,
}

impl Caption {
    /// Fills the line of the chart of this name. There are two, and one way to do it.
    #[inline(never)]
    pub fn new(root: &ShadowRoot, name: &str) -> Result<Self> {
        let line: Element = find(root, &format!("[data-caption={name}]"))?;
        let tab = |about: &crate::view::chart::about::About| {
            format!("<button type=button data-action=curve data-of={}>{}</button>", about.name, translate(about.tab))
        };
        let tabs: String = ABOUT.iter().map(tab).collect();
        let choose = format!(r#"<span class=choose role=group aria-label="What the curves show">{tabs}</span>"#);
        let scale = r#"<button type=button class=link data-action=scale title="Another scale of the vertical axis"></button>"#;
        fill(&line, &format!("{choose}{scale}<span class=legend></span>"))?;
        let part = |selector: &str| all_in(&line, selector);
        let [Some(scale), Some(legend)] = ["[data-action=scale]", ".legend"].map(|name| part(name).pop()) else {
            return Err("a caption lacks a part".into());
        };
        Ok(Caption { tabs: part(".choose button"), scale, legend, shown: Cell::default(), values: RefCell::default() })
    }

    /// Shows what the chart shows, with the values of a point. Returns whether that is another panel, whose word is to be explained.
    pub fn show(&self, chart: &Chart, scene: &Scene, now: &Now) -> bool {
        let panel = chart.panel.get();
        let about = about(panel);
        let turned = self.shown.replace(Some(panel)) != Some(panel);
        if turned {
            self.turn_to(panel);
        }
        set_text(&self.scale, &about.axis(scene));
        set_attribute(&self.legend, "class", if scene.histories.len() > 1 { "legend several" } else { "legend" });
        let mut told: Vec<String> = vec![];
        if let (Some(across), Some(point)) = (scene.across, now.point) {
            let name = full_name(across.metric());
            told.push([&name, " ", &across.about().written(scene.value(across.metric(), &point).into())].concat());
        }
        for (metric, element) in self.values.borrow().iter() {
            let value = now.point.map_or_else(|| about.written(f64::NAN), |point| scene.written(metric, &point));
            set_text(element, &value);
            told.push([translate(metric.label), &value].join(" "));
        }
        // Whoever has the focus here would be told of every step.
        let step = now.point.map_or(0, |point| point.step);
        let told = match now.live {
            true => tr!("live").into(),
            false => tr!("step {step}: {values}", step = text::thousands(step.into()), values = told.join(", ")),
        };
        let shown = if now.live { now.last } else { step };
        let label = core::iter::once(about.said(scene)).chain(scene.summary()).collect::<Vec<_>>().join(", ");
        let range =
            [("aria-valuemin", "0".into()), ("aria-valuemax", now.last.to_string()), ("aria-valuenow", shown.to_string())];
        for (attribute, value) in range.into_iter().chain([("aria-label", label), ("aria-valuetext", told)]) {
            set_attribute(&chart.surface.canvas, attribute, &value);
        }
        turned
    }

    /// Presses the tab of a panel, which is a word from now on, and writes its legend.
    fn turn_to(&self, panel: Panel) {
        for (tab, about) in self.tabs.iter().zip(&ABOUT) {
            let chosen = about.panel == panel;
            set_attribute(tab, "aria-pressed", if chosen { "true" } else { "false" });
            tab.set_class_name(if chosen { "term title" } else { "link" });
            if chosen {
                set_attribute(tab, "data-term", about.name);
            } else {
                ["data-term", "aria-description"].iter().for_each(|name| _ = tab.remove_attribute(name));
            }
        }
        let entry = |metric: &'static Metric| -> Result<(&'static Metric, Element)> {
            let entry: Element = make("span", if metric.second { "entry second" } else { "entry" })?;
            let line = r#"<svg viewBox="0 0 22 8" aria-hidden=true><line y1=4 x2=22 y2=4 /></svg>"#;
            fill(&entry, &format!("{line}<span>{}</span>", translate(metric.label)))?;
            let value: Element = make("output", "")?;
            set_attribute(&value, "aria-live", "off");
            entry.append_child(&value)?;
            self.legend.append_child(&entry)?;
            Ok((metric, value))
        };
        self.legend.set_text_content(Some(""));
        // Creating an element fails only with the whole document gone.
        let entries = METRICS.iter().filter(|metric| metric.panel == panel).map(entry).collect::<Result<_>>();
        *self.values.borrow_mut() = entries.unwrap_or_default();
    }
}
