//! A worker that crashes or goes silent, whenever it does: the run goes on, and the state is true.

use super::*;

/// In training on the CPU at step 20, with a copy of step 10.
fn training(config: &Config) -> (App, Vec<u8>) {
    let mut app = ready(config);
    app.start();
    app.update(Event::Alive { patience_s: 10, megabytes: 20 });
    app.update(progress(10, 1.0, 0.0));
    let bytes = snapshot(config);
    app.update(Event::Copied { bytes: bytes.clone() });
    app.update(progress(20, 1.0, 0.0));
    app.take_effects();
    (app, bytes)
}

/// The worker that was started anew has built the run at this step.
fn again(app: &mut App, step: u32) -> Vec<Command> {
    app.update(Event::Hello);
    let config = app.config.clone();
    app.update(loaded(&config, step));
    drain(app).0
}

#[test]
fn a_silent_worker_is_replaced_and_its_run_goes_on_from_the_last_copy() {
    let config = Config::standard();
    let (mut app, bytes) = training(&config);
    app.tick();
    assert_eq!(drain(&mut app).0, [Command::Ping]);
    (0..4).for_each(|_| assert!(!app.tick(), "it may still be busy"));
    assert!(app.tick());
    assert_eq!(app.take_effects()[..2], [Effect::Quit, Effect::Spawn(Engine::Cpu)]);
    assert!(app.problems[0].contains("it has not answered for 10 seconds"), "{:?}", app.problems);
    let milestones = vec![app.histories[0].milestones()];
    let restore = Command::Restore { bytes, engine: Engine::Cpu, elapsed_ms: 1.0, milestones };
    assert_eq!(again(&mut app, 10), [restore, Command::Run]);
    assert_eq!((app.state(), app.step, app.histories[0].points.len()), (State::Running, 10, 1));
    // The notice of a second time takes the place of the first.
    app.crashed("an exception");
    assert!(app.problems.len() == 1 && app.problems[0].contains("(an exception)"), "{:?}", app.problems);
}

#[test]
fn a_worker_that_answers_late_or_is_suspended_lives() {
    let (mut app, _) = training(&Config::standard());
    app.update(Event::Alive { patience_s: 300, megabytes: 20 });
    for _ in 0..150 {
        app.tick();
    }
    assert_eq!(drain(&mut app).0, [Command::Ping]);
    app.update(progress(30, 1.0, 0.0));
    // Any sign of life will do, and each question waits for its own answer.
    for _ in 0..1000 {
        app.tick();
        app.update(Event::Alive { patience_s: 10, megabytes: 20 });
    }
    assert!(app.state() == State::Running && app.problems.is_empty());
    // Nobody waits for a paused one, which is asked now and then.
    app.pause();
    drain(&mut app);
    for _ in 0..50 {
        app.tick();
        app.update(Event::Alive { patience_s: 10, megabytes: 20 });
    }
    assert_eq!(drain(&mut app).0, vec![Command::Ping; 10]);
}

#[test]
fn a_run_that_is_paused_or_over_stays_so() {
    let config = Config::standard();
    for end in [Event::Paused, Event::Done { reason: End::Grokked }] {
        let (mut app, bytes) = training(&config);
        app.update(end);
        app.update(Event::Copied { bytes });
        let (state, points) = (app.state(), app.histories.clone());
        app.take_effects();
        app.crashed("self.close()");
        assert_eq!(app.take_effects(), [Effect::Quit, Effect::Spawn(Engine::Cpu)]);
        assert!(matches!(&again(&mut app, 20)[..], [Command::Restore { .. }]));
        assert_eq!((app.state(), &app.histories, app.problems.len()), (state, &points, 0));
    }
    // So does one that was asked for some steps only.
    let (mut app, _) = training(&config);
    app.pause();
    app.step(1, 5);
    app.update(Event::Running);
    app.crashed("an exception");
    assert!(!again(&mut app, 10).contains(&Command::Run));
    assert_eq!(app.state(), State::Paused);
}

#[test]
fn without_a_copy_the_run_begins_anew_and_says_so() {
    let config = Config::standard();
    let mut app = ready(&config);
    app.start();
    app.update(progress(400, 1.0, 1.0));
    app.crashed("unreachable");
    assert!(app.problems[0].contains("There was no copy of the run, so it begins anew."), "{:?}", app.problems);
    assert!(again(&mut app, 0).contains(&Command::Run));
    assert_eq!((app.state(), app.step, app.histories[0].points.len()), (State::Running, 0, 0));
}

#[test]
fn a_worker_that_crashes_again_and_again_is_ended() {
    let config = Config::standard();
    let (mut app, _) = training(&config);
    for _ in 0..2 {
        app.crashed("unreachable");
        assert_eq!(again(&mut app, 10).last(), Some(&Command::Run));
        app.update(progress(12, 1.0, 0.0));
    }
    app.take_effects();
    app.crashed("unreachable");
    let effects = app.take_effects();
    assert!(effects.contains(&Effect::Quit) && !effects.contains(&Effect::Spawn(Engine::Cpu)), "{effects:?}");
    assert_eq!((app.state(), app.histories[0].points.len()), (State::Error, 2));
    // Nothing is heard of it any more.
    app.crashed("unreachable");
    assert!(!app.tick() && app.state() == State::Error);
    app.start();
    assert!(app.take_effects().contains(&Effect::Spawn(Engine::Cpu)));
}

#[test]
fn a_worker_that_does_not_start_is_started_anew_and_in_the_end_given_up() {
    let config = Config { backend: Backend::Cpu, ..Config::standard() };
    let started = || {
        let mut app = seen(config.clone(), None);
        app.start();
        assert_eq!(effects(&mut app), (vec![Engine::Cpu], vec![]));
        app
    };
    let what_follows = |app: &mut App| {
        (0..15).for_each(|_| assert!(!app.tick(), "it may still be on its way"));
        assert!(app.tick());
        app.take_effects()
    };
    let mut app = started();
    for _ in 0..2 {
        assert_eq!(what_follows(&mut app), [Effect::Spawn(Engine::Cpu)]);
    }
    // One comes: nobody has to know.
    assert_eq!(again(&mut app, 0), [Command::Load(config.clone(), Engine::Cpu), Command::Run]);
    assert!(app.problems.is_empty() && app.state() == State::Running);
    // None comes.
    let mut app = started();
    for _ in 0..2 {
        what_follows(&mut app);
    }
    assert!(what_follows(&mut app).contains(&Effect::Quit));
    assert!(app.state() == State::Error && app.problems[0].contains("Reset starts a new one"), "{:?}", app.problems);
}

#[test]
fn a_gpu_that_crashes_its_worker_while_it_is_tried_out_is_done_without() {
    let config = Config::standard();
    let mut app = seen(config.clone(), None);
    app.start();
    app.update(Event::Hello);
    app.take_effects();
    app.crashed("createComputePipeline: a test");
    assert_eq!(effects(&mut app), (vec![Engine::Cpu], vec![]));
    assert_eq!(again(&mut app, 0), [Command::Load(config, Engine::Cpu), Command::Run]);
    assert_eq!(app.trainer.as_ref().map(|t| t.reason.as_str()), Some("createComputePipeline: a test"));
    assert!(app.problems.is_empty() && app.state() == State::Running);
}

#[test]
fn a_large_worker_is_replaced_before_it_builds_something_else() {
    let config = Config::standard();
    for (megabytes, spawned) in [(599, 0), (3200, 1)] {
        let mut app = ready(&config);
        app.update(Event::Alive { patience_s: 10, megabytes });
        app.set([("p", "31")]);
        assert_eq!(effects(&mut app).0.len(), spawned, "{megabytes} MB");
    }
}

#[test]
fn a_request_without_an_answer_changes_nothing() {
    let (mut app, _) = training(&Config::standard());
    app.update(Event::Unanswered { id: 3, why: "a test".into() });
    assert_eq!(app.take_effects(), [Effect::Decline(3, "a test".into())]);
    assert!(app.state() == State::Running && app.problems.is_empty());
}

#[test]
fn what_a_lost_worker_was_asked_the_next_one_is_asked_again() {
    let config = Config::standard();
    type Loss = fn(&mut App);
    let losses: [Loss; 2] = [
        |app| app.crashed("it had no memory"),
        |app| {
            let snapshot = Some(snapshot(&Config::standard()));
            app.update(Event::Refused { why: "the GPU was lost".into(), snapshot, running: false });
        },
    ];
    for lose in losses {
        let mut app = ready(&config);
        app.start();
        app.update(progress(10, 1.0, 0.1));
        app.update(Event::Copied { bytes: snapshot(&config) });
        app.pause();
        assert!(app.snapshot(3) && app.weights(4));
        app.take_effects();
        lose(&mut app);
        let lost = app.take_effects();
        assert!(!lost.iter().any(|effect| matches!(effect, Effect::Decline(..))), "{lost:?}");
        app.update(Event::Hello);
        app.update(loaded(&config, 10));
        let asked = drain(&mut app).0;
        assert!(asked.contains(&Command::Snapshot { id: 3 }) && asked.contains(&Command::Weights { id: 4 }), "{asked:?}");
        app.update(Event::Snapshot { id: 3, bytes: vec![1] });
        assert!(app.take_effects().contains(&Effect::Answer(3, vec![1])));
        // Another run in another worker: what is still open has no answer.
        app.update(Event::Failed { message: "no".into() });
        let declined = app.take_effects();
        let of = |effect: &Effect| matches!(effect, Effect::Decline(4, why) if why.contains("failed"));
        assert_eq!(declined.iter().filter(|effect| matches!(effect, Effect::Decline(..))).count(), 1, "{declined:?}");
        assert!(declined.iter().any(of), "{declined:?}");
    }
}

#[test]
fn a_snapshot_that_waits_while_a_gpu_is_tried_out_is_not_lost() {
    let config = Config::standard();
    let mut app = seen(config.clone(), None);
    app.update(Event::Hello);
    let bytes = snapshot(&config);
    app.restore(bytes.clone()).expect("a snapshot");
    app.take_effects();
    app.crashed("createComputePipeline: a test");
    assert_eq!(effects(&mut app), (vec![Engine::Cpu], vec![]));
    let restored = again(&mut app, 7);
    assert!(matches!(&restored[0], Command::Restore { bytes: own, engine: Engine::Cpu, .. } if *own == bytes), "{restored:?}");
    assert_eq!((app.state(), app.step), (State::Paused, 7));
}

#[test]
fn a_late_word_of_the_worker_does_not_end_an_automatic_pause() {
    let mut app = ready(&Config::standard());
    app.start();
    app.set_visible(false);
    app.update(Event::Running);
    assert!(app.auto_paused() && app.state() == State::Paused);
    app.update(Event::Paused);
    app.set_visible(true);
    assert_eq!((drain(&mut app).0, app.state()), (vec![Command::Run, Command::Pause, Command::Run], State::Running));
}

#[test]
fn a_run_that_is_over_stays_over_for_its_reason_when_its_trainer_is_built_anew() {
    let config = Config::standard();
    let (mut app, _) = training(&config);
    app.update(Event::Done { reason: End::Grokked });
    app.update(loaded(&config, 20));
    assert_eq!((app.state(), app.end()), (State::Done, Some(End::Grokked)));
}
