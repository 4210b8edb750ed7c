//! Phases of made-up, of recorded and of small real runs.

use super::*;
use crate::analysis::Measures;
use crate::experiment::record;
use crate::inspect::Inspector;
use crate::metrics::Point;
use crate::protocol::inspect::{Asker, InspectQuery, InspectReply, Off};
use crate::settings::from_query;
use crate::train::{CheckpointHistory, Device, Trainer, WeightCheckpoint};
use crate::view::choice::Choice;
use crate::view::views::tests::at;
use pollster::block_on;

const ONE: &str = "memorisation";
const TWO: &str = "circuit formation";
const THREE: &str = "clean-up";

fn history(points: &[(u32, f32, f32)]) -> History {
    let mut history = History::default();
    for &(step, train_accuracy, test_accuracy) in points {
        history.push(Point { step, train_accuracy, test_accuracy, ..Point::default() });
    }
    history
}

fn restricted(losses: &[(u32, f32)]) -> Vec<Measure> {
    let measure = |&(step, restricted): &(u32, f32)| Measure { restricted, ..Measure::none(step) };
    losses.iter().map(measure).collect()
}

#[test]
fn phases_follow_each_other() {
    let points = [(0, 0.0, 0.0), (50, 1.0, 0.4), (100, 1.0, 0.45), (150, 1.0, 0.55), (200, 1.0, 0.97), (250, 1.0, 1.0)];
    let so_far = |count: usize, measures: &[Measure]| phases(&history(&points[..count]), measures);
    assert_eq!(so_far(0, &[]), []);
    assert_eq!(so_far(1, &[]), [(ONE, 0, 0)]);
    // On the plateau it takes the restricted loss to tell that something forms.
    assert_eq!(so_far(3, &[]), [(ONE, 0, 50)]);
    assert_eq!(so_far(3, &restricted(&[(0, 9.0), (50, 3.0), (100, 2.9)])), [(ONE, 0, 50)]);
    assert_eq!(so_far(3, &restricted(&[(50, 3.0), (100, 1.4)])), [(ONE, 0, 50), (TWO, 50, 100)]);
    // Training that breaks down and recovers.
    assert_eq!(so_far(3, &restricted(&[(50, 3.0), (75, 40.0), (100, 2.9)])), [(ONE, 0, 50)]);
    assert_eq!(so_far(4, &[]), [(ONE, 0, 50), (TWO, 50, 150), (THREE, 150, 150)]);
    assert_eq!(so_far(6, &[]), [(ONE, 0, 50), (TWO, 50, 150), (THREE, 150, 200)]);
}

#[test]
fn a_run_that_groks_while_it_memorises_has_one_phase() {
    assert_eq!(phases(&history(&[(0, 0.5, 0.5), (10, 0.97, 0.96), (20, 1.0, 0.99), (30, 1.0, 1.0)]), &[]), [(ONE, 0, 20)]);
    // Almost there at that moment: cleaning up cannot end before it begins.
    let late = phases(&history(&[(0, 0.5, 0.5), (10, 1.0, 0.945), (20, 1.0, 0.951), (30, 1.0, 1.0)]), &[]);
    assert_eq!(late, [(ONE, 0, 10), (TWO, 10, 20), (THREE, 20, 20)]);
}

/// The first step in what was measured under an expectation that begins so.
fn recorded(arm: &record::ArmRecord, expectation: &str) -> Option<u32> {
    let check = arm.checks.iter().find(|check| check.text.starts_with(expectation))?;
    let first = check.measured.strip_prefix("step ")?.split(", ").next()?;
    first.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()
}

#[test]
fn recorded_runs_have_the_phases_that_their_papers_tell_of() {
    let record = record::parse(include_str!("../../../../www/assets/experiments.txt"));
    let curve = |id: &str| {
        let arm = record.arm(id).unwrap_or_else(|| panic!("{id} is not recorded"));
        let [train, test] = arm.curve.accuracy.each_ref().map(|list| list.iter().map(|n| *n as f32 / 1000.0));
        let points: Vec<_> =
            arm.curve.steps.iter().zip(train).zip(test).map(|((step, train), test)| (*step, train, test)).collect();
        (arm, history(&points))
    };
    let near = |at: u32, want: u32| f64::from(at.abs_diff(want)) < 0.15 * f64::from(want) + 1.0;
    for id in ["nanda", "hu", "hu-more", "doshi", "varma-enough", "gromov-trained"] {
        let (arm, history) = curve(id);
        let found = phases(&history, &[]);
        let [(ONE, 0, known), (TWO, begin, rises), (THREE, clean, done)] = found[..] else { panic!("{id}: {found:?}") };
        assert!(known == begin && begin < rises && rises == clean && clean < done, "{id}: {found:?}");
        let grokked = recorded(arm, "groks by").unwrap_or_else(|| panic!("{id} has no step"));
        assert!(near(done, grokked), "{id}: {found:?}, grokked at {grokked}");
        if let Some(memorized) = recorded(arm, "memorises by") {
            assert!(near(known, memorized), "{id}: {found:?}, memorised at {memorized}");
        }
    }
    // Without weight decay, and without a delay.
    for id in ["prieto-plain", "prieto", "gromov"] {
        let (_, history) = curve(id);
        let found = phases(&history, &[]);
        assert_eq!(found, [(ONE, 0, history.memorized.expect("memorised"))], "{id}");
    }
}

/// Trains, and measures on the way.
fn train(query: &str, steps: u32) -> (History, Vec<Measure>) {
    let (config, problems) = from_query(query);
    assert_eq!(problems, []);
    let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).expect("a trainer");
    let (mut history, mut checkpoints) = (History::default(), CheckpointHistory::default());
    let weights = |trainer: &mut Trainer| block_on(trainer.weights()).expect("weights").remove(0);
    while trainer.step() < steps {
        if checkpoints.wants(trainer.step()) {
            checkpoints.add(WeightCheckpoint::of(trainer.step(), &weights(&mut trainer)));
        }
        trainer.steps(5);
        block_on(trainer.collect().points()).expect("points").into_iter().for_each(|point| history.push(point));
    }
    let last = weights(&mut trainer);
    let mut inspector = block_on(Inspector::new(&config, &Device::Cpu)).expect("an inspector");
    let question = InspectQuery {
        asker: Asker::View(0),
        request: InspectRequest::Progress(Measures::Usual),
        off: Off::default(),
        at: None,
        urgent: false,
    };
    loop {
        let answer = block_on(inspector.answer(&question, steps, &last, &checkpoints)).expect("an answer");
        let InspectResult::Progress(progress) = answer.result else { panic!("{:?}", answer.result) };
        if !progress.more {
            return (history, progress.measures);
        }
    }
}

#[test]
fn a_run_that_groks_goes_through_three_phases() {
    let (history, measures) = train("p=29&train=0.6&width=64&heads=2&mlp=128&wd=2", 320);
    let found = phases(&history, &measures);
    let [(ONE, 0, known), (TWO, begin, rises), (THREE, clean, done)] = found[..] else { panic!("{found:?}") };
    assert!(known == begin && begin < rises && rises == clean && clean < done, "{found:?}");
    assert_eq!((Some(known), Some(done)), (history.memorized, history.grokked));
    assert!(rises > known + known / 2 && done > rises + rises / 2, "a plateau, then a climb: {found:?}");
    // While the circuit forms its own loss falls; cleaning up makes the weights smaller.
    let at = |step: u32| measures.iter().min_by_key(|measure| measure.step.abs_diff(step)).expect("measures");
    assert!(at(rises).restricted < 0.5 * at(known).restricted, "{:?} {:?}", at(known), at(rises));
    let norm = |step: u32| history.points.iter().find(|point| point.step >= step).map_or(0.0, |point| point.weight_norm);
    assert!(norm(done) < norm(clean), "{} {}", norm(clean), norm(done));
    // It is seen before the test accuracy shows it.
    let early: Vec<Measure> = measures.iter().filter(|measure| measure.step < rises).copied().collect();
    let mut plateau = History::default();
    history.points.iter().filter(|point| point.step < rises).for_each(|point| plateau.push(*point));
    let last = plateau.points.last().expect("points").step;
    assert_eq!(phases(&plateau, &early), [(ONE, 0, known), (TWO, known, last)]);
}

#[test]
fn a_table_without_a_rule_is_memorised_and_no_more() {
    let (history, measures) = train("task=random&p=13&train=0.6&width=64&heads=2&mlp=128", 200);
    assert!(measures.iter().all(|measure| measure.restricted.is_nan()));
    assert_eq!(phases(&history, &measures), [(ONE, 0, history.memorized.expect("memorised"))]);
}

#[test]
fn a_legend_goes_on_below_where_there_is_no_more_room() {
    let tens = |_: &str| 10.0;
    // A name takes 38 pixels, and 16 to the next.
    assert_eq!(places(&["a", "b", "c"], [50.0, 142.0], tens), [(50.0, 0), (104.0, 0), (50.0, 1)]);
    assert_eq!(places(&["a", "b", "c"], [50.0, 141.0], tens), [(50.0, 0), (50.0, 1), (50.0, 2)]);
    // What is too long for any line begins one.
    assert_eq!(places(&["a", "b"], [50.0, 60.0], tens), [(50.0, 0), (50.0, 1)]);
    assert_eq!(places(&[], [50.0, 60.0], tens), []);
}

#[test]
fn there_is_room_for_every_line_of_the_legend() {
    let all = Measure { compressed: 9.0, gini: 0.1, explained: 0.1, keys: 0.1, rank: 2.0, quality: 0.1, ..Measure::none(0) };
    let seen = |measure| {
        InspectResult::Progress(Progress { keys: vec![], measures: vec![measure], more: false, units: 8, norms: vec![] })
    };
    let (config, history, choice) = (from_query("").0, History::default(), Choice::default());
    let room = |measure, width| {
        let result = seen(measure);
        let reply =
            InspectReply { asker: Asker::View(0), step: 0, accuracy: [0.0; 2], checkpoint_steps: vec![], result: result.clone() };
        let subject = Subject { result: &result, width, ..at(&reply, &choice, &config, &history) };
        (more(&subject), (DRAWING.height)(&subject))
    };
    // Eight short names: two of them on a line of a phone, one on the narrowest.
    let [desk, tablet, phone, narrow] = [1190.0, 750.0, 344.0, 200.0].map(|width| room(all, width).0 / LINE);
    assert!(desk == 1.0 && tablet > desk && phone >= tablet && narrow > phone, "{desk} {tablet} {phone} {narrow}");
    // Few names leave the second line free, and the height follows.
    assert_eq!(room(Measure::none(0), 344.0).0, LINE);
    assert_eq!(room(all, 344.0).1 - room(Measure::none(0), 344.0).1, (phone - 1.0) * LINE);
}
