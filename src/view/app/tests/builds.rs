//! Which build trains: the setting, a GPU that is refused, one that is lost.

use super::*;
use crate::metrics::Milestones;

fn refusal(snapshot: Option<Vec<u8>>, running: bool) -> Event {
    Event::Refused { why: "it gave wrong numbers".into(), snapshot, running }
}

#[test]
fn each_setting_gets_its_build() {
    let with = |backend| Config { backend, ..Config::standard() };
    for (no_gpu, backend, engine) in [
        (None, Backend::Auto, Engine::Gpu),
        (None, Backend::Cpu, Engine::Cpu),
        (Some("none"), Backend::Auto, Engine::Cpu),
        (Some("only a slow one"), Backend::Gpu, Engine::Gpu),
    ] {
        let mut app = seen(with(backend), no_gpu);
        assert_eq!(effects(&mut app), (vec![engine], vec![]), "{no_gpu:?} {backend:?}");
        app.update(Event::Hello);
        assert_eq!(effects(&mut app).1, [Command::Load(with(backend), engine)]);
    }
}

#[test]
fn another_backend_is_another_worker() {
    let mut app = seen(Config::standard(), None);
    app.update(Event::Hello);
    app.update(loaded(&Config::standard(), 0));
    effects(&mut app);
    app.set([("backend", "cpu")]);
    assert_eq!(effects(&mut app), (vec![Engine::Cpu], vec![]));
    assert!(app.loading());
    // What the first worker might still have said is not heard any more; the second one loads what is asked for now.
    app.set([("seed", "3")]);
    app.update(Event::Hello);
    let (spawned, sent) = effects(&mut app);
    assert!(spawned.is_empty() && matches!(&sent[..], [Command::Load(c, Engine::Cpu)] if c.seed == 3), "{sent:?}");
}

#[test]
fn a_refused_gpu_hands_over_to_the_cpu() {
    let config = Config::standard();
    let mut app = seen(config.clone(), None);
    app.start();
    app.update(Event::Hello);
    effects(&mut app);
    app.update(refusal(None, false));
    assert_eq!(effects(&mut app), (vec![Engine::Cpu], vec![]));
    app.update(Event::Hello);
    assert_eq!(effects(&mut app).1, [Command::Load(config.clone(), Engine::Cpu)]);
    app.update(loaded(&config, 0));
    assert_eq!(effects(&mut app).1, [Command::Run], "the start was kept");
    assert!(app.problems.is_empty(), "nobody asked for a GPU");
    assert_eq!(app.trainer.as_ref().map(|t| t.reason.as_str()), Some("it gave wrong numbers"));
    // Asked for, it is tried once more, and then no longer.
    app.set([("backend", "gpu")]);
    assert_eq!(effects(&mut app).0, [Engine::Gpu]);
    app.update(Event::Hello);
    app.update(refusal(None, false));
    assert_eq!(effects(&mut app).0, [Engine::Cpu]);
    assert!(app.problems.iter().any(|p| p.contains("The GPU cannot be used: it gave wrong numbers")), "{:?}", app.problems);
    app.update(Event::Hello);
    app.update(loaded(&app.config.clone(), 0));
    effects(&mut app);
    app.reset();
    assert_eq!(effects(&mut app).0, []);
}

#[test]
fn a_gpu_lost_for_good_hands_its_run_over() {
    let config = Config::standard();
    let mut app = seen(config.clone(), None);
    app.start();
    app.update(Event::Hello);
    app.update(loaded(&config, 0));
    app.update(progress(10, 1.0, 0.0));
    app.update(progress(20, 1.0, 0.0));
    effects(&mut app);
    let bytes = snapshot(&config);
    app.update(refusal(Some(bytes.clone()), true));
    assert_eq!(effects(&mut app).0, [Engine::Cpu]);
    app.update(Event::Hello);
    let milestones = vec![Milestones { memorized: Some(10), ..Milestones::default() }];
    assert_eq!(effects(&mut app).1, [Command::Restore { bytes, engine: Engine::Cpu, elapsed_ms: 1.0, milestones }]);
    app.update(loaded(&config, 10));
    assert_eq!(effects(&mut app).1, [Command::Run]);
    assert_eq!((app.state(), app.step, app.histories[0].points.len()), (State::Running, 10, 1));
}

#[test]
fn a_gpu_build_that_cannot_be_loaded_is_done_without() {
    let mut app = seen(Config::standard(), None);
    effects(&mut app);
    app.crashed("its script could not be loaded");
    assert_eq!(effects(&mut app).0, [Engine::Cpu]);
    app.crashed("its script could not be loaded");
    assert_eq!((app.state(), effects(&mut app).0.len()), (State::Error, 0));
}
