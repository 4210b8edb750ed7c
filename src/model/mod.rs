//! Models, written forward only, and what judges their answers. They read like the papers' equations; the tape derives
//! the rest.
//!
//! To add a model: write `model/<name>.rs` with something that is a [`Network`], and add one line to [`MODELS`].

mod init;
pub mod loss;
pub mod mlp;
pub mod rows;
pub mod token_table;
pub mod transformer;

use crate::builds::TRAINS;
use crate::config::Config;
use crate::ops::linear::linear_onto;
use crate::tape::{Tape, Tensor};
use crate::task::Equation;
pub use loss::{Judge, LOSSES, Loss};
use mlp::Mlp;
use rows::Style;
use transformer::Transformer;

/// A kind of network.
pub struct Model {
    /// The `model` key of a configuration.
    pub id: &'static str,
    /// For menus.
    pub label: &'static str,
    /// Declares the parameters on a tape.
    pub new: New,
}

type New = fn(&mut Tape, &Config, Sizes) -> Box<dyn Network>;

/// All kinds of network.
pub static MODELS: &[Model] = &[
    Model {
        id: "transformer",
        label: "Transformer",
        new: trained(|tape, config, sizes| Box::new(Transformer::new(tape, config, sizes, Style::Decoder))),
    },
    Model {
        id: "encoder",
        label: "Encoder",
        new: trained(|tape, config, sizes| Box::new(Transformer::new(tape, config, sizes, Style::Encoder))),
    },
    Model { id: "mlp", label: "MLP", new: trained(|tape, config, sizes| Box::new(Mlp::new(tape, config, sizes))) },
];

/// The page names models, but does not carry their code.
const fn trained(new: New) -> New {
    if TRAINS { new } else { |_, _, _| panic!("this build does not train") }
}

/// The model with this id.
pub fn find(id: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.id == id)
}

/// How many different things a network is shown and can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Values that an operand may have.
    pub symbols: u32,
    /// Results to choose from.
    pub classes: u32,
    /// Numbers that describe an example, where it is not a pair of operands.
    pub features: Option<usize>,
}

/// What a network is shown: for each run a list, all equally long.
#[derive(Debug, Clone, Copy)]
pub struct Examples<'a> {
    /// The equations. A network never sees their results.
    pub pairs: &'a [Vec<Equation>],
    /// When the sizes have features: their numbers, example by example. Operands do not count then.
    pub features: Option<&'a [Vec<f32>]>,
}

/// Something with parameters that answers.
pub trait Network {
    /// Records what its logits for these examples are made of.
    fn answer(&self, tape: &mut Tape, examples: &Examples) -> ReadOut;
}

/// What the loss is computed from: logits = direct + bias + state · unembed.
#[derive(Debug, Clone, Copy)]
pub struct ReadOut {
    /// `[examples, k]`
    pub state: Tensor,
    /// `[k, classes]`
    pub unembed: Tensor,
    /// `[1, classes]`
    pub bias: Option<Tensor>,
    /// `[examples, classes]`
    pub direct: Option<Tensor>,
    /// Whether the state is a ReLU's, which wants its gradient masked.
    pub rectified: bool,
}

impl ReadOut {
    /// Records the logits themselves.
    pub fn logits(&self, tape: &mut Tape) -> Tensor {
        assert!(!self.rectified, "only the standard loss masks the gradient of a ReLU");
        linear_onto(tape, self.state, self.unembed, self.bias, self.direct, "logits")
    }
}
