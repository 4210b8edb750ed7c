//! A step put together from gradient, filter, optimiser, weight decay and sphere.

use super::{adam, adamw, apply, grokfast_ema, grokfast_ma, muon, orthogonal, sgd, sphere, sum};
use crate::config::{Config, DecayTo, Filter, Optimizer};
use crate::ops::record::Recorder;
use crate::plan::{Dispatch, View};
use crate::tape::Tape;

/// What the parts of a step are recorded from.
pub struct UpdateInputs<'c> {
    /// What is trained.
    pub config: &'c Config,
    /// Per-run hyper-parameters.
    pub hyper: View,
    /// Per-run clock, already advanced.
    pub clock: View,
    /// The gradient in the layout of the parameters; filters change it in place.
    pub gradient: View,
    /// Which blocks of [`ALIGN`](crate::plan::ALIGN) parameters are of the embedding, when that has rates of its own.
    pub embedding: Option<View>,
}

/// How the weights change: dispatches, and what they remember from step to step.
#[derive(Default)]
pub struct Update {
    /// In order.
    pub list: Vec<Dispatch>,
    /// Buffers of any length, zero at the start, that belong to a snapshot.
    pub state: Vec<View>,
    /// Where the initial weights are wanted, when weight decay pulls towards them.
    pub origin: Option<View>,
}

impl Update {
    /// A new buffer that is remembered.
    pub fn remember(&mut self, tape: &mut Tape, len: usize, name: &str) -> View {
        let view = tape.numbers(len, name);
        self.state.push(view);
        view
    }
}

/// Whether AdamW alone changes the weights: then one kernel sums the gradient's parts and updates.
fn fused(config: &Config) -> bool {
    let Config { sphere, gradnoise, .. } = *config;
    config.optimizer == Optimizer::AdamW
        && config.filter == Filter::None
        && config.decay == DecayTo::Zero
        && [sphere, gradnoise].iter().all(|&x| x == 0.0)
        && !config.embedding_apart()
}

/// Whether weight decay is a part of the gradient (L2), or of the update (decoupled).
fn coupled(optimizer: Optimizer) -> bool {
    match optimizer {
        Optimizer::Adam | Optimizer::Sgd => true,
        Optimizer::AdamW | Optimizer::Muon => false,
    }
}

/// Records how the gradient changes, in place.
fn filter(tape: &mut Tape, inputs: &UpdateInputs, update: &mut Update) {
    match inputs.config.filter {
        Filter::None => (),
        Filter::GrokfastEma => grokfast_ema::record(tape, inputs, update),
        Filter::GrokfastMa => grokfast_ma::record(tape, inputs, update),
        Filter::Orthogonal => orthogonal::record(tape, inputs, update),
    }
}

/// Records how the gradient becomes the direction d of w −= η d.
fn direction(tape: &mut Tape, inputs: &UpdateInputs, update: &mut Update) -> View {
    match inputs.config.optimizer {
        Optimizer::AdamW | Optimizer::Adam => adam::direction(tape, inputs, update),
        Optimizer::Sgd => sgd::direction(tape, inputs, update),
        Optimizer::Muon => muon::direction(tape, inputs, update),
    }
}

/// Records the update of a valid configuration. With several shards the `gradient` comes from all of them.
pub fn update(tape: &mut Tape, config: &Config, recorder: &Recorder, gradient: Option<View>) -> Update {
    let Recorder { hyper, clock, .. } = *recorder;
    let mut update = Update::default();
    if fused(config) {
        adamw::update(tape, [hyper, clock], &mut update);
        return update;
    }
    let gradient = gradient.unwrap_or_else(|| {
        let (sum, gradient) = sum::gradient(tape);
        update.list.push(sum);
        gradient
    });
    let embedding = config.embedding_apart().then(|| apply::embedding(tape));
    let inputs = UpdateInputs { config, hyper, clock, gradient, embedding };
    filter(tape, &inputs, &mut update);
    update.origin = (config.decay == DecayTo::Initial).then(|| tape.numbers(gradient.len, "initial weights"));
    let coupled = coupled(config.optimizer);
    if coupled {
        let decay = apply::coupled_decay(tape, &inputs, update.origin);
        update.list.push(decay);
    }
    let direction = direction(tape, &inputs, &mut update);
    let step = apply::step(tape, &inputs, direction, !coupled, update.origin);
    update.list.push(step);
    if config.sphere > 0.0 {
        sphere::project(tape, hyper, &mut update);
    }
    update
}
