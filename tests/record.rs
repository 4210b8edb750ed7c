//! The record of a run makes it again, bit for bit; and its last measurement changes nothing.
#![cfg(not(target_arch = "wasm32"))]

use grokking_lab::config::Config;
use grokking_lab::metrics::Point;
use grokking_lab::settings::from_query;
use grokking_lab::train::{Device, Snapshot, Trainer};
use pollster::block_on;

const TINY: &str = "p=11&train=0.6&width=16&heads=2&mlp=32&v=1";

fn trainer(query: &str) -> Trainer {
    let (config, problems) = from_query(&format!("{TINY}&{query}"));
    assert_eq!(problems, [], "{query}");
    block_on(Trainer::new(&config, &Device::Cpu)).expect("a trainer")
}

/// Trains up to a step as every runner does, with the changes that the record plans.
fn train(mut trainer: Trainer, until: u32, points: &mut Vec<Point>) -> Trainer {
    while trainer.step() < until {
        if let Some(due) = trainer.due() {
            trainer = block_on(trainer.carried(&due, &Device::Cpu)).expect("it goes on");
        }
        let n = trainer.until_change((until - trainer.step()).min(7));
        trainer.steps(n);
        points.extend(block_on(trainer.collect().points()).expect("points"));
    }
    trainer
}

fn snapshot(trainer: &mut Trainer) -> Snapshot {
    block_on(trainer.snapshot().snapshot()).expect("a snapshot")
}

/// What a run by hand looks like to others: changes at steps 13 (twice) and 40, one of which needs another plan.
fn by_hand(points: &mut Vec<Point>) -> Trainer {
    let mut trainer = train(trainer("wd=0"), 13, points);
    let change = |trainer: &Trainer, query: &str| trainer.config().with_query(query).0;
    let now = change(&trainer, "wd=3");
    assert!(trainer.adjust(&now));
    let now = change(&trainer, "wd=2&lr=0.005");
    trainer = block_on(trainer.carried(&now, &Device::Cpu)).expect("it goes on");
    trainer = train(trainer, 40, points);
    let now = change(&trainer, "noise=0.3&wd=0.5");
    trainer = block_on(trainer.carried(&now, &Device::Cpu)).expect("it goes on");
    train(trainer, 60, points)
}

#[test]
fn a_changed_run_is_made_again_by_its_record() {
    let (mut first, mut second) = (vec![], vec![]);
    let mut run = by_hand(&mut first);
    let record = run.record().clone();
    assert_eq!(record.at.write(), "13:lr=0.005,wd=2;40:noise=0.3,wd=0.5");
    // As a link says it.
    let link = grokking_lab::settings::to_query(&record);
    let (config, problems) = from_query(&link);
    assert_eq!((&config, problems), (&record, vec![]));
    let mut again = train(block_on(Trainer::new(&config, &Device::Cpu)).expect("a trainer"), 60, &mut second);
    assert_eq!(first, second);
    assert_eq!(snapshot(&mut run), snapshot(&mut again));
    assert_eq!(again.config().wd, 0.5);
    // And it is another run than the one without changes.
    let mut plain = vec![];
    train(trainer("wd=0"), 60, &mut plain);
    assert!(plain[..8] == first[..8] && plain.last() != first.last());
}

#[test]
fn a_record_goes_on_from_a_snapshot_in_the_middle() {
    let (mut whole, mut parts) = (vec![], vec![]);
    // Of these, the second lets the optimizer begin anew, the third all but the data, and the fourth all but the embedding.
    let query = "wd=0&at=13:wd%3D2;20:optimizer%3Dsgd,noise%3D0.3;40:ticket%3D0.4,optimizer%3Dadam;50:ticket%3D0,keep%3Dfrozen,task%3Dx/y";
    train(trainer(query), 60, &mut whole);
    for middle in [5, 13, 14, 20, 40, 50, 59] {
        parts.clear();
        let mut begun = train(trainer(query), middle, &mut parts);
        let copy = Snapshot::decode(&snapshot(&mut begun).encode()).expect("a snapshot");
        let mut next = block_on(Trainer::new(&copy.settings(), &Device::Cpu)).expect("a trainer");
        next.restore(&copy).expect("it fits");
        train(next, 60, &mut parts);
        assert_eq!(whole, parts, "from step {middle}");
    }
}

#[test]
fn measuring_where_a_run_ends_changes_nothing() {
    for query in ["", "batch=20&dropout=0.1", "optimizer=sgd&gradnoise=0.1", "filter=grokfast-ma&window=5", "seeds=2"] {
        let (mut plain, mut measured) = (vec![], vec![]);
        let mut one = train(trainer(query), 41, &mut plain);
        let mut other = train(trainer(query), 23, &mut measured);
        // With points on their way, too.
        other.steps(2);
        let last = block_on(other.measure()).expect("points");
        assert_eq!(last.iter().map(|point| point.step).collect::<Vec<_>>(), vec![25; last.len()], "{query}");
        measured.extend(block_on(other.collect().points()).expect("points"));
        let mut other = train(other, 41, &mut measured);
        assert_eq!((&plain, snapshot(&mut one)), (&measured, snapshot(&mut other)), "{query}");
        // It is what the run measures there itself.
        let mut every = vec![];
        let config = Config { steps: 26, ..one.config().clone() };
        let mut exact = train(block_on(Trainer::new(&config, &Device::Cpu)).expect("a trainer"), 25, &mut every);
        let again = block_on(exact.measure()).expect("points");
        assert_eq!(last, again, "{query}");
        if let Some(known) = plain.iter().find(|point| point.step == 25 && point.run == 0) {
            assert_eq!(&last[0], known, "{query}");
        }
    }
}
