//! The panel that looks inside the network: tabs, controls, one canvas, and words. What is drawn comes from
//! [`views`](crate::view::views).

use std::cell::{Cell, RefCell};

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, ShadowRoot};

use super::dom::{Result, fill, find, make, set_attribute, set_text};
use super::subject::{self, Place};
use super::surface::Surface;
use crate::language::translate;
use crate::protocol::inspect::{Asker, InspectResult, Off};
use crate::text;
use crate::tr;
use crate::view::app::App;
use crate::view::captions;
use crate::view::chart::{StepAxis, Theme};
use crate::view::choice::{Action, Choice};
use crate::view::decimate::{Traces, coarse};
use crate::view::draw::{Align, Draw, Label};
use crate::view::views::{Control, DRAWINGS, Subject, VIEWS};

/// The panel's elements, and what was last written to them.
pub struct InspectPanel {
    /// Where the view is drawn.
    pub surface: Surface,
    tabs: Vec<Element>,
    about: Element,
    controls: Element,
    point: Element,
    words: Element,
    at: HtmlInputElement,
    step: Element,
    pointer: Cell<Option<(f64, f64)>>,
    shown: RefCell<Vec<Control>>,
    written: RefCell<String>,
    drawn: RefCell<Option<Drawn>>,
    traces: RefCell<[Traces; 2]>,
}

/// What a drawing depends on.
type Drawn = (Option<Asker>, Choice, (f64, f64, f64), usize, Option<StepAxis>, Theme);

impl InspectPanel {
    /// The panel of the template, with a tab per view.
    pub fn new(root: &ShadowRoot) -> Result<Self> {
        let part = |name: &str| find::<Element>(root, &format!("[data-inside={name}]"));
        let bar = part("tabs")?;
        let mut tabs = vec![];
        for (i, view) in VIEWS.iter().enumerate() {
            let tab: Element = make("button", "")?;
            for (name, value) in [("type", "button"), ("data-panel", view.name), ("data-tab", &i.to_string())] {
                set_attribute(&tab, name, value);
            }
            tab.set_text_content(Some(translate(view.label)));
            bar.append_child(&tab)?;
            tabs.push(tab);
        }
        Ok(InspectPanel {
            surface: Surface::new(find(root, "canvas[data-inside=canvas]")?)?,
            tabs,
            about: part("about")?,
            controls: part("controls")?,
            point: part("point")?,
            words: part("words")?,
            at: find(root, "input[data-inside=at]")?,
            step: part("step")?,
            pointer: Cell::default(),
            shown: RefCell::default(),
            written: RefCell::default(),
            drawn: RefCell::default(),
            traces: RefCell::default(),
        })
    }

    /// Takes a new size: CSS pixels, and the exact number of device pixels.
    pub fn resize(&self, width: f64, height: f64, device_width: f64, device_height: f64) {
        self.surface.resize(width, height, device_width, device_height);
        *self.drawn.borrow_mut() = None;
    }

    /// Shows which view it is.
    pub fn arrange(&self, app: &App) {
        for (i, tab) in self.tabs.iter().enumerate() {
            set_attribute(tab, "aria-pressed", if i == app.inside.choice.view { "true" } else { "false" });
        }
        set_text(&self.about, translate(app.inside.view().about));
    }

    /// Draws it in these colours.
    pub fn show(&self, app: &App, steps: StepAxis, colors: &Theme) {
        let (inside, view) = (&app.inside, app.inside.view());
        if !inside.panel.visible {
            return;
        }
        let measured = app.histories.first().map_or(0, |history| history.points.len());
        let points = if view.over_time { coarse(measured) } else { 0 };
        let id = inside.panel.seen.as_ref().map(|seen| seen.asker);
        let axis = view.over_time.then_some(steps);
        let key = (id, inside.choice.clone(), self.surface.size(), points, axis, colors.clone());
        if self.drawn.borrow().as_ref() == Some(&key) {
            return;
        }
        let theme = self.surface.solid(colors);
        let (width, ..) = self.surface.size();
        let choice = &inside.choice;
        match inside.shown() {
            Some(seen) if width > 80.0 => {
                let place = Place { surface: &self.surface, theme: &theme, traces: &self.traces, steps };
                subject::with(app, (seen, &seen.result), &place, |subject| self.draw(subject));
            }
            _ => {
                let nothing = matches!(inside.panel.seen.as_ref().map(|seen| &seen.result), Some(InspectResult::None))
                    && inside.panel.idle();
                let words = match nothing {
                    true => tr!("This task has nothing of the kind to show: see Progress and Weights."),
                    false => tr!("Looking…"),
                };
                let why = inside.opaque.as_deref().unwrap_or(words);
                self.say(why, &theme);
                // While an answer is on its way, the focus may be on a control of the same view.
                let same = self.drawn.borrow().as_ref().is_some_and(|(_, old, ..)| old.view == choice.view);
                if nothing || inside.opaque.is_some() || !same {
                    self.write(vec![]);
                }
            }
        }
        self.time(app);
        *self.drawn.borrow_mut() = Some(key);
    }

    fn draw(&self, subject: &Subject) {
        let (view, drawing) = (VIEWS[subject.choice.view], DRAWINGS[subject.choice.view]);
        let height = (drawing.height)(subject).round();
        let (_, current, _) = self.surface.size();
        if (height - current).abs() > 0.5 {
            // The observer of sizes comes back here.
            let _ = self.surface.canvas.style().set_property("height", &format!("{}px", height as u32));
        }
        (drawing.draw)(&mut self.surface.clear(&subject.theme.font), subject);
        let mut words = (drawing.describe)(subject);
        words += &captions::without(&subject.choice.off, subject.seen.accuracy)
            .map_or(String::new(), |without| [" ", &without].concat());
        set_text(&self.words, &words);
        set_attribute(&self.surface.canvas, "aria-label", &format!("{}. {words}", translate(view.label)));
        let mut controls = (drawing.controls)(subject);
        if subject.choice.off != Off::default() {
            controls.push(Control::Button(tr!("Switch all on").into(), None, Action::AllOn));
        }
        self.write(controls);
        self.hover(subject);
    }

    fn say(&self, text: &str, theme: &Theme) {
        let (width, height, _) = self.surface.size();
        let at = (width / 2.0, (height / 2.0).min(120.0));
        let label = Label { text, at, align: Align::Center, size: 14.0, bold: false, color: &theme.muted, halo: None };
        self.surface.clear(&theme.font).text(label);
        set_attribute(&self.surface.canvas, "aria-label", text);
        set_text(&self.words, "");
        set_text(&self.point, "");
    }

    /// The step whose weights are shown.
    fn time(&self, app: &App) {
        let Some(seen) = &app.inside.panel.seen else { return };
        set_attribute(&self.at, "max", &seen.checkpoint_steps.len().to_string());
        let choice = &app.inside.choice;
        let live = choice.at().is_none();
        let index = seen.checkpoint_steps.iter().position(|step| *step == seen.step);
        let index = index.filter(|_| !live).unwrap_or(seen.checkpoint_steps.len()).to_string();
        if self.at.value() != index {
            self.at.set_value(&index);
        }
        let written = text::thousands(seen.step.into());
        let step = tr!("step {step}", step = written);
        set_attribute(&self.at, "aria-valuetext", &step);
        set_text(&self.step, &if live { tr!("step {step}, live", step = written) } else { step });
    }

    /// Writes the controls where they changed, and gives the focus back.
    fn write(&self, controls: Vec<Control>) {
        let html: String = controls.iter().enumerate().map(|(i, control)| markup(i, control)).collect();
        *self.shown.borrow_mut() = controls;
        if *self.written.borrow() == html {
            return;
        }
        let focused = self.controls.query_selector(":focus").ok().flatten().and_then(|element| element.get_attribute("data-act"));
        let _ = fill(&self.controls, &html);
        *self.written.borrow_mut() = html;
        if let Some(act) = focused {
            // A button that restores something is gone then.
            let _ = self.focus(&act) || self.focus("0");
        }
    }

    /// Gives a control the focus, ready to be typed over. Returns whether there is such a control.
    fn focus(&self, act: &str) -> bool {
        let found = self.controls.query_selector(&format!("[data-act=\"{act}\"]")).ok().flatten();
        let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) else { return false };
        let _ = element.focus();
        if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            input.select();
        }
        true
    }

    /// Says what the pointer is over; returns what a click there asks for.
    fn hover(&self, subject: &Subject) -> Option<Action> {
        let found = self.pointer.get().and_then(|at| (DRAWINGS[subject.choice.view].point)(subject, at));
        let act = found.as_ref().and_then(|(_, act)| *act);
        set_text(&self.point, found.as_ref().map_or("", |(words, _)| words));
        set_attribute(&self.surface.canvas, "class", if act.is_some() { "choice" } else { "" });
        act
    }

    /// What a click on a tab or a button asks for, if it is on one.
    pub fn clicked(&self, element: &Element) -> Option<Action> {
        let attribute = |name: &str| element.closest(&format!("button[{name}]")).ok()??.get_attribute(name);
        if let Some(view) = attribute("data-tab").and_then(|i| i.parse().ok()) {
            Some(Action::View(view))
        } else if let Some(i) = attribute("data-act").and_then(|i| i.parse::<usize>().ok()) {
            match self.shown.borrow().get(i) {
                Some(Control::Button(_, _, act)) => Some(*act),
                _ => None,
            }
        } else {
            attribute("data-live").map(|_| Action::At(None))
        }
    }

    /// What the new value of a menu, a number or the slider of steps asks for, or why it cannot be; none for other elements.
    pub fn changed(&self, app: &App, element: &Element, value: &str) -> Option<core::result::Result<Action, String>> {
        let number = value.parse::<u32>().ok();
        if element.get_attribute("data-inside").as_deref() == Some("at") {
            let steps = app.inside.panel.seen.as_ref().map_or(&[][..], |seen| &seen.checkpoint_steps);
            return Some(Ok(Action::At(number.and_then(|number| steps.get(number as usize).copied()))));
        }
        let i = element.get_attribute("data-act").and_then(|i| i.parse::<usize>().ok())?;
        match (self.shown.borrow().get(i)?, number) {
            (Control::Menu(_, _, _, act), Some(number)) => Some(Ok(act(number))),
            (Control::Number(_, _, most, act), Some(number)) if number <= *most => Some(Ok(act(number))),
            (Control::Number(label, old, most, _), _) => {
                if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
                    input.set_value(&written(*old));
                }
                Some(Err(tr!(
                    "{label}: {value} is not a whole number from 0 to {most}. Nothing was changed.",
                    label,
                    value,
                    most
                )))
            }
            _ => None,
        }
    }

    /// The pointer is at this point of the drawing, or has left it; returns what a click there asks for.
    pub fn pointed(&self, app: &App, steps: StepAxis, at: Option<(f64, f64)>) -> Option<Action> {
        self.pointer.set(at);
        let (seen, theme) = (app.inside.shown()?, Theme::default());
        let place = Place { surface: &self.surface, theme: &theme, traces: &self.traces, steps };
        subject::with(app, (seen, &seen.result), &place, |subject| self.hover(subject))
    }

    /// Gives the focus to the number with this label, ready to be typed over.
    pub fn focus_number(&self, label: &str) {
        let index = self.shown.borrow().iter().position(|control| matches!(control, Control::Number(name, ..) if *name == label));
        if let Some(index) = index {
            self.focus(&index.to_string());
        }
    }
}

fn markup(i: usize, control: &Control) -> String {
    let act = format!("data-act=\"{i}\"");
    match control {
        Control::Button(label, pressed, _) => {
            let pressed = pressed.map_or(String::new(), |pressed| format!(" aria-pressed=\"{pressed}\""));
            format!("<button type=\"button\" {act}{pressed}>{}</button>", text::escape(label))
        }
        Control::Menu(label, options, chosen, _) => {
            let option = |(value, name): &(u32, String)| {
                let selected = if value == chosen { " selected" } else { "" };
                format!("<option value=\"{value}\"{selected}>{}</option>", text::escape(name))
            };
            format!("<label>{label} <select {act}>{}</select></label>", options.iter().map(option).collect::<String>())
        }
        Control::Number(label, value, most, _) => {
            let value = written(*value);
            format!("<label>{label} <input type=\"number\" {act} min=\"0\" max=\"{most}\" value=\"{value}\"></label>")
        }
    }
}

/// A number as an input shows it.
fn written(value: Option<u32>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}
