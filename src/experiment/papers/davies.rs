//! Davies, Langosco and Krueger 2023: patterns that are learned at different speeds.

use crate::builds::words;
use crate::experiment::{Across, Arm, Experiment, Idea, Probe, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Davies, Langosco and Krueger 2023"),
    title: words("Unifying Grokking and Double Descent"),
    arxiv: "2303.06173",
    gist: words("The first right answers come from the easiest pattern"),
    claim: words(
        "A network learns patterns at different speeds, and the easiest come first: of division it learns, long before anything else, \
            that 0 divided by anything is 0. As with time, so with width: a network that just memorises has to become a good deal wider to grok.",
    ),
    watch: words(
        "Before train accuracy (solid) has got anywhere, look under “Answers” which test pairs are right: the row of x = 0, and hardly \
            another one. For the widths choose “Train them all” under “Many runs”: narrow networks do not know their training pairs, wider ones only \
            these, and still wider ones all.",
    ),
    differs: words(
        "Only the first 400 steps, of a two-layer network with one head, as in the paper. The paper trains transformers of different widths for \
            400,000 steps; here it is an MLP of 8 to 512 hidden units modulo 31, for 3,000 steps with more weight decay.",
    ),
    since: words(
        "Song and Ye 2026 (arXiv:2605.09724) agree about size: a network does not grok as soon as it is large enough to memorise, but \
            near the size at which it generalises as fast as it memorises.",
    ),
    ideas: &[Idea::Data, Idea::Representation],
};

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "davies",
    arms: &[
        Arm {
            id: "davies",
            label: words("Division, the first steps"),
            query: "task=x/y&train=0.5&layers=2&heads=1&bias=false&norm=post&positions=sinusoidal&lr=0.001&wd=0.00001&batch=512&steps=400&stop=limit&speed=0",
            then: None,
            expect: &[],
            probes: &[Probe::ZerosFirst(0.9)],
            across: &[],
        },
        Arm {
            id: "davies-width",
            label: words("Division, seven widths"),
            query: "task=x/y&p=31&train=0.6&model=mlp&lr=0.003&steps=3000&sweep=mlp:8|16|32|64|128|256|512&speed=0",
            then: None,
            expect: &[],
            probes: &[],
            across: &[Across::WiderToGrok(4.0)],
        },
    ],
    compare: &[],
};
