//! What *Progress* measures, against cases worked out by hand and against sums written plainly.

use core::f64::consts::TAU;

use super::*;
use crate::analysis::{Compressor, Measure, norm};
use crate::inspect::compression::{BINS, DISTORTION, KEPT};
use crate::tape::Param;
use crate::task::{self, Equation};

/// The last measure, that of how far these weights have moved included.
fn moved(config: &Config, weights: &[f32], checkpoints: &CheckpointHistory, step: u32) -> Measure {
    let mut inspector = inspector(config);
    let request = InspectRequest::Progress(Measures::Movement);
    let question = InspectQuery { asker: Asker::View(0), request, off: Off::default(), at: None, urgent: false };
    loop {
        let answer = block_on(inspector.answer(&question, step, weights, checkpoints)).unwrap();
        let InspectResult::Progress(progress) = answer.result else { panic!("{:?}", answer.result) };
        if !progress.more {
            return *progress.measures.last().unwrap();
        }
    }
}

fn of(config: &Config, weights: &[f32]) -> Measure {
    progress(&mut inspector(config), Measures::Usual, weights).measures[0]
}

/// A network without training, its parameters by name, and weights that are all 0.
fn blank(query: &str) -> (Config, impl Fn(&str) -> Param + use<>, Vec<f32>) {
    let (config, trainer, weights) = trained(query, 0);
    let params = trainer.built().params.clone();
    let find = move |name: &str| params.iter().find(|param| param.name == name).unwrap_or_else(|| panic!("{name}")).clone();
    (config, find, vec![0.0; weights.len()])
}

fn at<'a>(weights: &'a mut [f32], param: &Param) -> &'a mut [f32] {
    &mut weights[param.offset..][..param.shape[0] * param.shape[1]]
}

#[test]
fn right_answers_are_compared_with_those_whose_first_operand_is_0() {
    // What a network is right about that always gives the same answer, and whether some of it, none or all has 0 as first operand.
    type Right = fn(&Equation) -> bool;
    let cases: [(&str, usize, Right, f32); 3] =
        [("x%2Fy", 0, |e| e.x == 0, 1.0), ("x%2Fy", 1, |e| e.x == e.y, 0.0), ("x*y", 0, |e| e.x == 0 || e.y == 0, 0.5)];
    for (task, answer, right, about) in cases {
        let (config, find, mut weights) = blank(&format!("task={task}&p=7&train=0.5&model=mlp&layers=1&mlp=4&bias=true"));
        at(&mut weights, &find("b_U"))[answer] = 1.0;
        let test = task::dataset(&config, 0).split.test;
        let count = |of: &dyn Fn(&Equation) -> bool| test.iter().filter(|e| of(e)).count() as f32;
        let want = count(&|e| right(e) && e.x == 0) / count(&|e| right(e) || e.x == 0);
        assert!((want - about).abs() < 0.3, "{task} = {answer}: {want}");
        assert_eq!(of(&config, &weights).zeros, want, "{task} = {answer}");
    }
}

#[test]
fn few_waves_in_the_readout_have_a_large_gini_coefficient() {
    // Of the six frequencies of 13 numbers, some have all: the coefficient is 1 less their share.
    for (waves, want) in [(&[3][..], 5.0 / 6.0), (&[1, 4], 4.0 / 6.0), (&[1, 2, 3, 4, 5, 6], 0.0)] {
        let (config, find, mut weights) = blank("p=13&model=mlp&layers=1&mlp=12&bias=false&train=0.5");
        let readout = find("W_U");
        for (pair, k) in waves.iter().enumerate() {
            for c in 0..13 {
                let angle = TAU * f64::from(k * c) / 13.0;
                let row = |unit: usize| unit * 13 + c as usize;
                let readout = at(&mut weights, &readout);
                (readout[row(2 * pair)], readout[row(2 * pair + 1)]) = (angle.cos() as f32, angle.sin() as f32);
            }
        }
        let got = of(&config, &weights).readout_gini;
        assert!((got - want).abs() < 1e-3, "{waves:?}: {got}, not {want}");
    }
}

#[test]
fn the_embeddings_measures_are_those_of_a_plain_transform() {
    let (config, trainer, weights) = trained("p=13&train=0.6&width=16&heads=2&mlp=24&wd=2&seed=3", 300);
    let progress = progress(&mut inspector(&config), Measures::Usual, &weights);
    let param = trainer.built().params.iter().find(|param| param.name == "W_E").unwrap();
    let (rows, d) = (param.of(&weights), param.shape[1]);
    // Norms of the cosine's and the sine's coefficients; the last row is that of =, which is no number.
    let norms = |k: u32| {
        [f64::cos, f64::sin].map(|wave| {
            let sum = |col: usize| {
                (0..13u32).map(|x| wave(TAU * f64::from(k * x) / 13.0) * f64::from(rows[x as usize * d + col])).sum::<f64>()
            };
            (0..d).map(|col| sum(col) * sum(col)).sum::<f64>().sqrt()
        })
    };
    let all: Vec<[f64; 2]> = (1..=6).map(norms).collect();
    let energy = |[cos, sin]: &[f64; 2]| cos * cos + sin * sin;
    let share =
        progress.keys.iter().map(|k| energy(&all[usize::from(*k) - 1])).sum::<f64>() / all.iter().map(energy).sum::<f64>();
    let most = [0, 1].map(|kind| all.iter().map(|norms| norms[kind]).fold(0.0, f64::max));
    let dense =
        all.iter().map(|norms| (0..2).filter(|kind| norms[*kind] > 0.5 * most[*kind]).count()).sum::<usize>() as f64 / 12.0;
    let ratio = all.iter().map(|[cos, sin]| (cos / sin).min(sin / cos)).sum::<f64>() / 6.0;
    let last = progress.measures.last().unwrap();
    assert!(!progress.keys.is_empty() && share < 1.0, "{:?}: {share}", progress.keys);
    for (name, got, want) in [("keys", last.keys, share), ("density", last.density, dense), ("ratio", last.ratio, ratio)] {
        assert!((f64::from(got) - want).abs() < 1e-4, "{name}: {got}, not {want}");
    }
}

#[test]
fn features_that_are_three_times_as_large_have_moved_by_twice_their_size() {
    let (config, trainer, weights) = trained("p=7&model=mlp&layers=1&mlp=16&bias=true&train=0.5&init=torch", 20);
    let scaled = |names: &[&str], factor: f32| {
        let mut scaled = weights.clone();
        for param in trainer.built().params.iter().filter(|param| names.contains(&&*param.name)) {
            at(&mut scaled, param).iter_mut().for_each(|w| *w *= factor);
        }
        scaled
    };
    let mut checkpoints = CheckpointHistory::default();
    checkpoints.add(WeightCheckpoint::of(10, &scaled(&["layer0.W", "layer0.b"], 7.0)));
    checkpoints.add(WeightCheckpoint::of(20, &weights));
    let after = |weights: &[f32]| moved(&config, weights, &checkpoints, 30);
    // Since the last look before, not since any.
    assert!((after(&scaled(&["layer0.W", "layer0.b"], 3.0)).movement - 2.0).abs() < 1e-5);
    // The last layer reads the same, and is twice as large.
    let (same, readout) = (after(&weights), after(&scaled(&["W_U"], 2.0)));
    assert_eq!((same.movement, readout.movement), (0.0, 0.0));
    let own = trainer.built().params.iter().find(|param| param.name == "W_U").unwrap();
    assert_eq!(same.readout_norm, norm(own.of(&weights)));
    assert!((readout.readout_norm - 2.0 * same.readout_norm).abs() < 1e-4);
    // Nothing was asked for, and nothing was before.
    assert!(of(&config, &weights).movement.is_nan());
    assert!(moved(&config, &weights, &CheckpointHistory::default(), 30).movement.is_nan());
}

#[test]
fn no_coarser_weights_know_the_training_pairs() {
    let (config, _, weights) = trained(SMALL, 150);
    let mut inspector = inspector(&config);
    let found = block_on(inspector.compressed_size(&weights)).unwrap();
    let compressor = Compressor::new(inspector.params.iter().map(|param| (param.of(&weights), param.shape)));
    let most = block_on(inspector.training_loss(&weights)).unwrap() + DISTORTION;
    let params = inspector.params.clone();
    let mut fewest = 4.0 * weights.len() as f64;
    for (keep, bin) in KEPT.iter().flat_map(|keep| (0..BINS).map(move |bin| (*keep, bin))) {
        let coarse = compressor.coarse(keep, libm::exp2(f64::from(bin) / 2.0 - 10.0));
        let mut coarser = weights.clone();
        for (param, numbers) in params.iter().zip(&coarse.weights) {
            at(&mut coarser, param).copy_from_slice(numbers);
        }
        if block_on(inspector.training_loss(&coarser)).unwrap() <= most {
            fewest = fewest.min(coarse.bytes);
        }
    }
    assert_eq!(found, fewest as f32, "of all {} roundings", KEPT.len() * BINS as usize);
}
