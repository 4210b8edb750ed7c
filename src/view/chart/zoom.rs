//! A part of the axis from left to right.

use crate::number::clamp;
use crate::view::scale::Scale;

/// The first and the last step or other value that are in view.
pub type Window = [f64; 2];

/// The shortest part of a step axis, steps.
const SHORTEST: f64 = 10.0;

/// The shortest part of another axis, of all of it.
const SMALLEST: f64 = 0.01;

/// A movement along an axis, pixels: what is at a place stays under it, while everything around becomes longer or shorter.
#[derive(Debug, Clone, Copy)]
pub struct Motion {
    /// The place.
    pub at: f64,
    /// Below 1, less is seen than before.
    pub factor: f64,
    /// How far everything moves to the right.
    pub by: f64,
}

/// What is in view after a movement, where it is not all. `now` is the axis as it is seen, and `whole` all of it; `steps` says
/// whether steps are on it.
pub fn moved(now: Scale, whole: Scale, steps: bool, motion: Motion) -> Option<Window> {
    // In pixels of the whole axis, whether it is linear or not.
    let width = whole.to - whole.from;
    let [first, last] = [now.low, now.high].map(|step| whole.at(step));
    let place = (motion.at - now.from) / width;
    let shortest = width * if steps { (SHORTEST / (whole.high - whole.low)).min(1.0) } else { SMALLEST };
    let length = clamp((last - first) * motion.factor, shortest, width);
    if length >= width * 0.999 {
        return None;
    }
    let held = first + place * (last - first);
    let from = clamp(held - (place + motion.by / width) * length, whole.from, whole.to - length);
    Some([from, from + length].map(|pixel| whole.invert(pixel)))
}

/// The same length of the axis, moved so that a step is in view.
pub fn around(window: Window, step: f64) -> Window {
    let [first, last] = window;
    let by = (step - last).max(0.0) - (first - step).max(0.0);
    [first + by, last + by]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::scale::Spread;

    const WHOLE: Scale = Scale { spread: Spread::Linear, low: 0.0, high: 1000.0, from: 50.0, to: 550.0 };

    fn seen([low, high]: Window) -> Scale {
        Scale { low, high, ..WHOLE }
    }

    #[test]
    fn what_is_under_the_pointer_stays_there() {
        for spread in [Spread::Linear, Spread::Log] {
            let whole = Scale { spread, low: 1.0, ..WHOLE };
            let step = whole.invert(200.0);
            let window = moved(whole, whole, true, Motion { at: 200.0, factor: 0.25, by: 0.0 }).expect("a part");
            let now = Scale { low: window[0], high: window[1], ..whole };
            assert!((now.at(step) - 200.0).abs() < 1e-6, "{spread:?} {window:?}");
            // Back again, and beyond: it is whole.
            assert_eq!(moved(now, whole, true, Motion { at: 300.0, factor: 8.0, by: 0.0 }), None);
        }
        assert_eq!(moved(WHOLE, WHOLE, true, Motion { at: 50.0, factor: 0.5, by: 0.0 }), Some([0.0, 500.0]));
    }

    #[test]
    fn a_part_moves_with_the_pointer_and_ends_at_the_ends() {
        let pan = |by| moved(seen([400.0, 600.0]), WHOLE, true, Motion { at: 50.0, factor: 1.0, by });
        assert_eq!(pan(250.0), Some([300.0, 500.0]), "half of what is seen");
        assert_eq!((pan(1e4), pan(-1e4)), (Some([0.0, 200.0]), Some([800.0, 1000.0])));
        let [first, last] =
            moved(seen([400.0, 600.0]), WHOLE, true, Motion { at: 300.0, factor: 1e-9, by: 0.0 }).expect("a part");
        assert!((last - first - 10.0).abs() < 1e-9 && first < 500.0 && last > 500.0, "{first} {last}");
        // Weights of 0.3 to 0.5 are no ten steps.
        let whole = Scale { low: 0.3, high: 0.5, ..WHOLE };
        let [low, high] = moved(whole, whole, false, Motion { at: 300.0, factor: 0.1, by: 0.0 }).expect("a part");
        assert!((low - 0.39).abs() < 1e-9 && (high - 0.41).abs() < 1e-9, "{low} {high}");
    }

    #[test]
    fn a_step_is_brought_into_view() {
        assert_eq!(
            [450.0, 390.0, 700.0].map(|step| around([400.0, 600.0], step)),
            [[400.0, 600.0], [390.0, 590.0], [500.0, 700.0]]
        );
    }
}
