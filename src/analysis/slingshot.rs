//! Slingshots: a network that has learned its pairs stumbles, again and again (Thilak et al. 2022).

/// A train loss below which a network is at rest.
const REST: f32 = 1e-5;
/// A train loss above which it has stumbled.
const STUMBLE: f32 = 1e-3;

/// The steps at which a slingshot is seen, of train losses by step: the loss, after it had come to rest at 10⁻⁵ or less, is back
/// at 10⁻³ or more. It has to come to rest again before the next one counts.
///
/// Thilak et al. describe the cycle, a fast growth of the last layer, a spike of the loss and a plateau of the norm, and give no
/// detector for it. This one counts the spikes by their size of two orders of magnitude, far above what is seen without Adam or
/// with a large ε.
pub fn slingshots(losses: impl Iterator<Item = (u32, f32)>) -> Vec<u32> {
    let (mut rests, mut steps) = (false, vec![]);
    for (step, loss) in losses {
        if rests && loss >= STUMBLE {
            steps.push(step);
        }
        rests = loss <= REST || (rests && loss < STUMBLE);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(losses: &[f32]) -> Vec<u32> {
        slingshots((0..).step_by(10).zip(losses.iter().copied()))
    }

    #[test]
    fn a_spike_counts_once_and_only_from_rest() {
        // Learning, rest, a spike of several measurements, rest, a smaller rise, a spike.
        assert_eq!(at(&[3.0, 0.1, 1e-6, 1e-4, 2e-3, 0.5, 1e-4, 1e-6, 9e-4, 1e-6, 1e-4, 1.0]), [40, 110]);
        // Not at rest in between: one stumble.
        assert_eq!(at(&[1e-6, 0.1, 1e-4, 0.1, 1e-4]), [10]);
        // Never at rest, never off it, or lost: none.
        assert_eq!(at(&[3.0, 1e-4, 0.5]), [0; 0]);
        assert_eq!(at(&[3.0, 1e-7, 9e-4, 1e-7]), [0; 0]);
        assert_eq!(at(&[1e-6, f32::NAN, 0.1]), [0; 0]);
    }
}
