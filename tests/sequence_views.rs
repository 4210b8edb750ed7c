//! What a look inside a network on sequences finds.
#![cfg(not(target_arch = "wasm32"))]

use grokking_lab::analysis::Measures;
use grokking_lab::config::Config;
use grokking_lab::inspect::Inspector;
use grokking_lab::protocol::inspect::{Answered, Asker, InspectQuery, InspectRequest, InspectResult, Kind, Off};
use grokking_lab::settings::from_query;
use grokking_lab::train::{CheckpointHistory, Device, Trainer};
use pollster::block_on;

fn config(query: &str) -> Config {
    let (config, problems) = from_query(query);
    assert_eq!(problems, [], "{query}");
    config
}

#[test]
fn every_example_has_the_loss_of_its_probability() {
    let config = config("task=two-hops&p=6&k=4&samples=50&train=0.7&width=16&heads=2&mlp=24&batch=16&lr=0.003");
    let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
    trainer.steps(200);
    let weights = block_on(trainer.weights()).expect("weights").remove(0);
    let mut inspector = block_on(Inspector::new(&config, &Device::Cpu)).expect("an inspector");
    let mut look = |request| block_on(inspector.inspect(&weights, &request, &Off::default())).expect("answers").1;
    let (InspectResult::Losses(found), InspectResult::Sequences(all)) =
        (look(InspectRequest::Losses), look(InspectRequest::Sequences))
    else {
        panic!("no losses, or no sequences")
    };
    assert_eq!(found.kinds, Kind::ALL);
    for (kind, losses) in found.kinds.iter().zip(&found.losses) {
        let of: Vec<&Answered> = all.iter().filter(|one| one.kind == *kind).collect();
        assert_eq!(of.len(), losses.len(), "all of them are shown");
        for (one, loss) in of.iter().zip(losses).filter(|(one, _)| one.answer == one.truth) {
            assert!((one.confidence - (-loss).exp()).abs() < 1e-5, "{one:?}: {loss}");
        }
        let hardest: Vec<f32> = found.hardest.iter().filter(|(one, _)| one.kind == *kind).map(|(_, loss)| *loss).collect();
        let mut sorted = losses.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        assert_eq!(hardest, sorted[..5], "{kind:?}");
        let mean = losses.iter().sum::<f32>() / losses.len() as f32;
        let right = of.iter().filter(|one| one.answer == one.truth).count() as f32 / of.len() as f32;
        assert!((mean < 0.5) == (right > 0.9), "{kind:?}: {mean}, {right}");
    }
    let wrong = found.hardest.iter().filter(|(one, loss)| one.answer != one.truth && *loss > 1.0).count();
    assert!(wrong >= 5, "{:?}", found.hardest);
}

/// Without W_Q all scores are alike, so attention is spread evenly, whatever a position sees.
#[test]
fn attention_is_spread_evenly_until_queries_tell_keys_apart() {
    // With the part of what is seen that says whom it is about: three names of five tokens, one entity of four.
    for (task, named) in [
        ("task=sum&p=5&k=3", None),
        ("task=sum&p=5&k=3&layers=2", None),
        ("task=digit-sum&p=5&k=2&layers=2", None),
        ("task=sum&p=5&k=3&model=encoder", None),
        ("task=people&p=5&k=2&layers=2", Some(0.6)),
        ("task=two-hops&p=12&k=4", Some(0.25)),
    ] {
        let config = config(&format!("{task}&samples=100&train=0.6&width=16&heads=2&mlp=24"));
        let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
        let params = trainer.built().params.clone();
        let mut inspector = block_on(Inspector::new(&config, &Device::Cpu)).expect("an inspector");
        let mut attention = |scale: f32| {
            let mut weights = block_on(trainer.weights()).expect("weights").remove(0);
            for param in params.iter().filter(|param| param.name.ends_with("W_Q")) {
                weights[param.offset..][..param.shape[0] * param.shape[1]].iter_mut().for_each(|w| *w *= scale);
            }
            let request = InspectRequest::Progress(Measures::Usual);
            let query = InspectQuery { asker: Asker::Claim, request, off: Off::default(), urgent: true, at: None };
            let reply = block_on(inspector.answer(&query, 0, &weights, &CheckpointHistory::default())).expect("answers");
            let InspectResult::Progress(progress) = reply.result else { panic!("no progress") };
            inspector.rewind(0);
            let measure = progress.measures.last().expect("a measure");
            (measure.attention, measure.subject)
        };
        let [(even, alike), (some, _), (sharp, _)] = [0.0, 1.0, 1000.0].map(&mut attention);
        assert!(named.map_or(alike.is_nan(), |share| (alike - share).abs() < 1e-5), "{task}: {alike} of {named:?}");
        assert!(
            (even - 1.0).abs() < 1e-5 && (0.3..0.9999).contains(&some) && sharp < 0.5 * some,
            "{task}: {even} {some} {sharp}"
        );
    }
}

#[test]
fn the_inside_of_a_network_on_sequences_can_be_looked_at() {
    for (query, positions) in [
        ("task=sum&k=3&samples=100", Some(4)),
        ("task=sum&k=3&samples=100&model=mlp", None),
        ("task=sum&k=3&samples=100&model=encoder&layers=2", Some(3)),
        ("task=digit-sum&k=1&samples=25&layers=2", Some(4)),
    ] {
        let config = config(&format!("p=5&train=0.6&width=16&heads=2&mlp=24&{query}"));
        let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("builds");
        trainer.steps(80);
        let weights = block_on(trainer.weights()).expect("weights").remove(0);
        let mut inspector = block_on(Inspector::new(&config, &Device::Cpu)).expect("an inspector");
        let look = |inspector: &mut Inspector, request| block_on(inspector.inspect(&weights, &request, &Off::default())).unwrap();
        let ([train, test], result) = look(&mut inspector, InspectRequest::Matrix(0));
        let InspectResult::Matrix(matrix) = result else { panic!("{result:?}") };
        assert!(matrix.shape[0] >= 5 && train > 0.8 && test < train, "{query}: {:?}, {train}, {test}", matrix.shape);
        for request in [InspectRequest::Table, InspectRequest::Embedding(None)] {
            assert_eq!(look(&mut inspector, request).1, InspectResult::None, "{query}");
        }
        match (look(&mut inspector, InspectRequest::Attention).1, positions) {
            (InspectResult::None, None) => {}
            (InspectResult::Attention(layers), Some(positions)) => {
                for head in layers.iter().flat_map(|layer| &layer.heads) {
                    let means: Vec<i32> = head.iter().map(|map| map.iter().map(|mean| i32::from(*mean)).sum()).collect();
                    assert!(means.len() == positions && (means.iter().sum::<i32>() - 255).abs() <= 2, "{query}: {means:?}");
                }
            }
            (other, _) => panic!("{query}: {other:?}"),
        }
    }
}
