//! Power et al. 2022: the original observation, on division modulo 97.

use crate::builds::words;
use crate::experiment::{Arm, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Power et al. 2022"),
    title: words("Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets"),
    arxiv: "2201.02177",
    gist: words("Understanding can come long after memorising"),
    claim: words("A network can learn the rule of a table long after it has memorised its part of it."),
    watch: words(
        "Train accuracy (solid) is at 100 % early, and for a long time nothing else seems to happen. Then test accuracy (dashed) \
            follows, and test loss, which had risen far above guessing, falls.",
    ),
    differs: words(
        "The input is x, y and =, without the paper’s tokens for the operation and the end; there are biases, and positions have vectors \
            that are learnt instead of waves.",
    ),
    since: words(
        "Whether weight decay is needed has been contested since: Gromov 2023, Kumar et al. 2023 and Prieto et al. 2025 see grokking \
            without it.",
    ),
    ideas: &[Idea::Data, Idea::Decay],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "power",
    arms: &[Arm {
        id: "power",
        label: words("Division, two layers"),
        query: "task=x/y&train=0.5&layers=2&norm=post&lr=0.001&batch=512&steps=15000&speed=0",
        then: None,
        expect: &[Expect::MemorizedBy(2000), Expect::GrokkedBy(15_000), Expect::Delay(2.0), Expect::Hump(2.0)],
        probes: &[],
        across: &[],
    }],
    compare: &[],
};
