//! Looks into small networks, against what is known of them.

mod measures;
mod ranks;
mod sequences;

use super::*;
use crate::analysis::Measures;
use crate::protocol::inspect::{Asker, Plane, Selection};
use crate::settings::from_query;
use crate::train::{Trainer, WeightCheckpoint};
use pollster::block_on;

const SMALL: &str = "p=13&train=0.6&width=16&heads=2&mlp=24&seed=3";

fn trained(query: &str, steps: u32) -> (Config, Trainer, Vec<f32>) {
    let (config, problems) = from_query(query);
    assert_eq!(problems, []);
    let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).unwrap();
    trainer.steps(steps);
    let weights = block_on(trainer.weights()).unwrap().remove(0);
    (config, trainer, weights)
}

fn inspector(config: &Config) -> Inspector {
    block_on(Inspector::new(config, &Device::Cpu)).unwrap()
}

fn inspect(inspector: &mut Inspector, weights: &[f32], request: &InspectRequest, off: &Off) -> ([f32; 2], InspectResult) {
    block_on(inspector.inspect(weights, request, off)).unwrap()
}

#[test]
fn the_table_agrees_with_the_trainers_own_evaluation() {
    let forms = ["", "&layers=2&norm=pre&activation=gelu", "&task=x/y", "&seeds=2", "&noise=0.3", "&model=encoder&tied=true"];
    for form in forms.into_iter().chain(["&model=mlp&layers=1&bias=true", "&model=mlp&layers=2&alpha=2"]) {
        let (config, mut trainer, _) = trained(&format!("{SMALL}{form}"), 32);
        while !trainer.evaluates(trainer.step()) {
            trainer.steps(1);
        }
        let weights = block_on(trainer.weights()).unwrap().remove(0);
        block_on(trainer.collect().points()).unwrap();
        // A step begins by evaluating the weights that it changes.
        trainer.steps(1);
        let point = block_on(trainer.collect().points()).unwrap()[0];
        let mut inspector = inspector(&config);
        let ([train, test], result) = inspect(&mut inspector, &weights, &InspectRequest::Table, &Off::default());
        assert!((train - point.train_accuracy).abs() < 1e-6 && (test - point.test_accuracy).abs() < 1e-6, "{form}: {point:?}");
        let InspectResult::Table(table) = result else { panic!("{result:?}") };
        for (kind, want) in [(2, point.train_loss), (1, point.test_loss)] {
            let losses: Vec<f32> = table.kind.iter().zip(&table.loss).filter(|(k, _)| **k == kind).map(|(_, l)| *l).collect();
            let mean = losses.iter().sum::<f32>() / losses.len() as f32;
            assert!((mean - want).abs() < 1e-4 * (1.0 + want), "{form}: {mean} is not {want}");
        }
        assert_eq!(table.kind.iter().filter(|kind| **kind == 0).count(), if form.contains("x/y") { 13 } else { 0 });
    }
}

#[test]
fn what_is_switched_off_has_no_effect_and_comes_back() {
    for form in ["", "&layers=2&norm=pre"] {
        let (config, _, weights) = trained(&format!("{SMALL}{form}"), 60);
        let mut inspector = inspector(&config);
        let (before, _) = inspect(&mut inspector, &weights, &InspectRequest::Attention, &Off::default());
        assert!(before[0] > 0.5, "{before:?}");
        let layers = config.layers as u8;
        let all = Off { neurons: (0..24).collect(), heads: (0..layers).flat_map(|l| [(l, 0), (l, 1)]).collect() };
        let (silent, result) = inspect(&mut inspector, &weights, &InspectRequest::Table, &all);
        let InspectResult::Table(table) = result else { panic!("{result:?}") };
        // Without attention and the last MLP, one answer is left for all pairs.
        assert!(table.answer.iter().all(|answer| *answer == table.answer[0]), "{form}");
        assert!(silent[0] < 0.2, "{silent:?}");
        let (after, _) = inspect(&mut inspector, &weights, &InspectRequest::Table, &Off::default());
        assert_eq!(before, after);
    }
}

#[test]
fn a_diagonal_network_has_answers_but_no_neurons() {
    // W has as many numbers as so many units would have for all rows.
    let (config, _, weights) = trained("task=majority&p=80&samples=20&model=diagonal&mlp=8&optimizer=sgd&lr=0.1", 60);
    let mut inspector = inspector(&config);
    let (accuracy, result) = inspect(&mut inspector, &weights, &InspectRequest::Neurons(Selection::Leading), &Off::default());
    assert!(accuracy[0] > 0.9 && result == InspectResult::None, "{accuracy:?}: {result:?}");
}

#[test]
fn an_mlp_has_neurons_but_no_attention() {
    let (config, _, weights) = trained(&format!("{SMALL}&model=mlp&layers=1&activation=quadratic"), 60);
    let mut inspector = inspector(&config);
    let off = Off { neurons: (0..24).collect(), heads: vec![(0, 0)] };
    let (_, result) = inspect(&mut inspector, &weights, &InspectRequest::Table, &off);
    let InspectResult::Table(table) = result else { panic!("{result:?}") };
    assert!(table.answer.iter().all(|answer| *answer == table.answer[0]));
    assert_eq!(inspect(&mut inspector, &weights, &InspectRequest::Attention, &off).1, InspectResult::None);
    let (_, result) = inspect(&mut inspector, &weights, &InspectRequest::Neurons(Selection::Page(0)), &Off::default());
    assert!(matches!(&result, InspectResult::Neurons(neurons) if neurons.maps.len() == 24 && neurons.least == 191), "{result:?}");
}

/// The measures of these weights, without any checkpoints.
fn progress(inspector: &mut Inspector, which: Measures, weights: &[f32]) -> crate::analysis::Progress {
    let request = InspectRequest::Progress(which);
    let question = InspectQuery { asker: Asker::Claim, request, off: Off::default(), at: None, urgent: true };
    let answer = block_on(inspector.answer(&question, 0, weights, &CheckpointHistory::default())).unwrap();
    let InspectResult::Progress(progress) = answer.result else { panic!("{:?}", answer.result) };
    progress
}

#[test]
fn a_network_that_is_shown_bits_has_weights_and_an_effective_sparsity() {
    let query = "task=parity&p=10&k=2&samples=60&model=mlp&layers=1&mlp=32&bias=true&wd=1&seed=1";
    let (config, trainer, weights) = trained(query, 200);
    let mut inspector = inspector(&config);
    let off = Off::default();
    for look_at in [
        InspectRequest::Table,
        InspectRequest::Embedding(None),
        InspectRequest::Neurons(Selection::Page(0)),
        InspectRequest::Attention,
        InspectRequest::Pair(0, 0),
    ] {
        assert_eq!(inspect(&mut inspector, &weights, &look_at, &off).1, InspectResult::None, "{look_at:?}");
    }
    let (accuracy, result) = inspect(&mut inspector, &weights, &InspectRequest::Matrix(0), &off);
    assert!(matches!(&result, InspectResult::Matrix(matrix) if matrix.shape == [10, 32]), "{result:?}");
    let measured = progress(&mut inspector, Measures::Usual, &weights);
    let (units, sparsity) = (measured.units, measured.measures[0].sparsity);
    assert_eq!(units, 32);
    assert!(measured.measures[0].explained.is_nan() && measured.keys.is_empty());
    let needed = (sparsity * 32.0).round() as usize;
    assert!(accuracy[0] > 0.95 && (1..32).contains(&needed), "{needed} units, accuracy {accuracy:?}");
    // So many units of the largest norm are enough, and one fewer is not.
    let up = trainer.built().params[0].offset;
    let norm = |unit: usize| (0..10).map(|i| weights[up + i * 32 + unit].powi(2)).sum::<f32>();
    let mut order: Vec<u16> = (0..32).collect();
    order.sort_by(|a, b| norm(usize::from(*b)).total_cmp(&norm(usize::from(*a))));
    let right = |inspector: &mut Inspector, units: usize| {
        let off = Off { neurons: order[units..].to_vec(), heads: vec![] };
        let ([train, test], _) = inspect(inspector, &weights, &InspectRequest::Matrix(0), &off);
        let [train_pairs, test_pairs] = trainer.built().pairs.map(|n| n as f32);
        (train * train_pairs + test * test_pairs).round()
    };
    let all = right(&mut inspector, 32);
    assert!(right(&mut inspector, needed) >= all && right(&mut inspector, needed - 1) < all);
}

#[test]
fn rank_me_is_that_of_what_the_last_layer_reads() {
    let rank = |query: &str, change: &dyn Fn(&Param, &mut [f32])| {
        let (config, trainer, mut weights) = trained(query, 8);
        for param in &trainer.built().params {
            change(param, &mut weights[param.offset..][..param.shape[0] * param.shape[1]]);
        }
        let mut inspector = inspector(&config);
        inspector.run(&weights, &Off::default());
        block_on(inspector.rank()).unwrap()
    };
    // One number of the residual stream depends on the pair, then two.
    let only = |numbers: usize| {
        move |param: &Param, weights: &mut [f32]| match param.name.as_str() {
            "layer0.W_out" => weights.fill(0.0),
            "layer0.W_O" => weights.iter_mut().enumerate().filter(|(at, _)| at % 16 >= numbers).for_each(|(_, w)| *w = 0.0),
            _ => {}
        }
    };
    // As the equations say, on the token table, and where training has the products associated.
    for form in ["", "&activation=gelu", "&train=0.95"] {
        let [one, two] = [1, 2].map(|numbers| rank(&format!("{SMALL}{form}"), &only(numbers)));
        assert!((one - 1.0).abs() < 1e-4 && (1.01..=2.0).contains(&two), "{form}: {one} {two}");
    }
    // A linear network maps three equally frequent points to the rows of W: here a triangle, and the same on a line.
    let triangle = |corners: [[f32; 2]; 3]| {
        let query =
            "task=rarer-classes&p=5&k=3&samples=120&rare=1&spread=0&train=0.5&model=mlp&mlp=2&activation=identity&bias=false";
        rank(query, &|param, weights| {
            if param.name == "layer0.W" {
                weights[..6].copy_from_slice(corners.as_flattened());
            }
        })
    };
    let height = 3f32.sqrt() / 2.0;
    assert!((triangle([[0.0, 0.0], [1.0, 0.0], [0.5, height]]) - 2.0).abs() < 1e-4);
    assert!((triangle([[0.0, 0.0], [1.0, 1.0], [3.0, 3.0]]) - 1.0).abs() < 1e-4);
}

#[test]
fn parallelograms_are_those_of_an_embedding_that_is_added() {
    let query =
        |rest: &str| format!("task=plain-sum&p=6&split=ordered&train=0.6&model=mlp&layers=1&mlp=16&embed=1&wd=0&seed=3{rest}");
    let written = |query: &str, vectors: &dyn Fn(usize) -> f32| {
        let (config, trainer, mut weights) = trained(query, 2);
        let param = &trainer.built().params[0];
        assert_eq!(param.name, "W_E");
        weights[param.offset..][..param.shape[0]].iter_mut().enumerate().for_each(|(at, w)| *w = vectors(at));
        (inspector(&config), weights)
    };
    let measured = |query: &str, vectors: &dyn Fn(usize) -> f32| {
        let (mut inspector, weights) = written(query, vectors);
        let measure = progress(&mut inspector, Measures::Usual, &weights).measures[0];
        [measure.quality, measure.predicted]
    };
    let drawn = |rest: &str, vectors: &dyn Fn(usize) -> f32| {
        let (mut inspector, weights) = written(&query(rest), vectors);
        let (_, result) = inspect(&mut inspector, &weights, &InspectRequest::Embedding(None), &Off::default());
        let InspectResult::Embedding(found) = result else { panic!("{result:?}") };
        (found.parallelograms, found.diagonals)
    };
    let (all, diagonals) = drawn("&inputs=summed", &|at| at as f32);
    assert!(all.is_some_and(|[found, possible]| found == possible && possible > 3), "{all:?}");
    // What is alone with its sum is a diagonal of none.
    assert!(diagonals.contains(&[0, 2]) && diagonals.contains(&[1, 1]) && !diagonals.contains(&[0, 0]), "{diagonals:?}");
    assert_eq!(drawn("", &|at| at as f32), (None, vec![]));
    // On a line all of them are there. What is alone with its sum, as 0 + 0, or beside test pairs only, is not promised.
    let [quality, predicted] = measured(&query("&inputs=summed"), &|at| at as f32);
    assert!(quality == 1.0 && (0.2..1.0).contains(&predicted), "{quality} {predicted}");
    let scattered = |at: usize| [0.0, 5.0, 1.0, 9.0, 4.0, 14.0][at % 6];
    assert_eq!(measured(&query("&inputs=summed"), &scattered), [0.0; 2]);
    // Vectors that are not those of both operands are not added to each other.
    assert!(measured(&query(""), &scattered)[0].is_nan());
}

#[test]
fn pictures_of_the_test_are_answered_and_attacked() {
    let query = "task=digits&samples=60&train=0.5&model=mlp&layers=2&mlp=32&wd=0&steps=100";
    let (config, _, weights) = trained(query, 100);
    let mut shown = inspector(&config);
    let ([_, test], result) = inspect(&mut shown, &weights, &InspectRequest::Pictures, &Off::default());
    let InspectResult::Pictures(pictures) = result else { panic!("{result:?}") };
    // There are 30 for the test, fewer than an answer may have.
    let right = pictures.iter().filter(|picture| picture.answer == picture.truth).count() as f32 / 30.0;
    assert!(pictures.len() == 30 && (right - test).abs() < 1e-6 && test > 0.3, "{right} is not {test}");
    assert!(pictures.iter().all(|picture| picture.pixels.len() == 64 && picture.pixels.contains(&0)));
    assert!(pictures.iter().any(|picture| picture.pixels.contains(&255)), "no ink is black");
    let [robust, complexity] = shown.robustness_and_complexity(&weights);
    assert!((0.0..=test).contains(&robust), "{robust} of {test} withstand an attack");
    // Two layers of 32 neurons, of which some have a border near a picture.
    assert!(complexity > 0.0 && complexity < 32.0, "{complexity}");
    let bits = inspector(&from_query("task=parity&p=10&k=2&samples=60&model=mlp&mlp=8").0);
    assert!(bits.robustness_and_complexity(&weights).iter().all(|measure| measure.is_nan()));
    // What an embedding says is no ReLU's.
    let embedded = inspector(&from_query(&format!("{query}&embed=4")).0);
    assert!(embedded.robustness_and_complexity(&weights).iter().all(|measure| measure.is_nan()));
}

#[test]
fn attention_is_shared_out_and_maps_lie_between_their_ends() {
    for form in ["", "&layers=2"] {
        let (config, _, weights) = trained(&format!("{SMALL}{form}"), 8);
        let mut inspector = inspector(&config);
        let (_, result) = inspect(&mut inspector, &weights, &InspectRequest::Attention, &Off::default());
        let InspectResult::Attention(layers) = result else { panic!("{result:?}") };
        assert_eq!(layers.len(), config.layers as usize);
        for positions in layers.iter().flat_map(|layer| &layer.heads) {
            assert_eq!(positions.len(), 3);
            for cell in 0..13 * 13 {
                let sum: i32 = positions.iter().map(|map| i32::from(map[cell])).sum();
                assert!((sum - 255).abs() <= 2, "{sum}");
            }
        }
        let (_, result) = inspect(&mut inspector, &weights, &InspectRequest::Neurons(Selection::Page(5)), &Off::default());
        let InspectResult::Neurons(neurons) = result else { panic!("{result:?}") };
        assert_eq!((neurons.fits.len(), neurons.order.len(), neurons.maps.len()), (24, 24, 19));
        assert!(neurons.maps.iter().all(|(low, high, map)| low <= high && map.len() == 169));
        assert!(neurons.maps.iter().all(|(low, _, _)| *low >= 0.0), "activations are a ReLU's");
    }
}

#[test]
fn matrices_pairs_and_spectra_are_those_of_the_weights() {
    let (config, trainer, weights) = trained(SMALL, 40);
    let mut inspector = inspector(&config);
    let off = Off::default();
    for (index, param) in trainer.built().params.iter().enumerate() {
        let (_, result) = inspect(&mut inspector, &weights, &InspectRequest::Matrix(index as u32), &off);
        let InspectResult::Matrix(matrix) = result else { panic!("{result:?}") };
        assert_eq!((&matrix.norms[index].0, matrix.shape), (&param.name, param.shape.map(|n| n as u32)));
        let squares: f32 = matrix.singular.iter().map(|s| s * s).sum();
        let norm = matrix.norms[index].1;
        assert!((squares.sqrt() - norm).abs() < 1e-3 * (1.0 + norm), "{}", param.name);
    }
    assert_eq!(inspect(&mut inspector, &weights, &InspectRequest::Matrix(99), &off).1, InspectResult::None);
    let (_, result) = inspect(&mut inspector, &weights, &InspectRequest::Pair(4, 12), &off);
    let InspectResult::Pair(pair) = result else { panic!("{result:?}") };
    assert_eq!(pair.truth, Some(3));
    let beyond = inspect(&mut inspector, &weights, &InspectRequest::Pair(99, 4), &off).1;
    assert!(matches!(&beyond, InspectResult::Pair(pair) if pair.pair == [12, 4] && pair.truth == Some(3)), "{beyond:?}");
    assert!(pair.answers.iter().any(|answer| answer.class == 3));
    assert!(pair.answers.windows(2).take(4).all(|two| two[0].probability >= two[1].probability));
    let (_, result) = inspect(&mut inspector, &weights, &InspectRequest::Embedding(Some(Plane::Frequency(2))), &off);
    let InspectResult::Embedding(embedding) = result else { panic!("{result:?}") };
    assert_eq!(
        (embedding.name.as_str(), embedding.spectrum.len(), embedding.coordinates.len(), embedding.plane),
        ("W_E", 7, 13, Plane::Frequency(2))
    );
    let own = inspector.spectrum(&weights).unwrap().1;
    let energy: f32 = embedding.spectrum.iter().map(|s| s * s).sum();
    assert!((energy.sqrt() - crate::analysis::norm(&own)).abs() < 1e-3);
    let (_, result) = inspect(&mut inspector, &weights, &InspectRequest::Embedding(Some(Plane::Components(1))), &off);
    let InspectResult::Embedding(embedding) = result else { panic!("{result:?}") };
    assert_eq!((embedding.fractions.len(), embedding.coordinates.len()), (13, 13));
    // What the coordinates vary by is the fraction that the second and the third component have of what the spectrum has.
    let square: f32 = embedding.coordinates.iter().flatten().map(|x| x * x).sum();
    let all: f32 = embedding.spectrum[1..].iter().map(|norm| norm * norm).sum();
    assert!((square / all - embedding.fractions[1] - embedding.fractions[2]).abs() < 1e-3);
}

#[test]
fn progress_is_measured_for_all_checkpoints_and_going_back_shows_the_same_bits() {
    let (config, mut trainer, _) = trained(SMALL, 0);
    let (mut checkpoints, mut own) = (CheckpointHistory::default(), vec![]);
    for _ in 0..7 {
        let weights = block_on(trainer.weights()).unwrap().remove(0);
        checkpoints.add(WeightCheckpoint::of(trainer.step(), &weights));
        own.push((trainer.step(), weights));
        trainer.steps(10);
    }
    for (step, weights) in &own {
        let checkpoint = checkpoints.nearest(*step).unwrap();
        assert_eq!(checkpoint.step, *step);
        assert!(checkpoint.weights.iter().zip(weights).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
    let mut inspector = inspector(&config);
    let now = block_on(trainer.weights()).unwrap().remove(0);
    let ask = |inspector: &mut Inspector, urgent: bool| {
        let off = Off::default();
        let question =
            InspectQuery { asker: Asker::View(7), request: InspectRequest::Progress(Measures::Usual), off, at: None, urgent };
        let answer = block_on(inspector.answer(&question, 70, &now, &checkpoints)).unwrap();
        assert_eq!((answer.asker, answer.step, answer.checkpoint_steps.len()), (Asker::View(7), 70, 7));
        let InspectResult::Progress(progress) = answer.result else { panic!("{:?}", answer.result) };
        progress
    };
    // Whoever waits is told what there is.
    let first = ask(&mut inspector, true);
    assert!(first.more && first.measures.len() == 1);
    (0..3).for_each(|_| assert!(ask(&mut inspector, false).more));
    let progress = ask(&mut inspector, false);
    assert!(!progress.more);
    assert_eq!(progress.measures.iter().map(|m| m.step).collect::<Vec<_>>(), [0, 10, 20, 30, 40, 50, 60, 70]);
    let chance = 13f32.ln();
    for m in &progress.measures {
        assert!(m.restricted > 0.0 && m.excluded > 0.0 && (0.0..1.0).contains(&m.gini), "{m:?}");
        assert!((0.0..1.0).contains(&m.keys) && m.sparsity.is_nan(), "{m:?}");
        assert!((0.0..1.0).contains(&m.readout_gini) && (1.0..=16.0).contains(&m.rank), "{m:?}");
    }
    // Before anything is learned, neither half knows anything.
    assert!((progress.measures[0].restricted - chance).abs() < 0.5, "{:?}", progress.measures[0]);
    let whole = progress.norms.iter().map(|(_, norm)| norm * norm).sum::<f32>().sqrt();
    assert!((whole - crate::analysis::norm(&now)).abs() < 1e-2);
}

#[test]
fn weights_are_compressed_as_far_as_their_training_pairs_allow() {
    let (config, _, weights) = trained(SMALL, 150);
    let mut inspector = inspector(&config);
    let size = |inspector: &mut Inspector, weights: &[f32]| block_on(inspector.compressed_size(weights)).unwrap();
    // A network that knows nothing loses nothing: one value, and its entry in the table.
    assert_eq!(size(&mut inspector, &vec![0.0; weights.len()]), 4.0);
    let trained = size(&mut inspector, &weights);
    assert!((100.0..2.0 * weights.len() as f32).contains(&trained), "{trained} of {}", 4 * weights.len());
    // Numbers that are not whole enough to be rounded are left as they are.
    let lost = vec![f32::NAN; weights.len()];
    assert_eq!(size(&mut inspector, &lost), 4.0 * weights.len() as f32);
    let asked = |inspector: &mut Inspector, which| progress(inspector, which, &weights).measures[0].compressed;
    assert!(asked(&mut inspector, Measures::Usual).is_nan());
    assert_eq!(asked(&mut inspector, Measures::Compressed), trained);
}

#[test]
fn a_look_in_passing_keeps_to_the_frequencies_of_the_training() {
    let (config, mut trainer, before) = trained(SMALL, 2);
    trainer.steps(200);
    let after = block_on(trainer.weights()).unwrap().remove(0);
    let mut inspector = inspector(&config);
    let mut look = |weights: &[f32], urgent| {
        let request = InspectRequest::Several(vec![InspectRequest::Neurons(Selection::Leading)]);
        let query = InspectQuery { asker: Asker::Stage(1), request, off: Off::default(), at: None, urgent };
        match block_on(inspector.answer(&query, 0, weights, &CheckpointHistory::default())).unwrap().result {
            InspectResult::Several(results) => match &results[..] {
                [InspectResult::Neurons(neurons)] => neurons.fits.clone(),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    };
    let [old, new] = [&before, &after].map(|weights| look(weights, true));
    assert_ne!(old, new);
    assert_eq!(look(&after, false), new);
    // Somebody goes back to the beginning in between.
    assert_eq!(look(&before, true), old);
    assert_eq!(look(&after, false), new);
    // The first look in passing found them, the one before this made do with them, and so do six more; then they are found anew.
    let passing: Vec<_> = (1..LATELY).map(|_| look(&before, false)).collect();
    assert!(passing.iter().all(|fits| *fits == new));
    assert_eq!(look(&before, false), old);
}
