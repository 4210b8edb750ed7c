//! Everything that is text: phase, step, legends with values, facts, problems.

use web_sys::{Element, HtmlElement, HtmlInputElement, ShadowRoot};

use super::caption::{Caption, Now};
use super::chart::{Chart, Scene, nearest};
use super::dom::{Result, find, make, set_attribute, set_text};
use crate::text;
use crate::tr;
use crate::view::app::{App, State};
use crate::view::captions;
use crate::view::narrative::Narrative;

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
    forecast: Element,
    hover: Element,
    live: Element,
    guess_asked: Element,
    guess_input: HtmlInputElement,
    guess_told: Element,
    problems: Element,
    /// What only followed from a choice; it does not interrupt.
    notes: Element,
    captions: [Caption; 2],
}

impl Readout {
    /// Finds the texts, and builds the captions of the charts.
    pub fn new(root: &ShadowRoot) -> Result<Self> {
        let part = |name: &str| find::<Element>(root, &format!("[data-text={name}]"));
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
            forecast: part("forecast")?,
            hover: part("hover")?,
            live: find(root, ".counter [data-live]")?,
            guess_asked: find(root, "[data-panel=guess] label")?,
            guess_input: find(root, "[data-action=guess]")?,
            guess_told: part("guess")?,
            problems: find(root, "[data-problems]")?,
            notes: find(root, "[data-problems=notes]")?,
            captions: [Caption::new(root, "accuracy")?, Caption::new(root, "loss")?],
        })
    }

    /// Shows the state, what is told of it, and what is to be expected; `curves` says that they take the place of the stage.
    pub fn show(&self, app: &App, curves: bool, narrative: &Narrative, forecast: Option<&str>) {
        let running = app.state() == State::Running;
        let _ = self.lab.class_list().toggle_with_force("running", running);
        set_attribute(&self.lab, "data-layout", if curves { "curves" } else { "stage" });
        set_attribute(&self.lab, "data-state", app.state().id());
        let verb = match app.state() {
            State::Idle => tr!("Start"),
            State::Running => tr!("Pause"),
            State::Paused => tr!("Continue"),
            State::Done if app.goes_on() => tr!("Continue"),
            State::Done => tr!("Run again"),
            State::Error => tr!("Try again"),
        };
        set_text(&self.toggle, verb);
        set_text(&self.phase, &narrative.headline);
        set_text(&self.caption, &narrative.caption);
        if let Some(forecast) = forecast {
            set_text(&self.forecast, forecast);
        }
        set_text(&self.step, &text::thousands(app.step.into()));
        let rate = text::rate(app.steps_per_second);
        set_text(&self.rate, &if rate == "–" { rate } else { tr!("{n} steps/s", n = rate) });
        set_text(&self.elapsed, &text::duration(app.elapsed_ms));
        if let Some(trainer) = &app.trainer {
            set_text(&self.parameters, &text::thousands(trainer.parameters.into()));
            set_text(&self.backend, &format!("{}: {}", trainer.engine.id().to_ascii_uppercase(), trainer.adapter));
            set_text(&self.reason, &format!("({})", trainer.reason));
        }
        let (notes, problems): (Vec<_>, Vec<_>) = app.problems.iter().partition(|problem| app.notes.contains(problem));
        say(&self.problems, &problems);
        say(&self.notes, &notes);
    }

    /// The captions of the charts show the point under the pointer, or the last. Returns whether there are other words to explain.
    pub fn values(&self, app: &App, charts: &[Chart; 2], scene: &Scene) -> bool {
        let hover = scene.hover;
        let _ = self
            .lab
            .class_list()
            .toggle_with_force("zoomed", scene.steps.zoom.or(scene.across.and_then(|across| across.zoom)).is_some());
        let point = app.histories.first().and_then(|history| {
            let index = hover.and_then(|step| nearest(history, step));
            index.map(|i| history.points[i]).or(history.points.last().copied())
        });
        let now = Now { point, last: app.step.max(1), live: hover.is_none() && app.state() == State::Running };
        let turned =
            self.captions.iter().zip(charts).fold(false, |turned, (caption, chart)| caption.show(chart, scene, &now) || turned);
        let _ = self.live.toggle_attribute_with_force("hidden", app.inside.choice.at.is_none());
        self.guess(app);
        let hovered = hover.and(point).map(|point| tr!("at step {step}", step = text::thousands(point.step.into())));
        let told: Vec<String> = scene.summary().into_iter().chain(hovered).collect();
        set_text(&self.hover, &told.join(" · "));
        turned
    }

    /// The visitor's guess: asked for before the first step, and answered when the network has found the rule.
    fn guess(&self, app: &App) {
        let _ = self.guess_asked.toggle_attribute_with_force("hidden", !app.asks_guess());
        let written = app.guess.map_or(String::new(), |step| step.to_string());
        if app.asks_guess() && self.guess_input.value() != written {
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
        button.set_text_content(Some(tr!("Dismiss")));
        parent.append_child(&list)?;
        parent.append_child(&button)?;
        Ok(())
    };
    // Creating a list fails only with the whole document gone.
    let _ = build();
}
