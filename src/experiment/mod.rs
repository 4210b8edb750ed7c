//! Experiments: the claims of papers, as runs that can be started with a click and judged by a stated criterion.
//!
//! To add an experiment: write `experiment/papers/<name>.rs` with a [`Publication`] and an [`Experiment`], add its name to the list of
//! `papers/mod.rs`, and record it with `cargo run --release --bin reproduce -- <name>`.

mod across;
mod compare;
mod concealment;
mod expect;
mod papers;
mod plateau;
mod probe;
mod reading;
pub mod record;
mod table_record;
mod verdict;

use crate::builds::words;
use crate::metrics::History;
pub use across::{Across, Ending};
pub use compare::Compare;
pub use concealment::Concealment;
pub use expect::Expect;
pub use papers::EXPERIMENTS;
use papers::PUBLICATIONS;
pub use plateau::Growth;
pub use probe::Probe;
pub use reading::{READING_LISTS, READINGS, Reading, ReadingList};
pub use table_record::TableRecord;
pub use verdict::{Judgement, Verdict, unmeasured, when};

/// A claim of a paper and how it is tested here.
pub struct Experiment {
    /// Short name, for the command line; that of the paper's first author.
    pub id: &'static str,
    /// The set-ups that are compared. The first is loaded by choosing the experiment.
    pub arms: &'static [Arm],
    /// What must hold between arms.
    pub compare: &'static [Compare],
}

/// The paper that an experiment repeats.
pub struct Publication {
    /// `Power et al. 2022`
    pub authors: &'static str,
    /// Title of the paper.
    pub title: &'static str,
    /// Number at arXiv.
    pub arxiv: &'static str,
    /// What the paper says, in a few words: for a card.
    pub gist: &'static str,
    /// What the paper says, in a sentence.
    pub claim: &'static str,
    /// What to look for, in two plain sentences.
    pub watch: &'static str,
    /// How this differs from the paper's set-up, in a sentence; empty when it does not.
    pub differs: &'static str,
    /// What is known about it since, in a sentence or two with their sources.
    pub since: &'static str,
    /// What it is about; at least one.
    pub ideas: &'static [Idea],
}

/// Where a paper of this number stands at arXiv.
pub fn address(arxiv: &str) -> String {
    ["https://arxiv.org/abs/", arxiv].concat()
}

/// What a paper is about: for whoever looks for those on one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idea {
    /// How many examples there are, and which.
    Data,
    /// Weight decay, and the size of the weights.
    Decay,
    /// Optimisers, losses and rounding.
    Optimiser,
    /// What forms inside.
    Representation,
    /// Other data than finite tables.
    Beyond,
}

/// Every idea: the idea, its name in the page's rules, and its label for people.
pub static IDEAS: [(Idea, &str, &str); 5] = [
    (Idea::Data, "data", words("Data")),
    (Idea::Decay, "decay", words("Weight decay")),
    (Idea::Optimiser, "optimiser", words("Optimiser and rounding")),
    (Idea::Representation, "representation", words("What forms inside")),
    (Idea::Beyond, "beyond", words("Beyond tables")),
];

impl Idea {
    /// Its name in the page's rules.
    pub fn name(self) -> &'static str {
        IDEAS[self as usize].1
    }
}

/// One set-up of an experiment.
pub struct Arm {
    /// The `experiment` key of a configuration.
    pub id: &'static str,
    /// For buttons: what is special about it.
    pub label: &'static str,
    /// Settings that differ from the standard, as in a link but without a version.
    pub query: &'static str,
    /// A change in the middle of the run.
    pub then: Option<Then>,
    /// What must hold on every seed.
    pub expect: &'static [Expect],
    /// What must be found in the weights of every seed at the end.
    pub probes: &'static [Probe],
    /// What must hold across the table of runs that the settings ask for, on every seed. Only a table has it, and it has nothing else.
    pub across: &'static [Across],
}

/// A change that is made while a run goes on.
pub struct Then {
    /// Steps after grokking.
    pub after: u32,
    /// What is changed, as in a link.
    pub query: &'static str,
    /// What happens, for people.
    pub label: &'static str,
}

/// An experiment's arm and the experiment.
pub fn find(id: &str) -> Option<(&'static Experiment, &'static Arm)> {
    let arms = EXPERIMENTS.iter().flat_map(|experiment| experiment.arms.iter().map(move |arm| (*experiment, arm)));
    arms.into_iter().find(|(_, arm)| arm.id == id)
}

/// All arms, (id, label), after none.
pub fn choices() -> Vec<(&'static str, &'static str)> {
    let arms = EXPERIMENTS.iter().flat_map(|experiment| experiment.arms.iter());
    [("", "None")].into_iter().chain(arms.map(|arm| (arm.id, arm.label))).collect()
}

impl Then {
    /// Whether all runs have grokked so long ago.
    pub fn due(&self, histories: &[History], step: u32) -> bool {
        histories.iter().all(|history| history.grokked.is_some_and(|grokked| step >= grokked + self.after))
    }
}

impl Arm {
    /// Whether something is claimed of the weights of its rows on the way.
    pub fn follows(&self) -> bool {
        self.across.iter().any(Across::follows)
    }

    /// All that is expected of it, for people: in the order of the record.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        let alone = self.expect.iter().map(Expect::text).chain(self.probes.iter().map(|probe| probe.text()));
        alone.chain(self.across.iter().map(Across::text))
    }
}

impl Experiment {
    /// What it repeats.
    pub fn publication(&self) -> &'static Publication {
        // Both tables are made from one list.
        EXPERIMENTS
            .iter()
            .zip(PUBLICATIONS)
            .find(|(experiment, _)| experiment.id == self.id)
            .map_or(PUBLICATIONS[0], |(_, of)| of)
    }

    /// The number of an arm.
    pub fn arm(&self, id: &str) -> Option<usize> {
        self.arms.iter().position(|arm| arm.id == id)
    }

    /// An arm's label; empty where it has no such arm.
    pub fn label(&self, id: &str) -> &'static str {
        self.arm(id).map_or("", |arm| self.arms[arm].label)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn every_experiment_has_a_claim_that_can_fail() {
        assert!(EXPERIMENTS.len() >= 12);
        for experiment in EXPERIMENTS {
            let expectations: usize =
                experiment.arms.iter().map(|arm| arm.expect.len() + arm.probes.len() + arm.across.len()).sum();
            assert!(expectations + experiment.compare.len() > 0, "{}", experiment.id);
            let Publication { claim, watch, gist, ideas, since, .. } = experiment.publication();
            assert!(!ideas.is_empty(), "{}: about nothing", experiment.id);
            assert!(watch.matches(". ").count() == 1 && watch.ends_with('.'), "{}: two sentences", experiment.id);
            assert!(
                since.ends_with('.') && (since.contains(" 20") || since.contains("arXiv")),
                "{}: since, without a source",
                experiment.id
            );
            assert!(claim.ends_with('.') && experiment.arms[0].id == experiment.id);
            assert!((20..=60).contains(&gist.chars().count()) && !gist.ends_with('.'), "{}: a few words", experiment.id);
            for compare in experiment.compare {
                assert!(compare.arms().iter().all(|arm| experiment.arm(arm).is_some()), "{}", experiment.id);
            }
        }
    }

    #[test]
    fn what_is_recorded_is_what_is_expected_now() {
        let record = record::parse(include_str!("../../www/assets/experiments.txt"));
        assert!(record.arms.len() >= 9);
        for recorded in record.arms.iter().filter(|arm| arm.id != record::STANDARD) {
            let (_, arm) = find(&recorded.id).unwrap_or_else(|| panic!("{} is recorded and does not exist", recorded.id));
            let expected: Vec<String> = arm.texts().collect();
            let texts: Vec<&str> = recorded.checks.iter().map(|check| check.text.as_str()).collect();
            assert_eq!(texts, expected, "{}: record it again", arm.id);
            assert!(recorded.seeds >= 3 && recorded.checks.iter().all(|check| check.all == recorded.seeds), "{}", arm.id);
        }
        for (id, check) in &record.compares {
            let experiment = EXPERIMENTS.iter().find(|experiment| experiment.id == id).unwrap_or_else(|| panic!("{id}"));
            assert!(experiment.compare.iter().any(|c| c.text(|id| experiment.label(id)) == check.text), "{id}: {}", check.text);
        }
        for further in &record.further {
            let experiment = EXPERIMENTS.iter().find(|experiment| experiment.id == further.id).expect(&further.id);
            let expected = experiment.arms.iter().flat_map(|arm| arm.texts()).count() + experiment.compare.len();
            assert_eq!(further.all, further.seeds * expected as u32, "{}: try further seeds again", further.id);
        }
    }
}
