//! Probes on measures made by hand.

use super::*;
use crate::metrics::Point;

#[test]
fn probes_judge_hand_made_measures() {
    let at = |step, value: f32| Measure { density: value, ratio: 1.0 - value, zeros: value, ..Measure::none(step) };
    let measures = vec![at(0, 0.1), at(10, 0.7), at(30, 0.9)];
    let progress = Progress { keys: vec![], measures, more: false, units: 8, norms: vec![] };
    let history = History { memorized: Some(20), ..History::default() };
    let check = |probe: Probe, holds, found: &str| {
        assert_eq!(probe.judge(&progress, &history), Ok((holds, found.into())), "{}", probe.text());
    };
    check(Probe::Density(0.0, 0.9), true, "0.90");
    check(Probe::Density(0.0, 0.8), false, "0.90");
    check(Probe::Density(0.8, 1.0), true, "0.90");
    check(Probe::Density(0.95, 1.0), false, "0.90");
    check(Probe::RatioFalls(0.75), true, "from 0.90 to 0.10");
    check(Probe::RatioFalls(0.85), false, "from 0.90 to 0.10");
    // What comes after memorising does not count.
    check(Probe::ZerosFirst(0.7), true, "70.0 % at step 10");
    check(Probe::ZerosFirst(0.8), false, "70.0 % at step 10");
    let loss = |step, restricted, excluded| Measure {
        restricted,
        excluded,
        explained: 0.9,
        readout_gini: restricted,
        ..Measure::none(step)
    };
    let point = |step, train_accuracy, test_accuracy, test_loss, weight_norm| Point {
        step,
        train_accuracy,
        test_accuracy,
        test_loss,
        weight_norm,
        ..Point::default()
    };
    let mut grokking = History::default();
    for at in [(0, 0.0, 0.0, 4.0, 9.0), (10, 1.0, 0.5, 3.0, 10.0), (20, 1.0, 0.7, 2.0, 8.0), (30, 1.0, 1.0, 0.1, 4.0)] {
        grokking.push(point(at.0, at.1, at.2, at.3, at.4));
    }
    let measures = vec![loss(0, 4.5, 4.0), loss(10, 2.5, 0.5), loss(20, 1.5, 2.0), loss(30, 5.0, 3.0)];
    let circuit = Progress { measures, ..progress.clone() };
    for (probe, holds, found) in [
        (Probe::Explained(0.9), true, "90.0 %"),
        (Probe::Explained(0.95), false, "90.0 %"),
        (Probe::FormsBelow, true, "at 2 of 2 steps"),
        (Probe::Replaces(6.0), true, "6.0 times"),
        (Probe::Replaces(7.0), false, "6.0 times"),
        (Probe::Sharpens(0.5), true, "from 4.50 to 5.00"),
        (Probe::Sharpens(0.6), false, "from 4.50 to 5.00"),
        // (4/8)² of the squares are left.
        (Probe::CleansUp(0.75), true, "75.0 %"),
        (Probe::CleansUp(0.8), false, "75.0 %"),
    ] {
        assert_eq!(probe.judge(&circuit, &grokking), Ok((holds, found.into())), "{}", probe.text());
    }
    // It never memorised.
    assert_eq!(Probe::FormsBelow.judge(&circuit, &History::default()), Ok((false, "at 0 of 0 steps".into())));
    assert!(Probe::CleansUp(0.0).judge(&circuit, &History::default()).is_err());
    let added = Measure { quality: 0.75, predicted: 0.875, apart: 0.125, ..Measure::none(30) };
    let added = Progress { measures: vec![added], ..progress.clone() };
    for (probe, holds, found) in [
        (Probe::Parallelograms(0.7, 1.0), true, "75.0 %"),
        (Probe::Parallelograms(0.8, 1.0), false, "75.0 %"),
        (Probe::Parallelograms(0.0, 0.7), false, "75.0 %"),
        (Probe::OutOfDistribution(0.0, 0.2), true, "12.5 %"),
        (Probe::OutOfDistribution(0.2, 1.0), false, "12.5 %"),
        (Probe::Predicted(0.2), true, "87.5 % against 100.0 %"),
        (Probe::Predicted(0.1), false, "87.5 % against 100.0 %"),
    ] {
        assert_eq!(probe.judge(&added, &grokking), Ok((holds, found.into())), "{}", probe.text());
    }
    let ranks = |ranks: &[f32]| {
        let at = |(step, rank): (u32, &f32)| Measure { rank: *rank, ..Measure::none(step) };
        Progress { measures: (0..).zip(ranks).map(at).collect(), ..progress.clone() }
    };
    // The fall at the start, and what is smaller than the largest climb, is none of it.
    let falls = ranks(&[1.75, 1.0, 1.25, 1.125, 2.0, 1.5]);
    let stays = ranks(&[f32::NAN, 1.5, 1.25, 2.0, 1.875, 2.0]);
    let shrinks = ranks(&[2.0, 1.5, 1.0]);
    for (probe, measured, holds, found) in [
        (Probe::Compresses(1.0, 0.5), &falls, true, "from 1.00 to 2.00 at step 4, then 1.50"),
        (Probe::Compresses(1.1, 0.5), &falls, false, "from 1.00 to 2.00 at step 4, then 1.50"),
        (Probe::Compresses(1.0, 0.6), &falls, false, "from 1.00 to 2.00 at step 4, then 1.50"),
        (Probe::Compresses(0.5, 0.1), &stays, false, "from 1.25 to 2.00 at step 5, then 2.00"),
        (Probe::KeepsExpanding(0.2), &falls, false, "from 1.00 to 1.50, falls of 0.50 at most"),
        (Probe::KeepsExpanding(0.2), &stays, true, "from 1.25 to 2.00, falls of 0.13 at most"),
        (Probe::KeepsExpanding(0.1), &stays, false, "from 1.25 to 2.00, falls of 0.13 at most"),
        (Probe::KeepsExpanding(0.1), &shrinks, false, "from 1.00 to 1.00, falls of 0.00 at most"),
    ] {
        assert_eq!(probe.judge(measured, &history), Ok((holds, found.into())), "{}", probe.text());
    }
    let sizes = |sizes: [f32; 4]| {
        let at = |(step, compressed): (u32, f32)| Measure { compressed, ..Measure::none(10 * step) };
        Progress { measures: (0..).zip(sizes).map(at).collect(), ..progress.clone() }
    };
    let by = |step| History { grokked: Some(step), ..History::default() };
    let simple = sizes([100.0, 2000.0, 1500.0, 500.0]);
    let found = "from 100 to 2,000 bytes at step 10, then 500";
    for (probe, grokked, holds) in [
        (Probe::SimplerAgain(20.0, 0.75), by(10), true),
        (Probe::SimplerAgain(20.0, 0.75), by(9), false),
        (Probe::SimplerAgain(20.0, 0.75), History::default(), false),
        (Probe::SimplerAgain(21.0, 0.75), by(30), false),
        (Probe::SimplerAgain(20.0, 0.76), by(30), false),
        (Probe::StaysComplex(0.75), by(30), true),
        (Probe::StaysComplex(0.7), by(30), false),
    ] {
        assert_eq!(probe.judge(&simple, &grokked), Ok((holds, found.into())), "{}", probe.text());
    }
    assert_eq!(Probe::measures(&[Probe::FormsFirst, Probe::StaysComplex(0.1)]), Measures::Compressed);
    assert_eq!(Probe::measures(&[Probe::FormsFirst]), Measures::Usual);
    assert_eq!(Probe::measures(&[Probe::RankFalls(0.1), Probe::FormsFirst]), Measures::Ranks);
    let layers = |step, last| {
        let mut measure = Measure::none(step);
        (measure.ranks[0], measure.ranks[1]) = (100.0, last);
        measure
    };
    // Memorised at 10, grokked at 30: neither the height before nor the depth after counts.
    let measures = vec![layers(0, 95.0), layers(10, 60.0), layers(20, 80.0), layers(25, 30.0), layers(31, 40.0), layers(50, 5.0)];
    let falls = Progress { measures, ..progress.clone() };
    let found = "from 80 at step 20 to 40 at step 31";
    for (probe, holds) in [(Probe::RankFalls(0.5), true), (Probe::RankFalls(0.51), false)] {
        assert_eq!(probe.judge(&falls, &grokking), Ok((holds, found.into())), "{}", probe.text());
    }
    // 95 to 60, to 80, to 5: the climb is the least of the three. The fall to 30 and back is less. Test accuracy was 0.7 at step 20.
    let twice = "from 95 to 60 at step 10, 80 at step 20, then 5; test accuracy from 70.0 % to 100.0 %";
    for (least, points, holds) in [(20, 30, true), (21, 30, false), (20, 31, false)] {
        let probe = Probe::RankFallsTwice(least, points);
        assert_eq!(probe.judge(&falls, &grokking), Ok((holds, twice.into())), "{}", probe.text());
    }
    let once = Progress {
        measures: [(0, 9.0), (1, 7.0), (2, 7.0), (3, 1.0)].map(|(step, rank)| layers(step, rank)).into(),
        ..progress.clone()
    };
    assert_eq!(Probe::RankFallsTwice(0, 0).judge(&once, &grokking), Ok((false, "it never climbs".into())));
    assert_eq!(Probe::RankFalls(0.0).judge(&falls, &History::default()), Ok((false, "never".into())));
    assert!(Probe::RankFalls(0.0).judge(&circuit, &grokking).is_err());
    let robust = |step, robust| Measure { robust, ..Measure::none(step) };
    let late =
        Progress { measures: vec![robust(20, 0.125), robust(40, 0.25), robust(60, 0.75), robust(90, 0.5)], ..progress.clone() };
    // It groks at step 30.
    for (probe, holds) in [(Probe::RobustLater(50), true), (Probe::RobustLater(51), false)] {
        assert_eq!(probe.judge(&late, &grokking), Ok((holds, "from 25.0 % at step 40 to 75.0 %".into())), "{}", probe.text());
    }
    assert_eq!(Probe::RobustLater(0).judge(&late, &history), Ok((false, "never".into())));
    // From a loss of 1 it falls below at step 30. Attention fell to 0.25 and has half of its rise to 0.75 by then; what comes after says no more.
    let mut facts = History::default();
    for (step, train_loss) in [(0, 2.0), (10, 1.05), (20, 0.95), (30, 0.5), (90, 0.1)] {
        facts.push(Point { step, train_loss, ..Point::default() });
    }
    let subject = |step, subject| Measure { subject, ..Measure::none(step) };
    let named = |looks: &[(u32, f32)]| {
        let measures = looks.iter().map(|(step, share)| subject(*step, *share)).collect();
        Progress { measures, ..progress.clone() }
    };
    let looks = [(0, 0.6), (10, 0.25), (20, 0.3), (30, 0.5), (40, 0.1), (90, 0.75)];
    let found = "from 25.0 % to 50.0 % at step 30, then 75.0 %";
    for (share, holds) in [(0.5, true), (0.51, false)] {
        let probe = Probe::AttendsFirst(1.0, share);
        assert_eq!(probe.judge(&named(&looks), &facts), Ok((holds, found.into())), "{}", probe.text());
    }
    let little = named(&[(0, 0.25), (30, 0.3), (90, 0.34)]);
    assert_eq!(Probe::AttendsFirst(1.0, 0.1).judge(&little, &facts).map(|(holds, _)| holds), Ok(false), "that could be noise");
    assert_eq!(Probe::AttendsFirst(0.1, 0.1).judge(&little, &facts), Ok((false, "not measured yet".into())));
    assert!(Probe::AttendsFirst(1.0, 0.1).judge(&circuit, &facts).is_err());
    let apart = |step, apart| Measure { apart, ..Measure::none(step) };
    let later =
        Progress { measures: vec![apart(20, 0.125), apart(40, 0.25), apart(60, 0.75), apart(90, 0.5)], ..progress.clone() };
    // The last look counts, not the best.
    for (probe, holds) in [(Probe::ApartLater(25), true), (Probe::ApartLater(26), false)] {
        assert_eq!(probe.judge(&later, &grokking), Ok((holds, "from 25.0 % at step 40 to 50.0 %".into())), "{}", probe.text());
    }
    assert_eq!(Probe::ApartLater(0).judge(&later, &history), Ok((false, "never".into())));
    let along = |looks: &[(u32, f32)], with: fn(u32, f32) -> Measure| Progress {
        measures: looks.iter().map(|(step, value)| with(*step, *value)).collect(),
        ..progress.clone()
    };
    let narrow = along(&[(0, 0.5), (20, 0.75), (40, 0.25)], |step, attention| Measure { attention, ..Measure::none(step) });
    for (least, holds) in [(0.5, true), (0.51, false)] {
        let probe = Probe::AttentionNarrows(least);
        assert_eq!(probe.judge(&narrow, &grokking), Ok((holds, "from 50.0 % to 25.0 %".into())), "{}", probe.text());
    }
    let borders: fn(u32, f32) -> Measure = |step, local_complexity| Measure { local_complexity, ..Measure::none(step) };
    let twice = along(&[(0, 3.0), (10, 2.0), (40, 4.0), (90, 3.0)], borders);
    for (least, holds) in [(0.25, true), (0.26, false)] {
        let probe = Probe::RegionsLeave(least);
        let found = "from 2.00 to 4.00 at step 40, then 3.00";
        assert_eq!(probe.judge(&twice, &grokking), Ok((holds, found.into())), "{}", probe.text());
    }
    // What only ever falls has not climbed.
    let falls = along(&[(0, 4.0), (40, 2.0), (90, 1.0)], borders);
    assert_eq!(Probe::RegionsLeave(0.1).judge(&falls, &grokking).map(|(holds, _)| holds), Ok(false));
    let nothing = Progress { measures: vec![Measure::none(0)], ..progress.clone() };
    for probe in [
        Probe::Density(0.0, 1.0),
        Probe::RatioFalls(0.0),
        Probe::ZerosFirst(0.5),
        Probe::Compresses(0.0, 0.0),
        Probe::StaysComplex(1.0),
        Probe::Parallelograms(0.0, 1.0),
        Probe::Predicted(1.0),
        Probe::OutOfDistribution(0.0, 1.0),
        Probe::RobustLater(0),
        Probe::ApartLater(0),
        Probe::AttentionNarrows(0.0),
        Probe::RegionsLeave(0.0),
    ] {
        assert!(probe.judge(&nothing, &history).is_err(), "{}", probe.text());
    }
}
