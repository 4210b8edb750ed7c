//! Wang et al. 2024: what follows from two facts.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Wang et al. 2024"),
    title: words("Grokked Transformers are Implicit Reasoners: A Mechanistic Journey to the Edge of Generalization"),
    arxiv: "2405.15071",
    gist: words("It puts two facts together, long after it has learnt both"),
    claim: words(
        "Asked what follows from two facts, a network first knows the answers it is shown by heart, and works out the others only much later; \
            the more questions there are for each fact, the sooner. About facts that it only ever met alone it works nothing out, however long it \
            trains; but which of two such has more of something, it can tell.",
    ),
    watch: words(
        "Test accuracy (dashed) starts to climb long after train accuracy (solid) is at 100 %, and gets there, too. Look inside at “Progress”: \
            the line “right out of distribution” stays where luck would have it, but rises in the set-up “Which has more”.",
    ),
    differs: words(
        "A world of 30 entities with 12 relations each instead of 2,000 with 20, or of 40 with 10 attributes, and two layers of width 64 instead of eight of 768; a higher \
            learning rate and more weight decay make minutes of what took days. A comparison has three answers: less, as much, more. There all \
            questions out of distribution were answered in the end; here about three in four are, after as many steps as a visitor may wait for.",
    ),
    since: words(
        "Abramov et al. 2025 (arXiv:2504.20752) bring it to real facts by adding invented ones, even wrong ones. Kohli et al. 2026 \
            (arXiv:2604.07822): networks that use the same layers again and again do combine facts that they only met alone.",
    ),
    ideas: &[Idea::Beyond, Idea::Data, Idea::Representation],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "wang",
    arms: &[
        Arm {
            id: "wang",
            label: words("Two hops, nine questions for each fact"),
            query: "task=two-hops&p=30&k=12&samples=3630&train=0.9&layers=2&width=64&mlp=256&norm=pre&lr=0.002&wd=0.3&batch=512&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(800), Expect::GrokkedBy(5000), Expect::Delay(4.0)],
            probes: &[Probe::OutOfDistribution(0.0, 0.1)],
            across: &[],
        },
        Arm {
            id: "wang-few",
            label: words("Half as many questions"),
            query: "task=two-hops&p=30&k=12&samples=3630&train=0.45&layers=2&width=64&mlp=256&norm=pre&lr=0.002&wd=0.3&batch=512&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(800)],
            probes: &[Probe::OutOfDistribution(0.0, 0.1)],
            across: &[],
        },
        Arm {
            id: "wang-comparison",
            label: words("Which has more"),
            query: "task=comparison&p=40&k=10&samples=12000&train=0.9&layers=2&width=64&mlp=256&norm=pre&lr=0.002&batch=512&stop=limit&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(5000)],
            probes: &[Probe::OutOfDistribution(0.95, 1.0)],
            across: &[],
        },
    ],
    compare: &[Compare::Sooner("wang", "wang-few", 1.5)],
};
