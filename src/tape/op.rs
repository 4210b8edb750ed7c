//! What an operation is.

use super::{Tape, Tensor};
use crate::kernel::Kernel;

/// A building block of models and of the training step.
pub struct Op {
    /// Field-standard name.
    pub name: &'static str,
    /// Its kernels, forward first.
    pub kernels: &'static [&'static Kernel],
    /// Records small examples for the gradient test; empty when nothing is differentiable.
    pub examples: &'static [fn(&mut Tape) -> Tensor],
}
