//! When a run counts as memorised, grokked and over, and what its file says.

use super::*;

fn point(step: u32, train_accuracy: f32, test_accuracy: f32) -> Point {
    Point { run: 0, step, train_loss: 0.5, train_accuracy, test_loss: 2.0, test_accuracy, weight_norm: 3.0, ..Point::default() }
}

#[test]
fn milestones_count_from_where_a_run_went_back_to_its_initial_weights() {
    let point = |step, train_accuracy, test_accuracy| Point { step, train_accuracy, test_accuracy, ..Point::default() };
    let mut history = History::default();
    for (step, train, test) in [(10, 1.0, 0.1), (50, 1.0, 0.96), (60, 1.0, 1.0), (70, 0.1, 0.1), (80, 1.0, 0.2), (85, 1.0, 0.97)]
    {
        if step == 70 {
            history.turn(Some(Turn { step: 60, known: false }));
            assert_eq!(history.milestones(), Milestones { turned: Some(60), ..Milestones::default() });
        }
        history.push(point(step, train, test));
    }
    let now = Milestones { turned: Some(60), memorized: Some(80), grokked: Some(85), settled: Some(85) };
    assert_eq!((history.milestones(), history.since_start(85), history.stop_step()), (now, 25, Some(135)));
    let first = Milestones { turned: None, memorized: Some(10), grokked: Some(50), settled: Some(50) };
    assert_eq!((history.at_first().milestones(), history.at_first().points.len()), (first, 2));
    // Told afterwards, it is the same; and an earlier step knows nothing of it.
    let mut told = History::default();
    history.points.iter().for_each(|point| told.push(*point));
    told.turn(Some(Turn { step: 60, known: false }));
    assert_eq!(told, history);
    history.rewind(65);
    assert_eq!(history.milestones(), Milestones { turned: Some(60), ..Milestones::default() });
    told.rewind(55);
    assert_eq!((told.milestones(), told.points.len()), (first, 2));
}

#[test]
fn who_knew_the_test_pairs_beforehand_has_not_grokked_them() {
    let mut history = History::default();
    for (step, test) in [(10, 0.1), (50, 0.2), (60, 0.3)] {
        history.push(point(step, 1.0, test));
    }
    history.turn(Some(Turn { step: 60, known: true }));
    for (step, test, grokked) in [(61, 1.0, None), (70, 0.97, None), (80, 0.5, None), (90, 0.96, Some(90)), (95, 0.97, Some(90))]
    {
        history.push(point(step, 0.5, test));
        assert_eq!((history.grokked, history.settled.is_some()), (grokked, test > 0.95), "step {step}");
    }
    // Told afterwards, it is the same.
    let mut told = History::default();
    history.points.iter().for_each(|point| told.push(*point));
    told.turn(Some(Turn { step: 60, known: true }));
    assert_eq!(told, history);
    history.rewind(70);
    history.push(point(75, 0.5, 0.96));
    assert_eq!(history.grokked, None);
}

#[test]
fn the_story_is_told_in_order() {
    let mut history = History::default();
    let mut phases = vec![];
    for (step, train, test) in [(0, 0.1, 0.1), (10, 0.99, 0.1), (20, 1.0, 0.5), (30, 1.0, 0.96), (40, 1.0, 0.9)] {
        history.push(point(step, train, test));
        phases.push((history.phase(0.0), history.phase(0.5)));
    }
    use Phase::{Generalizing, Grokked, Memorizing, Plateau};
    let (list, mirrored): (Vec<_>, Vec<_>) = phases.into_iter().unzip();
    assert_eq!(list, [Memorizing, Plateau, Generalizing, Grokked, Grokked]);
    assert_eq!(mirrored, [Memorizing, Plateau, Plateau, Grokked, Grokked]);
    assert_eq!((history.memorized, history.grokked, history.stop_step()), (Some(10), Some(30), None));
}

#[test]
fn a_run_is_over_when_it_has_stayed_above_the_threshold() {
    let config = Config { steps: 500, ..Config::standard() };
    let mut history = History::default();
    for (step, test) in [(0, 0.1), (160, 0.96), (200, 0.65), (212, 0.915), (220, 0.97), (269, 0.99)] {
        history.push(point(step, 1.0, test));
    }
    let over = |step| end(&config, core::slice::from_ref(&history), step);
    assert_eq!((history.grokked, history.settled, history.stop_step()), (Some(160), Some(220), Some(270)));
    assert_eq!((over(212), over(269), over(270)), (None, None, Some(End::Grokked)));
    // Going on from a copy, the worker knows the same.
    assert_eq!(History::going_on(history.milestones()).stop_step(), Some(270));
    // Gone back to the stumble, it is open again.
    let mut earlier = history.clone();
    earlier.rewind(212);
    assert_eq!((earlier.settled, earlier.stop_step()), (None, None));
    earlier.rewind(160);
    assert_eq!(earlier.stop_step(), Some(210));
    let to_the_limit = Config { stop: Stop::Limit, ..config.clone() };
    assert_eq!(end(&to_the_limit, &[history.clone()], 499), None);
    assert_eq!(end(&to_the_limit, &[history.clone()], 500), Some(End::Limit));
    assert_eq!(end(&config, &[history, History::default()], 500), Some(End::Limit));
}

#[test]
fn old_points_and_nan_do_not_count() {
    let mut history = History::default();
    history.push(point(5, f32::NAN, f32::NAN));
    history.push(point(5, 1.0, 1.0));
    assert_eq!((history.points.len(), history.memorized, history.grokked), (1, None, None));
}

#[test]
fn a_run_without_numbers_has_diverged() {
    let run = |points: &[(u32, f32, f32)]| {
        let mut history = History::default();
        for &(step, train_loss, weight_norm) in points {
            history.push(Point { train_loss, weight_norm, ..point(step, 0.1, 0.1) });
        }
        history
    };
    let (nan, inf) = (f32::NAN, f32::INFINITY);
    for (points, since) in [
        (&[][..], None),
        (&[(0, 4.0, 9.0), (1, 3.0, 9.0)], None),
        (&[(0, 4.0, 9.0), (1, nan, nan), (2, nan, nan)], Some(1)),
        (&[(0, 4.0, 9.0), (5, 3.0, inf)], Some(5)),
        (&[(0, 4.0, 9.0), (5, inf, 9.0), (9, nan, 9.0)], Some(5)),
        // The loss of one pair was too large for a number, and later it was not.
        (&[(0, 4.0, 9.0), (5, inf, 9.0)], None),
        (&[(0, 4.0, 9.0), (5, nan, 9.0), (6, 3.0, 9.0)], None),
    ] {
        assert_eq!(diverged(&run(points)), since, "{points:?}");
    }
    // Others are waited for as if it were not there.
    let (config, lost) = (Config::standard(), run(&[(0, nan, nan)]));
    let mut fine = History::default();
    fine.push(point(10, 1.0, 1.0));
    assert_eq!((limit(&config, &[lost.clone(), lost.clone()]), limit(&config, &[lost.clone(), fine.clone()])), (0, 60));
    assert_eq!(limit(&config, &[lost.clone(), History::default()]), config.steps);
    let ends = [(vec![lost.clone()], 3), (vec![lost.clone(), fine], 60), (vec![lost, History::default()], config.steps)];
    let ends = ends.map(|(histories, step)| end(&config, &histories, step));
    assert_eq!(ends, [Some(End::Diverged), Some(End::Grokked), Some(End::Limit)]);
    assert_eq!(limit(&config, &[]), config.steps);
}

#[test]
fn a_fall_is_to_half_of_the_highest_before() {
    let fall = |values: &[f32]| halved(values.iter().enumerate().map(|(i, v)| (i as u32, *v)));
    assert_eq!(fall(&[4.0, 6.0, 3.5, 2.9, 1.0]), Some(3));
    assert_eq!(fall(&[1.0, 2.0, 1.0]), None);
    assert_eq!(fall(&[f32::NAN, f32::NAN]), None);
}

#[test]
fn a_history_goes_back() {
    let mut history = History::default();
    for (step, train, test) in [(0, 0.1, 0.1), (10, 0.99, 0.1), (30, 1.0, 0.96)] {
        history.push(point(step, train, test));
    }
    history.rewind(30);
    assert_eq!((history.points.len(), history.grokked), (3, Some(30)));
    history.rewind(29);
    assert_eq!((history.points.len(), history.memorized, history.grokked), (2, Some(10), None));
}

#[test]
fn csv_has_one_line_per_point() {
    let mut history = History::default();
    history.push(point(0, 0.25, 0.125));
    let written = "step,trainLoss,testLoss,trainAccuracy,testAccuracy,weightNorm,collapse,zeroLoss,gradientNorm\n0,0.5,2,0.25,0.125,3,0,0,0\n";
    assert_eq!(history.csv(), written);
}
