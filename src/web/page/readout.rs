//! Everything that is text: phase, step, legends with values, facts, problems.

use web_sys::{Element, HtmlElement, HtmlInputElement, ShadowRoot};

use super::chart::nearest;
use super::dom::{Result, fill, find, make, set_attribute, set_text};
use crate::config::Layout;
use crate::metrics::{METRICS, Metric, Panel};
use crate::text;
use crate::view::app::{App, State};
use crate::view::{captions, narrative};

/// Handles to the texts of the template.
pub struct Readout {
    lab: HtmlElement,
    toggle: Element,
    phase: Element,
    caption: Element,
    step: Element,
    rate: Element,
    elapsed: Element,
    parameters: Element,
    backend: Element,
    reason: Element,
    hover: Element,
    live: Element,
    guess_asked: Element,
    guess_input: HtmlInputElement,
    guess_told: Element,
    unit: Element,
    problems: Element,
    /// What only followed from a choice; it does not interrupt.
    notes: Element,
    values: Vec<(&'static Metric, Element)>,
    canvases: [(Panel, Element); 2],
}

impl Readout {
    /// Finds the texts, and builds the legends from the metrics.
    pub fn new(root: &ShadowRoot) -> Result<Self> {
        let part = |name: &str| find::<Element>(root, &format!("[data-text={name}]"));
        let mut values = vec![];
        for metric in METRICS {
            let name = match metric.panel {
                Panel::Accuracy => "accuracy",
                Panel::Loss => "loss",
                Panel::None => continue,
            };
            let legend: Element = find(root, &format!("[data-legend={name}]"))?;
            let entry: Element = make("span", if metric.test { "entry test" } else { "entry" })?;
            let line = r#"<svg viewBox="0 0 22 8" aria-hidden=true><line y1=4 x2=22 y2=4 /></svg>"#;
            fill(&entry, &format!("{line}<span>{}</span>", metric.label))?;
            let value: Element = make("output", "")?;
            set_attribute(&value, "aria-live", "off");
            entry.append_child(&value)?;
            legend.append_child(&entry)?;
            values.push((metric, value));
        }
        set_text(&part("thresholds")?, &captions::thresholds());
        Ok(Readout {
            lab: find(root, ".lab")?,
            toggle: part("toggle")?,
            phase: part("phase")?,
            caption: part("caption")?,
            step: part("step")?,
            rate: part("rate")?,
            elapsed: part("elapsed")?,
            parameters: part("parameters")?,
            backend: part("backend")?,
            reason: part("reason")?,
            hover: part("hover")?,
            live: find(root, ".counter [data-live]")?,
            guess_asked: find(root, "[data-panel=guess] label")?,
            guess_input: find(root, "[data-action=guess]")?,
            guess_told: part("guess")?,
            unit: part("unit")?,
            problems: find(root, "[data-problems]")?,
            notes: find(root, "[data-problems=notes]")?,
            values,
            canvases: [(Panel::Accuracy, find(root, "[data-chart=accuracy]")?), (Panel::Loss, find(root, "[data-chart=loss]")?)],
        })
    }

    /// Shows the state; `narrow` says that there is no room for a stage unless somebody insists.
    pub fn show(&self, app: &App, hover: Option<u32>, narrow: bool) {
        let running = app.state() == State::Running;
        let _ = self.lab.class_list().toggle_with_force("running", running);
        let curves = match app.config.layout {
            Layout::Auto => narrow,
            Layout::Stage => false,
            Layout::Curves => true,
        };
        set_attribute(&self.lab, "data-layout", if curves { "curves" } else { "stage" });
        set_attribute(&self.lab, "data-state", app.state().id());
        let verb = match app.state() {
            State::Idle => "Start",
            State::Running => "Pause",
            State::Paused => "Continue",
            State::Done if app.goes_on() => "Continue",
            State::Done => "Run again",
            State::Error => "Try again",
        };
        set_text(&self.toggle, verb);
        let narrative = narrative::narrate(app);
        set_text(&self.phase, &narrative.headline);
        set_text(&self.caption, &narrative.caption);
        set_text(&self.step, &text::thousands(app.step.into()));
        set_text(&self.unit, &format!("{}, log scale", app.present().loss.unit()));
        let rate = text::rate(app.steps_per_second);
        set_text(&self.rate, &if rate == "–" { rate } else { format!("{rate} steps/s") });
        set_text(&self.elapsed, &text::duration(app.elapsed_ms));
        if let Some(trainer) = &app.trainer {
            set_text(&self.parameters, &text::thousands(trainer.parameters.into()));
            set_text(&self.backend, &format!("{}: {}", trainer.engine.id().to_ascii_uppercase(), trainer.adapter));
            set_text(&self.reason, &format!("({})", trainer.reason));
        }
        self.values(app, hover);
        let (notes, problems): (Vec<_>, Vec<_>) = app.problems.iter().partition(|problem| app.notes.contains(problem));
        say(&self.problems, &problems);
        say(&self.notes, &notes);
    }

    /// Legends show the point under the pointer, or the last.
    fn values(&self, app: &App, hover: Option<u32>) {
        let point = app.histories.first().and_then(|history| {
            let index = hover.and_then(|step| nearest(history, step));
            index.map(|i| history.points[i]).or(history.points.last().copied())
        });
        let written = |metric: &Metric| {
            let value = point.map_or(f64::NAN, |p| f64::from((metric.value)(&p)));
            captions::measured(metric.panel, value)
        };
        for (metric, element) in &self.values {
            set_text(element, &written(metric));
        }
        for (panel, canvas) in &self.canvases {
            let name = if *panel == Panel::Loss { "Loss by step" } else { "Accuracy by step" };
            let values: Vec<String> =
                METRICS.iter().filter(|m| m.panel == *panel).map(|m| format!("{} {}", m.label, written(m))).collect();
            let (step, last) = (point.map_or(0, |p| p.step), app.step.max(1));
            // Whoever has the focus here would be told of every step.
            let live = hover.is_none() && app.state() == State::Running;
            let now = if live { last } else { step };
            let told = if live { "live".into() } else { format!("step {}: {}", text::thousands(step.into()), values.join(", ")) };
            let range = [("aria-valuemin", "0".into()), ("aria-valuemax", last.to_string()), ("aria-valuenow", now.to_string())];
            for (attribute, value) in range.into_iter().chain([("aria-label", name.into()), ("aria-valuetext", told)]) {
                set_attribute(canvas, attribute, &value);
            }
        }
        let _ = self.live.toggle_attribute_with_force("hidden", app.inside.choice.at.is_none());
        self.guess(app);
        let which = if app.histories.len() > 1 { ", first run" } else { "" };
        let hovered = hover.and(point).map_or(String::new(), |p| format!("at step {}{which}", text::thousands(p.step.into())));
        set_text(&self.hover, &hovered);
    }

    /// The visitor's guess: asked for before the first step, and answered when the network has found the rule.
    fn guess(&self, app: &App) {
        let _ = self.guess_asked.toggle_attribute_with_force("hidden", app.begun());
        let written = app.guess.map_or(String::new(), |step| step.to_string());
        if !app.begun() && self.guess_input.value() != written {
            self.guess_input.set_value(&written);
        }
        set_text(&self.guess_told, &app.guess_told().unwrap_or_default());
    }
}

/// Messages, and a button that takes them away.
fn say(parent: &Element, messages: &[&String]) {
    let shown = parent.query_selector("ul").ok().flatten().and_then(|list| list.text_content());
    if shown.unwrap_or_default() == messages.iter().map(|message| message.as_str()).collect::<String>() {
        return;
    }
    parent.set_text_content(Some(""));
    if messages.is_empty() {
        return;
    }
    let build = || -> Result<()> {
        let list: Element = make("ul", "")?;
        for message in messages {
            let item: Element = make("li", "")?;
            item.set_text_content(Some(message));
            list.append_child(&item)?;
        }
        let button: Element = make("button", "")?;
        set_attribute(&button, "type", "button");
        set_attribute(&button, "data-action", "dismiss");
        button.set_text_content(Some("Dismiss"));
        parent.append_child(&list)?;
        parent.append_child(&button)?;
        Ok(())
    };
    // Creating a list fails only with the whole document gone.
    let _ = build();
}
