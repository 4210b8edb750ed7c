//! A diagonal linear network of two layers, on rows of numbers (Lyu et al. 2023).
//!
//! logits = α x (W ⊙ W). Of two classes, whose columns of W are u and v, the softmax sees the difference x · (u ⊙ u − v ⊙ v), so that
//! the cross-entropy is the logistic loss of that. All weights start alike: at first it knows nothing, whatever their size.

use super::init::{Group, Initializer};
use super::{Examples, Head, Network, Sizes};
use crate::config::Config;
use crate::ops::activation::{Activation, activation};
use crate::ops::scale::scale;
use crate::tape::{Tape, Tensor};

/// The parameters of a diagonal network.
pub struct Diagonal {
    /// Numbers that describe an example.
    features: usize,
    /// α
    alpha: f64,
    /// W `[features, classes]`
    w: Tensor,
}

impl Diagonal {
    /// Declares W on the tape. Its norm is the factor of the initial weights.
    pub fn new(tape: &mut Tape, config: &Config, sizes: Sizes) -> Self {
        let features = sizes.features.expect("a valid configuration has a diagonal network on rows only");
        let classes = sizes.classes as usize;
        let start = Initializer::new(config, config.width).alike(Group::Unembedding, features * classes);
        Diagonal { features, alpha: config.alpha, w: tape.param("W", features, classes, start) }
    }
}

impl Network for Diagonal {
    fn answer(&self, tape: &mut Tape, examples: &Examples) -> Head {
        tape.scope("read-out");
        let state = examples.numbers(tape, self.features);
        let squares = activation(tape, self.w, Activation::Quadratic, "W ⊙ W");
        let unembed = scale(tape, squares, self.alpha, "α W ⊙ W");
        Head { state, unembed, bias: None, direct: None, rectified: false }
    }
}
