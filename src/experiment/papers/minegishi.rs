//! Minegishi et al. 2023: grokking tickets.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Publication, Then};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Minegishi et al. 2023"),
    title: words("Bridging Lottery Ticket and Grokking: Understanding Grokking from Inner Structure of Networks"),
    arxiv: "2310.19470",
    gist: words("The right few weights learn without a wait"),
    claim: words(
        "What grokking takes so long to find is which weights to use: a network that starts anew with only the weights that became largest learns the rule without a wait.",
    ),
    watch: words(
        "It groks, and then it goes back to its initial weights, with four in ten of them. Where they are those that had grown largest, both accuracies rise almost together; the two others wait again.",
    ),
    differs: "",
    since: "",
    ideas: &[Idea::Representation, Idea::Data],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "minegishi",
    arms: &[
        Arm {
            id: "minegishi",
            label: words("Its 40 % largest weights"),
            query: "p=67&split=ordered&model=mlp&inputs=summed&embed=128&mlp=128&bias=false&init=fan-in&steps=6000&stop=limit&speed=0",
            then: Some(Then { after: 100, query: "ticket=0.4", label: words("x.") }),
            expect: &[Expect::AtFirst(&Expect::Delay(5.0)), Expect::Anew(&Expect::Together(2.0))],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "minegishi-random",
            label: words("As many, drawn by lot"),
            query: "p=67&split=ordered&model=mlp&inputs=summed&embed=128&mlp=128&bias=false&init=fan-in&steps=6000&stop=limit&speed=0",
            then: Some(Then { after: 100, query: "ticket=0.4&mask=random", label: words("x.") }),
            expect: &[Expect::AtFirst(&Expect::Delay(5.0))],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "minegishi-norm",
            label: words("All, made as small"),
            query: "p=67&split=ordered&model=mlp&inputs=summed&embed=128&mlp=128&bias=false&init=fan-in&steps=6000&stop=limit&speed=0",
            then: Some(Then { after: 100, query: "ticket=0.4&mask=norm", label: words("x.") }),
            expect: &[Expect::AtFirst(&Expect::Delay(5.0))],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[
        Compare::Delays("minegishi-random", "minegishi", 2.0),
        Compare::Delays("minegishi-norm", "minegishi", 2.0),
    ],
};
