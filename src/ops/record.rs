//! `record`: mean loss and accuracy into a ring, and the clock that the optimiser reads.
//!
//! The ring is read back a few times a second while training goes on; nothing is read per step.
//! The [clock](crate::step::CLOCK_LAYOUT): a training step ticks first, so that during it t counts from 1, and η_t is its
//! learning rate: η · min(1, t/warm-up), then, on a cosine, down to a tenth of η at the step limit (Power et al. 2022).
//! A ring slot: `[step, loss, accuracy, collapsed, zero, norm]`, where `step` counts the updates made before the
//! measurement, and the norm is that of the gradient in training, that of the weights in evaluation.
//!
//! Collapsed is the fraction of the rows whose softmax has lost the other classes: adding them to the 1 of the largest leaves 1
//! (Prieto et al. 2025). Where the target is the largest, the loss is ln(1 + s) with s their sum, and 1 + s rounds to 1
//! just when s ≤ 2⁻²⁴ (f32) or 2⁻⁵³ (f64), which is when the loss is: so the losses tell, [`Collapse`]. Zero is the fraction
//! whose loss is 0, or so small that a GPU may take it for 0.

use crate::kernel::real::{LEAST_NORMAL, quarter_sine};
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, in_out, input_of};
use crate::plan::{Dispatch, View};
use crate::step::{
    BETA1, BETA1_POWER, BETA2, BETA2_POWER, CLOCK_IN_OUT, EVALUATIONS, FLOOR, HYPER, LR, RATE, STEPS, TIME, WARMUP,
};
use crate::tape::{Op, Tape};
use crate::{cpu, wgsl};

dims! {
    struct Dims { rows, slots, train, segments, collapse, answers, first, behind }
}

/// Table entry.
pub static OP: Op = Op { name: "record", kernels: &[&TICK, &RECORD], examples: &[] };

/// Elements of a ring slot.
pub const RECORD_WIDTH: usize = 6;

/// From which loss on a row counts as collapsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collapse {
    /// Never: the loss has no softmax.
    Never,
    /// Up to half of the last digit of 1 in f32. With a softmax in f16 too, whose losses are 0 or at least 2⁻¹¹.
    Single,
    /// Up to half of the last digit of 1 in f64.
    Double,
}

impl Collapse {
    /// The bits of the least f32 that is too large. Those of numbers from 0 on have the order of the numbers.
    fn bound(self) -> u32 {
        match self {
            Collapse::Never => 0,
            Collapse::Single => ((127 - 24) << 23) + 1,
            Collapse::Double => ((127 - 53) << 23) + 1,
        }
    }
}

/// t goes up by 1, the powers of β are multiplied by β, η_t is computed.
pub static TICK: Kernel = Kernel {
    name: "tick",
    wgsl: wgsl!("tick"),
    dims: &[],
    binds: &[HYPER, CLOCK_IN_OUT],
    cpu: cpu!(tick_reference),
    grid: |_| [1, 1],
    flops: |_| 30,
    checks: Checks::new(&[&[]], Tolerance { relative: 1e-6, why: "a short polynomial" }),
    bound: Bound::Memory,
    variants: &[],
};

/// Writes ring slot (TRAIN ? t − 1 : evaluations) mod SLOTS; when evaluating, that counter goes up by 1.
pub static RECORD: Kernel = Kernel {
    name: "record",
    wgsl: wgsl!("record"),
    dims: Dims::NAMES,
    binds: &[
        input_of("row_loss", Dims::rows, Fill::These(&[0.7, 0.0, 3.25, 5.9e-8, 6e-8, 1e-16, 1.2e-16, 1e-40])),
        input_of("row_correct", Dims::rows, Fill::These(&[1.0, 0.0, 1.0])),
        input_of("squares", Dims::segments, Fill::Uniform),
        CLOCK_IN_OUT,
        in_out("ring", |d| RECORD_WIDTH * Dims::slots(d), Fill::Normal),
    ],
    cpu: cpu!(record_reference),
    grid: |_| [1, 1],
    flops: |d| 4 * Dims::rows(d) as u64,
    checks: Checks::new(
        &[
            &[1, 1, 0, 1, 0, 1, 0, 1],
            &[7, 3, 1, 2, 0x3380_0001, 1, 0, 1],
            &[999, 4, 0, 70, 0x2500_0001, 3, 0, 2],
            &[1000, 8, 1, 111, 0x3380_0001, 5, 1, 3],
        ],
        Tolerance { relative: 2e-6, why: "a mean in 64 parts" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// Where measurements go.
#[derive(Debug, Clone, Copy)]
pub struct Recorder {
    /// Shared by training and evaluation.
    pub clock: View,
    /// Per-run hyper-parameters.
    pub hyper: View,
    /// What counts as collapsed.
    pub collapse: Collapse,
    /// How many rows an example has, one after the other.
    pub answers: usize,
    /// Which of them accuracy counts: from the first on, those before the second.
    pub judged: [usize; 2],
}

impl Recorder {
    /// A dispatch that starts a training step.
    pub fn tick(&self, tape: &Tape) -> Dispatch {
        tape.dispatch(&TICK, vec![], vec![self.hyper, self.clock], "tick")
    }

    /// A dispatch that records one measurement into `ring`, with the root of the sum of `squares`.
    pub fn record(&self, tape: &Tape, [loss, correct]: [View; 2], squares: View, ring: View, train: bool) -> Dispatch {
        let dims = Dims {
            rows: loss.len,
            slots: ring.len / RECORD_WIDTH,
            train: usize::from(train),
            segments: squares.len,
            collapse: self.collapse.bound() as usize,
            answers: self.answers,
            first: self.judged[0],
            behind: self.judged[1],
        };
        let views = vec![loss, correct, squares, self.clock, ring];
        tape.dispatch(&RECORD, dims.list(), views, "record")
    }
}

fn tick_reference<T: Real>(args: &mut Args<T>) {
    let (hyper, clock) = (args.input(0), args.output(1));
    clock[TIME] += T::ONE;
    clock[BETA1_POWER] = clock[BETA1_POWER] * hyper[BETA1];
    clock[BETA2_POWER] = clock[BETA2_POWER] * hyper[BETA2];
    let within = |x: T| if x < T::ONE { x } else { T::ONE };
    let (t, warmup, floor) = (clock[TIME], hyper[WARMUP], hyper[FLOOR]);
    let (past, span) = (t - warmup, hyper[STEPS] - warmup);
    let way = if past > T::ZERO && span > T::ZERO { within(past / span) } else { T::ZERO };
    let sine = quarter_sine(way);
    // (1 + cos πx)/2 = 1 − sin²(πx/2)
    clock[RATE] = hyper[LR] * within(t / warmup) * (floor + (T::ONE - floor) * (T::ONE - sine * sine));
}

fn record_reference<T: Real>(args: &mut Args<T>) {
    let Dims { rows, slots, train, collapse, answers, first, behind, .. } = Dims::of(args.dims);
    let bound = collapse as u32;
    let (loss, correct, squares) = (args.input(0), args.input(1), args.input(2));
    let (clock, ring) = (args.output(3), args.output(4));
    let sum = |values: &[T]| values.iter().map(|v| v.wide()).sum::<f64>();
    let mean = |values: &[T]| T::of(sum(values) / rows as f64);
    let step = if train == 1 { clock[TIME] - T::ONE } else { clock[TIME] };
    let slot = if train == 1 { step } else { clock[EVALUATIONS] }.wide() as usize % slots;
    let fraction = |counts: &dyn Fn(T) -> bool| T::of(loss.iter().filter(|&&loss| counts(loss)).count() as f64 / rows as f64);
    let collapsed = fraction(&|loss| ((loss.wide() as f32).to_bits()) < bound);
    // Others may be 0 on GPUs.
    let zero = fraction(&|loss| loss < T::of(LEAST_NORMAL));
    let norm = T::of(sum(squares).sqrt());
    let judged: Vec<T> = (0..rows).filter(|i| (first..behind).contains(&(i % answers))).map(|i| correct[i]).collect();
    let accuracy = T::of(sum(&judged) * answers as f64 / (rows * (behind - first)) as f64);
    ring[slot * RECORD_WIDTH..][..RECORD_WIDTH].copy_from_slice(&[step, mean(loss), accuracy, collapsed, zero, norm]);
    if train == 0 {
        clock[EVALUATIONS] += T::ONE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A loss counts just when adding its e^loss − 1 to 1 leaves 1.
    #[test]
    fn what_is_absorbed_is_what_the_bound_says() {
        for (collapse, digits) in [(Collapse::Single, 24), (Collapse::Double, 53)] {
            let half = f32::from_bits((127 - digits) << 23);
            for (others, absorbed) in [(0.0, true), (half, true), (half * (1.0 + f32::EPSILON), false), (1.0, false)] {
                let counts = if digits == 24 { 1.0 + others > 1.0f32 } else { 1.0 + f64::from(others) > 1.0 };
                assert_eq!(!counts, absorbed, "{collapse:?}: {others:e}");
                assert_eq!(libm::log1pf(others).to_bits() < collapse.bound(), absorbed, "{collapse:?}: {others:e}");
            }
        }
        assert!(0.0f32.to_bits() >= Collapse::Never.bound() && f32::NAN.to_bits() >= Collapse::Single.bound());
    }
}
