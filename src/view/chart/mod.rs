//! The line charts of the measurements: what is drawn where, on any [`Draw`].

pub mod about;
pub mod across;
mod arrows;
pub mod figure;
mod pen;
mod smooth;
#[cfg(test)]
mod tests;
pub mod zoom;

use super::decimate::{Traces, Value};
use super::draw::{Area, Draw};
use super::paths::Paths;
use super::quartiles::{self, Quartiles};
use super::scale::{Scale, Spread, decades, round_up};
use crate::config::{Axis, Loss, MidRunChanges};
use crate::experiment::record::Curve;
use crate::metrics::{History, METRICS, Metric, Panel, Point};
use crate::number::clamp;
use crate::text;
use crate::tr;
use about::{Other, Unit};
use across::Across;
use pen::{Pen, SIZE};

/// Space for axis labels, CSS pixels: left, top, right, bottom.
const MARGINS: [f64; 4] = [50.0, 10.0, 10.0, 26.0];
/// Losses and norms below are drawn here: 0 has no logarithm, and a range beyond this would flatten what matters.
const FLOOR: f64 = 1e-16;
/// The ends of an axis by odds: beyond them lie no answers of the largest tables, but for none and all.
const ODDS: (f64, f64) = (5e-4, 0.9995);
/// The step axis is at least this long.
const SHORTEST: f64 = 100.0;
/// … and so long before the first step, where a guess may be placed.
const UNTOUCHED: u32 = 500;

/// Colours and font.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Theme {
    /// Behind everything.
    pub background: String,
    /// Text.
    pub ink: String,
    /// Less important text.
    pub muted: String,
    /// Axes.
    pub line: String,
    /// Grid.
    pub grid: String,
    /// Curves over training pairs.
    pub train: String,
    /// Curves over test pairs.
    pub test: String,
    /// Vertical marks.
    pub mark: String,
    /// Font family.
    pub font: String,
}

impl Theme {
    /// The colour of a metric.
    fn color(&self, metric: &Metric) -> &str {
        if metric.second { &self.test } else { &self.train }
    }
}

/// How steps are laid out from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StepAxis {
    /// Logarithmic.
    pub log: bool,
    /// It reaches at least so far.
    pub span: u32,
    /// The part of it that is in view; none is all of it.
    pub zoom: Option<zoom::Window>,
}

impl StepAxis {
    /// The step to which an axis reaches at least, before and after a run has begun. `shared` says where the curves end of all who
    /// share it. One that somebody else has a say in is not stretched for a guess.
    pub fn least(axis: &Axis, begun: bool, shared: impl FnOnce() -> u32) -> u32 {
        match axis {
            Axis::Own if begun => 0,
            Axis::Own => UNTOUCHED,
            Axis::Steps(steps) => *steps,
            Axis::Shared(_) => shared(),
        }
    }

    /// The whole axis, between two places, for runs that were last measured at this step.
    pub fn whole(&self, last: Option<u32>, from: f64, to: f64) -> Scale {
        Scale {
            spread: if self.log { Spread::Log } else { Spread::Linear },
            low: if self.log { 1.0 } else { 0.0 },
            high: round_up(f64::from(last.unwrap_or(0).max(self.span)).max(SHORTEST)),
            from,
            to,
        }
    }

    /// The part that is in view, at the place of the whole.
    pub fn in_view(&self, whole: Scale) -> Scale {
        self.zoom.map_or(whole, |[low, high]| Scale { low: low.max(whole.low), high, ..whole })
    }

    /// Whether a step is in view.
    pub fn shows(&self, step: u32) -> bool {
        self.zoom.is_none_or(|[first, last]| (first..=last).contains(&step.into()))
    }
}

/// What is drawn.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// One per run.
    pub histories: &'a [History],
    /// Modulus, for the chance level.
    pub classes: u32,
    /// What is drawn as the loss.
    pub loss: Loss,
    /// The step axis.
    pub steps: StepAxis,
    /// Whether curves over steps are drawn smoothed, and faintly as they were measured.
    pub smooth: bool,
    /// What is laid out from left to right instead, if anything is.
    pub across: Option<Across>,
    /// Panels whose values are spread in the less usual way.
    pub other: Other,
    /// Step under the pointer.
    pub hover: Option<u32>,
    /// Step that is looked at, also without a pointer.
    pub playhead: Option<u32>,
    /// When the visitor thinks that the network finds the rule.
    pub guess: Option<u32>,
    /// Later steps have room on the axis, but are not drawn yet.
    pub until: Option<u32>,
    /// What an experiment should look like, drawn faintly.
    pub reference: Option<&'a Curve>,
    /// Other runs, drawn behind, the latest first: index into the colours of runs, and a curve for each seed.
    pub past: &'a [(usize, &'a [History])],
    /// What changed in the middle of the present run.
    pub changes: &'a MidRunChanges,
    /// Where it left another one.
    pub fork: Option<u32>,
    /// Colours.
    pub theme: &'a Theme,
}

impl Scene<'_> {
    /// All that is drawn, by plan: the present runs, then those that were left. Of a plan, runs differ in their seeds.
    fn plans(&self) -> impl Iterator<Item = &[History]> {
        core::iter::once(self.histories).chain(self.past.iter().map(|(_, histories)| *histories))
    }

    /// The runs of all plans.
    fn all(&self) -> impl Iterator<Item = &History> {
        self.plans().flatten()
    }

    /// What is measured where the first run has this point: its value, or the median of several seeds.
    pub fn value(&self, metric: &Metric, point: &Point) -> f32 {
        value(self.histories, metric, point)
    }

    /// … for people; of several seeds with the quartiles.
    pub fn written(&self, metric: &Metric, point: &Point) -> String {
        let about = about::about(metric.panel);
        match self.histories {
            [_, _, ..] => about.written_quartiles(quartiles::at(self.histories, point.step, metric.value)),
            _ => about.written((metric.value)(point).into()),
        }
    }

    /// What is drawn of several seeds; nothing of one.
    pub fn summary(&self) -> Option<String> {
        let seeds = self.histories.len();
        (seeds > 1).then(|| match self.across {
            None => tr!("median of {seeds} seeds, band from 25 to 75 %", seeds),
            Some(_) => tr!("median of {seeds} seeds", seeds),
        })
    }

    /// Where the present run was changed, or left another one, and what to say of it.
    fn mid_run_marks(&self) -> impl Iterator<Item = (u32, String)> {
        let last = self.histories.iter().filter_map(|history| history.points.last()).map(|point| point.step).max();
        let written = |step: u32| text::thousands(step.into());
        let fork = self.fork.map(|step| (step, tr!("forked at step {step}", step = written(step))));
        let changes = self.changes.iter().map(move |change| {
            (change.step, tr!("{change} at step {step}", change = change.words(), step = written(change.step)))
        });
        fork.into_iter().chain(changes).filter(move |(step, _)| last.is_some_and(|last| *step <= last) && self.shows(*step))
    }

    /// Where the present runs memorised and grokked.
    fn mark_steps(&self) -> impl Iterator<Item = u32> {
        self.histories.iter().flat_map(|history| [history.memorized, history.grokked]).flatten()
    }

    /// Whether a step is drawn.
    fn shows(&self, step: u32) -> bool {
        self.until.is_none_or(|until| step <= until) && self.steps.shows(step)
    }

    /// How many of a run's points are drawn.
    fn shown(&self, points: &[Point]) -> usize {
        self.until.map_or(points.len(), |until| points.partition_point(|point| point.step <= until))
    }
}

/// What is measured where the first of some runs has this point: its value, or the median of several.
fn value(histories: &[History], metric: &Metric, point: &Point) -> f32 {
    match histories {
        [_, _, ..] => quartiles::at(histories, point.step, metric.value)[1],
        _ => (metric.value)(point),
    }
}

/// The metrics of a panel, in the order of its curves.
fn metrics(panel: Panel) -> impl Iterator<Item = &'static Metric> {
    METRICS.iter().filter(move |metric| metric.panel == panel)
}

/// The curves of a panel as they were last drawn: for each plan those of its runs, and if it has several, their quartiles.
#[derive(Default)]
pub struct Curves {
    traces: Traces,
    quartiles: Vec<Quartiles>,
    /// Index in [`METRICS`] of what they are drawn against, if not steps, …
    across: Option<usize>,
    /// … and the curves there.
    paths: Paths,
}

impl Curves {
    /// Brings them up to date along the step axis, see [`Traces::follow`]. What is across comes after the panel's values.
    fn follow(&mut self, scene: &Scene, panel: Panel, axis: Scale, density: f64) {
        let across = scene.across.map(|across| across.index);
        if self.across != across {
            *self = Curves { across, ..Curves::default() };
        }
        let metrics: Vec<&Metric> = metrics(panel).chain(across.map(|index| &METRICS[index])).collect();
        self.quartiles.resize_with(scene.plans().count(), Quartiles::default);
        self.quartiles.iter_mut().zip(scene.plans()).for_each(|(quartiles, runs)| quartiles.follow(runs, &metrics));
        let values: Vec<Value> = metrics.iter().map(|metric| metric.value).collect();
        self.traces.follow(axis, density, &mut drawn(scene, &self.quartiles), &values);
    }
}

/// The points of each curve, and how many of them are drawn.
fn drawn<'a>(scene: &'a Scene, quartiles: &'a [Quartiles]) -> impl Iterator<Item = (&'a [Point], usize)> {
    let curves = scene.plans().zip(quartiles).flat_map(|(runs, quartiles)| {
        let quartiles = if runs.len() > 1 { &quartiles.curves()[..] } else { &[] };
        runs.iter().map(|run| &run.points).chain(quartiles)
    });
    curves.map(|points| (&points[..], scene.shown(points)))
}

/// Where a panel's axes are, and which state of its curves is drawn on them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// The axis from left to right: of steps, or of what is across.
    pub x: Scale,
    /// … and the whole of it.
    pub whole: Scale,
    /// The axis of what is measured.
    pub y: Scale,
    /// Index in [`METRICS`] of what is across, if not steps.
    pub across: Option<usize>,
    /// Of the curves, see [`Traces::revision`].
    pub revision: (usize, u32),
}

impl Frame {
    /// What a step has on the axis from left to right: itself, or what these runs had then of what is across.
    pub fn across_at(&self, histories: &[History], step: u32) -> Option<f64> {
        let Some(index) = self.across else { return Some(step.into()) };
        let history = histories.first()?;
        let point = &history.points[nearest(history, step)?];
        Some(value(histories, &METRICS[index], point).into())
    }

    /// The pixel of a value on the axis from left to right.
    fn column(&self, value: f64) -> f64 {
        self.x.at_part(&self.whole, value)
    }

    /// The step at a place: by its column, or where something else than steps is across, by the closest point of these runs. Not
    /// every such step was measured.
    pub fn step_at(&self, panel: Panel, histories: &[History], (x, y): (f64, f64)) -> Option<u32> {
        let Some(index) = self.across else { return Some(self.x.invert(clamp(x, self.x.from, self.x.to)).round() as u32) };
        let distance = |point: &Point| {
            let aside = self.column((METRICS[index].value)(point).into()) - x;
            let rows = metrics(panel).map(|metric| self.y.at((metric.value)(point).into()) - y);
            // What is no number is nowhere.
            rows.map(|below| libm::hypot(aside, below)).fold(f64::INFINITY, f64::min)
        };
        let points = histories.iter().flat_map(|history| &history.points).map(|point| (distance(point), point.step));
        points.filter(|(distance, _)| distance.is_finite()).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, step)| step)
    }
}

/// Where the columns of an area's curves begin and end.
fn columns(area: Area) -> (f64, f64) {
    (area.x + MARGINS[0], area.x + area.width - MARGINS[2])
}

/// The upright axis of curves that are up to date.
fn upright(scene: &Scene, panel: Panel, area: Area, traces: &Traces) -> Scale {
    let spread = about::about(panel).spread(scene.other);
    let (low, high) = range(scene, panel, spread, traces);
    Scale { spread, low, high, from: area.y + area.height - MARGINS[3], to: area.y + MARGINS[1] }
}

/// Brings a panel's curves up to date, and says how it is drawn into an area, over steps. `density` is device pixels per CSS pixel.
pub fn arrange(scene: &Scene, panel: Panel, area: Area, density: f64, curves: &mut Curves) -> Frame {
    let (from, to) = columns(area);
    let scene = &Scene { across: None, ..*scene };
    let whole = all_steps(scene, from, to);
    let x = scene.steps.in_view(whole);
    curves.follow(scene, panel, x, density);
    let y = upright(scene, panel, area, &curves.traces);
    Frame { x, whole, y, across: None, revision: curves.traces.revision() }
}

/// Draws a panel over steps with its axes, as it was arranged.
pub fn plot(draw: &mut dyn Draw, scene: &Scene, panel: Panel, Frame { x, y, .. }: Frame, Curves { traces, .. }: &Curves) {
    let scene = &Scene { across: None, ..*scene };
    let column = |step: u32| scene.shows(step).then(|| x.at(step.into()));
    let lines = |curve, metric| traces.lines(curve, metric, &|value| y.at(value.into()));
    let about = about::about(panel);
    let mut pen = Pen { draw, x, y, scene, panel, about, column: &column, lines: &lines };
    pen.upright_axis();
    pen.step_axis();
    pen.references();
    pen.marks();
    pen.recorded();
    pen.past();
    let taken = pen.curves();
    pen.rest(taken);
}

/// The whole step axis.
fn all_steps(scene: &Scene, from: f64, to: f64) -> Scale {
    let last = scene.all().filter_map(|h| h.points.last()).map(|p| p.step).chain(scene.guess).max();
    scene.steps.whole(last, from, to)
}

/// What to write under a step axis: for each tick its coordinate, the middle of its label, and the label. None reaches beyond `edge`.
pub fn step_labels(draw: &dyn Draw, x: Scale, edge: f64) -> Vec<(f64, f64, String)> {
    let ticks = x.ticks(((x.to - x.from) / 75.0) as usize).into_iter();
    let label = |tick: f64| {
        let label = text::thousands(tick.round() as u64);
        let half = draw.width_of(&label, SIZE) / 2.0;
        (x.at(tick), x.at(tick).min(edge - half), label)
    };
    ticks.map(label).collect()
}

/// The range of the upright axis.
fn range(scene: &Scene, panel: Panel, spread: Spread, traces: &Traces) -> (f64, f64) {
    let about = about::about(panel);
    let values = || traces.extremes(0..metrics(panel).count()).chain((about.guess)(scene).map(|(value, _)| value));
    match (about.unit, spread) {
        (_, Spread::Logit) => ODDS,
        (Unit::Share, _) => (0.0, 1.0),
        (_, Spread::Linear) => (0.0, round_up(values().filter(|value| value.is_finite()).fold(0.0, f64::max))),
        (unit, Spread::Log) => {
            let (low, high) = decades(values(), FLOOR, (0.1, 10.0));
            // A loss near guessing is one of many to come.
            (if unit == Unit::Loss { low.min(0.1) } else { low }, high)
        }
    }
}

/// The index of the point measured closest to a step.
pub fn nearest(history: &History, step: u32) -> Option<usize> {
    let points = &history.points;
    let after = points.partition_point(|p| p.step < step);
    let candidates = [after.checked_sub(1), (after < points.len()).then_some(after)];
    candidates.into_iter().flatten().min_by_key(|i| points[*i].step.abs_diff(step))
}
