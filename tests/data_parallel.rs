//! Several trainers, each with a shard of the pairs, are one: equal to each other, and close to a trainer of all pairs.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use grokking_lab::config::{Config, DecayTo, Filter, Optimizer};
use grokking_lab::metrics::{METRICS, Point};
use grokking_lab::train::{DataShard, Device, Trainer};
use pollster::block_on;

#[test]
fn shards_cover_a_list_in_order() {
    let list: Vec<u32> = (0..11).collect();
    for count in 1..=8 {
        for each in [1, 3] {
            let list: Vec<u32> = list.iter().flat_map(|example| (0..each).map(move |answer| example * each + answer)).collect();
            let part = |index| DataShard { index, count }.of(&list, each as usize);
            let parts: Vec<&[u32]> = (0..count).map(part).collect();
            assert_eq!(parts.concat(), list);
            assert!(parts.iter().all(|part| (part.len() as u32).is_multiple_of(each)), "{parts:?}");
            let lengths = parts.iter().map(|part| part.len());
            assert!(lengths.clone().max() <= lengths.min().map(|n| n + each as usize), "{parts:?}");
        }
    }
}

fn points(trainer: &mut Trainer) -> Vec<Point> {
    block_on(trainer.collect().points()).expect("the CPU is not lost")
}

/// All shards' weights and moments, and the first one's points.
fn together(config: &Config, count: u32, steps: u32) -> (Vec<Vec<Vec<f32>>>, Vec<Point>) {
    let mut shards = common::shards(config, count);
    for step in 0..steps {
        if step == steps / 2 {
            // The others learn of it from the sum.
            shards[0].set_rates(&Config { lr: config.lr / 4.0, beta2: 0.9, ..config.clone() });
        }
        let mut sum = shards[0].contribution();
        for shard in &mut shards[1..] {
            sum.iter_mut().zip(shard.contribution()).for_each(|(sum, x)| *sum += x);
        }
        shards.iter_mut().for_each(|shard| shard.finish(&sum));
    }
    let state = |shard: &mut Trainer| block_on(shard.snapshot().snapshot()).expect("the CPU is not lost").buffers;
    let states = shards.iter_mut().map(state).collect();
    (states, points(&mut shards[0]))
}

#[test]
fn all_answers_of_all_shards_are_exactly_all() {
    // The fractions of 17 training and 8 test pairs by themselves do not add up to 1 in f32.
    for train in [0.7, 0.5] {
        let config = Config { p: 5, train, width: 16, mlp: 32, heads: 2, ..Config::standard() };
        let (_, points) = together(&config, 8, 200);
        let accuracies = points.iter().flat_map(|point| [point.train_accuracy, point.test_accuracy]);
        assert!(points.iter().any(|point| point.train_accuracy == 1.0), "{:?}", points.last());
        assert!(accuracies.clone().all(|accuracy| (0.0..=1.0).contains(&accuracy)), "{:?}", accuracies.reduce(f32::max));
    }
}

#[test]
fn shards_are_equal_to_each_other_and_close_to_the_whole() {
    let config = Config { p: 11, width: 16, mlp: 32, heads: 2, seeds: 2, ..Config::small() };
    compare(&config);
    let answers = "task=digit-sum&p=7&k=2&samples=150&width=16&mlp=32&heads=2&layers=2";
    compare(&grokking_lab::settings::from_query(answers).0);
    // Every part of an update that is made of several, and noise.
    let rest = Config { filter: Filter::GrokfastMa, window: 4, optimizer: Optimizer::Sgd, sphere: 0.9, ..config };
    compare(&Config { decay: DecayTo::Initial, weightnoise: 0.01, gradnoise: 0.01, ..rest });
}

fn compare(config: &Config) {
    const STEPS: u32 = 20;
    let mut whole = block_on(Trainer::new(config, &Device::Cpu)).expect("builds");
    whole.steps(STEPS / 2);
    whole.set_rates(&Config { lr: config.lr / 4.0, beta2: 0.9, ..config.clone() });
    whole.steps(STEPS / 2);
    let state = block_on(whole.snapshot().snapshot()).expect("the CPU is not lost").buffers;
    let want = points(&mut whole);
    for count in [2, 3] {
        let (states, got) = together(config, count, STEPS);
        assert!(states.iter().all(|other| *other == states[0]), "{count} shards differ");
        let close = |a: f32, b: f32| (a - b).abs() <= 1e-4 * b.abs().max(1.0);
        for (got, want) in states[0].concat().iter().zip(state.concat()) {
            assert!(close(*got, want), "{count} shards: {got} instead of {want}");
        }
        assert_eq!(got.len(), want.len());
        for (got, want) in got.iter().zip(&want) {
            assert_eq!((got.run, got.step), (want.run, want.step));
            for metric in METRICS {
                let [a, b] = [got, want].map(metric.value);
                assert!(close(a, b), "{count} shards: {} of {got:?}, instead of {want:?}", metric.key);
            }
        }
    }
}
