//! Derived gradients against central differences, in f64 on the reference kernels.
//!
//! Ops: every example of [`OPS`] with a random upstream gradient (a sum would hide errors in softmax and
//! normalisation, whose rows sum to zero). Models: the whole training list of several configurations.
#![cfg(not(target_arch = "wasm32"))]

use std::rc::Rc;

use grokking_lab::config::Config;
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::op_table::OPS;
use grokking_lab::ops::record::Recorder;
use grokking_lab::plan::{List, View};
use grokking_lab::rng::{Rng, Stream};
use grokking_lab::settings::from_query;
use grokking_lab::tape::{Param, Tape, forward, initial, sum_terms};
use grokking_lab::train;

const STEP: f64 = 1e-5;
/// Central differences in f64 with this step are good to about 1e-9; curvature of exp and tanh adds to it.
const TOLERANCE: f64 = 2e-7;

/// `!(error <= tolerance)`, so that NaN fails; the floor keeps zero gradients comparable.
#[expect(clippy::neg_cmp_op_on_partial_ord, reason = "what is not a number must fail")]
fn differ(got: f64, want: f64) -> bool {
    let error = (got - want).abs() / (got.abs() + want.abs()).max(1e-2);
    !(error <= TOLERANCE)
}

#[test]
fn the_comparison_can_fail() {
    assert!(differ(1.0, 1.0 + 1e-5) && differ(f64::NAN, 1.0) && differ(1.0, f64::NAN) && differ(1e-3, 0.0));
    assert!(!differ(1.0, 1.0 + 1e-9));
}

/// Every gradient element against the central difference of `loss`.
fn check(
    what: &str,
    cpu: &mut Cpu<f64>,
    params: &[Param],
    flat: View,
    grads: &[f64],
    every: usize,
    loss: impl Fn(&mut Cpu<f64>) -> f64,
) {
    let (start, runs) = (cpu.numbers(flat), grads.len() / flat.len);
    let mut compared = 0;
    for param in params {
        for run in 0..runs {
            let first = run * flat.len + param.offset;
            for i in (first..first + param.shape[0] * param.shape[1]).step_by(every) {
                cpu.set(flat.buffer, i, start[i] + STEP);
                let above = loss(cpu);
                cpu.set(flat.buffer, i, start[i] - STEP);
                let below = loss(cpu);
                cpu.set(flat.buffer, i, start[i]);
                let want = (above - below) / (2.0 * STEP);
                assert!(
                    !differ(grads[i], want),
                    "{what}: d {}[{}] of run {run} is {}, differences give {want}",
                    param.name,
                    i - first,
                    grads[i]
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 0, "{what}: nothing was compared");
}

#[test]
fn every_op_example_has_the_right_gradients() {
    for op in OPS {
        for (example, record) in op.examples.iter().enumerate() {
            for seed in 0..3 {
                op_gradients(&format!("{} example {example}, seed {seed}", op.name), *record, seed);
            }
        }
    }
}

fn op_gradients(what: &str, record: fn(&mut Tape) -> grokking_lab::tape::Tensor, seed: u64) {
    let runs = 2;
    let mut rng = Rng::new(seed, Stream::Test);
    let mut tape = Tape::new(runs);
    let y = record(&mut tape);
    let y_at = tape.view(y);
    let upstream: Vec<f32> = (0..y_at.len).map(|_| rng.normal() as f32).collect();
    let upstream_at = tape.constant(&upstream, "upstream");
    let nodes = tape.take();
    let backward = tape.backward(&nodes, y, upstream_at);
    let (params, flat, parts, terms) = (tape.params().to_vec(), tape.flat(), tape.parts(), tape.terms().to_vec());
    let plan = Rc::new(tape.plan(backward, forward(&nodes)));
    plan.check().unwrap();

    let mut cpu = Cpu::<f64>::new(plan, false);
    // Values a few tenths from each other and from ReLU's kink at 0.
    let values: Vec<f32> = (0..flat.len * runs).map(|_| (rng.normal() + 0.2 * rng.normal().signum()) as f32).collect();
    cpu.write(flat, &values);
    let loss = |cpu: &mut Cpu<f64>| {
        cpu.run(List::Evaluate);
        cpu.numbers(y_at).iter().zip(upstream.iter().cycle()).map(|(&y, &u)| y * f64::from(u)).sum()
    };
    loss(&mut cpu);
    cpu.run(List::Train);
    let grads = sum_terms(&terms, &cpu.numbers(parts), flat, parts);
    check(what, &mut cpu, &params, flat, &grads, 1, loss);
}

#[test]
fn whole_models_have_the_right_gradients() {
    let tiny = "p=5&train=0.6&width=8&heads=2&mlp=12&seeds=2&lr=0&wd=0";
    for variant in [
        "",
        // More examples, so that the products of the layer are associated.
        "&train=0.95",
        "&layers=2&activation=gelu",
        "&layers=2&norm=pre",
        "&layers=3&norm=pre&activation=gelu",
        "&norm=post&activation=gelu&task=x/y",
        "&layers=2&norm=post&heads=4",
        "&batch=7",
        "&batch=20&train=0.95",
        "&layers=2&dropout=0.3&batch=5",
        "&dropout=0.3&train=0.95",
        "&dropout=0.3&activation=gelu&train=0.95",
        "&norm=pre&activation=gelu&dropout=0.3&weightnoise=0.1",
        "&model=mlp&layers=2&batch=7&dropout=0.3",
        "&model=mlp&task=parity&samples=1100&batch=9",
        "&model=mlp&task=subclasses&k=2&samples=60&loss=mse",
        "&model=mlp&layers=2&mlp=2&activation=identity&bias=false&task=rarer-classes&k=3&samples=60",
        "&activation=identity&train=0.95",
        "&task=digit-sum&k=2&samples=60&layers=2",
        "&task=digit-sum&k=1&samples=20&batch=6",
        "&model=encoder",
        "&model=encoder&layers=3&norm=pre&activation=gelu",
        "&model=encoder&layers=2&tied=true&bias=false&loss=stablemax&task=x/y",
        "&train=0.95&tied=true&alpha=2&attention=1.5&positions=sinusoidal",
        "&layers=2&bias=false&positions=none&attention=0.5&norm=post",
        "&train=0.95&bias=false&loss=mse&alpha=0.5&init=torch",
        "&train=0.95&precision=f64",
        "&layers=2&loss=hinge&init=fan-in&tied=true&norm=pre",
        "&model=mlp&activation=quadratic&bias=false&loss=mse&init=torch",
        "&model=mlp&layers=3&activation=tanh&init=torch",
        "&model=mlp&layers=2&inputs=summed&bias=false&alpha=3&init=torch",
        "&model=mlp&layers=2&activation=gelu&inputs=summed&loss=hinge&alpha=2&init=torch",
        "&model=mlp&loss=stablemax&alpha=0.5&init=torch&initscale=2",
    ] {
        let (config, problems) = from_query(&format!("{tiny}{variant}"));
        assert_eq!(problems, []);
        model_gradients(variant, &config);
    }
}

fn model_gradients(what: &str, config: &Config) {
    let built = train::build(config);
    built.plan.check().unwrap();
    let (flat, parts, row_loss) = (built.flat, built.parts, built.row_loss);
    // With a learning rate of 0 the update leaves the weights alone.
    let Recorder { clock, .. } = built.recorder;
    let mut cpu = Cpu::<f64>::new(built.plan.clone(), false);
    let runs = config.seeds as usize;
    let params = (0..runs).flat_map(|run| initial(&built.params, flat.len, run as u64));
    cpu.write(flat, &params.collect::<Vec<_>>());
    // Always the same step, with the same batch and the same noise.
    let loss = move |cpu: &mut Cpu<f64>| {
        cpu.write(clock, &[3.0, 0.9, 0.9, 0.0, 0.0].repeat(runs));
        cpu.run(List::Train);
        cpu.numbers(row_loss).iter().sum::<f64>() / row_loss.len as f64
    };
    loss(&mut cpu);
    let grads = sum_terms(&built.terms, &cpu.numbers(parts), flat, parts);
    assert!(grads.iter().any(|g| g.abs() > 1e-3), "gradients vanish");
    check(what, &mut cpu, &built.params, flat, &grads, 7, loss);
}
