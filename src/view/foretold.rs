//! When a run will have the rule, in words.

use super::app::{App, State};
use super::data::Data;
use crate::forecast::{MEASURED, steps_left};
use crate::text::{rounded, thousands};
use crate::tr;

/// The forecast for a single run under way, with how far off such forecasts were; a dash where there is no ground for one.
pub fn foretell(app: &App) -> String {
    foretold(app).unwrap_or("–".into())
}

fn foretold(app: &App) -> Option<String> {
    let (config, [history]) = (app.present(), &app.histories[..]) else { return None };
    let has_rule = Data::of(&app.operation(config)).rule;
    let left = steps_left(config, history).filter(|_| has_rule && matches!(app.state(), State::Running | State::Paused))?;
    Some(tr!(
        "about {steps} more steps, by how test loss falls. Of such forecasts on recorded runs that grokked, {share} were right within a \
         factor of 2.",
        steps = thousands(two_digits(left)),
        share = rounded(MEASURED.within)
    ))
}

/// As exact as a forecast may sound: `1234.5` → 1200.
fn two_digits(steps: f64) -> u64 {
    let (mut steps, mut unit) = (steps.max(2.0).round() as u64, 1);
    while steps >= 100 {
        (steps, unit) = ((steps + 5) / 10, 10 * unit);
    }
    steps * unit
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{History, Point};
    use crate::settings::from_query;

    #[test]
    fn two_digits_are_left() {
        assert_eq!([0.2, 7.4, 99.4, 99.6, 1234.5, 1251.0, 99_999.0].map(two_digits), [2, 7, 99, 100, 1200, 1300, 100_000]);
    }

    /// A page on which runs of a configuration know their pairs since step 100, and whose test loss halves every 100 steps.
    fn app(query: &str, state: State, runs: usize) -> App {
        let mut app = App::new(from_query(query).0, &[], None);
        app.phase = state.into();
        let mut history = History::default();
        for step in (0..=400).step_by(5) {
            let test_loss = 16.0 * libm::exp2f(-(step as f32) / 100.0);
            history.push(Point { step, train_accuracy: if step < 100 { 0.1 } else { 1.0 }, test_loss, ..Point::default() });
        }
        app.histories = vec![history; runs];
        app
    }

    #[test]
    fn a_forecast_is_told_with_its_error_while_it_is_one() {
        let told = foretell(&app("", State::Running, 1));
        // From 1 to 0.1.
        let steps = two_digits(MEASURED.share * 100.0 * libm::log2(10.0));
        let [number, error] = [format!("about {steps} more steps"), rounded(MEASURED.within)];
        assert!(told.starts_with(&number) && told.contains(&error), "{told}");
        assert_eq!(foretell(&app("", State::Paused, 1)), told);
    }

    #[test]
    fn without_ground_there_is_a_dash() {
        for state in [State::Idle, State::Done, State::Error] {
            assert_eq!(foretell(&app("", state, 1)), "–", "{state:?}");
        }
        assert_eq!(foretell(&app("", State::Running, 2)), "–", "which of them?");
        assert_eq!(foretell(&app("task=random", State::Running, 1)), "–", "there is no rule to find");
        let mut grokked = app("", State::Running, 1);
        grokked.histories[0].grokked = Some(400);
        assert_eq!(foretell(&grokked), "–");
    }
}
