//! Furuta et al. 2024: what Fourier representations of addition and multiplication look like.

use crate::builds::words;
use crate::experiment::{Arm, Expect, Experiment, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Furuta et al. 2024"),
    title: words(
        "Towards Empirical Interpretation of Internal Circuits and Properties in Grokked Transformers on Modular Polynomials",
    ),
    arxiv: "2402.16726",
    gist: words("Addition and multiplication leave different traces"),
    claim: words(
        "Each operation leaves a trace of its own in the network that grokked it: for addition few frequencies are left in the \
            embedding; for multiplication all are, and the cosine or the sine of each comes to outweigh the other.",
    ),
    watch: words(
        "Look at the frequencies under “Embedding”: few bars are left when addition has grokked. Both measures are taken of the weights when a \
            run is over.",
    ),
    differs: words(
        "Modulo 59 instead of 97, with 40 % of the pairs and a learning rate of 0.01, and with the token = instead of one for the operation. The ratio \
            of cosine and sine falls a little with addition as well: on seeds 0 to 5 by 0.01 to 0.08, and with multiplication by 0.06 to 0.23. Only \
            the embedding is measured, and transfer between operations is not tested.",
    ),
    since: "",
    ideas: &[Idea::Representation],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "furuta",
    arms: &[
        Arm {
            id: "furuta",
            label: words("Addition"),
            query: "p=59&positions=none&steps=3000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(3000)],
            probes: &[Probe::Density(0.0, 0.3)],
            across: &[],
        },
        Arm {
            id: "furuta-times",
            label: words("Multiplication"),
            query: "task=x*y&p=59&positions=none&steps=3000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(3000)],
            probes: &[Probe::Density(0.5, 1.0), Probe::RatioFalls(0.1)],
            across: &[],
        },
    ],
    compare: &[],
};
