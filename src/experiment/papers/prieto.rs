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
        "Without regularisation a network stops learning because its softmax rounds to certainty; kept from growing its weights along themselves, it groks without weight decay.",
    ),
    watch: words(
        "Plain training stalls once the loss is rounded to zero. With ⊥Grad, which never makes the weights longer, the dashed curve follows within hundreds of steps.",
    ),
    differs: words(
        "The paper's other remedy, StableMax, had not grokked here after 4,900 steps; it is among the losses in the settings.",
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
            expect: &[Expect::NotGrokkedBy(500), Expect::Collapses(0.5)],
            probes: &[],
        },
    ],
    compare: &[Compare::Sooner("prieto", "prieto-plain", 2.0)],
};
