//! A multilayer perceptron on pairs, or more operands (Gromov 2023; Doshi et al. 2023; Prieto et al. 2025), or on given features.
//!
//! h¹ = f(W¹ u + b¹) with u = \[onehot(x), onehot(y)\], or their sum; hˡ = f(Wˡ hˡ⁻¹ + bˡ); logits = α(W_U h + b_U).
//! W¹ u is the sum of two rows of W¹, so there is no product in the first layer. With features u is what they are, e.g. the
//! ±1 of a sparse parity (Merrill et al. 2023).

use super::init::{Group, Initializer};
use super::{Examples, Head, Network, Sizes};
use crate::config::{Config, Inputs};
use crate::ops::activation::{Activation, activation};
use crate::ops::dropout::drop_out;
use crate::ops::embedding_bag::embedding_bag;
use crate::ops::linear::{Layer, linear};
use crate::ops::scale::scale;
use crate::tape::{Tape, Tensor};

/// The parameters and shape of an MLP.
pub struct Mlp {
    sizes: Sizes,
    inputs: Inputs,
    activation: Activation,
    /// α
    alpha: f64,
    /// W¹ `[operands · symbols, hidden]`, `[symbols, hidden]` for summed inputs or `[features, hidden]`; Wˡ `[hidden, hidden]`
    hidden: Vec<Layer>,
    /// W_U `[hidden, classes]`
    output: Layer,
}

impl Mlp {
    /// Declares the parameters on the tape, layer by layer.
    pub fn new(tape: &mut Tape, config: &Config, sizes: Sizes) -> Self {
        let [symbols, classes, width] = [sizes.symbols, sizes.classes, config.mlp].map(|n| n as usize);
        let start = Initializer::new(config, config.mlp);
        let mut layer = |matrix: String, bias: String, group, inputs, outputs| {
            let w = tape.param(matrix, inputs, outputs, start.matrix(group, inputs));
            let b = config.bias.then(|| tape.param(bias, 1, outputs, start.bias(group, inputs)));
            Layer { w, b }
        };
        let first = match (sizes.features, config.inputs) {
            (Some(features), _) => features,
            (None, Inputs::TwoHot) => sizes.operands * symbols,
            (None, Inputs::Summed) => symbols,
        };
        let hidden = (0..config.layers).map(|l| {
            let inputs = if l == 0 { first } else { width };
            layer(format!("layer{l}.W"), format!("layer{l}.b"), Group::Mlp, inputs, width)
        });
        let hidden = hidden.collect();
        let output = layer("W_U".into(), "b_U".into(), Group::Unembedding, width, classes);
        Mlp { sizes, inputs: config.inputs, activation: config.activation, alpha: config.alpha, hidden, output }
    }

    /// W¹ u + b¹
    fn first(&self, tape: &mut Tape, Layer { w, b }: Layer, examples: &Examples) -> Tensor {
        if let Some(width) = self.sizes.features {
            let u = examples.numbers(tape, width);
            return linear(tape, u, w, b, "hidden in");
        }
        let Sizes { symbols, operands, .. } = self.sizes;
        let apart = match self.inputs {
            Inputs::TwoHot => symbols,
            Inputs::Summed => 0,
        };
        let rows =
            |list: Vec<u32>| list.into_iter().zip((0..operands as u32).cycle()).map(|(token, at)| token + at * apart).collect();
        let rows: Vec<Vec<u32>> = examples.operands().into_iter().map(rows).collect();
        embedding_bag(tape, w, b, &rows, operands, "hidden in")
    }
}

impl Network for Mlp {
    fn answer(&self, tape: &mut Tape, examples: &Examples) -> Head {
        let mut state = None;
        for (l, layer) in self.hidden.iter().enumerate() {
            tape.scope(format!("layer {l}"));
            let x = match state {
                None => self.first(tape, *layer, examples),
                Some(state) => linear(tape, state, layer.w, layer.b, "hidden in"),
            };
            let hidden = activation(tape, x, self.activation, "hidden");
            state = Some(drop_out(tape, hidden));
        }
        tape.scope("read-out");
        let unembed = scale(tape, self.output.w, self.alpha, "α W_U");
        let bias = self.output.b.map(|b| scale(tape, b, self.alpha, "α b_U"));
        Head { state: state.expect("at least one layer"), unembed, bias, direct: None, rectified: false }
    }
}
