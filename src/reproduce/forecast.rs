//! How good forecasts are: records runs, fits the rule to one half of them and judges it by the other.

use crate::config::Config;
use crate::forecast::{FRACTIONS, Measured, Moment, Rule, moments};
use crate::metrics::History;
use crate::number::fixed;
use crate::reproduce::sweep::on_cores;
use crate::settings::from_query;
use crate::sweep::Row;
use crate::view::quartiles::quartiles;

/// How many runs are recorded. Every 420th has the same settings.
const RUNS: usize = 160;
/// Values of the settings that vary, each with a period of its own: the operations and the primes, …
const TASKS: [&str; 3] = ["x%2By", "x-y", "x*y"];
const PRIMES: [u32; 5] = [19, 23, 29, 31, 37];
/// … the shares of the table, the rates, and what pulls.
const SHARES: [f64; 4] = [0.5, 0.6, 0.7, 0.8];
const RATES: [f64; 3] = [0.003, 0.005, 0.01];
const DECAYS: [f64; 7] = [0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0];
/// One network in four is an MLP.
const NETWORKS: [&str; 4] =
    ["width=32&heads=2&mlp=64", "width=32&heads=2&mlp=128", "width=48&heads=2&mlp=96", "model=mlp&width=32&mlp=128"];

/// The settings of the runs that are recorded, those to which the rule is fitted first.
pub fn runs() -> Vec<Config> {
    let query = |i: usize| {
        let (task, p) = (TASKS[i / 5 % 3], PRIMES[i % 5]);
        let (train, lr, wd) = (SHARES[i % 4], RATES[i % 3], DECAYS[i % 7]);
        let network = NETWORKS[i / 3 % 4];
        format!("task={task}&p={p}&train={train}&lr={lr}&wd={wd}&{network}&steps=4000&seed={i}&backend=cpu&v=1")
    };
    (0..RUNS).map(|i| from_query(&query(i)).0).collect()
}

/// Trains runs on all cores until they grok or are at their limit. `watch` is told how many are over, and of how many.
///
/// # Errors
/// When a run cannot be trained: says which.
pub fn record(configs: Vec<Config>, watch: &mut dyn FnMut(usize, usize)) -> Result<Vec<History>, String> {
    let rows: Vec<Row> = configs.into_iter().map(|config| Row { cell: 0, config, why: None }).collect();
    let histories = on_cores(&rows, (0..rows.len()).collect(), &|run| run.history.clone(), watch)?;
    Ok(histories.into_iter().flatten().collect())
}

/// Fits the rule to the first half of some runs and judges it by the others; none where too few of them grokked.
pub fn measure(histories: &[History]) -> Option<Measured> {
    let [fitted, judged] = [&histories[..histories.len() / 2], &histories[histories.len() / 2..]].map(|runs| {
        let moments: Vec<Vec<Moment>> = runs.iter().map(moments).filter(|moments| !moments.is_empty()).collect();
        (moments.len(), moments.concat())
    });
    let rule = Rule::fit(&fitted.1)?;
    let ratio = |moment: &Moment| Some((moment.fraction, libm::log(rule.left(moment.guesses?) / moment.left)));
    let logarithms: Vec<(usize, f64)> = judged.1.iter().filter_map(ratio).collect();
    let spread = |values: Vec<f64>| quartiles(values.into_iter().map(|value| value as f32).collect());
    let of = |fraction: usize| logarithms.iter().filter(|(at, _)| *at == fraction).map(|(_, value)| *value).collect();
    let count = logarithms.len() as f64;
    Some(Measured {
        rule,
        runs: [fitted.0, judged.0],
        quartiles: core::array::from_fn::<_, { FRACTIONS.len() }, _>(|i| spread(of(i)).map(|value| libm::exp(value.into()))),
        factor: libm::exp(spread(logarithms.iter().map(|(_, value)| value.abs()).collect())[1].into()),
        within: logarithms.iter().filter(|(_, value)| value.abs() <= core::f64::consts::LN_2).count() as f64 / count,
        silent: 1.0 - count / judged.1.len() as f64,
    })
}

/// The source of `src/forecast/measured.rs`.
pub fn source(measured: &Measured) -> String {
    let Measured { rule, runs: [fitted, judged], quartiles, factor, within, silent } = measured;
    let number = |value: f64| fixed(value, 3);
    let quartiles = quartiles.map(|of| format!("[{}]", of.map(number).join(", "))).join(", ");
    format!(
        "//! Written by `cargo run --release --bin reproduce -- --forecast`, which records the runs of `src/reproduce/forecast.rs`.\n\n\
         use super::{{Measured, Rule}};\n\n\
         /// The rule, and how far off it was.\n\
         pub const MEASURED: Measured = Measured {{\n    \
         rule: Rule {{ factor: {}, weight: {} }},\n    \
         runs: [{fitted}, {judged}],\n    \
         quartiles: [{quartiles}],\n    \
         factor: {},\n    within: {},\n    silent: {},\n}};\n",
        number(rule.factor),
        number(rule.weight),
        number(*factor),
        number(*within),
        number(*silent)
    )
}
