//! What the page around hears of changes that it did not make.

use super::*;
use crate::settings::from_query;

/// The events about changes: name and detail.
fn told(app: &mut App) -> Vec<(&'static str, Vec<(&'static str, Value)>)> {
    let about = |effect| match effect {
        Effect::Emit(name @ ("config" | "state" | "problems"), detail) => Some((name, detail)),
        _ => None,
    };
    app.take_effects().into_iter().filter_map(about).collect()
}

fn state(state: &str, step: f64) -> (&'static str, Vec<(&'static str, Value)>) {
    ("state", vec![("state", Value::Text(state.into())), ("step", Value::Number(step))])
}

#[test]
fn every_change_of_the_state_is_told_once_whoever_made_it() {
    let mut app = ready(&Config::standard());
    app.start();
    assert_eq!(told(&mut app), [state("running", 0.0)]);
    app.update(Event::Running);
    app.update(progress(10, 1.0, 0.1));
    assert_eq!(told(&mut app), []);
    // Nobody sees it any more.
    app.set_visible(false);
    assert_eq!(told(&mut app), [state("paused", 10.0)]);
    app.set_visible(true);
    app.update(Event::Done { reason: End::Grokked });
    assert_eq!(told(&mut app), [state("done", 10.0)], "what was true for a moment only is not told");
    app.reset();
    assert_eq!(told(&mut app), [state("idle", 0.0)]);
    app.update(Event::Failed { message: "no".into() });
    let [error, problems] = &told(&mut app)[..] else { panic!("state and message") };
    assert_eq!(*error, state("error", 0.0));
    assert_eq!(*problems, ("problems", vec![("problems", Value::Texts(vec!["no".into()]))]));
    app.dismiss();
    assert_eq!(told(&mut app), [("problems", vec![("problems", Value::Texts(vec![]))])]);
}

#[test]
fn every_change_of_the_settings_is_told_with_all_of_them() {
    let mut app = ready(&Config::standard());
    app.set([("p", "31"), ("wd", "2")]);
    let [(name, detail)] = &told(&mut app)[..] else { panic!("one event") };
    assert_eq!((*name, &detail[..]), ("config", &[("config", Value::Settings(Box::new(app.config.clone())))][..]));
    assert_eq!((app.config.p, app.config.wd), (31, 2.0));
    app.set([("p", "31")]);
    assert_eq!(told(&mut app), [], "nothing has changed");
    // A refused value is told, and changes nothing.
    app.set([("wd", "nope")]);
    assert_eq!(told(&mut app).iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["problems"]);
    // What a run's record has planned.
    let mut app = ready(&from_query("at=5:wd%3D3&v=1").0);
    app.update(Event::Changed { step: 5, config: app.record.clone(), planned: true });
    assert_eq!(told(&mut app).iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["config"]);
    assert_eq!(app.config.wd, 3.0);
}
