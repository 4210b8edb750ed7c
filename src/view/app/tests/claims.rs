//! Looks inside that are not for the view: of claims about the weights, and of programs of the page.

use super::*;
use crate::analysis::{Measure, Measures, Progress};
use crate::experiment::Judgement;
use crate::protocol::inspect::{InspectQuery, InspectRequest, InspectResult, Off};
use crate::settings::from_query;
use crate::view::gallery::paper;

fn result(keys: Vec<u16>, restricted: &[f32], more: bool) -> InspectResult {
    let measures = restricted.iter().zip((0..).step_by(10)).map(|(restricted, step)| Measure {
        restricted: *restricted,
        excluded: 1.0,
        gini: 0.5,
        explained: 0.5,
        keys: 0.5,
        ..Measure::none(step)
    });
    InspectResult::Progress(Progress { keys, measures: measures.collect(), more, units: 8, norms: vec![] })
}

fn answer(asker: Asker, result: InspectResult) -> Event {
    Event::Inspected(InspectReply { asker, step: 30, accuracy: [1.0; 2], checkpoint_steps: vec![0, 10, 20], result })
}

fn questions(app: &mut App) -> Vec<InspectQuery> {
    let question = |command| match command {
        Command::Inspect(question) => Some(question),
        _ => None,
    };
    drain(app).0.into_iter().filter_map(question).collect()
}

#[test]
fn claims_about_the_weights_are_judged_when_the_run_is_over() {
    let (config, problems) = from_query("experiment=nanda&v=1");
    assert_eq!(problems, []);
    let mut app = ready(&config);
    let probes = || 2;
    let of_weights = |app: &App| paper(app, None).unwrap().lines.into_iter().rev().take(probes()).rev().collect::<Vec<_>>();
    assert!(of_weights(&app).iter().all(|line| line.judgement == Judgement::Open), "{:?}", of_weights(&app));
    app.start();
    for (step, train, test) in [(0, 0.0, 0.0), (10, 1.0, 0.0), (20, 1.0, 0.3), (30, 1.0, 1.0)] {
        app.update(progress(step, train, test));
    }
    assert_eq!(questions(&mut app), [], "it is not over");
    app.update(Event::Done { reason: End::Grokked });
    let asked = questions(&mut app);
    assert!(
        matches!(
            &asked[..],
            [InspectQuery { asker: Asker::Claim, request: InspectRequest::Progress(Measures::Usual), at: None, .. }]
        ),
        "{asked:?}"
    );
    app.update(answer(Asker::Claim, result(vec![1; 5], &[4.0], true)));
    assert_eq!(questions(&mut app).len(), 1, "the rest is asked for");
    assert!(app.claims.is_empty());
    app.update(answer(Asker::Claim, result(vec![1; 5], &[4.0, 4.0, 0.1, 0.1], false)));
    let lines = of_weights(&app);
    assert!(lines.iter().all(|line| line.judgement != Judgement::Open && !line.measured.is_empty()), "{lines:?}");
    assert!(lines.iter().any(|line| line.judgement == Judgement::Holds && line.measured.contains("5 frequencies")), "{lines:?}");
    assert_eq!(app.inside.panel.seen, None, "it was not for the view");
    app.reset();
    assert!(app.claims.is_empty());
}

#[test]
fn a_claim_that_cannot_be_measured_stays_open_and_says_why() {
    let (config, _) = from_query("experiment=nanda&v=1");
    let mut app = ready(&config);
    app.claims = vec![Err("this network has none".into()), Ok((false, "9 frequencies".into()))];
    let lines = paper(&app, None).unwrap().lines;
    let [.., open, fails] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((open.judgement, &open.measured[..]), (Judgement::Open, "this network has none"));
    assert_eq!((fails.judgement, &fails.measured[..]), (Judgement::Fails, "9 frequencies"));
}

#[test]
fn a_promised_look_is_answered_as_a_whole_or_declined() {
    let mut app = ready(&Config::standard());
    assert!(app.inspect(4, InspectRequest::Progress(Measures::Usual), Off::default(), Some(20)));
    assert!(matches!(&questions(&mut app)[..], [InspectQuery { asker: Asker::Promise(4), at: Some(20), .. }]));
    app.update(answer(Asker::Promise(4), result(vec![], &[1.0], true)));
    assert!(matches!(&questions(&mut app)[..], [InspectQuery { asker: Asker::Promise(4), at: Some(20), .. }]));
    app.update(answer(Asker::Promise(4), result(vec![], &[1.0, 2.0], false)));
    let answers = app.take_effects();
    assert!(answers.iter().any(|effect| matches!(effect, Effect::Inspected(4, seen) if seen.step == 30)), "{answers:?}");
    assert_eq!(app.inside.panel.seen, None);

    // Another run is being built: what is not complete will not be.
    app.inspect(5, InspectRequest::Progress(Measures::Usual), Off::default(), None);
    app.reset();
    app.update(answer(Asker::Promise(5), result(vec![], &[1.0], true)));
    let declined = app.take_effects();
    assert!(declined.iter().any(|effect| matches!(effect, Effect::Decline(5, why) if why.contains("replaced"))), "{declined:?}");
}
