//! A run is a closed record: what is set after its end, or planned, or changed on the way.

use super::*;
use crate::settings::{from_query, to_query};

fn with(query: &str) -> Config {
    let (config, problems) = from_query(query);
    assert_eq!(problems, []);
    config
}

/// A run that grokked at step 20 and is over.
fn over(config: &Config) -> App {
    let mut app = ready(config);
    app.start();
    app.update(Event::Running);
    for (step, test) in [(10, 0.1), (20, 1.0), (70, 1.0)] {
        app.update(progress(step, 1.0, test));
    }
    app.update(Event::Done { reason: End::Grokked });
    drain(&mut app);
    app
}

fn changed(step: u32, query: &str, planned: bool) -> Event {
    Event::Changed { step, config: with(query), planned }
}

#[test]
fn a_run_that_is_over_keeps_its_settings_whatever_is_set_then() {
    let mut app = over(&with("wd=2"));
    app.set([("wd", "0.3"), ("batch", "50"), ("noise", "0.1")]);
    assert_eq!(drain(&mut app).0, [], "nothing reaches the trainer");
    assert_eq!((app.state(), app.step, app.config.wd, app.present().wd), (State::Done, 70, 0.3, 2.0));
    assert_eq!(to_query(&app.shown()), "wd=2&v=1");
    assert!(app.next_differs() && !app.goes_on());
    let file = app.run_file(vec![1]).expect("a run");
    assert_eq!((file.config.wd, file.config.batch), (2.0, 0));
    // How the page shows it is not a part of the run.
    app.set([("speed", "0"), ("hide", "facts")]);
    assert_eq!((app.shown().speed, app.shown().hide.as_str(), app.shown().wd), (0.0, "facts", 2.0));

    // The next run begins with what was set; the row of this one stays what it was.
    app.start();
    assert!(matches!(&drain(&mut app).0[..], [Command::Load(config, _)] if config.wd == 0.3 && config.batch == 50));
    assert_eq!((app.runs.past[0].config.wd, app.record.wd, app.step, app.end()), (2.0, 0.3, 0, None));
    app.update(loaded(&app.config.clone(), 0));
    for (step, test) in [(10, 0.1), (40, 1.0), (90, 1.0)] {
        app.update(progress(step, 1.0, test));
    }
    app.update(Event::Done { reason: End::Grokked });
    app.set([("wd", "1")]);
    app.start();
    let past = app.runs.past.iter().map(|run| &run.config);
    let told: Vec<_> = core::iter::once(&app.record).chain(past).map(|run| (run.noise, run.wd, run.batch)).collect();
    assert_eq!(told, [(0.1, 1.0, 50), (0.1, 0.3, 50), (0.0, 2.0, 0)]);
}

#[test]
fn another_set_up_of_a_paper_is_a_new_run_however_little_differs() {
    for experiment in crate::experiment::EXPERIMENTS {
        let arms = experiment.arms.iter().map(|arm| arm.id);
        for (from, other) in arms.clone().zip(arms.skip(1)) {
            for done in [false, true] {
                let config = with(&format!("experiment={from}&v=1"));
                let mut app = ready(&config);
                app.start();
                app.update(progress(10, 1.0, 0.1));
                app.update(progress(88, 1.0, 1.0));
                if done {
                    app.update(Event::Done { reason: End::Limit });
                }
                drain(&mut app);
                app.set([("experiment", other)]);
                let want = with(&format!("experiment={other}&v=1"));
                assert_eq!(drain(&mut app).0, [Command::Load(want, Engine::Cpu)], "{other}");
                assert_eq!((app.step, app.histories[0].points.len(), app.state()), (0, 0, State::Idle), "{other}");
            }
        }
    }
}

#[test]
fn a_run_that_is_over_goes_on_only_when_its_end_alone_is_put_off() {
    let mut app = over(&with("steps=70&stop=limit"));
    assert!(!app.goes_on());
    app.set([("steps", "200")]);
    assert!(app.goes_on() && !app.next_differs());
    app.start();
    assert!(matches!(&drain(&mut app).0[..], [Command::Adjust(now, _), Command::Run] if now.steps == 200));
    assert_eq!((app.step, app.record.steps, app.end(), app.state()), (70, 200, None, State::Running));
    let mut app = over(&with("steps=70&stop=limit"));
    app.set([("steps", "200"), ("wd", "0")]);
    assert!(!app.goes_on() && app.next_differs());
    app.start();
    assert!(matches!(&drain(&mut app).0[..], [Command::Load(config, _)] if config.steps == 200 && config.wd == 0.0));
    // Run again, with nothing changed, begins again.
    let mut app = over(&with("v=1"));
    app.start();
    assert!(matches!(drain(&mut app).0[..], [Command::Load(..)]));
}

#[test]
fn a_change_on_the_way_is_written_down_with_its_step() {
    let mut app = ready(&with("wd=0"));
    app.start();
    app.update(progress(10, 1.0, 0.1));
    app.set([("wd", "2")]);
    app.update(progress(178, 1.0, 0.1));
    app.update(changed(179, "wd=0&at=179:wd%3D2&v=1", false));
    app.update(progress(200, 1.0, 0.9));
    assert_eq!((to_query(&app.shown()).as_str(), app.config.wd, app.present().wd), ("wd=0&at=179%3Awd%3D2&v=1", 2.0, 2.0));
    assert_eq!(app.record.at.until(app.step).map(|change| change.step).collect::<Vec<_>>(), [179]);
    // It was no plan: the next run begins with what the controls show.
    app.reset();
    assert_eq!(to_query(&app.config), "wd=2&v=1");
    assert_eq!(to_query(&app.runs.past[0].config), "wd=0&at=179%3Awd%3D2&v=1");
}

#[test]
fn a_link_plans_changes_and_every_run_of_it_makes_them() {
    let plan = with("wd=0&at=179:wd%3D2&v=1");
    let mut app = ready(&plan);
    app.start();
    app.update(progress(178, 1.0, 0.1));
    assert_eq!((app.config.wd, app.record.at.until(app.step).count()), (0.0, 0));
    let version = app.version;
    app.update(Event::Changed { step: 179, config: plan.clone(), planned: true });
    app.update(progress(180, 1.0, 0.1));
    assert_eq!(
        (app.config.wd, app.version > version, app.record.at.until(app.step).count()),
        (2.0, true, 1),
        "the controls follow"
    );
    assert_eq!(app.shown(), plan);
    app.reset();
    assert_eq!(app.config, plan, "from the beginning");
    assert_eq!(app.record, plan);
    // Unless the visitor has set something else since.
    app.update(loaded(&plan, 0));
    app.start();
    app.update(Event::Changed { step: 179, config: plan, planned: true });
    app.update(progress(180, 1.0, 0.1));
    app.set([("wd", "5"), ("seed", "3")]);
    assert_eq!(to_query(&app.config), "seed=3&wd=5&at=179%3Awd%3D2&v=1");
}

#[test]
fn a_link_is_taken_as_it_is_whatever_the_run_before_had_changed() {
    let mut app = ready(&with("wd=0"));
    app.start();
    app.update(progress(10, 1.0, 0.1));
    app.set([("wd", "1")]);
    app.update(changed(15, "wd=0&at=15:wd%3D1&v=1", false));
    app.update(progress(200, 1.0, 0.1));
    let link = with("at=20:wd%3D3&v=1");
    app.play(link.clone(), &[]);
    assert_eq!((&app.config, &app.record), (&link, &link));
    app.configure(with("seed=4&at=20:wd%3D3&v=1"), &[]);
    assert_eq!(to_query(&app.config), "seed=4&at=20%3Awd%3D3&v=1");
}

#[test]
fn going_back_shows_the_run_of_before_and_changes_nothing_in_the_one_that_trains() {
    for step in [0, 10] {
        let mut app = ready(&Config::standard());
        app.start();
        app.update(progress(step, 1.0, 0.1));
        app.take_effects();
        let before = with("wd=0");
        app.show(before.clone(), &[]);
        assert_eq!((app.state(), &app.config, &app.record), (State::Idle, &before, &before), "from step {step}");
        let asked = app.take_effects();
        assert!(asked.iter().any(|effect| matches!(effect, Effect::Send(Command::Load(config, _)) if *config == before)));
    }
}

#[test]
fn before_the_first_step_a_change_is_how_the_run_begins() {
    let mut app = ready(&Config::standard());
    app.set([("wd", "2")]);
    assert_eq!((app.record.wd, app.present().wd, to_query(&app.shown())), (2.0, 2.0, "wd=2&v=1".into()));
}

#[test]
fn a_fork_forgets_what_came_later_and_notes_what_is_set() {
    let record = "wd=0&at=15:wd%3D2&v=1";
    let mut app = ready(&with("wd=0"));
    app.start();
    app.update(progress(10, 1.0, 0.1));
    app.set([("wd", "2")]);
    app.update(changed(15, record, false));
    app.update(progress(30, 1.0, 1.0));
    app.choose(crate::view::choice::Action::At(Some(10)));
    app.fork();
    app.update(Event::Paused);
    // The worker goes back to step 10, with the settings of now.
    app.update(loaded(&with("wd=0&at=10:wd%3D2&v=1"), 10));
    assert_eq!((app.record.at.write(), app.runs.past[0].config.at.write()), ("10:wd=2".into(), "15:wd=2".into()));
    assert_eq!((app.config.wd, app.step), (2.0, 10));
}

#[test]
fn a_run_file_brings_its_record() {
    let record = with("wd=0&at=15:wd%3D2&v=1");
    let mut app = ready(&record);
    app.update(progress(10, 1.0, 0.1));
    app.update(progress(20, 1.0, 0.2));
    let run = app.run_file(vec![1]).expect("a run");
    assert_eq!(run.config, record);
    let mut app = ready(&Config::standard());
    app.open(run);
    app.update(loaded(&record, 20));
    assert_eq!((app.record.clone(), app.config.wd, app.present().wd, app.state()), (record.clone(), 2.0, 2.0, State::Paused));
    app.reset();
    assert_eq!(app.config, record);
}
