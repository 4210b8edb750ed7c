//! Tables on the page: who trains what, what is given back, and what outlives a reload.

use super::*;
use crate::metrics::Point;

fn table(query: &str) -> SweepTable {
    let (config, problems) = Config::small().with_query(query);
    assert_eq!(problems, []);
    SweepTable::new(&config)
}

fn outcome(phase: Option<LearningPhase>) -> Outcome {
    Outcome {
        step: 9,
        memorized: None,
        grokked: None,
        last: Point { step: 9, ..Point::default() },
        oscillation: None,
        apart: None,
        phase,
        phase_at_90: phase,
    }
}

fn decide(table: &mut SweepTable, worker: usize, row: u32, phase: LearningPhase) {
    assert!(
        table.update(worker, Event::Row { row, outcome: outcome(Some(phase)), history: History::default(), trajectory: None })
    );
}

/// Begins with so many workers, all of which listen.
fn run(table: &mut SweepTable, workers: usize, most: usize) {
    table.run(workers);
    (0..workers).for_each(|worker| table.feed(worker, most));
}

/// The rows that were sent, by worker.
fn sent(table: &mut SweepTable) -> Vec<(usize, Vec<u32>)> {
    let rows = |effect| match effect {
        SweepEffect::Train(worker, rows) => Some((worker, rows.into_iter().map(|(row, _)| row).collect())),
        _ => None,
    };
    table.take_effects().into_iter().filter_map(rows).collect()
}

#[test]
fn workers_get_a_row_each_and_then_the_next() {
    let mut table = table("sweep=lr:0.001|0.002|0.003&seeds=2");
    run(&mut table, 2, 1);
    assert_eq!(sent(&mut table), [(0, vec![0]), (1, vec![1])]);
    decide(&mut table, 1, 1, LearningPhase::Grokking);
    table.feed(1, 1);
    // The coarse grid first: the last cell comes before the one in the middle.
    assert_eq!(sent(&mut table), [(1, vec![4])]);
    table.pause();
    decide(&mut table, 0, 0, LearningPhase::Grokking);
    table.feed(0, 1);
    assert_eq!((sent(&mut table), table.progress()), (vec![], (2, 6)));
    table.elapsed_ms = 100.0;
    assert_eq!(table.left_ms(), Some(200.0));
}

#[test]
fn a_gpu_gets_what_trains_together_and_gives_back_what_does_not_fit() {
    let mut table = table("sweep=width:16|32,wd:0|1");
    run(&mut table, 1, 64);
    assert_eq!(sent(&mut table), [(0, vec![0, 2])]);
    assert!(table.update(0, Event::GivenBack { rows: vec![2], why: None }));
    table.feed(0, 64);
    assert_eq!(sent(&mut table), [], "it is still at work");
    decide(&mut table, 0, 0, LearningPhase::Confusion);
    table.feed(0, 64);
    assert_eq!(sent(&mut table), [(0, vec![1, 3])]);
}

#[test]
fn what_cannot_be_trained_says_why_and_a_lost_worker_is_tried_again() {
    let mut table = table("sweep=heads:2|3");
    assert!(matches!(&table.states[1], RowState::Left(Some(why)) if why.contains("3 heads")), "{:?}", table.states[1]);
    for _ in 0..TRIES {
        assert!(!table.over());
        run(&mut table, 1, 1);
        assert_eq!(sent(&mut table), [(0, vec![0])]);
        table.lost(0, "out of memory");
    }
    assert_eq!(table.states[0], RowState::Left(Some("out of memory".into())));
    assert!(table.over());
}

#[test]
fn a_cell_can_be_stopped_and_its_phase_is_that_of_most_seeds() {
    let mut table = table("sweep=wd:0|1&seeds=3");
    run(&mut table, 1, 64);
    assert_eq!(sent(&mut table), [(0, vec![0, 1, 2, 3, 4, 5])]);
    decide(&mut table, 0, 0, LearningPhase::Grokking);
    decide(&mut table, 0, 1, LearningPhase::Memorisation);
    assert_eq!(table.phase(0), Some(LearningPhase::Memorisation), "the one that learned less, where two are even");
    decide(&mut table, 0, 2, LearningPhase::Grokking);
    assert_eq!((table.phase(0), table.phase(1)), (Some(LearningPhase::Grokking), None));
    let _ = table.take_effects();
    table.stop_cell(1);
    assert_eq!(table.take_effects(), [SweepEffect::Drop(0, vec![3, 4, 5])]);
    assert!(table.over());
}

#[test]
fn a_cell_is_coloured_by_what_the_picture_tells() {
    let mut table = table("sweep=wd:0|1");
    run(&mut table, 1, 64);
    let known = Some(LearningPhase::Comprehension);
    let outcome = Outcome { phase_at_90: known, ..outcome(Some(LearningPhase::Memorisation)) };
    assert!(table.update(0, Event::Row { row: 0, outcome, history: History::default(), trajectory: None }));
    let colored = [CellMeasure::Phase, CellMeasure::PhaseAt90, CellMeasure::Grok].map(|measure| table.colored(0, measure));
    assert_eq!(colored, [Some(LearningPhase::Memorisation), known, None]);
    let words = [CellMeasure::Phase, CellMeasure::PhaseAt90].map(|measure| table.cell_words(0, measure));
    assert_eq!(words, ["weight decay 0: memorisation.", "weight decay 0: comprehension, from 90 % on."]);
    table.delete_cell(0);
    assert_eq!(table.colored(0, CellMeasure::PhaseAt90), None);
}

#[test]
fn a_table_shows_what_its_paper_is_about_until_somebody_chooses() {
    let shown =
        |chosen: Option<&str>, query: &str| SweepPicture::of(chosen.and_then(SweepPicture::named), &table(query).config).id();
    assert_eq!(shown(None, "sweep=wd:0|1"), "phase");
    assert_eq!(shown(None, "experiment=phases"), "phase90");
    assert_eq!(shown(Some("grok"), "experiment=phases"), "grok");
    assert_eq!(shown(Some("map"), "sweep=wd:0|1"), "phase", "there is no map");
}

#[test]
fn what_was_decided_outlives_a_reload_and_is_taken_for_no_other_table() {
    let query = "sweep=wd:0|1&seeds=2";
    let mut before = table(query);
    run(&mut before, 1, 64);
    decide(&mut before, 0, 2, LearningPhase::Grokking);
    before.elapsed_ms = 70.0;
    let mut after = SweepTable::from_record(before.record()).expect("what was kept");
    assert_eq!((after.states[2].clone(), after.elapsed_ms), (before.states[2].clone(), 70.0));
    run(&mut after, 1, 64);
    assert_eq!(sent(&mut after), [(0, vec![0, 1, 3])]);
    assert!(after.asks_like(&table(query).config));
    for other in ["sweep=wd:0|2&seeds=2", "sweep=wd:0|1&seeds=2&lr=0.5", "sweep=wd:0|1&seeds=2&steps=9"] {
        assert!(!after.asks_like(&table(other).config), "{other}");
    }
}

#[test]
fn a_map_is_asked_for_once_all_rows_are_over_and_the_table_waits_for_it() {
    let mut table = table("experiment=detours&sweep=seed:0..2:3");
    assert!(table.follows() && !self::table("sweep=seed:0..2:3").follows());
    run(&mut table, 2, 2);
    assert_eq!(sent(&mut table), [(0, vec![0, 2]), (1, vec![1])]);
    let trajectory = |row: u32| Trajectory { statistics: vec![], converged: row };
    let decide = |table: &mut SweepTable, worker, row| {
        let (outcome, history) = (outcome(Some(LearningPhase::Grokking)), History::default());
        assert!(table.update(worker, Event::Row { row, outcome, history, trajectory: Some(trajectory(row)) }));
        table.feed(worker, 2);
        table.take_effects()
    };
    let asks = |effects: Vec<SweepEffect>, worker| effects.contains(&SweepEffect::Map(worker, (0..3).map(trajectory).collect()));
    decide(&mut table, 0, 0);
    assert!(!asks(decide(&mut table, 0, 2), 0), "another one is on its way");
    assert!(asks(decide(&mut table, 1, 1), 1));
    assert!(table.works(1) && !table.works(0) && !table.over());
    // Another worker is not asked as well, and after a pause or a reload one is asked again.
    table.feed(0, 2);
    assert_eq!(table.take_effects(), []);
    let mut again = SweepTable::from_record(table.record()).expect("a table");
    again.run(1);
    again.feed(0, 2);
    assert!(asks(again.take_effects(), 0));
    table.release(1);
    table.feed(0, 2);
    assert!(asks(table.take_effects(), 0));
    let map = TrainingMap { states: vec![], moves: vec![], paths: vec![], converged: vec![], r2: 0.5 };
    assert!(table.update(0, Event::Mapped(Some(map.clone()))) && table.over());
    let kept = SweepTable::from_record(table.record()).expect("a table");
    assert!(kept.map == Some(map) && kept.over());
    // What a worker dies of is given up.
    again.lost(0, "out of memory");
    assert!(again.over() && again.map.is_none());
}
