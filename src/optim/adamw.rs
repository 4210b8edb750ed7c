//! AdamW with decoupled weight decay and bias correction (Loshchilov and Hutter 2019, algorithm 2),
//! and linear warm-up: η_t = η · min(1, t/warmup), t counted from 1.

use super::{BETA1, BETA2, EPS, HYPERS, LR, Optimizer, WARMUP, WD};
use crate::ops::record::CLOCK;
use crate::ops::{Args, Fill, Kernel, Op, Real, Tolerance, fold, in_out, input, input_of};
use crate::{twin, wgsl};

/// Table entry among the optimisers.
pub static ADAMW: Optimizer = Optimizer {
    id: "adamw",
    label: "AdamW",
    state: &["first moment", "second moment"],
    update: |tape, [hyper, clock], state| {
        let [params, grads] = tape.flat();
        let views = vec![hyper, clock, grads, params, state[0], state[1]];
        tape.dispatch(&UPDATE, vec![params.len as u32], views, "update")
    },
};

/// Table entry among the ops.
pub static OP: Op = Op { name: "adamw", kernels: &[&UPDATE], examples: &[] };

/// w −= η_t (λ w + m̂/(√v̂ + ε)); the clock has already advanced to t.
pub static UPDATE: Kernel = Kernel {
    name: "adamw",
    wgsl: wgsl!("adamw"),
    dims: &["N"],
    binds: &[
        input_of("hyper", |_| HYPERS, Fill::These(&[0.01, 1.0, 0.9, 0.98, 1e-8, 10.0])),
        input_of("clock", |_| CLOCK, Fill::These(&[5.0, 0.59049, 0.903_920_8, 3.0])),
        input("grads", |d| d[0] as usize),
        in_out("params", |d| d[0] as usize, Fill::Normal),
        in_out("m", |d| d[0] as usize, Fill::Normal),
        in_out("v", |d| d[0] as usize, Fill::Uniform),
    ],
    twin: twin!(adamw_twin),
    fast: None,
    grid: |d| fold(d[0].div_ceil(64)),
    flops: |d| 14 * u64::from(d[0]),
    cases: &[&[1], &[65], &[1030]],
    tolerance: Tolerance { relative: 2e-6, why: "a square root and two divisions" },
    variants: &[],
};

fn adamw_twin<T: Real>(args: &mut Args<T>) {
    let (hyper, clock, grads) = (args.input(0), args.input(1), args.input(2));
    let (params, m, v) = (args.output(3), args.output(4), args.output(5));
    let ramp = clock[0] / hyper[WARMUP];
    let lr = hyper[LR] * if ramp < T::ONE { ramp } else { T::ONE };
    let (beta1, beta2) = (hyper[BETA1], hyper[BETA2]);
    let (correct1, correct2) = (T::ONE - clock[1], T::ONE - clock[2]);
    for (((w, m), v), &g) in params.iter_mut().zip(m).zip(v).zip(grads) {
        *m = beta1 * *m + (T::ONE - beta1) * g;
        *v = beta2 * *v + (T::ONE - beta2) * g * g;
        let direction = (*m / correct1) / ((*v / correct2).sqrt() + hyper[EPS]);
        *w = *w - lr * (hyper[WD] * *w + direction);
    }
}
