//! What is kept of a run on sequences: it goes on from a copy with the same bits, and a link leads to the same curves.
#![cfg(not(target_arch = "wasm32"))]

use grokking_lab::config::Config;
use grokking_lab::metrics::Point;
use grokking_lab::settings::{from_query, to_query};
use grokking_lab::task::TASKS;
use grokking_lab::train::{Device, Snapshot, Trainer};
use pollster::block_on;

fn trainer(config: &Config) -> Trainer {
    block_on(Trainer::new(config, &Device::Cpu)).expect("a trainer")
}

/// So many steps on, what was measured and the weights.
fn onwards(trainer: &mut Trainer, steps: u32) -> (Vec<Point>, Vec<Vec<f32>>) {
    trainer.steps(steps);
    let points = block_on(trainer.collect().points()).expect("points");
    (points, block_on(trainer.weights()).expect("weights"))
}

#[test]
fn a_copy_of_a_run_on_sequences_goes_on_with_the_same_bits() {
    for task in TASKS.iter().filter(|task| task.chain.is_some()) {
        let query =
            format!("task={}&samples=200&width=16&heads=2&mlp=32&layers=2&norm=pre&batch=32&seeds=2&backend=cpu", task.id);
        // Of some tasks there are fewer examples than these.
        let config = from_query(&query).0;
        let mut first = trainer(&config);
        onwards(&mut first, 12);
        let bytes = block_on(first.snapshot().snapshot()).expect("a copy").encode();
        let copy = Snapshot::decode(&bytes).expect("it can be read");
        let mut second = trainer(&copy.settings());
        second.restore(&copy).expect("it fits");
        let (ours, theirs) = (onwards(&mut first, 20), onwards(&mut second, 20));
        assert!(ours.0.iter().any(|point| point.step > 12), "{}", task.id);
        assert_eq!(ours, theirs, "{}", task.id);
        // A link says everything: whoever opens it sees the same from the start.
        let (same, problems) = from_query(&to_query(&config));
        assert_eq!(problems, [], "{}", task.id);
        let mut again = trainer(&same);
        onwards(&mut again, 12);
        assert_eq!(onwards(&mut again, 20), ours, "{}", task.id);
    }
}
