//! Models, written forward only, and what judges their answers. They read like the papers' equations; the tape derives
//! the rest.
//!
//! To add a model: write `model/<name>.rs` with something that is a [`Network`], add a variant to
//! [`Model`], and the lines that the compiler then asks for.

mod diagonal;
mod init;
pub mod loss;
pub mod mlp;
pub mod rows;
pub mod token_table;
pub mod transformer;

use crate::config::{Config, Model};
use crate::ops::gather::gather;
use crate::ops::linear::linear_onto;
use crate::tape::{Tape, Tensor};
use crate::task::{Dataset, Equation};
use diagonal::Diagonal;
pub use loss::LossHead;
use mlp::Mlp;
use rows::Style;
use transformer::Transformer;

/// The network that a configuration names, its parameters declared on a tape.
pub fn network(tape: &mut Tape, config: &Config, sizes: Sizes) -> Box<dyn Network> {
    match config.model {
        Model::Transformer => Box::new(Transformer::new(tape, config, sizes, Style::Decoder)),
        Model::Encoder => Box::new(Transformer::new(tape, config, sizes, Style::Encoder)),
        Model::Mlp => Box::new(Mlp::new(tape, config, sizes)),
        Model::Diagonal => Box::new(Diagonal::new(tape, config, sizes)),
    }
}

/// How many different things a network is shown and can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Values that an operand may have.
    pub symbols: u32,
    /// Operands of an example, where it has any: two of a pair.
    pub operands: usize,
    /// Answers to an example, one after the other; each of them but the last is then read, too.
    pub answers: usize,
    /// Results to choose from.
    pub classes: u32,
    /// Numbers that describe an example, where it is not a pair of operands.
    pub features: Option<usize>,
}

impl Sizes {
    /// Of what a run learns from.
    pub fn of(data: &Dataset) -> Sizes {
        Sizes {
            symbols: data.symbols,
            operands: data.sequences.as_ref().map_or(2, |sequences| sequences.width + 1 - data.answers),
            answers: data.answers,
            classes: data.classes,
            features: data.features.as_ref().map(|features| features.width),
        }
    }
}

/// What a network is shown: for each run a list, all equally long.
#[derive(Debug, Clone, Copy)]
pub struct Examples<'a> {
    /// The equations. A network never sees their results.
    pub pairs: &'a [Vec<Equation>],
    /// When the sizes have features: their numbers, example by example. Operands do not count then.
    pub features: Option<&'a [Vec<f32>]>,
    /// Where the operands are not those of the equations: they, and all answers but the last, example by example. An example then has as
    /// many equations as answers.
    pub sequences: Option<&'a [Vec<u32>]>,
}

impl Examples<'_> {
    /// For each run, what is read of all examples, example by example.
    fn operands(&self) -> Vec<Vec<u32>> {
        let of_pairs = |list: &Vec<Equation>| list.iter().flat_map(|e| [e.x, e.y]).collect();
        self.sequences.map_or_else(|| self.pairs.iter().map(of_pairs).collect(), <[_]>::to_vec)
    }

    /// Records the numbers that describe each example, where there are features: `[examples, width]`.
    fn numbers(&self, tape: &mut Tape, width: usize) -> Tensor {
        let numbers = self.features.expect("the sizes have features, so the examples have too");
        let all = tape.fixed(width, numbers, "features");
        if !tape.draws() {
            return all;
        }
        // They are those of all inputs, and an example says which is its own.
        let own: Vec<Vec<u32>> = self.pairs.iter().map(|list| list.iter().map(|e| e.x).collect()).collect();
        let own = tape.rows(numbers[0].len() / width, &own, "own features");
        gather(tape, all, own, "features of the batch")
    }
}

/// Something with parameters that answers.
pub trait Network {
    /// Records what its logits for these examples are made of; a row for each equation.
    fn answer(&self, tape: &mut Tape, examples: &Examples) -> Head;

    /// Records what its logits would be made of, if its last layer read what there is after the embedding, after one layer, two, …; the
    /// last is the [`answer`](Self::answer) (the *logit lens*: nostalgebraist 2020, "interpreting GPT"). Of a network without a residual
    /// stream there is nothing else. The states are in one place each, whatever the order of the products in training.
    fn depths(&self, tape: &mut Tape, examples: &Examples) -> Vec<Head> {
        vec![self.answer(tape, examples)]
    }
}

/// What the loss is computed from: logits = direct + bias + state · unembed.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    /// `[equations, k]`
    pub state: Tensor,
    /// `[k, classes]`
    pub unembed: Tensor,
    /// `[1, classes]`
    pub bias: Option<Tensor>,
    /// `[equations, classes]`
    pub direct: Option<Tensor>,
    /// Whether the state is a ReLU's, which wants its gradient masked.
    pub rectified: bool,
}

impl Head {
    /// Records the logits themselves.
    pub fn logits(&self, tape: &mut Tape) -> Tensor {
        assert!(!self.rectified, "only the standard loss masks the gradient of a ReLU");
        linear_onto(tape, self.state, self.unembed, self.bias, self.direct, "logits")
    }
}
