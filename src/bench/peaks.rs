//! A device's peaks: how fast it copies, and how fast it multiplies and adds. Everything else is measured against them.

use std::rc::Rc;

use super::clock::{Clock, Work};
use crate::exec::ExecError;
use crate::kernel::{Args, Bound, Checks, Elements, Fill, Kernel, Real, Tolerance, dims, fold, input, input_of, output};
use crate::ops::simd::{Lanes, add, array, load, multiply_add, splat};
use crate::plan::{Buffer, Dispatch, Kind, Plan, View};
use crate::tape::Op;
use crate::train::Device;
use crate::{cpu, wgsl};

dims! {
    struct FmaDims { n, steps }
}

/// Table entry.
pub static OP: Op = Op { name: "bench", kernels: &[&COPY, &FMA], examples: &[] };

/// y = x
pub static COPY: Kernel = Kernel {
    name: "bench_copy",
    wgsl: wgsl!("bench_copy"),
    dims: Elements::NAMES,
    binds: &[input("x", Elements::n), output("y", Elements::n)],
    cpu: cpu!(copy_reference),
    grid: |d| fold(Elements::n(d).div_ceil(256) as u32),
    flops: |_| 0,
    checks: Checks::new(&[&[1], &[255], &[1025]], Tolerance { relative: 0.0, why: "nothing is computed" }),
    bound: Bound::Memory,
    variants: &[],
};

/// y = Σ of eight chains s ← s x + x with STEPS links, a multiple of 8
pub static FMA: Kernel = Kernel {
    name: "bench_fma",
    wgsl: wgsl!("bench_fma"),
    dims: FmaDims::NAMES,
    binds: &[input_of("x", FmaDims::n, Fill::Uniform), output("y", FmaDims::n)],
    cpu: cpu!(fma_reference, optimised: fma_optimised),
    grid: |d| fold(FmaDims::n(d).div_ceil(64) as u32),
    flops: |d| 2 * CHAINS as u64 * FmaDims::n(d) as u64 * FmaDims::steps(d) as u64,
    checks: Checks::new(
        &[&[1, 8], &[63, 16], &[130, 64]],
        Tolerance { relative: 1e-5, why: "up to 64 links, each rounded once or twice" },
    ),
    bound: Bound::Arithmetic,
    variants: &[],
};

const CHAINS: usize = 8;

fn copy_reference<T: Real>(args: &mut Args<T>) {
    args.output(1).copy_from_slice(args.input(0));
}

fn fma_reference<T: Real>(args: &mut Args<T>) {
    let steps = FmaDims::steps(args.dims);
    for (&x, y) in args.input(0).iter().zip(args.output(1)) {
        let mut chains: [T; CHAINS] = core::array::from_fn(|i| T::of(i as f64));
        for _ in 0..steps {
            chains = chains.map(|s| s * x + x);
        }
        let [a, b, c, d, e, f, g, h] = chains;
        *y = ((a + e) + (b + f)) + ((c + g) + (d + h));
    }
}

fn fma_optimised(args: &mut Args<f32>) {
    let steps = FmaDims::steps(args.dims);
    for (x, y) in args.input(0).chunks(4).zip(args.output(1).chunks_mut(4)) {
        let mut four = [0.0; 4];
        four[..x.len()].copy_from_slice(x);
        y.copy_from_slice(&array(chained(load(&four), steps))[..y.len()]);
    }
}

/// Not inlined, and the chains are separate variables: otherwise they live in memory.
#[inline(never)]
fn chained(x: Lanes, steps: usize) -> Lanes {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h]: [Lanes; CHAINS] = core::array::from_fn(|i| splat(i as f32));
    for _ in 0..steps {
        for chain in [&mut a, &mut b, &mut c, &mut d, &mut e, &mut f, &mut g, &mut h] {
            *chain = multiply_add(*chain, x, x);
        }
    }
    add(add(add(a, e), add(b, f)), add(add(c, g), add(d, h)))
}

/// What a device can do at best.
pub struct Peaks {
    /// Billions of bytes per second, read and written ones.
    pub copy: f64,
    /// Billions of multiplications and additions per second.
    pub flops: f64,
    /// How that was measured.
    pub how: &'static str,
}

impl Peaks {
    /// The fraction of the nearer of the two roofs that `flops` and `bytes` in `ms` milliseconds reach.
    pub fn fraction(&self, flops: u64, bytes: u64, ms: f64) -> f64 {
        (giga(flops, ms) / self.flops).max(giga(bytes, ms) / self.copy)
    }
}

/// Billions per second.
pub fn giga(count: u64, ms: f64) -> f64 {
    count as f64 / ms / 1e6
}

/// Elements to copy: 64 MiB each way, more than caches hold.
const COPIED: u32 = 1 << 24;
/// Threads, and links of each of their chains.
const FUSED: [u32; 2] = [1 << 19, 1024];
/// The same for the CPU, where a few milliseconds of it are enough.
const FUSED_ON_CPU: [u32; 2] = [1 << 14, 1024];
/// Edges of square matrices of which one gives the CPU's best product: from those that fit an L1 cache up. Natively products
/// may use instructions that this program is not compiled for, and beat its multiply-adds.
const EDGES: [usize; 4] = [64, 128, 256, 512];

/// Measures them.
///
/// # Errors
/// When the device fails.
pub async fn measure(device: &Device, clock: &Clock<'_>) -> Result<Peaks, ExecError> {
    let copy = alone(device, &COPY, &[COPIED], clock).await?;
    let copy = giga(COPY.bytes(&[COPIED]), copy);
    Ok(match device {
        Device::Cpu => {
            let fused = alone(device, &FMA, &FUSED_ON_CPU, clock).await?;
            let mut flops = giga((FMA.flops)(&FUSED_ON_CPU), fused);
            for edge in EDGES {
                let factors = [vec![1.0; edge * edge], vec![1.0; edge * edge], vec![0.0; edge * edge]];
                let ms = clock.time(&mut Work::Product(edge, factors), 1).await?;
                flops = flops.max(giga(2 * (edge as u64).pow(3), ms));
            }
            Peaks { copy, flops, how: "copy of 64 MiB; multiply-adds in registers or the best product in cache, on one thread" }
        }
        Device::Gpu(..) => {
            let fused = alone(device, &FMA, &FUSED, clock).await?;
            let flops = giga((FMA.flops)(&FUSED), fused);
            Peaks { copy, flops, how: "copy of 64 MiB; fused multiply-adds in registers" }
        }
    })
}

/// Milliseconds of a kernel without indices that reads only halves.
async fn alone(device: &Device, kernel: &'static Kernel, dims: &[u32], clock: &Clock<'_>) -> Result<f64, ExecError> {
    let mut plan = Plan { runs: 1, ..Plan::default() };
    let mut views = vec![];
    for bind in kernel.binds {
        let len = (bind.len)(dims);
        views.push(View { buffer: plan.buffers.len(), offset: 0, len });
        // Pages that nobody has written may all be the same page of zeros.
        let init = vec![0.5f32.to_bits(); len];
        plan.buffers.push(Buffer { name: bind.name.into(), kind: Kind::F32, per_run: len, init });
    }
    let last = views[views.len() - 1];
    plan.train.push(Dispatch { kernel, dims: dims.to_vec(), views, label: "peak".into(), variant: 0 });
    let mut work = Work::Lists(device.exec(Rc::new(plan)).await?, View { len: 1, ..last });
    clock.time(&mut work, 1).await
}
