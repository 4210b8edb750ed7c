//! Experiments: presets, and the change in the middle of one.

use super::*;
use crate::metrics::Milestones;
use crate::settings::from_query;

#[test]
fn an_experiment_is_chosen_and_left() {
    let mut app = ready(&Config::standard());
    assert!(app.set([("experiment", "doshi")]).is_empty());
    assert_eq!(app.config, from_query("experiment=doshi&v=1").0);
    assert_eq!(drain(&mut app).0, [Command::Load(app.config.clone(), Engine::Cpu)]);
    app.set([("experiment", "")]);
    assert_eq!(app.config.model, Model::Mlp, "leaving keeps the settings, unless the page asks for the standard ones");
}

#[test]
fn the_change_in_the_middle_comes_once_and_is_taken_back() {
    let config = from_query("experiment=varma&v=1").0;
    let mut app = ready(&config);
    app.start();
    drain(&mut app);
    app.update(progress(200, 1.0, 1.0));
    assert_eq!((app.config.subset, drain(&mut app).0), (1.0, vec![]), "not yet");
    app.update(progress(300, 1.0, 1.0));
    let changed = app.config.clone();
    assert!(changed.subset < 1.0);
    assert_eq!(drain(&mut app).0, [Command::Adjust(changed.clone(), config.clone())]);
    // The worker builds another plan and goes on.
    app.update(loaded(&changed, 300));
    app.update(Event::Running);
    assert_eq!((app.state(), app.step, app.histories[0].points.len()), (State::Running, 300, 2));
    app.update(progress(310, 1.0, 0.9));
    assert_eq!(drain(&mut app).0, [], "once");
    app.reset();
    assert_eq!((app.config.subset, drain(&mut app).0), (1.0, vec![Command::Load(config, Engine::Cpu)]));
}

#[test]
fn what_is_carried_over_restarts_nothing_but_a_run_that_has_not_begun() {
    let mut app = ready(&Config::standard());
    app.set([("noise", "0.2")]);
    assert!(matches!(drain(&mut app).0[..], [Command::Load(..)]));
    app.update(loaded(&app.config.clone(), 0));
    app.start();
    app.update(Event::Running);
    app.update(progress(10, 0.5, 0.1));
    drain(&mut app);
    app.set([("noise", "0")]);
    assert!(matches!(&drain(&mut app).0[..], [Command::Adjust(now, before)] if *now == app.config && before.noise == 0.2));
}

#[test]
fn another_operation_goes_on_with_a_kept_embedding_and_begins_anew_without() {
    let config = from_query("p=31&v=1").0;
    let mut app = ready(&config);
    app.start();
    app.update(progress(300, 1.0, 1.0));
    drain(&mut app);
    assert_eq!(app.set([("keep", "frozen"), ("task", "x*y")]), Vec::<String>::new());
    let now = app.config.clone();
    assert_eq!(drain(&mut app).0, [Command::Adjust(now.clone(), config.clone())]);
    let mut record = config.clone();
    assert!(record.note(300, &now) && record.at.write() == "300:task=x*y,keep=frozen");
    app.update(loaded(&record, 300));
    app.update(Event::Running);
    assert_eq!((app.present().task.as_str(), app.record.task.as_str()), ("x*y", "x+y"));
    assert_eq!(app.histories[0].milestones(), Milestones { turned: Some(300), ..Milestones::default() });
    app.update(progress(350, 1.0, 0.97));
    assert_eq!((app.histories[0].grokked, app.histories[0].points.len()), (Some(350), 2));
    app.update(loaded(&record, 350));
    app.set([("keep", "none")]);
    drain(&mut app);
    app.set([("task", "x-y")]);
    assert!(matches!(&drain(&mut app).0[..], [Command::Load(..)]), "without, it is another run");
}

#[test]
fn milestones_count_anew_from_a_ticket() {
    let config = from_query("experiment=minegishi&v=1").0;
    let mut app = ready(&config);
    app.start();
    app.update(progress(300, 1.0, 1.0));
    app.update(progress(900, 1.0, 1.0));
    assert_eq!((app.config.ticket, app.histories[0].grokked), (0.4, Some(300)));
    let mut record = config.clone();
    assert!(record.note(900, &app.config) && record.at.write() == "900:ticket=0.4");
    app.update(loaded(&record, 900));
    app.update(Event::Running);
    assert_eq!(app.histories[0].milestones(), Milestones { turned: Some(900), ..Milestones::default() });
    drain(&mut app);
    app.update(progress(950, 1.0, 0.2));
    assert_eq!((app.histories[0].memorized, app.histories[0].grokked), (Some(950), None));
    assert_eq!(drain(&mut app).0, [], "once");
    app.reset();
    assert_eq!((app.config.ticket, app.histories[0].turned), (0.0, None));
}
