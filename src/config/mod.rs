//! A run's configuration: plain data, one table of keys, validation that reports every problem at once.
//!
//! Attributes of the element, keys of the URL hash and keys of `getConfig()` are the same [`KEYS`].

mod axis;
mod changes;
mod choices;
pub mod keys;
mod lesson;
mod problem;
mod query;
mod repair;

use serde::{Deserialize, Serialize};

pub use axis::Axis;
pub use changes::{MidRunChange, MidRunChanges, UNCHANGED};
pub use choices::{Backend, DecayTo, Initial, Inputs, Norm, Pairing, Positions, Precision, Schedule, Scheme, Stop};
pub use keys::{Change, KEYS, Key, Kind, key};
pub use lesson::Allow;
pub use problem::{Problem, quoted, sentences};
pub use query::{VERSION, from_query, to_query};

use crate::experiment;
use crate::ops::activation::Activation;
use crate::query_string;
use crate::task;
use crate::tuner::Tiles;

/// Everything that determines a run, and how the page shows it. Messages and snapshots carry it as a query string.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Config {
    /// An id in [`TASKS`](task::TASKS), or a formula.
    pub task: String,
    /// Modulus; corners or bits for some tasks.
    pub p: u32,
    /// Relevant bits of a sparse parity.
    pub k: u32,
    /// Examples of a task whose table is too large to be written out.
    pub samples: u32,
    /// Results changed by hand: `x.y.c`, joined by `_`.
    pub cells: String,
    /// What the split keeps together.
    pub split: Pairing,
    /// Share of the pairs used for training.
    pub train: f64,
    /// Share of the training pairs in use. The others are test pairs meanwhile.
    pub subset: f64,
    /// Share of the training pairs whose result is drawn at random (ξ of Doshi et al. 2023).
    pub noise: f64,
    /// Fixes split and initial weights.
    pub seed: u32,
    /// Independent models, with seeds `seed`, `seed + 1`, ….
    pub runs: u32,
    /// An id in [`MODELS`](crate::model::MODELS).
    pub model: String,
    /// Transformer blocks, or hidden layers of an MLP.
    pub layers: u32,
    /// Width of the residual stream.
    pub width: u32,
    /// Attention heads; they divide the width.
    pub heads: u32,
    /// Hidden units of each MLP.
    pub mlp: u32,
    /// What an MLP sees.
    pub inputs: Inputs,
    /// Nonlinearity of the MLP.
    pub activation: Activation,
    /// Whether the MLP has biases.
    pub bias: bool,
    /// Whether the unembedding is the transpose of the embedding.
    pub tied: bool,
    /// Layer normalisation.
    pub norm: Norm,
    /// What tells positions apart.
    pub positions: Positions,
    /// Scale of the attention scores, on top of 1/√(width/heads).
    pub attention: f64,
    /// Factor of the logits, α: large is lazy, small is rich (Kumar et al. 2023).
    pub alpha: f64,
    /// Initial weights.
    pub init: Initial,
    /// Factor of all initial weights.
    pub initscale: f64,
    /// Further factors, for embedding, attention, MLP and unembedding.
    pub initembed: f64,
    /// See [`initembed`](Config::initembed).
    pub initattention: f64,
    /// See [`initembed`](Config::initembed).
    pub initmlp: f64,
    /// See [`initembed`](Config::initembed).
    pub initunembed: f64,
    /// An id in [`OPTIMIZERS`](crate::optim::OPTIMIZERS).
    pub optimizer: String,
    /// Learning rate.
    pub lr: f64,
    /// Weight decay, decoupled where the optimiser does not say otherwise.
    pub wd: f64,
    /// Where it pulls.
    pub decay: DecayTo,
    /// Decay of the first moment, or the momentum.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Added to the root of the second moment.
    pub eps: f64,
    /// Steps of linear warm-up.
    pub warmup: u32,
    /// The learning rate after that.
    pub schedule: Schedule,
    /// Pairs per step; 0 is all of them.
    pub batch: u32,
    /// An id in [`LOSSES`](crate::model::LOSSES).
    pub loss: String,
    /// Number format of the softmax in the cross-entropy.
    pub precision: Precision,
    /// An id in [`FILTERS`](crate::optim::FILTERS).
    pub filter: String,
    /// Memory of the filter's mean gradient (α of Grokfast-EMA).
    pub ema: f64,
    /// How much of the slow gradient is added (λ of Grokfast).
    pub amplify: f64,
    /// Steps of a moving mean (w of Grokfast-MA).
    pub window: u32,
    /// The weights are rescaled after each step to this multiple of their initial norm; 0 leaves them (Liu et al. 2022).
    pub sphere: f64,
    /// Share of the MLP's hidden units left out in each step.
    pub dropout: f64,
    /// Deviation of noise that is added to the weights for each step.
    pub weightnoise: f64,
    /// Deviation of noise that is added to the update's direction.
    pub gradnoise: f64,
    /// What changes in the middle of the run.
    pub at: MidRunChanges,
    /// Step limit.
    pub steps: u32,
    /// Whether it may end sooner.
    pub stop: Stop,
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
    /// Colours of the page.
    pub theme: Scheme,
    /// How far the step axis reaches at least.
    pub axis: Axis,
    /// Whether visitors may change no settings but those in `allow`.
    pub readonly: bool,
    /// The settings that visitors may change, if not all.
    pub allow: Allow,
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
            k: 3,
            samples: 1100,
            cells: String::new(),
            split: Pairing::Random,
            train: 0.4,
            subset: 1.0,
            noise: 0.0,
            seed: 0,
            runs: 1,
            model: "transformer".into(),
            layers: 1,
            width: 128,
            heads: 4,
            mlp: 512,
            inputs: Inputs::TwoHot,
            activation: Activation::Relu,
            bias: true,
            tied: false,
            norm: Norm::None,
            positions: Positions::Learned,
            attention: 1.0,
            alpha: 1.0,
            init: Initial::Width,
            initscale: 1.0,
            initembed: 1.0,
            initattention: 1.0,
            initmlp: 1.0,
            initunembed: 1.0,
            optimizer: "adamw".into(),
            lr: 0.01,
            wd: 1.0,
            decay: DecayTo::Zero,
            beta1: 0.9,
            beta2: 0.98,
            eps: 1e-8,
            warmup: 10,
            schedule: Schedule::Constant,
            batch: 0,
            loss: "cross-entropy".into(),
            precision: Precision::Careful,
            filter: "none".into(),
            ema: 0.98,
            amplify: 2.0,
            window: 100,
            sphere: 0.0,
            dropout: 0.0,
            weightnoise: 0.0,
            gradnoise: 0.0,
            at: MidRunChanges::default(),
            steps: 5000,
            stop: Stop::Grokked,
            backend: Backend::Auto,
            workers: 0,
            tiles: None,
            experiment: String::new(),
            autoplay: false,
            hide: String::new(),
            theme: Scheme::Auto,
            axis: Axis::Own,
            readonly: false,
            allow: Allow::default(),
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

    /// What its keys are compared with: the set-up of its experiment, or the standard one. It belongs to no experiment itself.
    pub fn base(&self) -> Config {
        let set_up = experiment::find(&self.experiment).map_or_else(Config::standard, |(_, arm)| arm.config());
        Config { experiment: String::new(), ..set_up }
    }

    /// The keys that differ from [`base`](Config::base), in table order, with their values.
    pub fn changed(&self) -> Vec<(&'static Key, String)> {
        let base = self.base();
        let values = KEYS.iter().map(|key| (key, (key.get)(self)));
        values.filter(|(key, value)| *value != (key.get)(&base)).collect()
    }

    /// Takes over what may change while running.
    pub fn take_live(&mut self, other: &Config) {
        for key in KEYS.iter().filter(|key| key.change == Change::Live) {
            let _ = (key.set)(self, &(key.get)(other));
        }
    }

    /// The nearest valid configuration to these key–value pairs over the standard one, and every problem found.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Config, Vec<Problem>) {
        Config::standard().with_pairs(pairs)
    }

    /// Like [`from_pairs`](Config::from_pairs), over this configuration. An experiment replaces everything but what belongs to
    /// the page, and then the other keys count.
    pub fn with_pairs<'a>(&self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Config, Vec<Problem>) {
        self.with(&pairs.into_iter().collect::<Vec<_>>())
    }

    fn with(&self, pairs: &[(&str, &str)]) -> (Config, Vec<Problem>) {
        let chosen = pairs.iter().rev().find(|(name, _)| *name == "experiment").and_then(|(_, id)| experiment::find(id));
        let (mut config, mut problems) = (self.clone(), vec![]);
        if let Some((_, arm)) = chosen {
            config = arm.config().on_page_of(self);
        }
        for &(name, value) in pairs {
            match key(name) {
                Some(key) => problems.extend(key.parse(&mut config, value)),
                None => problems.push(Problem::unknown(name, value)),
            }
        }
        problems.extend(config.repair());
        (config, problems)
    }

    /// This with the keys of a query without a version, as experiments are written.
    pub fn with_query(&self, query: &str) -> (Config, Vec<Problem>) {
        let pairs = query_string::from_query(query);
        self.with_pairs(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
    }

    /// This set-up where another one was shown: what belongs to the page and the machine stays.
    pub fn on_page_of(self, other: &Config) -> Config {
        let Config { backend, workers, tiles, .. } = *other;
        Config { backend, workers, tiles, ..self.shown_like(other) }
    }

    /// These settings with the way in which a page shows others.
    pub fn shown_like(self, other: &Config) -> Config {
        let Config { autoplay, hide, theme, axis, readonly, allow, .. } = other.clone();
        Config { autoplay, hide, theme, axis, readonly, allow, ..self }
    }

    /// Every problem of this configuration; empty when it can run.
    pub fn validate(&self) -> Vec<Problem> {
        self.clone().repair()
    }

    /// Why a GPU cannot train this, if it cannot.
    pub fn needs_cpu(&self) -> Option<&'static str> {
        (self.precision == Precision::F64).then_some("GPUs have no 64-bit numbers here, which the softmax precision asks for")
    }

    /// Whether going from `other` to this needs a new run: something that may not change while running differs.
    pub fn restarts(&self, other: &Config) -> bool {
        // With another number of pairs, other ones are drawn.
        let pairs = |config| task::table(config, 0).len();
        self.changes(other, Change::Restart) || (self.cells != other.cells && pairs(self) != pairs(other))
    }

    /// Whether it needs a new plan, over which the weights are carried.
    pub fn rebuilds(&self, other: &Config) -> bool {
        self.changes(other, Change::Carry) || self.extras() != other.extras()
    }

    /// Which of the live settings are on that a plan has no kernels for while they are 0.
    fn extras(&self) -> [bool; 4] {
        [self.sphere, self.dropout, self.weightnoise, self.gradnoise].map(|value| value > 0.0)
    }

    fn changes(&self, other: &Config, change: Change) -> bool {
        KEYS.iter().any(|key| key.change == change && (key.get)(self) != (key.get)(other))
    }
}

#[cfg(test)]
mod tests;
