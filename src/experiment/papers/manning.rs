//! Manning-Coe et al. 2025: two roads to the same features.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Manning-Coe et al. 2025"),
    title: words("Grokking vs. Learning: Same Features, Different Encodings"),
    arxiv: "2502.01739",
    gist: words("From small weights, there is hardly a wait"),
    claim: words("The scale of the initial weights decides whether a network groks or learns steadily."),
    watch: words(
        "From large weights, test accuracy (dashed) still waits when train accuracy (solid) is done. From small weights the two climb \
            almost together.",
    ),
    differs: words("The paper's width, learning rate and weight decay were not found; here they are 256, 0.001 and 0.1."),
    since: words(
        "Truong et al. 2026 (arXiv:2606.13753) held the size of the weights fixed all through training: the wait grows exponentially with \
            it, and larger weights delay grokking but do not prevent it.",
    ),
    ideas: &[Idea::Representation],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "manning",
    arms: &[
        Arm {
            id: "manning",
            label: words("Initial weights × 1"),
            query: "p=113&train=0.7&model=mlp&mlp=256&bias=false&init=torch&lr=0.001&wd=0.1&steps=10000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(10_000), Expect::Delay(1.5)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "manning-small",
            label: words("Initial weights × 0.1"),
            query: "p=113&train=0.7&model=mlp&mlp=256&bias=false&init=torch&initscale=0.1&lr=0.001&wd=0.1&steps=10000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(10_000)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[Compare::Waits("manning", "manning-small", 2.0)],
};
