//! The task of rules that are told by examples: every sequence has one rule, trained ones and others are apart, and a network answers behind
//! all that it reads.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use grokking_lab::settings::from_query;
use grokking_lab::task::{Dataset, Equation, dataset};

/// All rules (a, b) that a sequence with its answer obeys.
fn rules(data: &Dataset, e: &Equation, p: u32) -> Vec<(u32, u32)> {
    let read = data.sequences.as_ref().expect("sequences").row(e.x);
    let all = [read, &[e.c]].concat();
    let obeys = |(a, b): &(u32, u32)| all.chunks_exact(2).all(|pair| pair[1] == (a * pair[0] + b) % p);
    (0..p).flat_map(|a| (0..p).map(move |b| (a, b))).filter(obeys).collect()
}

#[test]
fn every_sequence_has_one_rule_and_rules_are_trained_or_not() {
    // Some of all sequences, nearly all, and all of them.
    for (p, k, samples) in [(7, 20, 8000), (5, 2, 1100), (5, 20, 12_000), (11, 3, 300)] {
        let (config, problems) = from_query(&format!("task=in-context&p={p}&k={k}&samples={samples}&train=0.75"));
        assert_eq!(problems, []);
        let data = dataset(&config, 4);
        assert_eq!((data.symbols, data.classes, data.answers), (p, p, 1));
        let only = |list: &[Equation]| -> Vec<(u32, u32)> {
            let one = |e| match rules(&data, e, p)[..] {
                [rule] => rule,
                ref several => panic!("{several:?}"),
            };
            list.iter().map(one).collect()
        };
        let [train, test, apart] = [&data.split.train, &data.split.test, &data.split.apart].map(|list| only(list));
        assert_eq!((train.len(), train.len() + test.len(), apart.len()), (samples * 3 / 4, samples, 400));
        let [train, test, apart] = [train, test, apart].map(BTreeSet::from_iter);
        assert!(train.len() == k as usize && test.is_subset(&train) && train.is_disjoint(&apart), "{train:?} {apart:?}");
        let sequences = data.sequences.as_ref().expect("sequences");
        let all = [&data.split.train[..], &data.split.test, &data.split.apart].concat();
        let different: BTreeSet<&[u32]> = all.iter().map(|e| sequences.row(e.x)).collect();
        assert_eq!(different.len(), samples + 400, "what is read tells the rule, so no two are alike");
    }
}

#[test]
fn rules_that_there_are_not_are_repaired() {
    for (query, valid, said) in [
        ("task=in-context&p=7&k=1&samples=900", "task=in-context&p=7&k=2&samples=900", "A single rule needs no examples"),
        ("task=in-context&p=5&k=30&samples=900", "task=in-context&p=5&k=20&samples=900", "At most 20 rules can be trained here"),
        ("task=in-context&p=5&k=2&samples=2000", "task=in-context&p=5&k=2&samples=1200", "There are only 1,200 such sequences"),
    ] {
        let (repaired, problems) = from_query(query);
        assert_eq!((repaired, problems.len()), (from_query(valid).0, 1), "{query}: {problems:?}");
        assert!(problems[0].to_string().replace("1200", "1,200").starts_with(said), "{}", problems[0]);
    }
}
