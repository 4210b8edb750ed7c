//! The phases of learning (Liu et al. 2022, *Towards Understanding Grokking: An Effective Theory of Representation Learning*,
//! section 4 and its table of definitions), with the thresholds of this lab and with those of the paper.

use serde::{Deserialize, Serialize};

use super::{History, Point, diverged};
use crate::config::Stop;

/// What a run came to within its step limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LearningPhase {
    /// It never knew its training pairs.
    Confusion,
    /// It knew them, and never the rule.
    Memorisation,
    /// It had the rule long after it knew the training pairs.
    Grokking,
    /// It had the rule about when it knew the training pairs, or before.
    Comprehension,
}

impl LearningPhase {
    /// All of them, from what has learned least.
    pub const ALL: [LearningPhase; 4] =
        [LearningPhase::Confusion, LearningPhase::Memorisation, LearningPhase::Grokking, LearningPhase::Comprehension];

    /// As the public contract spells it.
    pub fn id(self) -> &'static str {
        match self {
            LearningPhase::Confusion => "confusion",
            LearningPhase::Memorisation => "memorisation",
            LearningPhase::Grokking => "grokking",
            LearningPhase::Comprehension => "comprehension",
        }
    }

    /// What most of these runs came to; of two as frequent, the one that learned less. None of no runs.
    pub fn of_most(phases: impl Iterator<Item = LearningPhase>) -> Option<LearningPhase> {
        let phases: Vec<LearningPhase> = phases.collect();
        let count = |phase: &LearningPhase| phases.iter().filter(|other| *other == phase).count();
        Self::ALL.into_iter().rev().max_by_key(count).filter(|phase| count(phase) > 0)
    }
}

/// The accuracy from which the paper counts pairs as known, those of training and those of the test.
const NINE_TENTHS: f32 = 0.9;

/// The phase of a run that is over, from 90 % on instead of by the thresholds of this lab.
pub fn phase_at_90(history: &History) -> LearningPhase {
    let first =
        |accuracy: fn(&Point) -> f32| history.points.iter().find(|point| accuracy(point) >= NINE_TENTHS).map(|point| point.step);
    of_steps(first(|point| point.train_accuracy), first(|point| point.test_accuracy))
}

/// The phase of a run that is over, by the steps at which it knew the training pairs and the rule.
///
/// A delay counts as long when it is at least as long as memorising took. Liu et al. take 1,000 steps, where memorising takes
/// about as many; here rates differ by factors of a hundred.
fn of_steps(memorized: Option<u32>, grokked: Option<u32>) -> LearningPhase {
    match (memorized, grokked) {
        (Some(memorized), Some(grokked)) if grokked > memorized && grokked - memorized >= memorized => LearningPhase::Grokking,
        (_, Some(_)) => LearningPhase::Comprehension,
        (Some(_), None) => LearningPhase::Memorisation,
        (None, None) => LearningPhase::Confusion,
    }
}

/// The phase of a run with this step limit, as soon as nothing can change it any more: it grokked, its numbers are none any
/// more, or it is at its limit. With [`Stop::Limit`] only there.
pub fn decided(history: &History, (steps, stop): (u32, Stop)) -> Option<LearningPhase> {
    let over = history.points.last().is_some_and(|last| last.step >= steps);
    let over = over || stop == Stop::Grokked && (history.grokked.is_some() || diverged(history).is_some());
    over.then(|| of_steps(history.memorized, history.grokked))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(points: &[(u32, f32, f32)]) -> History {
        let mut history = History::default();
        for &(step, train_accuracy, test_accuracy) in points {
            history.push(Point { step, train_accuracy, test_accuracy, weight_norm: 1.0, ..Point::default() });
        }
        history
    }

    fn phase(points: &[(u32, f32, f32)]) -> Option<&'static str> {
        decided(&history(points), (100, Stop::Grokked)).map(LearningPhase::id)
    }

    #[test]
    fn each_phase_is_decided_as_early_as_it_can_be() {
        assert_eq!(phase(&[]), None);
        assert_eq!(phase(&[(0, 0.1, 0.1), (20, 1.0, 0.2)]), None, "it may still grok");
        assert_eq!(phase(&[(20, 1.0, 0.2), (39, 1.0, 0.96)]), Some("comprehension"));
        assert_eq!(phase(&[(20, 1.0, 0.2), (40, 1.0, 0.96)]), Some("grokking"));
        assert_eq!(phase(&[(20, 0.9, 0.96)]), Some("comprehension"), "before it knew every training pair");
        assert_eq!(phase(&[(20, 1.0, 0.2), (100, 1.0, 0.5)]), Some("memorisation"));
        assert_eq!(phase(&[(20, 0.5, 0.2), (100, 0.9, 0.5)]), Some("confusion"));
    }

    #[test]
    fn what_the_paper_counts_as_known_is_known_sooner() {
        let by_paper = |points: &[(u32, f32, f32)]| phase_at_90(&history(points)).id();
        assert_eq!(by_paper(&[]), "confusion");
        assert_eq!(by_paper(&[(20, 0.89, 0.89)]), "confusion");
        assert_eq!(by_paper(&[(20, 0.9, 0.2), (100, 0.98, 0.89)]), "memorisation");
        assert_eq!(by_paper(&[(20, 0.9, 0.2), (40, 0.98, 0.9)]), "grokking");
        assert_eq!(by_paper(&[(20, 0.9, 0.2), (30, 0.98, 0.9)]), "comprehension");
        assert_eq!(by_paper(&[(20, 0.8, 0.9)]), "comprehension");
    }

    #[test]
    fn most_seeds_decide_and_a_tie_goes_to_less() {
        use LearningPhase::{Comprehension, Grokking, Memorisation};
        let of_most = |phases: &[LearningPhase]| LearningPhase::of_most(phases.iter().copied());
        assert_eq!(of_most(&[]), None);
        assert_eq!(of_most(&[Comprehension, Grokking, Comprehension]), Some(Comprehension));
        assert_eq!(of_most(&[Comprehension, Memorisation]), Some(Memorisation));
    }

    #[test]
    fn what_diverged_is_not_waited_for_and_the_limit_can_be() {
        let mut lost = history(&[(20, 1.0, 0.2)]);
        lost.push(Point { step: 30, weight_norm: f32::NAN, ..Point::default() });
        assert_eq!(decided(&lost, (100, Stop::Grokked)), Some(LearningPhase::Memorisation));
        let grokked = history(&[(20, 1.0, 0.2), (40, 1.0, 0.96)]);
        assert_eq!(decided(&grokked, (100, Stop::Limit)), None);
        assert_eq!(decided(&grokked, (40, Stop::Limit)), Some(LearningPhase::Grokking));
    }
}
