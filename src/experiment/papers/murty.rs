//! Murty et al. 2023: rules of a language that come after its examples.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Murty et al. 2023"),
    title: words("Grokking of Hierarchical Structure in Vanilla Transformers"),
    arxiv: "2305.18741",
    gist: words("It asks by the first verb, and much later by the main one"),
    claim: words(
        "A network learns to turn sentences into questions from examples in which two rules agree: the first auxiliary goes to the front, or that \
            of the main clause. Long after it asks all sentences of that kind rightly, it comes to follow the second rule where they differ.",
    ),
    watch: words(
        "Test accuracy is at 100 % after a few hundred steps: that is the first word of a question. Look inside at “Progress”: the line “right out \
            of distribution” are the questions in which the two rules differ.",
    ),
    differs: "",
    since: "",
    ideas: &[Idea::Beyond, Idea::Representation],
};
