//! Hu, Chen, Saphra and Cho 2023: training as a way through latent states.

use crate::builds::words;
use crate::experiment::{Across, Arm, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Hu et al. 2023"),
    title: words("Delays, Detours, and Forks in the Road: Latent State Models of Training Dynamics"),
    arxiv: "2308.09543",
    gist: words("Training goes through a few states, and some are detours"),
    claim: words(
        "Followed by a few statistics of their weights, runs that differ in nothing but their seed go through the same few latent states. How \
            long they are in each tells when they come to generalise, and some states are detours: runs that visit them are late.",
    ),
    watch: words(
        "Forty runs with forty seeds train, and then a hidden Markov model finds the states that they went through. The map \
            shows the states in their order, with arrows for the ways between them.",
    ),
    differs: words(
        "The networks have an output for each of the two answers. Their weights are looked at after every second round of the data, and \
            each statistic is put on one scale over the whole of a run. In the paper a detour is a state that some runs do without and \
            that goes with a longer training in the regression; here visiting it and converging late must also have a correlation of at \
            least 0.31, which forty runs reach by chance one time in twenty. The best model has the most states that are tried, which are \
            eight. The paper’s other half is not run: that layer norms and smaller batches take the detours away.",
    ),
    since: words(
        "Van der Wal et al. 2025 (arXiv:2503.09543) trained fifty language models with different seeds: on the whole they go through \
            training in much the same way.",
    ),
    ideas: &[Idea::Representation, Idea::Beyond],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "detours",
    arms: &[Arm {
        id: "detours",
        label: words("40 seeds of a sparse parity"),
        query: "task=parity&p=40&train=0.91&model=mlp&mlp=1000&init=torch&optimizer=sgd&lr=0.1&wd=0.01&beta1=0&warmup=0&batch=32&loss=hinge&steps=9600&stop=limit&sweep=seed:0..39:40&speed=0",
        then: None,
        expect: &[],
        probes: &[],
        across: &[Across::StatesTell(0.9), Across::Detours(0.31)],
    }],
    compare: &[],
};
