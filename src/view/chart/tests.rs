//! The charts as SVG: well-formed, complete, and no more than was measured.

use super::about::{ABOUT, Other};
use super::figure::{step_at, svg};
use super::*;
use crate::config::Loss;
use crate::config::{Config, UNCHANGED};
use crate::metrics::Point;
use crate::view::runs::{COLORS, Runs};

pub(super) fn history(steps: u32) -> History {
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

pub(super) fn theme() -> Theme {
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

pub(super) fn scene<'a>(histories: &'a [History], theme: &'a Theme) -> Scene<'a> {
    Scene {
        histories,
        classes: 97,
        loss: Loss::CrossEntropy,
        steps: StepAxis::default(),
        smooth: false,
        across: None,
        other: Other::default(),
        hover: None,
        playhead: None,
        guess: None,
        until: None,
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
        for (panel, other) in ABOUT
            .iter()
            .flat_map(|about| [Other::default(), Other::default().toggled(about.panel)].map(|other| (about.panel, other)))
        {
            let scene = Scene { other, ..scene(&histories[..runs], &theme) };
            let xml = svg(&scene, panel, "x < y & z", "https://example.org/?a=\"b\"");
            assert_eq!(elements(&xml)[..3], ["svg", "title", "desc"]);
            assert!(xml.contains("x &lt; y &amp; z") && xml.contains("?a=&quot;b&quot;"), "{xml}");
            assert!(!xml.contains("NaN") && !xml.contains("inf"), "{xml}");
            let metrics = METRICS.iter().filter(|metric| metric.panel == panel).count();
            // Several seeds have a band between their quartiles, all of them faintly in one path, and the median.
            assert_eq!(curves(&xml).len(), metrics * if runs > 1 { 3 } else { 1 });
            assert_eq!(xml.contains(&format!(">median of {runs} seeds, band from 25 to 75 %<")), runs > 1);
            assert_eq!(xml.matches("fill=\"white\"").count(), 1, "one background");
        }
    }
}

/// A run whose test accuracy is always this.
fn level(test_accuracy: f32) -> History {
    let mut history = History::default();
    (0..=100).for_each(|step| history.push(Point { step, test_accuracy, ..self::history(1).points[0] }));
    history
}

#[test]
fn several_seeds_are_a_band_around_their_median_with_both_beside_the_playhead() {
    let theme = theme();
    let runs = [0.1, 0.2, 0.5, 0.6, 1.0].map(level);
    let scene = Scene { hover: Some(40), playhead: Some(40), ..scene(&runs, &theme) };
    let xml = svg(&scene, Panel::Accuracy, "", "");
    elements(&xml);
    // Of the test accuracy: area, seeds, median.
    let [_, _, _, band, seeds, median] = curves(&xml)[..] else { panic!("{:?}", curves(&xml)) };
    assert!(band.contains("fill=\"orange\" fill-opacity=\"0.22\"") && band.ends_with("Z\"/>"), "{band}");
    assert!(seeds.contains("stroke-opacity") && seeds.matches('M').count() == 5, "{seeds}");
    assert!(median.contains("stroke=\"orange\"") && median.contains("stroke-dasharray"), "{median}");
    // 0 % and 100 % are where their grid lines are.
    let heights = |path: &str| -> Vec<f64> {
        let points =
            path.split(" d=\"M").nth(1).expect("points").trim_end_matches("Z\"/>").trim_end_matches("\"/>").split(['L', 'M']);
        let mut heights: Vec<f64> = points.filter_map(|point| point.split_once(' ')?.1.parse().ok()).collect();
        heights.dedup();
        heights
    };
    let each = heights(seeds);
    assert_eq!(each.len(), 5);
    assert_eq!((heights(band), heights(median)), (vec![each[1], each[3]], vec![each[2]]));
    assert_eq!(place(&xml, "50 % (20–60 %)")[2].round(), (heights(median)[0]).round());
    // A run of the past, in its own colour.
    let mut past = Runs::default();
    past.add(&Config::standard(), (100, 1.0), &runs);
    let behind = svg(&Scene { past: &past.drawn(), ..self::scene(&[level(0.3)], &theme) }, Panel::Accuracy, "", "");
    assert_eq!(behind.matches(&format!("fill=\"{}\"", COLORS[0])).count(), 2, "bands of train and test");
    assert!(!behind.contains("median of"), "the caption is about the present run");
}

#[test]
fn quartiles_are_written_in_the_unit_of_their_panel() {
    let written = |panel, values| about::about(panel).written_quartiles(values);
    assert_eq!(written(Panel::Accuracy, [0.92, 0.971, 0.99]), "97 % (92–99 %)");
    assert_eq!(written(Panel::Loss, [0.5, 1.25, 20.0]), "1.25 (0.500–20.0)");
    assert_eq!(written(Panel::Accuracy, [f32::NAN; 3]), "–");
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
        let scene = Scene { steps: StepAxis { log, ..Default::default() }, ..scene(&histories, &theme) };
        assert_eq!((step_at(&scene, 1.0), step_at(&scene, 2.0)), (40, 40));
        let steps: Vec<u32> = (0..10).map(|i| step_at(&scene, f64::from(i) / 10.0)).collect();
        assert!(steps.is_sorted() && steps[0] <= 1 && steps[9] < 40, "{steps:?}");
        assert_eq!(steps[5], if log { 6 } else { 20 });
    }
    let points = |until| {
        let xml = svg(&Scene { until, ..scene(&histories, &theme) }, Panel::Accuracy, "", "");
        (curves(&xml)[1].matches('L').count(), xml.contains("has the rule: step 38"), xml.matches("<text").count())
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
    runs.add(&Config::standard(), (400, 1.0), &[history(400)]);
    for panel in figure::FILMED {
        let draw = |past: &[(usize, &[History])]| svg(&Scene { past, ..scene(&now, &theme) }, panel, "", "");
        let with = draw(&runs.drawn());
        elements(&with);
        assert_eq!(with.matches(COLORS[0]).count(), 2, "train and test");
        assert!(with.rfind(COLORS[0]) < with.rfind("\"blue\""), "behind the live curves");
        assert!(with.contains(">400<"));
        runs.past[0].mark.shown = false;
        assert_eq!(draw(&runs.drawn()), draw(&[]));
        runs.past[0].mark.shown = true;
    }
    // Nothing explains an empty chart that has curves.
    let empty =
        |past: &[(usize, &[History])]| svg(&Scene { past, ..scene(&[History::default()], &theme) }, Panel::Accuracy, "", "");
    assert!(empty(&[]).contains("Share of pairs") && !empty(&runs.drawn()).contains("Share of pairs"));
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

#[test]
fn axes_are_labelled_in_the_unit_and_spread_that_were_chosen() {
    let (now, theme) = ([history(40)], theme());
    let draw = |panel, other: Other| svg(&Scene { other, ..scene(&now, &theme) }, panel, "", "");
    let odds = draw(Panel::Accuracy, Other::default().toggled(Panel::Accuracy));
    for label in [">Accuracy (logit scale)<", ">1 %<", ">50 %<", ">99.9 %<"] {
        assert!(odds.contains(label), "{label}");
    }
    assert!(!odds.contains(">20 %<") && draw(Panel::Accuracy, Other::default()).contains(">20 %<"));
    let losses = [Other::default(), Other::default().toggled(Panel::Loss)].map(|other| draw(Panel::Loss, other));
    assert!(losses[0].contains(">Loss (nats, log scale)<") && losses[0].contains(">10⁻⁶<"));
    assert!(losses[1].contains(">Loss (nats, linear scale)<") && losses[1].contains(">5<") && !losses[1].contains(">10⁻⁶<"));
    let norm = draw(Panel::WeightNorm, Other::default());
    assert!(norm.contains(">Weight norm<") && norm.contains(">all weights<") && norm.contains(">10<"));
}

/// Where in a drawing a text stands: left, right, and the height of its middle.
fn place(xml: &str, text: &str) -> [f64; 3] {
    let tag = xml.split("<text").find(|tag| tag.contains(&format!(">{text}<"))).unwrap_or_else(|| panic!("no {text:?}"));
    let [x, y] = ["x", "y"].map(|name| {
        let value = tag.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        value.and_then(|value| value.parse::<f64>().ok()).expect("a coordinate")
    });
    [x, x + 0.54 * 12.0 * text.chars().count() as f64, y - 0.35 * 12.0]
}

#[test]
fn arrows_say_when_it_knew_its_list_and_had_the_rule_and_no_text_lies_on_another_or_a_curve() {
    let theme = theme();
    // A delay as in the standard run, one that is almost none, one whose end is at the edge, and a rule before the list.
    for (memorized, grokked, steps) in [(46, 258, 320), (46, 60, 75), (10, 20, 20), (150, 151, 1000), (482, 140, 1000)] {
        let mut now = History::default();
        for step in 0..=steps {
            let rise = |at: u32| (step as f32 / at as f32).powi(4).min(1.0);
            now.push(Point { step, train_accuracy: rise(memorized), test_accuracy: rise(grokked), ..history(1).points[0] });
        }
        let (list, rule) = (now.memorized.expect("memorised"), now.grokked.expect("grokked"));
        let now = [now];
        let xml = svg(&scene(&now, &theme), Panel::Accuracy, "", "");
        let texts = [format!("knows its list: step {list}"), format!("has the rule: step {rule}"), "chance: 1 / 97".into()];
        let places = texts.each_ref().map(|text| place(&xml, text));
        for (i, a) in places.iter().enumerate() {
            for b in &places[i + 1..] {
                assert!(a[1] < b[0] || b[1] < a[0] || (a[2] - b[2]).abs() > 12.0, "{texts:?} {places:?}");
            }
            assert!(a[0] > 40.0 && a[1] < 640.0 && a[2] > 40.0 && a[2] < 370.0, "{texts:?} {places:?}");
        }
        for path in curves(&xml) {
            let points = path.split(" d=\"M").nth(1).expect("points").trim_end_matches("\"/>").split(['L', 'M']);
            for point in points {
                let (x, y) = point.split_once(' ').expect("a point");
                let (x, y): (f64, f64) = (x.parse().expect("x"), y.parse().expect("y"));
                let hit = places[..2].iter().find(|[left, right, middle]| x > *left && x < *right && (y - middle).abs() < 6.0);
                assert_eq!(hit, None, "a curve runs through a text at {x} {y}: {texts:?}");
            }
        }
        // Each arrow is a shaft and a head; no shaft crosses the text of the other.
        let shafts: Vec<&str> = xml.lines().filter(|line| line.contains("stroke-width=\"1.3\"")).collect();
        assert_eq!(shafts.len(), 4, "{memorized} {grokked}");
        for (shaft, [left, right, middle]) in
            [0, 2].into_iter().flat_map(|shaft| [0, 1].map(|text| (shafts[shaft], places[text])))
        {
            let ends = shaft.split(" d=\"M").nth(1).expect("a shaft").trim_end_matches("\"/>").split(['L', ' ']);
            let [x0, y0, x1, y1] = ends.map(|n| n.parse().expect("a number")).collect::<Vec<f64>>()[..] else {
                panic!("{shaft}")
            };
            let hit = (0..=20).map(|i| f64::from(i) / 20.0).map(|part| (x0 + part * (x1 - x0), y0 + part * (y1 - y0)));
            let hit = hit.filter(|(x, y)| *x > left && *x < right && (y - middle).abs() < 6.0).count();
            assert_eq!(hit, 0, "{shaft} {places:?}");
        }
        // Of several runs, nobody could tell whose they are.
        let two = [now[0].clone(), now[0].clone()];
        assert!(!svg(&scene(&two, &theme), Panel::Accuracy, "", "").contains("has the rule"));
    }
}

#[test]
fn there_is_room_for_a_guess_before_the_first_step() {
    let (theme, before) = (theme(), [History::default()]);
    let end = |axis: &Axis, begun, histories: &[History]| {
        let steps = StepAxis { span: StepAxis::least(axis, begun, || 3000), ..StepAxis::default() };
        all_steps(&Scene { steps, ..scene(histories, &theme) }, 0.0, 1.0).high
    };
    assert_eq!(end(&Axis::Own, false, &before), 500.0);
    // Then it is as long as the curves, but for an axis in which others have a say.
    assert_eq!([end(&Axis::Own, true, &before), end(&Axis::Own, true, &[history(200)])], [100.0, 200.0]);
    for begun in [false, true] {
        assert_eq!(end(&Axis::Steps(200), begun, &before), 200.0);
        assert_eq!(end(&Axis::Shared("a".into()), begun, &before), 3000.0);
    }
}

#[test]
fn a_part_of_the_axis_shows_its_own_steps_and_what_happened_there() {
    let theme = theme();
    let now = [history(1000)];
    let scene = |zoom, log| Scene { steps: StepAxis { log, zoom, span: 0 }, playhead: Some(1000), ..scene(&now, &theme) };
    let draw = |zoom, log| svg(&scene(zoom, log), Panel::Accuracy, "", "");
    let whole = draw(None, false);
    assert!(whole.contains("knows its list: step 330") && whole.contains("has the rule: step 950") && whole.contains("<circle"));
    let part = draw(Some([300.0, 400.0]), false);
    assert!(part.contains("knows its list: step 330") && part.contains(">360<") && !part.contains(">1,000<"));
    assert!(!part.contains("has the rule") && !part.contains("<circle"), "what is out of view is not drawn");
    // A part of a decade, and one from the step before the first that has a logarithm.
    assert!(draw(Some([300.0, 400.0]), true).contains(">360<"));
    let early = draw(Some([0.0, 50.0]), true);
    elements(&early);
    assert!(early.contains(">10<") && !early.contains("NaN") && !early.contains("inf"));
    // Films show all of it.
    assert_eq!(step_at(&scene(Some([300.0, 400.0]), false), 0.5), 500);
}

#[test]
fn where_the_playhead_is_left_the_values_can_be_read() {
    let (now, theme) = ([history(40)], theme());
    let draw = |panel, hover| svg(&Scene { hover: Some(hover), playhead: Some(hover), ..scene(&now, &theme) }, panel, "", "");
    let middle = draw(Panel::Accuracy, 10);
    let [train, test] = ["75.0 %", "25.0 %"].map(|value| place(&middle, value));
    assert!(train[0] == test[0] && train[2] < test[2] - 50.0, "{train:?} {test:?}");
    // At the end both are everything, and the line is at the edge.
    let end = draw(Panel::Accuracy, 40);
    let [above, below] = [0, 1].map(|i| place(&end.replacen(">100.0 %<", ">first<", i), "100.0 %"));
    assert!((below[2] - above[2] - 15.0).abs() < 0.1 && above[1] < 640.0, "{above:?} {below:?}");
    assert_eq!(draw(Panel::WeightNorm, 10).matches(">9.00<").count(), 1);
    assert_eq!(draw(Panel::Loss, 3).matches(">4.00<").count(), 1, "what is no number has no place");
}
