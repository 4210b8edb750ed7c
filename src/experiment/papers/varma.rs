//! Varma et al. 2023: ungrokking.

use crate::builds::words;
use crate::experiment::{Arm, Expect, Experiment, Idea, Publication, Then};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Varma et al. 2023"),
    title: words("Explaining Grokking Through Circuit Efficiency"),
    arxiv: "2309.02390",
    gist: words("Shown too little, a network forgets the rule again"),
    claim: words(
        "The rule wins because it is cheaper than a long list; if the list is made short enough, a network that had grokked forgets the \
            rule again.",
    ),
    watch: words(
        "It groks, and then it goes on with a part of its training pairs. With 280 of them test accuracy (dashed) sinks again; with 4,000 \
            it stays where it is.",
    ),
    differs: words(
        "Modulo 97 instead of 113, and a learning rate of 0.01 instead of 0.001. Semi-grokking, a network near the critical number of pairs \
            that stays half right, is not here: in the paper it takes ten million steps.",
    ),
    since: words(
        "Huang et al. 2024 (arXiv:2402.15175) extend the contest of rule and list to networks of different sizes: size and amount of data \
            together decide between four courses of training.",
    ),
    ideas: &[Idea::Data, Idea::Decay],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "varma",
    arms: &[
        Arm {
            id: "varma",
            label: words("Groks, then keeps 280 pairs"),
            query: "train=0.5&steps=2000&stop=limit&speed=0",
            then: Some(Then {
                after: 100,
                query: "subset=0.06",
                label: words("After grokking it sees 6 % of its training pairs."),
            }),
            expect: &[Expect::GrokkedBy(1500), Expect::Ungroks(0.5)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "varma-enough",
            label: words("Groks, then keeps 4,000 pairs"),
            query: "train=0.5&steps=2000&stop=limit&speed=0",
            then: Some(Then {
                after: 100,
                query: "subset=0.85",
                label: words("After grokking it sees 85 % of its training pairs."),
            }),
            expect: &[Expect::GrokkedBy(1500), Expect::TestEnds(0.95, 1.0)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[],
};
