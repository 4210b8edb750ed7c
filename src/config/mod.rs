//! A run's configuration: plain data. What its settings are called, which values they take and how they are read and
//! written stands in [`settings`](crate::settings).

mod axis;
mod changes;
mod choices;
mod lesson;
mod problem;
mod sweep;

use serde::{Deserialize, Serialize};

pub use axis::Axis;
pub use changes::{MidRunChange, MidRunChanges, UNCHANGED};
pub use choices::{
    Backend, DecayTo, Filter, Initial, Inputs, Keep, Layout, Loss, Mask, Model, Norm, Optimizer, Pairing, Positions, Precision,
    Schedule, Scheme, Stop, Tour,
};
pub use lesson::{Allow, Allowed, Values};
pub use problem::{Problem, quoted, sentences};
pub use sweep::{EACH, Sweep, SweepAxis, SweepValues};

use crate::ops::activation::Activation;
use crate::ops::tiles::Tiles;
use crate::tr;

/// Smallest modulus: below it there is nothing to hold out.
pub const MIN_P: u32 = 5;
/// Largest modulus.
pub const MAX_P: u32 = 199;
/// Most layers.
pub const MAX_LAYERS: u32 = 12;
/// Largest step limit.
pub const MAX_STEPS: u32 = 1_000_000;

/// Everything that determines a run, and how the page shows it. Messages and snapshots carry it as a query string.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Config {
    /// An id in [`TASKS`](crate::task::TASKS), or a formula.
    pub task: String,
    /// Modulus; corners or bits for some tasks.
    pub p: u32,
    /// Relevant bits of a sparse parity; modulus of a hidden sum; classes of points.
    pub k: u32,
    /// Examples of a task whose table is too large to be written out.
    pub samples: u32,
    /// How many points of a rare group there are in training, per point of the other (f of Carvalho et al. 2025).
    pub rare: f64,
    /// Deviation of points from their centres, along each axis.
    pub spread: f64,
    /// Results changed by hand: `x.y.c`, joined by `_`.
    pub cells: String,
    /// What the split keeps together.
    pub split: Pairing,
    /// Fraction of the pairs used for training.
    pub train: f64,
    /// Fraction of the training pairs in use. The others are test pairs meanwhile.
    pub subset: f64,
    /// Training and test examples have changed places.
    pub swap: bool,
    /// Fraction of the training pairs whose result is drawn at random (ξ of Doshi et al. 2023).
    pub noise: f64,
    /// Fixes split and initial weights.
    pub seed: u32,
    /// Independent models, with seeds `seed`, `seed + 1`, ….
    pub seeds: u32,
    /// Kind of network.
    pub model: Model,
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
    /// Numbers that an MLP has for each operand before its first layer; 0 shows it one-hot vectors (Liu et al. 2022).
    pub embed: u32,
    /// Numbers that an MLP has after its last hidden layer, before the answers; 0 goes there at once (Minegishi et al. 2023).
    pub unembed: u32,
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
    /// Update rule.
    pub optimizer: Optimizer,
    /// Learning rate.
    pub lr: f64,
    /// A factor of it, for all but the embedding.
    pub lrdecoder: f64,
    /// Weight decay, decoupled where the optimiser does not say otherwise.
    pub wd: f64,
    /// A factor of it, for the embedding.
    pub wdembed: f64,
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
    /// What is minimised.
    pub loss: Loss,
    /// Number format of the softmax in the cross-entropy.
    pub precision: Precision,
    /// What changes the gradient before the update.
    pub filter: Filter,
    /// Memory of the filter's mean gradient (α of Grokfast-EMA).
    pub ema: f64,
    /// How much of the slow gradient is added (λ of Grokfast).
    pub amplify: f64,
    /// Steps of a moving mean (w of Grokfast-MA).
    pub window: u32,
    /// The weights are rescaled after each step to this multiple of their initial norm; 0 leaves them (Liu et al. 2022).
    pub sphere: f64,
    /// Fraction of the MLP's hidden units left out in each step.
    pub dropout: f64,
    /// Deviation of noise that is added to the weights for each step.
    pub weightnoise: f64,
    /// Deviation of noise that is added to the update's direction.
    pub gradnoise: f64,
    /// The share of its initial weights that a run begins anew with, the others being 0 from then on; 0 where it does not.
    pub ticket: f64,
    /// Which ones.
    pub mask: Mask,
    /// What a run keeps of its network when it begins anew with another one, which may learn another operation.
    pub keep: Keep,
    /// Settings that differ from run to run of a grid.
    pub sweep: Sweep,
    /// What changes in the middle of the run.
    pub at: MidRunChanges,
    /// Step limit.
    pub steps: u32,
    /// Whether it may end sooner.
    pub stop: Stop,
    /// Backend choice.
    pub backend: Backend,
    /// Workers that train data-parallel on the CPU; 0 lets the lab choose.
    pub workers: u32,
    /// Shaders of a GPU; none lets the lab measure which are fastest.
    pub tiles: Option<Tiles>,
    /// Preset that the other keys override; empty for none.
    pub experiment: String,
    /// Start without being asked.
    pub autoplay: bool,
    /// Controls and panels to hide.
    pub hide: String,
    /// What is shown first.
    pub layout: Layout,
    /// Where the tour stands.
    pub tour: Tour,
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

impl Config {
    /// Fraction of all examples that the network is trained on.
    pub fn shown(&self) -> f64 {
        let used = self.train * self.subset;
        if self.swap { 1.0 - used } else { used }
    }

    /// What the page shows first: memorises in seconds, then a plateau, then generalises.
    pub fn standard() -> Self {
        Config {
            task: "x+y".into(),
            p: 97,
            k: 3,
            samples: 1100,
            rare: 0.2,
            spread: 0.2,
            cells: String::new(),
            split: Pairing::Random,
            train: 0.4,
            subset: 1.0,
            swap: false,
            noise: 0.0,
            seed: 0,
            seeds: 1,
            model: Model::Transformer,
            layers: 1,
            width: 128,
            heads: 4,
            mlp: 512,
            inputs: Inputs::TwoHot,
            embed: 0,
            unembed: 0,
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
            optimizer: Optimizer::AdamW,
            lr: 0.01,
            lrdecoder: 1.0,
            wd: 1.0,
            wdembed: 1.0,
            decay: DecayTo::Zero,
            beta1: 0.9,
            beta2: 0.98,
            eps: 1e-8,
            warmup: 10,
            schedule: Schedule::Constant,
            batch: 0,
            loss: Loss::CrossEntropy,
            precision: Precision::Careful,
            filter: Filter::None,
            ema: 0.98,
            amplify: 2.0,
            window: 100,
            sphere: 0.0,
            dropout: 0.0,
            weightnoise: 0.0,
            gradnoise: 0.0,
            ticket: 0.0,
            mask: Mask::Largest,
            keep: Keep::Nothing,
            sweep: Sweep::default(),
            at: MidRunChanges::default(),
            steps: 5000,
            stop: Stop::Grokked,
            backend: Backend::Auto,
            workers: 0,
            tiles: None,
            experiment: String::new(),
            autoplay: false,
            hide: String::new(),
            layout: Layout::Auto,
            tour: Tour::Off,
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

    /// This set-up where another one was shown: what belongs to the page and the machine stays.
    pub fn on_page_of(self, other: &Config) -> Config {
        let Config { backend, workers, tiles, .. } = *other;
        Config { backend, workers, tiles, ..self.shown_like(other) }
    }

    /// These settings with the way in which a page shows others.
    pub fn shown_like(self, other: &Config) -> Config {
        let Config { autoplay, hide, layout, tour, theme, axis, readonly, allow, .. } = other.clone();
        Config { autoplay, hide, layout, tour, theme, axis, readonly, allow, ..self }
    }

    /// Whether the embedding is trained at another rate than the rest, or decays at another.
    pub fn embedding_apart(&self) -> bool {
        [self.lrdecoder, self.wdembed].iter().any(|factor| *factor != 1.0)
    }

    /// Whether the network has an embedding.
    pub fn embeds(&self) -> bool {
        match self.model {
            Model::Transformer | Model::Encoder => true,
            Model::Mlp => self.embed > 0,
            Model::Diagonal => false,
        }
    }

    /// The single runs that these settings ask for beside each other: one for each seed.
    pub fn each_run(&self) -> Vec<Config> {
        let run = |run| Config { seeds: 1, seed: self.seed.wrapping_add(run), ..self.clone() };
        (0..self.seeds).map(run).collect()
    }

    /// Why a GPU cannot train this, if it cannot.
    pub fn needs_cpu(&self) -> Option<&'static str> {
        let precise = self.precision == Precision::F64;
        precise.then(|| tr!("GPUs have no 64-bit numbers here, which the softmax precision asks for"))
    }
}
