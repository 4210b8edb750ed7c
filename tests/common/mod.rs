//! What the harnesses share, natively and in the browser: the GPU, shards, the parity check, and seed 0.
#![allow(dead_code, unused_imports, reason = "each test program uses a part of this")]

#[cfg(not(target_arch = "wasm32"))]
pub mod anew;
pub mod optimizer;

use grokking_lab::config::Config;
use grokking_lab::exec::gpu::{Context, Gpu};
use grokking_lab::kernel::Kernel;
pub use grokking_lab::kernel_test::{KernelTest, close};
use grokking_lab::plan::ALIGN;
use grokking_lab::train::{DataShard, Device, Trainer, build, build_shard};

/// The GPU, or `None` after saying loudly what is not tested. With `GROKKING_REQUIRE_GPU=1` its absence is a failure.
#[cfg(not(target_arch = "wasm32"))]
pub fn gpu(what: &str) -> Option<Context> {
    match pollster::block_on(Context::request()) {
        Ok(context) => Some(context),
        Err(error) if std::env::var("GROKKING_REQUIRE_GPU").is_ok_and(|v| v == "1") => {
            panic!("GROKKING_REQUIRE_GPU=1, but: {error}; install a Vulkan driver (lavapipe needs no GPU)")
        }
        Err(error) => {
            eprintln!("\n===== SKIPPED {what} on the GPU: {error} =====\n");
            None
        }
    }
}

/// The trainers of a run that is divided into `count` shards.
#[cfg(not(target_arch = "wasm32"))]
pub fn shards(config: &Config, count: u32) -> Vec<Trainer> {
    let evaluation = build(config).evaluation;
    let shard = |index| {
        let built = build_shard(config, DataShard { index, count }, evaluation);
        pollster::block_on(Trainer::of(config, built, &Device::Cpu)).expect("builds")
    };
    (0..count).map(shard).collect()
}

/// The parity check: optimised version and every shader against the reference kernel. Returns the worst fraction of the limit.
///
/// # Errors
/// Names kernel, case, seed, runs and everything that is wrong.
pub async fn parity(
    context: Option<&Context>,
    kernel: &'static Kernel,
    dims: &[u32],
    seed: u64,
    runs: usize,
) -> Result<f64, String> {
    let trial = KernelTest::random(kernel, dims, runs, seed);
    let want = trial.cpu(false);
    let name = |who: &str, what: String| format!("{who} {} {dims:?}, seed {seed}, runs {runs}:\n    {what}", kernel.name);
    let mut worst = trial.judge(&want, &want).map_err(|what| name("reference", what))?;
    if kernel.cpu.optimised {
        worst = worst.max(trial.judge(&trial.cpu(true), &want).map_err(|what| name("optimised", what))?);
    }
    if let Some(context) = context {
        for variant in 0..=kernel.variants.len() {
            let trial = trial.with_variant(variant);
            let name = |what: String| name(&format!("shader {} of", trial.plan.train[0].shader().0), what);
            let got = trial.gpu(context).await.map_err(|error| name(error.to_string()))?;
            worst = worst.max(trial.judge(&got, &want).map_err(name)?);
        }
    }
    Ok(worst)
}

/// The first bits of seed 0's initial weights and training pairs of the standard configuration: the same on every
/// platform and backend. A change here changes every published link.
pub fn assert_seed_zero_is_unchanged() {
    let built = build(&Config::standard());
    let len: usize = built.params.iter().map(|p| (p.shape[0] * p.shape[1]).next_multiple_of(ALIGN)).sum();
    let weights = grokking_lab::tape::initial(&built.params, len, 0);
    // FNV-1a over all bits.
    let hash = |words: &mut dyn Iterator<Item = u32>| {
        words.fold(0xcbf2_9ce4_8422_2325u64, |h, w| (h ^ u64::from(w)).wrapping_mul(0x100_0000_01b3))
    };
    assert_eq!(hash(&mut weights.iter().map(|w| w.to_bits())), WEIGHTS, "initial weights");
    let targets = built.plan.buffers.iter().find(|b| b.name == "targets").expect("targets");
    assert_eq!(hash(&mut targets.init.iter().copied()), TARGETS, "training pairs");
}

const WEIGHTS: u64 = 9535572207318823032;
const TARGETS: u64 = 2346278100242134274;

/// Sizes are data: whatever a visitor changes them to, there is nothing to compile.
pub async fn assert_another_size_compiles_nothing(context: &Context) {
    let first = Config { p: 11, width: 16, heads: 2, mlp: 32, ..Config::standard() };
    let build = async |config: &Config| {
        let plan = grokking_lab::train::build(config).plan;
        Gpu::new(context, plan).await.unwrap_or_else(|error| panic!("{config:?}: {error}"));
        context.compiled()
    };
    let compiled = build(&first).await;
    assert!((10..40).contains(&compiled), "{compiled} pipelines");
    let others = [
        Config { p: 13, ..first.clone() },
        Config { train: 0.7, seed: 9, ..first.clone() },
        Config { width: 24, mlp: 40, ..first.clone() },
        Config { heads: 4, seeds: 3, ..first.clone() },
    ];
    for other in &others {
        assert_eq!(build(other).await, compiled, "{other:?}");
    }
    let batched = Config { batch: 32, ..first };
    let compiled = build(&batched).await;
    for other in [Config { batch: 48, ..batched.clone() }, Config { batch: 32, seed: 2, ..batched }] {
        assert_eq!(build(&other).await, compiled, "{other:?}");
    }
}
