//! Li et al. 2025: how many dimensions a linear network uses, and what makes that fall again.

use crate::builds::words;
use crate::experiment::{Arm, Experiment, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Li et al. 2025"),
    title: words("Tracing the Representation Geometry of Language Models from Pretraining to Post-training"),
    arxiv: "2509.23024",
    gist: words("Features spread out, and then draw together again"),
    claim: words(
        "The features of a network use first fewer, then more and then fewer dimensions again. A linear network does so where some classes \
            are rarer than others and it has fewer dimensions than classes; without the one or the other they only spread.",
    ),
    watch: words(
        "Look inside the network at “Progress”: RankMe, the number of dimensions in use, falls to one, rises as class after class is told \
            apart, and falls again. With all classes alike, or as many dimensions as classes, it stays up.",
    ),
    differs: words(
        "Of the paper’s toy we know the equations, not the numbers of classes and points; here there are ten classes, each a point of its \
            own and six tenths as frequent as the one before, and seeds 3 to 15 come out the same; with four classes, or other ratios, \
            some seeds show no fall. The language models that the paper measured are out of reach in a browser; a transformer that groks \
            takes their place. The paper’s other measure, the power by which eigenvalues fall, is not taken.",
    ),
    since: words(
        "Where no answer is more frequent than another, Zhao, Papadimitriou and Thrampoulidis 2026 (arXiv:2606.26749) see features form \
            groups by meaning at first; with enough room and time they end up all equally far apart.",
    ),
    ideas: &[Idea::Representation, Idea::Beyond],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "li",
    arms: &[
        Arm {
            id: "li",
            label: words("Rare classes, two dimensions"),
            query: "task=rarer-classes&p=10&k=10&samples=1000&rare=0.6&spread=0&train=0.5&model=mlp&mlp=2&activation=identity&bias=false&initscale=0.004&optimizer=sgd&lr=1&wd=0&beta1=0&warmup=0&steps=3000&stop=limit&speed=0",
            then: None,
            expect: &[],
            probes: &[Probe::Compresses(0.5, 0.05)],
            across: &[],
        },
        Arm {
            id: "li-even",
            label: words("All classes alike"),
            query: "task=rarer-classes&p=10&k=10&samples=1000&rare=1&spread=0&train=0.5&model=mlp&mlp=2&activation=identity&bias=false&initscale=0.004&optimizer=sgd&lr=1&wd=0&beta1=0&warmup=0&steps=3000&stop=limit&speed=0",
            then: None,
            expect: &[],
            probes: &[Probe::KeepsExpanding(0.02)],
            across: &[],
        },
        Arm {
            id: "li-wide",
            label: words("As many dimensions as classes"),
            query: "task=rarer-classes&p=10&k=10&samples=1000&rare=0.6&spread=0&train=0.5&model=mlp&mlp=10&activation=identity&bias=false&initscale=0.004&optimizer=sgd&lr=1&wd=0&beta1=0&warmup=0&steps=3000&stop=limit&speed=0",
            then: None,
            expect: &[],
            probes: &[Probe::KeepsExpanding(0.02)],
            across: &[],
        },
        Arm {
            id: "li-grokking",
            label: words("A transformer that groks"),
            query: "steps=1000&stop=limit&speed=0",
            then: None,
            expect: &[],
            probes: &[Probe::Compresses(20.0, 20.0)],
            across: &[],
        },
    ],
    compare: &[],
};
