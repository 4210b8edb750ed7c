//! What a run is about: what it is shown, and whether there is a rule behind that.

use crate::config::{Config, Pairing};
use crate::task::{Operation, Size};
use crate::tr;
use crate::view::captions::examples;

/// Of one configuration.
pub(super) struct Data {
    /// `pairs`, or `rows`, in the language that is spoken.
    pub what: &'static str,
    /// The same where it is said for the first time.
    pub first: &'static str,
    /// Whether there is a rule to find.
    pub rule: bool,
}

impl Data {
    /// That of a task which computes this.
    pub fn of(operation: &Operation) -> Data {
        let (size, first) = (operation.size(), examples(operation.size()));
        let what = if matches!(size, Size::Bits | Size::Padded) { tr!("rows") } else { first };
        Data { what, first, rule: operation.has_rule() }
    }
}

/// Fraction of the test pairs that a list of the training pairs gives away: mirror images of them, if the operation commutes.
pub(super) fn mirrored(config: &Config, operation: &Operation) -> f64 {
    let alone = config.split == Pairing::Random && operation.commutes(config);
    if alone { config.shown() } else { 0.0 }
}
