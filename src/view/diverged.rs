//! What is said of a run that has diverged: since when, and which setting to lower.

use crate::config::Config;
use crate::metrics::{History, diverged};
use crate::text::{number, thousands};
use crate::tr;

/// Headline and caption of runs all of which have diverged.
pub fn narrate(config: &Config, histories: &[History]) -> (String, String) {
    let since = thousands(histories.iter().filter_map(diverged).min().unwrap_or(0).into());
    let headline = match histories.len() {
        1 => tr!("Diverged: since step {since} its loss is no number", since),
        runs => tr!("All {runs} runs diverged: since step {since} the first one's loss is no number", runs, since),
    };
    (headline, [&advice(config), tr!("Then run again.")].join(" "))
}

/// Which setting makes a run diverge, and what to do about it.
fn advice(config: &Config) -> String {
    let Config { lr, wd, .. } = *config;
    let standard = Config::standard();
    let [rate, decay] = [number(lr), number(wd)];
    // Decoupled decay multiplies the weights by 1 − lr · wd in each step, which past 2 makes them ever larger.
    let factor = number(1.0 - lr * wd);
    if lr * wd >= 2.0 && wd / standard.wd > lr / standard.lr {
        return tr!(
            "Weight decay was too strong: each step multiplied the weights by 1 − {rate} · {decay} = {factor}. \
             Lower weight decay ({decay}) until its product with the learning rate ({rate}) is below 1.",
            rate,
            decay,
            factor
        );
    }
    let lower = tr!("The steps were too large for it. Lower the learning rate ({rate}).", rate);
    if lr * wd < 2.0 {
        return lower;
    }
    [lower, tr!("With weight decay {decay} it has to be below {bound}.", decay, bound = number(1.0 / wd))].join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Point;
    use crate::settings::from_query;

    fn told(query: &str) -> (String, String) {
        let (config, problems) = from_query(query);
        assert_eq!(problems, []);
        let mut history = History::default();
        history.push(Point { train_loss: 4.0, weight_norm: 1.0, ..Point::default() });
        history.push(Point { step: 1234, train_loss: f32::NAN, ..Point::default() });
        narrate(&config, &vec![history; config.seeds as usize])
    }

    #[test]
    fn the_setting_that_is_too_high_is_named() {
        for (query, blamed) in [
            ("lr=10&p=23&v=1", "Lower the learning rate (10). With weight decay 1 it has to be below 1."),
            ("lr=1000&v=1", "Lower the learning rate (1,000)."),
            ("lr=0.1&wd=30&v=1", "by 1 − 0.1 · 30 = −2. Lower weight decay (30)"),
            ("optimizer=sgd&lr=10&wd=0&v=1", "Lower the learning rate (10)."),
        ] {
            let (headline, caption) = told(query);
            assert_eq!(headline, "Diverged: since step 1,234 its loss is no number");
            assert!(caption.contains(blamed), "{query}: {caption}");
        }
        assert!(told("lr=10&seeds=3&v=1").0.starts_with("All 3 runs diverged: since step 1,234"));
    }
}
