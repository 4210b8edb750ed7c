//! Trajectories: what is measured against something else that is measured, from point to point in the order of steps. What was
//! laid out is remembered, so that a history that has grown costs what is new.

use super::decimate::{Line, Value};
use super::scale::Scale;
use crate::metrics::Point;

/// A point this close to the one before is left out as soon as the next one comes, pixels.
const NEAR: f64 = 0.5;

/// One value of a history against another one.
#[derive(Default)]
struct Path {
    lines: Vec<Line>,
    /// The last point had no place: the next one begins a line.
    broken: bool,
}

impl Path {
    fn add(&mut self, at: (f64, f64)) {
        if !(at.0.is_finite() && at.1.is_finite()) {
            self.broken = true;
            return;
        }
        match self.lines.last_mut().filter(|_| !self.broken) {
            Some(line) => {
                if let [.., a, b] = line[..]
                    && libm::hypot(b.0 - a.0, b.1 - a.1) < NEAR
                {
                    line.pop();
                }
                line.push(at);
            }
            None => self.lines.push(vec![at]),
        }
        self.broken = false;
    }
}

/// The values of one history.
#[derive(Default)]
struct Curve {
    paths: Vec<Path>,
    /// How many points are in the paths, and the last of them.
    seen: usize,
    last: Point,
}

/// The trajectories of a chart as they were last drawn.
#[derive(Default)]
pub struct Paths {
    /// Both axes: across as a whole and as it is seen, and upright.
    axes: Option<[Scale; 3]>,
    curves: Vec<Curve>,
}

impl Paths {
    /// Brings them up to date: one for each history, of which the points up to a number are drawn, and in it one for each value
    /// against the value `across`. `axes` are the whole axis across, the part of it that is in view, and the upright one.
    pub fn follow(
        &mut self,
        axes: [Scale; 3],
        histories: &mut dyn Iterator<Item = (&[Point], usize)>,
        across: Value,
        values: &[Value],
    ) {
        if self.axes.replace(axes) != Some(axes) {
            self.curves.clear();
        }
        let [whole, seen, upright] = axes;
        let mut count = 0;
        for (points, shown) in histories {
            if count == self.curves.len() {
                self.curves.push(Curve::default());
            }
            let curve = &mut self.curves[count];
            let known = curve.seen == 0 || points.get(curve.seen - 1).is_some_and(|point| point.same(&curve.last));
            if !known || curve.seen > shown || curve.paths.is_empty() {
                *curve = Curve { paths: values.iter().map(|_| Path::default()).collect(), ..Curve::default() };
            }
            for point in &points[curve.seen..shown] {
                let x = seen.at_part(&whole, across(point).into());
                for (path, value) in curve.paths.iter_mut().zip(values) {
                    path.add((x, upright.at(value(point).into())));
                }
                curve.last = *point;
            }
            curve.seen = shown;
            count += 1;
        }
        self.curves.truncate(count);
    }

    /// The polylines of a value of a history.
    pub fn lines(&self, history: usize, value: usize) -> &[Line] {
        self.curves.get(history).and_then(|curve| curve.paths.get(value)).map_or(&[], |path| &path.lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::scale::Spread;

    const AXIS: Scale = Scale { spread: Spread::Linear, low: 0.0, high: 100.0, from: 0.0, to: 100.0 };

    fn points(pairs: &[(f32, f32)]) -> Vec<Point> {
        let point = |((weight_norm, test_loss), step): (&(f32, f32), u32)| Point {
            step,
            weight_norm: *weight_norm,
            test_loss: *test_loss,
            ..Point::default()
        };
        pairs.iter().zip(0..).map(point).collect()
    }

    fn follow<'a>(paths: &'a mut Paths, axes: [Scale; 3], points: &[Point], shown: usize) -> &'a [Line] {
        paths.follow(axes, &mut [(points, shown)].into_iter(), |p| p.weight_norm, &[|p| p.test_loss]);
        paths.lines(0, 0)
    }

    #[test]
    fn points_are_joined_in_the_order_of_steps_also_back_and_a_gap_is_a_gap() {
        let run = points(&[(10.0, 1.0), (30.0, 2.0), (20.0, 3.0), (f32::NAN, 4.0), (5.0, 5.0)]);
        let lines = follow(&mut Paths::default(), [AXIS; 3], &run, 5).to_vec();
        assert_eq!(lines, [vec![(10.0, 1.0), (30.0, 2.0), (20.0, 3.0)], vec![(5.0, 5.0)]]);
    }

    #[test]
    fn what_lies_close_is_left_out_but_the_last_point_and_no_jump() {
        let mut pairs = vec![(10.0, 10.0); 1000];
        pairs[500] = (90.0, 10.0);
        pairs.push((10.2, 10.2));
        let lines = follow(&mut Paths::default(), [AXIS; 3], &points(&pairs), 1001).to_vec();
        assert_eq!(lines.len(), 1);
        assert!(lines[0].len() <= 6 && lines[0].contains(&(90.0, 10.0)), "{lines:?}");
        let (x, y) = lines[0][lines[0].len() - 1];
        assert!((x - 10.2).abs() < 1e-5 && (y - 10.2).abs() < 1e-5, "{x} {y}");
    }

    #[test]
    fn a_history_that_grows_goes_back_or_is_another_one_is_drawn_as_it_is() {
        let run = points(&(0..300).map(|i| ((i * 37 % 101) as f32, (i * 53 % 97) as f32)).collect::<Vec<_>>());
        let other = points(&(0..300).map(|i| (i as f32 / 3.0, 7.0)).collect::<Vec<_>>());
        let part = Scale { low: 20.0, high: 40.0, ..AXIS };
        let mut grown = Paths::default();
        for (run, shown, axes) in [
            (&run, 10, [AXIS; 3]),
            (&run, 11, [AXIS; 3]),
            (&run, 300, [AXIS; 3]),
            (&run, 200, [AXIS; 3]),
            (&other, 250, [AXIS; 3]),
            (&other, 300, [AXIS, part, AXIS]),
        ] {
            let lines = follow(&mut grown, axes, run, shown).to_vec();
            assert_eq!(lines, follow(&mut Paths::default(), axes, run, shown), "{shown}");
        }
    }
}
