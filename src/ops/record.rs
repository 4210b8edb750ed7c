//! `record`: mean loss and accuracy into a ring, and the clock that the optimiser reads.
//!
//! The ring is read back a few times a second while training goes on; nothing is read per step.
//! Clock: `[steps, β₁^t, β₂^t, evaluations]`. A ring slot: `[step, loss, accuracy, weight norm]`,
//! where `step` counts the updates made before the measurement.

use super::{Args, Fill, Kernel, Op, Real, Tolerance, in_out, input, input_of};
use crate::optim::{BETA1, BETA2, HYPERS};
use crate::plan::View;
use crate::tape::Tape;
use crate::{twin, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "record", kernels: &[&RECORD], examples: &[] };

/// Elements of the clock.
pub const CLOCK: usize = 4;
/// Elements of a ring slot.
pub const RECORD_WIDTH: usize = 4;

/// Writes slot (TRAIN ? steps : evaluations) mod SLOTS, then advances that counter and, when
/// training, the powers of β.
pub static RECORD: Kernel = Kernel {
    name: "record",
    wgsl: wgsl!("record"),
    dims: &["ROWS", "SLOTS", "TRAIN"],
    binds: &[
        input("row_loss", |d| d[0] as usize),
        input_of("row_correct", |d| d[0] as usize, Fill::These(&[1.0, 0.0, 1.0])),
        input("norm", |_| 1),
        input_of("hyper", |_| HYPERS, Fill::These(&[0.01, 1.0, 0.9, 0.98, 1e-8, 10.0])),
        in_out("clock", |_| CLOCK, Fill::These(&[5.0, 0.59, 0.9, 3.0])),
        in_out("ring", |d| RECORD_WIDTH * d[1] as usize, Fill::Normal),
    ],
    twin: twin!(record_twin),
    fast: None,
    grid: |_| [1, 1],
    flops: |d| 2 * u64::from(d[0]),
    cases: &[&[1, 1, 0], &[7, 3, 1], &[1000, 4, 0], &[1000, 8, 1]],
    tolerance: Tolerance { relative: 2e-6, why: "a mean in 64 parts" },
    variants: &[],
};

/// Where measurements go.
#[derive(Debug, Clone, Copy)]
pub struct Recorder {
    /// Shared by training and evaluation.
    pub clock: View,
    /// The last measured weight norm.
    pub norm: View,
    /// Per-run hyper-parameters.
    pub hyper: View,
}

impl Recorder {
    /// A dispatch that records one measurement into `ring`.
    pub fn record(&self, tape: &Tape, [loss, correct]: [View; 2], ring: View, train: bool) -> crate::plan::Dispatch {
        let dims = vec![loss.len as u32, (ring.len / RECORD_WIDTH) as u32, u32::from(train)];
        tape.dispatch(&RECORD, dims, vec![loss, correct, self.norm, self.hyper, self.clock, ring], "record")
    }
}

fn record_twin<T: Real>(args: &mut Args<T>) {
    let [rows, slots, train] = args.dims();
    let (loss, correct, norm, hyper) = (args.input(0), args.input(1), args.input(2), args.input(3));
    let (clock, ring) = (args.output(4), args.output(5));
    let mean = |values: &[T]| T::of(values.iter().map(|v| v.wide()).sum::<f64>() / rows as f64);
    let counter = if train == 1 { 0 } else { 3 };
    let slot = clock[counter].wide() as usize % slots;
    ring[slot * RECORD_WIDTH..][..RECORD_WIDTH].copy_from_slice(&[clock[0], mean(loss), mean(correct), norm[0]]);
    clock[counter] += T::ONE;
    if train == 1 {
        clock[1] = clock[1] * hyper[BETA1];
        clock[2] = clock[2] * hyper[BETA2];
    }
}
