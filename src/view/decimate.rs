//! Decimation: at most four points per pixel column, chosen so that no jump disappears.

/// A polyline without gaps, in pixels.
pub type Line = Vec<(f64, f64)>;

/// First, lowest, highest and last point of one pixel column.
struct Column {
    column: f64,
    first: (usize, f64, f64),
    low: (usize, f64, f64),
    high: (usize, f64, f64),
    last: (usize, f64, f64),
}

impl Column {
    fn new(at: (usize, f64, f64)) -> Self {
        Column { column: at.1.floor(), first: at, low: at, high: at, last: at }
    }

    fn add(&mut self, at: (usize, f64, f64)) {
        if at.2 < self.low.2 {
            self.low = at;
        }
        if at.2 > self.high.2 {
            self.high = at;
        }
        self.last = at;
    }

    /// Appends the kept points in their order, each once.
    fn flush(&self, line: &mut Line) {
        let [early, late] = if self.low.0 < self.high.0 { [self.low, self.high] } else { [self.high, self.low] };
        let kept = [self.first, early, late, self.last];
        let mut previous = None;
        for (index, x, y) in kept {
            if previous != Some(index) {
                line.push((x, y));
            }
            previous = Some(index);
        }
    }
}

/// Polylines through points given in pixels with ascending x. Points that are not finite leave a gap.
pub fn decimate(mut points: impl Iterator<Item = (f64, f64)>) -> Vec<Line> {
    lines(&mut points)
}

/// Likewise, compiled once for all kinds of points.
fn lines(points: &mut dyn Iterator<Item = (f64, f64)>) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![];
    let mut current = Line::new();
    let mut column: Option<Column> = None;
    for (index, (x, y)) in points.enumerate() {
        if !(x.is_finite() && y.is_finite()) {
            if let Some(done) = column.take() {
                done.flush(&mut current);
                lines.push(core::mem::take(&mut current));
            }
            continue;
        }
        match &mut column {
            Some(open) if open.column == x.floor() => open.add((index, x, y)),
            open => {
                if let Some(done) = open.replace(Column::new((index, x, y))) {
                    done.flush(&mut current);
                }
            }
        }
    }
    if let Some(done) = column {
        done.flush(&mut current);
        lines.push(current);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_points_stay_as_they_are() {
        let points = [(0.0, 1.0), (5.0, 2.0), (9.5, 0.0)];
        assert_eq!(decimate(points.into_iter()), [points.to_vec()]);
    }

    #[test]
    fn a_spike_survives_and_the_count_is_bounded() {
        let wave = (0..5000).map(|i| (f64::from(i) / 50.0, if i == 2517 { 90.0 } else { f64::from(i % 7) }));
        let lines = decimate(wave);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].len() <= 400, "{}", lines[0].len());
        assert!(lines[0].contains(&(50.34, 90.0)));
        assert!(lines[0].windows(2).all(|w| w[0].0 <= w[1].0));
        assert_eq!((lines[0][0].0, lines[0].last().map(|p| p.0)), (0.0, Some(99.98)));
    }

    #[test]
    fn gaps_split_the_line() {
        let points = [(0.0, 1.0), (1.0, f64::NAN), (2.0, 1.0), (3.0, 2.0)];
        assert_eq!(decimate(points.into_iter()), [vec![(0.0, 1.0)], vec![(2.0, 1.0), (3.0, 2.0)]]);
        assert!(decimate(core::iter::empty()).is_empty());
    }
}
