//! Fused ops against the compositions they replace, values and gradients, in f64 on the reference kernels.
#![cfg(not(target_arch = "wasm32"))]

use std::rc::Rc;

use grokking_lab::exec::cpu::Cpu;
use grokking_lab::kernel::NONE;
use grokking_lab::ops::activation::{Activation, activation};
use grokking_lab::ops::add::add;
use grokking_lab::ops::attend::attend;
use grokking_lab::ops::attention_pattern::attention_pattern;
use grokking_lab::ops::cross_entropy::cross_entropy;
use grokking_lab::ops::embed::{embed, embed_linear};
use grokking_lab::ops::gather::gather;
use grokking_lab::ops::head_linear::head_linear;
use grokking_lab::ops::linear::linear;
use grokking_lab::ops::mix::{mix, mix_relu};
use grokking_lab::ops::mix_attention::{Mixed, mix_attention};
use grokking_lab::ops::unembed_loss::{unembed_evaluate, unembed_loss};
use grokking_lab::plan::{List, View};
use grokking_lab::rng::{Rng, Stream};
use grokking_lab::tape::{Init, Rows, Tape, Tensor, forward, sum_terms};

const RUNS: usize = 2;
const CLASSES: usize = 5;
/// x, y of each example, and its class; tokens 0 to 3, and 4 for `=`.
const EXAMPLES: [(u32, u32, u32); 6] = [(0, 1, 4), (3, 0, 1), (2, 2, 0), (1, 3, 2), (0, 0, 3), (3, 3, 1)];
const P: u32 = 4;

/// Parameters with these names and shapes.
fn params<const N: usize>(tape: &mut Tape, shapes: [(&str, usize, usize); N]) -> [Tensor; N] {
    shapes.map(|(name, rows, cols)| tape.param(name, rows, cols, Init::Normal(1.0)))
}

/// Losses and parameter gradients, of the mean loss, of what `record` records; `scale` times what it should be.
fn gradients_of(record: impl Fn(&mut Tape, View) -> Tensor, scale: f32) -> [Vec<f64>; 2] {
    let mut tape = Tape::new(RUNS);
    let classes: Vec<u32> = EXAMPLES.iter().map(|e| e.2).collect();
    let target = tape.indices(&vec![classes; RUNS], "targets");
    let loss = record(&mut tape, target);
    let nodes = tape.take();
    let upstream = tape.constant(&[scale / EXAMPLES.len() as f32; EXAMPLES.len()], "d loss");
    let mut list = forward(&nodes);
    list.extend(tape.backward(&nodes, loss, upstream));
    let (loss, flat, parts, terms) = (tape.view(loss), tape.flat(), tape.parts(), tape.terms().to_vec());
    let cpu = cpu(tape, list, flat);
    [cpu.numbers(loss), sum_terms(&terms, &cpu.numbers(parts), flat, parts)]
}

/// Random parameters, the same for every tape of one size, after one pass through `list`.
fn cpu(tape: Tape, list: Vec<grokking_lab::plan::Dispatch>, flat: View) -> Cpu<f64> {
    let plan = tape.plan(list, vec![]);
    plan.check().unwrap();
    let mut cpu = Cpu::<f64>::new(Rc::new(plan), false);
    let mut rng = Rng::new(1, Stream::Test);
    let values: Vec<f32> = (0..flat.len * RUNS).map(|_| rng.normal() as f32).collect();
    cpu.write(flat, &values);
    cpu.run(List::Train);
    cpu
}

fn relative(got: &[f64], want: &[f64]) -> f64 {
    assert_eq!(got.len(), want.len());
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>().sqrt();
    norm(&mut got.iter().zip(want).map(|(g, w)| g - w)) / norm(&mut want.iter().copied())
}

fn agree(got: impl Fn(&mut Tape, View) -> Tensor, want: impl Fn(&mut Tape, View) -> Tensor) {
    let (got, want) = (gradients_of(got, 1.0), gradients_of(want, 1.0));
    for ((what, got), want) in ["losses", "gradients"].iter().zip(&got).zip(&want) {
        let error = relative(got, want);
        assert!(error <= 1e-12, "{what} differ by {error:.1e}");
    }
}

/// Two products of one input: what the logits start from, and what is multiplied by B.
fn two_products(tape: &mut Tape) -> [Tensor; 3] {
    let [x, u, w, b] = params(tape, [("x", 6, 3), ("u", 3, CLASSES), ("w", 3, 7), ("b", 7, CLASSES)]);
    [linear(tape, x, u, None, "init"), linear(tape, x, w, None, "a"), b]
}

fn logits(tape: &mut Tape, [init, a, b]: [Tensor; 3]) -> Tensor {
    let product = linear(tape, a, b, None, "a b");
    add(tape, product, init, "logits")
}

#[test]
fn unembed_loss_is_product_sum_and_cross_entropy() {
    let fused = |tape: &mut Tape, target| {
        let [init, a, b] = two_products(tape);
        unembed_loss(tape, a, b, Some(init), false, target).rows
    };
    let plain = |tape: &mut Tape, target| {
        let tensors = two_products(tape);
        let logits = logits(tape, tensors);
        cross_entropy(tape, logits, target).rows
    };
    agree(fused, plain);
}

#[test]
fn unembed_evaluate_is_the_forward_half() {
    let values = |fused: bool| {
        let mut tape = Tape::new(RUNS);
        let target = tape.indices(&vec![EXAMPLES.map(|e| e.2).to_vec(); RUNS], "targets");
        let tensors @ [init, a, b] = two_products(&mut tape);
        let loss = if fused {
            unembed_evaluate(&mut tape, a, b, Some(init), target)
        } else {
            let logits = logits(&mut tape, tensors);
            cross_entropy(&mut tape, logits, target)
        };
        let (list, flat) = (forward(&tape.take()), tape.flat());
        let views = [tape.view(loss.rows), loss.correct, loss.probs];
        let cpu = cpu(tape, list, flat);
        views.map(|view| cpu.numbers(view))
    };
    for (got, want) in values(true).iter().zip(&values(false)) {
        assert!(relative(got, want) <= 1e-12, "{got:?}, {want:?} expected");
    }
}

/// Both x and y of each example, in a table of 2p rows, then `=` where it is the third slot.
fn keys(tape: &mut Tape, slots: usize, masked: bool) -> Rows {
    let row = |i: usize, row: u32| if masked && i == 2 { NONE } else { row };
    let list: Vec<u32> =
        EXAMPLES.iter().enumerate().flat_map(|(i, &(x, y, _))| [x, row(i, P + y), 2 * P].into_iter().take(slots)).collect();
    let source = if slots == 3 { 2 * P + 1 } else { 2 * P };
    tape.rows(source as usize, &vec![list; RUNS], "keys")
}

const HEADS: usize = 2;

/// q, k, base, table, base2, table2, B of a block whose hidden units and logits both mix.
fn block(tape: &mut Tape) -> [Tensor; 7] {
    let (rows, wide) = (2 * P as usize, HEADS * 7);
    let shapes = [("q", 1, 6), ("k", rows, 6), ("base", 1, 7), ("table", rows, wide)];
    let [q, k, base, table] = params(tape, shapes);
    let [base2, table2, b] = params(tape, [("base2", 1, CLASSES), ("table2", rows, HEADS * CLASSES), ("b", 7, CLASSES)]);
    [q, k, base, table, base2, table2, b]
}

fn query(tape: &mut Tape) -> Rows {
    tape.rows(1, &vec![vec![0; EXAMPLES.len()]; RUNS], "query")
}

/// The block of separate ops.
fn plain_block(tape: &mut Tape, target: View) -> Tensor {
    let [q, k, base, table, base2, table2, b] = block(tape);
    let rows = [query(tape), keys(tape, 2, true)];
    let pattern = attention_pattern(tape, [q, k], rows, HEADS, true, "pattern");
    let hidden = mix(tape, base, table, pattern, rows[1], "hidden");
    let hidden = activation(tape, hidden, Activation::Relu, "hidden");
    let init = mix(tape, base2, table2, pattern, rows[1], "init");
    let logits = logits(tape, [init, hidden, b]);
    cross_entropy(tape, logits, target).rows
}

#[test]
fn a_mix_may_end_in_relu_when_the_loss_masks() {
    let fused = |tape: &mut Tape, target| {
        let [q, k, base, table, base2, table2, b] = block(tape);
        let rows = [query(tape), keys(tape, 2, true)];
        let pattern = attention_pattern(tape, [q, k], rows, HEADS, true, "pattern");
        let hidden = mix_relu(tape, base, table, pattern, rows[1], "hidden");
        let init = mix(tape, base2, table2, pattern, rows[1], "init");
        unembed_loss(tape, hidden, b, Some(init), true, target).rows
    };
    agree(fused, plain_block);
}

#[test]
fn one_pattern_with_its_two_mixes_is_the_separate_ops() {
    let fused = |tape: &mut Tape, target| {
        let [q, k, base, table, base2, table2, b] = block(tape);
        let rows = [query(tape), keys(tape, 2, true)];
        let uses = [(base, table, true), (base2, table2, false)].map(|(base, table, relu)| Mixed { base, table, relu });
        let [hidden, init] = mix_attention(tape, [q, k], rows, HEADS, true, uses, "block");
        unembed_loss(tape, hidden, b, Some(init), true, target).rows
    };
    agree(fused, plain_block);
}

/// W_E, W_pos, W_Q, W_K, W_V and W_U of attention alone.
fn attention(tape: &mut Tape) -> [Tensor; 6] {
    let [e, p] = params(tape, [("W_E", P as usize + 1, 6), ("W_pos", 3, 6)]);
    let [q, k, v, u] = params(tape, [("W_Q", 6, 6), ("W_K", 6, 6), ("W_V", 6, 6), ("W_U", 6, CLASSES)]);
    [e, p, q, k, v, u]
}

/// x at position 0, then y at position 1.
fn operands() -> Vec<(u32, u32)> {
    (0..2).flat_map(|position| (0..P).map(move |token| (token, position))).collect()
}

#[test]
fn rows_relative_to_the_last_one_give_the_same_attention() {
    let absolute = |tape: &mut Tape, target| {
        let [e, p, w_q, w_k, w_v, w_u] = attention(tape);
        let tokens = [operands(), vec![(P, 2)]].concat();
        let x = embed(tape, e, p, &tokens, false, "x").x;
        let last = tape.rows(tokens.len(), &vec![vec![2 * P]; RUNS], "=");
        let last = gather(tape, x, last, "x of =");
        let q = linear(tape, last, w_q, None, "q");
        let [k, v] = [w_k, w_v].map(|w| linear(tape, x, w, None, "k or v"));
        let rows = [query(tape), keys(tape, 3, false)];
        let pattern = attention_pattern(tape, [q, k], rows, HEADS, false, "pattern");
        let z = attend(tape, pattern, v, rows[1], HEADS, "z");
        let logits = linear(tape, z, w_u, None, "logits");
        cross_entropy(tape, logits, target).rows
    };
    let relative = |tape: &mut Tape, target| {
        let [e, p, w_q, w_k, w_v, w_u] = attention(tape);
        let last = embed(tape, e, p, &[(P, 2)], false, "x of =");
        let x = embed(tape, e, p, &operands(), true, "x less that");
        let [q, v_last] = [w_q, w_v].map(|w| embed_linear(tape, last, w, "q or v of ="));
        let [k, v] = [w_k, w_v].map(|w| embed_linear(tape, x, w, "k or v"));
        let base = linear(tape, v_last, w_u, None, "v W_U of =");
        let table = head_linear(tape, v, w_u, HEADS, "v W_U");
        let rows = [query(tape), keys(tape, 2, false)];
        let uses = [Mixed { base, table, relu: false }];
        let [logits] = mix_attention(tape, [q, k], rows, HEADS, true, uses, "logits");
        cross_entropy(tape, logits, target).rows
    };
    agree(relative, absolute);
}

#[test]
#[should_panic(expected = "gradients of the mean loss only")]
fn another_upstream_gradient_is_refused() {
    let fused = |tape: &mut Tape, target| {
        let [init, a, b] = two_products(tape);
        unembed_loss(tape, a, b, Some(init), false, target).rows
    };
    gradients_of(fused, 2.0);
}

#[test]
#[should_panic(expected = "the gradient of `a` is not this one alone")]
fn a_second_use_of_what_the_loss_reads_is_refused() {
    let fused = |tape: &mut Tape, target| {
        let [_, a, b] = two_products(tape);
        let init = linear(tape, a, b, None, "init");
        unembed_loss(tape, a, b, Some(init), false, target).rows
    };
    gradients_of(fused, 1.0);
}
