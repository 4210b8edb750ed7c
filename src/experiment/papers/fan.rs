//! Fan, Pascanu and Jaggi 2024: depth makes networks wait, and the rank of their features tells when they stop.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Fan, Pascanu and Jaggi 2024"),
    title: words("Deep Grokking: Would Deep Neural Networks Generalize Better?"),
    arxiv: "2405.19454",
    gist: words("The deeper, the longer the wait; then ranks fall"),
    claim: words(
        "A deep network waits longer for its rule than a shallow one. When it finds it, its layers come to use fewer dimensions: the rank of \
            their features falls. Where test accuracy rises in two stages, the rank falls twice.",
    ),
    watch: words(
        "With eight layers the wait is several times as long as with four. Look inside at “Progress” and press “Feature rank”: the rank of the \
            last of eight layers falls while the network waits, and that of the last of four hardly does; in the third set-up test accuracy and \
            rank go in two stages, and with some seeds the rank climbs between them.",
    ),
    differs: words(
        "Digits of 8 × 8 pixels instead of MNIST’s of 28 × 28, 1,000 of them for training, or 1,617 for the two stages, instead of 2,000 to 7,000; 100 \
            units a layer instead of 400, at most 25,000 steps instead of 100,000, and a weight decay of 0.05 or 0.1 instead of 0.01. Weights start \
            four times as large as usual in the first two set-ups; from the paper’s eight times, eight layers had not grokked 1,000 digits after \
            20,000 steps. The rank is that of a sample of 1,024 digits, of training and test. The paper’s networks of 12 layers and its linear probes are not \
            repeated.",
    ),
    since: words(
        "On modular addition Manir and Rupa 2026 (arXiv:2603.25009) see no simple rule of depth: MLPs of four layers never grokked, and \
            those of eight layers did once they had residual connections.",
    ),
    ideas: &[Idea::Beyond, Idea::Representation],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "fan",
    arms: &[
        Arm {
            id: "fan",
            label: words("Eight layers"),
            query: "task=digits&samples=1797&train=0.5565&model=mlp&layers=8&mlp=100&init=torch&initscale=4&lr=0.001&wd=0.05&beta2=0.999&warmup=0&batch=200&loss=mse&steps=25000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(10_000), Expect::GrokkedBy(25_000), Expect::Delay(2.0)],
            probes: &[Probe::RankFalls(0.2)],
            across: &[],
        },
        Arm {
            id: "fan-shallow",
            label: words("Four layers"),
            query: "task=digits&samples=1797&train=0.5565&model=mlp&layers=4&mlp=100&init=torch&initscale=4&lr=0.001&wd=0.05&beta2=0.999&warmup=0&batch=200&loss=mse&steps=25000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(10_000), Expect::GrokkedBy(25_000)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "fan-stages",
            label: words("Eight layers, more digits, larger weights"),
            query: "task=digits&samples=1797&train=0.9&model=mlp&layers=8&mlp=100&init=torch&initscale=8&lr=0.001&wd=0.1&beta2=0.999&warmup=0&batch=200&loss=mse&steps=25000&stop=limit&speed=0",
            then: None,
            expect: &[],
            probes: &[Probe::RankFallsTwice(10, 5)],
            across: &[],
        },
    ],
    compare: &[Compare::Waits("fan", "fan-shallow", 2.0)],
};
