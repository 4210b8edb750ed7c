//! The table of chance.

use super::{Size, Task};

/// Every result is drawn at random: the control that can be memorised and never understood (Zhang et al. 2017).
pub static RANDOM: Task = Task {
    id: "random",
    label: "Random table",
    about: "Every result is drawn by lot: it can be learnt by heart, but there is no rule to find.",
    size: Size::Modulus,
    apply: None,
    rows: None,
    chain: None,
};
