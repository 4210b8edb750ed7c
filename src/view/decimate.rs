//! Decimation: at most four points per pixel column, chosen so that no jump disappears. What was decimated is remembered, so
//! that a history that has grown costs what is new.

use core::ops::Range;

use super::scale::Scale;
use crate::metrics::Point;

/// A polyline without gaps, in pixels.
pub type Line = Vec<(f64, f64)>;

/// What is read of a point.
pub type Value = fn(&Point) -> f32;

/// Points that are looked at together: where all of them fall into the open column, none is placed by itself.
const STRETCH: usize = 64;

/// A number of points to three digits: what looks at all of them does so when it changes, which keeps the cost per point.
pub fn coarse(points: usize) -> usize {
    let mut unit = 1;
    while points / unit >= 1000 {
        unit *= 10;
    }
    points / unit * unit
}

/// First, lowest, highest and last point of one pixel column, as steps and values.
#[derive(Clone, Copy)]
struct Column {
    number: f64,
    first: (u32, f32),
    low: (u32, f32),
    high: (u32, f32),
    last: (u32, f32),
    /// Nothing leads here from the column before.
    begins: bool,
}

impl Column {
    fn add(&mut self, at: (u32, f32)) {
        if at.1 < self.low.1 {
            self.low = at;
        }
        if at.1 > self.high.1 {
            self.high = at;
        }
        self.last = at;
    }

    /// Appends the points in their order, each once.
    fn append_to(&self, line: &mut Line, point: &dyn Fn(u32, f32) -> (f64, f64)) {
        let [early, late] = if self.low.0 < self.high.0 { [self.low, self.high] } else { [self.high, self.low] };
        let mut previous = None;
        for (step, value) in [self.first, early, late, self.last] {
            if previous != Some(step) {
                line.push(point(step, value));
            }
            previous = Some(step);
        }
    }
}

/// One value of a history along the step axis.
#[derive(Default)]
struct Trace {
    columns: Vec<Column>,
    /// The last value was not finite: the next one begins a line.
    broken: bool,
}

impl Trace {
    fn add(&mut self, number: f64, step: u32, value: f32) {
        if !value.is_finite() {
            self.broken = true;
            return;
        }
        let at = (step, value);
        match self.columns.last_mut() {
            Some(open) if open.number == number && !self.broken => open.add(at),
            _ => {
                let begins = self.columns.is_empty() || self.broken;
                self.columns.push(Column { number, first: at, low: at, high: at, last: at, begins });
            }
        }
        self.broken = false;
    }
}

/// The values of one history.
#[derive(Default)]
struct Curve {
    traces: Vec<Trace>,
    /// How many points are in the traces.
    seen: usize,
    /// The column of the last of them.
    column: f64,
    /// Lowest and highest finite value of each trace over the whole history, also where it is not drawn yet, …
    extremes: Vec<(f32, f32)>,
    /// … which is so many points long, and ends like this.
    len: usize,
    last: Point,
}

impl Curve {
    /// Takes what is new of a history, of which the points up to `shown` are drawn. False if it was another one until now.
    fn follow(&mut self, points: &[Point], shown: usize, values: &[Value], column: &dyn Fn(u32) -> f64) -> bool {
        let known = self.len == 0 || points.get(self.len - 1).is_some_and(|point| point.same(&self.last));
        if !known || self.extremes.is_empty() {
            *self = Curve { extremes: vec![(f32::INFINITY, f32::NEG_INFINITY); values.len()], ..Curve::default() };
        }
        for (value, (low, high)) in values.iter().zip(&mut self.extremes) {
            for value in points[self.len..].iter().map(value).filter(|value| value.is_finite()) {
                (*low, *high) = (low.min(value), high.max(value));
            }
        }
        (self.len, self.last) = (points.len(), points.last().copied().unwrap_or_default());
        if self.seen > shown || self.traces.is_empty() {
            (self.seen, self.column) = (0, f64::NAN);
            self.traces = values.iter().map(|_| Trace::default()).collect();
        }
        for stretch in points[self.seen..shown].chunks(STRETCH) {
            let whole = stretch.last().is_some_and(|end| column(end.step) == self.column);
            for point in stretch {
                if !whole {
                    self.column = column(point.step);
                }
                for (trace, value) in self.traces.iter_mut().zip(values) {
                    trace.add(self.column, point.step, value(point));
                }
            }
        }
        self.seen = shown;
        known
    }
}

/// The curves of a chart as they were last drawn.
#[derive(Default)]
pub struct Traces {
    /// The step axis, and device pixels per pixel.
    axis: Option<(Scale, f64)>,
    curves: Vec<Curve>,
    /// How often a curve became another one.
    replaced: u32,
}

impl Traces {
    /// Brings the curves up to date: one for each history, of which the points up to a number are drawn, and in it one for
    /// each value.
    pub fn follow(
        &mut self,
        axis: Scale,
        density: f64,
        histories: &mut dyn Iterator<Item = (&[Point], usize)>,
        values: &[Value],
    ) {
        if self.axis.replace((axis, density)) != Some((axis, density)) {
            self.curves.iter_mut().for_each(|curve| curve.traces.clear());
        }
        let column = |step: u32| (axis.at(step.into()) * density).floor();
        let mut count = 0;
        for (points, shown) in histories {
            if count == self.curves.len() {
                self.curves.push(Curve::default());
            }
            if !self.curves[count].follow(points, shown, values, &column) {
                self.replaced += 1;
            }
            count += 1;
        }
        self.curves.truncate(count);
    }

    /// Changes whenever a curve has another column, or is another one.
    pub fn revision(&self) -> (usize, u32) {
        let columns = self.curves.iter().flat_map(|curve| &curve.traces).map(|trace| trace.columns.len());
        (columns.sum(), self.replaced)
    }

    /// The lowest and the highest of some of the values over all points, if any are finite.
    pub fn extremes(&self, values: Range<usize>) -> impl Iterator<Item = f64> {
        let all = self.curves.iter().filter_map(move |curve| curve.extremes.get(values.clone())).flatten();
        all.flat_map(|(low, high)| [f64::from(*low), f64::from(*high)])
    }

    /// The polylines of a value of a history. `height` is where a value is drawn.
    pub fn lines(&self, history: usize, value: usize, height: &dyn Fn(f32) -> f64) -> Vec<Line> {
        let mut lines: Vec<Line> = vec![];
        let (Some((axis, _)), Some(curve)) = (self.axis, self.curves.get(history)) else { return lines };
        let point = |step: u32, value: f32| (axis.at(step.into()), height(value));
        for column in curve.traces.get(value).into_iter().flat_map(|trace| &trace.columns) {
            if column.begins {
                lines.push(Line::new());
            }
            if let Some(line) = lines.last_mut() {
                column.append_to(line, &point);
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::scale::Spread;
    use core::cell::Cell;

    const VALUES: [Value; 2] = [|p| p.train_loss, |p| p.test_loss];

    fn axis(high: f64) -> Scale {
        Scale { spread: Spread::Linear, low: 0.0, high, from: 0.0, to: 100.0 }
    }

    fn points(losses: impl IntoIterator<Item = f32>) -> Vec<Point> {
        losses.into_iter().zip(0..).map(|(train_loss, step)| Point { step, train_loss, ..Point::default() }).collect()
    }

    fn follow(traces: &mut Traces, high: f64, points: &[Point]) -> Vec<Line> {
        traces.follow(axis(high), 1.0, &mut [(points, points.len())].into_iter(), &VALUES);
        traces.lines(0, 0, &|value| value.into())
    }

    #[test]
    fn few_points_stay_as_they_are_and_gaps_split_the_line() {
        let mut traces = Traces::default();
        assert_eq!(follow(&mut traces, 10.0, &points([1.0, 2.0, 0.0])), [vec![(0.0, 1.0), (10.0, 2.0), (20.0, 0.0)]]);
        let gap = points([1.0, f32::NAN, 1.0, f32::INFINITY, 2.0, 3.0]);
        assert_eq!(follow(&mut traces, 10.0, &gap), [vec![(0.0, 1.0)], vec![(20.0, 1.0)], vec![(40.0, 2.0), (50.0, 3.0)]]);
        assert!(follow(&mut traces, 10.0, &[]).is_empty());
    }

    #[test]
    fn a_spike_survives_and_the_count_is_bounded() {
        let wave = points((0..5000).map(|i| if i == 2517 { 90.0 } else { (i % 7) as f32 }));
        let lines = follow(&mut Traces::default(), 5000.0, &wave);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].len() <= 400, "{}", lines[0].len());
        assert!(lines[0].iter().any(|(x, y)| (x - 50.34).abs() < 1e-9 && *y == 90.0));
        assert!(lines[0].windows(2).all(|w| w[0].0 <= w[1].0));
        assert_eq!((lines[0][0].0, lines[0].last().map(|p| p.0)), (0.0, Some(4999.0 / 5000.0 * 100.0)));
    }

    #[test]
    fn a_history_that_grows_is_drawn_like_one_that_was_there_at_once() {
        let wave = points((0..3000).map(|i| if i % 1000 == 7 { f32::NAN } else { ((i * 37) % 101) as f32 }));
        let mut grown = Traces::default();
        for (len, high) in [(1, 100.0), (64, 100.0), (65, 100.0), (700, 1000.0), (701, 1000.0), (2500, 3000.0), (3000, 3000.0)] {
            let lines = follow(&mut grown, high, &wave[..len]);
            assert_eq!(lines, follow(&mut Traces::default(), high, &wave[..len]), "{len}");
            assert_eq!(grown.extremes(0..1).collect::<Vec<_>>(), Traces::of(&wave[..len]), "{len}");
        }
        // A run that is taken up at an earlier step, and another run of the same length.
        assert_eq!(follow(&mut grown, 3000.0, &wave[..900]), follow(&mut Traces::default(), 3000.0, &wave[..900]));
        let other = points((0..900).map(|i| i as f32));
        let before = grown.revision();
        assert_eq!(follow(&mut grown, 3000.0, &other), follow(&mut Traces::default(), 3000.0, &other));
        assert!(grown.revision() != before);
    }

    impl Traces {
        fn of(points: &[Point]) -> Vec<f64> {
            let mut traces = Traces::default();
            follow(&mut traces, 1.0, points);
            traces.extremes(0..1).collect()
        }
    }

    #[test]
    fn a_long_history_is_looked_at_as_often_as_it_has_grown_by_a_hundredth() {
        assert_eq!([0, 999, 1000, 1009, 1010, 123_456].map(coarse), [0, 999, 1000, 1000, 1010, 123_000]);
        let looks = (0..1_000_000).filter(|&n| coarse(n) != coarse(n + 1)).count();
        assert!((1000..6000).contains(&looks), "{looks}");
    }

    thread_local!(static READ: Cell<u64> = const { Cell::new(0) });
    const COUNTED: [Value; 1] = [|p| {
        READ.set(READ.get() + 1);
        p.train_loss
    }];

    #[test]
    fn a_million_points_cost_what_is_new() {
        let million = points((0..1_000_000).map(|i| (i % 13) as f32));
        let mut traces = Traces::default();
        let mut read = |len: usize| {
            READ.set(0);
            traces.follow(axis(1e6), 2.0, &mut [(&million[..len], len)].into_iter(), &COUNTED);
            (READ.get(), traces.revision().0)
        };
        assert_eq!(read(900_000).0, 1_800_000, "once for what is drawn, once for the axis");
        let (cost, columns) = read(900_050);
        assert_eq!(cost, 100);
        assert_eq!(read(900_050), (0, columns));
        assert_eq!(read(904_000).1, columns, "nothing to draw before the column is over");
        assert_eq!(read(906_000).1, columns + 1);
    }
}
