//! Humayun, Balestriero and Baraniuk 2024: robustness comes late.

use crate::builds::words;
use crate::experiment::{Arm, Expect, Experiment, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Humayun, Balestriero and Baraniuk 2024"),
    title: words("Deep Networks Always Grok and Here is Why"),
    arxiv: "2402.15555",
    gist: words("Long after it is right, it stands up to attacks"),
    claim: words(
        "Long after a network is right about test pictures, it groks once more: then it also stays right about pictures that somebody has \
            changed a little in order to mislead it. It does so with usual initial weights, too. Meanwhile the borders of the regions in \
            which it is linear first leave the pictures, then gather around them, and leave them again.",
    ),
    watch: words(
        "Look inside the network at “Progress”: where weights start large, the share of test pictures that withstand an attack climbs \
            after test accuracy has. With usual initial weights both are there within a hundred steps, and it is the local complexity, \
            the borders near pictures, that falls, climbs and falls again.",
    ),
    differs: words(
        "The large initial weights are those of Liu, Michaud and Tegmark 2022, not of this paper, with two hidden layers and weight decay \
            0.1 instead of 0.01. Digits of 8 × 8 pixels instead of MNIST’s of 28 × 28, 20,000 steps instead of 100,000, and of the \
            paper’s six strengths of attack the second, 0.06 of a pixel’s range, in ten steps, where the paper takes 100 with MNIST. With \
            usual initial weights one run went on to step 40,000: from step 20,000 on, its accuracy under attacks of 0.1 rose from 44 % \
            to 54 %, under those of 0.06 it stayed near 80 %. Local complexity is looked at in 20 directions around 100 test pictures, \
            within 0.05 of a pixel’s range.",
    ),
    since: words(
        "A later paper (arXiv:2506.12284) explains it by the directions to which the answers are most sensitive: they line up with the \
            pictures. A penalty for what does not line up makes networks grok much sooner than weight decay.",
    ),
    ideas: &[Idea::Beyond],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "humayun",
    arms: &[
        Arm {
            id: "humayun",
            label: words("Weights start eight times as large"),
            query: "task=digits&samples=1797&train=0.5565&model=mlp&layers=2&mlp=200&init=torch&initscale=8&lr=0.001&wd=0.1&beta2=0.999&warmup=0&batch=200&loss=mse&steps=20000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(20_000)],
            probes: &[Probe::RobustLater(10)],
            across: &[],
        },
        Arm {
            id: "humayun-usual",
            label: words("Weights start as usual"),
            query: "task=digits&samples=1797&train=0.5565&model=mlp&layers=3&mlp=200&init=torch&lr=0.001&wd=0.01&beta2=0.999&warmup=0&batch=200&loss=mse&steps=20000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(20_000)],
            probes: &[Probe::RobustLater(10), Probe::RegionsLeave(0.2)],
            across: &[],
        },
    ],
    compare: &[],
};
