//! The rows of a chart's data table: a dozen points that tell the story without the curve.

use crate::metrics::{History, Point};
use crate::tr;

/// Rows besides those of the two events.
const EVEN: usize = 11;

/// A row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    /// What was measured.
    pub point: &'a Point,
    /// `memorised` or `grokked` where that happened, in the language that is spoken; else empty.
    pub event: &'static str,
}

/// The first and the last point, the two events, and points at even distances between.
pub fn rows(history: &History) -> Vec<Row<'_>> {
    let points = &history.points;
    let Some(last) = points.len().checked_sub(1) else {
        return vec![];
    };
    let at = |step: Option<u32>| step.and_then(|step| points.binary_search_by_key(&step, |point| point.step).ok());
    let (memorized, grokked) = (at(history.memorized), at(history.grokked));
    let mut indices: Vec<usize> = (0..EVEN).map(|i| i * last / (EVEN - 1)).collect();
    indices.dedup();
    for index in [memorized, grokked].into_iter().flatten() {
        if let Err(at) = indices.binary_search(&index) {
            indices.insert(at, index);
        }
    }
    let event = |index| match Some(index) {
        i if i == grokked => tr!("grokked"),
        i if i == memorized => tr!("memorised"),
        _ => "",
    };
    indices.into_iter().map(|index| Row { point: &points[index], event: event(index) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(points: u32, memorized: u32, grokked: u32) -> History {
        let mut history = History::default();
        for step in 0..points {
            let [train_accuracy, test_accuracy] = [memorized, grokked].map(|at| if step >= at { 1.0 } else { 0.0 });
            let point = Point {
                run: 0,
                step: step * 3,
                train_loss: 1.0,
                test_loss: 1.0,
                weight_norm: 1.0,
                train_accuracy,
                test_accuracy,
                ..Point::default()
            };
            history.push(point);
        }
        history
    }

    #[test]
    fn a_long_run_has_a_dozen_rows_with_both_events() {
        let history = history(1000, 47, 203);
        let rows = rows(&history);
        let steps: Vec<u32> = rows.iter().map(|row| row.point.step).collect();
        assert_eq!((rows.len(), steps[0], steps[12]), (13, 0, 2997));
        assert!(steps.is_sorted_by(|a, b| a < b), "{steps:?}");
        let events: Vec<(u32, &str)> =
            rows.iter().filter(|row| !row.event.is_empty()).map(|row| (row.point.step, row.event)).collect();
        assert_eq!(events, [(141, "memorised"), (609, "grokked")]);
    }

    #[test]
    fn short_runs_have_every_point_once() {
        assert!(rows(&history(0, 9, 9)).is_empty());
        assert_eq!(rows(&history(1, 9, 9)).len(), 1);
        assert_eq!(rows(&history(5, 2, 9)).iter().map(|row| row.point.step).collect::<Vec<_>>(), [0, 3, 6, 9, 12]);
    }
}
