//! Every kernel of every op: shader and optimised version against the reference kernel.
//!
//! A new op needs nothing here. This iterates `OPS`: put the op in that table, give its kernels `cases` (dims to test
//! with: at least one odd, one of size 1) and a `tolerance`, and say in each binding's `fill` what its inputs look like.
//! Each case runs with every shader of the kernel and three seeds side by side, the first one also alone (compiling is
//! what takes the time). Bindings lie at an offset inside larger buffers whose rest holds a guard value; outputs start as
//! that value too, so a missing write, a write outside and a read outside are all seen. Failures name kernel, case, seed, runs, binding and run, and are collected before the test fails.
//! The printed table is the worst fraction of each kernel's tolerance (`cargo test --test parity -- --nocapture`).
//!
//! Without an adapter only the optimised versions are tested; `GROKKING_REQUIRE_GPU=1` makes that a failure.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use pollster::block_on;

use common::{KernelTest, gpu, parity};
use grokking_lab::kernel::{Access, Kernel};
use grokking_lab::op_table::OPS;

fn kernels() -> impl Iterator<Item = &'static Kernel> {
    OPS.iter().flat_map(|op| op.kernels.iter().copied())
}

#[test]
fn every_kernel_agrees_with_its_reference() {
    let context = gpu("parity");
    if let Some(context) = &context {
        println!("{:?}", context.info);
    }
    let mut failures = vec![];
    for kernel in kernels() {
        let mut worst = 0f64;
        let together = kernel.checks.cases.iter().map(|&dims| (dims, 1, 3));
        for (dims, seed, runs) in together.chain([(kernel.checks.cases[0], 2, 1)]) {
            match block_on(parity(context.as_ref(), kernel, dims, seed, runs)) {
                Ok(fraction) => worst = worst.max(fraction),
                Err(failure) => failures.push(failure),
            }
        }
        println!("{:24} {:5.1}% of {:.0e}", kernel.name, 100.0 * worst, kernel.checks.tolerance.relative);
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

/// More than 65 535 workgroups continue in the next y.
#[test]
fn a_folded_grid_covers_everything() {
    let Some(context) = gpu("folded grids") else { return };
    let gather_back = [30, 9, 32_800, 50, 0];
    let cases: [(&'static Kernel, &[u32]); 2] =
        [(&grokking_lab::ops::add::ADD, &[65_536 * 64 + 5]), (&grokking_lab::ops::gather::GATHER_BACK, &gather_back)];
    for (kernel, dims) in cases {
        assert_eq!((kernel.grid)(dims)[1], 2, "{}: the case is too small to fold", kernel.name);
        block_on(parity(Some(&context), kernel, dims, 1, 1)).unwrap_or_else(|failure| panic!("{failure}"));
    }
}

/// Losses of 1e-7 and below, where grokking happens and a naive logarithm returns zero.
#[test]
fn small_losses_keep_their_digits() {
    use grokking_lab::ops::cross_entropy::CROSS_ENTROPY;
    use grokking_lab::ops::unembed_loss::UNEMBED_LOSS;
    let Some(context) = gpu("small losses") else { return };
    // Two classes, the target ahead by 0 to 60: loss = ln(1 + e^−lead).
    let leads: Vec<f32> = (0..=120).map(|i| 0.5 * i as f32).collect();
    let logits: Vec<u32> = leads.iter().flat_map(|lead| [lead.to_bits(), 0]).collect();
    let n = leads.len();
    let blank = |len: usize| vec![0; len];
    let rows = n as u32;
    // The fused kernels get a product of zeros, and these logits to start from.
    let plain = [logits.clone(), blank(n), blank(2 * n), blank(n), blank(n)];
    let fused = |da: usize| [blank(n), blank(2), logits.clone(), blank(n), blank(n), blank(n), blank(2 * n), blank(da)];
    for (name, losses) in [
        ("cross_entropy", losses(&context, &CROSS_ENTROPY, &[rows, 2], &plain)),
        ("unembed_loss, forward alone", losses(&context, &UNEMBED_LOSS, &[rows, 1, 2, 1, 0, 0], &fused(1))),
        ("unembed_loss", losses(&context, &UNEMBED_LOSS, &[rows, 1, 2, 1, 0, 1], &fused(n))),
    ] {
        for (lead, &loss) in leads.iter().zip(&losses) {
            let want = libm::log1p((-f64::from(*lead)).exp());
            let error = (f64::from(loss) - want).abs() / want;
            // exp may be off by 3 + 2|x| units in the last place.
            assert!(error <= 2e-6 + 2.4e-7 * f64::from(*lead), "{name}, lead {lead}: loss {loss}, {want} expected");
        }
    }
}

/// What a kernel writes to `row_loss` on the GPU.
fn losses(context: &grokking_lab::exec::gpu::Context, kernel: &'static Kernel, dims: &[u32], data: &[Vec<u32>]) -> Vec<f32> {
    let trial = KernelTest::new(kernel, dims, 1, data);
    let got = block_on(trial.gpu(context)).unwrap();
    let at = kernel.binds.iter().position(|bind| bind.name == "row_loss").unwrap();
    // Results are those of the written buffers, in order.
    let written = kernel.binds[..at].iter().filter(|bind| bind.access == Access::Out).count();
    let view = trial.plan.train[0].views[at];
    got[written][view.offset..][..view.len].to_vec()
}

/// Twice the same plan, twice the same bits: no atomics, and sums in a fixed order.
#[test]
fn the_gpu_repeats_itself() {
    let Some(context) = gpu("determinism") else { return };
    for kernel in kernels() {
        let dims = kernel.checks.cases[kernel.checks.cases.len() - 1];
        for variant in 0..=kernel.variants.len() {
            let trial = KernelTest::random(kernel, dims, 2, 7).with_variant(variant);
            let bits = || -> Vec<u32> { block_on(trial.gpu(&context)).unwrap().concat().iter().map(|v| v.to_bits()).collect() };
            assert!(bits() == bits(), "{} {dims:?}, shader {variant}, differs between two runs", kernel.name);
        }
    }
}
