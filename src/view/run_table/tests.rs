//! The table of all runs: what it lists, in which order, and what outlives a reload.

use super::column::Value;
use super::*;
use crate::metrics::Point;
use crate::protocol::Event;
use crate::settings::{from_query, to_query};
use crate::sweep::LearningPhase;

fn with(query: &str) -> Config {
    let (config, problems) = Config::small().with_query(query);
    assert_eq!(problems, []);
    config
}

/// Memorised and grokked at these steps, at its end 100 steps later.
fn history(memorized: u32, grokked: u32) -> History {
    let mut history = History::default();
    for (step, train_accuracy, test_accuracy) in
        [(0, 0.1, 0.1), (memorized, 1.0, 0.2), (grokked, 1.0, 0.96), (grokked + 100, 1.0, 1.0)]
    {
        history.push(Point { step, train_accuracy, test_accuracy, train_loss: 0.5, weight_norm: 1.0, ..Point::default() });
    }
    history
}

/// A page with the runs that were left.
fn app(config: &Config) -> App {
    App::new(config.clone(), &[], Some("there is none".into()))
}

fn decide(table: &mut SweepTable, row: u32, grokked: u32) {
    table.run(1);
    table.feed(0, 64);
    let history = history(20, grokked);
    let outcome = Outcome::of(&history, Some(LearningPhase::Grokking));
    assert!(table.update(0, Event::Row { row, outcome, history, trajectory: None }));
}

/// Sweep of two cells with two seeds each; one cell is decided.
fn swept() -> SweepTable {
    let mut table = SweepTable::new(&with("sweep=wd:0.5|2&seeds=2"));
    table.elapsed_ms = 1000.0;
    decide(&mut table, 2, 60);
    table.elapsed_ms = 3000.0;
    decide(&mut table, 3, 140);
    table
}

fn texts(lines: &Lines, column: &str) -> Vec<String> {
    let at = lines.heads.iter().position(|head| *head == column).unwrap_or_else(|| panic!("{column} of {:?}", lines.heads));
    lines.page.iter().map(|line| line.values[at].0.clone()).collect()
}

fn found(runs: AllRuns, find: &str) -> Vec<String> {
    let view = TableView { find: find.into(), ..TableView::default() };
    lines(runs, &view).page.into_iter().map(|line| line.name).collect()
}

#[test]
fn all_runs_are_in_one_table_with_the_settings_in_which_they_differ() {
    let mut app = app(&with("wd=0.5"));
    app.runs.add(&with("lr=0.003&wd=0.5"), (300, 5000.0), &[history(50, 200)]);
    let alone = AllRuns { app: &app, sweep: None };
    assert!(alone.several());
    let lines = super::lines(alone, &TableView::default());
    assert_eq!(
        (texts(&lines, "Run"), texts(&lines, "Learning rate")),
        (["Run 2", "Run 1"].map(String::from).into(), ["0.01", "0.003"].map(String::from).into())
    );
    assert_eq!(texts(&lines, "Ratio"), ["–", "4.0"]);
    assert_eq!((texts(&lines, "Time")[1].as_str(), texts(&lines, "Phase")[1].as_str()), ("5.0 s", "grokking"));

    let table = swept();
    let runs = AllRuns { app: &app, sweep: Some(&table) };
    let lines = super::lines(runs, &TableView::default());
    // What has not begun is no run beside a sweep.
    assert_eq!(texts(&lines, "Run"), ["Run 1", "Cell 1", "Cell 2"]);
    assert_eq!(texts(&lines, "Weight decay"), ["0.5", "0.5", "2"]);
    assert_eq!(texts(&lines, "Seed"), ["0", "0–1", "0–1"]);
    assert_eq!(texts(&lines, "Grokked"), ["200", "–", "100"], "the median of 60 and 140");
    assert_eq!(texts(&lines, "Phase"), ["grokking", "trains", "grokking"]);
    assert!(lines.seeds);
    let each = super::lines(runs, &TableView { seeds: true, ..TableView::default() });
    assert_eq!(texts(&each, "Grokked"), ["200", "–", "–", "60", "140"]);
    assert_eq!(each.page.iter().map(|line| line.seed).collect::<Vec<_>>(), [None, Some(0), Some(1), Some(0), Some(1)]);
}

#[test]
fn a_cell_of_which_some_seeds_have_a_number_says_how_many() {
    let app = app(&with(""));
    let mut table = SweepTable::new(&with("sweep=wd:0.5|2&seeds=2"));
    decide(&mut table, 1, 80);
    let runs = AllRuns { app: &app, sweep: Some(&table) };
    let lines = super::lines(runs, &TableView::default());
    assert_eq!((texts(&lines, "Grokked")[0].as_str(), texts(&lines, "Phase")[0].as_str()), ("80 (1 of 2)", "grokking (1 of 2)"));
}

#[test]
fn rows_are_sorted_found_and_turned_over() {
    let mut app = app(&with(""));
    for (seed, grokked) in [(1, 300), (2, 100), (3, 200)] {
        app.runs.add(&with(&format!("seed={seed}")), (400, 1.0), &[history(50, grokked)]);
    }
    app.runs.mark_mut(RunId::Past(2)).expect("it is kept").note = "The Odd one".into();
    app.runs.mark_mut(RunId::Past(3)).expect("it is kept").name = "last of all".into();
    let runs = AllRuns { app: &app, sweep: None };
    let mut view = TableView::default();
    let grokked = lines(runs, &view).heads.iter().position(|head| *head == "Grokked").expect("a column");
    let sorted = |view: &TableView| texts(&lines(runs, view), "Grokked");
    assert_eq!(sorted(&view), ["–", "200", "100", "300"]);
    view.sort(grokked);
    assert_eq!(sorted(&view), ["100", "200", "300", "–"]);
    view.sort(grokked);
    assert_eq!(sorted(&view), ["300", "200", "100", "–"], "what has no number stays at the end");
    view.sort(grokked);
    assert_eq!(view.sorted, None);

    assert_eq!(found(runs, "odd"), ["Run 2"]);
    assert_eq!(found(runs, "grokking LAST"), ["last of all"]);
    assert!(found(runs, "odd last").is_empty());
    let all = lines(runs, &TableView { find: "odd".into(), ..TableView::default() });
    assert_eq!((all.found, all.page.len(), all.all), (1, 1, 4));

    let page = |page, found| TableView { page, ..TableView::default() }.range(found);
    assert_eq!((page(0, 0), page(0, 7), page(0, 70), page(1, 70), page(9, 70)), (0..0, 0..7, 0..50, 50..70, 50..70));
}

#[test]
fn the_frame_stays_while_numbers_change_and_escapes_what_was_written() {
    let config = with("");
    let mut app = app(&config);
    app.runs.add(&with("seed=1"), (400, 1.0), &[history(50, 300)]);
    app.runs.mark_mut(RunId::Past(1)).expect("it is kept").name = "<b>\"".into();
    let view = TableView::default();
    let frame = |app: &App| super::frame(&lines(AllRuns { app, sweep: None }, &view), &view);
    let before = frame(&app);
    assert!(before.contains("value=\"&lt;b&gt;&quot;\"") && !before.contains("<b>"), "{before}");
    app.histories = vec![history(10, 20)];
    app.step = 120;
    assert_eq!(frame(&app), before);
    app.runs.mark_mut(RunId::Past(1)).expect("it is kept").color = 3;
    assert_ne!(frame(&app), before);
    assert_eq!(before.matches("data-action=runs-drop").count(), 1, "the present run stays");
}

#[test]
fn what_is_written_has_a_row_for_each_seed_and_those_of_the_sweep_first() {
    let mut app = app(&with("sweep=wd:0.5|2&seeds=2"));
    app.runs.add(&with("p=13&seeds=2&seed=5"), (400, 1.0), &[history(50, 300), history(50, 400)]);
    app.runs.mark_mut(RunId::Past(1)).expect("it is kept").name = "mine".into();
    let planned = AllRuns { app: &app, sweep: None }.written();
    assert_eq!((planned.0.sweep.write().as_str(), planned.1.len()), ("wd:0.5|2", 6));
    let mut table = swept();
    table.marks[1].note = "odd".into();
    let (_, rows) = AllRuns { app: &app, sweep: Some(&table) }.written();
    let told: Vec<_> =
        rows.iter().map(|w| (w.kind.id(), w.row.config.seed, w.row.config.seeds, w.outcome.and_then(|o| o.grokked))).collect();
    let sweep = [(0, None), (1, None), (0, Some(60)), (1, Some(140))].map(|(seed, grokked)| ("sweep", seed, 1, grokked));
    let earlier = [(5, Some(300)), (6, Some(400))].map(|(seed, grokked)| ("earlier", seed, 1, grokked));
    assert_eq!(told, [sweep.as_slice(), &earlier].concat());
    assert_eq!(rows.iter().map(|w| [&w.name[..], &w.note].concat()).collect::<Vec<_>>(), ["", "", "odd", "odd", "mine", "mine"]);
}

#[test]
fn a_comparison_is_a_link_that_asks_for_the_same_runs() {
    let mut app = app(&with("wd=0.5&steps=300"));
    app.runs.add(&with("wd=0.5&lr=0.003&steps=700"), (300, 1.0), &[history(50, 200)]);
    app.runs.add(&with("wd=0.5&at=20:wd%3D2"), (300, 1.0), &[history(50, 200)]);
    app.runs.add(&with("wd=0.5&task=x-y"), (300, 1.0), &[history(50, 200)]);
    app.runs.mark_mut(RunId::Past(3)).expect("it is kept").shown = false;
    let mut table = swept();
    table.marks[1].shown = true;
    let comparison = AllRuns { app: &app, sweep: Some(&table) }.comparison();
    assert_eq!((comparison.steps, comparison.seeds), (700.max(Config::small().steps), 2));
    let (again, problems) = from_query(&to_query(&comparison));
    assert_eq!((problems, &again), (vec![], &comparison));
    let cells = again.grid();
    assert!(cells.iter().all(|cell| cell.why.is_none()), "{cells:?}");
    let told: Vec<_> = cells.iter().map(|cell| (cell.config.wd, cell.config.lr, cell.config.at.write())).collect();
    let lr = Config::small().lr;
    assert_eq!(told, [(0.5, lr, "".into()), (0.5, lr, "20:wd=2".into()), (0.5, 0.003, "".into()), (2.0, lr, "".into())]);
}

#[test]
fn what_was_kept_is_there_again_and_nothing_is_kept_of_nothing() {
    let mut app = app(&with(""));
    assert!(AllRuns { app: &app, sweep: None }.encode().is_none());
    let nothing = SweepTable::new(&with("sweep=wd:0.5|2"));
    assert!(AllRuns { app: &app, sweep: Some(&nothing) }.encode().is_none());
    app.runs.add(&with("seed=1"), (400, 1.0), &[history(50, 300)]);
    app.runs.mark_mut(RunId::Past(1)).expect("it is kept").note = "kept".into();
    let mut table = swept();
    table.marks[1] = Mark { name: "two".into(), shown: true, color: 4, ..Mark::default() };
    table.delete_cell(0);
    let bytes = AllRuns { app: &app, sweep: Some(&table) }.encode().expect("something");
    let (past, again) = decode(&bytes).expect("what was kept");
    let again = again.expect("a sweep");
    assert_eq!((past, &again.marks, &again.states), (app.runs.past.clone(), &table.marks, &table.states));
    assert_eq!((again.listed().collect::<Vec<_>>(), again.took_ms(3)), (vec![1], Some(2000.0)));
    assert_eq!(again.drawn(), table.drawn());
    assert_eq!(again.drawn()[0].histories.len(), 2);
    for end in 0..bytes.len() {
        assert!(decode(&bytes[..end]).is_err(), "{end} bytes");
    }
    let bytes = AllRuns { app: &app, sweep: None }.encode().expect("something");
    assert!(decode(&bytes).expect("what was kept").1.is_none());
}

#[test]
fn numbers_come_before_what_has_none() {
    let value = |text: &str, number| Value(text.into(), number);
    assert!(value("10", Some(10.0)).order(&value("9", Some(9.0))).is_gt());
    assert!(value("–", None).order(&value("9", Some(9.0))).is_gt());
    assert!(value("a", None).order(&value("b", None)).is_lt());
}
