//! Hu Qiye, Zhou Hao and Yu RuoXi 2024: how much data.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Hu, Zhou and Yu 2024"),
    title: words("Exploring Grokking: Experimental and Mechanistic Investigations"),
    arxiv: "2412.10898",
    gist: words("The more data, the shorter the wait"),
    claim: words("How long the wait is depends on the share of the data: long with half of the table, gone with more of it."),
    watch: words(
        "With half of the pairs there is a long wait between the two curves. With seven tenths of them, test accuracy (dashed) comes \
            right behind train accuracy (solid).",
    ),
    differs: words("The paper gives no learning rate; here it is 0.001, with a weight decay of 1."),
    since: words(
        "Mohamadi et al. 2024 (arXiv:2407.12332) prove why the share matters: early in training a network cannot generalise unless it \
            sees a fixed share of all pairs; once its features change, it needs far fewer.",
    ),
    ideas: &[Idea::Optimiser],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "hu",
    arms: &[
        Arm {
            id: "hu",
            label: words("50 % of the pairs"),
            query: "train=0.5&lr=0.001&steps=6000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(6000), Expect::Delay(3.0)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "hu-more",
            label: words("70 % of the pairs"),
            query: "train=0.7&lr=0.001&steps=6000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(6000)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[Compare::Waits("hu", "hu-more", 1.5)],
};
