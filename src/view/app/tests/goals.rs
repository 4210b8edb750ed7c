//! Waiting for a run to come to something.

use super::*;

#[test]
fn each_goal_is_told_when_the_run_comes_to_it_and_at_once_when_it_has() {
    let mut app = ready(&Config::standard());
    for (id, goal) in [(1, Goal::Grok), (2, Goal::Memorized), (3, Goal::Done)] {
        app.until(id, goal);
    }
    app.start();
    assert_eq!(reached(&mut app), []);
    app.update(progress(10, 1.0, 0.1));
    assert_eq!(reached(&mut app), [(2, Ok(10))]);
    app.pause();
    app.start();
    assert_eq!(reached(&mut app), [], "a pause is no end");
    app.update(progress(20, 1.0, 1.0));
    assert_eq!(reached(&mut app), [(1, Ok(20))]);
    app.update(progress(80, 1.0, 1.0));
    app.update(Event::Done { reason: End::Grokked });
    assert_eq!(reached(&mut app), [(3, Ok(80))]);
    app.until(4, Goal::Grok);
    app.until(5, Goal::Done);
    assert_eq!(reached(&mut app), [(4, Ok(20)), (5, Ok(80))]);
}

#[test]
fn whoever_waits_in_vain_is_told_why() {
    type Interruption = fn(&mut App);
    let ends: [(Interruption, &str); 4] = [
        (|app| app.reset(), "replaced"),
        (|app| drop(app.set([("seed", "4")])), "replaced"),
        (|app| app.update(Event::Failed { message: "no".into() }), "failed"),
        (|app| app.update(Event::Done { reason: End::Limit }), "ended at step 10"),
    ];
    for (end, why) in ends {
        let mut app = ready(&Config::standard());
        app.until(7, Goal::Grok);
        app.start();
        app.update(progress(10, 1.0, 0.1));
        app.take_effects();
        end(&mut app);
        match &reached(&mut app)[..] {
            [(7, Err(said))] => assert!(said.contains(why), "{said}"),
            other => panic!("{why}: {other:?}"),
        }
    }
}

#[test]
fn a_lost_trainer_is_no_reason_to_stop_waiting() {
    let mut app = ready(&Config::standard());
    app.until(7, Goal::Grok);
    app.start();
    app.update(progress(10, 1.0, 0.1));
    app.update(Event::Copied { bytes: vec![] });
    app.crashed("the tab had no memory");
    assert_eq!(reached(&mut app), []);
}

#[test]
fn goals_have_the_names_of_their_events() {
    for (name, goal) in [("memorized", Goal::Memorized), ("grok", Goal::Grok), ("done", Goal::Done)] {
        assert_eq!(Goal::named(name), Ok(goal));
    }
    let why = Goal::named("tomorrow").unwrap_err();
    assert!(why.contains("tomorrow") && why.contains("memorized"), "{why}");
}
