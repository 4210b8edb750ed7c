//! When a run that knows its pairs will have the rule, by the trend of its test loss: a rule of thumb without a theory behind it,
//! whose errors on recorded runs are [`MEASURED`].
//!
//! It lies between two guesses at the steps that are left: as many as since memorising, and those until the falling line through the
//! latest logarithms of the test loss reaches [`THRESHOLD`]. How far it lies from each was fitted. What else was tried on the same
//! runs was worse: the weight norm's way to a share of its highest value, a multiple of 1/(lr · wd), and the odds of the test
//! accuracy, which say nothing until late.

mod measured;

pub use measured::MEASURED;

use crate::analysis::PowerLaw;
use crate::config::{Config, Loss, Optimizer};
use crate::metrics::{History, Point};
use crate::number::clamp;

/// The test loss to which the line leads, nats.
const THRESHOLD: f64 = 0.1;
/// The part of the time since memorising whose test losses the line goes through, and how many of them there are at least and at most.
const LATEST: f64 = 0.25;
const FEWEST: usize = 5;
const MOST: usize = 200;
/// The guesses differ at most so many times.
const APART: f64 = 30.0;
/// After which fractions of the way from memorising to grokking forecasts are judged.
pub const FRACTIONS: [f64; 3] = [0.25, 0.5, 0.75];

/// Two guesses at the steps that are left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guesses {
    /// As many as since memorising.
    pub again: f64,
    /// By the trend of the test loss.
    pub trend: f64,
}

/// What is between the guesses: left = factor · again · (trend / again)^weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// See above.
    pub factor: f64,
    /// 0 is as long again, 1 the trend.
    pub weight: f64,
}

/// How far off forecasts were on recorded runs, as ratios of the steps that were forecast to those that were left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The rule, fitted to other runs.
    pub rule: Rule,
    /// To how many runs it was fitted, and by how many it was judged.
    pub runs: [usize; 2],
    /// Lower quartile, median and upper quartile after each of [`FRACTIONS`].
    pub quartiles: [[f64; 3]; 3],
    /// At half of all these moments, a forecast was off by at most this factor.
    pub factor: f64,
    /// Share of these moments at which it was off by a factor of 2 at most.
    pub within: f64,
    /// Share of all moments at which there was no ground for a forecast.
    pub silent: f64,
}

/// A moment of a run that grokked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Index in [`FRACTIONS`].
    pub fraction: usize,
    /// What could be guessed then; nothing without ground.
    pub guesses: Option<Guesses>,
    /// The steps that were left.
    pub left: f64,
}

/// Guesses by what was measured so far of a run that memorised at a step; none where its test loss does not fall.
fn guesses(points: &[Point], memorized: u32) -> Option<Guesses> {
    let now = f64::from(points.last()?.step);
    let again = now - f64::from(memorized);
    let from = points.partition_point(|point| f64::from(point.step) < now - LATEST * again);
    let latest = &points[from..];
    if latest.len() < FEWEST {
        return None;
    }
    let thinned = latest.iter().rev().step_by(latest.len().div_ceil(MOST));
    // A line through logarithms of the loss is a power law of the exponential of steps, counted in times since memorising.
    let place = |point: &Point| libm::exp((f64::from(point.step) - now) / again);
    let fit = PowerLaw::of(thinned.map(|point| (place(point), point.test_loss.into())))?;
    if fit.exponent >= 0.0 {
        return None;
    }
    let trend = again * libm::log(fit.factor / THRESHOLD) / -fit.exponent;
    Some(Guesses { again, trend: clamp(trend, again / APART, again * APART) })
}

impl Rule {
    /// By least squares, of guesses with the steps that were left.
    pub fn fit(moments: &[Moment]) -> Option<Rule> {
        let known = moments.iter().filter_map(|moment| Some((moment.guesses?, moment.left)));
        let law = PowerLaw::of(known.map(|(Guesses { again, trend }, left)| (trend / again, left / again)))?;
        Some(Rule { factor: law.factor, weight: law.exponent })
    }

    /// The steps that are left.
    pub fn left(&self, Guesses { again, trend }: Guesses) -> f64 {
        self.factor * again * libm::exp(self.weight * libm::log(trend / again))
    }
}

/// The moments of a run by which forecasts are judged; none of one that did not grok long after it memorised.
pub fn moments(history: &History) -> Vec<Moment> {
    let Some((memorized, grokked)) = history.memorized.zip(history.grokked) else { return vec![] };
    if grokked < 2 * memorized.max(1) {
        return vec![];
    }
    let way = f64::from(grokked - memorized);
    let moment = |(index, fraction): (usize, f64)| {
        let until = f64::from(memorized) + fraction * way;
        let points = &history.points[..history.points.partition_point(|point| f64::from(point.step) <= until)];
        let now = points.last().map_or(0.0, |point| point.step.into());
        Moment { fraction: index, guesses: guesses(points, memorized), left: f64::from(grokked) - now }
    };
    FRACTIONS.into_iter().enumerate().map(moment).collect()
}

/// The step at which a run will have grokked, as far as there is ground for a forecast: it is one like those that were recorded, it
/// knows its pairs, and its test loss falls.
pub fn forecast(config: &Config, history: &History) -> Option<u32> {
    let alike =
        config.wd > 0.0 && config.noise == 0.0 && config.loss == Loss::CrossEntropy && config.optimizer == Optimizer::AdamW;
    let memorized = history.memorized.filter(|_| alike && history.grokked.is_none())?;
    let left = MEASURED.rule.left(guesses(&history.points, memorized)?);
    let now = history.points.last()?.step;
    left.is_finite().then(|| now.saturating_add(left.ceil() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run that memorises at step 100 and whose test loss is that of a function of steps.
    fn run(last: u32, loss: impl Fn(f64) -> f64) -> History {
        let mut history = History::default();
        for step in (0..=last).step_by(5) {
            let train_accuracy = if step >= 100 { 1.0 } else { 0.5 };
            let test_loss = loss(step.into());
            let test_accuracy = if test_loss <= THRESHOLD { 1.0 } else { 0.1 };
            history.push(Point { step, train_accuracy, test_accuracy, test_loss: test_loss as f32, ..Point::default() });
        }
        history
    }

    #[test]
    fn a_loss_that_falls_exponentially_is_followed_to_its_end() {
        let falls = |step: f64| 10.0 * libm::exp(-step / 200.0);
        // ln(10 / 0.1) · 200
        let end = 200.0 * libm::log(100.0);
        let history = run(500, falls);
        let Guesses { again, trend } = guesses(&history.points, 100).expect("guesses");
        assert!((again - 400.0).abs() < 1e-9 && (trend - (end - 500.0)).abs() < 1e-3, "{again} {trend} {end}");
        // A long history is read in part, with the same line.
        let long = run(100_000, |step| 10.0 * libm::exp(-step / 50_000.0));
        let Guesses { trend, .. } = guesses(&long.points, 100).expect("guesses");
        assert!((trend / (50_000.0 * libm::log(100.0) - 100_000.0) - 1.0).abs() < 1e-3, "{trend}");
    }

    #[test]
    fn there_is_no_number_without_ground() {
        let config = Config::standard();
        let falls = |step: f64| 10.0 * libm::exp(-step / 200.0);
        assert!(forecast(&config, &run(500, falls)).is_some_and(|step| step > 500));
        assert_eq!(forecast(&config, &run(500, |step| 1.0 + step / 100.0)), None, "its test loss rises");
        assert_eq!(forecast(&config, &run(90, falls)), None, "it does not know its pairs");
        assert_eq!(forecast(&config, &run(105, falls)), None, "it has known them for a moment");
        assert_eq!(forecast(&config, &run(1500, falls)), None, "it has the rule");
        assert_eq!(forecast(&config, &run(500, |_| f64::NAN)), None);
        assert_eq!(forecast(&config, &History::default()), None);
        for unlike in ["wd=0", "loss=mse", "noise=0.1", "optimizer=sgd"] {
            let (other, problems) = config.with_query(unlike);
            assert_eq!((problems.len(), forecast(&other, &run(500, falls))), (0, None), "{unlike}");
        }
    }

    #[test]
    fn a_rule_that_made_the_moments_is_found_in_them() {
        let rule = Rule { factor: 0.5, weight: 0.8 };
        let moment = |(again, trend): (f64, f64)| {
            let guesses = Guesses { again, trend };
            Moment { fraction: 0, guesses: Some(guesses), left: rule.left(guesses) }
        };
        let moments = [(100.0, 50.0), (100.0, 900.0), (700.0, 700.0), (20.0, 300.0)].map(moment);
        let found = Rule::fit(&moments).expect("a rule");
        assert!((found.factor - 0.5).abs() < 1e-9 && (found.weight - 0.8).abs() < 1e-9, "{found:?}");
        assert_eq!(Rule::fit(&moments[..2]), None);
    }

    #[test]
    fn a_run_is_judged_on_its_way_and_not_where_there_is_none() {
        let history = run(1500, |step| 10.0 * libm::exp(-step / 200.0));
        let grokked = f64::from(history.grokked.expect("grokked"));
        let moments = moments(&history);
        assert_eq!(moments.iter().map(|moment| moment.fraction).collect::<Vec<_>>(), [0, 1, 2]);
        for (moment, fraction) in moments.iter().zip(FRACTIONS) {
            let left = (1.0 - fraction) * (grokked - 100.0);
            assert!((moment.left - left).abs() <= 5.0, "{moment:?} {left}");
            assert!(moment.guesses.is_some_and(|guesses| (guesses.trend - moment.left).abs() < 10.0), "{moment:?}");
        }
        assert!(super::moments(&run(500, |_| 8.0)).is_empty(), "it never grokked");
        assert!(super::moments(&run(500, |step| if step < 150.0 { 8.0 } else { 0.01 })).is_empty(), "at once");
    }
}
