//! The choice of shaders: what the measurement chooses and when it stops, and that it does not change results.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::cell::Cell;
use std::time::Instant;

use common::{close, gpu};
use grokking_lab::config::{Config, Norm};
use grokking_lab::exec::Tuning;
use grokking_lab::exec::gpu::Context;
use grokking_lab::ops::tiles::Tiles;
use grokking_lab::train::{self, Device, Snapshot, Trainer};
use grokking_lab::tuner::{Measured, tune};
use pollster::block_on;

fn tiles(text: &str) -> Tiles {
    text.parse().unwrap_or_else(|why| panic!("{text} {why}"))
}

/// Tunes for a small network by a clock whose successive readings are these many milliseconds apart.
fn tuned(context: &Context, budget_ms: f64, step: impl Fn(u32) -> f64) -> String {
    measured(context, &Config::small(), budget_ms, step).tuning.tiles.to_string()
}

fn measured(context: &Context, config: &Config, budget_ms: f64, step: impl Fn(u32) -> f64) -> Measured {
    let (now, reads) = (Cell::new(0.0), Cell::new(0));
    let clock = || {
        now.set(now.get() + step(reads.replace(reads.get() + 1)));
        now.get()
    };
    block_on(tune(context, &train::build(config).plan, clock, budget_ms)).unwrap()
}

#[test]
fn the_fastest_shaders_are_chosen_until_the_budget_ends() {
    let Some(context) = gpu("tuning") else { return };
    // The clock is read once at the start, then per shader: before it, at the start and at the end of its submit.
    assert_eq!(tuned(&context, 1e9, |_| 10.0), "0.0.0", "no shader is faster");
    assert_eq!(tuned(&context, 1e9, |read| 1000.0 - 10.0 * f64::from(read)), "3.3.3", "each is faster than the one before");
    let third = |read: u32| if read > 0 && (read - 1) / 3 % 4 == 2 { 10.0 } else { 20.0 };
    assert_eq!(tuned(&context, 1e9, third), "2.2.2");
    assert_eq!(tuned(&context, 0.0, third), "0.0.0");
    let partly = tuned(&context, 65.0, third);
    assert_eq!(partly.matches('2').count(), 1, "the heaviest class only: {partly}");
}

#[test]
fn only_a_complete_measurement_of_real_work_is_worth_caching() {
    let Some(context) = gpu("the tuning cache") else { return };
    let large = Config { p: 31, train: 0.8, ..Config::standard() };
    assert!(measured(&context, &large, 1e9, |_| 10.0).lasting);
    assert!(!measured(&context, &large, 100.0, |_| 20.0).lasting, "out of time");
    assert!(!measured(&context, &Config::small(), 1e9, |_| 10.0).lasting, "too small");
}

#[test]
fn compiling_does_not_count_as_measuring_within_reason() {
    let Some(context) = gpu("tuning that compiles") else { return };
    // Between the first two of three readings a shader is compiled.
    let compiling = |ms: f64| move |read: u32| if read % 3 == 2 { ms } else { 6.0 };
    let large = Config { p: 31, train: 0.8, ..Config::standard() };
    assert!(measured(&context, &large, 150.0, compiling(90.0)).lasting);
    assert!(!measured(&context, &large, 150.0, compiling(900.0)).lasting);
}

#[test]
fn the_faster_launches_are_chosen() {
    let Some(context) = gpu("tuning launches") else { return };
    // Four shaders for each of three classes, then the context's way to launch, then the other.
    let tries = 4 * 3 + 2;
    let slow = |slow: u32| move |read: u32| if read > 0 && (read - 1) / 3 == slow { 20.0 } else { 10.0 };
    let merges = |which| measured(&context, &Config::small(), 1e9, slow(which)).tuning.merge;
    assert_eq!(merges(tries - 2), !context.merge);
    assert_eq!(merges(tries - 1), context.merge);
}

#[test]
fn a_real_clock_gives_valid_tiles_in_time() {
    let Some(context) = gpu("tuning in time") else { return };
    let start = Instant::now();
    let now_ms = || start.elapsed().as_secs_f64() * 1000.0;
    let plan = train::build(&Config::small()).plan;
    let chosen = block_on(tune(&context, &plan, now_ms, 150.0)).unwrap().tuning.tiles;
    assert_eq!(tiles(&chosen.to_string()), chosen);
    // One shader may be under way when the time is up; compiling it in software, next to other tests, takes long.
    assert!(now_ms() < 5000.0, "{} ms", now_ms());
}

#[test]
fn tiles_change_the_last_digits_at_most_and_repeat_themselves() {
    let Some(context) = gpu("training with other tiles") else { return };
    // With a norm nothing associates, and a step has half as many kernels to compile.
    let config = Config { p: 11, width: 16, mlp: 72, norm: Norm::Pre, ..Config::small() };
    let mut first: Option<Vec<f32>> = None;
    for text in ["0.0.0", "1.2.3"] {
        let mut trainer = block_on(Trainer::new(&config, &Device::Gpu(context.clone(), tiles(text)))).unwrap();
        let weights = |trainer: &mut Trainer| {
            trainer.steps(6);
            let flat = trainer.built().flat;
            block_on(trainer.read(&[flat])).unwrap().remove(0)
        };
        let six = weights(&mut trainer);
        close(&six, first.get_or_insert(six.clone()), 1e-4).unwrap_or_else(|why| panic!("{text}: {why}"));
        // A snapshot says which tiles and launches a run goes on with, also after it was stored.
        let bytes = block_on(trainer.snapshot().snapshot()).unwrap().encode();
        let snapshot = Snapshot::decode(&bytes).unwrap();
        let tuning = Some(Tuning { tiles: tiles(text), merge: context.merge });
        assert_eq!((snapshot.tuning, trainer.tuning()), (tuning, tuning));
        let twelve = weights(&mut trainer);
        trainer.reset();
        assert_eq!(weights(&mut trainer), six, "{text} differs from itself");
        trainer.restore(&snapshot).unwrap();
        assert_eq!(weights(&mut trainer), twelve, "{text} goes on differently");
    }
}
