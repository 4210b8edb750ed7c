//! Liu et al. 2022: what a network that adds understands is in the parallelograms of its numbers.

use crate::builds::words;
use crate::experiment::{Arm, Expect, Experiment, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Liu et al. 2022"),
    title: words("Towards Understanding Grokking: An Effective Theory of Representation Learning"),
    arxiv: "2205.10343",
    gist: words("Numbers fall into line, or a list is learnt"),
    claim: words(
        "A network that adds understands as far as the vectors of its numbers form parallelograms, as on a line with equal steps. Where what \
            follows them is trained slowly, they come to do so; where it is trained fast, it learns a list before they can.",
    ),
    watch: words(
        "Look inside the network at “Progress”: with a slow decoder the realised parallelograms (RQI) become more, and test accuracy rises as \
            they predict. With a fast one every training pair is right soon, and neither ever rises.",
    ),
    differs: words(
        "The numbers 0 to 13 instead of 0 to 9, with 80 % of the pairs instead of 82 %; cross-entropy over the sums instead of random \
            vectors for them; 64 neurons in each layer instead of 200; and 3,000 steps instead of 5,000, with ten times the embedding’s \
            rate and three times that of the slow decoder. The paper’s theory of how the vectors move is not computed.",
    ),
    since: words(
        "Xu et al. 2025 (arXiv:2504.13292) confirm how much the numbers’ vectors matter: a large network that begins with those that a \
            smaller one has learnt generalises without a delay.",
    ),
    ideas: &[Idea::Representation],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "liu",
    arms: &[
        Arm {
            id: "liu",
            label: words("A slow decoder"),
            query: "task=plain-sum&p=14&split=ordered&train=0.8&model=mlp&layers=2&mlp=64&inputs=summed&embed=1&activation=tanh&init=torch&lrdecoder=0.03&wd=0&warmup=0&steps=3000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::TestEnds(0.75, 1.0)],
            probes: &[Probe::Parallelograms(0.5, 1.0), Probe::Predicted(0.2)],
            across: &[],
        },
        Arm {
            id: "liu-fast",
            label: words("A fast decoder"),
            query: "task=plain-sum&p=14&split=ordered&train=0.8&model=mlp&layers=2&mlp=64&inputs=summed&embed=1&activation=tanh&init=torch&wd=0&warmup=0&steps=3000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(3000), Expect::TestEnds(0.0, 0.5)],
            probes: &[Probe::Parallelograms(0.0, 0.3), Probe::Predicted(0.2)],
            across: &[],
        },
    ],
    compare: &[],
};
