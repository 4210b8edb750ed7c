//! Lee et al. 2024: amplify what changes slowly.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Lee et al. 2024"),
    title: words("Grokfast: Accelerated Grokking by Amplifying Slow Gradients"),
    arxiv: "2405.20233",
    gist: words("Amplify what changes slowly, and it groks sooner"),
    claim: words("Amplifying the slow part of the gradient makes grokking many times faster than with Adam alone."),
    watch: words(
        "With the filter, test accuracy (dashed) follows within hundreds of steps. Against AdamW with a weight decay of 1, which the \
            paper does not compare with, there is little left of the advantage.",
    ),
    differs: words("One layer instead of two, so that the comparison can be watched."),
    since: words(
        "The paper compares with Adam without weight decay. NeuralGrok (arXiv:2504.17243) finds the exponential average unstable; compare \
            it here with AdamW.",
    ),
    ideas: &[Idea::Optimiser],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "grokfast",
    arms: &[
        Arm {
            id: "grokfast",
            label: words("Moving average (EMA)"),
            query: "task=x*y&train=0.5&activation=gelu&norm=pre&optimizer=adam&lr=0.001&wd=0.005&batch=512&filter=grokfast-ema&steps=3000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(3000)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "grokfast-ma",
            label: words("Moving mean (MA)"),
            query: "task=x*y&train=0.5&activation=gelu&norm=pre&optimizer=adam&lr=0.001&wd=0.01&batch=512&filter=grokfast-ma&amplify=5&steps=3000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(3000)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "grokfast-adam",
            label: words("Adam alone"),
            query: "task=x*y&train=0.5&activation=gelu&norm=pre&optimizer=adam&lr=0.001&wd=0&batch=512&steps=8000&speed=0",
            then: None,
            expect: &[],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "grokfast-adamw",
            label: words("AdamW, weight decay 1"),
            query: "task=x*y&train=0.5&activation=gelu&norm=pre&lr=0.001&batch=512&steps=3000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(3000)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[Compare::Sooner("grokfast", "grokfast-adam", 5.0), Compare::Sooner("grokfast-ma", "grokfast-adam", 5.0)],
};
