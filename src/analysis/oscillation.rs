//! How much a loss swings early on (Notsawo et al. 2023).

/// Steps that count as early.
const EARLY: u32 = 400;

/// The energy of a loss's oscillation: Hjorth's activity, the variance, of what a high-pass filter leaves of the losses that were measured
/// in the first 400 steps. The filter is the difference of each loss and the line between its two neighbours, at its step: measurements
/// become rarer, and no trend is to be left where they do. None of fewer than three measurements.
pub fn oscillation(losses: impl Iterator<Item = (u32, f32)>) -> Option<f32> {
    let early: Vec<(f64, f64)> =
        losses.take_while(|(step, _)| *step <= EARLY).map(|(step, loss)| (step.into(), loss.into())).collect();
    let swing = |three: &[(f64, f64)]| {
        let [(from, before), (at, loss), (to, after)] = [three[0], three[1], three[2]];
        loss - (before + (after - before) * (at - from) / (to - from))
    };
    let swings: Vec<f64> = early.windows(3).map(swing).collect();
    let count = swings.len() as f64;
    let mean = swings.iter().sum::<f64>() / count;
    let activity = swings.iter().map(|swing| (swing - mean) * (swing - mean)).sum::<f64>() / count;
    (!swings.is_empty()).then_some(activity as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(losses: &[f32]) -> Option<f32> {
        oscillation((0..).step_by(100).zip(losses.iter().copied()))
    }

    #[test]
    fn a_trend_is_none_and_a_swing_has_its_energy() {
        assert_eq!(of(&[5.0, 4.0, 3.0, 2.0]), Some(0.0));
        assert_eq!(of(&[5.0, 4.0]), None);
        // A zigzag of ±1: the filter leaves ±2, whose variance is 4.
        assert_eq!(of(&[1.0, -1.0, 1.0, -1.0]), Some(4.0));
        // Steps 0 to 400 count.
        assert_eq!(of(&[5.0, 4.0, 3.0, 2.0, 1.0, 900.0]), Some(0.0));
    }

    #[test]
    fn a_trend_is_none_where_measurements_become_rarer_either() {
        let steps = [0, 1, 2, 3, 4, 8, 12, 16, 40, 64];
        let falls = |step: u32| 5.0 - 0.0625 * step as f32;
        assert_eq!(oscillation(steps.map(|step| (step, falls(step))).into_iter()), Some(0.0));
        // Up by 1 at step 8: the filter leaves −0.2 at step 4, four fifths before; 1 there; −0.5 at step 12; nothing elsewhere.
        let bump = steps.map(|step| (step, falls(step) + f32::from(u8::from(step == 8))));
        let (mean, squares): (f64, f64) = (0.3 / 8.0, (0.04 + 1.0 + 0.25) / 8.0);
        let found = oscillation(bump.into_iter()).unwrap();
        assert!((f64::from(found) - (squares - mean * mean)).abs() < 1e-6, "{found}");
    }
}
