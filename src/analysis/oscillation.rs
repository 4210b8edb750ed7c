//! How much a loss swings early on (Notsawo et al. 2023).

/// Steps that count as early.
const EARLY: u32 = 400;

/// The energy of a loss's oscillation: Hjorth's activity, the variance, of what a high-pass filter leaves of the losses of the first
/// 400 steps. The filter is the difference of each loss and the mean of its two neighbours, in which no trend is left. None
/// of fewer than three measurements.
pub fn oscillation(losses: impl Iterator<Item = (u32, f32)>) -> Option<f32> {
    let early: Vec<f64> = losses.take_while(|(step, _)| *step <= EARLY).map(|(_, loss)| loss.into()).collect();
    let swings: Vec<f64> = early.windows(3).map(|loss| loss[1] - (loss[0] + loss[2]) / 2.0).collect();
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
}
