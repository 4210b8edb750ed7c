//! The measurements with what they were measured on, as JSON.

use crate::config::{Config, MidRunChange};
use crate::json;
use crate::metrics::{End, History, METRICS, Point};
use crate::settings::{Kind, to_query};
use crate::view::runs::Fork;

/// What the measurements belong to.
pub struct Source<'a> {
    /// The run's settings.
    pub config: &'a Config,
    /// Address that shows the run again.
    pub link: &'a str,
    /// `gpu` or `cpu`; empty when unknown.
    pub backend: &'a str,
    /// What computed.
    pub adapter: &'a str,
    /// Why it is over, if it is.
    pub end: Option<End>,
    /// Where it left another run, if it did not begin at step 0.
    pub from: Option<Fork>,
    /// Updates made.
    pub step: u32,
    /// Milliseconds of training.
    pub elapsed_ms: f64,
}

/// One object: the settings that differ from the standard, and for each run columns of equal length.
pub fn json(source: &Source, histories: &[History]) -> String {
    let config = source.config;
    let settings = config.changed().into_iter().map(|(key, text)| {
        let value = match key.kind {
            // As they are written in links, these are valid JSON.
            Kind::Integer(..) | Kind::Number(..) | Kind::Flag => text,
            Kind::Choice(_) | Kind::Operation | Kind::Text => json::string(&text),
        };
        (key.name, value)
    });
    let settings: Vec<_> = settings.collect();
    let runs = json::array(&mut histories.iter().enumerate().map(|(i, history)| run(config, i, history)));
    json::object(&[
        ("format", json::string("grokking-lab curves")),
        ("version", "1".into()),
        ("link", json::string(source.link)),
        ("query", json::string(&to_query(config))),
        ("settings", json::object(&settings)),
        ("backend", json::string(source.backend)),
        ("adapter", json::string(source.adapter)),
        ("step", source.step.to_string()),
        ("end", source.end.map_or("null".into(), |end| json::string(end.id()))),
        ("forkedAt", source.from.map_or("null".into(), |from| from.step.to_string())),
        ("changes", json::array(&mut source.config.at.until(source.step).map(change))),
        ("seconds", json::number(source.elapsed_ms / 1000.0)),
        ("runs", runs),
    ]) + "\n"
}

/// Settings that changed after so many steps.
fn change(change: &MidRunChange) -> String {
    let settings: Vec<_> = change.settings.iter().map(|(key, value)| (*key, json::string(value))).collect();
    json::object(&[("step", change.step.to_string()), ("settings", json::object(&settings))])
}

fn run(config: &Config, index: usize, history: &History) -> String {
    let step = |mark: Option<u32>| mark.map_or("null".into(), |step| step.to_string());
    let column = |value: &dyn Fn(&Point) -> String| json::array(&mut history.points.iter().map(value));
    let mut members = vec![
        ("seed", (u64::from(config.seed) + index as u64).to_string()),
        ("memorized", step(history.memorized)),
        ("grokked", step(history.grokked)),
        ("step", column(&|point| point.step.to_string())),
    ];
    for metric in METRICS {
        members.push((metric.key, column(&|point| json::number_f32((metric.value)(point)))));
    }
    json::object(&members)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn history(steps: &[u32]) -> History {
        let mut history = History::default();
        for &step in steps {
            history.push(Point {
                run: 0,
                step,
                train_loss: 0.1,
                test_loss: f32::NAN,
                weight_norm: f32::INFINITY,
                train_accuracy: 1.0,
                test_accuracy: 0.25,
                ..Point::default()
            });
        }
        history
    }

    fn parsed(config: &Config, histories: &[History]) -> Value {
        let source = Source {
            config,
            link: "https://example.org/\"#v=1",
            backend: "cpu",
            adapter: "relaxed SIMD",
            end: Some(End::Limit),
            from: None,
            step: 7,
            elapsed_ms: 1500.0,
        };
        serde_json::from_str(&super::json(&source, histories)).expect("valid JSON")
    }

    #[test]
    fn it_parses_and_holds_every_point() {
        let config = Config { task: "x/y".into(), lr: 0.003, autoplay: true, seed: u32::MAX, seeds: 2, ..Config::standard() };
        let value = parsed(&config, &[history(&[0, 1, 5]), history(&[])]);
        assert_eq!(
            value["settings"],
            json!({"task": "x/y", "lr": 0.003, "autoplay": true, "seed": 4_294_967_295u32, "seeds": 2})
        );
        assert_eq!(value["query"], to_query(&config));
        assert_eq!(
            (&value["link"], &value["step"], &value["seconds"]),
            (&json!("https://example.org/\"#v=1"), &json!(7), &json!(1.5))
        );
        let run = &value["runs"][0];
        assert_eq!((&run["step"], &run["trainLoss"]), (&json!([0, 1, 5]), &json!([0.1, 0.1, 0.1])));
        assert_eq!((&run["testLoss"], &run["weightNorm"]), (&json!([null, null, null]), &json!([null, null, null])));
        assert_eq!((&run["memorized"], &run["grokked"]), (&json!(0), &json!(null)));
        assert_eq!(value["runs"][1]["seed"], json!(4_294_967_296u64));
        for metric in METRICS {
            assert_eq!(run[metric.key].as_array().map(Vec::len), Some(3), "{}", metric.key);
            assert_eq!(value["runs"][1][metric.key], json!([]), "{}", metric.key);
        }
    }

    #[test]
    fn the_settings_are_those_that_the_query_names() {
        let mut config = Config::standard();
        assert_eq!(parsed(&config, &[])["settings"], json!({}));
        config.eps = 1e-9;
        config.hide = "a\"b\\".into();
        let settings = parsed(&config, &[])["settings"].clone();
        assert_eq!(settings, json!({"eps": 1e-9, "hide": "a\"b\\"}));
    }
}
