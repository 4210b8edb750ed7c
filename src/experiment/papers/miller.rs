//! Miller, O'Neill and Bui 2023: bits that say nothing.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Concealment, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Miller, O’Neill and Bui 2023"),
    title: words("Grokking Beyond Neural Networks: An Empirical Exploration with Model Complexity"),
    arxiv: "2310.17247",
    gist: words("Every input that says nothing makes the wait longer"),
    claim: words(
        "Inputs that say nothing conceal the rule: the wait between memorising and generalising grows with their number, and \
            exponentially.",
    ),
    watch: words(
        "With 20 random bits behind the two numbers, test accuracy (dashed) follows train accuracy (solid) after some hundred steps. \
            With 10 more the wait is about three times as long, and with another 10 about three times that.",
    ),
    differs: words(
        "Of the paper’s six operations, modulo 7 as here, this is addition, in up to 20,000 steps instead of about 9,400. Where the paper \
            does without a network, with linear regression and a Gaussian process, there is a figure below the papers. Seeds 3 to 5 come \
            out the same.",
    ),
    since: words(
        "Xu, Vardi and Safran 2026 (arXiv:2601.19791) prove that linear regression with weight decay groks, say how long it waits at \
            least and at most, and make the wait longer or none by the choice of settings.",
    ),
    ideas: &[Idea::Data, Idea::Beyond],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "miller",
    arms: &[
        Arm {
            id: "miller",
            label: words("40 random bits"),
            query: "task=hidden-sum&p=54&k=7&samples=800&train=0.75&model=mlp&mlp=1000&init=torch&optimizer=sgd&lr=0.1&wd=0.01&beta1=0&warmup=0&batch=32&steps=20000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(15_000), Expect::Delay(3.0)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "miller-30",
            label: words("30 random bits"),
            query: "task=hidden-sum&p=44&k=7&samples=800&train=0.75&model=mlp&mlp=1000&init=torch&optimizer=sgd&lr=0.1&wd=0.01&beta1=0&warmup=0&batch=32&steps=20000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(10_000), Expect::Delay(1.5)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "miller-20",
            label: words("20 random bits"),
            query: "task=hidden-sum&p=34&k=7&samples=800&train=0.75&model=mlp&mlp=1000&init=torch&optimizer=sgd&lr=0.1&wd=0.01&beta1=0&warmup=0&batch=32&steps=20000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(5000)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[
        Compare::Waits("miller", "miller-30", 1.5),
        Compare::Waits("miller-30", "miller-20", 1.5),
        // Twice the bits: a wait that grew with their square would be four times as long.
        Compare::Waits("miller", "miller-20", 5.0),
        Compare::Conceals(&["miller-20", "miller-30", "miller"], Concealment { inputs: &[20.0, 30.0, 40.0], correlation: 0.9 }),
    ],
};
