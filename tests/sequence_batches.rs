//! Mini-batches of sequences: a step draws whole ones, and its tokens reach as far as the largest batch of the longest.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use grokking_lab::exec::cpu::Cpu;
use grokking_lab::plan::{self, List, View};
use grokking_lab::settings::from_query;
use grokking_lab::step::{BatchToken, OFFSET_BITS};
use grokking_lab::task::{TASKS, dataset};
use grokking_lab::train;

/// The rows that a step's read-out attends to are the operands of training sequences with the results that are its targets. With 63
/// operands, the last numbers of such a batch come as far as a token reaches.
#[test]
fn a_step_draws_whole_sequences() {
    for (p, k, batch, rest, steps) in [(11, 4, 20, "samples=500&train=0.5", 12), (127, 63, 4095, "samples=20000&train=0.5", 2)] {
        let (config, problems) = from_query(&format!("task=sum&p={p}&k={k}&batch={batch}&{rest}&width=4&heads=1&mlp=8"));
        assert_eq!(problems, []);
        let built = train::build(&config);
        let mut cpu = Cpu::<f32>::new(built.plan.clone(), true);
        cpu.write(built.recorder.clock, &[0.0, 1.0, 1.0, 0.0, 0.0]);
        let filled = |name: &str| {
            let buffer =
                built.plan.buffers.iter().position(|b| b.name == name && b.kind == plan::Kind::Filled).expect("a filled buffer");
            View { buffer, offset: 0, len: built.plan.buffers[buffer].per_run }
        };
        let (keys, targets) = (filled("layer 0 / key rows"), filled("targets"));
        let data = dataset(&config, 0);
        let sequences = data.sequences.as_ref().expect("sequences");
        let trained: BTreeSet<_> = data.split.train.iter().map(|e| (sequences.row(e.x).to_vec(), e.c)).collect();
        let mut seen = BTreeSet::new();
        for _ in 0..steps {
            cpu.run(List::Train);
            let (rows, results) = (cpu.indices(keys), cpu.indices(targets));
            assert_eq!((rows.len(), results.len()), (batch * (k + 1), batch));
            for (rows, result) in rows.chunks(k + 1).zip(results) {
                // Position by position there is a row for each of the numbers, and one for `=`.
                assert_eq!(rows[k] as usize, p * k);
                let operands: Vec<u32> = rows[..k].iter().zip(0..).map(|(row, at)| row - p as u32 * at).collect();
                assert!(trained.contains(&(operands.clone(), result)), "{operands:?} = {result}");
                seen.insert(operands);
            }
        }
        assert_eq!(seen.len(), steps * batch, "the batches of an epoch are of others");
    }
}

/// So many numbers of so many sequences, at so many places.
#[test]
fn no_mini_batch_is_too_large_for_its_tokens() {
    for task in TASKS.iter().filter(|task| task.chain.is_some()) {
        for (p, k) in [(5, 99), (97, 99), (127, 99), (128, 99), (199, 99), (199, 1)] {
            let config = from_query(&format!("task={}&p={p}&k={k}&samples=20000&train=0.95&batch=40000", task.id)).0;
            let data = dataset(&config, 0);
            let sequences = data.sequences.as_ref().expect("sequences");
            let (positions, slots) = (sequences.width as u32 + 1, config.batch * (sequences.width as u32 + 1));
            assert!(positions <= 64 && slots <= BatchToken::SLOTS, "{config:?}");
            assert!(positions * (data.symbols + 1) <= 1 << OFFSET_BITS, "{config:?}: {positions} × {}", data.symbols);
        }
    }
}
