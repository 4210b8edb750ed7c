//! Figures under the papers that a visitor can set: what is behind them is computed in the page, without a run.

mod patterns;
mod without_network;

use super::chart::Theme;
use super::draw::{Align, Area, Draw, Label, Stroke};
use super::judged::Judged;
use super::scale::Scale;
use crate::language::local;
use crate::number::fixed;
pub use patterns::Patterns;
pub use without_network::WithoutNetwork;

/// What a figure shows, and how it is set.
pub trait Figure: Clone + Default {
    /// What it is called.
    fn title() -> &'static str;

    /// What it is, in a few sentences.
    fn about() -> &'static str;

    /// The controls as markup: `data-knob` names what each sets.
    fn controls() -> String;

    /// The value of a control; none of one that means nothing now, or of a name that is no control's.
    fn value(&self, name: &str) -> Option<String>;

    /// Gives a control a value. What is none changes nothing.
    fn set(&mut self, name: &str, value: &str);

    /// Height of the picture, CSS pixels.
    fn height() -> f64;

    /// Draws it.
    fn draw(&self, draw: &mut dyn Draw, area: Area, theme: &Theme);

    /// The picture in words; empty while it is still growing.
    fn describe(&self) -> String;

    /// What the paper claims of the picture, judged as far as it has grown; empty where the settings are not the paper's.
    fn claims(&self) -> Vec<Judged> {
        vec![]
    }

    /// Computes as much as fits in a frame; false where nothing is left to do.
    fn advance(&mut self) -> bool {
        false
    }
}

/// The axes of a picture, or of a part of it.
struct Plot<'a> {
    x: Scale,
    y: Scale,
    theme: &'a Theme,
}

/// A line of a plot, with its name.
struct Curve<'a> {
    name: &'a str,
    color: &'a str,
    dash: &'a [f64],
    points: Vec<(f64, f64)>,
}

impl Plot<'_> {
    /// A thin line across at a value, with what it is.
    fn tick(&self, draw: &mut dyn Draw, value: f64, text: &str) {
        let at = self.y.at(value).floor() + 0.5;
        draw.lines(&[vec![(self.x.from, at), (self.x.to, at)]], Stroke::thin(&self.theme.grid));
        draw.text(label(self.theme, text, (self.x.from - 8.0, at), Align::Right));
    }

    /// That for an axis of accuracies.
    fn shares(&self, draw: &mut dyn Draw) {
        [0.0, 0.5, 1.0].into_iter().for_each(|share| self.tick(draw, share, &local(fixed(share, 1))));
    }

    /// Draws a line through points.
    fn line(&self, draw: &mut dyn Draw, points: &[(f64, f64)], stroke: Stroke) {
        draw.lines(&[points.iter().map(|(x, y)| (self.x.at(*x), self.y.at(*y))).collect()], stroke);
    }

    /// Draws curves over each other, and above them a legend.
    fn curves(&self, draw: &mut dyn Draw, curves: [Curve; 2]) {
        let (mut left, top) = (self.x.from + 4.0, self.y.to - 14.0);
        for Curve { name, color, dash, points } in curves {
            let stroke = Stroke { width: 2.2, dash, ..Stroke::thin(color) };
            self.line(draw, &points, stroke);
            draw.lines(&[vec![(left, top), (left + 22.0, top)]], stroke);
            draw.text(label(self.theme, name, (left + 28.0, top), Align::Left));
            left += 44.0 + draw.width_of(name, 12.0);
        }
    }
}

/// A text of a picture.
fn label<'a>(theme: &'a Theme, text: &'a str, at: (f64, f64), align: Align) -> Label<'a> {
    Label { text, at, align, size: 12.0, bold: false, color: &theme.muted, halo: None }
}

/// A menu to choose from; an option without a label shows that none is chosen, and cannot be.
fn menu(name: &str, caption: &str, options: &[(&str, &str)]) -> String {
    let option = |(value, label): &(&str, &str)| {
        let hidden = if label.is_empty() { " hidden" } else { "" };
        format!("<option value=\"{value}\"{hidden}>{label}</option>")
    };
    let options: String = options.iter().map(option).collect();
    format!("<label>{caption} <select data-knob=\"{name}\">{options}</select></label>")
}

/// A box to tick.
fn tick(name: &str, caption: &str) -> String {
    format!("<label class=check><input type=checkbox data-knob=\"{name}\">{caption}</label>")
}

/// A slider with its value beside it.
fn slider(name: &str, caption: &str, [least, most, step]: [&str; 3]) -> String {
    format!(
        "<label>{caption} <input type=range data-knob=\"{name}\" min={least} max={most} step={step}> <output></output></label>"
    )
}
