//! What is looked at inside the network: the visitor's choices, and the last answer.

use crate::protocol::inspect::{Asker, Inspect, Inspected, Off, Plane, Sight};
use crate::view::views::VIEWS;

/// Neurons that are shown at once.
pub const PAGE: u32 = 24;

/// What the visitor has chosen to see.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice {
    /// Index into [`VIEWS`].
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
pub enum Act {
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

/// The state of looking inside.
#[derive(Default)]
pub struct Inside {
    /// What is asked for.
    pub choice: Choice,
    /// The last answer.
    pub seen: Option<Inspected>,
    /// Why this network cannot be looked into.
    pub opaque: Option<String>,
    /// Whether anybody sees it.
    pub visible: bool,
    /// Number of the last question.
    id: u32,
    /// Whether it waits for an answer, and if so, whether it is urgent.
    pending: Option<bool>,
    /// Whether the choice has changed since.
    stale: bool,
}

impl Inside {
    /// The view.
    pub fn view(&self) -> &'static super::views::View {
        VIEWS[self.choice.view.min(VIEWS.len() - 1)]
    }

    /// The answer, if it is one to what this view asks.
    pub fn shown(&self) -> Option<&Inspected> {
        self.seen.as_ref().filter(|seen| (self.view().shows)(&seen.sight))
    }

    /// Whether nobody waits for an answer.
    pub fn idle(&self) -> bool {
        self.pending != Some(true)
    }

    /// Carries out a change.
    pub fn act(&mut self, act: Act) {
        let choice = &mut self.choice;
        match act {
            Act::View(view) => choice.view = view,
            Act::Loss(loss) => choice.loss = loss,
            Act::Edit(edit) => choice.edit = edit,
            Act::Pair(pair) => choice.pair = pair,
            // These change the configuration.
            Act::Result(_) | Act::Restore | Act::RestoreAll => {}
            Act::Plane(plane) => choice.plane = Some(plane),
            Act::First(first) => choice.first = first,
            Act::Unit(unit) => choice.unit = if choice.unit == Some(unit) { None } else { Some(unit) },
            Act::Neuron(unit) => toggle(&mut choice.off.neurons, unit),
            Act::Silence(frequency) => {
                let Some(Inspected { sight: Sight::Neurons(neurons), .. }) = &self.seen else { return };
                let fits = neurons.fits.iter().zip(0u16..);
                let own: Vec<u16> = fits.filter(|(fit, _)| fit.0 == frequency).map(|(_, unit)| unit).collect();
                let off = &mut choice.off.neurons;
                let before = off.len();
                off.retain(|unit| !own.contains(unit));
                // All of them off already: on again.
                if before - off.len() < own.len() {
                    off.extend(own);
                }
            }
            Act::Head(layer, head) => toggle(&mut choice.off.heads, (layer, head)),
            Act::AllOn => choice.off = Off::default(),
            Act::X(x) => choice.pair[0] = x,
            Act::Y(y) => choice.pair[1] = y,
            Act::Matrix(index) => choice.matrix = index,
            Act::At(step) => choice.at = step,
            Act::Peek(step) => choice.peek = step,
        }
    }

    /// The question to ask now, if there is any: one at a time, and after a change of mind the new one.
    pub(super) fn question(&mut self, urgent: bool) -> Option<Inspect> {
        if !self.visible || self.opaque.is_some() {
            return None;
        }
        match self.pending {
            // It is being answered: the next one follows it.
            Some(true) => self.stale |= urgent,
            // It waits for its turn in the worker, where an urgent one replaces it.
            Some(false) if !urgent => {}
            _ => {
                self.pending = Some(urgent);
                self.id += 1;
                let (off, at) = (self.choice.off.clone(), self.choice.at());
                return Some(Inspect { asker: Asker::View(self.id), look: (self.view().look)(&self.choice), off, at, urgent });
            }
        }
        None
    }

    /// Takes an answer. Returns whether the choice has changed since it was asked for.
    pub(super) fn take(&mut self, seen: Inspected) -> bool {
        if seen.asker == Asker::View(self.id) {
            self.pending = None;
        }
        self.seen = Some(seen);
        self.pending.is_none() && core::mem::take(&mut self.stale)
    }

    /// Another network is shown.
    pub(super) fn forget(&mut self) {
        let Inside { choice, visible, id, .. } = core::mem::take(self);
        let Choice { view, loss, edit, pair, matrix, .. } = choice;
        let choice = Choice { view, loss, edit, pair, matrix, ..Choice::default() };
        *self = Inside { choice, visible, id, ..Inside::default() };
    }
}

/// Adds what is not there, and removes what is.
fn toggle<T: PartialEq>(list: &mut Vec<T>, item: T) {
    match list.iter().position(|own| *own == item) {
        Some(at) => _ = list.remove(at),
        None => list.push(item),
    }
}
