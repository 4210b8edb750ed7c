//! The three-pattern model of Davies et al. 2023 as a figure: what a visitor sets, the curves that follow, and the same in words.

use super::{Curve, Figure, Plot, label, menu, slider, tick};
use crate::analysis::{Pattern, accuracies};
use crate::number::{clamp, shortest};
use crate::text::percent;
use crate::tr;
use crate::view::chart::Theme;
use crate::view::draw::{Align, Area, DASHED, Draw, Label, Stroke};
use crate::view::scale::{Scale, Spread};

/// Where the axis ends; it begins at 0, and has no unit.
const END: u32 = 100;
/// How many patterns there are.
const COUNT: usize = 3;
/// Where an accuracy counts as reached.
const REACHED: f64 = 0.95;
/// What an accuracy has to fall by to be told of.
const FALL: f64 = 0.02;

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patterns {
    patterns: [Pattern; COUNT],
    /// Whether the last pattern decides wherever it is learnt.
    preferred: bool,
    /// Whether the width of the network is along the axis, and not the time of training.
    wide: bool,
}

const fn pattern(speed: f64, most: f64, middle: f64, generalises: f64) -> Pattern {
    Pattern { speed, most, middle, generalises }
}

/// Settings to begin with: their name, and what is shown.
type Example = (fn() -> &'static str, [Pattern; COUNT], bool);

static EXAMPLES: [Example; 3] = [
    (|| tr!("Grokking"), [pattern(0.5, 0.2, 8.0, 0.5), pattern(0.4, 1.0, 20.0, 0.0), pattern(0.25, 1.0, 70.0, 1.0)], true),
    (|| tr!("Double descent"), [pattern(0.4, 0.7, 12.0, 0.9), pattern(0.3, 1.0, 40.0, 0.1), pattern(0.25, 1.0, 75.0, 1.0)], true),
    (|| tr!("No preference"), [pattern(0.5, 0.2, 8.0, 0.5), pattern(0.4, 1.0, 20.0, 0.0), pattern(0.25, 1.0, 70.0, 1.0)], false),
];

/// A number of a pattern that can be set.
struct Knob {
    label: fn() -> &'static str,
    most: f64,
    step: f64,
    of: fn(&mut Pattern) -> &mut f64,
}

static KNOBS: [Knob; 4] = [
    Knob { label: || tr!("Speed α"), most: 1.0, step: 0.05, of: |pattern| &mut pattern.speed },
    Knob { label: || tr!("At most γ"), most: 1.0, step: 0.05, of: |pattern| &mut pattern.most },
    Knob { label: || tr!("Half of it at b"), most: END as f64, step: 1.0, of: |pattern| &mut pattern.middle },
    Knob { label: || tr!("Generalises g"), most: 1.0, step: 0.05, of: |pattern| &mut pattern.generalises },
];

impl Default for Patterns {
    fn default() -> Self {
        Patterns { patterns: EXAMPLES[0].1, preferred: EXAMPLES[0].2, wide: false }
    }
}

impl Patterns {
    fn knob(&mut self, name: &str) -> Option<&mut f64> {
        let (pattern, knob) = knob_of(name)?;
        Some((knob.of)(self.patterns.get_mut(pattern)?))
    }

    /// Train and test accuracy along the axis, from 0 to [`END`].
    fn curves(&self) -> Vec<[f64; 2]> {
        (0..=END).map(|t| accuracies(&self.patterns, self.preferred, t.into())).collect()
    }
}

impl Figure for Patterns {
    fn title() -> &'static str {
        tr!("The three-pattern model")
    }

    fn about() -> &'static str {
        tr!(
            "Davies et al. 2023 explain grokking and double descent by patterns that a network learns at different speeds: each comes to \
             hold for a part γ of the examples, half of it at b, and is right about a part g of the unseen ones. One fast pattern, one \
             that only memorises and one slow pattern that generalises are enough. Their equations are the same over time and over the \
             width of a network."
        )
    }

    fn controls() -> String {
        let examples = EXAMPLES.iter().zip(["0", "1", "2"]).map(|((name, ..), at)| (at, name()));
        let mut html = menu("example", tr!("Example"), &core::iter::once(("", "")).chain(examples).collect::<Vec<_>>());
        let axes = [("time", tr!("time of training")), ("width", tr!("width of the network"))];
        html += &menu("axis", tr!("Along the axis"), &axes);
        for i in 0..COUNT {
            let knob = |(k, Knob { label, most, step, .. }): (usize, &Knob)| {
                let [most, step] = [most, step].map(|x| shortest(*x));
                slider(&format!("{i}.{k}"), label(), ["0", &most, &step])
            };
            let knobs: String = KNOBS.iter().enumerate().map(knob).collect();
            html += &format!("<fieldset><legend>{}</legend>{knobs}</fieldset>", tr!("Pattern {n}", n = i + 1));
        }
        html + &tick("preferred", tr!("Where pattern 3 is learnt, it alone decides"))
    }

    fn value(&self, name: &str) -> Option<String> {
        Some(match name {
            "example" => EXAMPLES
                .iter()
                .position(|(_, patterns, preferred)| (patterns, preferred) == (&self.patterns, &self.preferred))
                .map_or_else(String::new, |at| at.to_string()),
            "axis" => if self.wide { "width" } else { "time" }.into(),
            "preferred" => self.preferred.to_string(),
            _ => {
                let mut figure = *self;
                shortest(*figure.knob(name)?)
            }
        })
    }

    fn set(&mut self, name: &str, value: &str) {
        match name {
            "example" => {
                let chosen = value.parse().ok().and_then(|at: usize| EXAMPLES.get(at));
                if let Some((_, patterns, preferred)) = chosen {
                    (self.patterns, self.preferred) = (*patterns, *preferred);
                }
            }
            "axis" => self.wide = value == "width",
            "preferred" => self.preferred = value == "true",
            _ => {
                let number = crate::number::parse(value).filter(|number| number.is_finite());
                let most = knob_of(name).map(|(_, knob)| knob.most);
                if let (Some(number), Some(most), Some(knob)) = (number, most, self.knob(name)) {
                    *knob = clamp(number, 0.0, most);
                }
            }
        }
    }

    fn height() -> f64 {
        250.0
    }

    /// Both accuracies, and faintly how much of each pattern is learnt.
    fn draw(&self, draw: &mut dyn Draw, area: Area, theme: &Theme) {
        let (left, bottom) = (area.x + 44.0, area.y + area.height - 34.0);
        let x = Scale { spread: Spread::Linear, low: 0.0, high: END.into(), from: left, to: area.x + area.width - 8.0 };
        let y = Scale { spread: Spread::Linear, low: 0.0, high: 1.0, from: bottom, to: area.y + 24.0 };
        let plot = Plot { x, y, theme };
        plot.shares(draw);
        let axis = if self.wide { tr!("width of the network") } else { tr!("time of training") };
        draw.text(label(theme, axis, ((x.from + x.to) / 2.0, bottom + 22.0), Align::Center));
        for (i, pattern) in self.patterns.iter().enumerate() {
            let learnt: Vec<_> = (0..=END).map(|t| (t.into(), pattern.learnt(t.into()))).collect();
            plot.line(draw, &learnt, Stroke { alpha: 0.6, ..Stroke::thin(&theme.mark) });
            let at = (clamp(x.at(pattern.middle), x.from + 8.0, x.to - 8.0), y.at(pattern.learnt(pattern.middle)) - 9.0);
            let (text, halo) = ((i + 1).to_string(), Some(&*theme.background));
            draw.text(Label { halo, ..label(theme, &text, at, Align::Center) });
        }
        let curves = self.curves();
        let points = |which: usize| curves.iter().zip(0..).map(|(both, t)| (f64::from(t), both[which])).collect();
        let train = Curve { name: tr!("train"), color: &theme.train, dash: &[], points: points(0) };
        let test = Curve { name: tr!("test"), color: &theme.test, dash: DASHED, points: points(1) };
        plot.curves(draw, [train, test]);
    }

    fn describe(&self) -> String {
        let curves = self.curves();
        let told = |what: &str, which: usize| {
            let all: Vec<f64> = curves.iter().map(|at| at[which]).collect();
            let (end, share) = (all[all.len() - 1], |value: f64| percent(value));
            let reached = all.iter().position(|value| *value >= REACHED);
            let reached = match reached {
                Some(at) => tr!("{what} reaches {share} at {at}.", what, share = share(REACHED), at),
                None => tr!("{what} ends at {share}.", what, share = share(end)),
            };
            match largest_fall(&all) {
                Some((from, to)) => {
                    let [high, low] = [from, to].map(|at| share(all[at]));
                    [&*reached, &*tr!("It falls from {high} at {from} to {low} at {to} on the way.", high, from, low, to)]
                        .join(" ")
                }
                None => reached,
            }
        };
        [told(tr!("Train accuracy"), 0), told(tr!("Test accuracy"), 1)].join(" ")
    }
}

/// The pattern and the knob that a control's name means: `1.0`.
fn knob_of(name: &str) -> Option<(usize, &'static Knob)> {
    let (pattern, knob) = name.split_once('.')?;
    Some((pattern.parse().ok().filter(|at| *at < COUNT)?, KNOBS.get(knob.parse::<usize>().ok()?)?))
}

/// Where the largest fall begins and ends, if one is large enough to be told of.
fn largest_fall(values: &[f64]) -> Option<(usize, usize)> {
    let (mut top, mut largest) = (0, (0, 0));
    let fall = |(from, to): (usize, usize)| values[from] - values[to];
    for at in 0..values.len() {
        if values[at] > values[top] {
            top = at;
        }
        if fall((top, at)) > fall(largest) {
            largest = (top, at);
        }
    }
    (fall(largest) >= FALL).then_some(largest)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn the_examples_do_what_they_are_called() {
        let figure = |at: &str| {
            let mut figure = Patterns::default();
            figure.set("example", at);
            assert_eq!(figure.value("example").as_deref(), Some(at));
            figure
        };
        let reached = |figure: &Patterns, which: usize| figure.curves().iter().position(|at| at[which] >= REACHED);
        let grokking = figure("0");
        let (train, test) = (reached(&grokking, 0).unwrap(), reached(&grokking, 1).unwrap());
        assert!(test > 2 * train, "{train} {test}");
        let tests: Vec<f64> = figure("1").curves().iter().map(|at| at[1]).collect();
        let (top, low) = largest_fall(&tests).unwrap();
        assert!(tests[top] - tests[low] > 0.2 && tests[tests.len() - 1] > tests[top], "{tests:?}");
        assert_eq!(reached(&figure("2"), 1), None, "without a preference, what is memorised stays in the way");
        assert!(grokking.describe().starts_with("Train accuracy reaches 95.0 % at "), "{}", grokking.describe());
    }

    #[test]
    fn controls_are_named_set_and_limited() {
        let mut figure = Patterns::default();
        let html = Patterns::controls();
        for (name, value) in [("0.0", "0.35"), ("2.3", "0"), ("1.2", "77"), ("axis", "width"), ("preferred", "false")] {
            assert!(html.contains(&format!("data-knob=\"{name}\"")) || html.contains(&format!("data-knob={name}")), "{name}");
            figure.set(name, value);
            assert_eq!(figure.value(name).as_deref(), Some(value));
        }
        assert_eq!(figure.value("example").as_deref(), Some(""), "it is none of them any more");
        figure.set("0.1", "7");
        assert_eq!(figure.value("0.1").as_deref(), Some("1"));
        let before = figure;
        for (name, value) in [("3.0", "1"), ("0.4", "1"), ("0.0", "frog"), ("frog", "1"), ("example", "9")] {
            figure.set(name, value);
            assert_eq!(figure, before, "{name} = {value}");
        }
        assert_eq!(figure.value("0.4"), None);
    }

    #[test]
    fn a_fall_is_told_from_its_top_to_its_end() {
        assert_eq!(largest_fall(&[0.0, 0.5, 0.4, 0.6, 0.1, 0.3, 0.9]), Some((3, 4)));
        assert_eq!(largest_fall(&[0.0, 0.5, 0.49, 1.0]), None);
    }
}
