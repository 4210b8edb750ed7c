//! Carvalho et al. 2025: subclasses that training shows too rarely.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Carvalho et al. 2025"),
    title: words("Grokking Explained: A Statistical Phenomenon"),
    arxiv: "2502.01774",
    gist: words("What is shown too rarely is understood late, or never"),
    claim: words(
        "A part of each class that training shows too rarely makes a network generalise late; if training does not show it at all, and \
            nothing else tells of it, the network never does.",
    ),
    watch: words(
        "The training points are known soon, and test accuracy (dashed) rises long after, the later the rarer the second half of each \
            class is. Without a single point of it, it stays between one half and three quarters: it knows one half and guesses at the other.",
    ),
    differs: words(
        "Coordinates and spread, which we do not know of the paper, are 100 and 0.12; the learning rate is 0.003 instead of 0.001, and \
            weight decay 1 instead of 0.0001, so that it takes hundreds of steps. There are 1,600 points for the test instead of 10,000, \
            and the paper’s other kind of subclasses, of which one tells of the next, is not run.",
    ),
    since: words(
        "Singh, Belilovsky and Aljundi 2025 (arXiv:2511.04760): where examples of a kind are too few to be grokked at all, a network \
            still learns it from another one that has grokked a different kind.",
    ),
    ideas: &[Idea::Data, Idea::Beyond],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "carvalho",
    arms: &[
        Arm {
            id: "carvalho",
            label: words("One rare point for five others"),
            query: "task=subclasses&p=100&k=4&samples=2000&spread=0.12&train=0.2&model=mlp&layers=2&mlp=200&init=torch&initscale=8&lr=0.003&beta2=0.999&warmup=0&loss=mse&steps=3000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(300), Expect::GrokkedBy(1500), Expect::Delay(2.0)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "carvalho-rarer",
            label: words("One for twenty"),
            query: "task=subclasses&p=100&k=4&samples=2000&rare=0.05&spread=0.12&train=0.2&model=mlp&layers=2&mlp=200&init=torch&initscale=8&lr=0.003&beta2=0.999&warmup=0&loss=mse&steps=3000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(300), Expect::GrokkedBy(1500), Expect::Delay(3.0)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "carvalho-even",
            label: words("As many of both"),
            query: "task=subclasses&p=100&k=4&samples=2000&rare=1&spread=0.12&train=0.2&model=mlp&layers=2&mlp=200&init=torch&initscale=8&lr=0.003&beta2=0.999&warmup=0&loss=mse&steps=3000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(300), Expect::GrokkedBy(1500)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "carvalho-none",
            label: words("None of the rare ones"),
            query: "task=subclasses&p=100&k=4&samples=2000&rare=0&spread=0.12&train=0.2&model=mlp&layers=2&mlp=200&init=torch&initscale=8&lr=0.003&beta2=0.999&warmup=0&loss=mse&steps=3000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(300), Expect::NotGrokkedBy(3000), Expect::TestEnds(0.5, 0.75)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[Compare::Waits("carvalho-rarer", "carvalho-even", 1.5)],
};
