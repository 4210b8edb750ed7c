//! A multilayer perceptron on pairs, or more operands (Gromov 2023; Doshi et al. 2023; Prieto et al. 2025), or on given features.
//!
//! h¹ = f(W¹ u + b¹) with u = \[onehot(x), onehot(y)\], or their sum; hˡ = f(Wˡ hˡ⁻¹ + bˡ); logits = α(W_U h + b_U).
//! W¹ u is the sum of two rows of W¹, so there is no product in the first layer. With features u is what they are, e.g. the
//! ±1 of a sparse parity (Merrill et al. 2023). With an embedding of d numbers, W_E u takes the place of u: of summed inputs
//! that is E_x + E_y (Liu et al. 2022). With d' numbers before the answers it is W_U W_out h + b_U (Minegishi et al. 2023).

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
    /// W_E `[inputs, d]`, if d > 0
    embedding: Option<Tensor>,
    /// W¹ `[inputs, hidden]`, or `[d, hidden]`; Wˡ `[hidden, hidden]`. There are operands · symbols inputs, as many as symbols where
    /// they are summed, or the features.
    hidden: Vec<Layer>,
    /// W_out `[hidden, d']`, if d' > 0
    down: Option<Tensor>,
    /// W_U `[hidden, classes]`, or `[d', classes]`
    output: Layer,
}

impl Mlp {
    /// Declares the parameters on the tape, layer by layer.
    pub fn new(tape: &mut Tape, config: &Config, sizes: Sizes) -> Self {
        let [symbols, classes, width] = [sizes.symbols, sizes.classes, config.mlp].map(|n| n as usize);
        let start = Initializer::new(config, config.mlp);
        let inputs = match (sizes.features, config.inputs) {
            (Some(features), _) => features,
            (None, Inputs::TwoHot) => sizes.operands * symbols,
            (None, Inputs::Summed) => symbols,
        };
        let dimensions = config.embed as usize;
        let embedding = (dimensions > 0).then(|| tape.param("W_E", inputs, dimensions, start.embedding()));
        let first = if dimensions > 0 { dimensions } else { inputs };
        let layer = |tape: &mut Tape, [matrix, bias]: [String; 2], group, inputs, outputs| {
            let w = tape.param(matrix, inputs, outputs, start.matrix(group, inputs));
            let b = config.bias.then(|| tape.param(bias, 1, outputs, start.bias(group, inputs)));
            Layer { w, b }
        };
        let hidden = (0..config.layers).map(|l| {
            let inputs = if l == 0 { first } else { width };
            layer(tape, ["W", "b"].map(|name| format!("layer{l}.{name}")), Group::Mlp, inputs, width)
        });
        let hidden = hidden.collect();
        let before = config.unembed as usize;
        let down = (before > 0).then(|| tape.param("W_out", width, before, start.matrix(Group::Mlp, width)));
        let last = if before > 0 { before } else { width };
        let output = layer(tape, ["W_U", "b_U"].map(String::from), Group::Unembedding, last, classes);
        let Config { inputs, activation, alpha, .. } = *config;
        Mlp { sizes, inputs, activation, alpha, embedding, hidden, down, output }
    }

    /// W¹ u + b¹, or W¹ W_E u + b¹
    fn first(&self, tape: &mut Tape, layer: Layer, examples: &Examples) -> Tensor {
        let Some(w) = self.embedding else { return self.shown(tape, layer, examples, "hidden in") };
        let embedded = self.shown(tape, Layer { w, b: None }, examples, "embedded");
        linear(tape, embedded, layer.w, layer.b, "hidden in")
    }

    /// A layer on u itself.
    fn shown(&self, tape: &mut Tape, Layer { w, b }: Layer, examples: &Examples, name: &str) -> Tensor {
        if let Some(width) = self.sizes.features {
            let u = examples.numbers(tape, width);
            return linear(tape, u, w, b, name);
        }
        let Sizes { symbols, operands, .. } = self.sizes;
        let apart = match self.inputs {
            Inputs::TwoHot => symbols,
            Inputs::Summed => 0,
        };
        let rows =
            |list: Vec<u32>| list.into_iter().zip((0..operands as u32).cycle()).map(|(token, at)| token + at * apart).collect();
        let rows: Vec<Vec<u32>> = examples.operands().into_iter().map(rows).collect();
        embedding_bag(tape, w, b, &rows, operands, name)
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
        // Multiplied once, as there are fewer units than examples.
        let unembed = self.down.map_or(self.output.w, |down| linear(tape, down, self.output.w, None, "W_out W_U"));
        let unembed = scale(tape, unembed, self.alpha, "α W_U");
        let bias = self.output.b.map(|b| scale(tape, b, self.alpha, "α b_U"));
        Head { state: state.expect("at least one layer"), unembed, bias, direct: None, rectified: false }
    }
}
