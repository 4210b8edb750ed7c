//! Liu, Michaud and Tegmark 2022: the weight norm decides.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Liu, Michaud and Tegmark 2022"),
    title: words("Omnigrok: Grokking Beyond Algorithmic Data"),
    arxiv: "2210.01117",
    gist: words("Hold the size of the weights, and there is no wait"),
    claim: words("A network whose weight norm is held at a good value learns rule and table together: there is no delay."),
    watch: words(
        "With the norm held, train and test accuracy climb side by side. Free, with weight decay, the network knows its pairs even \
            earlier, and a thousand steps later it still knows no others.",
    ),
    differs: words("The learning rate is 0.003 instead of 0.001 in both arms."),
    since: words("A later law agrees: the delay is proportional to 1 / (learning rate · weight decay) (arXiv:2603.13331)."),
    ideas: &[Idea::Decay],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "omnigrok",
    arms: &[
        Arm {
            id: "omnigrok",
            label: words("Norm held at 0.8 of its initial value"),
            query: "p=113&train=0.3&lr=0.003&wd=0&sphere=0.8&steps=3000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(1000), Expect::Together(3.0)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "omnigrok-free",
            label: words("Free, with weight decay"),
            query: "p=113&train=0.3&lr=0.003&steps=1000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(150), Expect::NotGrokkedBy(1000)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[Compare::Sooner("omnigrok", "omnigrok-free", 3.0)],
};
