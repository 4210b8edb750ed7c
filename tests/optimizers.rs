//! Ten steps with every optimiser, filter, decay and schedule against PyTorch: the numbers come from `tests/optimizers.py`
//! (f64). And what is random or remembered: noise, snapshots, the sphere.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::f64::consts::TAU;

use common::{close, gpu};
use grokking_lab::config::{Config, from_query};
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::ops::record::Recorder;
use grokking_lab::optim::{FILTERS, OPTIMIZERS, SPHERE};
use grokking_lab::plan::List;
use grokking_lab::train::{self, Built, Device, Trainer};
use grokking_lab::tuner::Tiles;
use pollster::block_on;

const TINY: &str = "p=5&train=0.6&width=8&heads=2&mlp=12&warmup=4&";

struct Golden {
    variant: &'static str,
    losses: [f64; 10],
    norm: f64,
}

const GOLDEN: &[Golden] = &[
    Golden {
        variant: "optimizer=adam&wd=0.1",
        losses: [
            1.612242850,
            1.610729099,
            1.608612747,
            1.606648469,
            1.605410139,
            1.605065521,
            1.605093780,
            1.605201732,
            1.605261802,
            1.605238558,
        ],
        norm: 3.394460379393,
    },
    Golden {
        variant: "optimizer=sgd&lr=0.5&wd=0.01",
        losses: [
            1.612242850,
            1.609680535,
            1.604167954,
            1.604397705,
            1.607851237,
            1.599901616,
            1.587882036,
            1.583315740,
            1.582151352,
            1.576318344,
        ],
        norm: 4.266543501391,
    },
    Golden {
        variant: "optimizer=muon",
        losses: [
            1.612242850,
            1.609732667,
            1.605790857,
            1.602257466,
            1.600779341,
            1.600841144,
            1.599933012,
            1.597886127,
            1.595062908,
            1.591897899,
        ],
        norm: 4.742373060944,
    },
    Golden {
        variant: "filter=grokfast-ema&ema=0.8&amplify=3",
        losses: [
            1.612242850,
            1.607997586,
            1.602290861,
            1.599519759,
            1.603488011,
            1.610626831,
            1.613663538,
            1.610134972,
            1.601781771,
            1.591137289,
        ],
        norm: 4.860645534914,
    },
    Golden {
        variant: "optimizer=sgd&lr=0.1&wd=0&filter=grokfast-ema&ema=0.8&amplify=3",
        losses: [
            1.612242850,
            1.610191447,
            1.604957283,
            1.604654636,
            1.622452596,
            1.645808426,
            1.649225533,
            1.624914897,
            1.592835162,
            1.576911455,
        ],
        norm: 5.097974378745,
    },
    Golden {
        variant: "optimizer=sgd&lr=0.1&wd=0.01&filter=grokfast-ma&window=3&amplify=5",
        losses: [
            1.612242850,
            1.611693289,
            1.609804031,
            1.603625845,
            1.610041675,
            1.625950083,
            1.616814727,
            1.586623098,
            1.590158338,
            1.625393757,
        ],
        norm: 4.970302541539,
    },
    Golden {
        variant: "optimizer=adam&wd=0.01&filter=grokfast-ma&window=4&amplify=5",
        losses: [
            1.612242850,
            1.608348160,
            1.603021251,
            1.599749543,
            1.602233937,
            1.603628169,
            1.597113539,
            1.587298381,
            1.577779518,
            1.570825465,
        ],
        norm: 4.318033557518,
    },
    Golden {
        variant: "filter=orthogonal&wd=0",
        losses: [
            1.612242850,
            1.608203930,
            1.602458204,
            1.598834077,
            1.597935328,
            1.594207976,
            1.586826006,
            1.577756073,
            1.568597163,
            1.561011188,
        ],
        norm: 5.231107187615,
    },
    Golden {
        variant: "optimizer=sgd&lr=0.5&wd=0&filter=orthogonal",
        losses: [
            1.612242850,
            1.609804168,
            1.604190343,
            1.603584291,
            1.607062865,
            1.596940589,
            1.581949103,
            1.577256365,
            1.571251837,
            1.554370362,
        ],
        norm: 5.222269265493,
    },
    Golden {
        variant: "decay=initial&wd=2",
        losses: [
            1.612242850,
            1.608066183,
            1.602299544,
            1.598824570,
            1.597612825,
            1.593165074,
            1.585021866,
            1.575352538,
            1.565913615,
            1.558078565,
        ],
        norm: 5.299287770579,
    },
    Golden {
        variant: "schedule=cosine&steps=9",
        losses: [
            1.612242850,
            1.607997594,
            1.602286337,
            1.599101620,
            1.598320306,
            1.594766953,
            1.589921668,
            1.586489163,
            1.584841945,
            1.583879489,
        ],
        norm: 4.937962923061,
    },
    Golden {
        variant: "optimizer=sgd&lr=0.5&wd=0&sphere=0.8",
        losses: [
            1.612242850,
            1.606740168,
            1.605276439,
            1.604436468,
            1.604151022,
            1.601682226,
            1.596377273,
            1.590919270,
            1.587750977,
            1.585243248,
        ],
        norm: 4.090871759870,
    },
    Golden {
        variant: "sphere=0.8&wd=0",
        losses: [
            1.612242850,
            1.606062359,
            1.603790591,
            1.601932546,
            1.600265467,
            1.597851086,
            1.594039567,
            1.589147967,
            1.583792176,
            1.578498738,
        ],
        norm: 4.090871759870,
    },
];

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

#[test]
fn every_optimiser_and_filter_has_worked_numbers() {
    let named = |key: &str, id: &str| GOLDEN.iter().any(|golden| golden.variant.contains(&format!("{key}={id}")));
    for optimizer in OPTIMIZERS {
        assert!(optimizer.id == "adamw" || named("optimizer", optimizer.id), "{}", optimizer.id);
    }
    for filter in FILTERS {
        assert!(filter.id == "none" || named("filter", filter.id), "{}", filter.id);
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
    let [mut fused, mut apart] = ["runs=2", "runs=2&filter=grokfast-ema&amplify=0"].map(|variant| trainer(&config(variant)));
    fused.steps(20);
    apart.steps(20);
    assert_eq!(params(&mut fused), params(&mut apart));
}

/// Everything that an optimiser or a filter remembers is in a snapshot, and noise depends on the step alone.
#[test]
fn a_snapshot_goes_on_bit_by_bit() {
    let optimizers = OPTIMIZERS.iter().map(|o| format!("optimizer={}&decay=initial&wd=0.1", o.id));
    let filters = FILTERS.iter().map(|f| format!("filter={}&window=7&sphere=0.9", f.id));
    let rest = ["schedule=cosine&steps=30", "gradnoise=0.1", "weightnoise=0.01", "dropout=0.2", "batch=4", "batch=7&layers=2"]
        .map(String::from);
    for variant in optimizers.chain(filters).chain(rest) {
        let config = config(&format!("runs=2&lr=0.003&{variant}"));
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

#[test]
fn the_sphere_keeps_the_norm_of_each_run() {
    let config = config("runs=2&sphere=0.8&optimizer=sgd&lr=0.3");
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
        let config = config(&format!("eps=1e-4&runs=2&{variant}"));
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
