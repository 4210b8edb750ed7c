//! Tables of runs: what becomes of a row does not depend on which rows train beside it, on how many steps are made at once, or
//! on the device's other work; and small sweeps have the phases that they are known for.

mod common;

use grokking_lab::config::Config;
use grokking_lab::exec::Device;
use grokking_lab::settings::from_query;
use grokking_lab::sweep::{Batch, LearningPhase, Outcome, rows};
use pollster::block_on;

/// Trains configurations in one plan, `chunk` steps at once.
fn train(configs: &[Config], chunk: u32, device: &Device) -> Vec<Outcome> {
    let mut batch = block_on(Batch::new(configs, Batch::build(configs), device)).expect("a batch");
    while !batch.over() {
        batch = block_on(batch.advance(chunk, device)).expect("training");
    }
    batch.runs.iter().map(|run| Outcome::of(&run.history, run.phase)).collect()
}

fn table(query: &str) -> Vec<Config> {
    let (config, problems) = from_query(query);
    assert_eq!(problems, []);
    rows(&config).into_iter().map(|row| row.config).collect()
}

/// Modulo 11, with a learning rate for each phase.
const SMALL: &str = "p=11&train=0.7&width=16&heads=2&mlp=32&steps=600&v=1";

#[test]
fn a_row_is_the_same_alone_and_beside_others() {
    let configs =
        table(&format!("{SMALL}&steps=120&sweep=lr:0.003|0.02,wd:0|1&seeds=2&noise=0.1&batch=40&dropout=0.1&gradnoise=0.01"));
    assert_eq!(configs.len(), 8);
    let together = train(&configs, 50, &Device::Cpu);
    for (config, beside) in configs.iter().zip(&together) {
        let alone = train(std::slice::from_ref(config), 7, &Device::Cpu);
        assert_eq!(alone, [*beside], "lr {} wd {} seed {}", config.lr, config.wd, config.seed);
    }
}

#[test]
fn wrong_labels_may_differ_within_a_plan() {
    let configs = table(&format!("{SMALL}&steps=60&sweep=noise:0|0.5"));
    let together = train(&configs, 50, &Device::Cpu);
    assert_ne!(together[0].last, together[1].last);
    for (config, beside) in configs.iter().zip(&together) {
        assert_eq!(train(std::slice::from_ref(config), 50, &Device::Cpu), [*beside]);
    }
}

#[test]
fn a_small_sweep_has_all_four_phases() {
    let configs = table(&format!("{SMALL}&sweep=lr:0.00001|0.003|0.01|0.03,wd:0|1|3&stop=limit"));
    let outcomes = train(&configs, 50, &Device::Cpu);
    for (config, outcome) in configs.iter().zip(&outcomes) {
        println!("lr {} wd {}: {outcome:?}", config.lr, config.wd);
    }
    for phase in LearningPhase::ALL {
        assert!(outcomes.iter().any(|outcome| outcome.phase == Some(phase)), "no {}", phase.id());
    }
}

#[test]
fn changes_on_the_way_are_made_in_rows() {
    let configs = table(&format!("{SMALL}&steps=40&at=20:lr%3D0.001&sweep=wd:0|1"));
    assert!(!configs[0].trains_with(&configs[1]));
    let changed = train(&configs[1..], 50, &Device::Cpu);
    let unchanged = train(&table(&format!("{SMALL}&steps=40&wd=1")), 50, &Device::Cpu);
    assert_eq!(changed[0].step, unchanged[0].step);
    assert_ne!(changed[0].last, unchanged[0].last);
}
