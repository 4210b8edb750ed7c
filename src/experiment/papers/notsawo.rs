//! Notsawo et al. 2023: whether early swings of the loss foretell grokking.

use crate::builds::words;
use crate::experiment::{Across, Arm, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Notsawo et al. 2023"),
    title: words("Predicting Grokking Long Before it Happens: A look into the loss landscape of models which grok"),
    arxiv: "2306.13253",
    gist: words("How much the loss swings early on foretells grokking"),
    claim: words(
        "How much the train loss oscillates in the first few hundred steps foretells whether a network will grok: over learning rate and \
            weight decay, the map of the one looks like the map of the other.",
    ),
    watch: words(
        "Choose “Train them all” under “Many runs”: 25 networks, of which each cell of the diagram is one. Compare the colours of \
            “Early swings of the train loss” with those of “Test accuracy at the end”.",
    ),
    differs: words(
        "One small layer modulo 31 and 2,000 steps instead of two layers modulo 97, which share embedding and unembedding and see each \
            pair in one order, and 10,000; learning rates from 0.0003 to 0.005 and weight decay to 4 instead of 5. In so few steps one to \
            three of the 25 networks grok, so what is compared is how many test pairs each gets right in the end. The paper compares two \
            maps by eye; here it is a rank correlation. At most learning rates, more weight decay made the loss swing less and more test \
            pairs right; at most weight decays, a higher learning rate made it swing more, and more of them right as well.",
    ),
    since: words(
        "Wang, Ying and Kanamori 2026 (arXiv:2605.08237) also tell runs that will grok from others before test accuracy rises, by another \
            signal (right in about 93 of 100 comparisons), and warn that it is no warning for every case.",
    ),
    ideas: &[Idea::Optimiser],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "notsawo",
    arms: &[Arm {
        id: "notsawo",
        label: words("25 networks"),
        query: "p=31&train=0.5&width=32&heads=2&mlp=128&steps=2000&stop=limit&sweep=lr:0.0003..0.005:5:log,wd:0..4:5&speed=0",
        then: None,
        expect: &[],
        probes: &[],
        across: &[Across::Foretold(0.5)],
    }],
    compare: &[],
};
