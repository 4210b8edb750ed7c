//! How evenly attention is spread.

/// The entropy of attention, as a share of the largest that so many positions can have: 1 where each gets the same, 0 where one gets all
/// (Murty et al. 2023, section 5, who report the entropy itself). What the probabilities lack to 1 is one more position. A single position
/// has none.
pub fn spread(probs: &[f32], positions: usize) -> f32 {
    let rest = 1.0 - probs.iter().sum::<f32>();
    let part = |p: f32| if p > 0.0 { -p * libm::logf(p) } else { 0.0 };
    let entropy: f32 = probs.iter().map(|p| part(*p)).sum::<f32>() + part(rest);
    if positions < 2 { f32::NAN } else { entropy / libm::logf(positions as f32) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attention_to_one_position_has_none_and_to_all_alike_has_all() {
        for (probs, positions, want) in [
            (&[0.25; 4][..], 4, 1.0),
            (&[0.0, 1.0, 0.0], 3, 0.0),
            (&[0.5, 0.5, 0.0, 0.0], 4, 0.5),
            (&[0.5], 2, 1.0),
            (&[0.9, 0.1], 2, 0.468_996),
        ] {
            let got = spread(probs, positions);
            assert!((got - want).abs() < 1e-5, "{probs:?}: {got}, not {want}");
        }
        assert!(spread(&[1.0], 1).is_nan());
    }
}
