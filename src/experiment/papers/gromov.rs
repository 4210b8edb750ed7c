//! Gromov 2023: weights that can be written down.

use crate::builds::words;
use crate::experiment::{Arm, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Gromov 2023"),
    title: words("Grokking Modular Arithmetic"),
    arxiv: "2301.02679",
    gist: words("The weights of a network that adds can be written down"),
    claim: words(
        "A quadratic network groks addition without any regularisation, and its weights can be written down: waves of every frequency \
            with matching phases.",
    ),
    watch: words(
        "With the written weights the network is right from step 0, before any training. The trained one finds such waves by \
            itself, without weight decay.",
    ),
    differs: words("It is trained by AdamW without weight decay instead of plain gradient descent."),
    since: words(
        "Hu, Zhou and Yu 2024 (arXiv:2412.10898) did not see MLPs grok with the encoding they used; with two-hot inputs, as here, they do.",
    ),
    ideas: &[Idea::Representation, Idea::Optimiser],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "gromov",
    arms: &[
        Arm {
            id: "gromov",
            label: words("Written weights"),
            query: "train=0.49&model=mlp&mlp=500&activation=quadratic&bias=false&init=analytic&lr=0&wd=0&loss=mse&steps=1&stop=limit",
            then: None,
            expect: &[Expect::GrokkedBy(0), Expect::TestEnds(0.995, 1.0), Expect::TrainEnds(0.995, 1.0)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "gromov-trained",
            label: words("Trained, no weight decay"),
            query: "train=0.49&model=mlp&mlp=500&activation=quadratic&bias=false&init=cube-root&wd=0&loss=mse&steps=3000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(3000)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[],
};
