//! Hu Qiye, Zhou Hao and Yu RuoXi 2024: how much data.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "hu",
    authors: words("Hu, Zhou and Yu 2024"),
    title: words("Exploring Grokking: Experimental and Mechanistic Investigations"),
    arxiv: "2412.10898",
    claim: words("The delay depends on the share of the data: with half of the table it is long, with more of it it vanishes."),
    watch: words(
        "With half of the pairs there is a plateau between the curves. With seven tenths of them the dashed curve comes right behind the solid one.",
    ),
    differs: words("The paper gives no learning rate; here it is 0.001, with a weight decay of 1."),
    arms: &[
        Arm {
            id: "hu",
            label: words("50 % of the pairs"),
            query: "train=0.5&lr=0.001&steps=6000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(6000), Expect::Delay(3.0)],
            probes: &[],
        },
        Arm {
            id: "hu-more",
            label: words("70 % of the pairs"),
            query: "train=0.7&lr=0.001&steps=6000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(6000)],
            probes: &[],
        },
    ],
    compare: &[Compare::Waits("hu", "hu-more", 1.5)],
};
