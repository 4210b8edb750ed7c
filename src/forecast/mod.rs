//! How many steps a run needs until it has the rule, guessed from its test loss. No theory is behind it; how far off it was on recorded
//! runs is in [`MEASURED`].
//!
//! A network that knows its pairs by heart is sure of wrong answers to the others: its test loss is far above that of guessing. It falls
//! long before test accuracy rises, about exponentially at first, and faster towards the end. So a line goes through the latest
//! logarithms of the test loss, to [`KNOWN`], and of the steps until there a run needs a share that was measured.
//!
//! This form and the constants below were chosen on 55 other runs. There, after each tenth of the wait and with cross-validation, such a
//! forecast was right within a factor of 2 at 70 % of the moments at which there was one. The odds of the test accuracy, followed in the
//! same way, were at 46 %; the weight norm, on its way to a share of its highest value, and a multiple of 1 / (lr · wd) at 41 % at best;
//! and "as long again as since memorising" at 34 %.

mod measured;

pub use measured::MEASURED;

use crate::analysis::Line;
use crate::config::{Config, Filter, Keep, Loss, Optimizer};
use crate::metrics::{History, Point};

/// The test loss to which the line leads, nats.
const KNOWN: f64 = 0.1;
/// The line goes through the test losses of this part of the time since memorising, and through so many of them at least.
const LATEST: f64 = 0.25;
const FEWEST: usize = 5;
/// The loss falls where the line accounts for at least this share of the variance of its logarithms.
const CLEAR: f64 = 0.5;
/// A line is followed at most so many times as far as the run has come since memorising.
const FURTHEST: f64 = 5.0;

/// How far off forecasts were on recorded runs. A forecast of n steps is off by n / the steps that were left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Of the steps until the line is at the test loss of a rule, the share that a run needs: the median over all moments of the runs
    /// that it was fitted to, which are not those that follow.
    pub share: f64,
    /// Runs that it was fitted to, and runs by which it was judged. All of them grokked.
    pub runs: [usize; 2],
    /// Share of the moments in the wait of the latter at which there was a forecast; after each tenth of the wait there is one.
    pub spoken: f64,
    /// Share of these forecasts that were off by a factor of 2 at most.
    pub within: f64,
    /// Lower quartile, median and upper quartile of what they were off by.
    pub quartiles: [f64; 3],
    /// Further runs, which knew their pairs and did not grok within their step limit.
    pub others: usize,
    /// Share of the moments between memorising and that limit at which there was a forecast for them, …
    pub others_spoken: f64,
    /// … and of all these moments, at which less than half of the steps to the limit were forecast.
    pub others_early: f64,
}

/// Steps until the line through the latest test losses is at [`KNOWN`], of a run that memorised at a step. None where there are too few
/// of them, where they do not clearly fall, and where the line would have to be followed too far.
pub fn line(points: &[Point], memorized: u32) -> Option<f64> {
    let now = points.last()?.step;
    let known_for = f64::from(now.checked_sub(memorized)?);
    let from = points.partition_point(|point| f64::from(point.step) < f64::from(now) - LATEST * known_for);
    let logarithm = |point: &Point| (f64::from(point.step) - f64::from(now), libm::log(point.test_loss.into()));
    let latest: Vec<(f64, f64)> = points[from..].iter().map(logarithm).filter(|(_, loss)| loss.is_finite()).collect();
    let line = Line::through(&latest).filter(|line| latest.len() >= FEWEST && line.slope < 0.0 && line.r2 >= CLEAR)?;
    let steps = (libm::log(KNOWN) - line.level) / line.slope;
    Some(steps).filter(|steps| (0.0..=FURTHEST * known_for).contains(steps))
}

/// How many steps are left until a run has the rule. None without ground for a forecast: when it does not know its pairs, has the rule
/// already, its test loss gives no [`line`], or its settings are of a kind that was not recorded.
pub fn steps_left(config: &Config, history: &History) -> Option<f64> {
    let recorded = config.wd > 0.0
        && config.noise == 0.0
        && config.sphere == 0.0
        && config.ticket == 0.0
        && config.keep == Keep::Nothing
        && (config.loss, config.optimizer, config.filter) == (Loss::CrossEntropy, Optimizer::AdamW, Filter::None);
    let memorized = history.memorized.filter(|_| recorded && history.grokked.is_none())?;
    Some(MEASURED.share * line(&history.points, memorized)?)
}

#[cfg(test)]
mod tests;
