//! AdamW with decoupled weight decay and bias correction (Loshchilov and Hutter 2019, algorithm 2),
//! and linear warm-up: η_t = η · min(1, t/warmup), t counted from 1.

use super::{BETA1, BETA2, EPS, HYPERS, LR, Optimizer, WARMUP, WD};
use crate::ops::record::CLOCK;
use crate::ops::{Args, Checks, Fill, Kernel, Op, Real, Tolerance, fold, in_out, index, input, input_of};
use crate::plan::ALIGN;
use crate::tape::TERM;
use crate::{cpu, wgsl};

/// Table entry among the optimisers.
pub static ADAMW: Optimizer = Optimizer {
    id: "adamw",
    label: "AdamW",
    state: &["first moment", "second moment"],
    update: |tape, [hyper, clock], state| {
        let (params, parts, [start, entry]) = (tape.flat(), tape.parts(), tape.gradient_table());
        let dims = [params.len, entry.len / TERM, parts.len].map(|n| n as u32).into();
        tape.dispatch(&UPDATE, dims, vec![hyper, clock, start, entry, parts, params, state[0], state[1]], "update")
    },
};

/// Table entry among the ops.
pub static OP: Op = Op { name: "adamw", kernels: &[&UPDATE], examples: &[] };

/// w −= η_t (λ w + m̂/(√v̂ + ε)) with the gradient summed from its parts; the clock has already advanced to t.
pub static UPDATE: Kernel = Kernel {
    name: "adamw",
    wgsl: wgsl!("adamw"),
    dims: &["N", "TERMS", "PARTS"],
    binds: &[
        input_of("hyper", |_| HYPERS, Fill::These(&[0.01, 1.0, 0.9, 0.98, 1e-8, 10.0])),
        input_of("clock", |_| CLOCK, Fill::These(&[5.0, 0.59049, 0.903_920_8, 3.0])),
        index("start", |d| d[0] as usize / ALIGN + 1, Fill::Offsets(|d| d[1])),
        index("entry", |d| TERM * d[1] as usize, Fill::Exactly(test_terms)),
        input("parts", |d| d[2] as usize),
        in_out("params", |d| d[0] as usize, Fill::Normal),
        in_out("m", |d| d[0] as usize, Fill::Normal),
        in_out("v", |d| d[0] as usize, Fill::Uniform),
    ],
    cpu: cpu!(adamw_twin, fast: adamw_fast),
    grid: |d| fold(d[0] / ALIGN as u32),
    flops: |d| 14 * u64::from(d[0]),
    checks: Checks::new(
        &[&[64, 1, 64], &[128, 5, 700], &[1024, 40, 3000]],
        Tolerance { relative: 2e-6, why: "a square root and two divisions" },
    ),
    variants: &[],
};

/// Terms over all of the parameters, with one to three partial sums and both signs.
fn test_terms(dims: &[u32]) -> Vec<u32> {
    let [n, terms, parts] = [dims[0], dims[1], dims[2]];
    let term = |t: u32| {
        let (at, count) = (t * 37 % n, 1 + t % 3);
        let len = (1 + t * 29 % 100).min(n - at).min(parts / count);
        let source = t * 53 % (parts - count * len + 1);
        [at, at + len, source, count, len, t % 2]
    };
    (0..terms).flat_map(term).collect()
}

/// What a step has in common for all parameters.
struct Rates<T> {
    lr: T,
    decay: T,
    beta: [T; 2],
    correct: [T; 2],
    epsilon: T,
}

impl<T: Real> Rates<T> {
    fn new(hyper: &[T], clock: &[T]) -> Self {
        let ramp = clock[0] / hyper[WARMUP];
        Rates {
            lr: hyper[LR] * if ramp < T::ONE { ramp } else { T::ONE },
            decay: hyper[WD],
            beta: [hyper[BETA1], hyper[BETA2]],
            correct: [T::ONE - clock[1], T::ONE - clock[2]],
            epsilon: hyper[EPS],
        }
    }

    #[inline(always)]
    fn update(&self, g: T, w: &mut T, m: &mut T, v: &mut T) {
        let [beta1, beta2] = self.beta;
        *m = beta1 * *m + (T::ONE - beta1) * g;
        *v = beta2 * *v + (T::ONE - beta2) * g * g;
        let direction = (*m / self.correct[0]) / ((*v / self.correct[1]).sqrt() + self.epsilon);
        *w = *w - self.lr * (self.decay * *w + direction);
    }
}

fn adamw_twin<T: Real>(args: &mut Args<T>) {
    let rates = Rates::new(args.input(0), args.input(1));
    let (start, entry, parts) = (args.index(2), args.index(3), args.input(4));
    let (params, m, v) = (args.output(5), args.output(6), args.output(7));
    for i in 0..params.len() {
        let block = i / ALIGN;
        let terms = &entry[TERM * start[block] as usize..TERM * start[block + 1] as usize];
        let mut g = T::ZERO;
        for term in terms.chunks_exact(TERM) {
            let [at, end, source, count, stride, negative]: [usize; TERM] = core::array::from_fn(|k| term[k] as usize);
            if at <= i && i < end {
                let sum = (0..count).fold(T::ZERO, |sum, k| sum + parts[source + k * stride + i - at]);
                g += if negative == 1 { -sum } else { sum };
            }
        }
        rates.update(g, &mut params[i], &mut m[i], &mut v[i]);
    }
}

/// Term by term over a block at once.
fn adamw_fast(args: &mut Args<f32>) {
    let rates = Rates::new(args.input(0), args.input(1));
    let (start, entry, parts) = (args.index(2), args.index(3), args.input(4));
    let (params, m, v) = (args.output(5), args.output(6), args.output(7));
    let blocks = params.chunks_exact_mut(ALIGN).zip(m.chunks_exact_mut(ALIGN)).zip(v.chunks_exact_mut(ALIGN));
    for (block, ((params, m), v)) in blocks.enumerate() {
        let (first, mut g) = (block * ALIGN, [0.0; ALIGN]);
        for term in entry[TERM * start[block] as usize..TERM * start[block + 1] as usize].chunks_exact(TERM) {
            let [at, end, source, count, stride, negative]: [usize; TERM] = core::array::from_fn(|k| term[k] as usize);
            let (from, to) = (at.max(first), end.min(first + ALIGN));
            let Some(len) = to.checked_sub(from) else { continue };
            let mut sum = [0.0; ALIGN];
            for k in 0..count {
                for (sum, part) in sum.iter_mut().zip(&parts[source + k * stride + from - at..][..len]) {
                    *sum += part;
                }
            }
            let sign = if negative == 1 { -1.0 } else { 1.0 };
            for (g, sum) in g[from - first..].iter_mut().zip(&sum[..len]) {
                *g += sign * sum;
            }
        }
        for (((w, m), v), &g) in params.iter_mut().zip(m).zip(v).zip(&g) {
            rates.update(g, w, m, v);
        }
    }
}
