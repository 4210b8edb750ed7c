//! Metrics: what is measured along a run, and when a run counts as memorised or grokked.
//!
//! To add a metric of a [`Point`]: add one entry to [`METRICS`]; history, export and charts follow.

use serde::{Deserialize, Serialize};

use crate::config::{Config, Stop};
use crate::number::shortest_f32;

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
}

/// All metrics.
pub static METRICS: &[Metric] = &[
    Metric { key: "trainLoss", label: "train", panel: Panel::Loss, second: false, value: |p| p.train_loss },
    Metric { key: "testLoss", label: "test", panel: Panel::Loss, second: true, value: |p| p.test_loss },
    Metric { key: "trainAccuracy", label: "train", panel: Panel::Accuracy, second: false, value: |p| p.train_accuracy },
    Metric { key: "testAccuracy", label: "test", panel: Panel::Accuracy, second: true, value: |p| p.test_accuracy },
    Metric { key: "weightNorm", label: "all weights", panel: Panel::WeightNorm, second: false, value: |p| p.weight_norm },
    Metric { key: "collapse", label: "collapsed", panel: Panel::Rounding, second: false, value: |p| p.collapse },
    Metric { key: "zeroLoss", label: "zero loss", panel: Panel::Rounding, second: true, value: |p| p.zero_loss },
    Metric { key: "gradientNorm", label: "of the loss", panel: Panel::GradientNorm, second: false, value: |p| p.gradient_norm },
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

/// When a run passed the thresholds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestones {
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
        if self.memorized.is_none() && point.train_accuracy >= MEMORIZED {
            self.memorized = Some(point.step);
        }
        if self.grokked.is_none() && point.test_accuracy >= GROKKED {
            self.grokked = Some(point.step);
        }
        self.settled = self.settled.or(Some(point.step)).filter(|_| point.test_accuracy >= GROKKED);
        self.points.push(point);
    }

    /// When it passed the thresholds.
    pub fn milestones(&self) -> Milestones {
        let History { memorized, grokked, settled, .. } = *self;
        Milestones { memorized, grokked, settled }
    }

    /// A history that goes on where another one, whose points are elsewhere, passed these.
    pub fn going_on(milestones: Milestones) -> History {
        let Milestones { memorized, grokked, settled } = milestones;
        History { points: vec![], memorized, grokked, settled }
    }

    /// Drops what was measured after `step`.
    pub fn rewind(&mut self, step: u32) {
        self.points.truncate(self.points.partition_point(|point| point.step <= step));
        for mark in [&mut self.memorized, &mut self.grokked] {
            *mark = mark.filter(|at| *at <= step);
        }
        let stretch = self.points.iter().rev().take_while(|point| point.test_accuracy >= GROKKED);
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

    /// The stop rule: it is over when its test accuracy has stayed at [`GROKKED`] or above for a quarter of the steps that
    /// grokking took, and for at least 50. While it is below, nobody knows when.
    pub fn stop_step(&self) -> Option<u32> {
        let (grokked, settled) = self.grokked.zip(self.settled)?;
        Some(settled.saturating_add((grokked / 4).max(50)))
    }

    /// The same with at most about `most` points: of each stretch the one whose accuracies are furthest from the last, so that
    /// no jump disappears, and the end.
    pub fn thinned(&self, most: usize) -> History {
        let (points, mut fewer) = (&self.points, Vec::<Point>::new());
        for stretch in points.chunks(points.len().div_ceil(most).max(1)) {
            let last = fewer.last().copied().unwrap_or_default();
            let moved = |p: &Point| (p.train_accuracy - last.train_accuracy).abs() + (p.test_accuracy - last.test_accuracy).abs();
            fewer.extend(stretch.iter().max_by(|a, b| moved(a).total_cmp(&moved(b))));
        }
        fewer.extend(points.last().filter(|end| fewer.last() != Some(end)));
        History { points: fewer, ..*self }
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
mod tests {
    use super::*;

    fn point(step: u32, train_accuracy: f32, test_accuracy: f32) -> Point {
        Point {
            run: 0,
            step,
            train_loss: 0.5,
            train_accuracy,
            test_loss: 2.0,
            test_accuracy,
            weight_norm: 3.0,
            ..Point::default()
        }
    }

    #[test]
    fn the_story_is_told_in_order() {
        let mut history = History::default();
        let mut phases = vec![];
        for (step, train, test) in [(0, 0.1, 0.1), (10, 0.99, 0.1), (20, 1.0, 0.5), (30, 1.0, 0.96), (40, 1.0, 0.9)] {
            history.push(point(step, train, test));
            phases.push((history.phase(0.0), history.phase(0.5)));
        }
        use Phase::{Generalizing, Grokked, Memorizing, Plateau};
        let (list, mirrored): (Vec<_>, Vec<_>) = phases.into_iter().unzip();
        assert_eq!(list, [Memorizing, Plateau, Generalizing, Grokked, Grokked]);
        assert_eq!(mirrored, [Memorizing, Plateau, Plateau, Grokked, Grokked]);
        assert_eq!((history.memorized, history.grokked, history.stop_step()), (Some(10), Some(30), None));
    }

    #[test]
    fn a_run_is_over_when_it_has_stayed_above_the_threshold() {
        let config = Config { steps: 500, ..Config::standard() };
        let mut history = History::default();
        for (step, test) in [(0, 0.1), (160, 0.96), (200, 0.65), (212, 0.915), (220, 0.97), (269, 0.99)] {
            history.push(point(step, 1.0, test));
        }
        let over = |step| end(&config, core::slice::from_ref(&history), step);
        assert_eq!((history.grokked, history.settled, history.stop_step()), (Some(160), Some(220), Some(270)));
        assert_eq!((over(212), over(269), over(270)), (None, None, Some(End::Grokked)));
        // Going on from a copy, the worker knows the same.
        assert_eq!(History::going_on(history.milestones()).stop_step(), Some(270));
        // Gone back to the stumble, it is open again.
        let mut earlier = history.clone();
        earlier.rewind(212);
        assert_eq!((earlier.settled, earlier.stop_step()), (None, None));
        earlier.rewind(160);
        assert_eq!(earlier.stop_step(), Some(210));
        let to_the_limit = Config { stop: Stop::Limit, ..config.clone() };
        assert_eq!(end(&to_the_limit, &[history.clone()], 499), None);
        assert_eq!(end(&to_the_limit, &[history.clone()], 500), Some(End::Limit));
        assert_eq!(end(&config, &[history, History::default()], 500), Some(End::Limit));
    }

    #[test]
    fn old_points_and_nan_do_not_count() {
        let mut history = History::default();
        history.push(point(5, f32::NAN, f32::NAN));
        history.push(point(5, 1.0, 1.0));
        assert_eq!((history.points.len(), history.memorized, history.grokked), (1, None, None));
    }

    #[test]
    fn a_run_without_numbers_has_diverged() {
        let run = |points: &[(u32, f32, f32)]| {
            let mut history = History::default();
            for &(step, train_loss, weight_norm) in points {
                history.push(Point { train_loss, weight_norm, ..point(step, 0.1, 0.1) });
            }
            history
        };
        let (nan, inf) = (f32::NAN, f32::INFINITY);
        for (points, since) in [
            (&[][..], None),
            (&[(0, 4.0, 9.0), (1, 3.0, 9.0)], None),
            (&[(0, 4.0, 9.0), (1, nan, nan), (2, nan, nan)], Some(1)),
            (&[(0, 4.0, 9.0), (5, 3.0, inf)], Some(5)),
            (&[(0, 4.0, 9.0), (5, inf, 9.0), (9, nan, 9.0)], Some(5)),
            // The loss of one pair was too large for a number, and later it was not.
            (&[(0, 4.0, 9.0), (5, inf, 9.0)], None),
            (&[(0, 4.0, 9.0), (5, nan, 9.0), (6, 3.0, 9.0)], None),
        ] {
            assert_eq!(diverged(&run(points)), since, "{points:?}");
        }
        // Others are waited for as if it were not there.
        let (config, lost) = (Config::standard(), run(&[(0, nan, nan)]));
        let mut fine = History::default();
        fine.push(point(10, 1.0, 1.0));
        assert_eq!((limit(&config, &[lost.clone(), lost.clone()]), limit(&config, &[lost.clone(), fine.clone()])), (0, 60));
        assert_eq!(limit(&config, &[lost.clone(), History::default()]), config.steps);
        let ends = [(vec![lost.clone()], 3), (vec![lost.clone(), fine], 60), (vec![lost, History::default()], config.steps)];
        let ends = ends.map(|(histories, step)| end(&config, &histories, step));
        assert_eq!(ends, [Some(End::Diverged), Some(End::Grokked), Some(End::Limit)]);
        assert_eq!(limit(&config, &[]), config.steps);
    }

    #[test]
    fn a_fall_is_to_half_of_the_highest_before() {
        let fall = |values: &[f32]| halved(values.iter().enumerate().map(|(i, v)| (i as u32, *v)));
        assert_eq!(fall(&[4.0, 6.0, 3.5, 2.9, 1.0]), Some(3));
        assert_eq!(fall(&[1.0, 2.0, 1.0]), None);
        assert_eq!(fall(&[f32::NAN, f32::NAN]), None);
    }

    #[test]
    fn a_history_goes_back() {
        let mut history = History::default();
        for (step, train, test) in [(0, 0.1, 0.1), (10, 0.99, 0.1), (30, 1.0, 0.96)] {
            history.push(point(step, train, test));
        }
        history.rewind(30);
        assert_eq!((history.points.len(), history.grokked), (3, Some(30)));
        history.rewind(29);
        assert_eq!((history.points.len(), history.memorized, history.grokked), (2, Some(10), None));
    }

    #[test]
    fn csv_has_one_line_per_point() {
        let mut history = History::default();
        history.push(point(0, 0.25, 0.125));
        let written = "step,trainLoss,testLoss,trainAccuracy,testAccuracy,weightNorm,collapse,zeroLoss,gradientNorm\n0,0.5,2,0.25,0.125,3,0,0,0\n";
        assert_eq!(history.csv(), written);
    }
}
