//! The orders in which a network's products can be taken: the same numbers, and the cheapest is chosen.
#![cfg(not(target_arch = "wasm32"))]

use std::rc::Rc;

use grokking_lab::config::Config;
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::model::rows::Style;
use grokking_lab::model::transformer::{Form, Transformer};
use grokking_lab::model::{LossHead, Sizes};
use grokking_lab::plan::List;
use grokking_lab::settings::from_query;
use grokking_lab::tape::{Tape, forward, initial, sum_terms};
use grokking_lab::task::{self, Equation};
use grokking_lab::train;

fn examples(config: &Config) -> Vec<Vec<Equation>> {
    let split = |run| task::dataset(config, u64::from(config.seed) + run).split.train;
    (0..u64::from(config.seeds)).map(split).collect()
}

fn operands(examples: &[Vec<Equation>]) -> Vec<Vec<u32>> {
    examples.iter().map(|list| list.iter().flat_map(|e| [e.x, e.y]).collect()).collect()
}

fn transformer(tape: &mut Tape, config: &Config, style: Style) -> Transformer {
    Transformer::new(tape, config, Sizes { symbols: config.p, operands: 2, answers: 1, classes: config.p, features: None }, style)
}

/// Losses and parameter gradients of all runs, in f64.
fn evaluate(config: &Config, form: Form) -> [Vec<f64>; 2] {
    let examples = examples(config);
    let targets: Vec<Vec<u32>> = examples.iter().map(|list| list.iter().map(|e| e.c).collect()).collect();
    let mut tape = Tape::new(examples.len());
    let model = transformer(&mut tape, config, Style::Decoder);
    let read_out = model.read_out(&mut tape, form, &operands(&examples));
    let target = tape.indices(&targets, "targets");
    let loss = LossHead::new(config).train(&mut tape, read_out, target);
    let nodes = tape.take();
    let count = targets[0].len();
    let upstream = tape.constant(&vec![1.0 / count as f32; count], "d loss");
    let mut list = forward(&nodes);
    list.extend(tape.backward(&nodes, loss.rows, upstream));
    let (rows, params) = (tape.view(loss.rows), tape.params().to_vec());
    let (flat, parts, terms) = (tape.flat(), tape.parts(), tape.terms().to_vec());
    let plan = tape.plan(list, vec![]);
    plan.check().unwrap();

    let mut cpu = Cpu::<f64>::new(Rc::new(plan), false);
    let start: Vec<f32> = (0..u64::from(config.seeds)).flat_map(|run| initial(&params, flat.len, run)).collect();
    // Biases start at 0, which would hide them.
    let start: Vec<f32> = start.iter().enumerate().map(|(i, w)| w + 0.1 * (i as f32).sin()).collect();
    cpu.write(flat, &start);
    cpu.run(List::Train);
    [cpu.numbers(rows), sum_terms(&terms, &cpu.numbers(parts), flat, parts)]
}

fn relative(got: &[f64], want: &[f64]) -> f64 {
    assert_eq!(got.len(), want.len());
    let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>().sqrt();
    norm(&mut got.iter().zip(want).map(|(g, w)| g - w)) / norm(&mut want.iter().copied())
}

#[test]
fn all_forms_agree_to_the_last_digits() {
    for variant in [
        "p=5&train=0.6&width=8&heads=2&mlp=12",
        "p=7&train=0.5&width=12&heads=3&mlp=20&seeds=2",
        "p=11&train=0.7&width=16&heads=4&mlp=32&seeds=2&activation=gelu&task=x-y",
        "p=7&train=0.6&width=8&heads=2&mlp=12&bias=false&tied=true&alpha=0.7&attention=1.5&positions=sinusoidal",
        "p=7&train=0.6&width=8&heads=2&mlp=12&bias=false&alpha=3&positions=none&activation=tanh",
        "p=7&train=0.6&width=8&heads=2&mlp=12&loss=mse&tied=true&seeds=2",
        "p=7&train=0.6&width=8&heads=2&mlp=12&precision=f64&alpha=2",
        // So many pairs that weight gradients are divided.
        "p=31&train=0.6&width=8&heads=2&mlp=12",
    ] {
        let (config, problems) = from_query(variant);
        assert_eq!(problems, []);
        let want = evaluate(&config, Form::Positions);
        for form in [Form::Table, Form::Associated] {
            let got = evaluate(&config, form);
            for ((what, got), want) in ["losses", "gradients"].iter().zip(&got).zip(&want) {
                let error = relative(got, want);
                assert!(error <= 1e-12, "{variant}: {what} of {form:?} differ by {error:.1e}");
            }
        }
    }
}

fn chosen_for(config: &Config, style: Style) -> Form {
    let mut tape = Tape::new(1);
    let model = transformer(&mut tape, config, style);
    Form::cheapest(&model, &tape, examples(config)[0].len())
}

fn chosen(config: &Config) -> Form {
    chosen_for(config, Style::Decoder)
}

#[test]
fn the_cheapest_form_is_chosen() {
    let standard = Config::standard();
    assert_eq!([chosen(&standard), chosen(&Config::nanda_113())], [Form::Associated; 2]);
    // The start-up self-check has to see these kernels too.
    let checked = Config { p: 7, train: 0.6, width: 16, heads: 2, mlp: 32, ..standard.clone() };
    assert_eq!(chosen(&checked), Form::Associated);
    for variant in ["layers=2", "norm=pre", "norm=post"] {
        assert_eq!(chosen(&from_query(variant).0), Form::Positions, "{variant}");
    }
    for variant in ["alpha=2", "attention=2", "tied=true", "bias=false", "positions=none", "loss=mse", "precision=f32"] {
        assert_eq!(chosen(&from_query(variant).0), Form::Associated, "{variant}");
    }
    // Without `=` every example has its own query.
    assert_eq!(chosen_for(&standard, Style::Encoder), Form::Positions);
    // A hundred examples do not pay for a table of 194 rows; a thousand do not for one with 512 columns.
    assert_eq!(chosen(&Config { train: 0.01, ..standard.clone() }), Form::Positions);
    assert_eq!(chosen(&Config { train: 0.03, ..standard }), Form::Table);
}

/// The choice counts multiply-adds of the forward pass; the plans must say the same.
#[test]
fn the_choice_agrees_with_the_plans() {
    for variant in ["p=5&train=0.6&width=8&heads=2&mlp=12", "p=29&train=0.5", "train=0.02", "train=0.05", "train=0.1", ""] {
        let (config, _) = from_query(variant);
        let mut tape = Tape::new(1);
        let model = transformer(&mut tape, &config, Style::Decoder);
        let targets = tape.indices(&[examples(&config)[0].iter().map(|e| e.c).collect()], "targets");
        let mut flops = |form: Form| {
            let read_out = model.read_out(&mut tape, form, &operands(&examples(&config)));
            LossHead::new(&config).train(&mut tape, read_out, targets);
            forward(&tape.take()).iter().map(|d| d.flops(1)).sum::<u64>()
        };
        let costs = [Form::Positions, Form::Table, Form::Associated].map(|form| (form, flops(form)));
        let (_, least) = costs.into_iter().min_by_key(|(_, cost)| *cost).expect("three forms");
        let (_, cost) = costs.into_iter().find(|(form, _)| *form == chosen(&config)).expect("one of them");
        // Biases, residuals and the gradient inside the loss are not counted: nearly equal forms may go either way.
        assert!(cost * 20 <= least * 23, "{variant}: {:?} of {costs:?}", chosen(&config));
    }
}

/// Dispatches that wait for each other, in each form of the reference network.
#[test]
fn a_step_is_few_launches() {
    let launches = |config: &Config| train::build(config).plan.levels(List::Train);
    let nanda = Config::nanda_113();
    let few = Config { train: 0.03, ..Config::standard() };
    assert_eq!((chosen(&nanda), launches(&nanda)), (Form::Associated, 8));
    assert_eq!((chosen(&few), launches(&few)), (Form::Table, 12));
    // Eight models are told in as few words as one.
    assert_eq!(launches(&Config { seeds: 8, ..nanda }), 8);
}

/// On sequences no more launches wait for each other than layers ask for, however long they are, and however many answers they have.
#[test]
fn longer_sequences_take_no_more_launches() {
    let launches = |query: &str| {
        let (config, problems) = from_query(query);
        assert_eq!(problems, [], "{query}");
        train::build(&config).plan.levels(List::Train)
    };
    let sums = |k: u32, rest: &str| launches(&format!("task=sum&k={k}&samples=2000&batch=64&width=16&heads=2&mlp=32{rest}"));
    assert_eq!([3, 16, 63].map(|k| sums(k, "")), [18; 3]);
    // A layer of all positions, with norms.
    assert_eq!([2, 3].map(|layers| sums(3, &format!("&layers={layers}&norm=pre"))), [42, 61]);
    let digits = |k: u32| launches(&format!("task=digit-sum&k={k}&samples=600&batch=64&width=16&heads=2&mlp=32"));
    assert_eq!(digits(2), digits(8));
}
