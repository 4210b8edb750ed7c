//! Tasks on sequences: what their examples are, how a step draws them, and that networks grok them.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use grokking_lab::config::Config;
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::inspect::Inspector;
use grokking_lab::metrics::History;
use grokking_lab::plan::{Kind, List, View};
use grokking_lab::protocol::inspect::{InspectRequest, InspectResult, Off};
use grokking_lab::settings::from_query;
use grokking_lab::task::{Dataset, Equation, TASKS, dataset};
use grokking_lab::train::{self, Device, Trainer};
use pollster::block_on;

fn config(query: &str) -> Config {
    let (config, problems) = from_query(query);
    assert_eq!(problems, [], "{query}");
    config
}

/// All examples of a run: operands, and the result.
fn examples(data: &Dataset) -> Vec<(Vec<u32>, u32)> {
    let sequences = data.sequences.as_ref().expect("sequences");
    let all = data.split.train.iter().chain(&data.split.test);
    all.map(|Equation { x, c, .. }| (sequences.row(*x).to_vec(), *c)).collect()
}

/// The six orders of three things, written down.
const ORDERS: [[u32; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/// Where things are after these shuffles, one after the other: what is at i goes to the i-th number of a shuffle.
fn shuffled(word: &[u32]) -> u32 {
    let end = [0, 1, 2].map(|start| word.iter().fold(start, |at, shuffle| ORDERS[*shuffle as usize][at as usize]));
    ORDERS.iter().position(|order| *order == end).expect("an order") as u32
}

#[test]
fn results_are_those_of_the_rule_and_no_sequence_comes_twice() {
    for (query, symbols, classes, all) in [
        ("task=sum&p=7&k=3&samples=343", 7, 7, true),
        ("task=sum&p=199&k=16&samples=900", 199, 199, false),
        ("task=s3-word&k=4&samples=1000", 6, 6, false),
        ("task=string-parity&k=5&samples=32", 2, 2, true),
    ] {
        let config = config(query);
        let data = dataset(&config, 3);
        assert_eq!((data.symbols, data.classes), (symbols, classes), "{query}");
        let examples = examples(&data);
        let different: BTreeSet<&Vec<u32>> = examples.iter().map(|(operands, _)| operands).collect();
        assert_eq!((examples.len() as u32, different.len() as u32), (config.samples, config.samples), "{query}");
        for (operands, result) in &examples {
            assert!(operands.len() as u32 == config.k && operands.iter().all(|operand| *operand < symbols), "{operands:?}");
            let sum: u32 = operands.iter().sum();
            let want = match config.task.as_str() {
                "sum" => sum % config.p,
                "s3-word" => shuffled(operands),
                _ => sum % 2,
            };
            assert_eq!(*result, want, "{query}: {operands:?}");
        }
        // Another seed draws others, unless these are all there are.
        let drawn = |seed| examples_of(&config, seed);
        assert_eq!(drawn(3) == drawn(4), all, "{query}");
        assert_eq!(drawn(3), drawn(3));
    }
}

fn examples_of(config: &Config, seed: u64) -> BTreeSet<(Vec<u32>, u32)> {
    examples(&dataset(config, seed)).into_iter().collect()
}

#[test]
fn what_does_not_fit_is_repaired_and_said() {
    for (query, valid, said) in [
        ("task=sum&p=97&k=40", "task=sum&k=16", "A sequence has at most 16 operands here"),
        ("task=string-parity&k=3&samples=32", "task=string-parity&k=5&samples=32", "There are too few sequences of fewer than 5"),
        ("task=s3-word&k=3&samples=1000", "task=s3-word&k=3&samples=216", "There are only 216 such sequences"),
        ("task=sum&k=3&model=diagonal", "task=sum&k=3&model=mlp", "A diagonal linear network needs rows of numbers"),
    ] {
        let (repaired, problems) = from_query(query);
        assert_eq!((repaired, problems.len()), (config(valid), 1), "{query}: {problems:?}");
        assert!(problems[0].to_string().starts_with(said), "{}", problems[0]);
    }
}

#[test]
fn every_task_builds_for_every_model_with_and_without_batches() {
    for task in TASKS.iter().filter(|task| task.chain.is_some()) {
        for rest in
            ["", "&layers=2&seeds=2", "&model=encoder&tied=true", "&model=mlp", "&batch=16", "&batch=16&layers=2&norm=pre"]
        {
            let query = format!("task={}&p=11&k=5&samples=30&width=8&heads=2&mlp=12{rest}", task.id);
            train::build(&config(&query)).plan.check().unwrap_or_else(|error| panic!("{query}: {error}"));
        }
    }
}

/// The rows that a step's read-out attends to are the operands of training sequences with the results that are its targets.
#[test]
fn a_step_draws_whole_sequences() {
    let config = config("task=sum&p=11&k=4&samples=500&train=0.5&width=8&heads=2&mlp=12&batch=20");
    let built = train::build(&config);
    let mut cpu = Cpu::<f32>::new(built.plan.clone(), true);
    cpu.write(built.recorder.clock, &[0.0, 1.0, 1.0, 0.0, 0.0]);
    let filled = |name: &str| {
        let buffer = built.plan.buffers.iter().position(|b| b.name == name && b.kind == Kind::Filled).expect("a filled buffer");
        View { buffer, offset: 0, len: built.plan.buffers[buffer].per_run }
    };
    let (keys, targets) = (filled("layer 0 / key rows"), filled("targets"));
    let data = dataset(&config, 0);
    let trained: BTreeSet<_> = examples(&data)[..data.split.train.len()].iter().cloned().collect();
    let mut seen = BTreeSet::new();
    for _ in 0..12 {
        cpu.run(List::Train);
        let (rows, results) = (cpu.indices(keys), cpu.indices(targets));
        assert_eq!((rows.len(), results.len()), (20 * 5, 20));
        for (rows, result) in rows.chunks(5).zip(results) {
            // Position by position there is a row for each of the eleven numbers, and one for `=`.
            assert_eq!(rows[4], 44);
            let operands: Vec<u32> = rows[..4].iter().zip(0..).map(|(row, at)| row - 11 * at).collect();
            assert!(trained.contains(&(operands.clone(), result)), "{operands:?} = {result}");
            seen.insert(operands);
        }
    }
    assert_eq!(seen.len(), 240, "an epoch of 250 has twelve batches of others");
}

#[test]
fn a_sum_of_three_numbers_is_memorised_first_and_understood_later() {
    for seed in 0..2 {
        let config = config(&format!("task=sum&p=13&k=3&samples=2197&train=0.3&width=64&mlp=256&seed={seed}"));
        let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
        let mut history = History::default();
        while trainer.step() < 900 && history.grokked.is_none() {
            trainer.steps(10);
            block_on(trainer.collect().points()).expect("reads").into_iter().for_each(|point| history.push(point));
        }
        let (memorized, grokked) = (history.memorized.expect("memorised"), history.grokked.expect("grokked"));
        assert!(memorized < 100 && grokked > 3 * memorized, "seed {seed}: {memorized}, {grokked}");
    }
}

#[test]
fn the_inside_of_a_network_on_sequences_can_be_looked_at() {
    for model in ["", "&model=mlp", "&model=encoder&layers=2"] {
        let config = config(&format!("task=sum&p=5&k=3&samples=100&train=0.6&width=16&heads=2&mlp=24{model}"));
        let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
        trainer.steps(80);
        let weights = block_on(trainer.weights()).expect("weights").remove(0);
        let mut inspector = block_on(Inspector::new(&config, &Device::Cpu)).expect("an inspector");
        let look = |inspector: &mut Inspector, request| block_on(inspector.inspect(&weights, &request, &Off::default())).unwrap();
        let ([train, test], result) = look(&mut inspector, InspectRequest::Matrix(0));
        let InspectResult::Matrix(matrix) = result else { panic!("{result:?}") };
        assert!(matrix.shape[0] >= 5 && train > 0.8 && test < train, "{model}: {:?}, {train}, {test}", matrix.shape);
        for request in [InspectRequest::Table, InspectRequest::Embedding(None), InspectRequest::Attention] {
            assert_eq!(look(&mut inspector, request).1, InspectResult::None, "{model}");
        }
    }
}
