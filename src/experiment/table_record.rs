//! What is kept of the first table of runs of an arm, so that its card has something to draw before anybody trains it.

use super::{Across, Arm, Ending};
use crate::analysis::TrainingMap;
use crate::metrics::LearningPhase;
use crate::order::argsort;

/// Times at which the states of a run are kept, at most.
const TIMES: usize = 28;

/// Of each cell, the first axis to the right and the second one up, or of each run, what its arm is about.
#[derive(Debug, Clone, PartialEq)]
pub enum TableRecord {
    /// Cells to the right, and the [phases from 90 % on](crate::metrics::phase_at_90).
    Phases(usize, Vec<LearningPhase>),
    /// Cells to the right, and test accuracy at the end, thousandths.
    Accuracy(usize, Vec<u32>),
    /// The latent states that each run went through, at times equally far apart; those that converged first come first.
    Paths(Vec<Vec<u8>>),
}

impl TableRecord {
    /// Of a table all of whose rows are decided, with so many cells to the right; none where some are not, or where there is no map of
    /// runs that were followed.
    pub fn of(arm: &Arm, across: usize, endings: &[Ending], map: Option<&TrainingMap>) -> Option<TableRecord> {
        if arm.follows() {
            return Some(TableRecord::Paths(paths(map?)));
        }
        if across == 0 || endings.is_empty() || !endings.len().is_multiple_of(across) {
            return None;
        }
        let of_phases = arm.across.iter().any(|across| matches!(across, Across::Some(_)));
        Some(if of_phases {
            TableRecord::Phases(across, endings.iter().map(|ending| ending.phase_at_90).collect())
        } else {
            let accuracy = endings.iter().map(|ending| (ending.last.test_accuracy * 1000.0).round() as u32);
            TableRecord::Accuracy(across, accuracy.collect())
        })
    }

    /// The line of a record that [`parse`](TableRecord::parse) reads: `phases 4 MMGC…`, `cells 7 12 950 …`, `paths 0012 0122 …`.
    pub fn write(&self) -> String {
        let spaced = |list: Vec<String>| list.join(" ");
        match self {
            TableRecord::Phases(across, phases) => {
                let letters: String = phases.iter().map(|phase| letter(*phase)).collect();
                format!("phases {across} {letters}\n")
            }
            TableRecord::Accuracy(across, accuracy) => {
                format!("cells {across} {}\n", spaced(accuracy.iter().map(u32::to_string).collect()))
            }
            TableRecord::Paths(paths) => {
                let states = |path: &Vec<u8>| path.iter().map(u8::to_string).collect();
                format!("paths {}\n", spaced(paths.iter().map(states).collect()))
            }
        }
    }

    /// Reads what follows the first word of a line; none of a line of another kind, or of one that makes no whole rows.
    pub fn parse(kind: &str, rest: &str) -> Option<TableRecord> {
        if kind == "paths" {
            let state = |letter: char| letter.to_digit(10).map(|state| state as u8);
            let paths: Vec<Vec<u8>> = rest.split(' ').map(|path| path.chars().map(state).collect()).collect::<Option<_>>()?;
            let even = paths.iter().all(|path| path.len() == paths[0].len() && !path.is_empty());
            return even.then_some(TableRecord::Paths(paths));
        }
        let (across, cells) = rest.split_once(' ')?;
        let across: usize = across.parse().ok().filter(|across| *across > 0)?;
        let phase = |written: char| LearningPhase::ALL.into_iter().find(|phase| letter(*phase) == written);
        let (count, table) = match kind {
            "phases" => {
                let phases: Vec<LearningPhase> = cells.chars().map(phase).collect::<Option<_>>()?;
                (phases.len(), TableRecord::Phases(across, phases))
            }
            "cells" => {
                let accuracy: Vec<u32> = cells.split(' ').map(|cell| cell.parse().ok()).collect::<Option<_>>()?;
                (accuracy.len(), TableRecord::Accuracy(across, accuracy))
            }
            _ => return None,
        };
        count.is_multiple_of(across).then_some(table)
    }
}

/// What stands for a phase in a record: the first letter of its name, but `X` for confusion.
fn letter(phase: LearningPhase) -> char {
    match phase {
        LearningPhase::Confusion => 'X',
        LearningPhase::Memorisation => 'M',
        LearningPhase::Grokking => 'G',
        LearningPhase::Comprehension => 'C',
    }
}

/// The ways of a map's runs, at fewer times.
fn paths(map: &TrainingMap) -> Vec<Vec<u8>> {
    let order = argsort(map.paths.len(), &|a, b| map.converged[a].cmp(&map.converged[b]));
    let fewer = |run: usize| {
        let path = &map.paths[run];
        let times = path.len().min(TIMES);
        (0..times).map(|time| path[time * path.len() / times]).collect()
    };
    order.into_iter().map(fewer).collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::experiment::find;
    use crate::metrics::Point;

    #[test]
    fn a_table_is_kept_by_what_its_arm_is_about() {
        let config = Config::standard();
        let ending = |(phase_at_90, test_accuracy)| {
            let last = Point { test_accuracy, ..Point::default() };
            Ending { config: &config, phase_at_90, oscillation: f32::NAN, apart: f32::NAN, last }
        };
        let endings = [(LearningPhase::Confusion, 0.0404), (LearningPhase::Grokking, 1.0)].map(ending);
        let of = |id: &str, across, map: Option<&TrainingMap>| TableRecord::of(find(id).unwrap().1, across, &endings, map);
        let phases = TableRecord::Phases(2, vec![LearningPhase::Confusion, LearningPhase::Grokking]);
        assert_eq!(of("phases", 2, None), Some(phases));
        assert_eq!(of("fraction", 1, None), Some(TableRecord::Accuracy(1, vec![40, 1000])));
        assert_eq!((of("fraction", 3, None), of("fraction", 0, None), of("detours", 2, None)), (None, None, None));
        let path = |last: u8| (0..2 * TIMES).map(|i| if i < 4 { 0 } else { last }).collect::<Vec<u8>>();
        let map = TrainingMap { states: vec![], moves: vec![], paths: vec![path(1), path(2)], converged: vec![9, 5], r2: 1.0 };
        let Some(TableRecord::Paths(paths)) = of("detours", 2, Some(&map)) else { panic!("no paths") };
        assert_eq!((paths.len(), &paths[0][..4], &paths[1][..4]), (2, &[0, 0, 2, 2][..], &[0, 0, 1, 1][..]));
        assert!(paths.iter().all(|path| path.len() == TIMES), "{paths:?}");
    }

    #[test]
    fn a_table_round_trips_and_what_makes_no_table_is_left_out() {
        let phases = TableRecord::Phases(2, LearningPhase::ALL.into());
        for (table, written) in [
            (phases, "phases 2 XMGC\n"),
            (TableRecord::Accuracy(3, vec![7, 500, 1000]), "cells 3 7 500 1000\n"),
            (TableRecord::Paths(vec![vec![0, 1], vec![0, 7]]), "paths 01 07\n"),
        ] {
            assert_eq!(table.write(), written);
            let (kind, rest) = written.trim_end().split_once(' ').unwrap();
            assert_eq!(TableRecord::parse(kind, rest), Some(table));
        }
        for line in ["phases 3 XM", "phases 2 XQ", "phases 0 XM", "cells 2 1 x", "cells 2", "paths 01 0", "paths ", "steps 1 2"] {
            let (kind, rest) = line.split_once(' ').unwrap();
            assert_eq!(TableRecord::parse(kind, rest), None, "{line}");
        }
    }
}
