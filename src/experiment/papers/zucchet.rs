//! Zucchet et al. 2025: how facts about people are learnt.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Growth, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Zucchet et al. 2025"),
    title: words("How do language models learn facts? Dynamics, curricula and hallucinations"),
    arxiv: "2503.21676",
    gist: words("It knows what there is to know long before it knows anybody"),
    claim: words(
        "Facts about people are learnt in three stages: first which values there are, then nothing for a while, and only then who has which. \
            The wait in between is the longer, the more people there are: about their number to the power of 0.8. And as knowledge comes, so do \
            hallucinations: of what it was never told, the network becomes just as sure. What is taught later pushes out what was known.",
    ),
    watch: words(
        "The train loss (solid) falls to 2.77, which is that of a blind guess among 16 values, and waits there; then it falls again, while the \
            test loss (dashed) climbs high above. With nine times the people the wait is about seven times as long.",
    ),
    differs: words(
        "A name of three words and an attribute, instead of sentences about somebody; up to 2,250 people instead of 64,000, and two small \
            layers instead of eight. Facts for the test are of the same people, and were never shown. The power is \
            not the same everywhere: from 250 to 500 people it is about 0.5, from 1,000 to 4,500 about 1.1. The memory that forgets is the paper’s toy: 8,192 keys, 30 values and 256 \
            hidden units; we do not know the size of its keys, nor its batches, and take 100 numbers and 256.",
    ),
    since: words(
        "Gu et al. 2025 (arXiv:2505.18091): where facts about people are mixed into other text, they need a minimum share of it. Below \
            that hardly any are learnt, however long training is; above it many soon are.",
    ),
    ideas: &[Idea::Beyond, Idea::Data],
};

/// ln 16, the loss of a blind guess among as many values.
const BASELINE: f64 = 2.772_588_722_239_781;

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "zucchet",
    arms: &[
        Arm {
            id: "zucchet",
            label: words("2,250 people"),
            query: "task=people&p=16&k=4&samples=9000&train=0.95&layers=2&width=64&mlp=256&norm=pre&lr=0.001&wd=0.1&batch=256&steps=6000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::StaysAt(BASELINE, 3.0), Expect::MemorizedBy(6000), Expect::Hallucinates(BASELINE, 1.5)],
            probes: &[Probe::AttendsFirst(BASELINE, 0.6)],
            across: &[],
        },
        Arm {
            id: "zucchet-1000",
            label: words("1,000 people"),
            query: "task=people&p=16&k=4&samples=4000&train=0.95&layers=2&width=64&mlp=256&norm=pre&lr=0.001&wd=0.1&batch=256&steps=1500&stop=limit&speed=0",
            then: None,
            expect: &[Expect::StaysAt(BASELINE, 3.0), Expect::MemorizedBy(1500)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "zucchet-500",
            label: words("500 people"),
            query: "task=people&p=16&k=4&samples=2000&train=0.95&layers=2&width=64&mlp=256&norm=pre&lr=0.001&wd=0.1&batch=256&steps=800&stop=limit&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(800)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "zucchet-fewer",
            label: words("250 people"),
            query: "task=people&p=16&k=4&samples=1000&train=0.95&layers=2&width=64&mlp=256&norm=pre&lr=0.001&wd=0.1&batch=256&steps=500&stop=limit&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(500), Expect::Hallucinates(BASELINE, 1.5)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "zucchet-memory",
            label: words("A memory that forgets"),
            query: "task=memory&p=100&k=30&samples=16384&train=0.5&model=mlp&mlp=256&lr=0.003&wd=0&batch=256&at=2000%3Aswap%3Dtrue&stop=limit&speed=0",
            then: None,
            expect: &[Expect::AtFirst(&Expect::MemorizedBy(2000)), Expect::Forgets(0.5, 200)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[Compare::Grows(
        &["zucchet-fewer", "zucchet-500", "zucchet-1000", "zucchet"],
        Growth { examples: &[1000.0, 2000.0, 4000.0, 9000.0], nats: BASELINE, exponent: [0.55, 1.05] },
    )],
};
