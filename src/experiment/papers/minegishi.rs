//! Minegishi et al. 2023: grokking tickets.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Publication, Then};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Minegishi et al. 2023"),
    title: words("Bridging Lottery Ticket and Grokking: Understanding Grokking from Inner Structure of Networks"),
    arxiv: "2310.19470",
    gist: words("Begun anew with the right weights, it need not wait"),
    claim: words(
        "What takes a network so long is to find which of its weights to use: with only those that are largest after grokking, but at \
            their initial values, it learns the rule without a wait, and smaller weights or fewer of them are not enough.",
    ),
    watch: words(
        "It groks, and 500 steps later it goes back to its initial weights. With the 40 % that had become largest, test accuracy (dashed) \
            now comes right behind train accuracy (solid); with as many drawn by lot, or with all of them made smaller, the wait is back.",
    ),
    differs: words(
        "Weight decay is 2 instead of 1, and half of the pairs are shown instead of 40 %, so that it takes thousands of steps instead of \
            tens of thousands. Memorised means 99 % of the training pairs instead of 95 %.",
    ),
    since: words(
        "He et al. 2026 (arXiv:2602.16849) explain it for modular addition: in each neuron waves of different frequencies compete, and \
            its initial weights settle which of them wins.",
    ),
    ideas: &[Idea::Representation],
};

/// How many times as late as it memorises a network must grok before, and may at most with its ticket.
const DELAYED: Expect = Expect::AtFirst(&Expect::Delay(5.0));
const AT_ONCE: Expect = Expect::Anew(&Expect::Together(2.0));

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "minegishi",
    arms: &[
        Arm {
            id: "minegishi",
            label: words("Anew with its largest weights"),
            query: "p=67&split=ordered&train=0.5&model=mlp&mlp=48&inputs=summed&embed=500&unembed=500&bias=false&init=fan-in&initembed=0.85&lr=0.001&wd=2&steps=6000&stop=limit&speed=0",
            then: Some(Then {
                after: 500,
                query: "ticket=0.4",
                label: words("After grokking it begins anew, with the 40 % of its initial weights that have become largest."),
            }),
            expect: &[DELAYED, AT_ONCE],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "minegishi-random",
            label: words("Anew with as many at random"),
            query: "p=67&split=ordered&train=0.5&model=mlp&mlp=48&inputs=summed&embed=500&unembed=500&bias=false&init=fan-in&initembed=0.85&lr=0.001&wd=2&steps=6000&stop=limit&speed=0",
            then: Some(Then {
                after: 500,
                query: "ticket=0.4&mask=random",
                label: words("After grokking it begins anew, with 40 % of its initial weights, drawn by lot."),
            }),
            expect: &[DELAYED],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "minegishi-norm",
            label: words("Anew with all, but smaller"),
            query: "p=67&split=ordered&train=0.5&model=mlp&mlp=48&inputs=summed&embed=500&unembed=500&bias=false&init=fan-in&initembed=0.85&lr=0.001&wd=2&steps=6000&stop=limit&speed=0",
            then: Some(Then {
                after: 500,
                query: "ticket=0.4&mask=norm",
                label: words(
                    "After grokking it begins anew, with all initial weights, made as small as the largest 40 % are together.",
                ),
            }),
            expect: &[DELAYED],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[Compare::Delays("minegishi-random", "minegishi", 2.0), Compare::Delays("minegishi-norm", "minegishi", 2.0)],
};
