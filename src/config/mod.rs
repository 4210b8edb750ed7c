//! A run's configuration: plain data, one table of keys, validation that reports every problem at once.
//!
//! Attributes of the element, keys of the URL hash and keys of `getConfig()` are the same [`KEYS`].

pub mod keys;
mod query;

use serde::{Deserialize, Serialize};

pub use keys::{KEYS, Key, Kind, key};
pub use query::{VERSION, from_query, to_query};

use crate::ops::activation::Activation;
use crate::task;
use crate::tuner::Tiles;

/// Where layer normalisation sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Norm {
    /// Nowhere, as in Nanda et al. 2023.
    None,
    /// Before attention and MLP, and before the unembedding (GPT-2).
    Pre,
    /// After each residual sum (Vaswani et al. 2017, Power et al. 2022).
    Post,
}

/// Distribution of the initial weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initial {
    /// N(0, 1/width) for every matrix, biases 0.
    Width,
    /// N(0, 1/rows) for every matrix (embeddings N(0, 1/width)), biases 0.
    FanIn,
}

/// Which backend may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A hardware GPU that passes the self-check, else the CPU.
    Auto,
    /// WebGPU, also in software.
    Gpu,
    /// The CPU.
    Cpu,
}

/// Everything that determines a run, and how the page shows it. Messages and snapshots carry it as a query string.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Config {
    /// An id in [`TASKS`](task::TASKS).
    pub task: String,
    /// Modulus.
    pub p: u32,
    /// Share of the pairs used for training.
    pub train: f64,
    /// Fixes split and initial weights.
    pub seed: u32,
    /// Independent models, with seeds `seed`, `seed + 1`, ….
    pub runs: u32,
    /// `transformer`.
    pub model: String,
    /// Transformer blocks.
    pub layers: u32,
    /// Width of the residual stream.
    pub width: u32,
    /// Attention heads; they divide the width.
    pub heads: u32,
    /// Hidden units of each MLP.
    pub mlp: u32,
    /// Nonlinearity of the MLP.
    pub activation: Activation,
    /// Layer normalisation.
    pub norm: Norm,
    /// Initial weights.
    pub init: Initial,
    /// An id in [`OPTIMIZERS`](crate::optim::OPTIMIZERS).
    pub optimizer: String,
    /// Learning rate.
    pub lr: f64,
    /// Weight decay, decoupled.
    pub wd: f64,
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Added to the root of the second moment.
    pub eps: f64,
    /// Steps of linear warm-up.
    pub warmup: u32,
    /// Pairs per step; 0 is all of them.
    pub batch: u32,
    /// `cross-entropy`.
    pub loss: String,
    /// Gradient filter: `none`.
    pub filter: String,
    /// Step limit.
    pub steps: u32,
    /// Backend choice.
    pub backend: Backend,
    /// Workers that share a step on the CPU; 0 lets the lab choose.
    pub workers: u32,
    /// Shaders of a GPU; none lets the lab measure which are fastest.
    pub tiles: Option<Tiles>,
    /// Preset that the other keys override; empty for none.
    pub experiment: String,
    /// Start without being asked.
    pub autoplay: bool,
    /// Controls and panels to hide.
    pub hide: String,
    /// Steps per second; 0 is as fast as possible.
    pub speed: f64,
}

impl From<Config> for String {
    fn from(config: Config) -> String {
        to_query(&config)
    }
}

impl From<String> for Config {
    fn from(query: String) -> Config {
        query::unchecked(&query)
    }
}

impl Config {
    /// What the page shows first: memorises in seconds, then a plateau, then generalises.
    pub fn standard() -> Self {
        Config {
            task: "x+y".into(),
            p: 97,
            train: 0.4,
            seed: 0,
            runs: 1,
            model: "transformer".into(),
            layers: 1,
            width: 128,
            heads: 4,
            mlp: 512,
            activation: Activation::Relu,
            norm: Norm::None,
            init: Initial::Width,
            optimizer: "adamw".into(),
            lr: 0.01,
            wd: 1.0,
            beta1: 0.9,
            beta2: 0.98,
            eps: 1e-8,
            warmup: 10,
            batch: 0,
            loss: "cross-entropy".into(),
            filter: "none".into(),
            steps: 5000,
            backend: Backend::Auto,
            workers: 0,
            tiles: None,
            experiment: String::new(),
            autoplay: false,
            hide: String::new(),
            speed: 20.0,
        }
    }

    /// The reference workload of the benchmarks: Nanda et al. 2023 at a learning rate of 1e-2.
    pub fn nanda_113() -> Self {
        Config { p: 113, train: 0.3, ..Config::standard() }
    }

    /// A network small enough for tests.
    pub fn small() -> Self {
        Config { p: 23, train: 0.6, width: 32, heads: 2, mlp: 128, ..Config::standard() }
    }

    /// The nearest valid configuration to these key–value pairs over the standard one, and every problem found.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Config, Vec<Problem>) {
        Config::standard().with_pairs(pairs)
    }

    /// Like [`from_pairs`](Config::from_pairs), over this configuration.
    pub fn with_pairs<'a>(&self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Config, Vec<Problem>) {
        let (mut config, mut problems) = (self.clone(), vec![]);
        for (name, value) in pairs {
            match key(name) {
                Some(key) => problems.extend(key.parse(&mut config, value)),
                None => problems.push(Problem {
                    key: name.into(),
                    value: value.into(),
                    why: "is not a setting".into(),
                    instead: String::new(),
                }),
            }
        }
        problems.extend(config.repair());
        (config, problems)
    }

    /// Every problem of this configuration; empty when it can run.
    pub fn validate(&self) -> Vec<Problem> {
        self.clone().repair()
    }

    /// Changes this configuration to the nearest valid one, and says what was wrong.
    pub fn repair(&mut self) -> Vec<Problem> {
        let mut problems = vec![];
        for key in KEYS {
            problems.extend(key.repair(self));
        }
        problems.extend(self.repair_modulus());
        problems.extend(self.repair_heads());
        problems
    }

    fn repair_modulus(&mut self) -> Option<Problem> {
        let task = task::find(&self.task).expect("repaired above");
        if !task.needs_prime || task::is_prime(self.p) {
            return None;
        }
        let prime = nearest(self.p, |p| p >= keys::MIN_P && task::is_prime(p));
        let why = format!("is not prime, and {} needs a prime modulus", task.label);
        Some(self.replace("p", &prime.to_string(), why))
    }

    fn repair_heads(&mut self) -> Option<Problem> {
        if self.width.is_multiple_of(self.heads) {
            return None;
        }
        let heads = nearest(self.heads, |h| h > 0 && self.width.is_multiple_of(h));
        let why = format!("does not divide the width {}", self.width);
        Some(self.replace("heads", &heads.to_string(), why))
    }

    fn replace(&mut self, name: &str, instead: &str, why: String) -> Problem {
        let key = key(name).expect("a key of the table");
        let value = (key.get)(self);
        (key.set)(self, instead).expect("a valid replacement");
        Problem { key: name.into(), value, why, instead: instead.into() }
    }

    /// Whether going from `other` to this needs a new run: something that may not change while running differs.
    pub fn restarts(&self, other: &Config) -> bool {
        KEYS.iter().any(|key| !key.live && (key.get)(self) != (key.get)(other))
    }
}

/// The number closest to `from` for which `fits`, the smaller one of two. One must exist.
fn nearest(from: u32, fits: impl Fn(u32) -> bool) -> u32 {
    let candidates = (0u32..).flat_map(|d| [from.saturating_sub(d), from.saturating_add(d)]);
    candidates.into_iter().find(|&n| fits(n)).unwrap_or(from)
}

/// One bad value, and what is used instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which key.
    pub key: String,
    /// The value as given.
    pub value: String,
    /// What is wrong with it, as the end of a sentence: “{key} = {value} {why}”.
    pub why: String,
    /// The value used; empty when there is no such key.
    pub instead: String,
}

impl core::fmt::Display for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Problem { key, value, why, instead } = self;
        match instead.as_str() {
            "" => write!(f, "{key} = {value} {why}; it is ignored."),
            _ => write!(f, "{key} = {value} {why}; using {instead}."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_configurations_are_valid() {
        for config in [Config::standard(), Config::nanda_113(), Config::small()] {
            assert_eq!(config.validate(), []);
        }
    }

    #[test]
    fn every_bad_value_is_named_and_replaced_by_the_nearest() {
        let check = |name: &str, value: &str, instead: &str| {
            let (config, problems) = Config::from_pairs([(name, value)]);
            let problem = problems.first().unwrap_or_else(|| panic!("{name}={value} was accepted"));
            assert_eq!((problem.key.as_str(), problem.value.as_str(), problem.instead.as_str()), (name, value, instead));
            assert_eq!(config.validate(), [], "{name}={value}");
        };
        check("p", "4", "5");
        check("p", "100000", "199");
        check("p", "-3", "97");
        check("train", "0", "0.01");
        check("train", "1.5", "0.99");
        check("heads", "3", "2");
        check("task", "nonsense", "x+y");
        check("lr", "NaN", "0.01");
        check("lr", "inf", "0.01");
        check("wd", "-1", "0");
        check("layers", "9", "4");
        check("norm", "batch", "none");
        check("backend", "quantum", "auto");
        check("steps", "", "5000");
        check("colour", "red", "");
    }

    #[test]
    fn all_problems_come_at_once() {
        let (config, problems) = Config::from_pairs([("p", "4"), ("train", "7"), ("heads", "5"), ("task", "?")]);
        let mut keys: Vec<_> = problems.iter().map(|p| p.key.as_str()).collect();
        keys.sort_unstable();
        assert_eq!(keys, ["heads", "p", "task", "train"]);
        assert_eq!(problems.len(), 4);
        assert_eq!(config.validate(), []);
    }

    #[test]
    fn composite_moduli_are_fine_except_for_division() {
        assert_eq!(Config::from_pairs([("p", "91")]).1, []);
        let (config, problems) = Config::from_pairs([("task", "x/y"), ("p", "91")]);
        assert_eq!((config.p, problems.len()), (89, 1));
        assert!(problems[0].to_string().contains("91 is not prime"));
    }

    #[test]
    fn only_live_keys_change_without_a_restart() {
        let standard = Config::standard();
        assert!(!Config { lr: 0.5, wd: 0.0, speed: 0.0, steps: 9, ..standard.clone() }.restarts(&standard));
        assert!(Config { seed: 1, ..standard.clone() }.restarts(&standard));
    }
}
