//! What decay and direction do to the weights, and noise on the direction (`noise_factor` of Power et al. 2022).
//!
//! Decay pulls towards an origin w₀: zero, or the initial weights. Coupled, it is a part of the gradient; decoupled, of
//! the update. The embedding may decay at another rate than the rest, and the rest be trained at another (the two learning rates of
//! Liu et al. 2022).

use super::{UpdateInputs, blocks_of, embeds, flat};
use crate::kernel::{Args, Bind, Bound, Checks, Fill, Kernel, Real, Tolerance, dims, fold, in_out, index, input};
use crate::ops::noise::normal;
use crate::plan::{ALIGN, Dispatch, View};
use crate::rng::Stateless;
use crate::step::{CLOCK_IN, GRAD_NOISE, HYPER, LR_DECODER, RATE, SEED, TIME, WD, WD_EMBED};
use crate::tape::{Op, Tape};
use crate::{cpu, wgsl};

dims! {
    struct CoupledDecayDims { n, origin, apart }
}
dims! {
    struct StepDims { n, origin, decay, noise, apart }
}

/// Table entry among the ops.
pub static OP: Op = Op { name: "apply", kernels: &[&COUPLED_DECAY, &STEP], examples: &[] };

/// w₀, or anything of length 1 when ORIGIN is 0.
const ORIGIN: Bind = input("origin", |d| if CoupledDecayDims::origin(d) == 1 { CoupledDecayDims::n(d) } else { 1 });

/// 1 for each block of [`ALIGN`] parameters that is of the embedding, else 0; anything of length 1 when APART is 0.
const fn embedding_of(blocks: fn(&[u32]) -> usize) -> Bind {
    index("embedding", blocks, Fill::Below(|_| 2))
}

/// g += λ (w − w₀), with w₀ = 0 when ORIGIN is 0; in the embedding with WD_EMBED λ when APART is 1
pub static COUPLED_DECAY: Kernel = Kernel {
    name: "coupled_decay",
    wgsl: wgsl!("coupled_decay"),
    dims: CoupledDecayDims::NAMES,
    binds: &[
        HYPER,
        embedding_of(|d| blocks(CoupledDecayDims::n(d), CoupledDecayDims::apart(d))),
        input("params", CoupledDecayDims::n),
        ORIGIN,
        in_out("g", CoupledDecayDims::n, Fill::Normal),
    ],
    cpu: cpu!(coupled_decay_reference),
    grid: |d| fold(CoupledDecayDims::n(d).div_ceil(64) as u32),
    flops: |d| 3 * CoupledDecayDims::n(d) as u64,
    checks: Checks::new(&[&[1, 0, 0], &[333, 1, 1], &[333, 0, 1]], Tolerance { relative: 3e-7, why: "up to four roundings" }),
    bound: Bound::Memory,
    variants: &[],
};

/// w −= η_t (λ (w − w₀) + d + σ ξ), with λ only when DECAY is 1 and ξ ~ N(0, 1) only when NOISE is 1. When APART is 1, λ is
/// WD_EMBED times as large in the embedding, and η_t is LR_DECODER times as large everywhere else.
pub static STEP: Kernel = Kernel {
    name: "step",
    wgsl: wgsl!("step"),
    dims: StepDims::NAMES,
    binds: &[
        HYPER,
        CLOCK_IN,
        SEED,
        embedding_of(|d| blocks(StepDims::n(d), StepDims::apart(d))),
        input("direction", StepDims::n),
        ORIGIN,
        in_out("params", StepDims::n, Fill::Normal),
    ],
    cpu: cpu!(step_reference),
    grid: |d| fold(StepDims::n(d).div_ceil(64) as u32),
    flops: |d| StepDims::n(d) as u64 * (4 + 30 * StepDims::noise(d) as u64),
    checks: Checks::new(
        &[&[1, 0, 0, 0, 0], &[333, 1, 1, 0, 1], &[100, 0, 1, 1, 0], &[1000, 1, 0, 1, 0], &[333, 0, 1, 0, 1], &[333, 0, 0, 0, 1]],
        Tolerance { relative: 1e-6, why: "a logarithm, and a short polynomial" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// Numbers of the list of blocks.
fn blocks(parameters: usize, apart: usize) -> usize {
    if apart == 1 { parameters.div_ceil(ALIGN) } else { 1 }
}

/// For each block of parameters whether it is of the embedding.
pub(super) fn embedding(tape: &mut Tape) -> View {
    blocks_of(tape, |param| u32::from(embeds(param)), "blocks of the embedding")
}

/// What takes the place of the list of blocks where nothing reads it, and whether something does.
fn embedding_or(inputs: &UpdateInputs, unread: View) -> (View, usize) {
    (inputs.embedding.unwrap_or(View { len: 1, ..unread }), usize::from(inputs.embedding.is_some()))
}

fn origin_or(origin: Option<View>, inputs: &UpdateInputs) -> View {
    origin.unwrap_or(View { len: 1, ..inputs.hyper })
}

/// Coupled decay.
pub(super) fn coupled_decay(tape: &mut Tape, inputs: &UpdateInputs, origin: Option<View>) -> Dispatch {
    let (params, unread) = (tape.flat(), tape.seeds());
    let (embedding, apart) = embedding_or(inputs, unread);
    let views = vec![inputs.hyper, embedding, params, origin_or(origin, inputs), inputs.gradient];
    let dims = CoupledDecayDims { n: params.len, origin: usize::from(origin.is_some()), apart };
    flat(tape, &COUPLED_DECAY, dims.list(), views)
}

/// The step along `direction`, with decoupled decay when `decay`.
pub(super) fn step(tape: &mut Tape, inputs: &UpdateInputs, direction: View, decay: bool, origin: Option<View>) -> Dispatch {
    let (params, noise) = (tape.flat(), inputs.config.gradnoise > 0.0);
    let seed = tape.seeds();
    let [from_origin, decay, noise] = [origin.is_some(), decay, noise].map(usize::from);
    let (embedding, apart) = embedding_or(inputs, seed);
    let dims = StepDims { n: params.len, origin: from_origin, decay, noise, apart }.list();
    let views = vec![inputs.hyper, inputs.clock, seed, embedding, direction, origin_or(origin, inputs), params];
    flat(tape, &STEP, dims, views)
}

fn coupled_decay_reference<T: Real>(args: &mut Args<T>) {
    let CoupledDecayDims { origin: from_origin, apart, .. } = CoupledDecayDims::of(args.dims);
    let (hyper, embedding) = (args.input(0), args.index(1));
    let (params, origin, g) = (args.input(2), args.input(3), args.output(4));
    for (i, (g, &w)) in g.iter_mut().zip(params).enumerate() {
        let embeds = apart == 1 && embedding[i / ALIGN] == 1;
        let decay = if embeds { hyper[WD] * hyper[WD_EMBED] } else { hyper[WD] };
        *g += decay * if from_origin == 1 { w - origin[i] } else { w };
    }
}

fn step_reference<T: Real>(args: &mut Args<T>) {
    let StepDims { origin: from_origin, decay, noise, apart, .. } = StepDims::of(args.dims);
    let (hyper, clock, seed, embedding) = (args.input(0), args.input(1), args.index(2), args.index(3));
    let (direction, origin, params) = (args.input(4), args.input(5), args.output(6));
    let (all_rate, all_decay) = (clock[RATE], if decay == 1 { hyper[WD] } else { T::ZERO });
    let time = clock[TIME].wide() as u32;
    for (i, (w, &d)) in params.iter_mut().zip(direction).enumerate() {
        let (rate, decay) = match apart {
            1 if embedding[i / ALIGN] == 1 => (all_rate, all_decay * hyper[WD_EMBED]),
            1 => (all_rate * hyper[LR_DECODER], all_decay),
            _ => (all_rate, all_decay),
        };
        let mut d = decay * if from_origin == 1 { *w - origin[i] } else { *w } + d;
        if noise == 1 {
            d += hyper[GRAD_NOISE] * normal(Stateless::Update.draw(seed[0], time, i as u32));
        }
        *w = *w - rate * d;
    }
}
