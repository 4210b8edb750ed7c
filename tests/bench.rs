//! The benchmark's tables on a tiny model: every number is there and makes sense, and a wrong kernel is not timed silently.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::time::Instant;

use grokking_lab::bench::clock::{Clock, SAMPLE_MS, Work};
use grokking_lab::bench::peaks::Peaks;
use grokking_lab::bench::{Bench, Cell, Options, Table, run, table};
use grokking_lab::config::Config;
use grokking_lab::exec::Device;
use grokking_lab::exec::gpu::Context;
use grokking_lab::kernel::{Args, Cpu, Kernel};
use grokking_lab::ops::attention_pattern::ATTENTION_PATTERN;
use grokking_lab::ops::tiles::Tiles;
use grokking_lab::plan::Plan;
use grokking_lab::train::build;
use pollster::block_on;
use serde_json::Value;

fn tiny() -> Config {
    Config { p: 7, train: 0.6, width: 16, heads: 2, mlp: 16, ..Config::standard() }
}

fn on(device: Device, now_ms: &dyn Fn() -> f64) -> Bench<'_> {
    let backend = if matches!(device, Device::Cpu) { "cpu" } else { "gpu" };
    Bench { backend, name: "test".into(), device, clock: Clock { now_ms, sample_ms: 2.0 } }
}

/// What each table must say, by column; numbers must be positive except where named in [`MAY_BE_ZERO`].
const TABLES: &[(&str, &[&str])] = &[
    ("peaks", &["backend", "device", "copy GB/s", "FMA GFLOP/s"]),
    ("ops", &["backend", "kernel", "dims", "per step", "% of tolerance", "ms", "GFLOP/s", "GB/s", "% of peak", "% of step"]),
    ("step", &["backend", "parameters", "dispatches", "launches", "GFLOP", "ms per step", "GFLOP/s", "ms with evaluation"]),
    ("runs", &["backend", "runs", "ms in one plan", "ms in as many plans", "times faster"]),
];

const MAY_BE_ZERO: &[&str] = &["% of tolerance", "GFLOP/s"];

/// Mini-batches of sequences: what is drawn has places that no token goes to.
fn drawn() -> Config {
    let (config, problems) = tiny().with_query("task=sum&k=4&samples=200&layers=2&batch=32");
    assert!(problems.is_empty(), "{problems:?}");
    config
}

#[test]
fn every_table_is_complete_on_every_backend() {
    for config in [tiny(), drawn()] {
        assert_complete(&config);
    }
}

/// The tables of this configuration have every row and every number.
fn assert_complete(config: &Config) {
    let start = Instant::now();
    let now_ms = || 1000.0 * start.elapsed().as_secs_f64();
    let mut benches = vec![on(Device::Cpu, &now_ms)];
    benches.extend(common::gpu("the benchmark").map(|context| on(Device::Gpu(context, Tiles::default()), &now_ms)));
    let options = Options { config: config.clone(), steps: 8, runs: 2, ops: true };
    let mut tables: Vec<Table> = vec![];
    let passed = block_on(run(&options, &benches, &mut |table| {
        tables.retain(|old| old.name != table.name);
        tables.push(table);
    }));
    assert!(passed, "{:?}", tables.last());

    let json: Value = serde_json::from_str(&table::json(&tables)).expect("JSON");
    let kernels = build(config).plan.train.iter().map(|d| d.kernel.name).collect::<std::collections::BTreeSet<_>>();
    for bench in &benches {
        for (name, columns) in TABLES {
            let rows: Vec<&Value> = json[name].as_array().expect(name).iter().filter(|r| r["backend"] == bench.backend).collect();
            assert!(!rows.is_empty(), "{name} has no row for {}", bench.backend);
            for (row, column) in rows.iter().flat_map(|row| columns.iter().map(move |column| (row, column))) {
                match &row[column] {
                    Value::String(_) => (),
                    Value::Number(n) => {
                        let n = n.as_f64().expect("finite");
                        assert!(n > 0.0 || (n == 0.0 && MAY_BE_ZERO.contains(column)), "{name}: {column} of {row} is {n}");
                    }
                    other => panic!("{name}: {column} of {row} is {other}"),
                }
            }
            if *name == "ops" {
                let measured = rows.iter().filter_map(|row| row["kernel"].as_str()).collect();
                assert_eq!(kernels, measured, "kernels of the model and of the table on {}", bench.backend);
                let fractions: Vec<f64> = rows.iter().filter_map(|row| row["% of step"].as_f64()).collect();
                assert!(
                    (fractions.iter().sum::<f64>() - 100.0).abs() < 1e-6 && fractions.is_sorted_by(|a, b| a >= b),
                    "{fractions:?}"
                );
                let dispatches: f64 = rows.iter().filter_map(|row| row["per step"].as_f64()).sum();
                assert_eq!(dispatches, build(config).plan.train.len() as f64);
            }
        }
    }
    assert_eq!(json["failures"], Value::Array(vec![]));
}

/// The operations of a plan whose attention pattern is `wrong`: the rows and the failures.
fn sabotaged(device: Device, wrong: Kernel) -> (Vec<Vec<Cell>>, Vec<String>) {
    let mut plan = Plan::clone(&build(&tiny()).plan);
    let wrong: &'static Kernel = Box::leak(Box::new(wrong));
    plan.train.retain(|dispatch| ["attention_pattern", "embed"].contains(&dispatch.kernel.name));
    plan.train.iter_mut().filter(|d| d.kernel.name == "attention_pattern").for_each(|d| d.kernel = wrong);
    let start = Instant::now();
    let now_ms = || 1000.0 * start.elapsed().as_secs_f64();
    let (bench, mut failures) = (on(device, &now_ms), vec![]);
    let peaks = Peaks { copy: 1.0, flops: 1.0, how: "" };
    let rows = block_on(bench.ops(&plan, &peaks, &mut |what| failures.push(what))).expect("the device works");
    (rows, failures)
}

fn assert_noticed((rows, failures): (Vec<Vec<Cell>>, Vec<String>)) {
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert!(failures[0].starts_with("attention_pattern [") && failures[0].contains("disagrees"), "{failures:?}");
    let failed = |row: &Vec<Cell>| row.contains(&Cell::Text("FAILED".into()));
    for row in &rows {
        assert_eq!(failed(row), row.contains(&Cell::Text("attention_pattern".into())), "{row:?}");
    }
    assert!(rows.iter().any(failed));
}

#[test]
fn a_wrong_fast_version_fails() {
    fn nothing(args: &mut Args<f32>) {
        args.output(4).fill(0.0);
    }
    assert_noticed(sabotaged(
        Device::Cpu,
        Kernel { cpu: Cpu { run: nothing, optimised: true, ..ATTENTION_PATTERN.cpu }, ..ATTENTION_PATTERN },
    ));
}

#[test]
fn a_wrong_shader_fails() {
    let Some(context): Option<Context> = common::gpu("a wrong shader") else { return };
    let wgsl = ATTENTION_PATTERN.wgsl.replace("exp(", "cos(");
    assert_ne!(wgsl, ATTENTION_PATTERN.wgsl, "the shader has changed: break it another way");
    assert_noticed(sabotaged(Device::Gpu(context, Tiles::default()), Kernel { wgsl: wgsl.leak(), ..ATTENTION_PATTERN }));
}

#[test]
fn a_coarse_clock_is_outwaited() {
    // A clock that ticks every 5 ms, on work of a few microseconds.
    let start = Instant::now();
    let coarse = || (start.elapsed().as_secs_f64() * 200.0).floor() * 5.0;
    let fine = || 1000.0 * start.elapsed().as_secs_f64();
    let time = |now_ms: &dyn Fn() -> f64| {
        let mut work = Work::Product(32, [vec![1.0; 1024], vec![1.0; 1024], vec![0.0; 1024]]);
        block_on(Clock { now_ms, sample_ms: SAMPLE_MS }.time(&mut work, 1)).expect("the CPU works")
    };
    let (a, b) = (time(&coarse), time(&fine));
    assert!(a > 1e-4 && a < 10.0 * b && b < 10.0 * a, "{a} ms by the coarse clock, {b} ms by the fine one");
}

#[test]
fn tables_are_aligned_and_quoted() {
    let mut table = Table::new("a \"b\"", &["words", "n"]);
    table.rows = vec![vec!["one\n\\".into(), 5.0.into()], vec!["three".into(), 1234.5.into()]];
    let json: Value = serde_json::from_str(&table::json(&[table.clone()])).expect("JSON");
    assert_eq!(json["a \"b\""][0]["words"], "one\n\\");
    assert_eq!(json["a \"b\""][1]["n"], 1234.5);
    table.rows[0][0] = "é".into();
    assert_eq!(table.text(), "a \"b\"\n  words     n\n  é         5\n  three  1235\n\n");
}
