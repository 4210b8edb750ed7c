//! Runs that follow each other: what stays of the one before, and forks.

use super::*;
use crate::protocol::inspect::{Asker, InspectReply, InspectResult};
use crate::view::choice::Action;
use crate::view::export::run_file::RunFile;
use crate::view::runs::{Fork, story};

/// A run that memorised at step 10, grokked at step 20, and is at step 30.
fn grokked(config: &Config) -> App {
    let mut app = ready(config);
    app.start();
    app.update(Event::Running);
    for (step, test) in [(5, 0.0), (10, 0.1), (20, 1.0), (30, 1.0)] {
        app.update(progress(step, if step == 5 { 0.5 } else { 1.0 }, test));
    }
    drain(&mut app);
    app
}

fn steps(histories: &[History]) -> Vec<u32> {
    histories[0].points.iter().map(|point| point.step).collect()
}

/// Goes back to a step, on the slider, and forks there.
fn fork(app: &mut App, at: Option<u32>, step: u32) {
    app.choose(Action::At(at));
    drain(app);
    app.fork();
    let sent = drain(app).0;
    assert_eq!(sent.last(), Some(&Command::Fork { at }));
    if sent.len() > 1 {
        app.update(Event::Paused);
    }
    app.update(loaded(&app.config.clone(), step));
}

/// A trainer whose optimiser begins with no state.
fn without_memory(config: &Config, step: u32) -> Event {
    let mut event = loaded(config, step);
    if let Event::Loaded { fresh, .. } = &mut event {
        *fresh = true;
    }
    event
}

#[test]
fn a_run_that_got_somewhere_stays_when_another_begins() {
    let other: [fn(&mut App); 5] = [
        |app| app.reset(),
        |app| drop(app.set([("seed", "4")])),
        |app| drop(app.set([("experiment", "hu")])),
        |app| app.play(Config { wd: 0.0, ..Config::standard() }, &[]),
        |app| {
            let run = app.run_file(vec![1]).expect("a run");
            app.open(RunFile { config: Config { p: 31, ..run.config }, ..run });
        },
    ];
    for begin in other {
        let mut app = grokked(&Config::standard());
        begin(&mut app);
        let [past] = &app.runs.past[..] else { panic!("{}", app.runs.past.len()) };
        assert_eq!((&past.config, past.step, past.histories[0].grokked), (&Config::standard(), 30, Some(20)));
        assert_eq!((steps(&past.histories), past.mark.shown), (vec![5, 10, 20, 30], true));
        assert!(app.histories[0].points.is_empty() && app.loading());
        // It stays once, whatever else happens.
        app.reset();
        app.set([("seed", "7")]);
        assert_eq!(app.runs.past.len(), 1);
    }
    let mut app = ready(&Config::standard());
    app.start();
    app.update(progress(5, 0.5, 0.0));
    app.reset();
    assert_eq!((app.runs.past.len(), app.runs.revision), (0, 0));
}

#[test]
fn live_changes_and_snapshots_of_the_same_run_leave_nothing() {
    let config = Config::standard();
    let mut app = grokked(&config);
    app.set([("wd", "0"), ("batch", "50"), ("speed", "0"), ("hide", "facts")]);
    app.restore(snapshot(&config)).unwrap();
    app.update(loaded(&config, 20));
    assert_eq!((app.runs.past.len(), app.histories[0].points.len()), (0, 3));
    app.restore(snapshot(&config)).unwrap();
    app.update(loaded(&Config { seed: 4, ..config }, 20));
    assert_eq!((app.runs.past.len(), app.histories[0].points.len()), (1, 0));
}

#[test]
fn a_fork_goes_on_from_an_earlier_step_and_its_parent_stays() {
    let mut app = grokked(&Config::standard());
    app.choose(Action::At(Some(10)));
    drain(&mut app);
    assert!(app.can_fork());
    app.fork();
    assert_eq!(drain(&mut app).0, [Command::Pause, Command::Fork { at: Some(10) }]);
    assert!(!app.can_fork(), "once at a time");
    // What the worker had measured before it read this is the parent's.
    app.update(progress(40, 1.0, 1.0));
    app.update(Event::Paused);
    app.update(without_memory(&Config::standard(), 9));
    assert_eq!((app.state(), app.step, steps(&app.histories)), (State::Paused, 9, vec![5]));
    assert_eq!((app.histories[0].memorized, app.inside.choice.at), (None, None));
    assert_eq!(steps(&app.runs.past[0].histories), [5, 10, 20, 30, 40]);
    assert_eq!(story(&app.record, app.runs.from, app.step), "from step 9, moments from 0");
    assert_eq!((app.runs.past[0].step, app.runs.past[0].histories[0].grokked), (40, Some(20)));
    // It goes on with other settings, live ones and those that the weights can be carried to.
    drain(&mut app);
    app.set([("wd", "0.5"), ("optimizer", "sgd")]);
    assert!(
        matches!(&drain(&mut app).0[..], [Command::Adjust(config, _)] if config.wd == 0.5 && config.optimizer == Optimizer::Sgd)
    );
    app.start();
    app.update(progress(11, 1.0, 0.1));
    assert_eq!((steps(&app.histories), app.histories[0].memorized), (vec![5, 11], Some(11)));
    assert_eq!(
        [&app.config, &app.runs.past[0].config].map(|run| (run.optimizer, run.wd)),
        [(Optimizer::Sgd, 0.5), (Optimizer::AdamW, 1.0)]
    );
    // Others begin anew, and the fork stays beside its parent.
    app.set([("seed", "1")]);
    assert_eq!(app.runs.past.iter().map(|run| run.from).collect::<Vec<_>>(), [Some(Fork { step: 9, fresh: true }), None]);
    assert_eq!(app.runs.from, None);
}

#[test]
fn a_fork_that_keeps_the_optimiser_says_nothing_of_it_and_one_without_a_step_of_its_own_is_none() {
    let mut app = grokked(&Config::standard());
    fork(&mut app, None, 30);
    assert_eq!((app.runs.from, steps(&app.histories)), (Some(Fork { step: 30, fresh: false }), vec![5, 10, 20, 30]));
    assert!(!app.can_fork(), "nothing has happened since");
    // Further back: this run did nothing that its parent did not.
    fork(&mut app, Some(10), 10);
    assert_eq!((app.runs.past.len(), app.runs.from), (1, Some(Fork { step: 10, fresh: false })));
    assert_eq!(story(&app.record, app.runs.from, app.step), "from step 10");
    app.reset();
    assert_eq!((app.runs.past.len(), app.runs.from), (1, None));
    // Nor is there anything before a fork that a snapshot goes back beyond.
    let mut app = grokked(&Config::standard());
    fork(&mut app, None, 30);
    app.restore(snapshot(&Config::standard())).unwrap();
    app.update(loaded(&Config::standard(), 10));
    assert_eq!(app.runs.from, None);
}

#[test]
fn there_is_no_fork_where_it_could_not_go_on() {
    let mut app = ready(&Config::standard());
    assert!(!app.can_fork(), "at step 0");
    app.fork();
    assert_eq!(drain(&mut app).0, []);
    // Over: only from an earlier step.
    let mut app = grokked(&Config::standard());
    app.update(progress(80, 1.0, 1.0));
    app.update(Event::Done { reason: End::Grokked });
    assert!(!app.can_fork());
    fork(&mut app, Some(10), 10);
    assert_eq!((app.state(), app.step), (State::Paused, 10));
    // Of several runs, the checkpoint history has the first one's weights.
    let mut app = grokked(&Config { seeds: 2, ..Config::standard() });
    assert!(app.can_fork());
    app.choose(Action::At(Some(10)));
    assert!(!app.can_fork());
}

#[test]
fn wishes_while_a_fork_is_made_follow_it() {
    let config = Config::standard();
    let mut app = grokked(&config);
    app.choose(Action::At(Some(10)));
    app.fork();
    drain(&mut app);
    app.set([("wd", "0")]);
    app.start();
    assert!(app.snapshot(3));
    assert_eq!(drain(&mut app).0, []);
    app.update(Event::Paused);
    app.update(loaded(&config, 10));
    let adjust = Command::Adjust(Config { wd: 0.0, ..config.clone() }, config.clone());
    assert_eq!((drain(&mut app).0, app.state()), (vec![adjust, Command::Snapshot { id: 3 }, Command::Run], State::Running));

    // Another run: the fork is made in vain.
    let mut app = grokked(&config);
    app.choose(Action::At(Some(10)));
    app.fork();
    drain(&mut app);
    app.reset();
    app.update(loaded(&config, 10));
    assert_eq!((drain(&mut app).0, app.runs.past.len(), app.step), (vec![Command::Load(config, Engine::Cpu)], 1, 0));
}

#[test]
fn what_is_pointed_at_on_a_chart_can_be_forked() {
    let mut app = grokked(&Config::standard());
    app.see_inside(true);
    app.choose(Action::Peek(Some(20)));
    app.update(Event::Inspected(InspectReply {
        asker: Asker::View(1),
        step: 20,
        accuracy: [1.0, 1.0],
        checkpoint_steps: vec![0, 20],
        result: InspectResult::None,
    }));
    drain(&mut app);
    app.fork();
    assert_eq!(drain(&mut app).0, [Command::Pause, Command::Fork { at: Some(20) }]);
}
