//! Networks and losses beyond the standard ones, in training: they grok where their papers say, features are an input, and
//! a short number format ends the learning.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::rc::Rc;

use grokking_lab::config::{Backend, Config, Precision};
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::metrics::{History, Point};
use grokking_lab::model::{self, Examples, LossHead, Sizes};
use grokking_lab::ops::tiles::Tiles;
use grokking_lab::plan::List;
use grokking_lab::settings::{from_query, key};
use grokking_lab::tape::{Tape, forward, initial, sum_terms};
use grokking_lab::task::{Equation, dataset};
use grokking_lab::train::{Device, Trainer};
use pollster::block_on;

fn config(query: &str) -> Config {
    let (config, problems) = from_query(query);
    assert_eq!(problems, []);
    config
}

/// The points of the first run up to a step.
fn train(config: &Config, device: &Device, steps: u32) -> Vec<Point> {
    let mut trainer = block_on(Trainer::new(config, device)).expect("builds");
    let mut points = vec![];
    while trainer.step() < steps {
        trainer.steps((steps - trainer.step()).min(10));
        points.extend(block_on(trainer.collect().points()).expect("reads"));
    }
    points.retain(|point| point.run == 0);
    points
}

/// Doshi et al. 2023, clean labels: 100 % of the training pairs at step 28, of the test pairs at step 44.
#[test]
fn the_quadratic_mlp_groks_in_fifty_steps() {
    for seed in 0..3 {
        let config = config(&format!(
            "model=mlp&mlp=500&activation=quadratic&bias=false&init=cube-root&loss=mse&train=0.5&wd=5&warmup=0&seed={seed}"
        ));
        let points = train(&config, &Device::Cpu, 60);
        let first = |reached: &dyn Fn(&Point) -> bool| points.iter().find(|p| reached(p)).map_or(u32::MAX, |p| p.step);
        let (memorized, grokked) = (first(&|p| p.train_accuracy == 1.0), first(&|p| p.test_accuracy >= 0.99));
        assert!((15..=40).contains(&memorized) && (memorized..=60).contains(&grokked), "seed {seed}: {memorized}, {grokked}");
    }
}

/// Small cousins of the papers' set-ups.
#[test]
fn other_networks_and_losses_grok() {
    for query in [
        "model=encoder&p=23&train=0.7&width=64&heads=2&mlp=128&wd=2",
        "model=mlp&p=23&train=0.8&mlp=256&bias=false&activation=quadratic&init=cube-root&wd=2",
        "p=23&train=0.7&width=64&heads=2&mlp=128&wd=2&tied=true&bias=false&positions=none",
        "p=23&train=0.7&width=64&heads=2&mlp=128&wd=2&loss=stablemax",
    ] {
        let mut history = History::default();
        train(&config(query), &Device::Cpu, 600).into_iter().for_each(|point| history.push(point));
        assert!(history.memorized < history.grokked, "{query}: {:?}, {:?}", history.memorized, history.grokked);
    }
}

#[test]
fn gpu_and_cpu_agree_on_every_model_and_loss() {
    let Some(context) = common::gpu("models") else { return };
    let device = Device::Gpu(context, Tiles::default());
    for variant in [
        "model=encoder&layers=2&loss=hinge&tied=true",
        "model=mlp&layers=2&activation=quadratic&loss=mse&init=torch",
        "model=mlp&bias=false&inputs=summed&alpha=2&init=torch",
        "precision=f32&bias=false&attention=2&positions=sinusoidal",
        "precision=f16&activation=tanh&alpha=0.5",
        "loss=stablemax&seeds=2",
        "task=majority&samples=60&model=diagonal&initscale=4&optimizer=sgd&seeds=2",
        "task=sum&k=3&samples=200&layers=2&seeds=2",
        "task=s3-word&k=5&samples=200&model=encoder&batch=32",
        "task=digit-sum&k=3&samples=200&layers=2&batch=32&norm=pre",
        "task=string-parity&k=7&samples=100&model=mlp&init=torch",
        "model=mlp&layers=12&batch=32&loss=mse&init=torch&initscale=2",
        "layers=12&norm=pre&batch=32",
    ] {
        let config = config(&format!("p=11&train=0.7&width=16&heads=2&mlp=32&{variant}"));
        let [cpu, gpu] = [&Device::Cpu, &device].map(|device| train(&config, device, 10));
        assert!(cpu.len() == gpu.len() && cpu.len() > 5);
        for (c, g) in cpu.iter().zip(&gpu) {
            for (c, g) in [(c.train_loss, g.train_loss), (c.test_loss, g.test_loss), (c.weight_norm, g.weight_norm)] {
                assert!((c - g).abs() <= 2e-3 * c.abs().max(1.0), "{variant}: {g} on the GPU, {c} on the CPU at {}", cpu[0].step);
            }
        }
    }
}

/// The first layer on ±1 numbers, against the formula and central differences, in f64. Two runs see different numbers.
#[test]
fn an_mlp_reads_features() {
    let config = config("model=mlp&mlp=6&activation=tanh&init=torch&seeds=2&loss=hinge");
    let (bits, targets) = (3usize, vec![vec![0, 1, 1, 1], vec![1, 0, 1, 1]]);
    let sizes = Sizes { symbols: 0, operands: 2, answers: 1, classes: 2, features: Some(bits) };
    let numbers: Vec<Vec<f32>> =
        (0..2).map(|run| (0..4 * bits).map(|i| if (i * 7 + i / 3 + run) % 4 < 2 { -1.0 } else { 1.0 }).collect()).collect();
    let mut tape = Tape::new(2);
    let network = model::network(&mut tape, &config, sizes);
    let pairs: Vec<Vec<Equation>> = vec![vec![]; 2];
    let answer = network.answer(&mut tape, &Examples { pairs: &pairs, features: Some(&numbers), sequences: None });
    let target = tape.indices(&targets, "targets");
    let loss = LossHead::new(&config).train(&mut tape, answer, target);
    let nodes = tape.take();
    let upstream = tape.constant(&[0.25; 4], "d loss");
    let mut list = forward(&nodes);
    list.extend(tape.backward(&nodes, loss.rows, upstream));
    let (rows, params, flat) = (tape.view(loss.rows), tape.params().to_vec(), tape.flat());
    let (parts, terms) = (tape.parts(), tape.terms().to_vec());
    let plan = tape.plan(list, vec![]);
    plan.check().unwrap();
    let mut cpu = Cpu::<f64>::new(Rc::new(plan), false);
    let start: Vec<f32> = (0..2).flat_map(|run| initial(&params, flat.len, run)).collect();
    cpu.write(flat, &start);
    cpu.run(List::Train);
    let (losses, gradient) = (cpu.numbers(rows), sum_terms(&terms, &cpu.numbers(parts), flat, parts));

    let by_hand = |run: usize, weights: &[f64]| -> Vec<f64> {
        let at = |name: &str, i: usize| {
            let param = params.iter().find(|param| param.name == name).expect("a parameter");
            weights[run * flat.len + param.offset + i]
        };
        let of_example = |n: usize| {
            let u = &numbers[run][n * bits..][..bits];
            let sum = |h: usize| u.iter().enumerate().map(|(i, u)| f64::from(*u) * at("layer0.W", i * 6 + h)).sum::<f64>();
            let hidden: Vec<f64> = (0..6).map(|h| (sum(h) + at("layer0.b", h)).tanh()).collect();
            let logit = |c: usize| (0..6).map(|h| hidden[h] * at("W_U", h * 2 + c)).sum::<f64>() + at("b_U", c);
            let target = targets[run][n] as usize;
            (1.0 + logit(1 - target) - logit(target)).max(0.0)
        };
        (0..4).map(of_example).collect()
    };
    let weights: Vec<f64> = start.iter().map(|w| f64::from(*w)).collect();
    for run in 0..2 {
        for (got, want) in losses[4 * run..].iter().zip(by_hand(run, &weights)) {
            assert!((got - want).abs() < 1e-12, "{got} for {want}");
        }
        let mut seen = 0;
        for i in run * flat.len..(run + 1) * flat.len {
            let mean = |delta: f64| {
                let mut moved = weights.clone();
                moved[i] += delta;
                by_hand(run, &moved).iter().sum::<f64>() / 4.0
            };
            let want = (mean(1e-5) - mean(-1e-5)) / 2e-5;
            assert!((gradient[i] - want).abs() < 1e-8, "element {i}: {} for {want}", gradient[i]);
            seen += usize::from(want != 0.0);
        }
        assert!(seen > 5);
    }
}

/// Lyu et al. 2023: gradient descent on the logistic loss of x · (u ⊙ u − v ⊙ v) with weight decay, in f64.
#[test]
fn a_diagonal_network_descends_as_the_paper_has_it() {
    let query =
        "task=majority&p=12&samples=40&train=0.5&model=diagonal&initscale=3&optimizer=sgd&lr=0.1&wd=0.02&beta1=0&warmup=0";
    let config = config(query);
    let data = dataset(&config, 0);
    let (features, train) = (data.features.expect("rows"), data.split.train);
    // α/√(2d)
    let mut w = [[3.0 / 24f64.sqrt(); 12]; 2];
    for _ in 0..20 {
        let mut slope = [0.0; 12];
        for e in &train {
            let x = features.row(e.x);
            let f: f64 = (0..12).map(|i| f64::from(x[i]) * (w[1][i].powi(2) - w[0][i].powi(2))).sum();
            let y = if e.c == 1 { 1.0 } else { -1.0 };
            let push = -y / (1.0 + (y * f).exp()) / train.len() as f64;
            slope.iter_mut().zip(x).for_each(|(slope, x)| *slope += push * f64::from(*x));
        }
        for (column, sign) in [(0, -1.0), (1, 1.0)] {
            w[column].iter_mut().zip(&slope).for_each(|(w, slope)| *w -= 0.1 * (sign * 2.0 * *w * slope + 0.02 * *w));
        }
    }
    let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
    trainer.steps(20);
    let weights = block_on(trainer.weights()).expect("weights").remove(0);
    for (i, got) in weights[..24].iter().enumerate() {
        let want = w[i % 2][i / 2];
        assert!((f64::from(*got) - want).abs() < 1e-5, "weight {i}: {got} instead of {want}");
    }
    assert!(w[1][0] > 1.2 * w[0][0] && w[1][3].max(w[0][3]) < w[1][0], "it learns which numbers count: {w:?}");
}

/// Without weight decay, logits grow until the format ends the learning: Prieto et al. 2025.
#[test]
fn short_formats_collapse_and_long_ones_later() {
    let at = |precision: &str| {
        let query = format!("p=11&train=0.7&width=16&heads=2&mlp=32&wd=0&precision={precision}");
        *train(&config(&query), &Device::Cpu, 400).last().expect("a point")
    };
    let [half, single, double, careful] = ["f16", "f32", "f64", "careful"].map(at);
    assert!(half.collapse > 0.5 && half.collapse == half.zero_loss, "{half:?}");
    assert!(single.collapse < half.collapse && single.collapse == single.zero_loss, "{single:?}");
    assert_eq!((double.collapse, double.zero_loss, careful.zero_loss), (0.0, 0.0, 0.0), "{double:?}, {careful:?}");
    // As long as nothing collapses, formats only round.
    assert!((double.train_loss / careful.train_loss - 1.0).abs() < 0.2, "{double:?}, {careful:?}");
}

#[test]
fn sixty_four_bits_are_for_the_cpu() {
    let (config, problems) = from_query("precision=f64&backend=gpu");
    assert_eq!(config.backend, Backend::Cpu);
    assert!(problems[0].to_string().contains("64-bit"), "{problems:?}");
    let Some(context) = common::gpu("refusing f64") else { return };
    let config = Config { precision: Precision::F64, ..Config::small() };
    let error = block_on(Trainer::new(&config, &Device::Gpu(context, Tiles::default()))).err().expect("is refused");
    assert!(error.to_string().contains("64-bit"), "{error}");
}

#[test]
fn guessing_costs_what_the_table_says() {
    for (loss, _) in key("loss").expect("a key").choices() {
        // Nothing but zeros: all logits are 0.
        let config = config(&format!("p=11&width=16&heads=2&mlp=32&initscale=0&loss={loss}"));
        let point = train(&config, &Device::Cpu, 1)[0];
        let want = config.loss.guess(11.0);
        assert!((f64::from(point.test_loss) / want - 1.0).abs() < 1e-6, "{loss}: {point:?}, {want}");
    }
}
