//! `LOSSES`: what is minimised, and how the answers of a network are judged by it.
//!
//! To add a loss: write `ops/<name>.rs` and its kernels, and add one line to [`LOSSES`].

use super::ReadOut;
use crate::config::{Config, Precision};
use crate::ops::cross_entropy::{self, cross_entropy};
use crate::ops::hinge::hinge;
use crate::ops::log_softmax::{Format, log_softmax};
use crate::ops::mse::mse;
use crate::ops::record::Collapse;
use crate::ops::stablemax::stablemax;
use crate::ops::unembed_loss::{MeanLoss, unembed_evaluate, unembed_loss};
use crate::plan::View;
use crate::tape::{Tape, Tensor};

/// What is minimised.
pub struct Loss {
    /// The `loss` key of a configuration.
    pub id: &'static str,
    /// For menus.
    pub label: &'static str,
    /// What it is counted in, for titles.
    pub unit: &'static str,
    /// What it is, for so many classes, when all logits are 0.
    pub guess: fn(f64) -> f64,
    /// Records loss and correctness of each row of logits.
    rows: Rows,
}

type Rows = fn(&mut Tape, Tensor, View, Precision) -> (Tensor, View);

/// All losses. The first is the standard.
pub static LOSSES: &[Loss] = &[
    Loss { id: "cross-entropy", label: "Cross-entropy", unit: "nats", guess: libm::log, rows: recorded(softmax) },
    Loss {
        id: "stablemax",
        label: "StableMax",
        unit: "nats",
        guess: libm::log,
        rows: recorded(|tape, logits, target, _| stablemax(tape, logits, target)),
    },
    Loss {
        id: "mse",
        label: "Mean squared error",
        unit: "squared error",
        guess: |classes| 1.0 / classes,
        rows: recorded(|tape, logits, target, _| mse(tape, logits, target)),
    },
    Loss {
        id: "hinge",
        label: "Hinge",
        unit: "missing margin",
        guess: |_| 1.0,
        rows: recorded(|tape, logits, target, _| hinge(tape, logits, target)),
    },
];

/// The page names losses, but does not carry their code.
const fn recorded(rows: Rows) -> Rows {
    if cfg!(any(feature = "cpu", feature = "gpu")) { rows } else { |_, _, _, _| panic!("this build does not train") }
}

/// The loss of a valid configuration.
pub fn chosen(config: &Config) -> &'static Loss {
    LOSSES.iter().find(|loss| loss.id == config.loss).unwrap_or(&LOSSES[0])
}

fn softmax(tape: &mut Tape, logits: Tensor, target: View, precision: Precision) -> (Tensor, View) {
    let format = match precision {
        Precision::Careful => {
            let loss = cross_entropy(tape, logits, target);
            return (loss.rows, loss.correct);
        }
        Precision::F32 => Format::F32,
        Precision::F16 => Format::F16,
        Precision::F64 => Format::F64,
    };
    log_softmax(tape, logits, target, format)
}

/// Judges answers as a configuration says.
#[derive(Clone, Copy)]
pub struct Judge {
    loss: &'static Loss,
    precision: Precision,
}

impl Judge {
    /// For a valid configuration.
    pub fn new(config: &Config) -> Judge {
        Judge { loss: chosen(config), precision: config.precision }
    }

    fn softmax(&self) -> bool {
        self.loss.id == LOSSES[0].id
    }

    /// Whether the loss is found together with the logits: cross-entropy in the careful form.
    pub fn fuses(&self) -> bool {
        self.softmax() && self.precision == Precision::Careful
    }

    /// What of the losses tells that a softmax has collapsed.
    pub fn collapse(&self) -> Collapse {
        match self.precision {
            _ if !self.softmax() => Collapse::Never,
            Precision::F64 => Collapse::Double,
            _ => Collapse::Single,
        }
    }

    /// Records the loss of each example against one target per example, for lists that go backward from the mean.
    pub fn train(&self, tape: &mut Tape, answer: ReadOut, target: View) -> MeanLoss {
        let ReadOut { state, unembed, bias, direct, rectified } = answer;
        let loss = if self.fuses() && bias.is_none() {
            unembed_loss(tape, state, unembed, direct, rectified, target)
        } else {
            let logits = answer.logits(tape);
            let (rows, correct) = (self.loss.rows)(tape, logits, target, self.precision);
            MeanLoss { rows, correct }
        };
        tape.scope("");
        loss
    }

    /// Records losses and the softmax of the logits, for lists that do not go backward.
    pub fn evaluate(&self, tape: &mut Tape, answer: ReadOut, target: View) -> cross_entropy::Loss {
        let ReadOut { state, unembed, bias, direct, .. } = answer;
        let loss = if self.fuses() && bias.is_none() {
            unembed_evaluate(tape, state, unembed, direct, target)
        } else {
            let logits = answer.logits(tape);
            let softmax = cross_entropy(tape, logits, target);
            if self.fuses() {
                softmax
            } else {
                let (rows, correct) = (self.loss.rows)(tape, logits, target, self.precision);
                cross_entropy::Loss { rows, correct, ..softmax }
            }
        };
        tape.scope("");
        loss
    }
}
