//! Every picture draws within its area, speaks and points, on all kinds of networks.

use super::*;
use crate::protocol::inspect::InspectResult;
use crate::settings::from_query;
use crate::view::choice::Action;
use crate::view::views::tests::{Recorder, answer, theme};

/// Hands every picture that a configuration has to a function, with what it is drawn from.
fn each(query: &str, choice: &Choice, mut then: impl FnMut((&Picture, &Painting), &Subject)) {
    let (config, problems) = from_query(query);
    assert_eq!(problems, []);
    let pictures = || {
        PICTURES.into_iter().zip(PAINTINGS.into_iter().chain(OTHER_PAINTINGS)).filter(|(picture, _)| (picture.applies)(&config))
    };
    let requests = pictures().map(|(picture, _)| (picture.request)(choice)).collect();
    let (seen, history) = answer(query, InspectRequest::Several(requests), choice);
    let InspectResult::Several(results) = &seen.result else { panic!("{:?}", seen.result) };
    for ((picture, painting), result) in pictures().zip(results) {
        assert!((picture.request)(choice).answered_by(result), "{query}: {}", picture.name);
        let subject = Subject {
            seen: &seen,
            result,
            choice,
            config: &config,
            p: crate::task::Operation::of(&config).symbols(&config) as usize,
            history: &history,
            traces: &Default::default(),
            steps: Default::default(),
            theme: &theme(),
            width: 200.0,
            density: 2.0,
        };
        then((picture, painting), &subject);
    }
}

const SMALL: &str = "p=13&train=0.6&width=16&heads=2&mlp=24";

#[test]
fn every_picture_draws_within_its_area_and_says_what_it_shows() {
    let mut drawn = vec![];
    for query in [
        SMALL.to_string(),
        format!("{SMALL}&task=x/y"),
        format!("{SMALL}&task=random"),
        "p=11&model=mlp&layers=1&mlp=20&activation=quadratic".into(),
        "task=parity&p=10&k=2&samples=60&model=mlp&layers=1&mlp=32".into(),
        "task=hidden-sum&p=10&samples=60&model=mlp&layers=1&mlp=32".into(),
        "task=subclasses&p=10&samples=60&model=mlp&layers=1&mlp=32".into(),
        "task=digits&samples=100&model=mlp&layers=2&mlp=32".into(),
        format!("task=sum&k=3&samples=900&{SMALL}"),
        format!("task=two-hops&k=5&samples=200&{SMALL}"),
    ] {
        each(&query, &Choice::default(), |(picture, painting), subject| {
            for (width, height) in [(120.0, 120.0), (430.0, 430.0), (340.0, 190.0), (160.0, 240.0)] {
                let (subject, area) = (Subject { width, ..*subject }, Area { x: 0.0, y: 0.0, width, height });
                let mut recorder = Recorder::default();
                (painting.draw)(&mut recorder, &subject, area);
                let reach = (recorder.right, recorder.bottom);
                assert!(reach.0 <= width + 8.0 && reach.1 <= height + 8.0, "{query}: {} reaches {reach:?}", picture.name);
                assert!(recorder.cells + recorder.texts.len() > 0, "{query}: {} is empty", picture.name);
                let mut said = vec![];
                for at in (0..40).flat_map(|x| (0..40).map(move |y| (f64::from(x) * width / 40.0, f64::from(y) * height / 40.0)))
                {
                    said.extend((painting.point)(&subject, area, at));
                }
                assert!(!said.is_empty(), "{query}: {} says nothing at any point", picture.name);
            }
            assert!((painting.describe)(subject).ends_with('.') && !(painting.title)(subject).is_empty());
            drawn.push(picture.name);
        });
    }
    assert!(PICTURES.iter().all(|picture| drawn.contains(&picture.name)), "{drawn:?}");
}

#[test]
fn a_click_on_a_neuron_switches_its_wave_off() {
    let mut choice = Choice::default();
    each(SMALL, &Choice::default(), |(_, painting), subject| {
        let area = Area { x: 0.0, y: 0.0, width: 340.0, height: 190.0 };
        let Some((words, Some(action))) = (painting.point)(subject, area, (20.0, 40.0)) else { return };
        let Action::Silence(wave) = action else { panic!("{action:?}") };
        assert!(words.contains(&format!("wave {wave} explains")), "{words}");
        choice.apply(action, Some(subject.result));
    });
    assert!(!choice.off.neurons.is_empty());
}

#[test]
fn the_template_has_a_figure_for_each_picture() {
    let template = include_str!("../../../www/lab.html");
    for picture in PICTURES {
        assert!(template.contains(&format!("data-picture=\"{0}\" data-panel=\"{0}\"", picture.name)), "{}", picture.name);
    }
}
