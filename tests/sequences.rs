//! Tasks on sequences: what their examples are, how a step draws them, and that networks grok them.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::{BTreeMap, BTreeSet};

use grokking_lab::analysis::Measures;
use grokking_lab::config::{Config, Model};
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::inspect::Inspector;
use grokking_lab::metrics::History;
use grokking_lab::model::{self, Examples, Sizes};
use grokking_lab::plan::List;
use grokking_lab::protocol::inspect::{Answered, Asker, InspectQuery, InspectRequest, InspectResult, Kind, Off};
use grokking_lab::settings::from_query;
use grokking_lab::tape::{self, Tape};
use grokking_lab::task::{Dataset, Equation, TASKS, dataset};
use grokking_lab::train::{self, CheckpointHistory, Device, Trainer};
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
        ("task=sum&p=97&k=63&samples=900", 97, 97, false),
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

/// Sequences as operands and results, by what they are for: training, test, out of distribution.
fn by_purpose(data: &Dataset) -> [Vec<(Vec<u32>, u32)>; 3] {
    let sequences = data.sequences.as_ref().expect("sequences");
    let of = |list: &[Equation]| list.iter().map(|e| (sequences.row(e.x).to_vec(), e.c)).collect();
    [of(&data.split.train), of(&data.split.test), of(&data.split.apart)]
}

#[test]
fn two_hops_follow_from_facts_that_are_all_trained() {
    let (n, k, asked) = (11, 25, 2000);
    let config = config(&format!("task=two-hops&p={n}&k={k}&samples={asked}&train=0.7"));
    let data = dataset(&config, 5);
    assert_eq!((data.symbols, data.classes), (n + k + 1, n));
    let [train, test, apart] = by_purpose(&data);
    assert_eq!((train.len() as u32, test.len() as u32, apart.len() as u32), (n * k + 1400, 600, n * 2 * 2));
    let (facts, asked) = train.split_at((n * k) as usize);
    let facts: BTreeMap<[u32; 2], u32> = facts.iter().map(|(operands, tail)| ([operands[0], operands[1]], *tail)).collect();
    assert_eq!(facts.len() as u32, n * k, "each entity has each relation");
    let hops = |operands: &[u32]| {
        let first = [operands[0], operands[1]];
        [first, [facts[&first], operands[2]]]
    };
    let different: BTreeSet<Vec<u32>> = [asked, &test, &apart].concat().into_iter().map(|(operands, _)| operands).collect();
    assert_eq!(different.len() as u32, 2000 + n * 4);
    for (operands, tail) in [asked, &test, &apart].concat() {
        assert_eq!(facts[&hops(&operands)[1]], tail, "{operands:?}");
    }
    // Two facts of each entity are in no question but those out of distribution.
    let used: BTreeSet<[u32; 2]> = [asked, &test].concat().iter().flat_map(|(operands, _)| hops(operands)).collect();
    let kept: BTreeSet<[u32; 2]> = apart.iter().flat_map(|(operands, _)| hops(operands)).collect();
    assert!(used.is_disjoint(&kept), "{used:?} {kept:?}");
}

#[test]
fn comparisons_follow_from_facts_that_are_all_trained() {
    let (n, k) = (15, 4);
    let config = config(&format!("task=comparison&p={n}&k={k}&samples=400&train=0.5"));
    let data = dataset(&config, 5);
    assert_eq!((data.symbols, data.classes), (n + k + 1, 23));
    let [train, test, apart] = by_purpose(&data);
    assert_eq!((train.len() as u32, test.len(), apart.len() as u32), (n * k + 200, 200, 2 * k));
    let (facts, asked) = train.split_at((n * k) as usize);
    let facts: BTreeMap<[u32; 2], u32> = facts.iter().map(|(operands, value)| ([operands[0], operands[1]], *value)).collect();
    let mut used = [BTreeSet::new(), BTreeSet::new()];
    for (which, (operands, answer)) in [asked, &test].concat().iter().map(|e| (0, e)).chain(apart.iter().map(|e| (1, e))) {
        let [x, y] = [1, 2].map(|at| [operands[0], operands[at]]);
        assert!(x != y);
        let want = if facts[&x] < facts[&y] {
            20
        } else if facts[&x] == facts[&y] {
            21
        } else {
            22
        };
        assert_eq!(*answer, want, "{operands:?}");
        used[which].extend([x, y]);
    }
    assert!(used[0].is_disjoint(&used[1]) && facts.values().all(|value| *value < 20));
}

#[test]
fn people_have_names_of_their_own_and_one_value_of_each_attribute() {
    let config = config("task=people&p=7&k=4&samples=402&train=0.5");
    let data = dataset(&config, 5);
    let [train, test, apart] = by_purpose(&data);
    assert_eq!((train.len(), test.len(), apart.len(), data.classes), (201, 201, 0, 28));
    let mut facts: Vec<(Vec<u32>, u32)> = [train, test].concat();
    facts.sort();
    // 101 people take 6 names of each kind, 6³ ≥ 202.
    assert_eq!(data.symbols, 3 * 6 + 4);
    let persons: BTreeSet<&[u32]> = facts.iter().map(|(operands, _)| &operands[..3]).collect();
    assert_eq!(persons.len(), 101);
    for (operands, value) in &facts {
        let (names, attribute) = (&operands[..3], operands[3] - 18);
        assert!(names.iter().zip(0..).all(|(name, kind)| (6 * kind..6 * kind + 6).contains(name)), "{operands:?}");
        assert_eq!(value / 7, attribute, "{operands:?} {value}");
    }
    assert!(facts.windows(2).all(|two| two[0].0 != two[1].0), "no fact comes twice");
}

#[test]
fn a_sum_is_answered_digit_by_digit() {
    let config = config("task=digit-sum&p=7&k=3&samples=500&train=0.6&width=16&heads=2&mlp=24&layers=2&norm=pre");
    let data = dataset(&config, 2);
    assert_eq!((data.symbols, data.classes, data.answers), (7, 7, 4));
    let [train, test, apart] = [&data.split.train, &data.split.test, &data.split.apart];
    assert_eq!((train.len(), test.len(), apart.len()), (4 * 300, 4 * 200, 0));
    let value = |digits: &mut dyn Iterator<Item = u32>| digits.fold(0, |value, digit| 7 * value + digit);
    let sequences = data.sequences.as_ref().expect("sequences");
    let mut seen = BTreeSet::new();
    for answers in [&train[..], test].concat().chunks(4) {
        let (x, digits) = (answers[0].x, answers.iter().map(|e| e.c).collect::<Vec<u32>>());
        assert!(answers.iter().zip(0..).all(|(e, y)| (e.x, e.y) == (x, y)), "{answers:?}");
        let (operands, read) = sequences.row(x).split_at(6);
        assert_eq!(read, &digits[..3], "all answers but the last are read");
        let [a, b] = [0, 3].map(|from| value(&mut operands[from..from + 3].iter().copied()));
        assert_eq!(value(&mut digits.iter().rev().copied()), a + b, "{operands:?} {digits:?}");
        assert!(seen.insert(operands.to_vec()), "no sum comes twice");
    }
    // Other models do not read what they have answered.
    let (repaired, problems) = from_query("task=digit-sum&p=7&k=3&samples=500&model=mlp");
    assert!(repaired.model == Model::Transformer && problems.len() == 1, "{problems:?}");
}

/// An answer depends on those before it and on nothing that comes later: what a network is not shown, it cannot know.
#[test]
fn no_answer_knows_what_comes_after_it() {
    for layers in [1, 2] {
        let config = config(&format!("task=digit-sum&p=5&k=2&samples=100&train=0.5&width=16&heads=2&mlp=24&layers={layers}"));
        let data = dataset(&config, 0);
        let logits = |sequences: &[u32]| {
            let mut tape = Tape::new(1);
            let network = model::network(&mut tape, &config, Sizes::of(&data));
            let pairs = vec![Equation { x: 0, y: 0, c: 0 }; 3];
            let examples = Examples { pairs: &[pairs], features: None, sequences: Some(&[sequences.to_vec()]) };
            let state = network.answer(&mut tape, &examples).state;
            let nodes = tape.take();
            let forward = tape::forward(&nodes);
            let (view, [rows, columns], flat, params) =
                (tape.view(state), tape.shape(state), tape.flat(), tape.params().to_vec());
            let mut cpu = Cpu::<f32>::new(tape.plan(vec![], forward).into(), true);
            let weights: Vec<f32> = tape::initial(&params, flat.len, 0).iter().map(|w| w * 3.0).collect();
            cpu.write(flat, &weights);
            cpu.run(List::Evaluate);
            assert_eq!(rows, 3);
            cpu.slice(view, 0).chunks(columns).map(<[f32]>::to_vec).collect::<Vec<_>>()
        };
        let [one, other] = [[1, 2, 3, 4, 0, 2], [1, 2, 3, 4, 1, 2]].map(|read| logits(&read));
        assert_eq!(one[0], other[0], "{layers}: the first answer is given before c₀ is known");
        assert!(one[1] != other[1] && one[2] != other[2], "{layers}: and the others after");
        let later = logits(&[1, 2, 3, 4, 0, 3]);
        assert_eq!(one[..2], later[..2], "{layers}");
        assert_ne!(one[2], later[2], "{layers}");
    }
}

#[test]
fn digits_are_carried_once_they_are_understood() {
    let config = config("task=digit-sum&p=6&k=2&samples=1296&train=0.6&width=48&mlp=128&layers=2&norm=pre&lr=0.003&batch=256");
    let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
    let mut history = History::default();
    while trainer.step() < 900 && history.grokked.is_none() {
        trainer.steps(10);
        block_on(trainer.collect().points()).expect("reads").into_iter().for_each(|point| history.push(point));
    }
    assert!(history.grokked.is_some(), "{:?}", history.points.last());
}

#[test]
fn what_is_out_of_distribution_is_measured_and_never_trained() {
    let config = config("task=two-hops&p=9&k=5&samples=144&train=0.8&width=32&mlp=64&heads=2&layers=2&norm=pre&lr=0.003");
    let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
    trainer.steps(300);
    let points = block_on(trainer.collect().points()).expect("reads");
    let last = points.last().expect("a point");
    let weights = block_on(trainer.weights()).expect("reads").remove(0);
    let mut inspector = block_on(Inspector::new(&config, &Device::Cpu)).expect("builds");
    let query = InspectQuery {
        asker: Asker::Claim,
        request: InspectRequest::Progress(Measures::Usual),
        off: Off::default(),
        at: None,
        urgent: false,
    };
    let reply = block_on(inspector.answer(&query, 300, &weights, &CheckpointHistory::default())).expect("answers");
    let InspectResult::Progress(progress) = reply.result else { panic!("no measures") };
    let apart = progress.measures[0].apart;
    // The stage shows the same, sequence by sequence.
    let shown = block_on(inspector.inspect(&weights, &InspectRequest::Sequences, &Off::default())).expect("answers").1;
    let InspectResult::Sequences(shown) = shown else { panic!("no sequences") };
    let data = dataset(&config, 0);
    let share = |kind: Kind, part: &[Equation]| {
        let of: Vec<&Answered> = shown.iter().filter(|one| one.kind == kind).collect();
        assert_eq!(of.len(), part.len());
        for (one, e) in of.iter().zip(part) {
            let operands: Vec<u16> = data.sequences.as_ref().expect("sequences").row(e.x).iter().map(|x| *x as u16).collect();
            assert_eq!((&one.operands, u32::from(one.truth)), (&operands, e.c));
            assert!(one.confidence <= 1.0 && one.confidence >= 1.0 / 9.0, "{one:?}");
        }
        of.iter().filter(|one| one.answer == one.truth).count() as f32 / of.len() as f32
    };
    let split = &data.split;
    let shares =
        [(Kind::Training, &split.train), (Kind::Test, &split.test), (Kind::Apart, &split.apart)].map(|(k, p)| share(k, p));
    assert_eq!(shares, [reply.accuracy[0], reply.accuracy[1], apart]);
    // Nine questions, none of which a network that knows the others by heart can answer but by luck.
    assert!(last.train_accuracy > 0.99 && reply.accuracy[0] > 0.99, "{last:?} {:?}", reply.accuracy);
    assert!((apart * 9.0).fract() < 1e-5 && apart < 0.7, "{apart}");
    assert!((reply.accuracy[1] - last.test_accuracy).abs() < 0.2, "{:?} {last:?}", reply.accuracy);
}

#[test]
fn what_does_not_fit_is_repaired_and_said() {
    for (query, valid, said) in [
        ("task=sum&p=97&k=64", "task=sum&k=63", "A sequence has at most 63 operands here"),
        ("task=sum&p=199&k=63", "task=sum&p=199&k=39", "A sequence has at most 39 operands here"),
        ("task=digit-sum&k=30", "task=digit-sum&k=21", "A number has at most 21 digits here"),
        (
            "task=sum&k=63&samples=20000&batch=9000",
            "task=sum&k=63&samples=20000&batch=4095",
            "A batch has room for 4,095 such sequences",
        ),
        ("task=string-parity&k=3&samples=32", "task=string-parity&k=5&samples=32", "There are too few sequences of fewer than 5"),
        ("task=s3-word&k=3&samples=1000", "task=s3-word&k=3&samples=216", "There are only 216 such sequences"),
        ("task=two-hops&p=10&k=9", "task=two-hops&p=10&k=9&samples=640", "There are only 640 such sequences"),
        ("task=two-hops&p=90&k=50", "task=two-hops&p=90&k=40", "There are at most 40 relations or attributes here"),
        (
            "task=comparison&p=5&k=1&samples=20",
            "task=comparison&p=5&k=4&samples=20",
            "There is too little to ask about fewer than 4",
        ),
        ("task=people&k=20", "task=people&k=8", "A person has at most 8 attributes here"),
        ("task=sum&k=3&model=diagonal", "task=sum&k=3&model=mlp", "A diagonal linear network needs rows of numbers"),
    ] {
        let (repaired, problems) = from_query(query);
        assert_eq!((repaired, problems.len()), (config(valid), 1), "{query}: {problems:?}");
        assert!(problems[0].to_string().starts_with(said), "{}", problems[0]);
    }
}

#[test]
fn every_task_builds_for_every_model_with_and_without_batches() {
    for (task, chain) in TASKS.iter().filter_map(|task| Some((task, task.chain.as_ref()?))) {
        let k = chain.lengths(11)[1].min(6);
        for rest in
            ["", "&layers=2&seeds=2", "&model=encoder&tied=true", "&model=mlp", "&batch=16", "&batch=16&layers=2&norm=pre"]
        {
            let query = format!("task={}&p=11&k={k}&samples=60&width=8&heads=2&mlp=12{rest}", task.id);
            if chain.answers(&from_query(&query).0) > 1 && rest.contains("model=") {
                continue; // Only a decoder gives several answers.
            }
            train::build(&config(&query)).plan.check().unwrap_or_else(|error| panic!("{query}: {error}"));
        }
    }
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
