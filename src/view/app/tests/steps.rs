//! Steps that were asked for by number.

use super::*;

#[test]
fn steps_add_up_and_are_answered() {
    let mut app = ready(&Config::standard());
    (1..=3).for_each(|id| app.step(id, id));
    let sent = [(1, 1), (2, 2), (3, 3)].map(|(id, n)| Command::Step { id, n });
    assert_eq!(drain(&mut app).0, sent);
    app.update(Event::Running);
    app.update(progress(6, 0.5, 0.1));
    app.update(Event::Paused);
    app.take_effects();
    for id in [1, 2, 3, 3, 9] {
        app.update(Event::Stepped { id, made: true });
    }
    assert_eq!(reached(&mut app), [(1, Ok(6)), (2, Ok(6)), (3, Ok(6))]);
}

#[test]
fn steps_wait_for_the_trainer_together() {
    let config = Config::standard();
    let mut app = poster(config.clone());
    app.step(1, 5);
    app.step(2, 5);
    app.update(Event::Hello);
    app.update(loaded(&config, 0));
    let sent = drain(&mut app).0;
    assert_eq!(sent[1..], [Command::Step { id: 1, n: 5 }, Command::Step { id: 2, n: 5 }]);
}

#[test]
fn whoever_waits_is_told_when_steps_will_not_be_made() {
    type Interruption = fn(&mut App);
    let end: [(Interruption, &str); 5] = [
        (|app| app.pause(), "paused"),
        (|app| app.reset(), "replaced"),
        (|app| drop(app.set([("seed", "4")])), "replaced"),
        (|app| app.update(Event::Failed { message: "no".into() }), "failed"),
        (|app| app.update(Event::Stepped { id: 7, made: false }), "ended at step 4"),
    ];
    for (end, why) in end {
        let mut app = ready(&Config::standard());
        app.step(7, 100);
        app.update(Event::Running);
        app.update(progress(4, 0.5, 0.1));
        app.take_effects();
        end(&mut app);
        match &reached(&mut app)[..] {
            [(7, Err(said))] => assert!(said.contains(why), "{said}"),
            other => panic!("{why}: {other:?}"),
        }
    }
    // A run that is over is closed.
    let mut app = ready(&Config::standard());
    app.update(progress(100, 1.0, 1.0));
    app.update(Event::Done { reason: End::Grokked });
    app.take_effects();
    app.step(1, 1);
    assert!(matches!(&app.take_effects()[..], [Effect::Reached(1, Err(why))] if why.contains("over since step 100")));
}

#[test]
fn only_a_number_of_steps_is_one() {
    assert_eq!([1.0, 3.0, 1e6].map(count), [Ok(1), Ok(3), Ok(1_000_000)]);
    for n in [0.0, -1.0, 0.5, 1e6 + 1.0, f64::NAN, f64::INFINITY] {
        assert!(count(n).is_err_and(|why| why.contains("from 1 to 1000000")), "{n}");
    }
}
