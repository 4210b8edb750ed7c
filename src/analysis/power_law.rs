//! A power law through points: y = a · xᵇ, a line in logarithms.

use super::Line;

/// A power law, and how well it fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerLaw {
    /// How many points it is of.
    pub points: usize,
    /// b: twice the x is 2ᵇ times the y.
    pub exponent: f64,
    /// a: the y at x = 1.
    pub factor: f64,
    /// The share of the variance of ln y that it accounts for, from 0 to 1.
    pub r2: f64,
}

impl PowerLaw {
    /// Of points, by the [`Line`] of their logarithms: ln y = ln a + b · ln x. Only positive numbers have logarithms, and others do
    /// not count.
    pub fn of(points: impl IntoIterator<Item = (f64, f64)>) -> Option<PowerLaw> {
        let logarithms = points.into_iter().map(|(x, y)| (libm::log(x), libm::log(y)));
        let points: Vec<(f64, f64)> = logarithms.filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
        let Line { slope, level, r2 } = Line::through(&points)?;
        Some(PowerLaw { points: points.len(), exponent: slope, factor: libm::exp(level), r2 })
    }

    /// Its y.
    pub fn at(&self, x: f64) -> f64 {
        self.factor * libm::exp(self.exponent * libm::log(x))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * b.abs().max(1.0)
    }

    #[test]
    fn a_law_without_noise_is_found_exactly() {
        for exponent in [-1.0, 0.5, 1.0, 2.0] {
            let points = [0.1, 1.0, 3.0, 100.0].map(|x: f64| (x, 7.0 * libm::pow(x, exponent)));
            let law = PowerLaw::of(points).expect("a law");
            assert!(law.points == 4 && close(law.exponent, exponent) && close(law.factor, 7.0) && close(law.r2, 1.0), "{law:?}");
            assert!(close(law.at(50.0), 7.0 * libm::pow(50.0, exponent)), "{law:?}");
        }
    }

    #[test]
    fn what_a_line_leaves_over_lowers_its_share() {
        // In logarithms of base 2: (0, 0), (1, 2), (2, 1), (3, 3). Slope 4/5, r² = 4²/(5·5).
        let law = PowerLaw::of([(1.0, 1.0), (2.0, 4.0), (4.0, 2.0), (8.0, 8.0)]).expect("a law");
        assert!(close(law.exponent, 0.8) && close(law.r2, 0.64), "{law:?}");
        assert!(close(law.factor, libm::pow(2.0, 0.3)), "{law:?}");
    }

    #[test]
    fn there_is_none_of_too_little_and_what_has_no_logarithm_does_not_count() {
        assert_eq!(PowerLaw::of([(1.0, 1.0), (2.0, 2.0)]), None);
        assert_eq!(PowerLaw::of([(3.0, 1.0), (3.0, 2.0), (3.0, 9.0)]), None, "one x");
        assert_eq!(PowerLaw::of([(1.0, 1.0), (2.0, 0.0), (4.0, 4.0), (f64::INFINITY, 9.0)]), None);
        let some = [(1.0, 5.0), (2.0, 5.0), (0.0, 1.0), (4.0, 5.0), (8.0, f64::NAN)];
        let law = PowerLaw::of(some).expect("a law");
        assert!(law.points == 3 && close(law.exponent, 0.0) && close(law.factor, 5.0), "{law:?}");
    }
}
