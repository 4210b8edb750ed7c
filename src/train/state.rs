//! What a run is between two steps.

use crate::plan::View;

/// The buffers that a snapshot holds.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// `[CLOCK]`, see [`step`](crate::step).
    pub clock: View,
    /// All parameters.
    pub weights: View,
    /// What the optimizer and the filter remember.
    pub optimizer: Vec<View>,
}

impl State {
    /// How many buffers come before the optimizer's.
    pub const WITHOUT_OPTIMIZER: usize = 2;

    /// All of them, in the order of a snapshot.
    pub fn views(&self) -> Vec<View> {
        [&[self.clock, self.weights], &self.optimizer[..]].concat()
    }
}
