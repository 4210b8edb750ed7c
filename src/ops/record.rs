//! `record`: mean loss and accuracy into a ring, and the clock that the optimiser reads.
//!
//! The ring is read back a few times a second while training goes on; nothing is read per step.
//! Clock: `[t, β₁^t, β₂^t, evaluations, η_t]`. A training step ticks first, so that during it t counts from 1, and η_t is
//! its learning rate: η · min(1, t/warm-up), then, on a cosine, down to a tenth of η at the step limit (Power et al. 2022).
//! A ring slot: `[step, loss, accuracy, weight norm]`, where `step` counts the updates made before the measurement.

use super::real::quarter_sine;
use super::{Args, Bind, Checks, Fill, Kernel, Op, Real, Tolerance, in_out, input, input_of};
use crate::optim::{BETA1, BETA2, FLOOR, HYPER, LR, STEPS, WARMUP};
use crate::plan::{Dispatch, View};
use crate::tape::Tape;
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "record", kernels: &[&TICK, &RECORD], examples: &[] };

/// Elements of the clock.
pub const CLOCK: usize = 5;
/// Where the clock has t.
pub const TIME: usize = 0;
/// Where it has η_t.
pub const RATE: usize = 4;
/// Elements of a ring slot.
pub const RECORD_WIDTH: usize = 4;

const CLOCK_FILL: Fill = Fill::These(&[5.0, 0.59049, 0.903_920_8, 3.0, 0.005]);

/// The clock, for kernels that read it.
pub const CLOCK_IN: Bind = input_of("clock", |_| CLOCK, CLOCK_FILL);

/// t goes up by 1, the powers of β are multiplied by β, η_t is computed.
pub static TICK: Kernel = Kernel {
    name: "tick",
    wgsl: wgsl!("tick"),
    dims: &[],
    binds: &[HYPER, in_out("clock", |_| CLOCK, CLOCK_FILL)],
    cpu: cpu!(tick_twin),
    grid: |_| [1, 1],
    flops: |_| 30,
    checks: Checks::new(&[&[]], Tolerance { relative: 1e-6, why: "a short polynomial" }),
    variants: &[],
};

/// Writes ring slot (TRAIN ? t − 1 : evaluations) mod SLOTS; when evaluating, that counter goes up by 1.
pub static RECORD: Kernel = Kernel {
    name: "record",
    wgsl: wgsl!("record"),
    dims: &["ROWS", "SLOTS", "TRAIN", "PIECES"],
    binds: &[
        input("row_loss", |d| d[0] as usize),
        input_of("row_correct", |d| d[0] as usize, Fill::These(&[1.0, 0.0, 1.0])),
        input_of("squares", |d| d[3] as usize, Fill::Uniform),
        in_out("clock", |_| CLOCK, CLOCK_FILL),
        in_out("ring", |d| RECORD_WIDTH * d[1] as usize, Fill::Normal),
    ],
    cpu: cpu!(record_twin),
    grid: |_| [1, 1],
    flops: |d| 2 * u64::from(d[0]),
    checks: Checks::new(
        &[&[1, 1, 0, 1], &[7, 3, 1, 2], &[1000, 4, 0, 70], &[1000, 8, 1, 111]],
        Tolerance { relative: 2e-6, why: "a mean in 64 parts" },
    ),
    variants: &[],
};

/// Where measurements go.
#[derive(Debug, Clone, Copy)]
pub struct Recorder {
    /// Shared by training and evaluation.
    pub clock: View,
    /// Sums of squared weights, as last measured.
    pub squares: View,
    /// Per-run hyper-parameters.
    pub hyper: View,
}

impl Recorder {
    /// A dispatch that starts a training step.
    pub fn tick(&self, tape: &Tape) -> Dispatch {
        tape.dispatch(&TICK, vec![], vec![self.hyper, self.clock], "tick")
    }

    /// A dispatch that records one measurement into `ring`.
    pub fn record(&self, tape: &Tape, [loss, correct]: [View; 2], ring: View, train: bool) -> Dispatch {
        let sizes = [loss.len, ring.len / RECORD_WIDTH, usize::from(train), self.squares.len];
        let views = vec![loss, correct, self.squares, self.clock, ring];
        tape.dispatch(&RECORD, sizes.map(|n| n as u32).into(), views, "record")
    }
}

fn tick_twin<T: Real>(args: &mut Args<T>) {
    let (hyper, clock) = (args.input(0), args.output(1));
    clock[0] += T::ONE;
    clock[1] = clock[1] * hyper[BETA1];
    clock[2] = clock[2] * hyper[BETA2];
    let within = |x: T| if x < T::ONE { x } else { T::ONE };
    let (t, warmup, floor) = (clock[TIME], hyper[WARMUP], hyper[FLOOR]);
    let (past, span) = (t - warmup, hyper[STEPS] - warmup);
    let way = if past > T::ZERO && span > T::ZERO { within(past / span) } else { T::ZERO };
    let sine = quarter_sine(way);
    // (1 + cos πx)/2 = 1 − sin²(πx/2)
    clock[RATE] = hyper[LR] * within(t / warmup) * (floor + (T::ONE - floor) * (T::ONE - sine * sine));
}

fn record_twin<T: Real>(args: &mut Args<T>) {
    let [rows, slots, train, _] = args.dims();
    let (loss, correct, squares) = (args.input(0), args.input(1), args.input(2));
    let (clock, ring) = (args.output(3), args.output(4));
    let sum = |values: &[T]| values.iter().map(|v| v.wide()).sum::<f64>();
    let mean = |values: &[T]| T::of(sum(values) / rows as f64);
    let step = if train == 1 { clock[0] - T::ONE } else { clock[0] };
    let slot = if train == 1 { step } else { clock[3] }.wide() as usize % slots;
    let norm = T::of(sum(squares).sqrt());
    ring[slot * RECORD_WIDTH..][..RECORD_WIDTH].copy_from_slice(&[step, mean(loss), mean(correct), norm]);
    if train == 0 {
        clock[3] += T::ONE;
    }
}
