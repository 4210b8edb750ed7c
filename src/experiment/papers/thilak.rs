//! Thilak et al. 2022: slingshots.

use crate::builds::words;
use crate::experiment::{Arm, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Thilak et al. 2022"),
    title: words("The Slingshot Mechanism: An Empirical Study of Adaptive Optimizers and the Grokking Phenomenon"),
    arxiv: "2206.04817",
    gist: words("With a small ε, Adam stumbles again and again"),
    claim: words(
        "Late in a training without weight decay, Adam goes through cycles: the weights grow, the train loss leaps up from next to nothing, \
            and the network finds back. A larger ε, or plain gradient descent, and there are none.",
    ),
    watch: words(
        "Train loss falls to a millionth and leaps up above one about every 1,300 steps, and with each leap the weight norm climbs a step. \
            In the other set-ups it keeps falling quietly.",
    ),
    differs: words(
        "A small MLP on division modulo 23, with all pairs in a step and a learning rate of 0.003, instead of a transformer modulo 97, so \
            that 6,000 steps take seconds; it does not grok in that time, and neither did a small transformer with the same slingshots: \
            what the paper says of grokking is not tested here. The paper counts by eye; here a slingshot is a train loss that was at \
            0.00001 or less and is at 0.001 or more. “Movement”, under “Progress” in the look inside, draws the norm of the last layer \
            and how far its features move.",
    ),
    since: words(
        "That slingshots are a matter of rounding in the loss, gone when it is computed in 64 bits, was found later (arXiv 2605.06152).",
    ),
    ideas: &[Idea::Optimiser],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "thilak",
    arms: &[
        Arm {
            id: "thilak",
            label: words("Adam, ε = 10⁻⁸"),
            query: "task=x/y&p=23&train=0.5&model=mlp&layers=2&mlp=128&init=torch&lr=0.003&wd=0&precision=f32&steps=6000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(200), Expect::Slingshots(2, 6000)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "thilak-large",
            label: words("Adam, ε = 10⁻⁵"),
            query: "task=x/y&p=23&train=0.5&model=mlp&layers=2&mlp=128&init=torch&lr=0.003&wd=0&eps=0.00001&precision=f32&steps=6000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(200), Expect::NoSlingshot(6000)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "thilak-sgd",
            label: words("SGD with momentum"),
            query: "task=x/y&p=23&train=0.5&model=mlp&layers=2&mlp=128&init=torch&optimizer=sgd&lr=0.1&wd=0&precision=f32&steps=6000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(1000), Expect::NoSlingshot(6000)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "thilak-f64",
            label: words("ε = 10⁻⁸, loss in 64 bits"),
            query: "task=x/y&p=23&train=0.5&model=mlp&layers=2&mlp=128&init=torch&lr=0.003&wd=0&precision=f64&steps=6000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(200), Expect::NoSlingshot(6000)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[],
};
