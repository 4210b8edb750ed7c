//! The whole conversation between page and worker, without either.

use super::*;

fn loaded(config: &Config, step: u32) -> Event {
    Event::Loaded {
        config: config.clone(),
        step,
        backend: "cpu".into(),
        adapter: "test".into(),
        reason: "a test".into(),
        tiles: None,
        parameters: 7,
        pairs: [3, 2],
    }
}

fn progress(step: u32, train_accuracy: f32, test_accuracy: f32) -> Event {
    Event::Progress {
        step,
        points: vec![Point { run: 0, step, train_loss: 1.0, test_loss: 2.0, weight_norm: 3.0, train_accuracy, test_accuracy }],
        elapsed_ms: 1.0,
        steps_per_second: 20.0,
    }
}

/// What was sent, and the names of the events emitted.
fn drain(app: &mut App) -> (Vec<Command>, Vec<&'static str>) {
    let (mut commands, mut events) = (vec![], vec![]);
    for effect in app.take_effects() {
        match effect {
            Effect::Send(command) => commands.push(command),
            Effect::Emit(name, _) => events.push(name),
            _ => {}
        }
    }
    (commands, events)
}

fn ready(config: &Config) -> App {
    let mut app = App::new(config.clone(), &[]);
    app.update(Event::Hello);
    app.update(loaded(config, 0));
    drain(&mut app);
    app
}

#[test]
fn a_run_from_hello_to_done() {
    let config = Config::standard();
    let mut app = App::new(config.clone(), &[]);
    assert_eq!(app.take_effects(), [Effect::Spawn]);
    app.update(Event::Hello);
    assert_eq!(drain(&mut app), (vec![Command::Load(config.clone())], vec![]));
    app.update(loaded(&config, 0));
    assert_eq!((drain(&mut app), app.state), ((vec![], vec!["ready"]), State::Idle));
    app.start();
    app.start();
    assert_eq!((drain(&mut app).0, app.state), (vec![Command::Run], State::Running));
    app.update(progress(10, 1.0, 0.1));
    assert_eq!(drain(&mut app).1, ["memorized", "metrics"]);
    app.update(progress(20, 1.0, 1.0));
    assert_eq!(drain(&mut app).1, ["grok", "metrics"]);
    app.update(progress(80, 1.0, 1.0));
    app.update(Event::Done);
    assert_eq!((drain(&mut app).1, app.state), (vec!["metrics", "done"], State::Done));
    // Start after the end is a new run.
    app.start();
    assert_eq!(drain(&mut app).0, [Command::Load(config.clone())]);
    app.update(loaded(&config, 0));
    assert_eq!((drain(&mut app).0, app.state), (vec![Command::Run], State::Running));
}

#[test]
fn a_start_before_the_worker_is_there_is_kept_and_can_be_taken_back() {
    let config = Config::standard();
    let mut app = App::new(config.clone(), &[]);
    app.start();
    assert_eq!(app.state, State::Running);
    app.update(Event::Hello);
    app.update(loaded(&config, 0));
    assert_eq!(drain(&mut app).0.last(), Some(&Command::Run));

    let mut app = App::new(config.clone(), &[]);
    app.start();
    app.pause();
    app.update(Event::Hello);
    app.update(loaded(&config, 0));
    assert_eq!((drain(&mut app).0.len(), app.state), (1, State::Paused));
}

#[test]
fn live_keys_adjust_and_others_restart() {
    let mut app = ready(&Config::standard());
    app.start();
    app.update(progress(10, 0.5, 0.1));
    drain(&mut app);
    assert!(app.set([("lr", "0.003")]).is_empty());
    assert!(matches!(drain(&mut app).0.as_slice(), [Command::Adjust(c)] if c.lr == 0.003));
    assert_eq!((app.state, app.step), (State::Running, 10));
    app.set([("seed", "5")]);
    assert!(matches!(drain(&mut app).0.as_slice(), [Command::Load(c)] if c.seed == 5));
    assert_eq!((app.state, app.step, app.histories[0].points.len()), (State::Idle, 0, 0));
    // Late news of the old run.
    app.update(progress(11, 0.5, 0.1));
    app.update(Event::Paused);
    assert_eq!((app.step, app.histories[0].points.len(), drain(&mut app).1.len()), (0, 0, 0));
}

#[test]
fn loads_do_not_queue_up() {
    let mut app = ready(&Config::standard());
    for seed in ["1", "2", "3"] {
        app.set([("seed", seed)]);
    }
    assert_eq!(drain(&mut app).0.len(), 1);
    app.update(loaded(&Config::standard(), 0));
    assert!(matches!(drain(&mut app).0.as_slice(), [Command::Load(c)] if c.seed == 3));
    assert!(app.loading());
}

#[test]
fn bad_values_are_named_and_controls_follow() {
    let mut app = ready(&Config::standard());
    let version = app.version;
    let problems = app.set([("lr", "fast"), ("colour", "red")]);
    assert_eq!((problems.len(), app.problems.len(), drain(&mut app).0.len()), (2, 2, 0));
    assert!(app.version > version);
}

#[test]
fn failures_and_crashes_end_in_error_and_reset_helps() {
    let config = Config::standard();
    let mut app = ready(&config);
    app.start();
    app.update(Event::Failed { message: "no".into() });
    assert_eq!((app.state, app.problems.len()), (State::Error, 1));
    assert_eq!(drain(&mut app).1, ["error"]);
    app.reset();
    assert_eq!((drain(&mut app).0.len(), app.problems.len()), (1, 0));
    app.crashed("unreachable");
    app.take_effects();
    app.reset();
    assert_eq!(app.take_effects(), [Effect::Spawn]);
    app.update(Event::Hello);
    app.update(loaded(&config, 0));
    assert_eq!(app.state, State::Idle);
}

#[test]
fn out_of_sight_it_rests() {
    let mut app = ready(&Config::standard());
    app.start();
    app.sight(false);
    assert!(app.resting() && app.state != State::Running);
    app.sight(true);
    assert_eq!((app.state, drain(&mut app).0), (State::Running, vec![Command::Run, Command::Pause, Command::Run]));
    app.sight(false);
    app.pause();
    app.sight(true);
    assert_ne!(app.state, State::Running);
}

#[test]
fn a_snapshot_brings_its_configuration_and_keeps_older_points() {
    let config = Config::standard();
    let mut app = ready(&config);
    for step in [10, 20, 30] {
        app.update(progress(step, 1.0, if step == 30 { 1.0 } else { 0.0 }));
    }
    assert!(app.restore(vec![1]));
    app.update(loaded(&config, 20));
    assert_eq!((app.step, app.histories[0].points.len(), app.histories[0].grokked), (20, 2, None));
    assert_eq!(app.state, State::Paused);
    assert!(app.restore(vec![2]));
    app.update(loaded(&Config { seed: 4, hide: "loss".into(), ..config.clone() }, 50));
    assert_eq!((app.config.seed, app.config.hide.as_str(), app.histories[0].points.len()), (4, "", 0));
}

#[test]
fn autoplay_starts_once_it_is_seen() {
    let config = Config { autoplay: true, ..Config::standard() };
    let mut app = App::new(config.clone(), &[]);
    app.sight(false);
    app.update(Event::Hello);
    app.update(loaded(&config, 0));
    assert_ne!(app.state, State::Running);
    app.sight(true);
    assert_eq!(app.state, State::Running);
}

/// A run that grokked, kept at some step.
fn kept(config: &Config, step: u32) -> Run {
    let mut app = ready(config);
    app.update(progress(10, 1.0, 0.1));
    app.update(progress(20, 1.0, 1.0));
    app.update(Event::Progress { step, points: vec![], elapsed_ms: 4000.0, steps_per_second: 1.0 });
    app.kept(vec![1, 2, 3]).expect("a run that is not being built")
}

fn restore(run: &Run) -> Command {
    Command::Restore { bytes: run.snapshot.clone(), elapsed_ms: 4000.0, grokked: vec![Some(20)] }
}

#[test]
fn a_kept_run_brings_settings_curves_step_and_time() {
    let theirs = Config { p: 31, speed: 5.0, hide: "note".into(), autoplay: true, ..Config::standard() };
    let run = kept(&theirs, 30);
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
    assert_eq!((app.state, app.step, app.elapsed_ms, &app.config), (State::Paused, 30, 4000.0, &want));
    assert_eq!(app.histories, run.histories);
    assert_eq!(drain(&mut app).0, [Command::Adjust(want)]);
    // It goes on where it was.
    app.start();
    assert_eq!(drain(&mut app).0, [Command::Run]);
    app.update(progress(40, 1.0, 1.0));
    assert_eq!((app.histories[0].points.len(), app.histories[0].grokked), (3, Some(20)));
}

#[test]
fn a_kept_run_waits_for_the_worker_and_starts_one_if_there_is_none() {
    let config = Config::standard();
    let run = kept(&config, 30);
    let mut app = App::new(config.clone(), &[]);
    app.open(run.clone());
    app.update(Event::Hello);
    assert_eq!(drain(&mut app).0, [restore(&run)]);
    app.update(loaded(&config, 30));
    assert_eq!((app.state, app.step), (State::Paused, 30));

    app.crashed("a test");
    drain(&mut app);
    app.open(run.clone());
    assert_eq!(app.take_effects(), [Effect::Spawn]);
    app.update(Event::Hello);
    assert_eq!(drain(&mut app).0, [restore(&run)]);
}

#[test]
fn a_kept_run_that_was_over_is_over() {
    let config = Config::standard();
    for (step, state) in [(0, State::Idle), (69, State::Paused), (70, State::Done)] {
        let mut app = ready(&config);
        app.open(kept(&config, step));
        app.update(loaded(&config, step));
        assert_eq!(app.state, state, "step {step}");
    }
}

#[test]
fn another_wish_replaces_a_kept_run_on_its_way() {
    let config = Config::standard();
    let run = kept(&config, 30);
    let mut app = ready(&config);
    app.open(run.clone());
    app.reset();
    drain(&mut app);
    app.update(loaded(&config, 30));
    assert_eq!(drain(&mut app).0, [Command::Load(config.clone())]);
    app.update(loaded(&config, 0));
    assert_eq!((app.state, app.step), (State::Idle, 0));

    // A snapshot that cannot be read leaves an error, and the next load works.
    app.open(run.clone());
    app.update(Event::Failed { message: "unreadable".into() });
    assert_eq!((app.state, app.problems.len()), (State::Error, 1));
    drain(&mut app);
    app.reset();
    assert_eq!(drain(&mut app).0, [Command::Load(config.clone())]);
    // While another trainer is being built it waits, also for that one to fail.
    app.open(run.clone());
    assert_eq!(drain(&mut app).0, []);
    app.update(Event::Failed { message: "too large".into() });
    assert_eq!(drain(&mut app).0, [restore(&run)]);
}

#[test]
fn nothing_is_kept_of_a_run_that_is_being_replaced() {
    let mut app = ready(&Config::standard());
    assert!(app.snapshot(1) && app.weights(2));
    assert_eq!(drain(&mut app).0, [Command::Snapshot { id: 1 }, Command::Weights { id: 2 }]);
    app.set([("p", "31")]);
    assert!(!app.snapshot(3) && app.kept(vec![]).is_none());
    drain(&mut app);
    app.update(Event::Weights { id: 2, bytes: vec![7] });
    assert_eq!(app.take_effects(), [Effect::Answer(2, vec![7])]);
}
