//! What decay and direction do to the weights, and noise on the direction (`noise_factor` of Power et al. 2022).
//!
//! Decay pulls towards an origin w₀: zero, or the initial weights. Coupled, it is a part of the gradient; decoupled, of
//! the update.

use super::{UpdateInputs, flat};
use crate::kernel::{Args, Bind, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, in_out, input};
use crate::ops::noise::normal;
use crate::plan::{Dispatch, View};
use crate::rng::Stateless;
use crate::step::{CLOCK_IN, GRAD_NOISE, HYPER, RATE, SEED, TIME, WD};
use crate::tape::{Op, Tape};
use crate::{cpu, wgsl};

dims! {
    struct CoupledDecayDims { n, origin }
}
dims! {
    struct StepDims { n, origin, decay, noise }
}

/// Table entry among the ops.
pub static OP: Op = Op { name: "apply", kernels: &[&COUPLED_DECAY, &STEP], examples: &[] };

/// w₀, or anything of length 1 when ORIGIN is 0.
const ORIGIN: Bind = input("origin", |d| if CoupledDecayDims::origin(d) == 1 { CoupledDecayDims::n(d) } else { 1 });

/// g += λ (w − w₀), with w₀ = 0 when ORIGIN is 0
pub static COUPLED_DECAY: Kernel = Kernel {
    name: "coupled_decay",
    wgsl: wgsl!("coupled_decay"),
    dims: CoupledDecayDims::NAMES,
    binds: &[HYPER, input("params", CoupledDecayDims::n), ORIGIN, in_out("g", CoupledDecayDims::n, Fill::Normal)],
    cpu: cpu!(coupled_decay_reference),
    grid: |d| fold(CoupledDecayDims::n(d).div_ceil(64) as u32),
    flops: |d| 3 * CoupledDecayDims::n(d) as u64,
    checks: Checks::new(&[&[1, 0], &[333, 1]], Tolerance { relative: 2e-7, why: "up to three roundings" }),
    bound: Bound::Memory,
    variants: &[],
};

/// w −= η_t (λ (w − w₀) + d + σ ξ), with λ only when DECAY is 1 and ξ ~ N(0, 1) only when NOISE is 1
pub static STEP: Kernel = Kernel {
    name: "step",
    wgsl: wgsl!("step"),
    dims: StepDims::NAMES,
    binds: &[HYPER, CLOCK_IN, SEED, input("direction", StepDims::n), ORIGIN, in_out("params", StepDims::n, Fill::Normal)],
    cpu: cpu!(step_reference),
    grid: |d| fold(StepDims::n(d).div_ceil(64) as u32),
    flops: |d| StepDims::n(d) as u64 * (4 + 30 * StepDims::noise(d) as u64),
    checks: Checks::new(
        &[&[1, 0, 0, 0], &[333, 1, 1, 0], &[100, 0, 1, 1], &[1000, 1, 0, 1]],
        Tolerance { relative: 1e-6, why: "a logarithm, and a short polynomial" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

fn origin_or(origin: Option<View>, inputs: &UpdateInputs) -> View {
    origin.unwrap_or(View { len: 1, ..inputs.hyper })
}

/// Coupled decay.
pub(super) fn coupled_decay(tape: &Tape, inputs: &UpdateInputs, origin: Option<View>) -> Dispatch {
    let params = tape.flat();
    let views = vec![inputs.hyper, params, origin_or(origin, inputs), inputs.gradient];
    flat(tape, &COUPLED_DECAY, CoupledDecayDims { n: params.len, origin: usize::from(origin.is_some()) }.list(), views)
}

/// The step along `direction`, with decoupled decay when `decay`.
pub(super) fn step(tape: &mut Tape, inputs: &UpdateInputs, direction: View, decay: bool, origin: Option<View>) -> Dispatch {
    let (params, noise) = (tape.flat(), inputs.config.gradnoise > 0.0);
    let seed = tape.seeds();
    let [from_origin, decay, noise] = [origin.is_some(), decay, noise].map(usize::from);
    let dims = StepDims { n: params.len, origin: from_origin, decay, noise }.list();
    flat(tape, &STEP, dims, vec![inputs.hyper, inputs.clock, seed, direction, origin_or(origin, inputs), params])
}

fn coupled_decay_reference<T: Real>(args: &mut Args<T>) {
    let from_origin = CoupledDecayDims::origin(args.dims);
    let (hyper, params, origin, g) = (args.input(0), args.input(1), args.input(2), args.output(3));
    for (i, (g, &w)) in g.iter_mut().zip(params).enumerate() {
        *g += hyper[WD] * if from_origin == 1 { w - origin[i] } else { w };
    }
}

fn step_reference<T: Real>(args: &mut Args<T>) {
    let StepDims { origin: from_origin, decay, noise, .. } = StepDims::of(args.dims);
    let (hyper, clock, seed) = (args.input(0), args.input(1), args.index(2));
    let (direction, origin, params) = (args.input(3), args.input(4), args.output(5));
    let (rate, decay) = (clock[RATE], if decay == 1 { hyper[WD] } else { T::ZERO });
    let time = clock[TIME].wide() as u32;
    for (i, (w, &d)) in params.iter_mut().zip(direction).enumerate() {
        let mut d = decay * if from_origin == 1 { *w - origin[i] } else { *w } + d;
        if noise == 1 {
            d += hyper[GRAD_NOISE] * normal(Stateless::Update.draw(seed[0], time, i as u32));
        }
        *w = *w - rate * d;
    }
}
