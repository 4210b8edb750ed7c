//! Power et al. 2022, their second figure: how much data an operation needs.

use crate::builds::words;
use crate::experiment::{Across, Arm, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Power et al. 2022, figure 2"),
    title: words("Grokking: Generalization Beyond Overfitting on Small Algorithmic Datasets"),
    arxiv: "2201.02177",
    gist: words("Some operations need more data than others"),
    claim: words(
        "Each operation has a fraction of its table below which it is not understood: a symmetric one like x + y needs less than x − y or \
            x/y, and x³ + xy² + y is never understood.",
    ),
    watch: words(
        "Choose “Train them all” under “Many runs”: seven fractions of the data from left to right, four operations from below. Watch how \
            far to the right the first network that groks is in each row.",
    ),
    differs: words(
        "Modulo 31 instead of 97, one layer of width 64 instead of two of 128, a learning rate of 0.003 and weight decay 2 instead of \
            0.001 and 1, and 2,000 steps instead of 100,000. The fractions are 5 % of the table apart; with 10 %, x + y and x/y were \
            level on one of three seeds.",
    ),
    since: words(
        "Doshi et al. 2024 (arXiv:2406.03495) suggest which polynomials networks can learn and which not. Put together from parts that \
            solve addition or multiplication, a network answers any of them.",
    ),
    ideas: &[Idea::Data],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "fraction",
    arms: &[Arm {
        id: "fraction",
        label: words("Seven fractions, four operations"),
        query: "p=31&width=64&mlp=256&lr=0.003&wd=2&steps=2000&sweep=train:0.4..0.7:7,task:x%2By|x-y|x/y|x^3%2Bxy^2%2By&speed=0",
        then: None,
        expect: &[],
        probes: &[],
        across: &[Across::LessData("x+y", "x-y"), Across::LessData("x+y", "x/y"), Across::Never("x^3+xy^2+y")],
    }],
    compare: &[],
};
