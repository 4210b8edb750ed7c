//! The recorded gradient norm against central differences of the training loss in f64: on the CPU, on the GPU, and from
//! several shards of the pairs. Filters, weight decay and momentum must not show in it.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use grokking_lab::config::Config;
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::metrics::Point;
use grokking_lab::ops::tiles::Tiles;
use grokking_lab::plan::List;
use grokking_lab::settings::from_query;
use grokking_lab::tape::initial;
use grokking_lab::train::{self, Device, Trainer};
use pollster::block_on;

/// A learning rate of 0 leaves the weights as they are at step 0.
const TINY: &str = "p=5&train=0.6&width=8&heads=2&mlp=12&seeds=2&lr=0";
/// The step that is compared, which has its own batch and its own noise.
const STEP: u32 = 3;
const DELTA: f64 = 1e-5;

const VARIANTS: [&str; 4] = [
    // One kernel sums the gradient and updates.
    "wd=1",
    // The gradient is changed in place before it is used.
    "optimizer=sgd&wd=2&filter=grokfast-ma&window=2&amplify=5",
    "optimizer=muon&wd=1&filter=orthogonal&gradnoise=0.1&decay=initial",
    "batch=7&dropout=0.3&wd=1&filter=grokfast-ema",
];

fn config(variant: &str) -> Config {
    let (config, problems) = from_query(&format!("{TINY}&{variant}"));
    assert_eq!(problems, []);
    config
}

/// √Σ (∂L/∂w)² of each run, one weight after another.
fn by_differences(config: &Config) -> Vec<f64> {
    let built = train::build(config);
    let (flat, clock, rows, runs) = (built.flat, built.recorder.clock, built.row_loss, config.seeds as usize);
    let mut cpu = Cpu::<f64>::new(built.plan.clone(), false);
    let weights = (0..runs).flat_map(|run| initial(&built.params, flat.len, run as u64));
    cpu.write(flat, &weights.collect::<Vec<_>>());
    let mut loss = |at: usize, by: f64| {
        let weights = cpu.numbers(flat);
        cpu.set(flat.buffer, at, weights[at] + by);
        cpu.write(clock, &[STEP as f32, 0.9, 0.9, 0.0, 0.0].repeat(runs));
        cpu.run(List::Train);
        cpu.set(flat.buffer, at, weights[at]);
        cpu.numbers(rows).iter().sum::<f64>() / rows.len as f64
    };
    let mut squares = vec![0.0; runs];
    for (run, sum) in squares.iter_mut().enumerate() {
        for param in &built.params {
            let first = run * flat.len + param.offset;
            for at in first..first + param.shape[0] * param.shape[1] {
                *sum += ((loss(at, DELTA) - loss(at, -DELTA)) / (2.0 * DELTA)).powi(2);
            }
        }
    }
    squares.into_iter().map(f64::sqrt).collect()
}

fn compare(what: &str, points: &[Point], want: &[f64]) {
    let got: Vec<f32> = points.iter().filter(|point| point.step == STEP).map(|point| point.gradient_norm).collect();
    assert_eq!(got.len(), want.len(), "{what}");
    for (got, want) in got.iter().zip(want) {
        assert!(*want > 1e-2, "{what}: the gradient vanishes");
        let error = (f64::from(*got) / want - 1.0).abs();
        assert!(error <= 2e-5, "{what}: {got} instead of {want}");
    }
}

fn points(config: &Config, device: &Device) -> Vec<Point> {
    let mut trainer = block_on(Trainer::new(config, device)).expect("builds");
    trainer.steps(STEP + 1);
    block_on(trainer.collect().points()).expect("the device is not lost")
}

#[test]
fn the_norm_is_that_of_the_loss_alone() {
    let gpu = common::gpu("the gradient norm").map(|context| Device::Gpu(context, Tiles::default()));
    for variant in VARIANTS {
        let config = config(variant);
        let want = by_differences(&config);
        compare(variant, &points(&config, &Device::Cpu), &want);
        if let Some(gpu) = &gpu {
            compare(&format!("{variant}, GPU"), &points(&config, gpu), &want);
        }
    }
}

#[test]
fn shards_record_the_norm_of_their_sum() {
    for variant in &VARIANTS[..3] {
        let config = config(variant);
        let want = by_differences(&config);
        for count in [2, 3] {
            let mut shards = common::shards(&config, count);
            for _ in 0..=STEP {
                let contributions: Vec<Vec<f32>> = shards.iter_mut().map(Trainer::contribution).collect();
                let sum: Vec<f32> = (0..contributions[0].len()).map(|i| contributions.iter().map(|own| own[i]).sum()).collect();
                shards.iter_mut().for_each(|shard| shard.finish(&sum));
            }
            for shard in &mut shards {
                compare(variant, &block_on(shard.collect().points()).expect("the CPU is not lost"), &want);
            }
        }
    }
}
