//! What a visitor chooses to see of the inside of the network, and how that choice changes.

use crate::analysis::Measures;
use crate::protocol::inspect::{InspectResult, Off, Plane};

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
    /// Which measures are taken along the run.
    pub measures: Measures,
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

    /// Carries out a change; what was seen last says which neurons a frequency has.
    pub fn apply(&mut self, action: Action, seen: Option<&InspectResult>) {
        match action {
            Action::View(view) => self.view = view,
            Action::Loss(loss) => self.loss = loss,
            Action::Edit(edit) => self.edit = edit,
            Action::Pair(pair) => self.pair = pair,
            // These change the configuration.
            Action::Result(_) | Action::Restore | Action::RestoreAll => {}
            Action::Plane(plane) => self.plane = Some(plane),
            Action::First(first) => self.first = first,
            Action::Unit(unit) => self.unit = if self.unit == Some(unit) { None } else { Some(unit) },
            Action::Neuron(unit) => toggle(&mut self.off.neurons, unit),
            Action::Silence(frequency) => {
                let Some(InspectResult::Neurons(neurons)) = seen else { return };
                let fits = neurons.fits.iter().zip(0u16..);
                let own: Vec<u16> = fits.filter(|(fit, _)| fit.0 == frequency).map(|(_, unit)| unit).collect();
                let off = &mut self.off.neurons;
                let before = off.len();
                off.retain(|unit| !own.contains(unit));
                // All of them off already: on again.
                if before - off.len() < own.len() {
                    off.extend(own);
                }
            }
            Action::Head(layer, head) => toggle(&mut self.off.heads, (layer, head)),
            Action::AllOn => self.off = Off::default(),
            Action::X(x) => self.pair[0] = x,
            Action::Y(y) => self.pair[1] = y,
            Action::Measure(measures) => self.measures = measures,
            Action::Matrix(index) => self.matrix = index,
            Action::At(step) => self.at = step,
            Action::Peek(step) => self.peek = step,
        }
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
    /// Other measures along the run.
    Measure(Measures),
    /// Another parameter.
    Matrix(u32),
    /// Another step, or live.
    At(Option<u32>),
    /// A step while a chart is pointed at.
    Peek(Option<u32>),
}

/// Adds what is not there, and removes what is.
fn toggle<T: PartialEq>(list: &mut Vec<T>, item: T) {
    match list.iter().position(|own| *own == item) {
        Some(at) => _ = list.remove(at),
        None => list.push(item),
    }
}
