//! Prieto et al. 2025: the edge of numerical stability.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "prieto",
    authors: words("Prieto et al. 2025"),
    title: words("Grokking at the Edge of Numerical Stability"),
    arxiv: "2501.04697",
    claim: words(
        "Plain training makes the weights longer instead of better; with a gradient that is kept from doing so, a network groks without any weight decay.",
    ),
    watch: words(
        "Plain training knows its pairs and stays there. With ⊥Grad, which never makes the weights longer, the dashed curve follows the solid one at once.",
    ),
    differs: words(
        "The rounding of the softmax that the paper is named after takes longer than these runs, and StableMax had not grokked here after 4,900 steps; both are in the settings.",
    ),
    arms: &[
        Arm {
            id: "prieto",
            label: words("⊥Grad"),
            query: "p=113&model=mlp&layers=2&mlp=200&bias=false&init=torch&wd=0&beta2=0.99&eps=1e-25&warmup=0&precision=f32&filter=orthogonal&steps=600&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(500)],
            probes: &[],
        },
        Arm {
            id: "prieto-plain",
            label: words("Plain AdamW, no weight decay"),
            query: "p=113&model=mlp&layers=2&mlp=200&bias=false&init=torch&wd=0&beta2=0.99&eps=1e-25&warmup=0&precision=f32&steps=600&speed=0",
            then: None,
            expect: &[Expect::NotGrokkedBy(500)],
            probes: &[],
        },
    ],
    compare: &[Compare::Sooner("prieto", "prieto-plain", 2.0)],
};
