//! Lyu et al. 2023: two phases with different implicit biases.

use crate::builds::words;
use crate::experiment::{Arm, Compare, Expect, Experiment, Idea, Publication};

/// What is repeated.
pub static PUBLICATION: Publication = Publication {
    authors: words("Lyu et al. 2023"),
    title: words("Dichotomy of Early and Late Phase Implicit Biases Can Provably Induce Grokking"),
    arxiv: "2311.18817",
    gist: words("Weight decay sets the step at which a network groks"),
    claim: words(
        "A network that starts with large weights, of norm α, first finds the answer of a kernel method; weight decay λ leads it away from \
            there after a time of about (1/λ) ln α, to the answer with the smallest weights. Where that one is right, the network groks; where \
            the first one was, it misgroks.",
    ),
    watch: words(
        "The rows are known at once, and test accuracy (dashed) stays at two thirds until it rises at about ln α / (ηλ), η being the \
            learning rate; with ten times the α it does exactly the same ln 10 / (ηλ) = 2,303 steps later. In the last set-up it is \
            nearly perfect first, and falls at that time.",
    ),
    differs: words(
        "Rows have 199 numbers instead of 100,000, so that there are 60 for training, and 12 points for misgrokking, on a plane that \
            leans to all coordinates alike; weight decay is 0.01 instead of 0.001 and the learning rate 0.1 instead of 0.01, so that \
            thousands of steps do instead of a million. Misgrokking ends at a test accuracy of 69 to 80 %. Seeds 3 to 9 come out the \
            same; of 50 training rows, one seed of three does not grok. Modular addition, for which the paper takes ten million steps, \
            and the completion of a matrix are not run.",
    ),
    since: words(
        "A later law for other networks has the same form: the wait is proportional to 1 / (learning rate · weight decay) \
            (arXiv:2603.13331). Another study finds it for any suitable penalty, and that weight decay alone can lead to a late change \
            that is no generalisation (arXiv:2506.05718).",
    ),
    ideas: &[Idea::Decay, Idea::Beyond],
};

/// (1/λ) ln α in steps for α = 10⁴, 10³, 10² and 10: λ is 0.01, and a step 0.1 long.
const WAITS: [u32; 4] = [9210, 6908, 4605, 2303];
/// How near to that is “at about”.
const ABOUT: [f64; 2] = [0.7, 1.3];

/// Table entry.
pub static EXPERIMENT: Experiment = Experiment {
    id: "lyu",
    arms: &[
        Arm {
            id: "lyu",
            label: words("α = 1,000"),
            query: "task=majority&p=199&samples=1000&train=0.06&model=diagonal&initscale=100&initunembed=10&optimizer=sgd&lr=0.1&wd=0.01&beta1=0&warmup=0&steps=9000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(100), Expect::Switches(WAITS[1], ABOUT)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "lyu-large",
            label: words("α = 10,000"),
            query: "task=majority&p=199&samples=1000&train=0.06&model=diagonal&initscale=100&initunembed=100&optimizer=sgd&lr=0.1&wd=0.01&beta1=0&warmup=0&steps=12000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(100), Expect::Switches(WAITS[0], ABOUT)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "lyu-small",
            label: words("α = 100"),
            query: "task=majority&p=199&samples=1000&train=0.06&model=diagonal&initscale=100&optimizer=sgd&lr=0.1&wd=0.01&beta1=0&warmup=0&steps=6000&speed=0",
            then: None,
            expect: &[Expect::MemorizedBy(100), Expect::Switches(WAITS[2], ABOUT)],
            probes: &[],
            across: &[],
        },
        Arm {
            id: "lyu-misgrok",
            label: words("α = 1,000, misgrokking"),
            query: "task=sides&p=199&k=199&samples=1000&spread=0.4&train=0.012&model=diagonal&initscale=100&initunembed=10&optimizer=sgd&lr=0.1&wd=0.01&beta1=0&warmup=0&steps=12000&stop=limit&speed=0",
            then: None,
            expect: &[Expect::GrokkedBy(100), Expect::SwitchesBack(WAITS[1], ABOUT), Expect::Ungroks(0.85)],
            probes: &[],
            across: &[],
        },
    ],
    compare: &[Compare::Later("lyu-large", "lyu", WAITS[3], 0.1), Compare::Later("lyu", "lyu-small", WAITS[3], 0.1)],
};
