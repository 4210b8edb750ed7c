//! DeMoss et al. 2024: a network becomes complex while it memorises, and simple again when it groks.

use crate::builds::words;
use crate::experiment::{Arm, Expect, Experiment, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("DeMoss et al. 2024"),
    title: words("The Complexity Dynamics of Grokking"),
    arxiv: "2412.09810",
    gist: words("A network that groks can be compressed again"),
    claim: words(
        "Rounded as coarsely as the training pairs allow, and packed, the weights take more and more room while a network memorises, and \
            little again once it has grokked. Without weight decay they never shrink.",
    ),
    watch: words(
        "Look inside the network at “Progress” and press “Compressed size”: the line climbs while it memorises and falls as test accuracy \
            rises. In the other set-up it stays up.",
    ),
    differs: words(
        "One small layer modulo 47 with 40 % of the pairs, a learning rate of 0.01 and plain weight decay, instead of modulo 113 with 20 \
            %, 0.001, norms, noise on the weights and a penalty on their spectrum as well. The size is that of an entropy code of the \
            rounded numbers, where the paper takes bzip2; the coarsest rounding is searched one cut of the spectrum at a time, and the \
            training loss may grow by 1. Effective ranks are under “Weights” in the look inside.",
    ),
    since: words(
        "By other measures, Manning-Coe et al. 2025 (arXiv:2502.01739) find that networks trained steadily can be compressed up to five \
            times as far as grokked ones, and Singh et al. 2026 (arXiv:2602.06702) that generalising comes with features that can be \
            compressed.",
    ),
    ideas: &[Idea::Representation, Idea::Decay],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "demoss",
    arms: &[
        Arm {
            id: "demoss",
            label: words("With weight decay"),
            query: "p=47&width=64&mlp=256&steps=3000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(200), Expect::GrokkedBy(3000), Expect::Delay(3.0)],
            probes: &[Probe::SimplerAgain(10.0, 0.5)],
            across: &[],
        },
        Arm {
            id: "demoss-none",
            label: words("Without weight decay"),
            query: "p=47&width=64&mlp=256&wd=0&steps=3000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(200), Expect::NotGrokkedBy(3000)],
            probes: &[Probe::StaysComplex(0.2)],
            across: &[],
        },
    ],
    compare: &[],
};
