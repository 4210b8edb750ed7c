//! Nanda et al. 2023: addition modulo 113, understood down to the frequencies.

use crate::builds::words;
use crate::experiment::{Arm, Expect, Experiment, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Nanda et al. 2023"),
    title: words("Progress Measures for Grokking via Mechanistic Interpretability"),
    arxiv: "2301.05217",
    gist: words("It learns to add by turning on circles"),
    claim: words(
        "The network comes to add by turning on circles: a few frequencies carry everything it knows, and their circuit forms before the \
            test accuracy shows it.",
    ),
    watch: words(
        "Look inside the network at the embedding's frequencies: a few bars rise out of the noise. They rise while test \
            accuracy (dashed) still lies flat.",
    ),
    differs: words(
        "In the first set-up the learning rate is 0.01 instead of 0.001, so that it takes hundreds of steps instead of ten thousand; in the \
            second it is the paper’s, and the numbers and the network are about half as large. The paper gives no bounds for its measures: \
            one frequency explains from half of the neurons to nine tenths, five in six in the paper, and excluded loss rises to twice or \
            three times its lowest value.",
    ),
    since: words(
        "Zhong et al. 2023 (arXiv:2306.17844) found that networks can also learn a second way to add, the pizza, or both at once.",
    ),
    ideas: &[Idea::Representation],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "nanda",
    arms: &[
        Arm {
            id: "nanda",
            label: words("Addition modulo 113"),
            query: "p=113&train=0.3&steps=3000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(150), Expect::GrokkedBy(3000), Expect::Delay(3.0)],
            probes: &[Probe::Frequencies(3, 6), Probe::FormsFirst],
            across: &[],
        },
        Arm {
            id: "nanda-slow",
            label: words("At the paper’s learning rate, modulo 59"),
            query: "p=59&train=0.5&width=64&mlp=256&lr=0.001&steps=8000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(500), Expect::GrokkedBy(8000), Expect::Delay(3.0)],
            probes: &[
                Probe::Frequencies(3, 6),
                Probe::Explained(0.5),
                Probe::FormsFirst,
                Probe::FormsBelow,
                Probe::Replaces(1.5),
                Probe::Sharpens(0.1),
                Probe::CleansUp(0.1),
            ],
            across: &[],
        },
    ],
    compare: &[],
};
