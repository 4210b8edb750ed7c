//! Merrill, Tsilivis and Shukla 2023: parity of 3 bits among 40.

use crate::builds::words;
use crate::experiment::{Arm, Expect, Experiment, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Merrill, Tsilivis and Shukla 2023"),
    title: words("A Tale of Two Circuits: Grokking as Competition of Sparse and Dense Subnetworks"),
    arxiv: "2303.11873",
    gist: words("In the end a handful of a thousand neurons do it all"),
    claim: words("While it groks a sparse parity, a network of a thousand neurons comes to rely on a handful of them."),
    watch: words(
        "The training rows are known soon, while test accuracy (dashed) stays near one half, which is guessing between two \
            answers. Then it rises within a few hundred steps.",
    ),
    differs: words(""),
    since: words(
        "Minegishi et al. 2023 (arXiv:2310.19470) support it: on sparse parity, too, a network cut down to its largest weights after \
            grokking, and begun anew, hardly has to wait.",
    ),
    ideas: &[Idea::Representation, Idea::Beyond],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "merrill",
    arms: &[Arm {
        id: "merrill",
        label: words("3 of 40 bits"),
        query: "task=parity&p=40&train=0.91&model=mlp&mlp=1000&init=torch&optimizer=sgd&lr=0.1&wd=0.01&beta1=0&warmup=0&batch=32&loss=hinge&steps=9600&stop=limit&speed=0",
        then: None,
        expect: &[Expect::GrokkedBy(9600), Expect::Delay(1.5)],
        probes: &[Probe::Sparse(12)],
        across: &[],
    }],
    compare: &[],
};
