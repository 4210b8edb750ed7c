//! The table of checks.

use std::rc::Rc;

use super::fingerprint::Fingerprint;
use super::path::{Path, paths};
use super::sums::RECORDED;
use crate::config::{Config, Problem};
use crate::ops::tiles::Tiles;
use crate::plan::Plan;
use crate::train::build;

/// A tiny network that runs some kernels.
pub struct Check {
    /// What is special about it, for people; empty for the standard one.
    pub name: &'static str,
    /// Its settings, see [`Check::config`].
    pub(super) query: &'static str,
}

/// What all of them have. A step is large next to what rounding makes of it; ε is larger than what rounding leaves of a
/// gradient that is 0.
const BASE: &str = "p=7&train=0.6&width=16&heads=2&mlp=32&seeds=2&lr=0.02&warmup=2&eps=1e-4";

/// All checks. The first is that of the standard configuration; the others differ from it as little as they can, so that
/// they run in the pipelines of a run that differs so.
pub static CHECKS: &[Check] = &[
    Check { name: "", query: "" },
    Check { name: "layer norm", query: "norm=pre" },
    Check { name: "two layers", query: "layers=2" },
    Check { name: "mini-batches", query: "batch=28" },
    Check { name: "StableMax", query: "loss=stablemax" },
    Check { name: "squared errors", query: "loss=mse" },
    Check { name: "a hinge loss", query: "loss=hinge" },
    Check { name: "a softmax in 32 bits", query: "precision=f32" },
    Check { name: "a softmax in 16 bits", query: "precision=f16" },
    Check { name: "Grokfast-EMA", query: "filter=grokfast-ema" },
    Check { name: "Grokfast-MA", query: "filter=grokfast-ma&window=2" },
    Check { name: "⊥Grad", query: "filter=orthogonal" },
    Check { name: "Adam", query: "optimizer=adam" },
    Check { name: "SGD", query: "optimizer=sgd&lr=0.5" },
    Check { name: "Muon", query: "optimizer=muon" },
    Check { name: "dropout", query: "dropout=0.3" },
    Check { name: "noise on the weights", query: "weightnoise=0.05" },
    Check { name: "noise on the update", query: "gradnoise=0.5" },
    Check { name: "a weight norm that is held", query: "sphere=0.9" },
    Check { name: "rates for the embedding", query: "lrdecoder=0.5&wdembed=0.25" },
    Check { name: "L2 decay for the embedding", query: "optimizer=adam&wdembed=0.25" },
    Check { name: "decay to the initial weights", query: "optimizer=adam&decay=initial" },
    Check { name: "GELU", query: "activation=gelu" },
    Check { name: "tanh", query: "activation=tanh" },
    Check { name: "an encoder", query: "model=encoder" },
    Check { name: "an MLP", query: "model=mlp&layers=2" },
    Check { name: "an MLP without biases", query: "model=mlp&layers=2&bias=false" },
    Check { name: "an MLP of squares", query: "model=mlp&activation=quadratic&bias=false&loss=mse" },
    Check { name: "a tied unembedding", query: "tied=true" },
    Check { name: "an output scale", query: "alpha=2" },
    Check { name: "a lottery ticket", query: "ticket=0.5" },
];

impl Check {
    /// What it trains, and what is wrong with that: nothing, as tests see.
    pub(super) fn settings(&self) -> (Config, Vec<Problem>) {
        Config::standard().with_query(BASE).0.with_query(self.query)
    }

    /// What it trains.
    pub(super) fn config(&self) -> Config {
        self.settings().0
    }

    /// What it runs.
    pub fn plan(&self) -> Rc<Plan> {
        build(&self.config()).plan
    }

    /// The branches of shaders that it runs with these tiles.
    pub fn paths(&self, tiles: Tiles) -> Vec<Path> {
        let mut plan = Plan::clone(&self.plan());
        tiles.apply(&mut plan);
        paths(&plan)
    }

    /// The sums of the CPU's numbers.
    pub(super) fn sums(&self) -> Option<&'static Fingerprint> {
        CHECKS.iter().position(|check| core::ptr::eq(check, self)).and_then(|at| RECORDED.get(at))
    }
}
