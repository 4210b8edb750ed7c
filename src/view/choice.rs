//! What a visitor chooses to see of the inside of the network, and how that choice changes.

use crate::protocol::inspect::{Off, Plane};

/// What the visitor has chosen to see.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice {
    /// Index into [`VIEWS`](super::views::VIEWS).
    pub view: usize,
    /// Whether the table shows losses.
    pub loss: bool,
    /// The plane of the embedding; none for the most telling.
    pub plane: Option<Plane>,
    /// The first of the neurons shown.
    pub first: u32,
    /// The neuron that is enlarged.
    pub unit: Option<u16>,
    /// Whether results are being changed.
    pub edit: bool,
    /// Operands to try, or whose result to change.
    pub pair: [u32; 2],
    /// The parameter shown.
    pub matrix: u32,
    /// What is switched off.
    pub off: Off,
    /// A step gone back to; none is live.
    pub at: Option<u32>,
    /// A step that is pointed at on a chart.
    pub peek: Option<u32>,
}

impl Choice {
    /// The step whose weights are wanted; none for the present ones.
    pub fn at(&self) -> Option<u32> {
        self.peek.or(self.at)
    }

    /// The operands, if there are so many numbers.
    pub fn pair(&self, symbols: u32) -> [u32; 2] {
        self.pair.map(|operand| operand.min(symbols - 1))
    }
}

/// A change of the choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Action {
    /// Another view.
    View(usize),
    /// Losses instead of answers, or back.
    Loss(bool),
    /// Begins or ends changing results.
    Edit(bool),
    /// Other operands.
    Pair([u32; 2]),
    /// The operands' result becomes another.
    Result(u32),
    /// It becomes the operation's again.
    Restore,
    /// All results do.
    RestoreAll,
    /// Another plane of the embedding.
    Plane(Plane),
    /// Other neurons.
    First(u32),
    /// Enlarges a neuron; or, if it is, no longer.
    Unit(u16),
    /// Switches a neuron off or on.
    Neuron(u16),
    /// Switches all neurons of a frequency off, or on.
    Silence(u16),
    /// Switches a head of a layer off or on.
    Head(u8, u8),
    /// Switches everything on.
    AllOn,
    /// Another first operand.
    X(u32),
    /// Another second operand.
    Y(u32),
    /// Another parameter.
    Matrix(u32),
    /// Another step, or live.
    At(Option<u32>),
    /// A step while a chart is pointed at.
    Peek(Option<u32>),
}
