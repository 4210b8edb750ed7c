//! Looks inside: who asks when, and what an answer leads to.

use super::*;
use crate::protocol::inspect::{
    Asker, Embedding, InspectQuery, InspectReply, InspectRequest, InspectResult, Neurons, Off, Plane,
};
use crate::view::choice::Action;
use crate::view::inside::CircleSeen;
use crate::view::views::VIEWS;

fn questions(app: &mut App) -> Vec<InspectQuery> {
    let question = |command| match command {
        Command::Inspect(inspect) => Some(inspect),
        _ => None,
    };
    drain(app).0.into_iter().filter_map(question).collect()
}

fn answer(asker: Asker, step: u32, result: InspectResult) -> Event {
    Event::Inspected(InspectReply { asker, step, accuracy: [1.0, 0.5], checkpoint_steps: vec![0, step], result })
}

#[test]
fn nothing_is_asked_that_nobody_sees() {
    let mut app = ready(&Config::standard());
    app.choose(Action::Loss(true));
    app.update(progress(5, 1.0, 0.1));
    assert_eq!(questions(&mut app), []);
    app.see_inside(true);
    let asked = questions(&mut app);
    let [InspectQuery { request: InspectRequest::Table, at: None, urgent: true, asker, .. }] = asked[..] else {
        panic!("{asked:?}")
    };
    // Paused at the same step, there is nothing new to see.
    app.update(answer(asker, 5, InspectResult::None));
    app.see_inside(true);
    assert_eq!(questions(&mut app), []);
    app.see_inside(false);
    app.update(progress(9, 1.0, 0.1));
    assert_eq!(questions(&mut app), []);
}

#[test]
fn while_training_there_is_one_question_at_a_time() {
    let mut app = ready(&Config::standard());
    app.see_inside(true);
    app.start();
    let asker = questions(&mut app)[0].asker;
    app.update(progress(5, 1.0, 0.1));
    app.update(progress(6, 1.0, 0.1));
    assert_eq!(questions(&mut app), []);
    // The next one may wait for its turn; a visitor's does not, and replaces it.
    app.update(answer(asker, 5, InspectResult::None));
    let next = questions(&mut app);
    assert!(!next[0].urgent && next.len() == 1, "{next:?}");
    app.choose(Action::View(1));
    let next = questions(&mut app);
    assert!(next.len() == 1 && next[0].urgent && next[0].request == InspectRequest::Embedding(None), "{next:?}");
    // Changes of mind meanwhile become one more question, after the answer.
    app.choose(Action::Plane(Plane::Frequency(3)));
    app.choose(Action::Plane(Plane::Frequency(4)));
    assert_eq!(questions(&mut app), []);
    app.update(answer(next[0].asker, 6, InspectResult::None));
    let last = questions(&mut app);
    assert!(last.len() == 1 && last[0].request == InspectRequest::Embedding(Some(Plane::Frequency(4))), "{last:?}");
    // An answer to an earlier question does not count as this one's.
    app.update(answer(next[0].asker, 6, InspectResult::None));
    app.choose(Action::Plane(Plane::Frequency(5)));
    assert_eq!(questions(&mut app), []);
}

/// An answer for the stage: 24 numbers on a circle, once around, or `flat` ones on a line, in a plane with these key frequencies.
fn numbers(flat: bool, plane: Plane, keys: &[u16]) -> InspectResult {
    let angle = |i: u16| core::f32::consts::TAU * f32::from(i) / 24.0;
    InspectResult::Several(vec![InspectResult::Embedding(Embedding {
        name: "W_E".into(),
        spectrum: vec![1.0; 13],
        keys: keys.to_vec(),
        gini: 0.5,
        participation: 0.5,
        fractions: vec![],
        plane,
        parallelograms: None,
        diagonals: vec![],
        coordinates: (0..24).map(|i| [angle(i).cos(), if flat { 0.0 } else { angle(i).sin() }]).collect(),
        tokens: (0..24).collect(),
        cyclic: true,
    })])
}

#[test]
fn a_circle_is_told_once_and_only_where_one_forms() {
    let seen = |results: &[InspectResult]| {
        let mut app = ready(&Config::standard());
        app.start();
        let mut step = 0;
        let told: Vec<CircleSeen> = results
            .iter()
            .map(|result| {
                step += 1;
                app.update(answer(Asker::Stage(step), step, result.clone()));
                app.inside.circle
            })
            .collect();
        (told, app)
    };
    let own = Plane::Frequency(1);
    let (cloud, circle) = (numbers(true, own, &[1]), numbers(false, own, &[1]));
    let (told, mut app) = seen(&[cloud.clone(), circle.clone(), cloud.clone(), circle.clone()]);
    assert_eq!(told, [CircleSeen::Cloud, CircleSeen::Formed, CircleSeen::Formed, CircleSeen::Formed]);
    // Once it is known, nothing is said of it again; another run begins anew.
    app.inside.circle = CircleSeen::Known;
    app.update(answer(Asker::Stage(5), 5, cloud.clone()));
    app.update(answer(Asker::Stage(6), 6, circle.clone()));
    assert_eq!(app.inside.circle, CircleSeen::Known);
    app.wish([("seed", "5")]);
    drain(&mut app);
    let config = app.config.clone();
    app.update(loaded(&config, 0));
    assert_eq!(app.inside.circle, CircleSeen::Unseen);
    // It did not form here; there are no frequencies; the network does not compute with this one; and it is not once around.
    assert_eq!(seen(&[circle.clone(), cloud.clone(), circle.clone()]).0[2], CircleSeen::Known);
    let none = [numbers(false, Plane::Components(0), &[]), numbers(false, own, &[]), numbers(false, Plane::Frequency(2), &[2])];
    for other in none {
        assert_eq!(seen(&[other.clone(), other]).0, [CircleSeen::Cloud; 2]);
    }
    // A network that was gone back to, or of which something is switched off, does not form one.
    let (_, mut app) = seen(&[cloud]);
    app.choose(Action::At(Some(0)));
    app.update(answer(Asker::Stage(2), 0, circle.clone()));
    assert_eq!((app.inside.circle, app.inside.has_circle()), (CircleSeen::Cloud, Some(true)));
    app.choose(Action::At(None));
    app.choose(Action::Neuron(3));
    app.update(answer(Asker::Stage(3), 9, circle.clone()));
    assert_eq!(app.inside.circle, CircleSeen::Cloud);
    app.choose(Action::AllOn);
    app.update(answer(Asker::Stage(4), 10, circle));
    assert_eq!(app.inside.circle, CircleSeen::Formed);
}

#[test]
fn going_back_stays_there_and_a_chart_only_peeks() {
    let mut app = ready(&Config::standard());
    app.see_inside(true);
    let asked = |app: &mut App, act| {
        let asker = questions(app).last().map(|question| question.asker);
        asker.into_iter().for_each(|asker| app.update(answer(asker, 50, InspectResult::None)));
        app.choose(act);
        let question = questions(app).pop().expect("a question");
        app.update(answer(question.asker, 50, InspectResult::None));
        question.at
    };
    assert_eq!(asked(&mut app, Action::At(Some(20))), Some(20));
    assert_eq!(asked(&mut app, Action::Peek(Some(7))), Some(7));
    assert_eq!(asked(&mut app, Action::Peek(None)), Some(20));
    app.update(progress(60, 1.0, 0.1));
    assert_eq!(questions(&mut app), [], "the past does not change");
    assert_eq!(asked(&mut app, Action::At(None)), None);
}

#[test]
fn a_frequency_is_switched_off_and_on_as_a_whole() {
    let mut app = ready(&Config::standard());
    app.see_inside(true);
    app.choose(Action::View(2));
    let fits = vec![(3, 250), (5, 240), (3, 100), (5, 230)];
    let neurons = Neurons { fits, order: vec![], least: 217, first: 0, side: 1, shown: vec![], maps: vec![] };
    let asker = questions(&mut app).last().map_or(Asker::View(1), |question| question.asker);
    app.update(answer(asker, 0, InspectResult::Neurons(neurons)));
    app.choose(Action::Neuron(2));
    app.choose(Action::Silence(3));
    assert_eq!(app.inside.choice.off, Off { neurons: vec![0, 2], heads: vec![] });
    app.choose(Action::Head(0, 1));
    app.choose(Action::Silence(3));
    assert_eq!(app.inside.choice.off, Off { neurons: vec![], heads: vec![(0, 1)] });
    app.choose(Action::AllOn);
    assert_eq!(app.inside.choice.off, Off::default());
}

#[test]
fn another_run_is_looked_at_with_the_same_view() {
    let config = Config::standard();
    let mut app = ready(&config);
    app.see_inside(true);
    app.choose(Action::View(3));
    app.choose(Action::Head(0, 0));
    app.update(Event::Opaque { why: "too large".into() });
    app.choose(Action::View(4));
    drain(&mut app);
    app.reset();
    app.update(loaded(&config, 0));
    let asked = questions(&mut app);
    assert_eq!(
        (asked.len(), &asked[0].off, asked[0].request == (VIEWS[4].request)(&app.inside.choice)),
        (1, &Off::default(), true)
    );
}

/// What the worker is told when a result is changed, before and after the first step.
#[test]
fn a_changed_result_is_a_setting() {
    let mut app = ready(&Config { p: 23, ..Config::standard() });
    app.see_inside(true);
    app.choose(Action::Edit(true));
    app.choose(Action::Pair([3, 4]));
    drain(&mut app);
    // Nothing is trained: the run begins with the other table.
    app.choose(Action::Result(9));
    let Config { ref cells, .. } = app.config;
    assert_eq!(cells, "3.4.9");
    let told = drain(&mut app).0;
    assert!(matches!(&told[..], [Command::Load(config, _)] if config.cells == "3.4.9"), "{told:?}");
    assert_eq!(app.inside.panel.seen, None);
    app.update(loaded(&app.config.clone(), 0));
    assert!(app.inside.choice.edit && app.inside.choice.pair == [3, 4], "{:?}", app.inside.choice);
    // Later the same weights go on with it.
    app.update(progress(5, 1.0, 0.1));
    app.choose(Action::Pair([0, 1]));
    drain(&mut app);
    app.choose(Action::Result(0));
    let told = drain(&mut app).0;
    assert!(matches!(&told[..], [Command::Adjust(config, _)] if config.cells == "3.4.9_0.1.0"), "{told:?}");
    app.choose(Action::Restore);
    assert_eq!(app.config.cells, "3.4.9");
    app.choose(Action::RestoreAll);
    assert_eq!((app.config.cells.as_str(), app.step, app.problems.len()), ("", 5, 0));
}

#[test]
fn the_stage_asks_for_the_pictures_that_are_seen_beside_the_panel() {
    let mut app = ready(&Config::standard());
    app.see_picture(0, true);
    let asked = questions(&mut app);
    assert_eq!((asked.len(), &asked[0].request), (1, &InspectRequest::Several(vec![InspectRequest::Table])));
    // Another one follows the answer, and the panel has a conversation of its own.
    app.see_picture(1, true);
    app.see_inside(true);
    let panel = questions(&mut app);
    assert!(matches!(panel[..], [InspectQuery { asker: Asker::View(_), request: InspectRequest::Table, .. }]), "{panel:?}");
    app.update(answer(panel[0].asker, 0, InspectResult::None));
    app.see_picture(2, true);
    assert_eq!(questions(&mut app), [], "the panel has nothing to do with it");
    app.see_picture(2, false);
    app.update(answer(asked[0].asker, 0, InspectResult::Several(vec![InspectResult::None])));
    let next = questions(&mut app);
    let both = InspectRequest::Several(vec![InspectRequest::Table, InspectRequest::Embedding(None)]);
    assert_eq!((next.len(), &next[0].request), (1, &both));
    app.update(answer(next[0].asker, 0, InspectResult::Several(vec![])));
    // Nothing is asked for those that are out of sight.
    app.see_picture(0, false);
    app.see_picture(1, false);
    app.update(progress(5, 1.0, 0.1));
    assert!(questions(&mut app).iter().all(|query| matches!(query.asker, Asker::View(_))));
}

#[test]
fn what_was_seen_in_passing_is_looked_at_again_when_training_stops() {
    let mut app = ready(&Config::standard());
    app.see_picture(2, true);
    let first = questions(&mut app)[0].asker;
    app.start();
    app.update(Event::Running);
    app.update(answer(first, 0, InspectResult::Several(vec![])));
    app.update(progress(5, 1.0, 0.1));
    let passing = questions(&mut app);
    assert!(matches!(passing[..], [InspectQuery { urgent: false, .. }]), "{passing:?}");
    app.update(answer(passing[0].asker, 5, InspectResult::Several(vec![])));
    assert_eq!(questions(&mut app), []);
    app.update(Event::Paused);
    let exact = questions(&mut app);
    assert!(matches!(exact[..], [InspectQuery { urgent: true, .. }]), "{exact:?}");
    app.update(answer(exact[0].asker, 5, InspectResult::Several(vec![])));
    app.update(Event::Paused);
    assert_eq!(questions(&mut app), []);
}
