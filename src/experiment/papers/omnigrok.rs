//! Liu, Michaud and Tegmark 2022: the weight norm decides.

use crate::builds::words;
use crate::experiment::{Across, Arm, Compare, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Liu, Michaud and Tegmark 2022"),
    title: words("Omnigrok: Grokking Beyond Algorithmic Data"),
    arxiv: "2210.01117",
    gist: words("Hold the size of the weights, and there is no wait"),
    claim: words(
        "A network whose weight norm is held at a good value learns rule and table together: there is no delay. Where weights start large, \
            even handwritten digits are grokked, which a network otherwise reads at once. Drawn by the norm, train loss is an L and test \
            loss a U.",
    ),
    watch: words(
        "With the norm held, train and test accuracy climb side by side; free, the network knows its pairs even earlier, and a thousand \
            steps later it still knows no others. With digits the wait comes with weights that start large, and with usual ones there is \
            none.",
    ),
    differs: words(
        "The learning rate is 0.003 instead of 0.001 where numbers are added. The digits have 8 × 8 pixels instead of MNIST’s 28 × 28, \
            and their weight decay is 0.03 instead of 0.01, in up to 40,000 steps instead of 100,000; with 0.1, seed 0 groks three times \
            as early. The losses by the norm are of nine norms and 2,000 steps instead of 21 and 10,000, from a quarter to four times the \
            usual norm instead of a tenth to ten times, and they are the last, where the paper takes the best.",
    ),
    since: words("A later law agrees: the delay is proportional to 1 / (learning rate · weight decay) (arXiv:2603.13331)."),
    ideas: &[Idea::Decay, Idea::Beyond],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "omnigrok",
    arms: &[
        Arm {
            id: "omnigrok",
            label: words("Norm held at 0.8 of its initial value"),
            query: "p=113&train=0.3&lr=0.003&wd=0&sphere=0.8&steps=3000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(1000), Expect::Together(3.0)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "omnigrok-free",
            label: words("Free, with weight decay"),
            query: "p=113&train=0.3&lr=0.003&steps=1000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(150), Expect::NotGrokkedBy(1000)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "omnigrok-digits",
            label: words("Digits, weights start eight times as large"),
            query: "task=digits&samples=1797&train=0.5565&model=mlp&layers=2&mlp=200&init=torch&initscale=8&lr=0.001&wd=0.03&beta2=0.999&warmup=0&batch=200&loss=mse&steps=40000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(10_000), Expect::GrokkedBy(40_000), Expect::Delay(3.0)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "omnigrok-digits-usual",
            label: words("Digits, weights start as usual"),
            query: "task=digits&samples=1797&train=0.5565&model=mlp&layers=2&mlp=200&init=torch&lr=0.001&wd=0.03&beta2=0.999&warmup=0&batch=200&loss=mse&steps=2000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(1000), Expect::GrokkedBy(1000), Expect::Together(1.5)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "omnigrok-landscape",
            label: words("Digits, nine norms"),
            query: "task=digits&samples=1797&train=0.5565&model=mlp&layers=2&mlp=200&init=torch&lr=0.001&wd=0&beta2=0.999&warmup=0&batch=200&loss=mse&steps=2000&stop=limit&sweep=sphere:0.25|0.35|0.5|0.7|1|1.4|2|2.8|4&speed=0",
            then: None,
            expect: &[],
            probes: &[],
            across: &[Across::TestIsU(3.0), Across::TrainIsL(0.1)],
        },
    ],
    compare: &[Compare::Sooner("omnigrok", "omnigrok-free", 3.0)],
};
