//! Ten steps against an independent implementation: the numbers come from `tests/golden.py` (JAX, optax, f64).
//!
//! That program computes every position of every example; agreement shows that sharing rows, skipping
//! positions, the derived backward and AdamW with warm-up are all exact.
#![cfg(not(target_arch = "wasm32"))]

use std::f64::consts::TAU;

use grokking_lab::exec::cpu::Cpu;
use grokking_lab::ops::record::Recorder;
use grokking_lab::plan::List;
use grokking_lab::settings::from_query;
use grokking_lab::task::{Equation, dataset};
use grokking_lab::train::{self, Device, Trainer};

const TINY: &str = "train=0.6&width=8&heads=2&mlp=12&warmup=4";

struct Golden {
    variant: &'static str,
    losses: [f64; 10],
    norm: f64,
}

const GOLDEN: [Golden; 5] = [
    Golden {
        variant: "&p=5",
        losses: [
            1.612242850,
            1.607997594,
            1.602286337,
            1.599101620,
            1.598320306,
            1.594425563,
            1.587459487,
            1.579520558,
            1.571354219,
            1.563767900,
        ],
        norm: 4.903278969950877,
    },
    Golden {
        variant: "&p=5&layers=2&norm=pre&activation=gelu",
        losses: [
            1.611532890,
            1.608586287,
            1.603917353,
            1.599596088,
            1.596764684,
            1.593185287,
            1.587930882,
            1.581371569,
            1.572598699,
            1.559696275,
        ],
        norm: 6.686276483272933,
    },
    Golden {
        variant: "&p=5&layers=3&norm=post&activation=gelu",
        losses: [
            1.627063968,
            1.621042773,
            1.611771839,
            1.603727424,
            1.600786559,
            1.600102514,
            1.598594145,
            1.596484426,
            1.594169532,
            1.591831693,
        ],
        norm: 8.063216365809367,
    },
    Golden {
        variant: "&task=sum&p=5&k=4&samples=30&layers=2&norm=pre&activation=gelu",
        losses: [
            1.717657365,
            1.682196776,
            1.629637995,
            1.598967721,
            1.593487090,
            1.585325733,
            1.575432522,
            1.565157087,
            1.554761733,
            1.544051073,
        ],
        norm: 6.703994186642202,
    },
    Golden {
        variant: "&task=digit-sum&p=5&k=2&samples=30&layers=2",
        losses: [
            1.714097999,
            1.689472120,
            1.645524230,
            1.593997131,
            1.544060328,
            1.508486755,
            1.482449912,
            1.461155584,
            1.441022628,
            1.421390096,
        ],
        norm: 6.7379803627231025,
    },
];

/// w_k = 0.3 sin(k + 1) over all parameter elements in order, padding left at 0.
fn weights(params: &[grokking_lab::tape::Param], len: usize) -> Vec<f32> {
    let mut flat = vec![0.0; len];
    let mut k = 0.0f64;
    for param in params {
        for w in &mut flat[param.offset..][..param.shape[0] * param.shape[1]] {
            k += 1.0;
            *w = (0.3 * (k % TAU).sin()) as f32;
        }
    }
    flat
}

/// What `tests/golden.py` has to be told: what each configuration is trained on.
#[test]
fn the_other_program_trains_on_the_same_examples() {
    let script = std::fs::read_to_string("tests/golden.py").expect("UTF-8");
    for Golden { variant, .. } in &GOLDEN {
        let (config, problems) = from_query(&format!("{TINY}{variant}"));
        assert_eq!(problems, []);
        let data = dataset(&config, 0);
        let of = |one: &Equation| match &data.sequences {
            None => vec![one.x, one.y],
            Some(sequences) => sequences.row(one.x)[..sequences.width + 1 - data.answers].to_vec(),
        };
        let mut words: Vec<String> = data.split.train.iter().map(|one| of(one).iter().map(u32::to_string).collect()).collect();
        words.dedup();
        let words = words.join(" ");
        assert!(script.contains(&format!("\"{words}\"")), "{variant}: {words}");
    }
}

#[test]
fn ten_steps_in_f64_match_an_independent_implementation() {
    for Golden { variant, losses, norm } in &GOLDEN {
        let (config, problems) = from_query(&format!("{TINY}{variant}"));
        assert_eq!(problems, []);
        let built = train::build(&config);
        let (params, row_loss) = (built.flat, built.row_loss);
        let Recorder { clock, hyper, .. } = built.recorder;
        let mut cpu = Cpu::<f64>::new(built.plan.clone(), false);
        cpu.write(params, &weights(&built.params, params.len));
        cpu.write(clock, &[0.0, 1.0, 1.0, 0.0, 0.0]);
        for (i, x) in [0.01, 1.0, 0.9, 0.98, 1e-8, 4.0].into_iter().enumerate() {
            cpu.set(hyper.buffer, i, x);
        }
        for (step, want) in losses.iter().enumerate() {
            cpu.run(List::Train);
            let got = cpu.numbers(row_loss).iter().sum::<f64>() / row_loss.len as f64;
            // Weights start rounded to f32, which moves the loss by about 1e-8.
            let close = (got - want).abs() <= 1e-7;
            assert!(close, "{variant}: loss before step {} is {got}, JAX says {want}", step + 1);
        }
        let got = cpu.numbers(params).iter().map(|w| w * w).sum::<f64>().sqrt();
        assert!((got - norm).abs() <= 1e-6, "{variant}: norm {got}, JAX says {norm}");
    }
}

#[test]
fn the_f32_backend_follows_the_same_trajectory() {
    for Golden { variant, losses, .. } in &GOLDEN {
        let (config, _) = from_query(&format!("{TINY}{variant}"));
        let mut trainer = pollster::block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
        let mut start = pollster::block_on(trainer.snapshot().snapshot()).expect("reads");
        start.buffers[1] = weights(&trainer.built().params, start.buffers[1].len());
        trainer.restore(&start).expect("the same shape");
        trainer.steps(10);
        let points = pollster::block_on(trainer.collect().points()).expect("reads");
        assert!(points.len() >= 8, "{points:?}");
        for point in points {
            let want = losses[point.step as usize];
            let close = (f64::from(point.train_loss) - want).abs() <= 1e-5;
            assert!(close, "{variant}: loss at step {} is {}, JAX says {want}", point.step, point.train_loss);
        }
    }
}
