//! Tasks without a formula: a table of chance, and a parity with too many inputs for a table.

use super::{Size, Task};

/// Every result is drawn at random: the control that can be memorised and never understood (Zhang et al. 2017).
pub static RANDOM: Task = Task {
    id: "random",
    label: "Random table",
    about: "Every result is drawn by lot: it can be learnt by heart, but there is no rule to find.",
    size: Size::Modulus,
    apply: None,
};

/// The product of the first k of n random signs (Merrill et al. 2023, section 3).
pub static PARITY: Task = Task {
    id: "parity",
    label: "Sparse parity",
    about: "Whether an even number of the first k bits is on; the other bits say nothing. Here rows of bits take the place of pairs, and the network is an MLP.",
    size: Size::Bits,
    apply: None,
};
