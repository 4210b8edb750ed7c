//! Doshi et al. 2023: grokking in a second, and wrong labels.

use crate::builds::words;
use crate::experiment::{Arm, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Doshi et al. 2023"),
    title: words("To Grok or not to Grok: Disentangling Generalization and Memorization on Corrupted Algorithmic Datasets"),
    arxiv: "2310.13061",
    gist: words("Grok in a second, and learn the rule despite wrong labels"),
    claim: words(
        "Rule and list can live in one network: with wrong labels among its data it learns the rule and remembers the exceptions, and \
            with more weight decay it forgets the exceptions.",
    ),
    watch: words(
        "Clean data is remembered within twenty steps and understood after eighty. With a third of the labels wrong, weight decay \
            decides whether train accuracy (solid) reaches 100 % or only the share of right labels.",
    ),
    differs: words(
        "For a CPU to grok in a second, the first run has 47 instead of 97 numbers, 256 instead of 500 hidden units, and 40 % of the \
            table instead of half.",
    ),
    since: words(
        "Swaroop 2026 (arXiv:2603.23784) took a network trained on noisy data that answered 0.23 % rightly: with the frequencies and \
            phases read off its weights and drawn as clean waves, 95.5 % are right.",
    ),
    ideas: &[Idea::Data, Idea::Representation],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "doshi",
    arms: &[
        Arm {
            id: "doshi",
            label: words("Grok in a second"),
            query: "p=47&model=mlp&mlp=256&activation=quadratic&bias=false&init=cube-root&wd=5&warmup=0&loss=mse&steps=200&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(24), Expect::GrokkedBy(100), Expect::Delay(3.0), Expect::TestEnds(0.99, 1.0)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "doshi-both",
            label: words("35 % wrong labels, all remembered"),
            query: "train=0.5&noise=0.35&model=mlp&mlp=500&activation=quadratic&bias=false&init=cube-root&wd=0&warmup=0&loss=mse&steps=1000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::TrainEnds(0.95, 1.0), Expect::TestEnds(0.95, 1.0)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "doshi-rule",
            label: words("35 % wrong labels, refused"),
            query: "train=0.5&noise=0.35&model=mlp&mlp=500&activation=quadratic&bias=false&init=cube-root&wd=15&warmup=0&loss=mse&steps=500&stop=limit&speed=0",
            then: None,
            expect: &[Expect::TrainEnds(0.6, 0.7), Expect::TestEnds(0.99, 1.0)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[],
};
