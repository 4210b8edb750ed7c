//! What is minimised, and how the answers of a network are judged by it.
//!
//! To add a loss: write `ops/<name>.rs` and its kernels, add a variant to [`Loss`], and the lines that the compiler then asks
//! for.

use super::Head;
use crate::config::{Config, Loss, Precision};
use crate::ops::cross_entropy::{self, cross_entropy};
use crate::ops::hinge::hinge;
use crate::ops::log_softmax::{Format, log_softmax};
use crate::ops::mse::mse;
use crate::ops::record::Collapse;
use crate::ops::stablemax::stablemax;
use crate::ops::unembed_loss::{MeanLoss, unembed_evaluate, unembed_loss};
use crate::plan::View;
use crate::tape::{Tape, Tensor};

/// Records loss and correctness of each row of logits.
fn rows(tape: &mut Tape, loss: Loss, precision: Precision, logits: Tensor, target: View) -> (Tensor, View) {
    match loss {
        Loss::CrossEntropy => softmax(tape, logits, target, precision),
        Loss::StableMax => stablemax(tape, logits, target),
        Loss::MeanSquared => mse(tape, logits, target),
        Loss::Hinge => hinge(tape, logits, target),
    }
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
pub struct LossHead {
    loss: Loss,
    precision: Precision,
}

impl LossHead {
    /// For a valid configuration.
    pub fn new(config: &Config) -> LossHead {
        LossHead { loss: config.loss, precision: config.precision }
    }

    fn softmax(&self) -> bool {
        self.loss == Loss::CrossEntropy
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
    pub fn train(&self, tape: &mut Tape, answer: Head, target: View) -> MeanLoss {
        let Head { state, unembed, bias, direct, rectified } = answer;
        let loss = if self.fuses() && bias.is_none() {
            unembed_loss(tape, state, unembed, direct, rectified, target)
        } else {
            let logits = answer.logits(tape);
            let (rows, correct) = rows(tape, self.loss, self.precision, logits, target);
            MeanLoss { rows, correct }
        };
        tape.scope("");
        loss
    }

    /// Records losses and the softmax of the logits, for lists that do not go backward.
    pub fn evaluate(&self, tape: &mut Tape, answer: Head, target: View) -> cross_entropy::Loss {
        let Head { state, unembed, bias, direct, .. } = answer;
        let loss = if self.fuses() && bias.is_none() {
            unembed_evaluate(tape, state, unembed, direct, target)
        } else {
            let logits = answer.logits(tape);
            let softmax = cross_entropy(tape, logits, target);
            if self.fuses() {
                softmax
            } else {
                let (rows, correct) = rows(tape, self.loss, self.precision, logits, target);
                cross_entropy::Loss { rows, correct, ..softmax }
            }
        };
        tape.scope("");
        loss
    }
}
