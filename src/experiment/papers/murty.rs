//! Murty et al. 2023: rules of a language that come after its examples.

use crate::builds::words;
use crate::experiment::{Across, Arm, Expect, Experiment, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Murty et al. 2023"),
    title: words("Grokking of Hierarchical Structure in Vanilla Transformers"),
    arxiv: "2305.18741",
    gist: words("It asks by the first verb, and later by the main one"),
    claim: words(
        "Questions begin with the auxiliary of the main clause. Shown only questions in which that is also the first auxiliary of the sentence, a \
            network could follow either rule; long after it asks such questions without a mistake, it comes to follow the rule of the grammar \
            where the two differ. Networks of a middling depth do so best.",
    ),
    watch: words(
        "Test accuracy, which is that of a question’s first word, is near 100 % within 2,000 steps. Look inside at “Progress”: the line “right out of \
            distribution”, for questions in which the two rules differ, goes up and down between the rules; with positions it stays at about two in five.",
    ),
    differs: words(
        "Sentences of up to twelve words from a grammar of 45 words, two layers of width 32 instead of six of 512, and no vectors for \
            positions: with them, as in the second set-up, networks of this size follow the main clause less. Neither comes to rest at a \
            rule here, in 4,000 steps instead of 300,000; depths are compared by the mean of the last fifth of them: over seeds 0 to 2, \
            38 % with two layers, 78 % with four and 57 % with six. What comes of a seed also depends on rounding: on another processor \
            the three runs without positions ended at 91, 37 and 57 %. Attention becomes no sparser in either set-up. How nearly a \
            network is a tree is not measured.",
    ),
    since: words(
        "Ahuja et al. 2024 (arXiv:2404.16367): foretelling every word is what brings the rule about, where other aims of training often \
            fail. Qin et al. 2024 (arXiv:2412.04619): the data must have clauses inside clauses, and with less varied data seeds \
            disagree.",
    ),
    ideas: &[Idea::Beyond, Idea::Representation],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "murty",
    arms: &[
        Arm {
            id: "murty",
            label: words("Without vectors for positions"),
            query: "task=questions&samples=20000&train=0.95&layers=2&width=32&mlp=128&norm=pre&positions=none&lr=0.003&wd=0.3&batch=64&steps=4000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(3000)],
            probes: &[Probe::OutOfDistribution(0.8, 1.0), Probe::ApartLater(20), Probe::AttentionNarrows(0.2)],
            across: &[],
        },
        Arm {
            id: "murty-positions",
            label: words("With vectors for positions"),
            query: "task=questions&samples=20000&train=0.95&layers=2&width=32&mlp=128&norm=pre&lr=0.003&wd=0.3&batch=64&steps=4000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(3000)],
            probes: &[Probe::OutOfDistribution(0.0, 0.7), Probe::AttentionNarrows(0.2)],
            across: &[],
        },
        Arm {
            id: "murty-depth",
            label: words("Two, four and six layers"),
            query: "task=questions&samples=20000&train=0.95&width=32&mlp=128&norm=pre&positions=none&lr=0.003&wd=0.3&batch=64&steps=4000&stop=limit&sweep=layers:2|4|6&speed=0",
            then: None,
            expect: &[],
            probes: &[],
            across: &[Across::BestBetween(10)],
        },
    ],
    compare: &[],
};
