//! The `mlp` op is the same function as the plain ops it replaces, with the same gradients, in f64 on the reference kernels;
//! and the model uses it.
#![cfg(not(target_arch = "wasm32"))]

use std::rc::Rc;

use grokking_lab::config::Config;
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::ops::activation::{Activation, activation};
use grokking_lab::ops::add::add;
use grokking_lab::ops::linear::{Layer, linear};
use grokking_lab::ops::mlp::mlp;
use grokking_lab::plan::List;
use grokking_lab::rng::{Rng, Stream};
use grokking_lab::settings::from_query;
use grokking_lab::tape::{Init, Tape, Tensor, forward, sum_terms};
use grokking_lab::train;

type Record = fn(&mut Tape, Tensor, Tensor, Layer, Layer) -> Tensor;

fn fused(tape: &mut Tape, x: Tensor, residual: Tensor, up: Layer, down: Layer) -> Tensor {
    mlp(tape, x, residual, up, down, "y")
}

fn plain(tape: &mut Tape, x: Tensor, residual: Tensor, up: Layer, down: Layer) -> Tensor {
    let hidden = linear(tape, x, up.w, up.b, "mlp in");
    let hidden = activation(tape, hidden, Activation::Relu, "mlp act");
    let update = linear(tape, hidden, down.w, down.b, "mlp out");
    add(tape, residual, update, "y")
}

/// Result and all gradients, in f64, for two runs. The input comes from a sum, and both of its terms are used again.
fn evaluate(record: Record, own_residual: bool, biased: bool) -> [Vec<f64>; 2] {
    let runs = 2;
    let mut rng = Rng::new(5, Stream::Test);
    let mut tape = Tape::new(runs);
    let mut param = |name, rows, cols| tape.param(name, rows, cols, Init::Normal(1.0));
    let [u, v] = [param("u", 37, 9), param("v", 37, 9)];
    let mut layer = |w, b, inputs, outputs| {
        let w = param(w, inputs, outputs);
        Layer { w, b: biased.then(|| param(b, 1, outputs)) }
    };
    let [up, down] = [layer("W_in", "b_in", 9, 35), layer("W_out", "b_out", 35, 9)];
    let x = add(&mut tape, u, v, "x");
    let residual = if own_residual { add(&mut tape, x, v, "residual") } else { x };
    let y = record(&mut tape, x, residual, up, down);
    let y = add(&mut tape, y, u, "y + u");
    let y_at = tape.view(y);
    let upstream: Vec<f32> = (0..y_at.len).map(|_| rng.normal() as f32).collect();
    let upstream = tape.constant(&upstream, "upstream");
    let nodes = tape.take();
    let mut list = forward(&nodes);
    list.extend(tape.backward(&nodes, y, upstream));
    let (flat, parts, terms) = (tape.flat(), tape.parts(), tape.terms().to_vec());
    let plan = tape.plan(list, vec![]);
    plan.check().unwrap();
    let mut cpu = Cpu::<f64>::new(Rc::new(plan), false);
    let values: Vec<f32> = (0..flat.len * runs).map(|_| rng.normal() as f32).collect();
    cpu.write(flat, &values);
    cpu.run(List::Train);
    [cpu.numbers(y_at), sum_terms(&terms, &cpu.numbers(parts), flat, parts)]
}

#[test]
fn the_op_is_the_composition_of_plain_ops() {
    for (own_residual, biased) in [(false, true), (true, true), (true, false), (false, false)] {
        let (got, want) = (evaluate(fused, own_residual, biased), evaluate(plain, own_residual, biased));
        for ((what, got), want) in ["values", "gradients"].iter().zip(&got).zip(&want) {
            assert_eq!(got.len(), want.len());
            let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>().sqrt();
            let size = norm(&mut want.iter().copied());
            let error = norm(&mut got.iter().zip(want).map(|(g, w)| g - w)) / size;
            assert!(size > 1.0 && error <= 1e-12, "own residual {own_residual}, biases {biased}: {what} differ by {error:.1e}");
        }
    }
}

#[test]
fn the_model_uses_it_with_relu_and_only_then() {
    let activations = |variant: &str| {
        let config = Config { p: 7, width: 8, heads: 2, mlp: 8, layers: 2, ..from_query(variant).0 };
        train::build(&config).plan.train.iter().filter(|d| d.kernel.name == "activation").count()
    };
    assert_eq!(["", "norm=pre", "norm=post", "bias=false", "activation=gelu"].map(activations), [0, 0, 0, 0, 2]);
}
