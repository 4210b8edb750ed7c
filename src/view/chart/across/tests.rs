//! Curves against each other, on a history made by hand.

use super::*;
use crate::config::Config;
use crate::metrics::History;
use crate::view::chart::about::Other;
use crate::view::chart::figure::svg;
use crate::view::chart::tests::{scene as over_all_steps, theme};
use crate::view::chart::zoom::{Motion, moved};
use crate::view::chart::{Theme, arrange as over_steps};
use crate::view::runs::{COLORS, Runs};

const AREA: Area = Area { x: 0.0, y: 0.0, width: 640.0, height: 400.0 };

/// An L: weights grow while the training pairs are learnt, and shrink until the rule is found, here at a norm of 20.
fn run(scale: f32) -> History {
    let mut history = History::default();
    for step in 0..=100u32 {
        let norm = if step <= 20 { 40.0 + step as f32 } else { 60.0 - 0.5 * (step - 20) as f32 };
        history.push(Point {
            step,
            weight_norm: scale * norm,
            train_loss: if step == 50 { 0.0 } else { libm::expf(-(step as f32) / 5.0) },
            test_loss: if step < 80 { 8.0 } else { 0.01 },
            train_accuracy: if step < 20 { 0.5 } else { 1.0 },
            test_accuracy: if step < 80 { 0.1 } else { 1.0 },
            ..Point::default()
        });
    }
    history
}

fn scene<'a>(histories: &'a [History], theme: &'a Theme, key: &str) -> Scene<'a> {
    Scene { across: named(key).expect("a name"), ..over_all_steps(histories, theme) }
}

fn framed(scene: &Scene, panel: Panel) -> (Frame, Curves) {
    let mut curves = Curves::default();
    let frame = arrange(scene, scene.across.expect("a metric"), panel, AREA, 1.0, &mut curves);
    (frame, curves)
}

/// The paths inside the clipped groups of a picture.
fn paths(xml: &str) -> Vec<&str> {
    let groups = xml.split("<g clip-path").skip(1).filter_map(|rest| rest.split("</g>").next());
    groups.flat_map(|group| group.lines().filter(|line| line.starts_with("<path"))).collect()
}

#[test]
fn every_metric_is_a_name_and_has_an_axis_of_its_own() {
    assert!(named("x").is_none() && named(STEPS) == Some(None) && name(None) == "step");
    assert!(names().starts_with("step, trainLoss, testLoss, ") && names().split(", ").count() == METRICS.len() + 1);
    let (theme, now) = (theme(), [run(1.0)]);
    for (index, metric) in METRICS.iter().enumerate() {
        assert_eq!(named(metric.key), Some(Some(Across::of(index))));
        for about in &super::super::about::ABOUT {
            for other in [Other::default(), Other::default().toggled(metric.panel)] {
                let scene = Scene { other, ..scene(&now, &theme, metric.key) };
                let xml = svg(&scene, about.panel, "", "");
                assert!(!xml.contains("NaN") && !xml.contains("inf"), "{} against {}", about.name, metric.key);
                assert!(xml.contains(&format!("against {}", full_name(metric))), "{xml}");
                let count = metrics(about.panel).count();
                assert_eq!(paths(&xml).len(), count, "{} against {}", about.name, metric.key);
            }
        }
    }
}

#[test]
fn curves_go_from_point_to_point_also_back_with_both_ends_marked() {
    let (theme, now) = (theme(), [run(1.0)]);
    let scene = scene(&now, &theme, "weightNorm");
    let (frame, curves) = framed(&scene, Panel::Loss);
    assert_eq!((frame.x.low, frame.x.high, frame.x.spread), (20.0, 60.0, Spread::Linear));
    let test = &curves.paths.lines(0, 1)[0];
    // To the right while it memorises, back to the left, and down at the end.
    let [first, turn, last] = [0, 20, test.len() - 1].map(|at| test[at]);
    assert!((first.0 - frame.x.at(40.0)).abs() < 1e-6 && (turn.0 - frame.x.to).abs() < 1e-6, "{first:?} {turn:?}");
    assert!((last.0 - frame.x.from).abs() < 1e-6 && last.1 > first.1, "{last:?}");
    let dots = |scene: &Scene| svg(scene, Panel::Loss, "", "").matches("<circle").count();
    assert_eq!(dots(&scene), 4, "a ring and a dot for each of two curves");
    // The playhead's own dot at the foot, and under the pointer one more on each curve, with the step and its values.
    let pointed = Scene { hover: Some(70), playhead: Some(70), ..scene };
    assert_eq!(dots(&pointed), 7);
    let xml = svg(&pointed, Panel::Loss, "", "");
    assert!(xml.contains(">step 70<") && xml.contains(">8.00<") && xml.contains(">Weight norm →<"), "{xml}");
}

#[test]
fn what_has_no_logarithm_is_drawn_at_the_lower_end() {
    let (theme, now) = (theme(), [run(1.0)]);
    let log = scene(&now, &theme, "trainLoss");
    let (frame, curves) = framed(&log, Panel::WeightNorm);
    assert_eq!(frame.x.spread, Spread::Log);
    let line = &curves.paths.lines(0, 0)[0];
    assert!(line.iter().all(|(x, _)| x.is_finite() && *x >= frame.x.from - 1e-9), "{line:?}");
    // A loss of exactly 0 at step 50.
    assert_eq!(line.iter().filter(|(x, _)| (x - frame.x.from).abs() < 1e-9).count(), 1);
    let linear = Scene { other: Other::default().toggled(Panel::Loss), ..log };
    let (frame, _) = framed(&linear, Panel::WeightNorm);
    assert_eq!((frame.x.spread, frame.x.low, frame.x.high), (Spread::Linear, 0.0, 1.0));
}

#[test]
fn a_place_gives_the_step_of_the_closest_point_and_a_step_its_column() {
    let (theme, now) = (theme(), [run(1.0)]);
    let scene = scene(&now, &theme, "weightNorm");
    let (frame, _) = framed(&scene, Panel::Loss);
    // The same norm of 50 twice: early with a test loss of 8, late with one of 0.01; by height, the pointer tells them apart.
    let norm = |step: usize| now[0].points[step].weight_norm;
    assert_eq!((norm(5), norm(50)), (45.0, 45.0));
    let at = |step: usize, train: bool| {
        let point = &now[0].points[step];
        (frame.x.at(point.weight_norm.into()), frame.y.at(if train { point.train_loss } else { point.test_loss }.into()))
    };
    assert_eq!(frame.step_at(Panel::Loss, &now, at(5, true)), Some(5));
    assert_eq!(frame.step_at(Panel::Loss, &now, at(50, true)), Some(50));
    assert_eq!(frame.step_at(Panel::Loss, &now, at(90, false)), Some(90));
    assert_eq!(frame.across_at(&now, 50), Some(45.0));
    assert_eq!((frame.across_at(&[], 50), frame.step_at(Panel::Loss, &[History::default()], (300.0, 90.0))), (None, None));
    // Over steps it is the column alone.
    let frame = over_steps(&scene, Panel::Loss, AREA, 1.0, &mut Curves::default());
    assert_eq!((frame.step_at(Panel::Loss, &now, (frame.x.at(50.0), 3.0)), frame.across_at(&now, 50)), (Some(50), Some(50.0)));
}

#[test]
fn a_part_is_seen_with_its_ticks_and_what_is_beyond_is_cut_off() {
    let (theme, now) = (theme(), [run(1.0)]);
    for key in ["weightNorm", "trainLoss"] {
        let whole = scene(&now, &theme, key);
        let (frame, _) = framed(&whole, Panel::WeightNorm);
        let middle = (frame.x.from + frame.x.to) / 2.0;
        let zoom = moved(frame.x, frame.whole, false, Motion { at: middle, factor: 0.25, by: 0.0 });
        let part = Scene { across: whole.across.map(|across| Across { zoom, ..across }), ..whole };
        let (seen, curves) = framed(&part, Panel::WeightNorm);
        assert_eq!((seen.whole, Some([seen.x.low, seen.x.high])), (frame.whole, zoom), "{key}");
        assert!((seen.x.invert(middle) / frame.x.invert(middle) - 1.0).abs() < 1e-6, "the middle stays: {key}");
        // Each point is four times as far from the middle as before.
        let (before, after) = (framed(&whole, Panel::WeightNorm).1, curves);
        let [first, other] = [&before, &after].map(|curves| curves.paths.lines(0, 0)[0][0].0 - middle);
        assert!((other - 4.0 * first).abs() < 1e-6, "{key}: {first} {other}");
        // A step that is out of view has no playhead at the foot.
        let dots = |step: u32| svg(&Scene { playhead: Some(step), ..part }, Panel::WeightNorm, "", "").matches("<circle").count();
        let inside = |step: &u32| seen.across_at(&now, *step).is_some_and(|x| (seen.x.low..=seen.x.high).contains(&x));
        let [within, beyond] = [true, false].map(|wanted| (0..=100).find(|step| inside(step) == wanted).expect("a step"));
        assert_eq!(dots(within), dots(beyond) + 1, "{key}");
    }
}

#[test]
fn several_seeds_are_faint_with_the_median_of_both_and_runs_that_were_left_lie_behind() {
    let (theme, now) = (theme(), [1.0, 1.2, 2.0].map(run));
    let whole = scene(&now, &theme, "weightNorm");
    let xml = svg(&whole, Panel::Loss, "", "");
    let drawn = paths(&xml);
    assert_eq!(drawn.len(), 4, "of train and test all seeds and the median, and no area between quartiles");
    assert_eq!((drawn[0].matches('M').count(), drawn[1].matches('M').count()), (3, 1));
    assert!(drawn[0].contains("stroke-opacity") && !xml.contains("fill-opacity") && xml.contains(">median of 3 seeds<"));
    let (frame, curves) = framed(&whole, Panel::Loss);
    assert_eq!(frame.across_at(&now, 0), Some(48.0));
    assert!((curves.paths.lines(4, 1)[0][0].0 - frame.x.at(48.0)).abs() < 1e-5, "the median comes after the lower quartile");
    let mut past = Runs::default();
    past.add(&Config::standard(), (100, 1.0), &[run(3.0)]);
    let drawn = past.drawn();
    let behind = Scene { past: &drawn, ..whole };
    let xml = svg(&behind, Panel::Loss, "", "");
    assert_eq!(xml.matches(COLORS[0]).count(), 2);
    assert!(xml.rfind(COLORS[0]) < xml.rfind("\"blue\""), "behind the live curves");
    assert_eq!(framed(&behind, Panel::Loss).0.x.high, 200.0, "they have room on the axis");
}

#[test]
fn another_axis_forgets_the_curves_of_the_last() {
    let (theme, now) = (theme(), [run(1.0)]);
    let mut curves = Curves::default();
    for key in ["weightNorm", "testAccuracy", "trainLoss"] {
        let scene = scene(&now, &theme, key);
        let across = scene.across.expect("a metric");
        let frame = arrange(&scene, across, Panel::Loss, AREA, 1.0, &mut curves);
        assert_eq!((frame.x, frame.y), (framed(&scene, Panel::Loss).0.x, framed(&scene, Panel::Loss).0.y), "{key}");
        assert_eq!(curves.paths.lines(0, 1), framed(&scene, Panel::Loss).1.paths.lines(0, 1), "{key}");
    }
}
