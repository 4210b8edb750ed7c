//! Metrics: what is measured along a run, and when a run counts as memorised or grokked.
//!
//! To add a metric of a [`Point`]: add one entry to [`METRICS`]; history, export and charts follow.

mod phase;

use serde::{Deserialize, Serialize};

use crate::config::{Config, Stop};
use crate::number::shortest_f32;
pub use phase::{LearningPhase, decided, phase_at_90};

/// Measurements of one run, all with the same weights.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Which of the parallel runs.
    pub run: u32,
    /// Updates made before the measurement.
    pub step: u32,
    /// Mean loss over the training pairs; of a cross-entropy, in nats.
    pub train_loss: f32,
    /// Fraction of training pairs answered correctly.
    pub train_accuracy: f32,
    /// Mean loss over the test pairs.
    pub test_loss: f32,
    /// Fraction of test pairs answered correctly.
    pub test_accuracy: f32,
    /// ‖w‖₂ = √Σᵢ wᵢ² over all parameters, which weight decay pulls down (Liu et al. 2022, *Omnigrok*).
    pub weight_norm: f32,
    /// Fraction of training pairs answered correctly for which the softmax has lost all other classes: in its number format,
    /// their sum added to 1 leaves 1 (Softmax Collapse, Prieto et al. 2025). 0 when the loss has no softmax.
    pub collapse: f32,
    /// Fraction of training pairs whose loss is exactly 0.
    pub zero_loss: f32,
    /// ‖∇L‖₂ = √Σᵢ (∂L/∂wᵢ)² of the training loss by all parameters, before filters and weight decay change it: small at
    /// any critical point (Goodfellow, Bengio and Courville 2016, *Deep Learning*, section 8.2.2). Where a step sees a
    /// mini-batch, dropout or noisy weights, so does its gradient.
    pub gradient_norm: f32,
}

impl Point {
    /// Whether another one has the same step and values, also where these are not numbers.
    pub fn same(&self, other: &Point) -> bool {
        self.step == other.step && METRICS.iter().all(|metric| (metric.value)(self).to_bits() == (metric.value)(other).to_bits())
    }
}

/// Which chart a metric is drawn in; `src/view/chart/about.rs` says what each is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Fractions of pairs that are right.
    Accuracy,
    /// What training makes smaller.
    Loss,
    /// How large the weights are.
    WeightNorm,
    /// How large the gradient is.
    GradientNorm,
    /// Fractions of pairs that are lost to rounding.
    Rounding,
}

/// A column of the history.
pub struct Metric {
    /// Key in `getHistory()`, events and CSV headers.
    pub key: &'static str,
    /// For legends.
    pub label: &'static str,
    /// Where it is drawn.
    pub panel: Panel,
    /// Drawn dashed, in the second colour: what is measured on test pairs, or the second of two.
    pub second: bool,
    /// Reads it.
    pub value: fn(&Point) -> f32,
    /// Writes it.
    pub set: fn(&mut Point, f32),
}

/// The column of a field: its key, label and panel, and whether it is the second there.
macro_rules! metric {
    ($field:ident, $key:literal, $label:literal, $panel:ident, $second:literal) => {
        Metric {
            key: $key,
            label: $label,
            panel: Panel::$panel,
            second: $second,
            value: |point| point.$field,
            set: |point, value| point.$field = value,
        }
    };
}

/// All metrics.
pub static METRICS: &[Metric] = &[
    metric!(train_loss, "trainLoss", "train", Loss, false),
    metric!(test_loss, "testLoss", "test", Loss, true),
    metric!(train_accuracy, "trainAccuracy", "train", Accuracy, false),
    metric!(test_accuracy, "testAccuracy", "test", Accuracy, true),
    metric!(weight_norm, "weightNorm", "all weights", WeightNorm, false),
    metric!(collapse, "collapse", "collapsed", Rounding, false),
    metric!(zero_loss, "zeroLoss", "zero loss", Rounding, true),
    metric!(gradient_norm, "gradientNorm", "of the loss", GradientNorm, false),
];

/// Train accuracy from which a run counts as memorised.
pub const MEMORIZED: f32 = 0.99;
/// Test accuracy from which a run counts as grokked.
pub const GROKKED: f32 = 0.95;

/// Why a run is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// It grokked, and stayed so for a while: see [`History::stop_step`].
    Grokked,
    /// The step limit.
    Limit,
    /// Its loss or weights are no numbers any more.
    Diverged,
}

impl End {
    /// As the public contract spells it.
    pub fn id(self) -> &'static str {
        match self {
            End::Grokked => "grokked",
            End::Limit => "limit",
            End::Diverged => "diverged",
        }
    }
}

/// Where a run turned, so that its milestones count from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The step.
    pub step: u32,
    /// Whether the network still knows what it learnt before, so that answers to what is test now are nothing new: training and test
    /// examples changed places. Otherwise it went back to its initial weights.
    pub known: bool,
}

/// When a run passed the thresholds, since it last [turned](Turn).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestones {
    /// The step at which it did, if it did.
    pub turned: Option<u32>,
    /// First step measured with train accuracy ≥ [`MEMORIZED`].
    pub memorized: Option<u32>,
    /// First step measured with test accuracy ≥ [`GROKKED`].
    pub grokked: Option<u32>,
    /// First step of the present unbroken stretch of measurements with test accuracy ≥ [`GROKKED`]; none below it.
    pub settled: Option<u32>,
}

/// Where a run is in the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Train accuracy still rises.
    Memorizing,
    /// The training pairs are known; the test pairs are not.
    Plateau,
    /// Test accuracy is on its way up, see [`History::phase`].
    Generalizing,
    /// Test accuracy passed [`GROKKED`].
    Grokked,
}

/// All points of one run, in order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// Ascending steps.
    pub points: Vec<Point>,
    /// See [`Milestones::turned`].
    pub turned: Option<u32>,
    /// See [`Milestones::memorized`].
    pub memorized: Option<u32>,
    /// See [`Milestones::grokked`].
    pub grokked: Option<u32>,
    /// See [`Milestones::settled`].
    pub settled: Option<u32>,
}

impl History {
    /// Appends a measurement. Steps that are not newer than the last are ignored.
    pub fn push(&mut self, point: Point) {
        if self.points.last().is_some_and(|last| last.step >= point.step) {
            return;
        }
        self.pass(&point);
        self.points.push(point);
    }

    /// The thresholds that a measurement passes.
    fn pass(&mut self, point: &Point) {
        if self.memorized.is_none() && point.train_accuracy >= MEMORIZED {
            self.memorized = Some(point.step);
        }
        // Who knew all of this beforehand has not found it out.
        if self.grokked.is_none() && self.settled.is_none() && point.test_accuracy >= GROKKED {
            self.grokked = Some(point.step);
        }
        self.settled = self.settled.or(Some(point.step)).filter(|_| point.test_accuracy >= GROKKED);
    }

    /// The run turned there, or never did: milestones count from there.
    pub fn turn(&mut self, turn: Option<Turn>) {
        let at = turn.map(|turn| turn.step);
        if at != self.turned {
            let points = core::mem::take(&mut self.points);
            let settled = turn.filter(|turn| turn.known).map(|turn| turn.step);
            *self = History { turned: at, settled, ..History::default() };
            // What was measured at the step itself may have been the weights from before, or those from after.
            points.iter().filter(|point| at.is_none_or(|at| point.step > at)).for_each(|point| self.pass(point));
            self.points = points;
        }
    }

    /// What it was until it turned; all of it where it never did.
    pub fn at_first(&self) -> History {
        let mut first = self.clone();
        first.turn(None);
        if let Some(at) = self.turned {
            first.rewind(at.saturating_sub(1));
        }
        first
    }

    /// Steps from where milestones count to this one.
    pub fn since_start(&self, step: u32) -> u32 {
        step.saturating_sub(self.turned.unwrap_or(0))
    }

    /// When it passed the thresholds.
    pub fn milestones(&self) -> Milestones {
        let History { turned, memorized, grokked, settled, .. } = *self;
        Milestones { turned, memorized, grokked, settled }
    }

    /// A history that goes on where another one, whose points are elsewhere, passed these.
    pub fn going_on(milestones: Milestones) -> History {
        let Milestones { turned, memorized, grokked, settled } = milestones;
        History { points: vec![], turned, memorized, grokked, settled }
    }

    /// Drops what was measured after `step`.
    pub fn rewind(&mut self, step: u32) {
        self.points.truncate(self.points.partition_point(|point| point.step <= step));
        if self.turned.is_some_and(|at| at > step) {
            self.turn(None);
        }
        for mark in [&mut self.memorized, &mut self.grokked] {
            *mark = mark.filter(|at| *at <= step);
        }
        let counts = |point: &&Point| point.test_accuracy >= GROKKED && self.turned.is_none_or(|at| point.step > at);
        let stretch = self.points.iter().rev().take_while(counts);
        self.settled = self.settled.filter(|since| *since <= step).or(stretch.last().map(|point| point.step));
    }

    /// The phase after the last point. A list of the training pairs answers a fraction `free` of the test pairs by itself;
    /// generalising starts when a memorised run answers a fifth of the others as well.
    pub fn phase(&self, free: f32) -> Phase {
        let test = self.points.last().map_or(0.0, |p| p.test_accuracy);
        match (self.memorized, self.grokked) {
            (_, Some(_)) => Phase::Grokked,
            (Some(_), None) if test >= free + 0.2 * (1.0 - free) => Phase::Generalizing,
            (Some(_), None) => Phase::Plateau,
            (None, None) => Phase::Memorizing,
        }
    }

    /// The first step after memorising at which a fifth of the test pairs that were not answered then are.
    pub fn rise(&self) -> Option<u32> {
        let memorized = self.memorized?;
        let after = &self.points[self.points.partition_point(|point| point.step < memorized)..];
        let start = after.first()?.test_accuracy;
        let enough = (start + 0.2 * (1.0 - start)).min(GROKKED);
        after.iter().find(|point| point.test_accuracy >= enough).map(|point| point.step)
    }

    /// The stop rule: it is over when its test accuracy has stayed at [`GROKKED`] or above for a quarter of the steps that
    /// grokking took, and for at least 50. While it is below, nobody knows when.
    pub fn stop_step(&self) -> Option<u32> {
        let (grokked, settled) = self.grokked.zip(self.settled)?;
        Some(settled.saturating_add((self.since_start(grokked) / 4).max(50)))
    }

    /// Comma-separated values with a header line.
    pub fn csv(&self) -> String {
        let mut text = String::from("step");
        for metric in METRICS {
            text.push(',');
            text.push_str(metric.key);
        }
        for point in &self.points {
            text.push('\n');
            text.push_str(&point.step.to_string());
            for metric in METRICS {
                text.push(',');
                text.push_str(&shortest_f32((metric.value)(point)));
            }
        }
        text.push('\n');
        text
    }
}

/// Histories with at most about `most` points, at the same steps if they were measured at the same: of each stretch the one whose accuracies
/// are furthest from the last, so that no jump disappears, and the end.
pub fn thinned(histories: &[History], most: usize) -> Vec<History> {
    let longest = histories.iter().map(|history| history.points.len()).max().unwrap_or(0);
    let moved = |from: Option<usize>, to: usize| -> f32 {
        let moved = |history: &History| {
            let to = history.points.get(to)?;
            let from = from.and_then(|from| history.points.get(from)).copied().unwrap_or_default();
            Some((to.train_accuracy - from.train_accuracy).abs() + (to.test_accuracy - from.test_accuracy).abs())
        };
        // What has diverged moves no more.
        histories.iter().filter_map(moved).filter(|moved| moved.is_finite()).sum()
    };
    let (stretch, mut kept) = (longest.div_ceil(most).max(1), Vec::<usize>::new());
    for first in (0..longest).step_by(stretch) {
        let from = kept.last().copied();
        let points = first..longest.min(first + stretch);
        kept.extend(points.max_by(|a, b| moved(from, *a).total_cmp(&moved(from, *b))));
    }
    let fewer = |history: &History| {
        let points = &history.points;
        let mut fewer: Vec<Point> = kept.iter().filter_map(|at| points.get(*at).copied()).collect();
        fewer.extend(points.last().filter(|end| fewer.last() != Some(end)));
        History { points: fewer, ..*history }
    };
    histories.iter().map(fewer).collect()
}

/// Since which measured step a run computes with what is no number, if it does to this day. An infinite loss alone may be
/// that of one pair whose probability was rounded to 0, and passes; weights that are no numbers never become any again.
pub fn diverged(history: &History) -> Option<u32> {
    let lost = |point: &Point| !point.weight_norm.is_finite() || point.train_loss.is_nan();
    let bad = |point: &&Point| lost(point) || !point.train_loss.is_finite();
    history.points.last().filter(|last| lost(last))?;
    history.points.iter().rev().take_while(bad).last().map(|point| point.step)
}

/// Whether no run is left to go on with.
pub fn all_diverged(histories: &[History]) -> bool {
    !histories.is_empty() && histories.iter().all(|history| diverged(history).is_some())
}

/// The step at which every run has grokked and settled, if the configuration lets them end there. A run that has diverged
/// is not waited for.
fn early(config: &Config, histories: &[History]) -> Option<u32> {
    let left = histories.iter().filter(|history| diverged(history).is_none());
    let stops: Option<Vec<u32>> = left.map(History::stop_step).collect();
    stops.filter(|_| config.stop == Stop::Grokked).and_then(|stops| stops.into_iter().max())
}

/// The step at which these runs of a configuration end, as far as is known: its step limit, or some steps after every run
/// has grokked; when all have diverged, it is now.
pub fn limit(config: &Config, histories: &[History]) -> u32 {
    if all_diverged(histories) {
        return 0;
    }
    early(config, histories).map_or(config.steps, |stop| stop.min(config.steps))
}

/// Whether these runs of a configuration are over after `step` updates, and why.
pub fn end(config: &Config, histories: &[History], step: u32) -> Option<End> {
    if all_diverged(histories) {
        return Some(End::Diverged);
    }
    if early(config, histories).is_some_and(|stop| step >= stop) {
        return Some(End::Grokked);
    }
    (step >= config.steps).then_some(End::Limit)
}

/// The first step at which values have fallen below half of the highest one before.
pub fn halved(values: impl Iterator<Item = (u32, f32)>) -> Option<u32> {
    let mut highest = f32::NEG_INFINITY;
    for (step, value) in values {
        highest = highest.max(value);
        if value < highest / 2.0 {
            return Some(step);
        }
    }
    None
}

#[cfg(test)]
mod tests;
