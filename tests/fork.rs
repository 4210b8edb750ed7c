//! A fork goes on from weights of the checkpoint history exactly as they were, with the optimiser's state as nearly as 16 bits tell it.
#![cfg(not(target_arch = "wasm32"))]

use grokking_lab::optim::hyper;
use grokking_lab::settings::from_query;
use grokking_lab::train::{CheckpointHistory, Device, Trainer, WeightCheckpoint};
use pollster::block_on;

const TINY: &str = "p=11&train=0.7&width=16&heads=2&mlp=32";

/// A run of `steps`, step by step, with a checkpoint history.
struct Run {
    trainer: Trainer,
    checkpoints: CheckpointHistory,
}

impl Run {
    fn new(variant: &str, steps: u32) -> Run {
        let (config, problems) = from_query(&format!("{TINY}&{variant}"));
        assert_eq!(problems, []);
        let mut run =
            Run { trainer: block_on(Trainer::new(&config, &Device::Cpu)).unwrap(), checkpoints: CheckpointHistory::default() };
        run.go_on(steps);
        run
    }

    /// As the worker does: a checkpoint is taken before the steps that change it.
    fn go_on(&mut self, until: u32) {
        while self.trainer.step() < until {
            if self.checkpoints.wants(self.trainer.step()) {
                let pending = self.trainer.start_checkpoint(self.checkpoints.room()).expect("a small network");
                self.checkpoints.add(block_on(pending.checkpoint()).unwrap());
            }
            self.trainer.steps(1);
        }
    }

    fn weights(&mut self) -> Vec<f32> {
        block_on(self.trainer.weights()).unwrap().remove(0)
    }

    /// Goes back to the checkpoint nearest to a step; returns it, and whether the optimiser begins anew.
    fn fork(&mut self, at: u32) -> (WeightCheckpoint, bool) {
        let mut snapshot = block_on(self.trainer.snapshot().snapshot()).unwrap();
        let checkpoint = self.checkpoints.at(Some(at), self.trainer.step()).expect("a checkpoint").clone();
        let fresh = snapshot.go_back(&checkpoint);
        self.trainer.restore(&snapshot).unwrap();
        (checkpoint, fresh)
    }

    /// Train losses of the next steps.
    fn losses(&mut self, steps: u32) -> Vec<f32> {
        let loss = |_| {
            let points = block_on(self.trainer.measure()).unwrap();
            self.trainer.steps(1);
            points[0].train_loss
        };
        (0..steps).map(loss).collect()
    }
}

fn bits(weights: &[f32]) -> Vec<u32> {
    weights.iter().map(|w| w.to_bits()).collect()
}

#[test]
fn a_fork_has_the_weights_of_the_checkpoint_bit_for_bit() {
    for variant in ["", "filter=grokfast-ema", "optimizer=muon", "model=mlp&layers=1&batch=30"] {
        // What the checkpoint history should have: the same run, stopped there.
        let mut run = Run::new(variant, 90);
        for at in [80, 41, 12, 0] {
            let (WeightCheckpoint { step, weights, .. }, fresh) = run.fork(at);
            assert!(!fresh && step.abs_diff(at) <= 8, "{variant}: {step} for {at}");
            assert_eq!((run.trainer.step(), bits(&run.weights())), (step, bits(&weights)), "{variant}");
            assert_eq!(bits(&weights), bits(&Run::new(variant, step).weights()), "{variant} at {step}");
        }
    }
}

#[test]
fn without_a_memory_a_fork_repeats_the_run() {
    // What depends on the step, such as batches, noise and a schedule, depends on it again.
    for variant in ["", "&batch=30&warmup=40", "&dropout=0.2&schedule=cosine&steps=200", "&gradnoise=0.001&weightnoise=0.01"] {
        let mut run = Run::new(&format!("optimizer=sgd&beta1=0&lr=0.1&wd=0.001{variant}"), 120);
        let first = run.weights();
        let (checkpoint, _) = run.fork(50);
        assert!((30..70).contains(&checkpoint.step));
        run.go_on(120);
        assert_eq!(bits(&run.weights()), bits(&first), "{variant}");
    }
}

/// The largest fraction by which the first losses of a fork differ from those of the run that it left, with and without that state.
fn strays(variant: &str) -> [f32; 2] {
    [false, true].map(|forgets| {
        let mut run = Run::new(variant, 80);
        if forgets {
            run.checkpoints.forget();
        }
        let (WeightCheckpoint { step, .. }, fresh) = run.fork(50);
        assert!(fresh == forgets && (40..60).contains(&step), "{variant}: {step}");
        let (losses, want) = (run.losses(8), Run::new(variant, step).losses(8));
        assert_eq!((losses.len(), losses[0]), (8, want[0]), "{variant}");
        losses.iter().zip(&want).map(|(a, b)| (a / b - 1.0).abs()).fold(0.0, f32::max)
    })
}

#[test]
fn with_its_memory_a_fork_goes_on_as_the_run_did() {
    for variant in ["", "optimizer=adam", "optimizer=sgd&lr=0.1", "optimizer=muon", "filter=grokfast-ema", "filter=orthogonal"] {
        let [with, without] = strays(variant);
        assert!(with < 0.005 && without > 10.0 * with, "{variant}: {with} with, {without} without it");
    }
}

#[test]
fn another_optimiser_and_a_window_of_gradients_begin_anew() {
    let mut run = Run::new("", 60);
    // The checkpoint history forgets when a snapshot says that its state is of no use to the other settings.
    let mut snapshot = block_on(run.trainer.snapshot().snapshot()).unwrap();
    let with = |query: &str| from_query(&format!("{TINY}&{query}")).0;
    let params = &run.trainer.built().params;
    assert!(!snapshot.adopt(&with("wd=0.5&batch=30"), params) && snapshot.adopt(&with("optimizer=adam"), params));
    run.checkpoints.forget();
    assert!(run.fork(30).1);
    let mut run = Run::new("filter=grokfast-ma&window=100", 60);
    assert!(run.fork(30).1);
    // As does everything where there are several runs.
    let run = Run::new("seeds=2", 30);
    assert_eq!(run.checkpoints.nearest(20).unwrap().size(), run.trainer.built().flat.len);
}

#[test]
fn the_first_step_without_a_memory_is_corrected_for_that() {
    let mut run = Run::new("lr=0.01&wd=0.5", 120);
    run.checkpoints.forget();
    let (WeightCheckpoint { weights: before, .. }, _) = run.fork(60);
    run.trainer.steps(1);
    let after = run.weights();
    // AdamW's first direction is the gradient's sign: every weight with a gradient moves by η, on top of the decay.
    let moved: Vec<f32> = before.iter().zip(&after).map(|(b, a)| (a - b * (1.0 - 0.01 * 0.5)).abs()).collect();
    assert!(moved.iter().all(|m| *m < 0.01 * 1.001), "{:?}", moved.iter().fold(0.0f32, |most, m| most.max(*m)));
    let full = moved.iter().filter(|m| **m > 0.0099).count();
    assert!(full > moved.len() / 2, "{full} of {}", moved.len());
    assert!(hyper(run.trainer.config(), 1.0)[0] > 0.009, "no warm-up at work");
}
