//! Embeddings that are kept: what a run begins anew with, with which operation, and that what is frozen stays so.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::anew::{carried, config, trainer};
use grokking_lab::optim::is_embedding;
use grokking_lab::settings::{from_query, to_query};
use grokking_lab::train::Trainer;
use pollster::block_on;

/// The parameters of the embedding, and all others, with their weights of each run.
fn parameters(trainer: &mut Trainer) -> [Vec<Vec<f32>>; 2] {
    let (reading, stride) = (trainer.weights(), trainer.built().flat.len);
    let weights = block_on(reading).expect("the CPU is not lost").remove(0);
    let of = |wanted: bool| {
        let params = trainer.built().params.iter().filter(move |param| is_embedding(param) == wanted);
        params.flat_map(|param| weights.chunks(stride).map(|run| param.of(run).to_vec())).collect()
    };
    [of(true), of(false)]
}

#[test]
fn all_but_the_embedding_begins_anew_with_another_operation() {
    let mut run = trainer("");
    let [_, first] = parameters(&mut run);
    run.steps(40);
    let [learnt, moved] = parameters(&mut run);
    // Tokens, of two runs; their positions are among the others.
    assert!(learnt.len() == 2 && first != moved);
    let mut run = carried(run, "task=x-y&keep=embedding");
    assert_eq!(parameters(&mut run), [learnt.clone(), first.clone()]);
    assert_eq!((run.step(), run.record().at.write().as_str()), (40, "40:task=x-y,keep=embedding"));
    assert_eq!(run.record().turned(40).map(|turn| turn.step), Some(40));
    // What it learns now is subtraction, as a run that begins with it does.
    let asked = |run: &Trainer| run.built().pairs;
    assert_eq!(asked(&run), asked(&trainer("task=x-y")));
    let rows = |run: &mut Trainer| {
        let targets: Vec<f32> = block_on(run.measure()).expect("points").iter().map(|point| point.train_accuracy).collect();
        targets
    };
    let mut other = trainer("");
    other.steps(40);
    let mut other = carried(other, "keep=embedding");
    assert_eq!(parameters(&mut other), [learnt.clone(), first], "the same weights");
    assert_ne!(rows(&mut run), rows(&mut other), "asked for other results");
    run.steps(1);
    let [after, others] = parameters(&mut run);
    assert!(after.iter().zip(&learnt).all(|(after, learnt)| after != learnt) && others != moved, "all of it learns");
}

#[test]
fn a_frozen_embedding_stays_whatever_a_step_does() {
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
        "tied=true",
        "ticket=0.4",
        "model=mlp&embed=8&norm=none",
    ] {
        let mut run = trainer(query);
        run.steps(3);
        let mut run = carried(run, "keep=frozen");
        let [embedding, before] = parameters(&mut run);
        run.steps(30);
        let [frozen, after] = parameters(&mut run);
        assert_eq!(embedding, frozen, "{query}");
        assert!(before.iter().zip(&after).any(|(before, after)| before != after), "{query}: the others are trained");
        let mut run = carried(run, "keep=none");
        assert_eq!(parameters(&mut run), [frozen.clone(), after], "{query}: nothing begins anew");
        run.steps(1);
        assert_ne!(parameters(&mut run)[0], frozen, "{query}: it is free again");
    }
}

#[test]
fn an_embedding_is_kept_whole_beside_a_ticket() {
    let mut run = trainer("");
    run.steps(20);
    let [learnt, _] = parameters(&mut run);
    let mut run = carried(run, "ticket=0.3&keep=frozen");
    let [kept, others] = parameters(&mut run);
    assert_eq!(kept, learnt);
    assert!(others.concat().iter().filter(|w| **w == 0.0).count() > others.concat().len() / 2, "the ticket");
}

#[test]
fn another_operation_needs_a_kept_embedding_and_the_same_shape() {
    let now = config("");
    let restarts = |query: &str| now.with_query(query).0.restarts(&now);
    assert!(restarts("task=x-y") && restarts("task=s4&keep=embedding") && restarts("task=parity&keep=embedding"));
    assert!(restarts("task=plain-sum&keep=embedding"), "more results");
    assert!(restarts("task=x-y&keep=embedding&seed=3"));
    for query in ["task=x-y&keep=embedding", "task=x/y&keep=frozen", "task=x^2%2By&keep=frozen", "keep=frozen"] {
        assert!(!restarts(query), "{query}");
    }
    // As a link says it.
    let (config, problems) = from_query("at=30:keep%3Dfrozen,task%3Dx*y;60:task%3Dx%2By&v=1");
    assert_eq!((problems, config.at.write().as_str()), (vec![], "30:keep=frozen,task=x*y;60:task=x+y"));
    assert_eq!(from_query(&to_query(&config)), (config.clone(), vec![]));
    assert_eq!([29, 30, 59, 60].map(|step| config.turned(step).map(|turn| turn.step)), [None, Some(30), Some(30), Some(60)]);
    let (config, problems) = from_query("at=30:task%3Dx*y&v=1");
    assert!(config.at.write().is_empty() && problems[0].to_string().contains("new run"), "{problems:?}");
    // Nothing can be kept where there is no embedding.
    let (config, problems) = from_query("model=mlp&keep=frozen&v=1");
    assert!(to_query(&config) == "model=mlp&v=1" && problems[0].key == "keep", "{problems:?}");
}

#[test]
fn division_has_other_pairs_and_goes_on_all_the_same() {
    let mut run = trainer("");
    run.steps(5);
    let mut run = carried(run, "task=x/y&keep=embedding");
    assert_eq!(run.built().pairs.iter().sum::<usize>(), 110);
    run.steps(5);
    let points = block_on(run.collect().points()).expect("points");
    assert!(points.iter().any(|point| point.step >= 5) && points.iter().all(|point| point.train_loss.is_finite()));
}
