//! Axes: from values to pixels and back, and where the ticks go.

use crate::number;
use crate::tr;

/// How values are spread along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// Equal differences are equally long.
    Linear,
    /// Equal ratios are equally long; values below the lower end are drawn at it.
    Log,
    /// Equal ratios of what a fraction has to what it lacks are equally long: 90 % to 99 % is as far as 99 % to 99.9 %.
    /// Values beyond an end are drawn at it.
    Logit,
}

impl Spread {
    /// In a word of the language that is spoken.
    pub fn word(self) -> &'static str {
        match self {
            Spread::Linear => tr!("linear"),
            Spread::Log => tr!("log"),
            Spread::Logit => tr!("logit"),
        }
    }
}

/// The logarithm of the odds.
fn logit(fraction: f64) -> f64 {
    libm::log(fraction / (1.0 - fraction))
}

/// An axis: `low … high` is drawn at pixels `from … to`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// Linear or logarithmic.
    pub spread: Spread,
    /// Value at `from`.
    pub low: f64,
    /// Value at `to`.
    pub high: f64,
    /// Pixel of `low`.
    pub from: f64,
    /// Pixel of `high`.
    pub to: f64,
}

impl Scale {
    /// The pixel of a value. Not a number stays not a number.
    pub fn at(&self, value: f64) -> f64 {
        let fraction = match self.spread {
            Spread::Linear => (value - self.low) / (self.high - self.low),
            Spread::Log | Spread::Logit if value.is_nan() => value,
            Spread::Log => libm::log(value.max(self.low) / self.low) / libm::log(self.high / self.low),
            Spread::Logit => {
                let [low, high] = [self.low, self.high].map(logit);
                (logit(number::clamp(value, self.low, self.high)) - low) / (high - low)
            }
        };
        self.from + fraction * (self.to - self.from)
    }

    /// The value of a pixel.
    pub fn invert(&self, pixel: f64) -> f64 {
        let fraction = (pixel - self.from) / (self.to - self.from);
        match self.spread {
            Spread::Linear => self.low + fraction * (self.high - self.low),
            Spread::Log => self.low * libm::exp(fraction * libm::log(self.high / self.low)),
            Spread::Logit => {
                let [low, high] = [self.low, self.high].map(logit);
                1.0 / (1.0 + libm::exp(-(low + fraction * (high - low))))
            }
        }
    }

    /// The pixel of a value where this is what is in view of a whole axis: what is beyond its ends keeps its distance from them,
    /// though a logarithm of this part alone would not reach there.
    pub fn at_part(&self, whole: &Scale, value: f64) -> f64 {
        let [low, high, at] = [self.low, self.high, value].map(|value| whole.at(value));
        self.from + (at - low) / (high - low) * (self.to - self.from)
    }

    /// Values to label, at most about `most`.
    pub fn ticks(&self, most: usize) -> Vec<f64> {
        match self.spread {
            Spread::Linear => linear_ticks(self.low, self.high, most),
            // A part of a decade has no powers of ten.
            Spread::Log => Some(log_ticks(self.low, self.high, most))
                .filter(|ticks| ticks.len() > 1)
                .unwrap_or_else(|| linear_ticks(self.low, self.high, most)),
            Spread::Logit => ODDS.into_iter().filter(|odds| (self.low..=self.high).contains(odds)).collect(),
        }
    }
}

/// Fractions to label where they are spread by their odds.
const ODDS: [f64; 7] = [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999];

/// 10^k for a whole k, exactly rounded.
fn power_of_ten(k: f64) -> f64 {
    number::parse(&format!("1e{}", k as i32)).unwrap_or(f64::NAN)
}

/// The distance of at most `most` round numbers over a width: 1, 2 or 5 times a power of ten.
fn round_step(width: f64, most: usize) -> f64 {
    let rough = width / most.max(2) as f64;
    let power = power_of_ten(libm::log10(rough).floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|m| m * power);
    steps.into_iter().find(|s| *s >= rough * (1.0 - 1e-9)).unwrap_or(steps[3])
}

/// Multiples of 1, 2 or 5 times a power of ten, at most `most` of them.
fn linear_ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let width = high - low;
    if !(width.is_finite() && width > 0.0) {
        return vec![];
    }
    let step = round_step(width, most);
    let first = (low / step - 1e-9).ceil();
    let count = (high / step + 1e-9).floor() - first;
    (0..=count as usize).map(|i| (first + i as f64) * step).collect()
}

/// Powers of ten, every second or third … of them when there are too many.
fn log_ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    if !(low > 0.0 && high > low && high.is_finite()) {
        return vec![];
    }
    let first = (libm::log10(low) - 1e-9).ceil() as i32;
    let last = (libm::log10(high) + 1e-9).floor() as i32;
    let stride = ((last - first).max(0) as usize / most.max(1) + 1) as i32;
    // Counted from 10⁰, so that a growing range does not move the ticks it already had.
    let powers = (first..=last).filter(|k| k.rem_euclid(stride) == 0);
    powers.map(|k| power_of_ten(f64::from(k))).collect()
}

/// The next round number from `value` upwards: an axis that ends there grows in jumps instead of creeping.
pub fn round_up(value: f64) -> f64 {
    if !(value.is_finite() && value > 0.0) {
        return 1.0;
    }
    let power = power_of_ten(libm::log10(value).floor());
    let rounds = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0].map(|m| m * power);
    rounds.into_iter().find(|r| *r >= value * (1.0 - 1e-9)).unwrap_or(value)
}

/// Round numbers around values, not from 0 where these are far from it; 0 to 1 when there are none.
pub fn round_around(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let finite = values.filter(|value| value.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low >= high {
        return (0.0, round_up(high));
    }
    let step = round_step(high - low, 5);
    ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step)
}

/// Whole powers of ten around positive values; `fallback` when there are none.
pub fn decades(values: impl Iterator<Item = f64>, floor: f64, fallback: (f64, f64)) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, 0.0f64);
    for value in values.filter(|v| v.is_finite()) {
        low = low.min(value.max(floor));
        high = high.max(value.max(floor));
    }
    if low > high {
        return fallback;
    }
    let bottom = power_of_ten((libm::log10(low) + 1e-9).floor());
    let top = power_of_ten((libm::log10(high) - 1e-9).ceil());
    (bottom, if top > bottom { top } else { bottom * 10.0 })
}

/// Where text of this width starts beside a line at `x`: to its right if it fits before `high`, else to its left.
pub fn beside(x: f64, width: f64, gap: f64, low: f64, high: f64) -> f64 {
    let right = x + gap;
    let start = if right + width <= high { right } else { x - gap - width };
    number::clamp(start, low, high - width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(spread: Spread, low: f64, high: f64) -> Scale {
        Scale { spread, low, high, from: 40.0, to: 240.0 }
    }

    #[test]
    fn values_map_to_pixels_and_back() {
        for scale in [
            scale(Spread::Linear, 0.0, 500.0),
            scale(Spread::Log, 1.0, 500.0),
            Scale { from: 200.0, to: 10.0, ..scale(Spread::Log, 1e-7, 10.0) },
            Scale { from: 200.0, to: 10.0, ..scale(Spread::Logit, 5e-4, 0.9995) },
        ] {
            for fraction in [0.0, 0.25, 1.0] {
                let pixel = scale.from + fraction * (scale.to - scale.from);
                assert!((scale.at(scale.invert(pixel)) - pixel).abs() < 1e-9, "{scale:?}");
            }
        }
        assert_eq!(scale(Spread::Log, 1.0, 100.0).at(0.0), 40.0);
        assert!(scale(Spread::Log, 1.0, 100.0).at(f64::NAN).is_nan());
        let odds = scale(Spread::Logit, 0.001, 0.999);
        assert!([0.0, 1.0, 0.5].map(|value| odds.at(value).round()) == [40.0, 240.0, 140.0] && odds.at(f64::NAN).is_nan());
        let [ninety, more, most] = [0.9, 0.99, 0.999].map(|value| odds.at(value));
        assert!(((most - more) / (more - ninety) - 1.0).abs() < 0.05, "{ninety} {more} {most}");
        assert_eq!(scale(Spread::Logit, 0.005, 0.9995).ticks(5), ODDS[1..]);
    }

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(linear_ticks(0.0, 1.0, 4), [0.0, 0.5, 1.0]);
        assert_eq!(linear_ticks(0.0, 1.0, 5).len(), 6);
        assert_eq!(linear_ticks(0.0, 300.0, 4), [0.0, 100.0, 200.0, 300.0]);
        assert_eq!(log_ticks(1.0, 1500.0, 5), [1.0, 10.0, 100.0, 1000.0]);
        assert!(log_ticks(1e-9, 10.0, 4).len() <= 5);
        for most in 2..12 {
            for high in [7.0, 50.0, 99.0, 1234.0, 1e6] {
                let ticks = linear_ticks(0.0, high, most);
                assert!(ticks.len() <= most + 1 && ticks.len() >= 2, "{high} {most}: {ticks:?}");
            }
        }
    }

    #[test]
    fn senseless_ranges_have_no_ticks() {
        assert!(linear_ticks(1.0, 1.0, 5).is_empty());
        assert!(linear_ticks(0.0, f64::NAN, 5).is_empty());
        assert!(log_ticks(0.0, 10.0, 5).is_empty());
    }

    #[test]
    fn round_numbers_are_not_below() {
        for (value, round) in [(1.0, 1.0), (101.0, 150.0), (245.0, 300.0), (1000.0, 1000.0), (0.0, 1.0), (f64::NAN, 1.0)] {
            assert_eq!(round_up(value), round);
        }
    }

    #[test]
    fn decades_enclose_the_values() {
        assert_eq!(decades([4.57, 0.02].into_iter(), 1e-9, (1.0, 2.0)), (0.01, 10.0));
        assert_eq!(decades([f64::NAN].into_iter(), 1e-9, (1.0, 2.0)), (1.0, 2.0));
        assert_eq!(decades([0.0, 1.0].into_iter(), 1e-9, (1.0, 2.0)).1, 1.0);
        assert_eq!(decades([1.0].into_iter(), 1e-9, (1.0, 2.0)), (1.0, 10.0));
    }

    #[test]
    fn round_numbers_enclose_the_values_and_leave_out_what_is_far() {
        assert_eq!(round_around([31.2, 58.9, f64::NAN].into_iter()), (30.0, 60.0));
        assert_eq!(round_around([3.0, 58.0].into_iter()), (0.0, 60.0));
        assert_eq!(round_around([-0.2, 0.3].into_iter()), (-0.2, 0.30000000000000004));
        assert_eq!(round_around([7.0, 7.0].into_iter()), (0.0, 8.0));
        assert_eq!(round_around([].into_iter()), (0.0, 1.0));
    }

    #[test]
    fn a_part_of_an_axis_goes_on_beyond_its_ends() {
        for spread in [Spread::Linear, Spread::Log] {
            let whole = scale(spread, 1.0, 1000.0);
            let part = Scale { low: 10.0, high: 100.0, ..whole };
            assert_eq!([10.0, 100.0].map(|value| part.at_part(&whole, value).round()), [40.0, 240.0]);
            assert!(part.at_part(&whole, 2.0) < 39.0 && part.at_part(&whole, 500.0) > 241.0);
            assert!((part.at_part(&whole, 50.0) - part.at(50.0)).abs() < 1e-9 && part.at_part(&whole, f64::NAN).is_nan());
        }
        // Below the whole axis, a logarithm has no place of its own.
        let whole = scale(Spread::Log, 1.0, 1000.0);
        assert_eq!(whole.at_part(&whole, 0.0), 40.0);
    }

    #[test]
    fn labels_stay_inside() {
        assert_eq!(beside(50.0, 60.0, 4.0, 40.0, 240.0), 54.0);
        assert_eq!(beside(230.0, 60.0, 4.0, 40.0, 240.0), 166.0);
        assert_eq!(beside(45.0, 190.0, 4.0, 40.0, 240.0), 49.0);
        assert_eq!(beside(100.0, 190.0, 4.0, 40.0, 240.0), 40.0);
    }
}
