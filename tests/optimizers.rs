//! Ten steps with every optimiser, filter, decay and schedule against PyTorch: the numbers come from `tests/optimizers.py`
//! (f64). And what is random or remembered: noise, snapshots, the sphere.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "optimizers/golden.rs"]
mod golden;

use std::f64::consts::TAU;

use common::{close, gpu};
use golden::{GOLDEN, Golden};
use grokking_lab::config::Config;
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::ops::record::Recorder;
use grokking_lab::ops::tiles::Tiles;
use grokking_lab::plan::List;
use grokking_lab::settings::{from_query, key};
use grokking_lab::step::SPHERE;
use grokking_lab::train::{self, Built, Device, Trainer};
use pollster::block_on;

const TINY: &str = "p=5&train=0.6&width=8&heads=2&mlp=12&warmup=4&";

fn config(variant: &str) -> Config {
    let (config, problems) = from_query(&format!("{TINY}{variant}"));
    assert_eq!(problems, []);
    config
}

/// w_k = 0.3 sin(k + 1) over all parameter elements in order, padding left at 0.
fn weights(built: &Built) -> Vec<f32> {
    let mut flat = vec![0.0; built.flat.len];
    let mut k = 0.0f64;
    for param in &built.params {
        for w in &mut flat[param.offset..][..param.shape[0] * param.shape[1]] {
            k += 1.0;
            *w = (0.3 * (k % TAU).sin()) as f32;
        }
    }
    flat
}

fn norm(weights: &[f64]) -> f64 {
    weights.iter().map(|w| w * w).sum::<f64>().sqrt()
}

#[test]
fn ten_steps_in_f64_match_pytorch() {
    for Golden { variant, losses, norm: want } in GOLDEN {
        let config = config(variant);
        let built = train::build(&config);
        built.plan.check().unwrap();
        let Recorder { clock, hyper, .. } = built.recorder;
        let mut cpu = Cpu::<f64>::new(built.plan.clone(), false);
        let start = weights(&built);
        for view in [Some(built.flat), built.origin].into_iter().flatten() {
            cpu.write(view, &start);
        }
        cpu.write(clock, &[0.0, 1.0, 1.0, 0.0, 0.0]);
        let radius = config.sphere * norm(&cpu.numbers(built.flat));
        cpu.set(hyper.buffer, SPHERE, radius);
        for (step, want) in losses.iter().enumerate() {
            cpu.run(List::Train);
            let got = cpu.numbers(built.row_loss).iter().sum::<f64>() / built.row_loss.len as f64;
            // Settings are rounded to f32, which moves the loss by about 1e-8.
            assert!((got - want).abs() <= 2e-7, "{variant}: loss before step {} is {got}, PyTorch says {want}", step + 1);
        }
        let got = norm(&cpu.numbers(built.flat));
        assert!((got - want).abs() <= 1e-6, "{variant}: norm {got}, PyTorch says {want}");
    }
}

/// The values of a setting, with their labels.
fn choices(name: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    key(name).expect("a key").choices().into_iter()
}

#[test]
fn every_optimiser_and_filter_has_worked_numbers() {
    let named = |key: &str, id: &str| GOLDEN.iter().any(|golden| golden.variant.contains(&format!("{key}={id}")));
    for (optimizer, _) in choices("optimizer") {
        assert!(optimizer == "adamw" || named("optimizer", optimizer), "{optimizer}");
    }
    for (filter, _) in choices("filter") {
        assert!(filter == "none" || named("filter", filter), "{filter}");
    }
}

fn trainer(config: &Config) -> Trainer {
    block_on(Trainer::new(config, &Device::Cpu)).expect("builds")
}

fn bits(trainer: &mut Trainer) -> Vec<Vec<u32>> {
    let snapshot = block_on(trainer.snapshot().snapshot()).expect("reads");
    snapshot.buffers.iter().map(|buffer| buffer.iter().map(|x| x.to_bits()).collect()).collect()
}

fn params(trainer: &mut Trainer) -> Vec<f32> {
    let flat = trainer.built().flat;
    block_on(trainer.read(&[flat])).expect("reads").remove(0)
}

/// AdamW in one kernel, and in several that have nothing to do, are the same.
#[test]
fn a_filter_that_adds_nothing_leaves_adamw_to_the_last_bit() {
    let [mut fused, mut apart] = ["seeds=2", "seeds=2&filter=grokfast-ema&amplify=0"].map(|variant| trainer(&config(variant)));
    fused.steps(20);
    apart.steps(20);
    assert_eq!(params(&mut fused), params(&mut apart));
}

/// Everything that an optimiser or a filter remembers is in a snapshot, and noise depends on the step alone.
#[test]
fn a_snapshot_goes_on_bit_by_bit() {
    let optimizers = choices("optimizer").map(|(id, _)| format!("optimizer={id}&decay=initial&wd=0.1"));
    let filters = choices("filter").map(|(id, _)| format!("filter={id}&window=7&sphere=0.9"));
    let rest = [
        "schedule=cosine&steps=30",
        "lrdecoder=0.1&wdembed=0",
        "gradnoise=0.1",
        "weightnoise=0.01",
        "dropout=0.2",
        "batch=4",
        "batch=7&layers=2",
    ]
    .map(String::from);
    for variant in optimizers.chain(filters).chain(rest) {
        let config = config(&format!("seeds=2&lr=0.003&{variant}"));
        let mut whole = trainer(&config);
        whole.steps(10);
        let snapshot = block_on(whole.snapshot().snapshot()).expect("reads");
        whole.steps(10);
        let mut later = trainer(&config);
        later.restore(&snapshot).expect("the same shape");
        later.steps(10);
        assert_eq!(bits(&mut later), bits(&mut whole), "{variant}");
        // From the start again, too.
        whole.reset();
        whole.steps(10);
        let again = block_on(whole.snapshot().snapshot()).expect("reads");
        assert!(again == snapshot, "{variant}: a run begun anew differs");
    }
}

/// A step with rates of its own for the embedding is that of one run there, and of another one everywhere else.
#[test]
fn the_embedding_has_rates_of_its_own() {
    for (optimizer, _) in choices("optimizer") {
        let after = |variant: &str| {
            let mut trainer = trainer(&config(&format!("seeds=2&optimizer={optimizer}&warmup=0&lr=0.01&{variant}")));
            trainer.steps(1);
            let length = trainer.built().flat.len;
            (trainer.built().params.clone(), length, params(&mut trainer))
        };
        for rest in ["", "&decay=initial&gradnoise=0.1"] {
            let [(all, length, mixed), (.., embedding), (.., decoder)] =
                ["lrdecoder=3&wdembed=0.25&wd=2", "lr=0.01&wd=0.5", "lr=0.03&wd=2"]
                    .map(|variant| after(&format!("{variant}{rest}")));
            for (run, param) in (0..2).flat_map(|run| all.iter().map(move |param| (run, param))) {
                let want = if param.name == "W_E" || param.name == "W_pos" { &embedding } else { &decoder };
                let of = |weights: &[f32]| weights[run * length + param.offset..][..param.shape[0] * param.shape[1]].to_vec();
                for (got, want) in of(&mixed).iter().zip(of(want)) {
                    assert!((got - want).abs() <= 1e-6, "{optimizer}{rest}, {}: {got} instead of {want}", param.name);
                }
            }
            assert_ne!(embedding, decoder, "{optimizer}{rest}: nothing to tell apart");
        }
    }
}

#[test]
fn the_sphere_keeps_the_norm_of_each_run() {
    let config = config("seeds=2&sphere=0.8&optimizer=sgd&lr=0.3");
    let mut trainer = trainer(&config);
    let length = trainer.built().flat.len;
    let norms = |params: Vec<f32>| -> Vec<f64> {
        params.chunks(length).map(|run| norm(&run.iter().map(|&w| f64::from(w)).collect::<Vec<_>>())).collect()
    };
    let start = norms(params(&mut trainer));
    assert!((start[0] - start[1]).abs() > 1e-3, "runs begin differently: {start:?}");
    for (steps, sphere) in [(1, 0.8), (20, 0.8), (1, 1.5)] {
        trainer.set_rates(&Config { sphere, ..config.clone() });
        trainer.steps(steps);
        for (now, start) in norms(params(&mut trainer)).iter().zip(&start) {
            assert!((now / start - sphere).abs() < 1e-6, "{now} of {start}, {sphere} expected");
        }
    }
}

/// With a gradient of 0 to follow, noise is all that moves: w −= η σ ξ.
#[test]
fn noise_on_the_update_has_the_right_spread() {
    let config = config("gradnoise=0.5&optimizer=sgd&wd=0&lr=0.1&warmup=0");
    let mut noisy = trainer(&config);
    let mut still = trainer(&Config { gradnoise: 0.0, ..config.clone() });
    let steps = |trainer: &mut Trainer| {
        trainer.steps(1);
        params(trainer)
    };
    let (noisy, still) = (steps(&mut noisy), steps(&mut still));
    let pad = |i: &usize| still[*i] == 0.0;
    let gaps: Vec<f64> = (0..still.len()).filter(|i| !pad(i)).map(|i| f64::from(noisy[i] - still[i])).collect();
    let n = gaps.len() as f64;
    let (mean, square) = (gaps.iter().sum::<f64>() / n, gaps.iter().map(|gap| gap * gap).sum::<f64>() / n);
    // Four standard errors of mean and variance.
    assert!(mean.abs() < 4.0 * 0.05 / n.sqrt(), "mean {mean} of {n}");
    assert!((square / 0.0025 - 1.0).abs() < 4.0 * (2.0 / n).sqrt(), "variance {square} of {n}");
}

/// Noise on the weights is there for the gradient and gone for the update: without a learning rate nothing moves, and the
/// losses of the training steps differ.
#[test]
fn noise_on_the_weights_is_taken_off() {
    let config = config("weightnoise=0.1&lr=0&wd=0");
    let mut trainer = trainer(&config);
    let before = params(&mut trainer);
    trainer.steps(7);
    assert_eq!(params(&mut trainer), before);
    let points = block_on(trainer.collect().points()).expect("reads");
    assert!(points.windows(2).all(|pair| pair[0].train_loss != pair[1].train_loss), "{points:?}");
    assert!(points.windows(2).all(|pair| pair[0].test_loss == pair[1].test_loss), "{points:?}");
}

/// Whole steps with everything that is not in the standard one, on both backends.
#[test]
fn the_gpu_takes_the_same_steps() {
    let Some(context) = gpu("optimisers") else { return };
    for variant in [
        "optimizer=sgd&filter=orthogonal&sphere=0.9&gradnoise=0.01&decay=initial&wd=0.1&lr=0.1",
        "optimizer=adam&filter=grokfast-ma&window=2&batch=6&dropout=0.2&weightnoise=0.01&layers=2&schedule=cosine&steps=4",
        "optimizer=muon&filter=grokfast-ema",
    ] {
        let config = config(&format!("eps=1e-4&seeds=2&{variant}"));
        let device = Device::Gpu(context.clone(), Tiles::default());
        let mut there = block_on(Trainer::new(&config, &device)).expect("builds");
        let mut here = trainer(&config);
        there.steps(3);
        here.steps(3);
        // Rounding grows from step to step, and Adam divides by small gradients.
        let agree = close(&params(&mut there), &params(&mut here), 1e-4);
        agree.unwrap_or_else(|why| panic!("{variant}: {why}"));
    }
}
