//! The whole conversation between page and worker, without either.

mod builds;
mod claims;
mod goals;
mod health;
mod inside;
mod mid_run_change;
mod record;
mod run_file;
mod runs;
mod steps;
mod told;
mod tour;

use super::*;
use crate::config::{Model, Optimizer};
use crate::metrics::{End, Point};

fn loaded(config: &Config, step: u32) -> Event {
    Event::Loaded {
        config: config.clone(),
        step,
        fresh: false,
        engine: Engine::Cpu,
        adapter: "test".into(),
        reason: "a test".into(),
        parameters: 7,
        pairs: [3, 2],
    }
}

fn progress(step: u32, train_accuracy: f32, test_accuracy: f32) -> Event {
    Event::Progress {
        step,
        points: vec![Point {
            run: 0,
            step,
            train_loss: 1.0,
            test_loss: 2.0,
            weight_norm: 3.0,
            train_accuracy,
            test_accuracy,
            ..Point::default()
        }],
        elapsed_ms: 1.0,
        steps_per_second: 20.0,
    }
}

/// Not seen yet, on a machine without a GPU.
fn poster(config: Config) -> App {
    App::new(config, &[], Some("there is none".into()))
}

/// On the screen of a machine with a GPU, or with a reason to do without.
fn seen(config: Config, no_gpu: Option<&str>) -> App {
    let mut app = App::new(config, &[], no_gpu.map(String::from));
    app.set_visible(true);
    app
}

fn without_gpu(config: Config) -> App {
    seen(config, Some("there is none"))
}

/// Some bytes that continue a run.
fn snapshot(config: &Config) -> Vec<u8> {
    let built = crate::train::Trainer::new(config, &crate::train::Device::Cpu);
    let mut trainer = pollster::block_on(built).unwrap();
    pollster::block_on(trainer.snapshot().snapshot()).unwrap().encode()
}

/// What was sent, and the names of the events emitted, but for those that tell of any change.
fn drain(app: &mut App) -> (Vec<Command>, Vec<&'static str>) {
    let (mut commands, mut events) = (vec![], vec![]);
    for effect in app.take_effects() {
        match effect {
            Effect::Send(command) => commands.push(command),
            Effect::Emit("config" | "state" | "problems", _) => {}
            Effect::Emit(name, _) => events.push(name),
            _ => {}
        }
    }
    (commands, events)
}

/// What became of those who wait for steps or goals.
fn reached(app: &mut App) -> Vec<(u32, Result<u32, String>)> {
    let reached = |effect| match effect {
        Effect::Reached(id, result) => Some((id, result)),
        _ => None,
    };
    app.take_effects().into_iter().filter_map(reached).collect()
}

/// Everything that follows, with the workers started.
fn effects(app: &mut App) -> (Vec<Engine>, Vec<Command>) {
    let (mut spawned, mut sent) = (vec![], vec![]);
    for effect in app.take_effects() {
        match effect {
            Effect::Spawn(engine) => spawned.push(engine),
            Effect::Send(command) => sent.push(command),
            _ => {}
        }
    }
    (spawned, sent)
}

fn ready(config: &Config) -> App {
    let mut app = without_gpu(config.clone());
    app.update(Event::Hello);
    app.update(loaded(config, 0));
    drain(&mut app);
    app
}

#[test]
fn a_run_from_hello_to_done() {
    let config = Config::standard();
    let mut app = without_gpu(config.clone());
    assert_eq!(app.take_effects(), [Effect::Spawn(Engine::Cpu)]);
    app.update(Event::Hello);
    assert_eq!(drain(&mut app), (vec![Command::Load(config.clone(), Engine::Cpu)], vec![]));
    app.update(loaded(&config, 0));
    assert_eq!((drain(&mut app), app.state()), ((vec![], vec!["ready"]), State::Idle));
    app.start();
    app.start();
    assert_eq!((drain(&mut app).0, app.state()), (vec![Command::Run], State::Running));
    app.update(progress(10, 1.0, 0.1));
    assert_eq!(drain(&mut app).1, ["memorized", "metrics"]);
    app.update(progress(20, 1.0, 1.0));
    assert_eq!(drain(&mut app).1, ["grok", "metrics"]);
    app.update(progress(80, 1.0, 1.0));
    app.update(Event::Done { reason: End::Grokked });
    assert_eq!((drain(&mut app).1, app.state()), (vec!["metrics", "done"], State::Done));
    // Start after the end is a new run.
    app.start();
    assert_eq!(drain(&mut app).0, [Command::Load(config.clone(), Engine::Cpu)]);
    app.update(loaded(&config, 0));
    assert_eq!((drain(&mut app).0, app.state()), (vec![Command::Run], State::Running));
}

#[test]
fn a_start_before_the_worker_is_there_is_kept_and_can_be_taken_back() {
    let config = Config::standard();
    let mut app = without_gpu(config.clone());
    app.start();
    assert_eq!(app.state(), State::Running);
    app.update(Event::Hello);
    app.update(loaded(&config, 0));
    assert_eq!(drain(&mut app).0.last(), Some(&Command::Run));

    let mut app = without_gpu(config.clone());
    app.start();
    app.pause();
    app.update(Event::Hello);
    app.update(loaded(&config, 0));
    assert_eq!((drain(&mut app).0.len(), app.state()), (1, State::Paused));
}

#[test]
fn live_keys_adjust_and_others_restart() {
    let mut app = ready(&Config::standard());
    app.start();
    app.update(progress(10, 0.5, 0.1));
    drain(&mut app);
    assert!(app.set([("lr", "0.003")]).is_empty());
    assert!(matches!(drain(&mut app).0.as_slice(), [Command::Adjust(c, _)] if c.lr == 0.003));
    assert_eq!((app.state(), app.step), (State::Running, 10));
    app.set([("seed", "5")]);
    assert!(matches!(drain(&mut app).0.as_slice(), [Command::Load(c, _)] if c.seed == 5));
    assert_eq!((app.state(), app.step, app.histories[0].points.len()), (State::Idle, 0, 0));
    // Late news of the old run.
    app.update(progress(11, 0.5, 0.1));
    app.update(Event::Paused);
    assert_eq!((app.step, app.histories[0].points.len(), drain(&mut app).1.len()), (0, 0, 0));
}

#[test]
fn a_link_to_a_run_begins_it_anew() {
    let mut app = ready(&Config::standard());
    app.play(Config::standard(), &[]);
    assert_eq!(drain(&mut app).0, [Command::Run]);
    app.update(progress(10, 1.0, 0.1));
    drain(&mut app);
    // A live key alone would go on with the old run.
    let config = Config { wd: 0.0, ..Config::standard() };
    app.play(config.clone(), &[]);
    assert_eq!((drain(&mut app).0.last(), app.step), (Some(&Command::Load(config.clone(), Engine::Cpu)), 0));
    app.update(loaded(&config, 0));
    assert_eq!((drain(&mut app).0, app.state()), (vec![Command::Run], State::Running));
}

#[test]
fn loads_do_not_queue_up() {
    let mut app = ready(&Config::standard());
    for seed in ["1", "2", "3"] {
        app.set([("seed", seed)]);
    }
    assert_eq!(drain(&mut app).0.len(), 1);
    app.update(loaded(&Config::standard(), 0));
    assert!(matches!(drain(&mut app).0.as_slice(), [Command::Load(c, _)] if c.seed == 3));
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
fn a_formula_that_cannot_be_used_leaves_all_as_it_was() {
    let mut app = ready(&Config::standard());
    let (version, config) = (app.version, app.config.clone());
    assert!(app.wish([("task", "x^y")]));
    let said = "I cannot read x^y: a power needs a whole number, as in x^2. Nothing was changed.";
    assert_eq!((app.problems.as_slice(), app.notes.as_slice()), (&[said.to_string()][..], &[][..]));
    // The control is not written again.
    let sent = drain(&mut app).0.len();
    assert_eq!((app.version, &app.config, sent), (version, &config, 0));
    assert!(!app.wish([("task", "x^2")]));
    assert_eq!((app.config.task.as_str(), app.problems.len()), ("x^2", 0));
}

#[test]
fn what_follows_from_a_choice_is_noted() {
    let mut app = ready(&Config::standard());
    assert!(!app.wish([("task", "parity")]));
    assert_eq!(app.problems, ["Sparse parity needs an MLP, so the model was switched."]);
    assert_eq!(app.notes, app.problems);
    app.wish([("p", "4000")]);
    assert_eq!((app.problems.len(), app.notes.len()), (1, 0));
}

#[test]
fn failures_and_crashes_end_in_error_and_reset_helps() {
    let config = Config::standard();
    let mut app = ready(&config);
    app.start();
    app.update(Event::Failed { message: "no".into() });
    assert_eq!((app.state(), app.problems.len()), (State::Error, 1));
    assert_eq!(drain(&mut app).1, ["error"]);
    app.reset();
    assert_eq!((drain(&mut app).0.len(), app.problems.len()), (1, 0));
    app.crashed("unreachable");
    assert_eq!(app.take_effects(), [Effect::Quit, Effect::Spawn(Engine::Cpu)]);
    app.crashed("its script could not be loaded");
    assert_eq!((app.take_effects().first(), app.state()), (Some(&Effect::Quit), State::Error));
    app.reset();
    assert_eq!(effects(&mut app), (vec![Engine::Cpu], vec![]));
    app.update(Event::Hello);
    app.update(loaded(&config, 0));
    assert_eq!(app.state(), State::Idle);
}

#[test]
fn out_of_sight_it_rests() {
    let mut app = ready(&Config::standard());
    app.start();
    app.set_visible(false);
    assert!(app.auto_paused() && app.state() != State::Running);
    app.set_visible(true);
    assert_eq!((app.state(), drain(&mut app).0), (State::Running, vec![Command::Run, Command::Pause, Command::Run]));
    app.set_visible(false);
    app.pause();
    app.set_visible(true);
    assert_ne!(app.state(), State::Running);
}

#[test]
fn a_snapshot_brings_its_configuration_and_keeps_older_points() {
    let config = Config::standard();
    let mut app = ready(&config);
    for step in [10, 20, 30] {
        app.update(progress(step, 1.0, if step == 30 { 1.0 } else { 0.0 }));
    }
    app.restore(snapshot(&config)).unwrap();
    app.update(loaded(&config, 20));
    assert_eq!((app.step, app.histories[0].points.len(), app.histories[0].grokked), (20, 2, None));
    assert_eq!(app.state(), State::Paused);
    assert!(app.restore(vec![2]).is_err());
    app.restore(snapshot(&config)).unwrap();
    app.update(loaded(&Config { seed: 4, hide: "loss".into(), ..config.clone() }, 50));
    assert_eq!((app.config.seed, app.config.hide.as_str(), app.histories[0].points.len()), (4, "", 0));
}

#[test]
fn autoplay_of_a_sweep_starts_that_once_it_is_seen_and_not_the_lone_run() {
    let sweeps = |app: &mut App| app.take_effects().into_iter().filter(|effect| *effect == Effect::StartSweep).count();
    let (config, problems) = Config { autoplay: true, ..Config::standard() }.with_query("sweep=wd:0|1");
    assert_eq!(problems, []);
    let mut app = poster(config.clone());
    assert_eq!(sweeps(&mut app), 0);
    app.set_visible(true);
    assert_eq!(sweeps(&mut app), 1);
    app.set_visible(false);
    app.set_visible(true);
    app.update(Event::Hello);
    app.update(loaded(&config, 0));
    assert_eq!((sweeps(&mut app), app.state()), (0, State::Idle));
    // Switched on later, and by a link.
    let mut app = ready(&Config { autoplay: false, ..config.clone() });
    app.set([("autoplay", "true")]);
    assert_eq!((sweeps(&mut app), app.state()), (1, State::Idle));
    app.play(config, &[]);
    assert_eq!((sweeps(&mut app), app.running()), (1, false));
}

#[test]
fn autoplay_starts_once_it_is_seen() {
    let config = Config { autoplay: true, ..Config::standard() };
    let mut app = without_gpu(config.clone());
    app.set_visible(false);
    app.update(Event::Hello);
    app.update(loaded(&config, 0));
    assert_ne!(app.state(), State::Running);
    app.set_visible(true);
    assert_eq!(app.state(), State::Running);
    // Switched on later, it is the same; what was configured before the first look does not switch it off.
    let mut app = ready(&Config::standard());
    app.set([("autoplay", "true"), ("seed", "1")]);
    app.update(loaded(&app.config.clone(), 0));
    assert_eq!(app.state(), State::Running);
    let mut app = poster(config);
    app.set([("seed", "1")]);
    app.set_visible(true);
    app.update(Event::Hello);
    app.update(loaded(&app.config.clone(), 0));
    assert_eq!(app.state(), State::Running);
    // A run that is restarted by a setting is not started again.
    app.set([("seed", "2")]);
    app.update(loaded(&app.config.clone(), 0));
    assert_eq!(app.state(), State::Idle);
}

#[test]
fn a_poster_has_no_worker_until_it_is_seen_or_needed() {
    let config = Config::standard();
    let untouched: [fn(&mut App); 4] = [
        |app| app.set_visible(false),
        |app| app.pause(),
        |app| app.reset(),
        |app| drop(app.set([("p", "31"), ("backend", "gpu")])),
    ];
    for touch in untouched {
        let mut app = poster(config.clone());
        touch(&mut app);
        assert!(effects(&mut app).0.is_empty() && !app.loading() && app.state() == State::Idle);
    }
    let wake: [fn(&mut App); 5] = [
        |app| app.set_visible(true),
        |app| app.start(),
        |app| app.step(1, 3),
        |app| assert!(app.snapshot(1)),
        |app| assert_eq!(app.restore(snapshot(&Config::small())), Ok(())),
    ];
    for needs in wake {
        let mut app = poster(config.clone());
        needs(&mut app);
        needs(&mut app);
        assert_eq!(effects(&mut app), (vec![Engine::Cpu], vec![]));
    }
    // What was asked of it is kept. Started on purpose, it runs out of sight.
    let mut app = poster(config.clone());
    app.start();
    assert!(app.snapshot(7));
    app.update(Event::Hello);
    app.update(loaded(&config, 0));
    let asked = [Command::Load(config.clone(), Engine::Cpu), Command::Snapshot { id: 7 }, Command::Run];
    assert_eq!((drain(&mut app).0, app.state()), (asked.to_vec(), State::Running));
    app.set_visible(true);
    app.set_visible(false);
    assert_ne!(app.state(), State::Running);
    app.crashed("gone");
    app.crashed("gone for good");
    assert!(!app.snapshot(1));
}
