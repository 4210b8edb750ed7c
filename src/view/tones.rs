//! The accuracy curves as tones: a run in a few seconds, high where much is right. The step axis is that of the charts.

use super::chart::{StepAxis, nearest};
use crate::metrics::{History, METRICS, Panel};
use crate::number::clamp;

/// How long a whole run sounds, seconds.
pub const SECONDS: f64 = 4.0;
/// Pitches of a run; between them they glide.
const PITCHES: usize = 200;
/// The pitch where nothing is right, hertz, and how many octaves higher that where everything is right is.
const LOWEST: f64 = 220.0;
const OCTAVES: f64 = 2.0;

/// What is heard of a run.
pub struct Tones {
    /// For each curve its pitches, at equal distances along the axis, and whether it is the one over test pairs.
    pub voices: Vec<(Vec<f32>, bool)>,
    /// The step that is heard with each pitch.
    pub steps: Vec<u32>,
}

/// The pitch of a fraction, hertz. Equal differences are equal intervals.
fn pitch(fraction: f32) -> f32 {
    let fraction = if fraction.is_nan() { 0.0 } else { clamp(fraction.into(), 0.0, 1.0) };
    (LOWEST * libm::exp(OCTAVES * core::f64::consts::LN_2 * fraction)) as f32
}

/// The tones of a run, once there is a curve.
pub fn tones(history: &History, log: bool) -> Option<Tones> {
    let last = history.points.last().filter(|_| history.points.len() > 1)?.step;
    let axis = StepAxis { log, ..Default::default() }.whole(Some(last), 0.0, 1.0);
    let along = |i: usize| axis.invert(i as f64 / (PITCHES - 1) as f64 * axis.at(last.into())).round() as u32;
    let points: Vec<_> = (0..PITCHES).filter_map(|i| nearest(history, along(i))).map(|index| &history.points[index]).collect();
    let curves = METRICS.iter().filter(|metric| metric.panel == Panel::Accuracy);
    Some(Tones {
        voices: curves.map(|curve| (points.iter().map(|point| pitch((curve.value)(point))).collect(), curve.second)).collect(),
        steps: points.iter().map(|point| point.step).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Point;

    fn run(accuracies: impl Fn(u32) -> [f32; 2]) -> History {
        let mut history = History::default();
        for step in 0..=1000 {
            let [train_accuracy, test_accuracy] = accuracies(step);
            history.push(Point { step, train_accuracy, test_accuracy, ..Point::default() });
        }
        history
    }

    #[test]
    fn a_run_rises_by_two_octaves_and_train_and_test_are_apart() {
        let heard = tones(&run(|step| [if step < 100 { 0.0 } else { 1.0 }, step as f32 / 1000.0]), false).expect("tones");
        let [(train, false), (test, true)] = &heard.voices[..] else { panic!("two voices, the second over test pairs") };
        assert_eq!((train.len(), test.len(), heard.steps.len()), (PITCHES, PITCHES, PITCHES));
        assert_eq!((train[0], train[PITCHES - 1], test[0], test[PITCHES - 1]), (220.0, 880.0, 220.0, 880.0));
        assert!(test.is_sorted() && heard.steps.is_sorted() && heard.steps[PITCHES - 1] == 1000);
        assert!((test[PITCHES / 2] - 440.0).abs() < 3.0, "half of the pairs are an octave: {}", test[PITCHES / 2]);
        assert_eq!(train.iter().filter(|pitch| **pitch < 880.0).count(), PITCHES / 10);
    }

    #[test]
    fn tones_follow_the_axis_that_is_seen() {
        let knows = |step: u32| [if step < 100 { 0.0 } else { 1.0 }, f32::NAN];
        let late = tones(&run(knows), true).expect("tones");
        let low = late.voices[0].0.iter().filter(|pitch| **pitch < 880.0).count();
        assert!((low as f64 / PITCHES as f64 - 2.0 / 3.0).abs() < 0.01, "100 is two thirds of the way to 1000: {low}");
        assert!(late.voices[1].0.iter().all(|pitch| *pitch == 220.0), "what is no number is silent at the bottom");
    }

    #[test]
    fn without_a_curve_there_is_nothing_to_hear() {
        assert!(tones(&History::default(), false).is_none());
        let mut one = History::default();
        one.push(Point::default());
        assert!(tones(&one, false).is_none());
    }
}
