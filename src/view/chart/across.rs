//! Curves against something that is measured, instead of steps: test loss against weight norm is the view in which Liu et al.
//! explain the delay (2022, *Omnigrok*, section 2: the shapes L and U). Each curve leads from point to point, as steps went on.

use super::about::{About, Unit, about, full_name};
use super::pen::{Pen, SIZE};
use super::{Curves, FLOOR, Frame, ODDS, Scene, all_steps, columns, drawn, metrics, nearest, upright, value, zoom};
use crate::metrics::{METRICS, Metric, Panel, Point};
use crate::view::decimate::{Line, Value};
use crate::view::draw::{Area, Draw};
use crate::view::scale::{Scale, Spread, decades, round_around};

/// What is laid out from left to right instead of steps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Across {
    /// Index in [`METRICS`].
    pub index: usize,
    /// The part of it that is in view; none is all of it.
    pub zoom: Option<zoom::Window>,
}

impl Across {
    /// All of a metric.
    pub fn of(index: usize) -> Across {
        Across { index, zoom: None }
    }

    /// What is measured.
    pub fn metric(self) -> &'static Metric {
        &METRICS[self.index]
    }

    /// What the metrics of its panel are like.
    pub fn about(self) -> &'static About {
        about(self.metric().panel)
    }
}

/// What steps are called among what can be across.
pub const STEPS: &str = "step";

/// What can be across, by the names that programs use.
pub fn named(name: &str) -> Option<Option<Across>> {
    let metric = METRICS.iter().position(|metric| metric.key == name).map(|index| Some(Across::of(index)));
    if name == STEPS { Some(None) } else { metric }
}

/// The name of what is across.
pub fn name(across: Option<Across>) -> &'static str {
    across.map_or(STEPS, |across| across.metric().key)
}

/// … and all such names, for people: `step, trainLoss, …`.
pub fn names() -> String {
    core::iter::once(STEPS).chain(METRICS.iter().map(|metric| metric.key)).collect::<Vec<_>>().join(", ")
}

/// The range of an axis of such values.
fn range(about: &About, spread: Spread, values: impl Iterator<Item = f64>) -> (f64, f64) {
    match (about.unit, spread) {
        (_, Spread::Logit) => ODDS,
        (Unit::Share, _) => (0.0, 1.0),
        (_, Spread::Linear) => round_around(values),
        (_, Spread::Log) => decades(values, FLOOR, (0.1, 10.0)),
    }
}

/// Brings a panel's curves up to date, and says how they are drawn into an area, see [`arrange`](super::arrange).
pub fn arrange(scene: &Scene, across: Across, panel: Panel, area: Area, density: f64, curves: &mut Curves) -> Frame {
    let (from, to) = columns(area);
    // What is new comes in by steps.
    curves.follow(scene, panel, all_steps(scene, from, to), density);
    let count = metrics(panel).count();
    let spread = across.about().spread(scene.other);
    let (low, high) = range(across.about(), spread, curves.traces.extremes(count..count + 1));
    let whole = Scale { spread, low, high, from, to };
    let x = across.zoom.map_or(whole, |[low, high]| Scale { low: low.max(whole.low), high: high.min(whole.high), ..whole });
    let y = upright(scene, panel, area, &curves.traces);
    let values: Vec<Value> = metrics(panel).map(|metric| metric.value).collect();
    curves.paths.follow([whole, x, y], &mut drawn(scene, &curves.quartiles), across.metric().value, &values);
    Frame { x, whole, y, across: Some(across.index), revision: curves.traces.revision() }
}

/// Draws a panel with its axes, as it was arranged.
pub fn plot(draw: &mut dyn Draw, scene: &Scene, across: Across, panel: Panel, frame: Frame, curves: &Curves) {
    let column = |step: u32| {
        let shown = scene.until.is_none_or(|until| step <= until);
        let x = frame.column(frame.across_at(scene.histories, step).filter(|_| shown)?);
        // A pixel beyond an end is rounding.
        (x > frame.x.from - 1.0 && x < frame.x.to + 1.0).then_some(x)
    };
    let lines = |curve, metric| curves.paths.lines(curve, metric).to_vec();
    let mut pen = Pen { draw, x: frame.x, y: frame.y, scene, panel, about: about(panel), column: &column, lines: &lines };
    pen.upright_axis();
    pen.metric_axis(across);
    pen.references();
    pen.marks();
    pen.past();
    let mut taken = pen.curves();
    pen.axis_name(across, &mut taken);
    pen.ends(frame);
    pen.rest(taken);
}

impl Pen<'_> {
    /// Labels for values of what is across.
    fn metric_axis(&mut self, across: Across) {
        let (x, about) = (self.x, across.about());
        // Values between powers of ten are written out.
        let ticks = x.ticks(((x.to - x.from) / 75.0) as usize).into_iter();
        self.foot(ticks.map(|tick| (x.at(tick), x.at(tick), about.tick(tick, x.spread))).collect());
    }

    /// What is across, at the foot, where the curves leave most space.
    fn axis_name(&mut self, across: Across, taken: &mut Vec<Line>) {
        let about = across.about();
        let (name, axis) = (full_name(across.metric()), about.axis(self.scene));
        let plain = self.x.spread == Spread::Linear && about.unit != Unit::Loss;
        let name = if plain { [&name, " →"].concat() } else { [&name, " (", &axis, ") →"].concat() };
        let width = self.draw.width_of(&name, SIZE);
        let spots =
            [0.0, 18.0].map(|up| self.y.from - 12.0 - up).map(|y| [self.x.to - 4.0 - width, self.x.from + 4.0].map(|x| (x, y)));
        self.label(&name, width, &spots.concat(), taken, &self.scene.theme.muted);
    }

    /// A ring where the curves begin, and a dot where they have come to or where the playhead is.
    fn ends(&mut self, frame: Frame) {
        let (scene, theme) = (self.scene, self.scene.theme);
        let Some(history) = scene.histories.first() else { return };
        let shown = scene.until.or(scene.playhead);
        let at = |step: u32| nearest(history, step).map(|index| &history.points[index]);
        let last = shown.map_or(history.points.last(), at);
        self.clip();
        for metric in metrics(self.panel) {
            let color = theme.color(metric);
            let place = |point: &Point| {
                let x = frame.column(frame.across_at(scene.histories, point.step)?);
                let y = self.y.at(value(scene.histories, metric, point).into());
                (x.is_finite() && y.is_finite()).then_some((x, y))
            };
            let [first, last] = [history.points.first(), last].map(|point| point.and_then(place));
            if let Some(first) = first {
                self.draw.dot(first, 4.0, &theme.background, color);
            }
            if let Some(last) = last {
                self.draw.dot(last, 4.0, color, &theme.background);
            }
        }
        self.draw.unclip();
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
