//! Liu et al. 2022, their sixth figure: four phases of learning.

use crate::builds::words;
use crate::experiment::{Across, Arm, Experiment, Idea, Publication};
use crate::metrics::LearningPhase;

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Liu et al. 2022, figure 6"),
    title: words("Towards Understanding Grokking: An Effective Theory of Representation Learning"),
    arxiv: "2205.10343",
    gist: words("Two settings decide between four phases of learning"),
    claim: words(
        "How fast the decoder is trained, and how strongly its weights decay, decides between four phases: comprehension, grokking, \
            memorisation and confusion.",
    ),
    watch: words(
        "Choose “Train them all” under “Many runs”: the decoder’s rate from left to right, weight decay from below. Slow decoders understand \
            most, fast ones learn a list, and where decay is strong they learn nothing at all.",
    ),
    differs: words(
        "The numbers 0 to 19 instead of 0 to 9, with 70 % of the pairs instead of 82 %; cross-entropy over the sums instead of random \
            vectors for them; 64 neurons in each layer instead of 200; weight decay from 0 to 2 instead of 0 to 10, over 16 cells instead \
            of 121; and forty times the embedding’s rate for 5,000 steps instead of 100,000. Pairs count as known from 90 % on, as in the \
            paper. A delay counts as long when it is at least as long as memorising took, where the paper takes 1,000 steps. With the \
            numbers 0 to 13 one seed of three had all four phases: a sum with a single pair, such as 0 + 0, cannot be understood where \
            that is a test pair, and few others are there to make up for it.",
    ),
    since: words(
        "Manir and Rupa 2026 (arXiv:2603.25009) confirm it for modular addition: weight decay matters most, grokking happens in a narrow \
            range of it, and too little or too much prevents generalising.",
    ),
    ideas: &[Idea::Representation, Idea::Decay],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "phases",
    arms: &[Arm {
        id: "phases",
        label: words("Four rates, four strengths of decay"),
        query: "task=plain-sum&p=20&split=ordered&train=0.7&model=mlp&layers=2&mlp=64&inputs=summed&embed=1&activation=tanh&init=torch&lr=0.04&wdembed=0&warmup=0&sweep=lrdecoder:0.01|0.03|0.1|0.3,wd:0|0.5|1|2&speed=0",
        then: None,
        expect: &[],
        probes: &[],
        across: &[
            Across::Some(LearningPhase::Comprehension),
            Across::Some(LearningPhase::Grokking),
            Across::Some(LearningPhase::Memorisation),
            Across::Some(LearningPhase::Confusion),
        ],
    }],
    compare: &[],
};
