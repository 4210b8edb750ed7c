//! A line through points: y = level + slope · x.

/// A line, and how well it fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// How much y grows with x.
    pub slope: f64,
    /// The y at x = 0.
    pub level: f64,
    /// The share of the variance of y that it accounts for, from 0 to 1.
    pub r2: f64,
}

impl Line {
    /// Through finite points, by least squares (Legendre 1805). None through fewer than three or of one x alone, through which any
    /// line goes.
    pub fn through(points: &[(f64, f64)]) -> Option<Line> {
        let count = points.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (x, y) = (mean(|point| point.0), mean(|point| point.1));
        let sum = |of: &dyn Fn(f64, f64) -> f64| points.iter().map(|point| of(point.0 - x, point.1 - y)).sum::<f64>();
        let (xx, xy, yy) = (sum(&|x, _| x * x), sum(&|x, y| x * y), sum(&|_, y| y * y));
        if points.len() < 3 || xx <= 1e-12 * count {
            return None;
        }
        let slope = xy / xx;
        // Where all y are alike, there is nothing to account for.
        let r2 = if yy > 1e-12 * count { xy * xy / (xx * yy) } else { 1.0 };
        Some(Line { slope, level: y - slope * x, r2 })
    }
}
