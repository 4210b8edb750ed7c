//! Planted curves, and where nothing is foretold.

use super::*;

/// A run that memorises at step 100, is measured every 5 steps until `last`, and whose test loss is that of a function of steps.
fn run(last: u32, loss: impl Fn(f64) -> f64) -> History {
    let mut history = History::default();
    for step in (0..=last).step_by(5) {
        let train_accuracy = if step >= 100 { 1.0 } else { 0.5 };
        let test_loss = loss(step.into());
        let test_accuracy = if test_loss <= KNOWN { 1.0 } else { 0.1 };
        history.push(Point { step, train_accuracy, test_accuracy, test_loss: test_loss as f32, ..Point::default() });
    }
    history
}

fn falls(step: f64) -> f64 {
    10.0 * libm::exp(-step / 200.0)
}

/// Where [`falls`] is at [`KNOWN`].
fn end() -> f64 {
    200.0 * libm::log(10.0 / KNOWN)
}

#[test]
fn a_loss_that_falls_exponentially_is_followed_to_its_end() {
    for now in [300, 500, 900] {
        let steps = line(&run(now, falls).points, 100).expect("a line");
        assert!((steps - (end() - f64::from(now))).abs() < 1e-3, "{steps} at {now}, of {}", end());
        let left = steps_left(&Config::standard(), &run(now, falls)).expect("a forecast");
        assert!((left - MEASURED.share * steps).abs() < 1e-9, "{left} of {steps}");
    }
}

#[test]
fn only_the_latest_losses_count() {
    // Until step 400 it rises; the last quarter since step 100 begins there.
    let turns = |step: f64| if step < 400.0 { step / 40.0 } else { 10.0 * libm::exp(-(step - 400.0) / 100.0) };
    let steps = line(&run(500, turns).points, 100).expect("a line");
    assert!((steps - (100.0 * libm::log(10.0 / KNOWN) - 100.0)).abs() < 1e-3, "{steps}");
    assert_eq!(line(&run(440, turns).points, 100), None, "most of the latest rose");
}

#[test]
fn there_is_no_line_without_ground() {
    let at = |last, loss: &dyn Fn(f64) -> f64| line(&run(last, loss).points, 100);
    assert_eq!(at(500, &|step| 1.0 + step / 100.0), None, "its test loss rises");
    assert_eq!(at(500, &|_| 9.0), None, "nothing moves");
    assert_eq!(at(500, &|step| falls(step / 10.0)), None, "the way is more than five times as long");
    assert_eq!(at(500, &|step| 0.05 * falls(step / 10.0)), None, "it is below already");
    assert_eq!(at(115, &falls), None, "it has known its pairs for four measurements");
    assert_eq!(at(90, &falls), None, "it does not know them yet");
    let swings = |step: f64| falls(step) * if step % 10.0 == 0.0 { 3.0 } else { 1.0 / 3.0 };
    assert_eq!(at(500, &swings), None, "it swings more than it falls");
    assert_eq!(at(500, &|_| f64::NAN), None);
    assert_eq!(line(&[], 0), None);
    // What is no number among others does not count.
    let gaps = |step: f64| if step % 25.0 == 0.0 { f64::NAN } else { falls(step) };
    assert!(at(500, &gaps).is_some_and(|steps| (steps - (end() - 500.0)).abs() < 1e-3));
}

#[test]
fn there_is_no_forecast_for_what_was_not_recorded_or_is_over() {
    let config = Config::standard();
    assert!(steps_left(&config, &run(500, falls)).is_some());
    assert_eq!(steps_left(&config, &run(90, falls)), None, "it does not know its pairs");
    let mut has_the_rule = run(500, falls);
    has_the_rule.grokked = Some(500);
    assert_eq!(steps_left(&config, &has_the_rule), None);
    for unlike in ["wd=0", "loss=mse", "noise=0.1", "optimizer=sgd", "filter=grokfast-ema", "sphere=0.5"] {
        let (other, problems) = config.with_query(unlike);
        assert_eq!((problems.len(), steps_left(&other, &run(500, falls))), (0, None), "{unlike}");
    }
}
