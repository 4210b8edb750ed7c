//! Mini-batches: the pairs of a step, drawn on the device, and the same training as with lists that are made beforehand.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use grokking_lab::config::Config;
use grokking_lab::exec::cpu::Cpu;
use grokking_lab::model::{self, Examples, LossHead, Sizes};
use grokking_lab::plan::{Buffer, Kind, List, Plan, View};
use grokking_lab::settings::from_query;
use grokking_lab::step::CLOCK;
use grokking_lab::tape::Tape;
use grokking_lab::tape::batch::Batch;
use grokking_lab::task::{self, Equation};
use grokking_lab::train::{self, Device, Trainer};
use pollster::block_on;

fn config(query: &str) -> Config {
    let (config, problems) = from_query(query);
    assert_eq!(problems, []);
    config
}

fn pairs(config: &Config) -> Vec<Vec<Equation>> {
    (0..config.seeds).map(|run| task::dataset(config, u64::from(config.seed + run)).split.train).collect()
}

/// A view of the filled buffer with this name.
fn filled(plan: &Plan, name: &str) -> View {
    let is = |b: &Buffer| b.name == name && b.kind == Kind::Filled;
    let buffer = plan.buffers.iter().position(is).unwrap_or_else(|| panic!("no filled buffer {name}"));
    View { buffer, offset: 0, len: plan.buffers[buffer].per_run }
}

/// Tokens and results of all examples of the next step, per run.
fn next(cpu: &mut Cpu<f32>, plan: &Plan, p: u32) -> Vec<Vec<Equation>> {
    cpu.run(List::Train);
    let [keys, targets] = ["layer 0 / key rows", "targets"].map(|name| filled(plan, name));
    // Those of the read-out position come last: [x, y], or [x, y, =].
    let slots = if keys.len == 2 * targets.len { 2 } else { 3 };
    let of_run = |view: View| cpu.indices(view).chunks(view.len).map(<[u32]>::to_vec).collect::<Vec<_>>();
    let runs = of_run(keys).into_iter().zip(of_run(targets));
    let examples = |(keys, targets): (Vec<u32>, Vec<u32>)| {
        let keys = &keys[keys.len() - slots * targets.len()..];
        keys.chunks(slots).zip(targets).map(|(keys, c)| Equation { x: keys[0], y: keys[1] - p, c }).collect()
    };
    runs.map(examples).collect()
}

#[test]
fn an_epoch_visits_every_pair_once_in_an_order_of_its_own() {
    // 15 pairs: five batches of three, or two of six and three pairs left out.
    for (size, steps, left) in [(3, 5, 0), (6, 2, 3)] {
        let config = config(&format!("p=5&train=0.6&width=8&heads=2&mlp=12&seeds=2&batch={size}"));
        let built = train::build(&config);
        built.plan.check().unwrap();
        let mut cpu = Cpu::<f32>::new(built.plan.clone(), true);
        cpu.write(built.recorder.clock, &[0.0, 1.0, 1.0, 0.0, 0.0].repeat(2));
        let pairs = pairs(&config);
        let mut orders = BTreeSet::new();
        for _ in 0..4 {
            let mut seen = vec![vec![]; 2];
            for _ in 0..steps {
                for (seen, examples) in seen.iter_mut().zip(next(&mut cpu, &built.plan, config.p)) {
                    assert_eq!(examples.len(), size);
                    seen.extend(examples.iter().map(|e| (e.x, e.y, e.c)));
                }
            }
            for (seen, pairs) in seen.iter().zip(&pairs) {
                let distinct: BTreeSet<_> = seen.iter().copied().collect();
                let all: BTreeSet<_> = pairs.iter().map(|e| (e.x, e.y, e.c)).collect();
                assert_eq!((seen.len(), distinct.len()), (all.len() - left, all.len() - left), "each once");
                assert!(distinct.is_subset(&all), "{seen:?}");
            }
            orders.insert(seen);
        }
        assert_eq!(orders.len(), 4, "orders of four epochs");
    }
}

/// What is filled in on the device is what a tape makes of the same examples beforehand, for every form of the network.
#[test]
fn filled_lists_are_those_of_the_same_examples() {
    for query in
        ["p=11&train=0.9&width=8&heads=2&mlp=12&batch=50", "p=7&train=0.9&width=8&heads=2&mlp=8&layers=3&batch=9&seeds=2"]
    {
        let config = config(query);
        let built = train::build(&config);
        let mut cpu = Cpu::<f32>::new(built.plan.clone(), true);
        let runs = config.seeds as usize;
        cpu.write(built.recorder.clock, &[4.0, 1.0, 1.0, 0.0, 0.0].repeat(runs));
        let examples = next(&mut cpu, &built.plan, config.p);
        let mut tape = Tape::new(runs);
        let sizes = Sizes { symbols: config.p, operands: 2, answers: 1, classes: config.p, features: None };
        let network = model::network(&mut tape, &config, sizes);
        let targets: Vec<Vec<u32>> = examples.iter().map(|list| list.iter().map(|e| e.c).collect()).collect();
        let targets = tape.indices(&targets, "targets");
        let answer = network.answer(&mut tape, &Examples { pairs: &examples, features: None, sequences: None });
        LossHead::new(&config).train(&mut tape, answer, targets);
        let fixed = tape.plan(vec![], vec![]);
        let mut compared = 0;
        for buffer in built.plan.buffers.iter().filter(|b| b.kind == Kind::Filled) {
            let want = &fixed.buffers.iter().find(|b| b.name == buffer.name).expect("the same buffer").init;
            let at = built.plan.buffers.iter().position(|b| core::ptr::eq(b, buffer)).expect("itself");
            let got = cpu.indices(View { buffer: at, offset: 0, len: buffer.per_run });
            assert_eq!(&got, want, "{query}: {}", buffer.name);
            compared += 1;
        }
        assert!(compared >= 4, "{compared} lists");
    }
}

/// A batch of all pairs is not drawn; one of nearly all trains as well.
#[test]
fn batches_learn() {
    let whole = config("p=23&train=0.8&width=32&heads=2&mlp=64&batch=40000");
    assert!(train::build(&whole).plan.buffers.iter().all(|b| b.kind != Kind::Filled));
    let config = Config { batch: 128, ..whole };
    let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
    trainer.steps(400);
    let points = block_on(trainer.collect().points()).expect("reads");
    let best = points.iter().map(|point| point.test_accuracy).fold(0.0, f32::max);
    let start = points[0].train_loss;
    let last = points[points.len() - 1];
    assert!(last.train_loss < start / 4.0 && best > 0.5, "{start} → {last:?}, test accuracy up to {best}");
}

#[test]
fn batch_tokens_are_only_for_batches() {
    let mut tape = Tape::new(1);
    let clock = tape.numbers(CLOCK, "clock");
    let train = vec![vec![vec![1, 2, 3], vec![4, 0, 4]]];
    let seeds = tape.seeds();
    let batch = Batch::new(&mut tape, [clock, seeds], &train, 1);
    let examples = tape.begin_batch(batch);
    tape.indices(&[examples[0].iter().map(|fields| fields[0] + 7).collect()], "x");
    let list = tape.end_batch();
    assert_eq!(list.len(), 1);
    let index = list[0].views[4];
    let plan = tape.plan(list, vec![]);
    plan.check().unwrap();
    let mut cpu = Cpu::<f32>::new(std::rc::Rc::new(plan), false);
    let mut seen = BTreeSet::new();
    for t in [1.0, 2.0] {
        cpu.write(clock, &[t, 1.0, 1.0, 0.0, 0.0]);
        cpu.run(List::Train);
        seen.extend(cpu.indices(index));
    }
    assert_eq!(seen, BTreeSet::from([8, 11]));
}
