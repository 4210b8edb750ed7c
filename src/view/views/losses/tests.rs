//! What is drawn, said and pointed at.

use super::*;
use crate::metrics::History;
use crate::protocol::inspect::{Asker, InspectReply};
use crate::settings::from_query;
use crate::view::choice::Choice;
use crate::view::views::tests::{Recorder, at, try_out};

#[test]
fn every_kind_of_example_has_its_losses() {
    let small = "width=16&heads=2&mlp=24&train=0.6";
    let said = try_out(&VIEW, &format!("task=people&samples=60&layers=2&{small}"), &Choice::default());
    assert!(said.starts_with("Median losses: shown in training: ") && said.contains(", never shown: "), "{said}");
    let said = try_out(&VIEW, &format!("task=two-hops&samples=60&{small}"), &Choice::default());
    assert!(said.contains(" of them), out of distribution: ") && said.contains(". A guess has "), "{said}");
    try_out(&VIEW, "task=parity&p=10&k=2&samples=60&model=mlp&layers=1&mlp=32&bias=true&wd=1", &Choice::default());
    try_out(&VIEW, &format!("task=questions&samples=60&{small}"), &Choice::default());
}

/// Two losses of a training pair, three of others; the largest of all is a pair that was never shown.
#[test]
fn losses_are_counted_where_they_lie() {
    let one = |kind, answer| Answered { kind, operands: vec![3, 5], truth: 8, answer, confidence: 0.75 };
    let found = Losses {
        kinds: vec![Kind::Training, Kind::Test],
        losses: vec![vec![1.1e-8, 0.5], vec![0.11, 0.12, f32::NAN]],
        hardest: vec![(one(Kind::Training, 8), 0.5), (one(Kind::Test, 7), 4.25)],
    };
    let seen = InspectReply {
        asker: Asker::View(1),
        step: 0,
        accuracy: [1.0, 0.0],
        checkpoint_steps: vec![],
        result: InspectResult::Losses(found),
    };
    let (config, choice, history) = (from_query("p=13").0, Choice::default(), History::default());
    let subject = Subject { width: 436.0, ..at(&seen, &choice, &config, &history) };
    let point = |x, y| (DRAWING.point)(&subject, (x, y)).map(|(said, _)| said);
    // Forty bars of ten pixels, from 18 on; a decade is four of them.
    assert_eq!(point(19.0, 50.0).unwrap(), "shown in training: 1 of 2 have a loss of 1.0e-8 to 1.8e-8");
    assert_eq!(point(18.0 + 10.0 * 28.5, 130.0).unwrap(), "never shown: 2 of 3 have a loss of 0.100 to 0.178");
    assert_eq!(point(417.0, 130.0).unwrap(), "never shown: 1 of 3 have a loss of 56.2 to 100");
    assert_eq!(point(417.0, 50.0).unwrap(), "shown in training: 0 of 2 have a loss of 56.2 to 100");
    let mut recorder = Recorder::default();
    (DRAWING.draw)(&mut recorder, &subject);
    let hardest: Vec<&String> = recorder.texts.iter().filter(|text| text.contains("x = 3")).collect();
    assert_eq!(hardest, ["4.25   x = 3, y = 5: 7 ✗ 75.0 % sure; it is 8", "0.500   x = 3, y = 5: 8 ✓ 75.0 % sure"]);
    assert!((DRAWING.describe)(&subject).contains("never shown: 0.120 (3 of them). A guess has 2.56."));
}
