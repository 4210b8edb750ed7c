//! A run's configuration: plain data, one table of keys, validation that reports every problem at once.
//!
//! Attributes of the element, keys of the URL hash and keys of `getConfig()` are the same [`KEYS`].

mod changes;
mod choices;
pub mod keys;
mod problem;
mod query;

use serde::{Deserialize, Serialize};

pub use changes::{MidRunChange, MidRunChanges};
pub use choices::{Backend, DecayTo, Initial, Inputs, Norm, Pairing, Positions, Precision, Schedule, Stop};
pub use keys::{Change, KEYS, Key, Kind, key};
pub use problem::Problem;
pub use query::{VERSION, from_query, to_query};

use crate::experiment;
use crate::ops::activation::Activation;
use crate::pairs;
use crate::task::{self, Operation, Size};
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
        let pairs = pairs::from_query(query);
        self.with_pairs(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())))
    }

    /// This set-up where another one was shown: what belongs to the page and the machine stays.
    pub fn on_page_of(self, other: &Config) -> Config {
        let Config { backend, workers, tiles, autoplay, ref hide, .. } = *other;
        Config { backend, workers, tiles, autoplay, hide: hide.clone(), ..self }
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
        problems.extend(self.repair_task());
        problems.extend(self.repair_init());
        problems.extend(self.repair_heads());
        problems.extend(self.repair_backend());
        problems.extend(self.repair_changes());
        problems
    }

    /// Weights can be written down for one kind of network.
    fn repair_init(&mut self) -> Option<Problem> {
        let fits =
            self.model == "mlp" && self.layers == 1 && self.inputs == Inputs::TwoHot && Operation::of(self).size() != Size::Bits;
        if self.init != Initial::Analytic || fits {
            return None;
        }
        let why = "is for an MLP of one layer on two one-hot vectors".into();
        Some(self.replace("init", "width", why))
    }

    /// What the task asks of the other keys.
    fn repair_task(&mut self) -> Vec<Problem> {
        let mut problems = vec![];
        let size = Operation::of(self).size();
        let (corners, bits) = (keys::MAX_P / 2, self.p);
        if size == Size::Corners && self.p > corners {
            problems.push(self.replace("p", &corners.to_string(), format!("is more than {corners} corners")));
        }
        if size == Size::Bits && self.k > bits {
            problems.push(self.replace("k", &bits.to_string(), format!("is more than all {bits} bits")));
        }
        if size == Size::Bits && self.model != "mlp" {
            problems.push(self.replace("model", "mlp", "takes pairs, and sparse parity has bits".into()));
        }
        problems.extend(task::cells::repair(self));
        if task::find(&self.task).is_none() && task::table(self, 0).len() < 2 {
            let why = format!("has a result for fewer than two pairs modulo {}", self.p);
            problems.push(self.replace("task", task::TASKS[0].id, why));
        }
        problems
    }

    fn repair_heads(&mut self) -> Option<Problem> {
        if self.width.is_multiple_of(self.heads) {
            return None;
        }
        let heads = nearest(self.heads, |h| h > 0 && self.width.is_multiple_of(h));
        let why = format!("does not divide the width {}", self.width);
        Some(self.replace("heads", &heads.to_string(), why))
    }

    fn repair_backend(&mut self) -> Option<Problem> {
        let why = self.needs_cpu().filter(|_| self.backend == Backend::Gpu)?;
        Some(self.replace("backend", "cpu", format!("cannot be had: {why}")))
    }

    /// Why a GPU cannot train this, if it cannot.
    pub fn needs_cpu(&self) -> Option<&'static str> {
        (self.precision == Precision::F64).then_some("GPUs have no 64-bit numbers here, which the softmax precision asks for")
    }

    fn replace(&mut self, name: &str, instead: &str, why: String) -> Problem {
        let key = key(name).expect("a key of the table");
        let value = (key.get)(self);
        key.must_set(self, instead);
        Problem { key: name.into(), value, why, instead: instead.into() }
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

/// The number closest to `from` for which `fits`, the smaller one of two. One must exist.
fn nearest(from: u32, fits: impl Fn(u32) -> bool) -> u32 {
    let candidates = (0u32..).flat_map(|d| [from.saturating_sub(d), from.saturating_add(d)]);
    candidates.into_iter().find(|&n| fits(n)).unwrap_or(from)
}

#[cfg(test)]
mod tests;
