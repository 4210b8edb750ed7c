//! In the browser, in a dedicated worker: every kernel on WebGPU, and learning on both backends.
//!
//! `wasm-pack test --headless --chrome` runs this with the flags of `webdriver.json`; without an adapter it fails.
#![cfg(target_arch = "wasm32")]

mod common;

use grokking_lab::config::{Backend, Config, Norm};
use grokking_lab::exec::Tuning;
use grokking_lab::exec::gpu::Context;
use grokking_lab::metrics::History;
use grokking_lab::op_table::OPS;
use grokking_lab::ops::tiles::Tiles;
use grokking_lab::selfcheck::{CHECKS, Check, self_check};
use grokking_lab::train::{Device, Trainer, build};
use grokking_lab::web::worker::backend::gpu::{Probed, choose};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

async fn context() -> Context {
    Context::request().await.expect("a WebGPU adapter: is --enable-unsafe-webgpu in webdriver.json?")
}

#[wasm_bindgen_test]
async fn every_kernel_agrees_with_its_twin_on_webgpu() {
    let context = context().await;
    let mut failures = vec![];
    for kernel in OPS.iter().flat_map(|op| op.kernels) {
        // All cases run natively. Here each costs a compilation, and two show that this browser takes the shader.
        let cases = kernel.checks.cases;
        for &dims in cases.iter().take(1).chain(cases[1..].last()) {
            if let Err(failure) = common::parity(Some(&context), kernel, dims, 1, 2).await {
                failures.push(failure);
            }
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[wasm_bindgen_test]
async fn another_size_compiles_nothing() {
    common::assert_another_size_compiles_nothing(&context().await).await;
}

#[wasm_bindgen_test]
async fn the_self_check_passes_on_webgpu() {
    // Merged launches are what real GPUs run. Browsers check that their barriers are in uniform control flow.
    let mut context = context().await;
    context.merge = true;
    let error = self_check(&Device::Gpu(context, Tiles::default())).await.expect("passes");
    assert!(error < 1e-5, "{error}");
}

/// Which adapters are used for which setting, and whether the page hears why.
#[wasm_bindgen_test]
async fn hardware_that_passes_its_check_is_used_and_everything_else_is_not() {
    let mut hardware = context().await;
    hardware.info.fallback = false;
    let software = context().await;
    let decide = async |wish, context: &Context, norm, broken: &'static [Check]| {
        // Tiles that are set are not measured. Compiling larger ones takes a software GPU a minute.
        let tiles = Tiles::default();
        let mut probed = Probed::new(context.clone(), None);
        for check in broken {
            probed.check.note(check, tiles, Err(format!("with {} its gradients differ", check.name)));
        }
        let config = Config { backend: wish, tiles: Some(tiles), norm, ..Config::standard() };
        probed.prepare(&config, &build(&config).plan, None).await;
        choose(&config, &Ok(probed)).map(|chosen| chosen.reason)
    };
    let (sound, wrong) = (&CHECKS[..0], &CHECKS[..1]);
    let at = CHECKS.iter().position(|check| check.name == "layer norm").expect("a check");
    let no_norm = &CHECKS[at..=at];
    for (wish, context, norm, broken, used, because) in [
        (Backend::Auto, &hardware, Norm::None, sound, true, "agrees with the CPU"),
        (Backend::Auto, &hardware, Norm::None, wrong, false, "failed its self-check: with  its gradients differ"),
        (Backend::Auto, &hardware, Norm::Pre, no_norm, false, "failed its self-check: with layer norm its gradients differ"),
        (Backend::Auto, &hardware, Norm::None, no_norm, true, "agrees with the CPU"),
        (Backend::Auto, &software, Norm::None, sound, false, "slow software"),
        (Backend::Gpu, &software, Norm::None, sound, true, "agrees with the CPU"),
        // Wrong numbers are no wish.
        (Backend::Gpu, &hardware, Norm::None, wrong, false, "its gradients differ"),
        (Backend::Cpu, &hardware, Norm::None, sound, false, "the settings want the CPU"),
    ] {
        let chosen = decide(wish, context, norm, broken).await;
        assert_eq!(chosen.is_ok(), used, "{wish:?}: {chosen:?}");
        let (Ok(reason) | Err(reason)) = chosen;
        assert!(reason.contains(because), "{wish:?}: {reason}");
    }
    // What another visit found out is not measured again.
    let tuned: Option<Tuning> = "1.0.1 apart".parse().ok();
    let tuning = |chosen: &Result<Device, String>| match chosen {
        Ok(Device::Gpu(context, tiles)) => Some(Tuning { tiles: *tiles, merge: context.merge }),
        _ => None,
    };
    let config = Config { p: 11, ..Config::standard() };
    let mut probed = Probed::new(hardware.clone(), tuned);
    probed.prepare(&config, &build(&config).plan, None).await;
    let chosen = choose(&config, &Ok(probed)).map(|chosen| chosen.device);
    assert!(tuned.is_some() && tuning(&chosen) == tuned);
    let mut probed = Probed::new(hardware, None);
    probed.prepare(&config, &build(&config).plan, None).await;
    let measured = probed.tuned.expect("measured");
    let chosen = choose(&config, &Ok(probed)).map(|chosen| chosen.device);
    assert_eq!(tuning(&chosen), Some(measured));
    let chosen = choose(&config, &Err("no adapter here".into())).map(|chosen| chosen.reason);
    assert!(chosen.is_err_and(|why| why == "no adapter here"));
}

#[wasm_bindgen_test]
fn seed_zero_is_the_same_as_natively() {
    common::assert_seed_zero_is_unchanged();
}

/// Trains until it has grokked, at most `limit` steps.
async fn grok(config: &Config, device: &Device, limit: u32) -> History {
    let mut trainer = Trainer::new(config, device).await.expect("builds");
    let mut history = History::default();
    while history.grokked.is_none() && trainer.step() < limit {
        trainer.steps(10);
        for point in trainer.collect().points().await.expect("reads") {
            history.push(point);
        }
    }
    history
}

#[wasm_bindgen_test]
async fn a_small_table_groks_on_webgpu() {
    // Few enough operations for a software GPU; six seeds on the CPU grok at step 92 to 229.
    let config = Config { p: 23, train: 0.8, width: 64, heads: 2, mlp: 128, wd: 2.0, ..Config::standard() };
    let history = grok(&config, &Device::Gpu(context().await, Tiles::default()), 400).await;
    assert!(history.memorized.is_some() && history.grokked.is_some(), "{:?}", history.points.last());
}

#[wasm_bindgen_test]
async fn a_small_table_groks_on_the_cpu() {
    // As in tests/learns.rs; without fused multiply-add it rounds differently than there.
    let config = Config { p: 23, train: 0.7, width: 64, heads: 2, mlp: 128, wd: 2.0, seed: 3, ..Config::standard() };
    let history = grok(&config, &Device::Cpu, 600).await;
    let (memorized, grokked) = (history.memorized.expect("memorises"), history.grokked.expect("groks"));
    assert!(memorized < 80 && grokked >= memorized + 30, "{memorized}, {grokked}");
}

/// The worker's memory grows with its history only, which is a list of points.
#[wasm_bindgen_test]
async fn memory_stays_flat_over_twenty_thousand_steps() {
    let pages = || core::arch::wasm32::memory_size(0);
    let config = Config { p: 5, train: 0.6, width: 4, heads: 1, mlp: 4, ..Config::standard() };
    let mut trainer = Trainer::new(&config, &Device::Cpu).await.expect("builds");
    let (mut points, mut before) = (0, 0);
    while trainer.step() < 20_000 {
        trainer.steps(100);
        points += trainer.collect().points().await.expect("reads").len();
        if trainer.step() == 2_000 {
            before = pages();
        }
    }
    assert!(points > 1_000, "{points}");
    assert_eq!(pages(), before, "pages of 64 KiB after and before 18 000 steps");
}
