//! A fork goes on from weights of the album exactly as they were, and its optimiser begins anew.
#![cfg(not(target_arch = "wasm32"))]

use grokking_lab::config::from_query;
use grokking_lab::inspect::Album;
use grokking_lab::optim::hyper;
use grokking_lab::train::{Device, Trainer};
use pollster::block_on;

const TINY: &str = "p=11&train=0.7&width=16&heads=2&mlp=32";

/// A run of `steps`, step by step, with an album of its weights.
struct Run {
    trainer: Trainer,
    album: Album,
}

impl Run {
    fn new(variant: &str, steps: u32) -> Run {
        let (config, problems) = from_query(&format!("{TINY}&{variant}"));
        assert_eq!(problems, []);
        let mut run = Run { trainer: block_on(Trainer::new(&config, &Device::Cpu)).unwrap(), album: Album::default() };
        run.go_on(steps);
        run
    }

    /// As the worker does: weights are kept before the steps that change them.
    fn go_on(&mut self, until: u32) {
        while self.trainer.step() < until {
            if self.album.wants(self.trainer.step()) {
                let weights = self.weights();
                self.album.keep(self.trainer.step(), &weights);
            }
            self.trainer.steps(1);
        }
    }

    fn weights(&mut self) -> Vec<f32> {
        block_on(self.trainer.weights()).unwrap().remove(0)
    }

    /// Goes back to kept weights near a step; returns their step and the weights.
    fn fork(&mut self, at: u32) -> (u32, Vec<f32>) {
        let mut snapshot = block_on(self.trainer.snapshot().snapshot()).unwrap();
        let (step, weights) = self.album.at(Some(at), self.trainer.step()).expect("kept weights");
        let weights = weights.to_vec();
        snapshot.go_back(step, &weights);
        self.trainer.restore(&snapshot).unwrap();
        (step, weights)
    }
}

fn bits(weights: &[f32]) -> Vec<u32> {
    weights.iter().map(|w| w.to_bits()).collect()
}

#[test]
fn a_fork_has_the_weights_of_the_album_bit_for_bit() {
    for variant in ["", "filter=grokfast-ema", "optimizer=muon", "model=mlp&layers=1&batch=30"] {
        // What the album should have: the same run, stopped there.
        let mut run = Run::new(variant, 90);
        for at in [80, 41, 12, 0] {
            let (step, kept) = run.fork(at);
            assert!(step.abs_diff(at) <= 8, "{variant}: {step} for {at}");
            assert_eq!((run.trainer.step(), bits(&run.weights())), (step, bits(&kept)), "{variant}");
            assert_eq!(bits(&kept), bits(&Run::new(variant, step).weights()), "{variant} at {step}");
        }
    }
}

#[test]
fn without_a_memory_a_fork_repeats_the_run() {
    // What depends on the step, such as batches, noise and a schedule, depends on it again.
    for variant in ["", "&batch=30&warmup=40", "&dropout=0.2&schedule=cosine&steps=200", "&gradnoise=0.001&weightnoise=0.01"] {
        let mut run = Run::new(&format!("optimizer=sgd&beta1=0&lr=0.1&wd=0.001{variant}"), 120);
        let first = run.weights();
        let (step, _) = run.fork(50);
        assert!((30..70).contains(&step));
        run.go_on(120);
        assert_eq!(bits(&run.weights()), bits(&first), "{variant}");
    }
    // With a memory, that is missed.
    let mut run = Run::new("", 120);
    let first = run.weights();
    run.fork(50);
    run.go_on(120);
    assert_ne!(bits(&run.weights()), bits(&first));
}

#[test]
fn the_first_step_of_a_fork_is_corrected_for_the_empty_memory() {
    let mut run = Run::new("lr=0.01&wd=0.5", 120);
    let (_, before) = run.fork(60);
    run.trainer.steps(1);
    let after = run.weights();
    // AdamW's first direction is the gradient's sign: every weight with a gradient moves by η, on top of the decay.
    let moved: Vec<f32> = before.iter().zip(&after).map(|(b, a)| (a - b * (1.0 - 0.01 * 0.5)).abs()).collect();
    assert!(moved.iter().all(|m| *m < 0.01 * 1.001), "{:?}", moved.iter().fold(0.0f32, |most, m| most.max(*m)));
    let full = moved.iter().filter(|m| **m > 0.0099).count();
    assert!(full > moved.len() / 2, "{full} of {}", moved.len());
    assert!(hyper(run.trainer.config(), 1.0)[0] > 0.009, "no warm-up at work");
}
