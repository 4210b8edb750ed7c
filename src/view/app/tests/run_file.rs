//! Run files: how they come back, and what can come in between.

use super::*;
use crate::metrics::Milestones;
use crate::view::export::run_file::RunFile;

/// A run that grokked, exported at some step.
fn run_file(config: &Config, step: u32) -> RunFile {
    let mut app = ready(config);
    app.update(progress(10, 1.0, 0.1));
    app.update(progress(20, 1.0, 1.0));
    app.update(Event::Progress { step, points: vec![], elapsed_ms: 4000.0, steps_per_second: 1.0 });
    app.run_file(vec![1, 2, 3]).expect("a run that is not being built")
}

fn restore(run: &RunFile) -> Command {
    Command::Restore {
        bytes: run.snapshot.clone(),
        engine: Engine::Cpu,
        elapsed_ms: 4000.0,
        milestones: vec![Milestones { turned: None, memorized: Some(10), grokked: Some(20), settled: Some(20) }],
    }
}

#[test]
fn a_run_file_brings_settings_curves_step_and_time() {
    let theirs = Config { p: 31, speed: 5.0, hide: "note".into(), autoplay: true, ..Config::standard() };
    let run = run_file(&theirs, 30);
    let mut app = ready(&Config { hide: "facts".into(), ..Config::standard() });
    app.start();
    app.update(progress(3, 0.5, 0.5));
    drain(&mut app);
    app.open(run.clone());
    assert_eq!(drain(&mut app).0, [restore(&run)]);
    // It was training; what is still told of that does not count.
    app.update(progress(4, 0.5, 0.5));
    assert!(app.loading() && app.histories[0].points.is_empty());
    app.update(loaded(&theirs, 30));
    let want = Config { hide: "facts".into(), autoplay: false, ..theirs };
    assert_eq!((app.state(), app.step, app.elapsed_ms, &app.config), (State::Paused, 30, 4000.0, &want));
    assert_eq!(app.histories, run.histories);
    assert_eq!(drain(&mut app).0, [Command::Adjust(want.clone(), Config { hide: "note".into(), autoplay: true, ..want })]);
    // It goes on where it was.
    app.start();
    assert_eq!(drain(&mut app).0, [Command::Run]);
    app.update(progress(40, 1.0, 1.0));
    assert_eq!((app.histories[0].points.len(), app.histories[0].grokked), (3, Some(20)));
}

#[test]
fn a_run_file_waits_for_the_worker_and_starts_one_if_there_is_none() {
    let config = Config::standard();
    let run = run_file(&config, 30);
    let mut app = without_gpu(config.clone());
    app.take_effects();
    app.open(run.clone());
    app.update(Event::Hello);
    assert_eq!(drain(&mut app).0, [restore(&run)]);
    app.update(loaded(&config, 30));
    assert_eq!((app.state(), app.step), (State::Paused, 30));

    app.crashed("a test");
    app.crashed("a test, and cannot be started again");
    drain(&mut app);
    app.open(run.clone());
    assert_eq!(effects(&mut app), (vec![Engine::Cpu], vec![]));
    app.update(Event::Hello);
    assert_eq!(drain(&mut app).0, [restore(&run)]);
}

#[test]
fn a_run_file_that_was_over_is_over() {
    let config = Config::standard();
    for (step, state) in [(0, State::Idle), (69, State::Paused), (70, State::Done)] {
        let mut app = ready(&config);
        app.open(run_file(&config, step));
        app.update(loaded(&config, step));
        assert_eq!(app.state(), state, "step {step}");
    }
}

#[test]
fn another_wish_replaces_a_run_file_on_its_way() {
    let config = Config::standard();
    let run = run_file(&config, 30);
    let mut app = ready(&config);
    app.open(run.clone());
    app.reset();
    drain(&mut app);
    app.update(loaded(&config, 30));
    assert_eq!(drain(&mut app).0, [Command::Load(config.clone(), Engine::Cpu)]);
    app.update(loaded(&config, 0));
    assert_eq!((app.state(), app.step), (State::Idle, 0));

    // A snapshot that cannot be read leaves an error, and the next load works.
    app.open(run.clone());
    app.update(Event::Failed { message: "unreadable".into() });
    assert_eq!((app.state(), app.problems.len()), (State::Error, 1));
    drain(&mut app);
    app.reset();
    assert_eq!(drain(&mut app).0, [Command::Load(config.clone(), Engine::Cpu)]);
    // While another trainer is being built it waits, also for that one to fail.
    app.open(run.clone());
    assert_eq!(drain(&mut app).0, []);
    app.update(Event::Failed { message: "too large".into() });
    assert_eq!(drain(&mut app).0, [restore(&run)]);
}

#[test]
fn nothing_is_exported_of_a_run_that_is_being_replaced() {
    let mut app = ready(&Config::standard());
    assert!(app.snapshot(1) && app.weights(2));
    assert_eq!(drain(&mut app).0, [Command::Snapshot { id: 1 }, Command::Weights { id: 2 }]);
    app.set([("p", "31")]);
    // What is asked for now is about the next run; what had been asked for before gets nothing.
    assert!(app.snapshot(3) && app.run_file(vec![]).is_none());
    drain(&mut app);
    app.update(Event::Weights { id: 2, bytes: vec![7] });
    assert_eq!(app.take_effects(), [Effect::Answer(2, vec![7])]);
}

#[test]
fn what_is_known_of_the_gpu_is_stored_and_told_to_the_next_worker() {
    let config = Config::standard();
    let mut app = seen(config.clone(), None);
    app.take_effects();
    app.update(Event::Hello);
    let load = Command::Load(config.clone(), Engine::Gpu);
    assert_eq!(drain(&mut app), (vec![load.clone()], vec![]), "nothing is known yet");
    // It comes while the trainer is being built.
    app.update(Event::Measured { text: "2.1.3".into() });
    assert_eq!(app.take_effects(), [Effect::StoreTuning("2.1.3".into())]);
    app.update(loaded(&config, 0));
    app.crashed("a test");
    app.take_effects();
    app.update(Event::Hello);
    assert_eq!(drain(&mut app), (vec![Command::Recall { text: "2.1.3".into() }, load], vec![]));

    let mut app = without_gpu(config.clone());
    app.tuning_cache = Some("2.1.3".into());
    app.update(Event::Hello);
    assert_eq!(drain(&mut app), (vec![Command::Load(config, Engine::Cpu)], vec![]), "the CPU has no use for it");
}
