//! Lottery tickets: what a run goes on with, and that what is left out stays so.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::anew::{carried, trainer};
use grokking_lab::train::Trainer;
use pollster::block_on;

/// The weights of all matrices, and all other parameters, of each run.
fn parameters(trainer: &mut Trainer) -> [Vec<Vec<f32>>; 2] {
    let (reading, stride) = (trainer.weights(), trainer.built().flat.len);
    let weights = block_on(reading).expect("the CPU is not lost").remove(0);
    let params = &trainer.built().params;
    [true, false].map(|wanted| {
        let of = |run: &[f32]| {
            params.iter().filter(|param| param.is_matrix() == wanted).flat_map(|param| param.of(run).to_vec()).collect()
        };
        weights.chunks(stride).map(of).collect()
    })
}

fn norm(weights: &[f32]) -> f64 {
    weights.iter().map(|w| f64::from(*w).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn a_ticket_keeps_the_largest_weights_at_their_initial_values() {
    let mut run = trainer("");
    let [first, others] = parameters(&mut run);
    run.steps(40);
    let [trained, moved] = parameters(&mut run);
    assert!(first != trained && others != moved, "biases and gains learn, too");
    let mut run = carried(run, "ticket=0.4");
    let [drawn, begun] = parameters(&mut run);
    assert_eq!((begun, run.step(), run.record().at.write().as_str()), (others, 40, "40:ticket=0.4"));
    for ((first, trained), drawn) in first.iter().zip(&trained).zip(&drawn) {
        let kept: Vec<bool> = drawn.iter().map(|w| *w != 0.0).collect();
        assert_eq!(kept.iter().filter(|kept| **kept).count(), (0.4 * first.len() as f64).round() as usize);
        assert!(first.iter().zip(drawn).all(|(first, drawn)| *drawn == 0.0 || drawn == first));
        let sizes = |wanted: bool| kept.iter().zip(trained).filter(move |(kept, _)| **kept == wanted).map(|(_, w)| w.abs());
        assert!(sizes(true).fold(f32::MAX, f32::min) >= sizes(false).fold(0.0, f32::max));
    }
}

#[test]
fn other_masks_keep_as_many_and_as_much() {
    let drawn = |query: &str| {
        let mut run = trainer("");
        run.steps(40);
        parameters(&mut carried(run, query))[0].clone()
    };
    let [largest, random, scaled] = ["", "&mask=random", "&mask=norm"].map(|mask| drawn(&format!("ticket=0.3{mask}")));
    let first = parameters(&mut trainer(""))[0].clone();
    let count = |weights: &[f32]| weights.iter().filter(|w| **w != 0.0).count();
    for (((largest, random), scaled), first) in largest.iter().zip(&random).zip(&scaled).zip(&first) {
        assert!(count(largest) == count(random) && largest != random);
        assert!((norm(scaled) / norm(largest) - 1.0).abs() < 1e-5, "{} {}", norm(scaled), norm(largest));
        let factor = scaled[0] / first[0];
        assert!(scaled.iter().zip(first).all(|(scaled, first)| (scaled - factor * first).abs() <= 1e-6 * first.abs()));
    }
    // The runs of a plan draw by themselves.
    assert_ne!(random[0].iter().map(|w| *w != 0.0).collect::<Vec<_>>(), random[1].iter().map(|w| *w != 0.0).collect::<Vec<_>>());
}

#[test]
fn what_is_left_out_stays_at_zero_whatever_a_step_does() {
    for query in [
        "",
        "optimizer=adam",
        "optimizer=sgd&lr=0.1",
        "optimizer=muon",
        "filter=grokfast-ema",
        "filter=orthogonal&sphere=1",
        "decay=initial",
        "weightnoise=0.1",
        "gradnoise=0.1&lrdecoder=0.5",
        "batch=20&dropout=0.1",
    ] {
        let mut run = carried(trainer(query), "ticket=0.4");
        let before = parameters(&mut run);
        run.steps(30);
        let after = parameters(&mut run);
        for (before, after) in before[0].iter().zip(&after[0]) {
            assert!(before.iter().zip(after).all(|(before, after)| (*before == 0.0) == (*after == 0.0)), "{query}");
            assert_ne!(before, after, "{query}: the others are trained");
        }
        // Biases begin at what they are, and may be 0.
        assert_ne!(before[1], after[1], "{query}");
    }
}

#[test]
fn without_a_ticket_all_weights_are_free_again() {
    let mut run = carried(trainer(""), "ticket=0.4");
    run.steps(5);
    let sparse = parameters(&mut run)[0].clone();
    let mut run = carried(run, "ticket=0");
    assert_eq!(parameters(&mut run)[0], sparse, "nothing is drawn");
    run.steps(1);
    let free = parameters(&mut run)[0].concat();
    assert!(free.iter().filter(|w| **w != 0.0).count() > 2 * sparse.concat().iter().filter(|w| **w != 0.0).count());
}

#[test]
fn a_ticket_at_the_start_is_drawn_from_the_initial_weights() {
    let mut run = carried(trainer(""), "ticket=0.4&mask=random");
    let mut same = trainer("ticket=0.4&mask=random");
    assert_eq!(parameters(&mut run), parameters(&mut same));
    for run in [&mut run, &mut same] {
        run.steps(10);
    }
    assert_eq!(parameters(&mut run), parameters(&mut same));
}
