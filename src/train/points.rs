//! Measurements: what is recorded of a step, and the way back from the rings.

use super::RING;
use crate::exec::{ExecError, Reading};
use crate::metrics::Point;
use crate::ops::record::{RECORD_WIDTH, Recorder};
use crate::ops::weight_norm::{norm, squares};
use crate::optim::sum;
use crate::plan::{Dispatch, View};
use crate::tape::Tape;

/// Dispatches after a step that record its losses, and the norm of its gradient: of the parts as the step has left them, or
/// of the `gradient` that several shards have added up.
pub(super) fn of_step(
    tape: &mut Tape,
    recorder: &Recorder,
    rows: [View; 2],
    gradient: Option<View>,
    ring: View,
) -> Vec<Dispatch> {
    let (mut list, gradient) = match gradient {
        Some(gradient) => (vec![], gradient),
        None => {
            let (sum, gradient) = sum::gradient(tape);
            (vec![sum], gradient)
        }
    };
    let squared = tape.numbers(squares(gradient.len), "squared gradient");
    list.push(norm(tape, gradient, squared, "gradient norm"));
    list.push(recorder.record(tape, rows, squared, ring, true));
    list
}

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
                let [_, train_loss, train_accuracy, collapse, zero_loss, gradient_norm] = at(train, step % RING);
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
                    gradient_norm,
                });
            }
        }
        Ok(points)
    }
}
