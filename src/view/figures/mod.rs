//! Figures under the papers that a visitor can set: what is behind them is computed in the page, without a run.

mod patterns;
mod without_network;

use super::chart::Theme;
use super::draw::{Align, Area, Draw, Label};
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

    /// Computes as much as fits in a frame; false where nothing is left to do.
    fn advance(&mut self) -> bool {
        false
    }
}

/// A text of a picture.
fn label<'a>(theme: &'a Theme, text: &'a str, at: (f64, f64), align: Align) -> Label<'a> {
    Label { text, at, align, size: 12.0, bold: false, color: &theme.muted, halo: None }
}

/// A menu to choose from.
fn menu(name: &str, caption: &str, options: &[(&str, &str)]) -> String {
    let option = |(value, label): &(&str, &str)| format!("<option value=\"{value}\">{label}</option>");
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
