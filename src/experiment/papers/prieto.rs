//! Prieto et al. 2025: the edge of numerical stability.

use crate::experiment::{Arm, Compare, Expect, Experiment};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "prieto",
    authors: "Prieto et al. 2025",
    title: "Grokking at the Edge of Numerical Stability",
    arxiv: "2501.04697",
    claim: "Without regularisation a network stops learning because its softmax rounds to certainty; a loss that cannot, or a gradient that does not grow the weights, groks without weight decay.",
    watch: "Plain training stalls once the loss is rounded to zero. With ⊥Grad, which never makes the weights longer, the dashed curve follows within hundreds of steps.",
    differs: "",
    arms: &[
        Arm {
            id: "prieto",
            label: "⊥Grad",
            query: "p=113&model=mlp&layers=2&mlp=200&bias=false&init=torch&wd=0&beta2=0.99&eps=1e-25&warmup=0&precision=f32&filter=orthogonal&steps=1000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(500)],
        },
        Arm {
            id: "prieto-plain",
            label: "Plain AdamW, no weight decay",
            query: "p=113&model=mlp&layers=2&mlp=200&bias=false&init=torch&wd=0&beta2=0.99&eps=1e-25&warmup=0&precision=f32&steps=1000&speed=0",
            then: None,
            expect: &[Expect::NotGrokkedBy(500)],
        },
        Arm {
            id: "prieto-stablemax",
            label: "StableMax",
            query: "p=113&model=mlp&layers=2&mlp=200&bias=false&init=torch&wd=0&beta2=0.999&eps=1e-25&warmup=0&loss=stablemax&steps=10000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(10_000)],
        },
    ],
    compare: &[Compare::Sooner("prieto", "prieto-plain", 2.0)],
};
