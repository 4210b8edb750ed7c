//! Prieto et al. 2025: the edge of numerical stability.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Prieto et al. 2025"),
    title: words("Grokking at the Edge of Numerical Stability"),
    arxiv: "2501.04697",
    gist: words("Networks can grok without any weight decay"),
    claim: words(
        "Without weight decay, training makes the weights longer instead of better, until the softmax rounds all but one number away and \
            learning breaks down. With a gradient or a softmax that prevents this, a network groks without any weight decay.",
    ),
    watch: words(
        "Plain training knows its pairs and stays there, and with ⊥Grad test accuracy (dashed) follows at once. In the set-ups about the softmax, \
            watch its collapse under “Progress”: in 16 bits it comes at once, in 32 bits later; StableMax instead groks.",
    ),
    differs: words(
        "The set-ups about the softmax have p = 59, 70 % of the pairs and a learning rate of 0.03: there StableMax groks after thousands of \
            steps, not tens of thousands. The 16 bits are emulated.",
    ),
    since: words(
        "Truong 2026 (arXiv:2606.18465) supports the cause: with cross-entropy, large weights delay grokking because they make the \
            outputs large and saturate the softmax. With the outputs divided, most of the delay is gone, though the weights are as large \
            as before.",
    ),
    ideas: &[Idea::Optimiser],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "prieto",
    arms: &[
        Arm {
            id: "prieto",
            label: words("⊥Grad"),
            query: "p=113&model=mlp&layers=2&mlp=200&bias=false&init=torch&wd=0&beta2=0.99&eps=1e-25&warmup=0&precision=f32&filter=orthogonal&steps=600&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(500)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "prieto-plain",
            label: words("Plain AdamW, no weight decay"),
            query: "p=113&model=mlp&layers=2&mlp=200&bias=false&init=torch&wd=0&beta2=0.99&eps=1e-25&warmup=0&precision=f32&steps=600&speed=0",
            then: None,
            expect: &[Expect::NotGrokkedBy(500)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "prieto-f16",
            label: words("Softmax in 16 bits"),
            query: "p=59&train=0.7&model=mlp&layers=2&mlp=200&bias=false&init=torch&lr=0.03&wd=0&eps=1e-25&warmup=0&precision=f16&steps=500&speed=0",
            then: None,
            expect: &[Expect::CollapsesBy(0.5, 200)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "prieto-f32",
            label: words("Softmax in 32 bits"),
            query: "p=59&train=0.7&model=mlp&layers=2&mlp=200&bias=false&init=torch&lr=0.03&wd=0&eps=1e-25&warmup=0&precision=f32&steps=2500&speed=0",
            then: None,
            expect: &[Expect::StandsUntil(0.5, 500), Expect::CollapsesBy(0.5, 1500), Expect::NotGrokkedBy(2500)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "prieto-stablemax",
            label: words("StableMax instead"),
            query: "p=59&train=0.7&model=mlp&layers=2&mlp=200&bias=false&init=torch&lr=0.03&wd=0&eps=1e-25&warmup=0&loss=stablemax&precision=f32&steps=2500&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(2000)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[Compare::Sooner("prieto", "prieto-plain", 2.0), Compare::Sooner("prieto-stablemax", "prieto-f32", 1.5)],
};
