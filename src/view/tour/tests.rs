//! The table of stops against the keys and the page.

use super::*;
use crate::settings::KEYS;
use crate::view::panels::PANELS;

#[test]
fn the_stops_are_the_values_of_the_key_in_order() {
    let choices = key("tour").expect("the key").choices();
    let titles: Vec<&str> = choices.iter().skip(1).map(|(_, label)| *label).collect();
    assert_eq!(STOPS.iter().map(|stop| names(stop.place).1).collect::<Vec<_>>(), titles);
    for (stop, (id, _)) in STOPS.iter().zip(&choices[1..]) {
        let mut config = Config::standard();
        (key("tour").expect("the key").set)(&mut config, id).expect("a value");
        assert_eq!(config.tour, stop.place);
    }
}

#[test]
fn a_bare_attribute_begins_the_tour_and_false_ends_it() {
    for (text, place) in [("", Tour::Puzzle), ("true", Tour::Puzzle), ("1", Tour::Puzzle), ("false", Tour::Off), ("0", Tour::Off)]
    {
        let (config, problems) = Config { tour: Tour::Waves, ..Config::standard() }.with_pairs([("tour", text)]);
        assert_eq!((config.tour, problems), (place, vec![]), "{text}");
    }
    let (config, problems) = Config::standard().with_pairs([("tour", "moon")]);
    assert_eq!((config.tour, problems.len()), (Tour::Off, 1));
}

#[test]
fn every_stop_points_at_something_of_the_page() {
    for stop in STOPS {
        for query in ["", "task=parity&model=mlp&p=20", "task=subclasses&model=mlp&p=20"] {
            let config = Config::standard().with_query(query).0;
            let about = About { config: &config, operation: &Operation::of(&config), mirrored: 0.0, decay: 0.0 };
            let name = (stop.points_at)(&about);
            let there = PANELS.iter().any(|(panel, _)| *panel == name) || KEYS.iter().any(|key| key.name == name);
            assert!(there, "{name}");
        }
    }
}

#[test]
fn moments_are_found_in_a_history() {
    use crate::metrics::Point;
    let mut history = History::default();
    let moments = [Moment::Memorized, Moment::Plateau, Moment::Grokked, Moment::Settled];
    assert_eq!(moments.map(|moment| moment.of(&history)), [None; 4]);
    for (step, train_accuracy, test_accuracy) in
        [(0, 0.0, 0.0), (46, 1.0, 0.4), (60, 1.0, 0.4), (92, 1.0, 0.4), (256, 1.0, 0.96), (290, 1.0, 1.0)]
    {
        history.push(Point { step, train_accuracy, test_accuracy, ..Point::default() });
    }
    assert_eq!(moments.map(|moment| moment.of(&history)), [Some(46), Some(92), Some(256), Some(290)]);
}
