//! How the weights change in a step: gradient → filter → optimiser → weight decay → sphere, in the papers' order.
//!
//! An [`Optimizer`] turns the gradient into a direction, a [`Filter`] changes the gradient before; both work on flat
//! buffers in the layout of the parameters, so that any of them goes with any other. [`update()`] puts a step together.

pub mod adam;
pub mod adamw;
pub mod apply;
pub mod grokfast_ema;
pub mod grokfast_ma;
pub mod muon;
pub mod orthogonal;
pub mod pieces;
pub mod sgd;
pub mod sphere;
pub mod sum;
mod update;

use crate::config::{Config, Schedule};
use crate::kernel::{Bind, Fill, input_of};
use crate::plan::{Dispatch, View};
use crate::tape::Tape;
pub use update::{Given, Update, update};

/// Numbers per run in the `hyper` buffer.
pub const HYPERS: usize = 14;
/// Learning rate.
pub const LR: usize = 0;
/// Weight decay.
pub const WD: usize = 1;
/// Decay of the first moment, or the momentum.
pub const BETA1: usize = 2;
/// Decay of the second moment.
pub const BETA2: usize = 3;
/// Added to the root of the second moment.
pub const EPS: usize = 4;
/// Steps over which the learning rate rises linearly.
pub const WARMUP: usize = 5;
/// Share of the learning rate that is left at the step limit.
pub const FLOOR: usize = 6;
/// The step limit.
pub const STEPS: usize = 7;
/// Memory of a filter's mean gradient.
pub const EMA: usize = 8;
/// How much of the slow gradient a filter adds.
pub const AMPLIFY: usize = 9;
/// The weight norm to hold; 0 for none.
pub const SPHERE: usize = 10;
/// Share of hidden units left out.
pub const DROPOUT: usize = 11;
/// Deviation of the noise on the weights.
pub const WEIGHT_NOISE: usize = 12;
/// Deviation of the noise on the direction.
pub const GRAD_NOISE: usize = 13;

/// The hyper-parameters, for kernels that read them.
pub const HYPER: Bind =
    input_of("hyper", |_| HYPERS, Fill::These(&[0.01, 1.0, 0.9, 0.98, 1e-8, 3.0, 0.1, 9.0, 0.9, 2.0, 5.0, 0.25, 0.1, 0.05]));

/// One run's `hyper` buffer. The norm of the sphere is a multiple of `norm`, that of the initial weights.
pub fn hyper(config: &Config, norm: f64) -> [f32; HYPERS] {
    let mut hyper = [0.0; HYPERS];
    for (slot, value) in [
        (LR, config.lr),
        (WD, config.wd),
        (BETA1, config.beta1),
        (BETA2, config.beta2),
        (EPS, config.eps),
        (WARMUP, f64::from(config.warmup.max(1))),
        (FLOOR, if config.schedule == Schedule::Cosine { 0.1 } else { 1.0 }),
        (STEPS, f64::from(config.steps)),
        (EMA, config.ema),
        (AMPLIFY, config.amplify),
        (SPHERE, config.sphere * norm),
        (DROPOUT, config.dropout),
        (WEIGHT_NOISE, config.weightnoise),
        (GRAD_NOISE, config.gradnoise),
    ] {
        hyper[slot] = value as f32;
    }
    hyper
}

/// A dispatch of `kernel` over buffers as long as the parameters.
fn flat(tape: &Tape, kernel: &'static crate::kernel::Kernel, dims: &[usize], views: Vec<View>) -> Dispatch {
    tape.dispatch(kernel, dims.iter().map(|&d| d as u32).collect(), views, kernel.name)
}
