//! The charts as SVG: well-formed, complete, and no more than was measured.

use super::figure::{panel, step_at, svg};
use super::*;
use crate::config::Loss;
use crate::config::{Config, UNCHANGED};
use crate::metrics::Point;
use crate::view::runs::{COLORS, Runs};

fn history(steps: u32) -> History {
    let mut history = History::default();
    for step in 0..=steps {
        let fraction = step as f32 / steps.max(1) as f32;
        history.push(Point {
            run: 0,
            step,
            train_loss: if step == 3 { f32::NAN } else { 1.0 - fraction },
            test_loss: 4.0,
            weight_norm: 9.0,
            train_accuracy: (3.0 * fraction).min(1.0),
            test_accuracy: fraction,
            ..Point::default()
        });
    }
    history
}

fn theme() -> Theme {
    let color = |name: &str| name.to_string();
    Theme {
        background: color("white"),
        train: color("blue"),
        test: color("orange"),
        mark: color("gray"),
        ink: color("black"),
        muted: color("dimgray"),
        line: color("silver"),
        grid: color("whitesmoke"),
        font: color("serif"),
    }
}

fn scene<'a>(histories: &'a [History], theme: &'a Theme) -> Scene<'a> {
    Scene {
        histories,
        classes: 97,
        loss: Loss::CrossEntropy,
        log: false,
        hover: None,
        playhead: None,
        guess: None,
        until: None,
        span: 0,
        reference: None,
        past: &[],
        changes: &UNCHANGED,
        fork: None,
        theme,
    }
}

/// Panics unless every element is closed in order and every attribute is quoted; returns the names of the elements.
fn elements(xml: &str) -> Vec<&str> {
    let (mut open, mut names) = (vec![], vec![]);
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        assert!(!rest[..start].contains('>'), "a bare > in {:?}", &rest[..start]);
        let end = start + rest[start..].find('>').expect("the end of a tag");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let name = tag.split([' ', '/']).next().expect("a name");
        names.push(name);
        if !tag.ends_with('/') {
            open.push(name);
        }
        assert_eq!(tag.matches('"').count(), 2 * tag.matches("=\"").count(), "{tag}");
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest:?}");
    for entity in xml.split('&').skip(1) {
        assert!(["amp;", "lt;", "gt;", "quot;"].iter().any(|known| entity.starts_with(known)), "{entity}");
    }
    names
}

/// The paths of the curves in a panel: those inside the clipped group.
fn curves(xml: &str) -> Vec<&str> {
    let group = xml.split("<g clip-path").nth(1).and_then(|rest| rest.split("</g>").next()).expect("a clipped group");
    group.lines().filter(|line| line.starts_with("<path")).collect()
}

#[test]
fn every_panel_is_a_document_with_a_curve_for_every_metric_and_run() {
    let theme = theme();
    let histories = [history(40), history(20), history(0)];
    for runs in 1..=3 {
        for name in ["accuracy", "loss"] {
            let panel = panel(name).expect("a panel");
            let xml = svg(&scene(&histories[..runs], &theme), panel, "x < y & z", "https://example.org/?a=\"b\"");
            assert_eq!(elements(&xml)[..3], ["svg", "title", "desc"]);
            assert!(xml.contains("x &lt; y &amp; z") && xml.contains("?a=&quot;b&quot;"), "{xml}");
            assert!(!xml.contains("NaN") && !xml.contains("inf"), "{xml}");
            assert_eq!(curves(&xml).len(), 2 * runs);
            assert_eq!(xml.matches("fill=\"white\"").count(), 1, "one background");
        }
    }
    assert_eq!(panel("weights"), None);
}

#[test]
fn a_gap_in_the_numbers_is_a_gap_in_the_curve() {
    let theme = theme();
    let histories = [history(40)];
    let xml = svg(&scene(&histories, &theme), Panel::Loss, "", "");
    let moves: Vec<usize> = curves(&xml).iter().map(|path| path.matches('M').count()).collect();
    assert_eq!(moves, [2, 1], "the training loss of step 3 is not a number");
}

#[test]
fn a_film_grows_along_fixed_axes() {
    let theme = theme();
    let histories = [history(40)];
    for log in [false, true] {
        let scene = Scene { log, ..scene(&histories, &theme) };
        assert_eq!((step_at(&scene, 1.0), step_at(&scene, 2.0)), (40, 40));
        let steps: Vec<u32> = (0..10).map(|i| step_at(&scene, f64::from(i) / 10.0)).collect();
        assert!(steps.is_sorted() && steps[0] <= 1 && steps[9] < 40, "{steps:?}");
        assert_eq!(steps[5], if log { 6 } else { 20 });
    }
    let points = |until| {
        let xml = svg(&Scene { until, ..scene(&histories, &theme) }, Panel::Accuracy, "", "");
        (curves(&xml)[1].matches('L').count(), xml.contains("grokked at step"), xml.matches("<text").count())
    };
    let (some, grokked, _) = points(Some(10));
    assert_eq!((some, grokked), (10, false));
    let (all, grokked, _) = points(None);
    assert_eq!((all, grokked), (40, true));
}

#[test]
fn the_nearest_point_is_found() {
    let mut history = History::default();
    assert_eq!(nearest(&history, 5), None);
    for step in [0, 10, 20] {
        history.push(Point { step, ..self::history(1).points[0] });
    }
    assert_eq!([0, 4, 6, 14, 99].map(|step| nearest(&history, step)), [0, 0, 1, 1, 2].map(Some));
}

#[test]
fn runs_that_were_left_are_drawn_behind_and_have_room_on_the_axes() {
    let (theme, now) = (theme(), [history(100)]);
    let mut runs = Runs::default();
    runs.add(&Config::standard(), 400, &[history(400)]);
    for (panel, _) in figure::PANELS {
        let draw = |past: &[Past]| svg(&Scene { past, ..scene(&now, &theme) }, panel, "", "");
        let with = draw(&runs.past);
        elements(&with);
        assert_eq!(with.matches(COLORS[0]).count(), 2, "train and test");
        assert!(with.rfind(COLORS[0]) < with.rfind("\"blue\""), "behind the live curves");
        assert!(with.contains(">400<"));
        runs.show(1, false);
        assert_eq!(draw(&runs.past), draw(&[]));
        runs.show(1, true);
    }
    // Nothing explains an empty chart that has curves.
    let empty = |past: &[Past]| svg(&Scene { past, ..scene(&[History::default()], &theme) }, Panel::Accuracy, "", "");
    assert!(empty(&[]).contains("Share of pairs") && !empty(&runs.past).contains("Share of pairs"));
}

#[test]
fn a_change_on_the_way_is_marked_once_it_has_happened() {
    let (now, theme) = ([history(200)], theme());
    let config = crate::settings::from_query("at=100:wd%3D2;150:lr%3D0.003;400:wd%3D0&v=1").0;
    let draw = |fork, until| {
        let scene = Scene { changes: &config.at, fork, until, ..scene(&now, &theme) };
        svg(&scene, Panel::Accuracy, "", "")
    };
    let whole = draw(None, None);
    assert!(
        whole.contains("weight decay 2 at step 100")
            && whole.contains("learning rate 0.003 at step 150")
            && !whole.contains("step 400")
    );
    assert!(!whole.contains("forked") && draw(Some(30), None).contains("forked at step 30"));
    let early = draw(None, Some(120));
    assert!(early.contains("weight decay 2 at step 100") && !early.contains("at step 150"));
    // The loss has the lines alone.
    let scene = Scene { changes: &config.at, ..scene(&now, &theme) };
    let dashed = |panel| svg(&scene, panel, "", "").matches("stroke-dasharray=\"2 3\"").count();
    assert_eq!((dashed(Panel::Accuracy), dashed(Panel::Loss)), (2, 2));
}
