//! AdamW with decoupled weight decay and bias correction (Loshchilov and Hutter 2019, algorithm 2). Alone it is one kernel,
//! which also sums the gradient; with a filter or noise its direction is [`adam`](super::adam)'s.

use super::sum::{ENTRY, START, TermDims, of_block, of_one};
use super::{Update, flat};
use crate::kernel::real::{LEAST_NORMAL, normal_or_zero};
use crate::kernel::{Args, Bound, Checks, Fill, Kernel, Real, Tolerance, fold, in_out, input};
use crate::plan::{ALIGN, View};
use crate::step::{BETA1, BETA1_POWER, BETA2, BETA2_POWER, CLOCK_IN, EPS, HYPER, RATE, WD};
use crate::tape::{Op, TERM, Tape};
use crate::{cpu, wgsl};

/// Table entry.
pub static OP: Op = Op { name: "adamw", kernels: &[&UPDATE], examples: &[] };

/// w −= η_t (λ w + m̂/(√v̂ + ε)) with the gradient summed from its parts; the clock has already advanced to t.
pub static UPDATE: Kernel = Kernel {
    name: "adamw",
    wgsl: wgsl!("adamw"),
    dims: TermDims::NAMES,
    binds: &[
        HYPER,
        CLOCK_IN,
        START,
        ENTRY,
        input("parts", TermDims::parts),
        in_out("params", TermDims::n, Fill::Normal),
        in_out("m", TermDims::n, Fill::Normal),
        in_out("v", TermDims::n, Fill::Uniform),
    ],
    cpu: cpu!(adamw_reference, optimised: adamw_optimised),
    grid: |d| fold((TermDims::n(d) / ALIGN) as u32),
    flops: |d| 14 * TermDims::n(d) as u64,
    checks: Checks::new(
        &[&[64, 1, 64], &[128, 5, 700], &[1024, 40, 3000]],
        Tolerance { relative: 2e-6, why: "a square root and two divisions" },
    ),
    bound: Bound::Memory,
    variants: &[],
};

/// Names of its state.
pub(super) const MOMENTS: [&str; 2] = ["first moment", "second moment"];

/// Records the whole update.
pub(super) fn update(tape: &mut Tape, [hyper, clock]: [View; 2], update: &mut Update) {
    let (params, parts, [start, entry]) = (tape.flat(), tape.parts(), tape.gradient_table());
    let [m, v] = MOMENTS.map(|name| update.remember(tape, params.len, name));
    let views = vec![hyper, clock, start, entry, parts, params, m, v];
    update.list.push(flat(tape, &UPDATE, TermDims { n: params.len, terms: entry.len / TERM, parts: parts.len }.list(), views));
}

/// What a step has in common for all parameters.
pub(super) struct Rates<T> {
    lr: T,
    decay: T,
    beta: [T; 2],
    correct: [T; 2],
    epsilon: T,
}

impl<T: Real> Rates<T> {
    pub(super) fn new(hyper: &[T], clock: &[T]) -> Self {
        Rates {
            lr: clock[RATE],
            decay: hyper[WD],
            beta: [hyper[BETA1], hyper[BETA2]],
            correct: [T::ONE - clock[BETA1_POWER], T::ONE - clock[BETA2_POWER]],
            epsilon: hyper[EPS],
        }
    }

    /// m̂/(√v̂ + ε). What of v is no normal number is 0, for GPUs may flush it. A v of 0 may so have been anything below: then
    /// √v̂ is |m̂|, as for a gradient that stays, but at most what it can have been. An ε of 1e-25 would make an explosion of it.
    #[inline(always)]
    pub(super) fn direction(&self, g: T, m: &mut T, v: &mut T) -> T {
        let [beta1, beta2] = self.beta;
        *m = beta1 * *m + (T::ONE - beta1) * g;
        *v = normal_or_zero(beta2 * *v) + normal_or_zero((T::ONE - beta2) * g * g);
        let (mean, least) = (*m / self.correct[0], T::of(LEAST_NORMAL));
        let root = (if *v < least { least } else { *v } / self.correct[1]).sqrt();
        let size = if mean < T::ZERO { -mean } else { mean };
        let flushed = *v == T::ZERO && size < root;
        mean / (if flushed { size } else { root } + self.epsilon)
    }

    #[inline(always)]
    fn update(&self, g: T, w: &mut T, m: &mut T, v: &mut T) {
        let direction = self.direction(g, m, v);
        *w = *w - self.lr * (self.decay * *w + direction);
    }
}

fn adamw_reference<T: Real>(args: &mut Args<T>) {
    let rates = Rates::new(args.input(0), args.input(1));
    let (table, parts) = ([args.index(2), args.index(3)], args.input(4));
    let (params, m, v) = (args.output(5), args.output(6), args.output(7));
    for i in 0..params.len() {
        rates.update(of_one(i, table, parts), &mut params[i], &mut m[i], &mut v[i]);
    }
}

/// A block at once.
fn adamw_optimised(args: &mut Args<f32>) {
    let rates = Rates::new(args.input(0), args.input(1));
    let (table, parts) = ([args.index(2), args.index(3)], args.input(4));
    let (params, m, v) = (args.output(5), args.output(6), args.output(7));
    let blocks = params.chunks_exact_mut(ALIGN).zip(m.chunks_exact_mut(ALIGN)).zip(v.chunks_exact_mut(ALIGN));
    for (block, ((params, m), v)) in blocks.enumerate() {
        let g = of_block(block, table, parts);
        for (((w, m), v), &g) in params.iter_mut().zip(m).zip(v).zip(&g) {
            rates.update(g, w, m, v);
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
