//! Kumar et al. 2023: from lazy to rich.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Kumar et al. 2023"),
    title: words("Grokking as the Transition from Lazy to Rich Training Dynamics"),
    arxiv: "2310.06110",
    gist: words("The scale of the output sets how long the wait is"),
    claim: words(
        "Grokking is a network that first fits its data without changing its features, and later changes them: the scale of its output \
            sets the delay, without weight decay.",
    ),
    watch: words(
        "With a large output scale train accuracy (solid) is done at once and test accuracy (dashed) waits. With a small \
            one they climb together.",
    ),
    differs: words("As in the paper, the learning rate is divided by the square of the scale, so that both learn equally fast."),
    since: words(
        "Mohamadi et al. 2024 (arXiv:2407.12332) support it for modular addition with a proof. In transformers Singh et al. 2026 \
            (arXiv:2602.06702) see features change all through training, and the scale mixed up with learning rate and weight decay.",
    ),
    ideas: &[Idea::Optimiser, Idea::Representation],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "kumar",
    arms: &[
        Arm {
            id: "kumar",
            label: words("Lazy: output scale 8"),
            query: "p=23&train=0.9&model=mlp&mlp=100&bias=false&alpha=8&init=torch&optimizer=sgd&lr=1.5&wd=0&beta1=0&warmup=0&loss=mse&steps=10000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(10_000), Expect::Delay(2.0)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "kumar-rich",
            label: words("Rich: output scale 1"),
            query: "p=23&train=0.9&model=mlp&mlp=100&bias=false&init=torch&optimizer=sgd&lr=100&wd=0&beta1=0&warmup=0&loss=mse&steps=10000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(10_000)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[Compare::Waits("kumar", "kumar-rich", 5.0)],
};
