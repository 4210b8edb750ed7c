//! Optimisers: the table, and the hyper-parameters that may change while running.

pub mod adamw;

/// Numbers per run in the `hyper` buffer.
pub const HYPERS: usize = 6;
/// Learning rate.
pub const LR: usize = 0;
/// Decoupled weight decay.
pub const WD: usize = 1;
/// Decay of the first moment.
pub const BETA1: usize = 2;
/// Decay of the second moment.
pub const BETA2: usize = 3;
/// Added to the root of the second moment.
pub const EPS: usize = 4;
/// Steps over which the learning rate rises linearly.
pub const WARMUP: usize = 5;

use crate::plan::{Dispatch, View};
use crate::tape::Tape;

/// All optimisers.
pub static OPTIMIZERS: &[&Optimizer] = &[&adamw::ADAMW];

/// An update rule over the flat parameter buffer.
pub struct Optimizer {
    /// The `optimizer` key of a configuration.
    pub id: &'static str,
    /// For menus.
    pub label: &'static str,
    /// Names of its state buffers, each as long as the parameters, zero at the start.
    pub state: &'static [&'static str],
    /// Its dispatch, from `[hyper, clock]` and the state buffers.
    pub update: fn(&mut Tape, [View; 2], &[View]) -> Dispatch,
}

/// The optimiser with this id.
pub fn find(id: &str) -> Option<&'static Optimizer> {
    OPTIMIZERS.iter().copied().find(|o| o.id == id)
}

/// Something that changes the gradient before an optimiser uses it.
pub struct Filter {
    /// The `filter` key of a configuration.
    pub id: &'static str,
    /// For menus.
    pub label: &'static str,
}

/// All gradient filters.
pub static FILTERS: &[Filter] = &[Filter { id: "none", label: "None" }];
