//! What the kernels of a training step agree on: which element of `hyper` and `clock` is what, and how a mini-batch is
//! written into a list of indices.
//!
//! Each layout stands here once. Shaders name an element by a constant, `const RATE: u32 = 4u;`, and `tests/shaders.rs`
//! compares every such constant with these tables.

use crate::kernel::{Bind, Fill, NONE, in_out, index, input_of};
use crate::plan::View;

/// What the elements of a binding are.
pub struct Layout {
    /// Name of the binding.
    pub binding: &'static str,
    /// Name of each element.
    pub names: &'static [&'static str],
    /// A value for each, to test kernels with.
    pub examples: &'static [f32],
}

/// A [`Layout`], its length, and a constant with the position of each element.
macro_rules! layout {
    ($layout:ident of $binding:literal, $len:ident: $($(#[$doc:meta])+ $name:ident = $example:literal,)+) => {
        #[doc = concat!("The elements of `", $binding, "`.")]
        pub const $layout: Layout =
            Layout { binding: $binding, names: &[$(stringify!($name)),+], examples: &[$($example),+] };
        #[doc = concat!("Numbers per run in `", $binding, "`.")]
        pub const $len: usize = $layout.names.len();
        layout!(@ 0; $($(#[$doc])+ $name,)+);
    };
    (@ $at:expr;) => {};
    (@ $at:expr; $(#[$doc:meta])+ $name:ident, $($rest:tt)*) => {
        $(#[$doc])+
        pub const $name: usize = $at;
        layout!(@ $at + 1; $($rest)*);
    };
}

layout! { HYPER_LAYOUT of "hyper", HYPERS:
    /// Learning rate.
    LR = 0.01,
    /// Weight decay.
    WD = 1.0,
    /// Decay of the first moment, or the momentum.
    BETA1 = 0.9,
    /// Decay of the second moment.
    BETA2 = 0.98,
    /// Added to the root of the second moment.
    EPS = 1e-8,
    /// Steps over which the learning rate rises linearly.
    WARMUP = 3.0,
    /// Fraction of the learning rate that is left at the step limit.
    FLOOR = 0.1,
    /// The step limit.
    STEPS = 9.0,
    /// Memory of a filter's mean gradient.
    EMA = 0.9,
    /// How much of the slow gradient a filter adds.
    AMPLIFY = 2.0,
    /// The weight norm to hold; 0 for none.
    SPHERE = 5.0,
    /// Fraction of hidden units left out.
    DROPOUT = 0.25,
    /// Deviation of the noise on the weights.
    WEIGHT_NOISE = 0.1,
    /// Deviation of the noise on the direction.
    GRAD_NOISE = 0.05,
    /// Factor of the learning rate after the embedding.
    LR_DECODER = 0.5,
    /// Factor of weight decay in the embedding.
    WD_EMBED = 0.25,
}

layout! { CLOCK_LAYOUT of "clock", CLOCK:
    /// Updates made, t. A training step ticks first, so that during it t counts from 1.
    TIME = 5.0,
    /// β₁ᵗ
    BETA1_POWER = 0.59049,
    /// β₂ᵗ
    BETA2_POWER = 0.903_920_8,
    /// Evaluations made.
    EVALUATIONS = 3.0,
    /// η_t, the learning rate of step t.
    RATE = 0.005,
}

/// The clock before the first step.
pub const CLOCK_AT_START: [f32; CLOCK] = [0.0, 1.0, 1.0, 0.0, 0.0];

/// The hyper-parameters, for kernels that read them.
pub const HYPER: Bind = input_of("hyper", |_| HYPERS, Fill::These(HYPER_LAYOUT.examples));
/// The clock, for kernels that read it.
pub const CLOCK_IN: Bind = input_of("clock", |_| CLOCK, Fill::These(CLOCK_LAYOUT.examples));
/// The clock, for kernels that advance it.
pub const CLOCK_IN_OUT: Bind = in_out("clock", |_| CLOCK, Fill::These(CLOCK_LAYOUT.examples));

/// A run's seed, for kernels that draw.
pub const SEED: Bind = index("seed", |_| 1, Fill::Below(|_| 1 << 31));

/// What drops out: the rate and the step are read while running.
#[derive(Debug, Clone, Copy)]
pub struct Dropout {
    /// Per-run hyper-parameters.
    pub hyper: View,
    /// Per-run clock.
    pub clock: View,
    /// Per-run seeds.
    pub seed: View,
    /// Tells apart what shares these.
    pub salt: u32,
}

/// Constants and the table of their names and values.
macro_rules! constants {
    ($(#[$about:meta])+ $table:ident: $($(#[$doc:meta])+ $name:ident = $value:literal,)+) => {
        $($(#[$doc])+ pub const $name: u32 = $value;)+
        $(#[$about])+
        pub const $table: &[(&str, u32)] = &[$((stringify!($name), $name)),+];
    };
}

constants! {
    /// The bits of a [`BatchToken`], from the highest: one that is set, the slot, the offset.
    BATCH_TOKEN:
    /// Number of the bit that is set in a token, and in no index.
    TOKEN_BIT = 31,
    /// What is added stays below 2 to the power of this.
    OFFSET_BITS = 13,
}

/// Stands in a list of indices for a number of an example that the step will draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchToken {
    /// The number's field, times the size of the batch, plus the example's position in it.
    pub slot: u32,
    /// What is added to the number.
    pub offset: u32,
}

impl BatchToken {
    /// Slots are below this. The last one's bits, with the largest offset, would be [`NONE`].
    pub const SLOTS: u32 = (1 << (TOKEN_BIT - OFFSET_BITS)) - 1;

    /// As it stands in a list. Something below 2^[`OFFSET_BITS`] may be added to that, as to an index.
    pub fn bits(self) -> u32 {
        1 << TOKEN_BIT | self.slot << OFFSET_BITS | self.offset
    }

    /// The token that stands for an index, or `None` where it is an index or [`NONE`].
    pub fn read(index: u32) -> Option<BatchToken> {
        let slot = (index & !(1 << TOKEN_BIT)) >> OFFSET_BITS;
        let token = BatchToken { slot, offset: index & ((1 << OFFSET_BITS) - 1) };
        (index != NONE && index >> TOKEN_BIT == 1).then_some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_follow_the_table() {
        assert_eq!((LR, GRAD_NOISE, HYPERS), (0, 13, 16));
        assert_eq!((TIME, RATE, CLOCK), (0, 4, 5));
        assert_eq!(HYPER_LAYOUT.names[WEIGHT_NOISE], "WEIGHT_NOISE");
        assert_eq!(HYPER_LAYOUT.examples[WARMUP], 3.0);
    }

    #[test]
    fn tokens_are_read_as_they_were_written_and_are_no_indices() {
        for slot in [0, 1, 5, (1 << 18) - 2] {
            let first = BatchToken { slot, offset: 0 };
            for offset in [0, 1, 8191] {
                assert_eq!(BatchToken::read(first.bits() + offset), Some(BatchToken { slot, offset }));
            }
        }
        for index in [0, 8191, 8192, (1 << 31) - 1, NONE] {
            assert_eq!(BatchToken::read(index), None, "{index}");
        }
    }
}
