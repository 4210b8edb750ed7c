//! The tour: how its stops set the stage, whatever the run is at.

use super::*;
use crate::config::Tour;
use crate::view::tour::{STOPS, Stop, says};

/// A lab with the tour at a stop, ready to train, and what it asked its worker for.
fn at(place: Tour, config: Config) -> (App, Vec<Command>) {
    let config = Config { tour: place, ..config };
    let mut app = without_gpu(config.clone());
    drain(&mut app);
    app.update(Event::Hello);
    drain(&mut app);
    app.update(loaded(&config, 0));
    let sent = drain(&mut app).0;
    (app, sent)
}

fn stop(app: &App) -> Option<&'static Stop> {
    app.stops().map(|(stops, index, _)| stops[index])
}

fn says(app: &App) -> String {
    stop(app).map_or(String::new(), |stop| says::says(stop.place, app))
}

fn train(app: &mut App, points: &[(u32, f32, f32)]) -> Vec<Command> {
    points
        .iter()
        .flat_map(|(step, train, test)| {
            app.update(progress(*step, *train, *test));
            drain(app).0
        })
        .collect()
}

/// A run that memorised at step 10 and grokked at step 50, and the tour at the circle.
fn grokked() -> App {
    let (mut app, _) = at(Tour::Circle, Config::standard());
    app.update(Event::Running);
    train(&mut app, &[(5, 0.5, 0.0), (10, 1.0, 0.3), (30, 1.0, 0.35), (50, 1.0, 1.0), (55, 1.0, 1.0)]);
    app.update(Event::Paused);
    drain(&mut app);
    app
}

#[test]
fn the_first_stop_is_the_beginning_of_a_run() {
    let (app, sent) = at(Tour::Puzzle, Config::standard());
    assert_eq!((sent, app.state()), (vec![], State::Idle));
    assert!(
        says(&app).starts_with("Each square is one sum on a clock with 97 hours") && says(&app).contains("the 40 % with a dot")
    );
    let mut app = grokked();
    app.visit(Tour::Puzzle);
    drain(&mut app);
    assert!(app.loading() && app.step == 0 && app.histories[0].points.is_empty());
}

#[test]
fn a_moment_is_trained_to_and_kept() {
    let (mut app, sent) = at(Tour::List, Config::standard());
    assert_eq!(sent, [Command::Run], "a link to a stop needs no other button");
    assert!(says(&app).starts_with("It is learning."));
    app.update(Event::Running);
    assert_eq!(train(&mut app, &[(5, 0.5, 0.0)]), []);
    assert_eq!(train(&mut app, &[(10, 1.0, 0.3)]), [Command::Pause]);
    app.update(Event::Paused);
    assert!(says(&app).contains("by step 10 it knew its own pairs by heart"), "{}", says(&app));
    // The visitor may train on, and nothing stops them.
    app.start();
    app.update(Event::Running);
    drain(&mut app);
    assert_eq!(train(&mut app, &[(12, 1.0, 0.3), (30, 1.0, 0.31)]), []);
    // The next stop is about the same moment, to which it goes back.
    app.visit(Tour::Mirror);
    assert!(drain(&mut app).0.contains(&Command::Pause));
    assert_eq!(app.inside.choice.at, Some(10));
    assert!(says(&app).contains("about 30 % of them"), "{}", says(&app));
    // The plateau lasted until 30.
    app.visit(Tour::Plateau);
    drain(&mut app);
    assert_eq!(app.inside.choice.at, None);
    assert!(says(&app).starts_with("It has trained as long again"));
    app.visit(Tour::Circle);
    assert!(drain(&mut app).0.contains(&Command::Run));
}

#[test]
fn a_lab_that_nobody_sees_waits_with_it() {
    let mut app = poster(Config { tour: Tour::List, ..Config::standard() });
    assert_eq!(app.take_effects(), []);
    app.set_visible(true);
    app.update(Event::Hello);
    app.update(loaded(&app.config.clone(), 0));
    assert!(drain(&mut app).0.contains(&Command::Run));
}

#[test]
fn without_weight_decay_the_same_network_keeps_its_list() {
    let mut app = grokked();
    app.visit(Tour::Decay);
    let sent = drain(&mut app).0;
    assert_eq!(sent.last(), Some(&Command::Fork { at: Some(10) }));
    app.update(loaded(&app.config.clone(), 10));
    let sent = drain(&mut app).0;
    let adjusted = sent.iter().any(|command| matches!(command, Command::Adjust(now, _) if now.wd == 0.0));
    assert!(adjusted && sent.contains(&Command::Run), "{sent:?}");
    app.update(Event::Changed { step: 10, config: Config { wd: 0.0, ..app.config.clone() }, planned: false });
    app.update(Event::Running);
    drain(&mut app);
    assert_eq!((app.tour_fork(), app.tour_decay()), (Some(10), 1.0));
    assert!(says(&app).starts_with("From step 10 on this is the same network, but weight decay is off."), "{}", says(&app));
    // It stops a quarter later than the rule came.
    assert_eq!(train(&mut app, &[(40, 1.0, 0.35), (59, 1.0, 0.35)]), []);
    assert_eq!(train(&mut app, &[(60, 1.0, 0.35)]), [Command::Pause]);
    // What came before is about a run with weight decay.
    app.update(Event::Paused);
    app.visit(Tour::Waves);
    drain(&mut app);
    assert_eq!((app.config.wd, app.loading()), (1.0, true));
    app.update(loaded(&app.config.clone(), 0));
    assert!(drain(&mut app).0.contains(&Command::Run));
}

#[test]
fn the_walk_leads_through_every_stop_that_a_run_has_and_ends() {
    let mut app = grokked();
    app.visit(Tour::Puzzle);
    let mut seen = vec![];
    while let Some(stop) = stop(&app) {
        seen.push(stop.place);
        let next = app.stop_beside(1);
        app.visit(next);
        drain(&mut app);
    }
    assert_eq!(seen, STOPS.iter().map(|stop| stop.place).collect::<Vec<_>>());
    assert_eq!((app.config.tour, app.stop_beside(1)), (Tour::Off, Tour::Off));
    let without = |query: &str| {
        let (config, problems) = Config::standard().with_query(query);
        assert_eq!(problems, []);
        let app = without_gpu(Config { tour: Tour::Puzzle, ..config });
        app.stops().expect("a tour").0.iter().map(|stop| stop.place).collect::<Vec<_>>()
    };
    let all_but =
        |places: &[Tour]| STOPS.iter().map(|stop| stop.place).filter(|place| !places.contains(place)).collect::<Vec<_>>();
    assert_eq!(without("task=x/y"), all_but(&[Tour::Mirror]));
    assert_eq!(without("wd=0"), all_but(&[Tour::Decay]));
    assert_eq!(without("readonly=1"), all_but(&[Tour::Decay, Tour::Own, Tour::Papers]));
    assert_eq!(without("hide=circle,gallery"), all_but(&[Tour::Circle, Tour::Papers]));
    assert_eq!(without("task=random"), all_but(&[Tour::Mirror, Tour::Circle, Tour::Waves, Tour::Decay]));
    let parity = without("task=parity&model=mlp&p=20");
    assert_eq!(parity, all_but(&[Tour::Mirror, Tour::Circle, Tour::Waves]));
    // A link to a stop that this run does not have leads to the next.
    let app = without_gpu(Config { task: "x/y".into(), tour: Tour::Mirror, ..Config::standard() });
    assert_eq!(stop(&app).map(|stop| stop.place), Some(Tour::Plateau));
}

#[test]
fn every_stop_has_something_to_say_in_every_state() {
    for query in ["", "task=x/y&p=31", "task=random", "task=parity&model=mlp&p=20", "split=ordered", "task=x^2%2By"] {
        let (config, _) = Config::standard().with_query(query);
        for stop in STOPS {
            let (mut app, _) = at(stop.place, config.clone());
            for end in [false, true] {
                let text = says::says(stop.place, &app);
                assert!((40..330).contains(&text.len()) && text.ends_with(['.', '!']), "{text}");
                assert!(!text.contains("{") && !text.contains("  "), "{text}");
                if end {
                    break;
                }
                train(&mut app, &[(10, 1.0, 0.3), (30, 1.0, 0.3)]);
                app.update(Event::Done { reason: End::Limit });
                drain(&mut app);
            }
        }
    }
}
