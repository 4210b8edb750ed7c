//! What a view is, and what all of them draw and speak with.

use core::cell::RefCell;

use crate::config::Config;
use crate::metrics::History;
use crate::protocol::inspect::{InspectReply, InspectRequest, InspectResult};
use crate::text;
use crate::tr;
use crate::view::chart::{StepAxis, Theme};
use crate::view::choice::{Action, Choice};
use crate::view::color::{Rgb, css, mix, rgb};
use crate::view::decimate::Traces;
use crate::view::draw::{Align, Area, Draw, Label};

/// A way to look inside.
pub struct View {
    /// What `hide` calls it.
    pub name: &'static str,
    /// On its tab; translated where it is shown, like what follows.
    pub label: &'static str,
    /// What one sees, in a sentence.
    pub about: &'static str,
    /// What to ask the worker; what answers that is what is drawn.
    pub request: fn(&Choice) -> InspectRequest,
    /// Whether it is drawn along the step axis, and therefore anew as the run goes on.
    pub over_time: bool,
}

/// How a view is drawn: what a visit needs once somebody looks inside.
pub struct Drawing {
    /// How high the drawing is.
    pub height: fn(&Subject) -> f64,
    /// Draws.
    pub draw: fn(&mut dyn Draw, &Subject),
    /// The same in words, with the numbers of the moment.
    pub describe: fn(&Subject) -> String,
    /// What is under the pointer, in words, and what a click there does.
    pub point: fn(&Subject, (f64, f64)) -> Option<Pointed>,
    /// Its controls.
    pub controls: fn(&Subject) -> Vec<Control>,
}

/// What a point of a drawing says, and what a click there does.
pub type Pointed = (String, Option<Action>);

/// What a drawing is made from.
pub struct Subject<'a> {
    /// The answer.
    pub seen: &'a InspectReply,
    /// The part of it that is drawn.
    pub result: &'a InspectResult,
    /// What was chosen.
    pub choice: &'a Choice,
    /// What is trained.
    pub config: &'a Config,
    /// How many numbers its table has.
    pub p: usize,
    /// The measurements of run 0.
    pub history: &'a History,
    /// The curves over it, as they were last drawn.
    pub traces: &'a RefCell<[Traces; 2]>,
    /// The step axis of the curves.
    pub steps: StepAxis,
    /// Colours.
    pub theme: &'a Theme,
    /// Width of the drawing, CSS pixels.
    pub width: f64,
    /// Device pixels per CSS pixel.
    pub density: f64,
}

/// Something to choose with, besides the drawing itself.
#[derive(Debug, Clone)]
pub enum Control {
    /// A button, and whether it is pressed if it can be.
    Button(String, Option<bool>, Action),
    /// A menu: label, values with their labels, the chosen one.
    Menu(&'static str, Vec<(u32, String)>, u32, fn(u32) -> Action),
    /// A whole number: label, value if there is one, the largest.
    Number(&'static str, Option<u32>, u32, fn(u32) -> Action),
}

/// Height of labels, pixels.
pub(in crate::view) const SIZE: f64 = 12.0;
/// Narrower cells have no numbers in them, nor have those that are lower than a label.
const NUMBERED: f64 = 32.0;

impl Subject<'_> {
    pub(in crate::view) fn colors(&self) -> Colors {
        let Theme { background, train, test, .. } = self.theme;
        let [background, train, test] = [background, train, test].map(|color| rgb(color));
        Colors { background, train, test }
    }

    pub(in crate::view) fn text(&self, draw: &mut dyn Draw, text: &str, at: (f64, f64), align: Align) {
        self.write(draw, text, at, align, &self.theme.muted);
    }

    pub(in crate::view) fn write(&self, draw: &mut dyn Draw, text: &str, at: (f64, f64), align: Align, color: &str) {
        draw.text(Label { text, at, align, size: SIZE, bold: false, color, halo: None });
    }

    /// A cell in the colour of a fraction, as strong as said, and with the fraction in it where there is room.
    pub(super) fn share(&self, draw: &mut dyn Draw, area: Area, fraction: f64, strength: f64) {
        let shade = strength * fraction;
        draw.fill(area, &css(self.colors().amount(shade as f32)));
        if area.width >= NUMBERED && area.height > SIZE {
            let color = if shade > 0.5 { &self.theme.background } else { &self.theme.ink };
            let at = (area.x + area.width / 2.0, area.y + area.height / 2.0);
            self.write(draw, &text::rounded(fraction), at, Align::Center, color);
        }
    }

    /// A square for `cells` × `cells` values at a corner, at most so large: with whole device pixels per cell, unless much would be
    /// lost by that.
    pub(in crate::view) fn square(&self, at: (f64, f64), cells: usize, most: f64) -> Area {
        let whole = (most * self.density / cells as f64).floor() * cells as f64 / self.density;
        let side = if whole > 0.9 * most { whole } else { most };
        let [x, y] = [at.0, at.1].map(|at| (at * self.density).round() / self.density);
        Area { x, y, width: side, height: side }
    }

    /// A piece of colour and what it means; where the next one starts.
    pub(super) fn key(&self, draw: &mut dyn Draw, at: (f64, f64), color: Rgb, meaning: &str) -> f64 {
        let area = Area { x: at.0, y: at.1 - 5.0, width: 10.0, height: 10.0 };
        draw.fill(area, &css(color));
        self.text(draw, meaning, (at.0 + 15.0, at.1), Align::Left);
        at.0 + 15.0 + draw.width_of(meaning, SIZE) + 16.0
    }
}

/// The theme's colours as numbers.
pub(in crate::view) struct Colors {
    pub background: Rgb,
    pub train: Rgb,
    pub test: Rgb,
}

impl Colors {
    /// From the background at 0 to the colour of training at 1.
    pub(super) fn amount(&self, fraction: f32) -> Rgb {
        mix(self.background, self.train, fraction)
    }
}

/// Which cell of an area of so many columns and rows a point is in.
pub(in crate::view) fn cell(area: Area, [columns, rows]: [usize; 2], (x, y): (f64, f64)) -> Option<[usize; 2]> {
    let inside = |at: f64, from: f64, length: f64, count: usize| {
        let fraction = (at - from) / length;
        (0.0..1.0).contains(&fraction).then(|| ((fraction * count as f64) as usize).min(count - 1))
    };
    Some([inside(x, area.x, area.width, columns)?, inside(y, area.y, area.height, rows)?])
}

/// As much of a text as has room.
pub(in crate::view) fn fitted(draw: &dyn Draw, mut text: String, width: f64) -> String {
    while draw.width_of(&text, SIZE) > width && text.chars().count() > 2 {
        (0..2).for_each(|_| _ = text.pop());
        text.push('…');
    }
    text
}

/// The names of columns of this width that have room beside each other, with their numbers.
pub(in crate::view) fn roomy<'a>(
    draw: &dyn Draw,
    names: &'a [String],
    width: f64,
) -> impl Iterator<Item = (usize, &'a String)> + use<'a> {
    let widest = names.iter().map(|name| draw.width_of(name, SIZE)).fold(0.0, f64::max);
    names.iter().enumerate().step_by(((widest + 4.0) / width).ceil().max(1.0) as usize)
}

/// `a, b and c`
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => tr!("none").into(),
        [one] => one.clone(),
        [first @ .., last] => tr!("{list} and {last}", list = first.join(", "), last),
    }
}
