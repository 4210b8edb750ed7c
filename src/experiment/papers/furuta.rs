//! Furuta et al. 2024: what Fourier representations of addition and multiplication look like.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Probe, Publication};

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
            embedding; for multiplication all are, and the cosine or the sine of each comes to outweigh the other. \
            An embedding that has grokked addition helps with subtraction, and does not with multiplication. Learnt together, \
            addition and subtraction are both grokked.",
    ),
    watch: words(
        "Look at the frequencies under “Embedding”: few bars are left when addition has grokked. Both measures are taken of the weights when a \
            run is over.",
    ),
    differs: words(
        "Modulo 59 instead of 97, with 40 % of the pairs, a learning rate of 0.01 and biases, and with the token = instead of one for the \
            operation. The ratio of cosine and sine falls a little with addition as well: on seeds 0 to 5 by 0.01 to 0.08, and with \
            multiplication by 0.06 to 0.23. Only the embedding is measured. Embeddings go over to another operation at step 1,200, modulo \
            31 with half of the pairs, in a smaller network with vectors for positions, and are trained on; on two of three seeds \
            addition has not grokked by then. At higher learning rates it helped subtraction in three of nine runs. Addition and \
            subtraction at once are learnt by such a network with 70 % of their pairs and a learning rate of 0.01; of 40 % of them \
            subtraction was grokked by two networks of six, and by two of six that learnt it alone. Transformers that keep all their \
            grokked weights are not tried.",
    ),
    since: words(
        "A later method begins with the embedding of a smaller network that has already found the rule, and the wait is gone \
            (arXiv:2504.13292).",
    ),
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
        Arm {
            id: "furuta-transfer",
            label: words("Subtraction after addition"),
            query: "p=31&train=0.5&width=64&heads=2&mlp=128&lr=0.003&at=1200%3Akeep%3Dembedding%2Ctask%3Dx-y&steps=4000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::AtFirst(&Expect::GrokkedBy(1200)), Expect::Anew(&Expect::GrokkedBy(4000))],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "furuta-alone",
            label: words("Subtraction alone"),
            query: "task=x-y&p=31&train=0.5&width=64&heads=2&mlp=128&lr=0.003&steps=4000&speed=0",
            then: None,
            expect: &[Expect::NotGrokkedBy(2000)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "furuta-transfer-times",
            label: words("Multiplication after addition"),
            query: "p=31&train=0.5&width=64&heads=2&mlp=128&lr=0.003&at=1200%3Akeep%3Dembedding%2Ctask%3Dx*y&steps=3200&stop=limit&speed=0",
            then: None,
            expect: &[Expect::AtFirst(&Expect::GrokkedBy(1200)), Expect::Anew(&Expect::NotGrokkedBy(3200))],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "furuta-both",
            label: words("Addition and subtraction at once"),
            query: "task=operations&p=31&k=2&samples=1922&train=0.7&width=64&heads=2&mlp=128&steps=4000&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(4000), Expect::Delay(4.0)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[Compare::Sooner("furuta-transfer", "furuta-alone", 2.0)],
};
