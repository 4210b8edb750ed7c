//! Measurements on their way back from the rings.

use super::RING;
use crate::exec::{ExecError, Reading};
use crate::metrics::Point;
use crate::ops::record::RECORD_WIDTH;

/// A queued evaluation whose numbers have not been read back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evaluation {
    pub step: u32,
    pub slot: u32,
}

/// Points on their way back.
pub struct Collecting {
    pub(super) reading: Reading,
    pub(super) evaluations: Vec<Evaluation>,
    pub(super) runs: usize,
}

impl Collecting {
    /// The points, by step, then run.
    ///
    /// # Errors
    /// When the device was lost.
    pub async fn points(self) -> Result<Vec<Point>, ExecError> {
        let rings = self.reading.await?;
        let [train, test] = rings.as_slice() else { return Ok(vec![]) };
        let mut points = vec![];
        for Evaluation { step, slot } in self.evaluations {
            for run in 0..self.runs {
                let at = |ring: &[f32], slot: u32| -> [f32; RECORD_WIDTH] {
                    let start = (run * RING as usize + slot as usize) * RECORD_WIDTH;
                    core::array::from_fn(|i| ring[start + i])
                };
                let [_, train_loss, train_accuracy, collapse, zero_loss, _] = at(train, step % RING);
                let [_, test_loss, test_accuracy, _, _, weight_norm] = at(test, slot);
                let run = run as u32;
                points.push(Point {
                    run,
                    step,
                    train_loss,
                    train_accuracy,
                    test_loss,
                    test_accuracy,
                    weight_norm,
                    collapse,
                    zero_loss,
                });
            }
        }
        Ok(points)
    }
}
