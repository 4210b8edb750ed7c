//! A step that can be returned to: its weights as they were, and what the optimiser remembered, in half the space.

use super::Trainer;
use super::state::State;
use crate::exec::{ExecError, Reading};

/// An optimiser's state is kept when it has at most this many times the numbers of the weights. Grokfast's window of past
/// gradients has more.
const LARGEST: usize = 4;

/// One run at one step.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightCheckpoint {
    /// Updates made.
    pub step: u32,
    /// All parameters.
    pub weights: Vec<f32>,
    pub(super) optimizer: Option<OptimizerState>,
}

/// What an optimiser remembers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OptimizerState {
    /// The clock's time and powers of β.
    pub clock: [f32; 3],
    /// Its buffers, as [`to_bf16`].
    pub buffers: Vec<Vec<u16>>,
}

impl WeightCheckpoint {
    /// Weights alone.
    pub fn of(step: u32, weights: &[f32]) -> WeightCheckpoint {
        WeightCheckpoint { step, weights: weights.to_vec(), optimizer: None }
    }

    /// Numbers of 32 bits that it takes.
    pub fn size(&self) -> usize {
        let optimizer = self.optimizer.iter().flat_map(|optimizer| &optimizer.buffers);
        self.weights.capacity() + optimizer.map(Vec::capacity).sum::<usize>().div_ceil(2)
    }

    /// Leaves the weights alone: another optimiser could not go on with this state.
    pub fn forget(&mut self) {
        self.optimizer = None;
    }
}

impl Trainer {
    /// Starts reading what a [`WeightCheckpoint`] of the first run holds, if there is room for so many numbers: for the
    /// checkpoint and, as long as it is on its way, for all that is read. Where little fits, the weights go without the
    /// optimiser's state.
    pub fn start_checkpoint(&mut self, room: usize) -> Option<PendingCheckpoint> {
        let (state, runs) = (&self.built.state, self.built.plan.runs);
        let (views, len) = (state.views(), state.weights.len);
        let optimizer: usize = state.optimizer.iter().map(|view| view.len).sum();
        let whole = runs == 1 && optimizer <= LARGEST * len && 2 * len + optimizer + optimizer / 2 <= room;
        if !whole && len + runs * len > room {
            return None;
        }
        let reading = self.exec.read(if whole { &views[..] } else { &views[..State::WITHOUT_OPTIMIZER] });
        Some(PendingCheckpoint { reading, step: self.step, len, whole })
    }
}

/// A checkpoint on its way.
pub struct PendingCheckpoint {
    reading: Reading,
    step: u32,
    len: usize,
    whole: bool,
}

impl PendingCheckpoint {
    /// The checkpoint.
    ///
    /// # Errors
    /// When the device was lost.
    pub async fn checkpoint(self) -> Result<WeightCheckpoint, ExecError> {
        let buffers = self.reading.await?;
        let mut checkpoint = WeightCheckpoint::of(self.step, &buffers[1][..self.len]);
        if self.whole {
            let clock = [buffers[0][0], buffers[0][1], buffers[0][2]];
            checkpoint.optimizer = Some(OptimizerState {
                clock,
                buffers: buffers[State::WITHOUT_OPTIMIZER..].iter().map(|buffer| to_bf16(buffer)).collect(),
            });
        }
        Ok(checkpoint)
    }
}

/// The nearest numbers of 16 bits with the exponents of f32, as bfloat16: they are wrong by at most 0.4 %, which is less
/// than one step changes a running mean, and squares of small gradients do not vanish.
fn to_bf16(buffer: &[f32]) -> Vec<u16> {
    let half = |x: &f32| {
        let bits = x.to_bits();
        // Half of the last digit kept, or just below it where that digit is even.
        let up = 0x7fff + (bits >> 16 & 1);
        (bits.saturating_add(up) >> 16) as u16
    };
    buffer.iter().map(half).collect()
}

/// The numbers that [`to_bf16`] left.
pub(super) fn from_bf16(buffer: &[u16]) -> Vec<f32> {
    buffer.iter().map(|&half| f32::from_bits(u32::from(half) << 16)).collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_that_there_is_no_room_for() {
        use crate::config::Config;
        use crate::train::Device;
        let mut trainer = pollster::block_on(Trainer::new(&Config::small(), &Device::Cpu)).expect("builds");
        let len = trainer.built.state.weights.len;
        let size = |pending: Option<PendingCheckpoint>| {
            pending.map(|pending| pollster::block_on(pending.checkpoint()).map(|p| p.size()))
        };
        assert_eq!(size(trainer.start_checkpoint(2 * len - 1)), None);
        assert_eq!(size(trainer.start_checkpoint(2 * len)), Some(Ok(len)));
        // With Adam's two moments, in full and then in half the space.
        assert_eq!(size(trainer.start_checkpoint(5 * len - 1)), Some(Ok(len)));
        assert_eq!(size(trainer.start_checkpoint(5 * len)), Some(Ok(2 * len)));
    }

    #[test]
    fn rounding_is_to_the_nearest_and_keeps_the_range() {
        let back = |x: f32| from_bf16(&to_bf16(&[x]))[0];
        // Worked by hand: 8 binary digits, ties to the even one.
        for (x, want) in [
            (1.0, 1.0),
            (-0.0, -0.0),
            (1.0 + 1.0 / 256.0, 1.0),
            (1.0 + 3.0 / 256.0, 1.0 + 1.0 / 64.0),
            (-1.004, -1.007_812_5),
            (257.5, 258.0),
        ] {
            assert_eq!(back(x).to_bits(), f32::to_bits(want), "{x}");
        }
        for exponent in -120..120 {
            let x = 1.37 * 2f32.powi(exponent);
            assert!((back(x) / x - 1.0).abs() < 0.004, "{x}");
        }
    }
}
