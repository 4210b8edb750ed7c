//! Tables of runs: what becomes of a row does not depend on which rows train beside it, on how many steps are made at once, or
//! on the device's other work; and small sweeps have the phases that they are known for.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::gpu;
use grokking_lab::config::Config;
use grokking_lab::exec::Device;
use grokking_lab::exec::gpu::Gpu;
use grokking_lab::ops::tiles::Tiles;
use grokking_lab::plan::List;
use grokking_lab::reproduce::sweep;
use grokking_lab::settings::from_query;
use grokking_lab::sweep::{Batch, BatchRun, LearningPhase, Outcome, rows};
use pollster::block_on;

/// Trains configurations in one plan, `chunk` steps at once.
fn train(configs: &[Config], chunk: u32, device: &Device) -> Vec<Outcome> {
    trained(configs, chunk, device).iter().map(BatchRun::outcome).collect()
}

/// The same, with all that is known of them.
fn trained(configs: &[Config], chunk: u32, device: &Device) -> Vec<BatchRun> {
    let mut batch = block_on(Batch::new(configs, Batch::build(configs), device)).expect("a batch");
    while !batch.over() {
        batch = block_on(batch.advance(chunk, device)).expect("training");
    }
    batch.runs
}

fn table(query: &str) -> Vec<Config> {
    let (config, problems) = from_query(query);
    assert_eq!(problems, []);
    rows(&config).into_iter().map(|row| row.config).collect()
}

/// Modulo 11.
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

/// Milestones count from where examples change places, or first weights come back, as those of a run by itself do.
#[test]
fn rows_turn_where_runs_do() {
    for change in ["swap%3Dtrue", "ticket%3D0.4"] {
        let configs = table(&format!("{SMALL}&lr=0.01&steps=400&stop=limit&at=80%3A{change}"));
        for run in trained(&configs, 7, &Device::Cpu) {
            assert_eq!(run.history.turned, Some(80), "{change}");
            let [first, then] = [run.history.at_first(), run.history].map(|history| history.memorized);
            assert!(first.is_some_and(|step| step <= 80) && then.is_some_and(|step| step > 80), "{change}: {first:?} {then:?}");
        }
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

/// Those that are decided cost the others nothing any more, and change nothing of what they come to.
#[test]
fn a_decided_row_leaves_the_plan_and_the_others_go_on_as_they_were() {
    let mut configs = table(&format!("{SMALL}&steps=120&batch=40&dropout=0.1&gradnoise=0.01&sweep=lr:0.001|0.003|0.01&seeds=2"));
    // Half of them end sooner, of all rates.
    configs.iter_mut().step_by(2).for_each(|config| config.steps = 60);
    let mut batch = block_on(Batch::new(&configs, Batch::build(&configs), &Device::Cpu)).expect("a batch");
    let mut sizes = vec![];
    while !batch.over() {
        batch = block_on(batch.advance(20, &Device::Cpu)).expect("training");
        sizes.push(batch.in_plan());
    }
    sizes.dedup();
    assert_eq!(sizes, [6, 3]);
    for (config, run) in configs.iter().zip(&batch.runs) {
        assert_eq!(train(std::slice::from_ref(config), 20, &Device::Cpu), [Outcome::of(&run.history, run.phase)]);
    }
}

/// Rates and shares of a phase diagram in which the cells that are named are far from their borders.
const PHASES: &str = "p=13&model=mlp&mlp=64&activation=quadratic&bias=false&init=cube-root&initscale=0.1&wd=3&loss=mse&steps=600\
                      &sweep=lr:0.0001|0.003|0.01,train:0.5|0.7|0.9&seeds=3&v=1";

#[test]
fn a_small_sweep_has_all_four_phases() {
    let (config, problems) = from_query(PHASES);
    assert_eq!(problems, []);
    let rows = block_on(sweep::run(&config, &Device::Cpu, &mut |_, _| ())).expect("training");
    let map = sweep::map(&config, &rows);
    let seeds: Vec<Vec<Option<Outcome>>> =
        rows.chunks(3).map(|cell| cell.iter().map(|(_, outcome)| *outcome).collect()).collect();
    for (cell, phase) in [
        (0, LearningPhase::Confusion),
        (1, LearningPhase::Memorisation),
        (2, LearningPhase::Memorisation),
        (3, LearningPhase::Confusion),
        (4, LearningPhase::Grokking),
        (6, LearningPhase::Confusion),
        (8, LearningPhase::Comprehension),
    ] {
        let phases = seeds[cell].iter().filter_map(|outcome| outcome.as_ref()?.phase);
        assert_eq!(phases.collect::<Vec<_>>(), [phase; 3], "cell {cell}: {:?}\n{map}", seeds[cell]);
    }
    assert!(map.starts_with("train\n  0.9  . ") && map.contains("\n  0.5  . m m\n"), "{map}");
    assert!(map.contains(". confusion: 9 runs\n") && !map.contains("not trained"), "{map}");
}

#[test]
fn the_rows_of_a_table_are_those_of_batches_and_what_cannot_be_trained_is_left_out() {
    let (config, problems) = from_query(&format!("{SMALL}&steps=60&sweep=heads:2|3|4,lr:0.003|0.01&seeds=2"));
    assert_eq!(problems, []);
    let mut told = vec![];
    let rows = block_on(sweep::run(&config, &Device::Cpu, &mut |decided, all| told.push((decided, all)))).expect("training");
    assert_eq!(told.last(), Some(&(8, 8)));
    assert!(told.is_sorted(), "{told:?}");
    assert_eq!(rows.len(), 12);
    for (row, outcome) in &rows {
        let alone = row.usable().map(|config| train(std::slice::from_ref(config), 50, &Device::Cpu)[0]);
        assert_eq!(*outcome, alone, "{row:?}");
    }
    assert!(sweep::map(&config, &rows).contains("- not trained: 4 runs"), "{}", sweep::map(&config, &rows));
}

/// What a launch costs is paid once for all rows.
#[test]
fn many_rows_take_as_many_launches_as_one() {
    let Some(mut context) = gpu("launches of a table") else { return };
    // As in tests/executor.rs: fewer kernels per launch.
    let configs = table("p=5&train=0.6&width=8&heads=2&mlp=8&norm=pre&sweep=lr:0.001..0.01:8:log,wd:0|1|2|3&v=1");
    assert_eq!(configs.len(), 32);
    context.merge = true;
    let launches = |configs: &[Config]| {
        let plan = Batch::build(configs).plan;
        let gpu = block_on(Gpu::new(&context, plan.clone())).expect("a plan");
        assert_eq!(gpu.launches(List::Train), plan.levels(List::Train));
        [List::Train, List::Evaluate, List::Record].map(|list| gpu.launches(list))
    };
    assert_eq!(launches(&configs), launches(&configs[..1]));
}

/// On a GPU, too, what becomes of a row does not depend on those beside it, and it is what the CPU finds.
#[test]
fn a_row_on_the_gpu_is_the_same_alone_and_beside_others() {
    let Some(context) = gpu("rows of a table") else { return };
    let device = Device::Gpu(context, Tiles::default());
    let mut configs = table("p=5&train=0.6&width=8&heads=2&mlp=8&steps=20&sweep=lr:0.003|0.01,wd:0|1&v=1");
    // Half of them are over sooner, and leave the plan.
    configs[..2].iter_mut().for_each(|config| config.steps = 10);
    let together = train(&configs, 5, &device);
    assert_eq!(train(&configs[3..], 7, &device), together[3..]);
    assert_eq!(together.iter().map(|outcome| outcome.step).collect::<Vec<_>>(), [10, 10, 20, 20]);
    for (cpu, gpu) in train(&configs, 20, &Device::Cpu).iter().zip(&together) {
        let [cpu, gpu] = [cpu, gpu].map(|outcome| outcome.last);
        assert!((cpu.train_loss - gpu.train_loss).abs() < 1e-3 * cpu.train_loss, "{cpu:?} {gpu:?}");
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
