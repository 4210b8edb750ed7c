//! How the weights change in a step: gradient → filter → optimiser → weight decay → sphere, in the papers' order.
//!
//! An [`Optimizer`](crate::config::Optimizer) turns the gradient into a direction, a [`Filter`](crate::config::Filter) changes
//! the gradient before; both work on flat buffers in the layout of the parameters, so that any of them goes with any other.
//! [`update()`] puts a step together.

pub mod adam;
pub mod adamw;
pub mod apply;
pub mod grokfast_ema;
pub mod grokfast_ma;
pub mod hold;
pub mod muon;
pub mod orthogonal;
pub mod segments;
pub mod sgd;
pub mod sphere;
pub mod sum;
mod update;

use crate::config::{Config, Schedule};
use crate::plan::{ALIGN, Dispatch, View};
use crate::step::{
    AMPLIFY, BETA1, BETA2, DROPOUT, EMA, EPS, FLOOR, GRAD_NOISE, HYPERS, LR, LR_DECODER, SPHERE, STEPS, WARMUP, WD, WD_EMBED,
    WEIGHT_NOISE,
};
use crate::tape::{Param, Tape};
pub use update::{Update, UpdateInputs, update};

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
        (LR_DECODER, config.lrdecoder),
        (WD_EMBED, config.wdembed),
    ] {
        hyper[slot] = value as f32;
    }
    hyper
}

/// Whether a parameter stands for tokens or their positions.
fn embeds(param: &Param) -> bool {
    matches!(param.name.as_str(), "W_E" | "W_pos")
}

/// Whether a parameter stands for tokens, whatever their positions.
pub fn is_embedding(param: &Param) -> bool {
    param.name == "W_E"
}

/// For each block of [`ALIGN`] parameters what `kind` of one it is of.
fn blocks_of(tape: &mut Tape, kind: impl Fn(&Param) -> u32, name: &str) -> View {
    let params = tape.params();
    let ends = params.iter().map(|param| param.offset).chain([tape.flat().len]).skip(1);
    let blocks = |(param, end): (&Param, usize)| vec![kind(param); (end - param.offset) / ALIGN];
    let list: Vec<u32> = params.iter().zip(ends).flat_map(blocks).collect();
    tape.indices(&vec![list; tape.runs()], name)
}

/// A dispatch of `kernel` over buffers as long as the parameters.
fn flat(tape: &Tape, kernel: &'static crate::kernel::Kernel, dims: Vec<u32>, views: Vec<View>) -> Dispatch {
    tape.dispatch(kernel, dims, views, kernel.name)
}
