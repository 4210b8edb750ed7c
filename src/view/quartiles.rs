//! What several seeds have in common: median and quartiles of what was measured at each step.

use super::decimate::Value;
use crate::metrics::{History, Metric, Point};
use crate::order::argsort;

/// Lower quartile, median and upper quartile of the finite values among these; NaN where there are none. Of n sorted values,
/// the quantile q is at q·(n − 1), counted from 0, between two of them on the line that joins them (type 7 of Hyndman and Fan
/// 1996, *Sample quantiles in statistical packages*).
pub fn quartiles(mut values: Vec<f32>) -> [f32; 3] {
    values.retain(|value| value.is_finite());
    let values: Vec<f32> =
        argsort(values.len(), &|a, b| values[a].total_cmp(&values[b])).into_iter().map(|i| values[i]).collect();
    [1, 2, 3].map(|quarter| {
        let Some(last) = values.len().checked_sub(1) else { return f32::NAN };
        let (at, rest) = (quarter * last / 4, (quarter * last % 4) as f32 / 4.0);
        let (low, high) = (values[at], values[(at + 1).min(last)]);
        low + rest * (high - low)
    })
}

/// The quartiles of a value over the runs that were measured at this step.
pub fn at(runs: &[History], step: u32, value: Value) -> [f32; 3] {
    let point = |run: &History| run.points.binary_search_by_key(&step, |point| point.step).ok().map(|at| value(&run.points[at]));
    quartiles(runs.iter().filter_map(point).collect())
}

/// The quartiles of several runs, brought up to date as these grow.
#[derive(Default)]
pub struct Quartiles {
    /// As if of three runs: a point for each step at which any run was measured. Those that had ended do not count there.
    curves: [Vec<Point>; 3],
    /// How many points of each run are in them, and how these end.
    seen: Vec<(usize, Option<Point>)>,
}

impl Quartiles {
    /// Takes what is new of some runs, for these metrics. A single run has none.
    pub fn follow(&mut self, runs: &[History], metrics: &[&Metric]) {
        let goes_on = |(run, (len, last)): (&History, &(usize, Option<Point>))| {
            *len == 0 || run.points.get(len - 1).is_some_and(|point| last.is_some_and(|last| point.same(&last)))
        };
        if runs.len() < 2 || self.seen.len() != runs.len() || !runs.iter().zip(&self.seen).all(goes_on) {
            *self = Quartiles::default();
        }
        if runs.len() < 2 {
            return;
        }
        self.seen = runs.iter().map(|run| (run.points.len(), run.points.last().copied())).collect();
        // At the last step, more runs may have come.
        let from = self.curves[0].last().map_or(0, |point| point.step);
        self.curves.iter_mut().for_each(|curve| curve.truncate(curve.partition_point(|point| point.step < from)));
        let mut left: Vec<&[Point]> =
            runs.iter().map(|run| &run.points[run.points.partition_point(|point| point.step < from)..]).collect();
        while let Some(step) = left.iter().filter_map(|points| points.first()).map(|point| point.step).min() {
            let mut summary = [Point { step, ..Point::default() }; 3];
            let measured = || left.iter().filter_map(|points| points.first().filter(|point| point.step == step));
            for metric in metrics {
                let values = quartiles(measured().map(metric.value).collect());
                summary.iter_mut().zip(values).for_each(|(point, value)| (metric.set)(point, value));
            }
            self.curves.iter_mut().zip(summary).for_each(|(curve, point)| curve.push(point));
            for points in &mut left {
                *points = &points[usize::from(points.first().is_some_and(|point| point.step == step))..];
            }
        }
    }

    /// Lower quartile, median and upper quartile by step.
    pub fn curves(&self) -> &[Vec<Point>; 3] {
        &self.curves
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::metrics::METRICS;

    fn run(losses: &[f32]) -> History {
        let mut history = History::default();
        for (step, train_loss) in (0..).zip(losses) {
            history.push(Point { step: 10 * step, train_loss: *train_loss, ..Point::default() });
        }
        history
    }

    fn losses(quartiles: &Quartiles) -> [Vec<f32>; 3] {
        quartiles.curves().each_ref().map(|curve| curve.iter().map(|point| point.train_loss).collect())
    }

    fn of(runs: &[History]) -> Quartiles {
        let mut quartiles = Quartiles::default();
        quartiles.follow(runs, &[&METRICS[0]]);
        quartiles
    }

    #[test]
    fn quartiles_are_those_of_the_definition() {
        assert_eq!(quartiles(vec![5.0, 1.0, 4.0, 2.0, 3.0]), [2.0, 3.0, 4.0]);
        assert_eq!(quartiles(vec![4.0, 1.0, 3.0, 2.0]), [1.75, 2.5, 3.25]);
        assert_eq!(quartiles(vec![1.0, 3.0]), [1.5, 2.0, 2.5]);
        assert_eq!(quartiles(vec![7.0]), [7.0; 3]);
        // What is no number does not count.
        assert_eq!(quartiles(vec![f32::NAN, 3.0, f32::INFINITY, 1.0, f32::NEG_INFINITY]), [1.5, 2.0, 2.5]);
        assert!(quartiles(vec![f32::NAN]).iter().chain(&quartiles(vec![])).all(|value| value.is_nan()));
    }

    #[test]
    fn each_step_counts_the_runs_that_have_a_value_there() {
        let runs = [run(&[1.0, 8.0, 4.0]), run(&[3.0]), run(&[2.0, f32::NAN, 6.0, 9.0])];
        assert_eq!(losses(&of(&runs)), [[1.5, 8.0, 4.5, 9.0], [2.0, 8.0, 5.0, 9.0], [2.5, 8.0, 5.5, 9.0]]);
        assert_eq!(of(&runs).curves()[1].iter().map(|point| point.step).collect::<Vec<_>>(), [0, 10, 20, 30]);
        assert_eq!([0, 10, 20, 30].map(|step| at(&runs, step, |point| point.train_loss)[1]), [2.0, 8.0, 5.0, 9.0]);
        assert!(at(&runs, 15, |point| point.train_loss)[0].is_nan());
        assert!(losses(&of(&runs[..1])).iter().all(Vec::is_empty), "one run has no quartiles");
    }

    #[test]
    fn runs_that_grow_end_or_begin_anew_have_the_quartiles_of_what_they_are() {
        let all = [[5.0, 4.0, 3.0, 1.0], [6.0, f32::NAN, 2.0, 1.5], [9.0, 8.0, 7.0, 6.0]];
        let until = |lens: [usize; 3]| [0, 1, 2].map(|i| run(&all[i][..lens[i]]));
        let mut grown = Quartiles::default();
        // One run comes late, and then all go back.
        for lens in [[0, 0, 0], [1, 1, 1], [2, 2, 1], [2, 2, 2], [4, 4, 4], [2, 2, 2], [4, 2, 3]] {
            let runs = until(lens);
            grown.follow(&runs, &[&METRICS[0]]);
            let bits =
                |quartiles: &Quartiles| losses(quartiles).map(|curve| curve.iter().map(|v| v.to_bits()).collect::<Vec<_>>());
            assert_eq!(bits(&grown), bits(&of(&runs)), "{lens:?}");
        }
        grown.follow(&[run(&[1.0, 1.0]), run(&[2.0, 2.0])], &[&METRICS[0]]);
        assert_eq!(losses(&grown)[1], [1.5, 1.5]);
    }
}
