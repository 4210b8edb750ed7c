//! The associated form of one block is the same function as the plain form, with the same gradients, in f64 on the
//! CPU twins; and it is chosen where it pays.
#![cfg(not(target_arch = "wasm32"))]

use std::rc::Rc;

use grokking_lab::config::{Config, from_query};
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::model::transformer::Transformer;
use grokking_lab::ops::cross_entropy::cross_entropy;
use grokking_lab::plan::List;
use grokking_lab::tape::sum_terms;
use grokking_lab::tape::{Tape, Tensor, forward};
use grokking_lab::task::{self, Equation};
use grokking_lab::train;

type Forward = fn(&Transformer, &mut Tape, &[Vec<Equation>]) -> Tensor;

/// Logits, losses and parameter gradients of all runs, in f64.
fn evaluate(config: &Config, record: Forward) -> [Vec<f64>; 3] {
    let table = task::table(task::find(&config.task).expect("a task"), config.p);
    let split = |run| task::split(&table, config.train, u64::from(config.seed) + run).train;
    let examples: Vec<_> = (0..u64::from(config.runs)).map(split).collect();
    let targets: Vec<Vec<u32>> = examples.iter().map(|list| list.iter().map(|e| e.c).collect()).collect();

    let mut tape = Tape::new(examples.len());
    let model = Transformer::new(&mut tape, config);
    let logits = record(&model, &mut tape, &examples);
    let target = tape.indices(&targets, "targets");
    let loss = cross_entropy(&mut tape, logits, target);
    let nodes = tape.take();
    let upstream = tape.constant(&vec![1.0; targets[0].len()], "d loss");
    let mut list = forward(&nodes);
    list.extend(tape.backward(&nodes, loss.rows, upstream));
    let (views, params) = ([tape.view(logits), tape.view(loss.rows)], tape.params().to_vec());
    let (flat, parts, terms) = (tape.flat(), tape.parts(), tape.terms().to_vec());
    let plan = tape.plan(list, vec![]);
    plan.check().unwrap();

    let mut cpu = Cpu::<f64>::new(Rc::new(plan), false);
    let start: Vec<f32> = (0..u64::from(config.runs)).flat_map(|run| train::initial(&params, flat.len, run)).collect();
    // Biases start at 0, which would hide them.
    let start: Vec<f32> = start.iter().enumerate().map(|(i, w)| w + 0.1 * (i as f32).sin()).collect();
    cpu.write(flat, &start);
    cpu.run(List::Train);
    [cpu.numbers(views[0]), cpu.numbers(views[1]), sum_terms(&terms, &cpu.numbers(parts), flat, parts)]
}

fn relative(got: &[f64], want: &[f64]) -> f64 {
    assert_eq!(got.len(), want.len());
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>().sqrt();
    norm(&mut got.iter().zip(want).map(|(g, w)| g - w)) / norm(&mut want.iter().copied())
}

#[test]
fn both_forms_agree_to_the_last_digits() {
    for variant in [
        "p=5&train=0.6&width=8&heads=2&mlp=12",
        "p=7&train=0.5&width=12&heads=3&mlp=20&runs=2",
        "p=11&train=0.7&width=16&heads=4&mlp=32&runs=2&activation=gelu&task=x-y",
    ] {
        let (config, problems) = from_query(variant);
        assert_eq!(problems, []);
        let plain = evaluate(&config, Transformer::forward_plain);
        let associated = evaluate(&config, Transformer::forward_associated);
        for ((what, got), want) in ["logits", "losses", "gradients"].iter().zip(&associated).zip(&plain) {
            let error = relative(got, want);
            assert!(error <= 1e-12, "{variant}: {what} differ by {error:.1e}");
        }
    }
}

/// Which form a configuration trains with, and evaluates with.
fn forms(config: &Config) -> [bool; 2] {
    let plan = train::build(config).plan;
    [List::Train, List::Evaluate].map(|list| plan.list(list).iter().any(|d| d.kernel.name == "mix"))
}

#[test]
fn the_cheaper_form_is_chosen() {
    let standard = Config::standard();
    assert_eq!(forms(&standard), [true; 2]);
    assert_eq!(forms(&Config::nanda_113()), [true; 2]);
    // The start-up self-check has to see these kernels too.
    let checked = Config { p: 7, train: 0.6, width: 16, heads: 2, mlp: 32, ..standard.clone() };
    assert!(forms(&checked)[0]);
    for variant in ["layers=2", "norm=pre", "norm=post"] {
        assert_eq!(forms(&from_query(variant).0), [false; 2], "{variant}");
    }
    // A hundred examples do not pay for tables of 195 rows.
    assert!(!forms(&Config { train: 0.01, ..standard })[0]);
}

/// The choice counts multiply-adds of the forward pass; the plans must say the same.
#[test]
fn the_choice_agrees_with_the_plans() {
    for variant in ["p=5&train=0.6&width=8&heads=2&mlp=12", "p=29&train=0.5", "train=0.02", "train=0.05", "train=0.1", ""] {
        let (config, _) = from_query(variant);
        let table = task::table(task::find(&config.task).expect("a task"), config.p);
        let examples = vec![task::split(&table, config.train, 0).train];
        let mut tape = Tape::new(1);
        let model = Transformer::new(&mut tape, &config);
        let mut flops = |record: Forward| {
            record(&model, &mut tape, &examples);
            forward(&tape.take()).iter().map(|d| d.flops(1)).sum::<u64>()
        };
        let [plain, associated] = [flops(Transformer::forward_plain), flops(Transformer::forward_associated)];
        let chosen = model.associates(&tape, examples[0].len());
        // Additions of biases and residuals are not counted: nearly equal forms may go either way.
        let clear = associated.abs_diff(plain) * 20 > plain;
        assert!(!clear || chosen == (associated < plain), "{variant}: {associated} against {plain}, chosen: {chosen}");
    }
}
