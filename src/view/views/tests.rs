//! Every view draws, speaks and points, on all kinds of answers; nothing leaves the drawing.

use super::subject::list;
use super::*;
use crate::analysis::Measures;
use crate::config::Config;
use crate::inspect::Inspector;
use crate::metrics::History;
use crate::protocol::inspect::{Asker, InspectQuery, InspectReply, InspectRequest, Off, Plane};
use crate::settings::from_query;
use crate::train::{CheckpointHistory, Device, Trainer, WeightCheckpoint};
use crate::view::chart::{StepAxis, Theme};
use crate::view::choice::{Action, Choice};
use crate::view::decimate::Line;
use crate::view::draw::{Align, Area, Cells, Draw, Label, Stroke};
use pollster::block_on;

/// Remembers how far a drawing reaches, and how many coloured cells, lines and texts it has.
#[derive(Default)]
pub(in crate::view) struct Recorder {
    pub right: f64,
    pub bottom: f64,
    pub cells: usize,
    pub lines: usize,
    pub texts: Vec<String>,
    clip: Option<Area>,
}

impl Recorder {
    fn reach(&mut self, x: f64, y: f64) {
        assert!(x.is_finite() && y.is_finite());
        let [x, y] = self.clip.map_or([x, y], |clip| [x.min(clip.x + clip.width), y.min(clip.y + clip.height)]);
        self.right = self.right.max(x);
        self.bottom = self.bottom.max(y);
    }
}

impl Draw for Recorder {
    fn fill(&mut self, area: Area, color: &str) {
        assert!(color.starts_with('#') && color.len() == 7, "{color}");
        self.reach(area.x + area.width, area.y + area.height);
    }
    fn lines(&mut self, lines: &[Line], _: Stroke) {
        lines.iter().flatten().for_each(|(x, y)| self.reach(*x, *y));
        self.lines += lines.len();
    }
    fn polygons(&mut self, polygons: &[Line], _: &str, _: f64) {
        polygons.iter().flatten().for_each(|(x, y)| self.reach(*x, *y));
    }
    fn dot(&mut self, (x, y): (f64, f64), _: f64, _: &str, _: &str) {
        self.reach(x, y);
    }
    fn text(&mut self, label: Label) {
        let width = self.width_of(label.text, label.size);
        let right = label.at.0
            + width
                * match label.align {
                    Align::Left => 1.0,
                    Align::Center => 0.5,
                    Align::Right => 0.0,
                };
        self.reach(right, label.at.1 + label.size / 2.0);
        self.texts.push(label.text.into());
    }
    fn width_of(&self, text: &str, size: f64) -> f64 {
        0.5 * size * text.chars().count() as f64
    }
    fn clip(&mut self, area: Area) {
        self.clip = Some(area);
    }
    fn unclip(&mut self) {
        self.clip = None;
    }
    fn cells(&mut self, area: Area, cells: &Cells) {
        self.cells += cells.colors.len();
        assert!(cells.colors.len().is_multiple_of(cells.columns));
        self.reach(area.x + area.width, area.y + area.height);
    }
}

pub(in crate::view) fn theme() -> Theme {
    let [background, ink, muted, line, grid, train, test, mark] =
        ["#ffffff", "#1b1f23", "#5c6670", "#d5dae0", "#eceff2", "#0072b2", "#d55e00", "#6b7480"].map(String::from);
    Theme { background, ink, muted, line, grid, train, test, mark, font: String::new() }
}

/// How a view is drawn.
fn drawing(view: &View) -> &'static Drawing {
    DRAWINGS[VIEWS.iter().position(|other| other.name == view.name).expect("one of the list")]
}

/// What the worker answers for a view of a small network.
fn seen(query: &str, view: &View, choice: &Choice) -> (InspectReply, History) {
    answer(query, (view.request)(choice), choice)
}

/// What it answers to a question.
pub(in crate::view) fn answer(query: &str, request: InspectRequest, choice: &Choice) -> (InspectReply, History) {
    let config = from_query(query).0;
    let mut trainer = block_on(Trainer::new(&config, &Device::Cpu)).unwrap();
    trainer.steps(30);
    let weights = block_on(trainer.weights()).unwrap().remove(0);
    let mut history = History::default();
    block_on(trainer.collect().points()).unwrap().into_iter().for_each(|point| history.push(point));
    let mut checkpoints = CheckpointHistory::default();
    checkpoints.add(WeightCheckpoint::of(0, &weights));
    let mut inspector = block_on(Inspector::new(&config, &Device::Cpu)).unwrap();
    let question = InspectQuery { asker: Asker::View(1), request, off: choice.off.clone(), at: None, urgent: false };
    (block_on(inspector.answer(&question, 30, &weights, &checkpoints)).unwrap(), history)
}

/// Draws at several widths, speaks, and points everywhere. Returns what it says.
pub(super) fn try_out(view: &View, query: &str, choice: &Choice) -> String {
    let (seen, history) = seen(query, view, choice);
    assert!((view.request)(choice).answered_by(&seen.result), "{}", view.name);
    let mut said = String::new();
    for width in [288.0, 358.0, 1000.0] {
        let config = from_query(query).0;
        let subject = Subject {
            seen: &seen,
            result: &seen.result,
            choice,
            p: config.p as usize,
            config: &config,
            history: &history,
            traces: &Default::default(),
            steps: StepAxis::default(),
            theme: &theme(),
            width,
            density: 2.0,
        };
        let height = (drawing(view).height)(&subject);
        let mut recorder = Recorder::default();
        (drawing(view).draw)(&mut recorder, &subject);
        assert!(recorder.right <= width + 1.0, "{} at {width}: reaches {}", view.name, recorder.right);
        assert!(recorder.bottom <= height, "{} at {width}: reaches down to {} of {height}", view.name, recorder.bottom);
        assert!(height - recorder.bottom < 60.0, "{} at {width}: {} of {height} are empty", view.name, height - recorder.bottom);
        assert!(!recorder.texts.is_empty(), "{}", view.name);
        said = (drawing(view).describe)(&subject);
        assert!(said.ends_with('.') && said.len() > 30, "{}: {said}", view.name);
        for y in (0..height as usize).step_by(7) {
            for x in (0..width as usize).step_by(7) {
                (drawing(view).point)(&subject, (x as f64, y as f64));
            }
        }
        (drawing(view).controls)(&subject);
    }
    said
}

#[test]
fn every_view_draws_within_its_place_and_says_what_it_shows() {
    for (index, view) in VIEWS.iter().enumerate() {
        let off = Off { neurons: vec![2], heads: vec![(0, 1)] };
        let choice = Choice { view: index, edit: true, pair: [3, 4], off, ..Choice::default() };
        for query in [
            "p=13&width=16&heads=2&mlp=40&train=0.5",
            "p=7&task=x/y&layers=2&norm=pre&width=8&heads=2&mlp=9&train=0.5&cells=0.0.1_6.6.2",
        ] {
            try_out(view, query, &choice);
        }
    }
}

#[test]
fn attention_over_a_sequence_has_a_share_for_each_operand() {
    let small = "width=16&heads=2&mlp=24&train=0.6";
    let said = try_out(&attention::VIEW, &format!("task=sum&p=5&k=3&samples=100&{small}"), &Choice::default());
    assert!(said.starts_with("On average over all sequences, head 1 gives ") && said.contains(" to x₁, "), "{said}");
    assert_eq!((said.matches(" to x₃").count(), said.matches(" to =").count()), (2, 2), "{said}");
    let off = Choice { off: Off { neurons: vec![], heads: vec![(1, 0)] }, ..Choice::default() };
    let said = try_out(&attention::VIEW, &format!("task=people&samples=60&layers=2&{small}"), &off);
    assert!(said.contains("head 2 of layer 2 gives ") && said.contains(" to middle name, "), "{said}");
    let said = try_out(&attention::VIEW, &format!("task=sum&p=5&k=16&samples=100&model=encoder&{small}"), &off);
    assert!(said.contains(" to x₁₆") && !said.contains(" to ="), "{said}");
}

#[test]
fn the_neurons_that_are_listed_are_those_that_are_counted() {
    let view = &neurons::VIEW;
    let query = "p=13&model=mlp&layers=1&mlp=60&activation=quadratic&bias=false&init=analytic&train=0.5";
    let said = try_out(view, query, &Choice::default());
    let (share, listed) = said.split_once(" a single wave each: ").expect("a list");
    let listed: usize = listed.split(" with frequency").filter_map(|part| part.rsplit(' ').next()?.parse::<usize>().ok()).sum();
    let counted = [format!("({listed})"), format!("{listed} of its 60 neurons"), format!("All its {listed} neurons")];
    assert!(counted.iter().any(|words| share.contains(words)) && listed > 10, "{said}");
}

#[test]
fn an_embedding_has_components_and_without_a_cycle_nothing_else() {
    let view = &embedding::VIEW;
    let small = "width=16&heads=2&mlp=40&train=0.5";
    let second = Choice { plane: Some(Plane::Components(1)), ..Choice::default() };
    let said = try_out(view, &format!("p=13&{small}"), &second);
    assert!(said.starts_with("Principal components 2 and 3 have ") && said.contains("Key frequencies"), "{said}");
    let said = try_out(view, &format!("p=13&{small}"), &Choice::default());
    assert!(said.starts_with("Frequency ") && said.contains(" % of the variance of W_E."), "{said}");
    for choice in [Choice::default(), Choice { plane: Some(Plane::Frequency(3)), ..Choice::default() }] {
        let said = try_out(view, &format!("task=random&p=13&{small}"), &choice);
        assert!(said.starts_with("Principal components 1 and 2 have ") && said.ends_with("it has no frequencies."), "{said}");
    }
}

#[test]
fn a_network_that_is_shown_bits_says_how_few_units_do() {
    let query = "task=parity&p=10&k=2&samples=60&model=mlp&layers=1&mlp=32&bias=true&wd=1";
    let said = try_out(&progress::VIEW, query, &Choice::default());
    assert!(said.contains(" of 32 neurons do as well as all of them. At step 30: effective sparsity 0."), "{said}");
    assert!(!said.contains("NaN") && !said.contains("Key"), "{said}");
    try_out(&matrix::VIEW, query, &Choice::default());
}

#[test]
fn feature_ranks_are_drawn_and_said_layer_by_layer() {
    let query = "task=digits&samples=60&train=0.5&model=mlp&layers=3&mlp=12&init=torch";
    let view = &progress::VIEW;
    let drawn = |measures| {
        let choice = Choice { measures, ..Choice::default() };
        let said = try_out(view, query, &choice);
        let (seen, history) = seen(query, view, &choice);
        let mut recorder = Recorder::default();
        (drawing(view).draw)(&mut recorder, &at(&seen, &choice, &from_query(query).0, &history));
        (said, recorder.lines)
    };
    let ((usual, before), (ranks, after)) = (drawn(Measures::Usual), drawn(Measures::Ranks));
    assert!(!usual.contains("feature rank") && ranks.contains("feature rank by layer "), "{usual} {ranks}");
    assert_eq!(ranks.split("by layer ").nth(1).expect("ranks").split('.').next().expect("a sentence").split(" / ").count(), 3);
    // Three layers, and their entry in the legend.
    assert_eq!(after, before + 4);
}

#[test]
fn what_is_asked_for_is_drawn_without_the_usual_lines() {
    for (measures, own) in [(Measures::Usual, 0), (Measures::Density, 1), (Measures::Movement, 2)] {
        let said = try_out(&progress::VIEW, "p=13&width=16&heads=2&mlp=40", &Choice { measures, ..Choice::default() });
        let named: Vec<bool> = ["Gini", "density", "last layer"].map(|name| said.contains(name)).into();
        assert!(said.contains("restricted") && named == [0, 1, 2].map(|at| at == own), "{said}");
    }
}

#[test]
fn a_collapse_of_the_softmax_is_drawn_when_there_is_one() {
    let (view, choice, query) = (&progress::VIEW, Choice::default(), "p=13&width=16&heads=2&mlp=40&train=0.5");
    let (seen, mut history) = seen(query, view, &choice);
    let config = from_query(query).0;
    let drawn = |history: &History| {
        let mut recorder = Recorder::default();
        (drawing(view).draw)(&mut recorder, &at(&seen, &choice, &config, history));
        let named = recorder.texts.iter().any(|text| text.starts_with("collapse"));
        (named, recorder.lines)
    };
    let (named, lines) = drawn(&history);
    assert!(!named);
    history.points.last_mut().expect("points").collapse = 0.25;
    // Its curve, and its entry in the legend.
    assert_eq!(drawn(&history), (true, lines + 2));
}

#[test]
fn the_last_step_of_progress_is_readable() {
    let (view, choice, query) = (&progress::VIEW, Choice::default(), "p=13&width=16&heads=2&mlp=40&train=0.5");
    let (seen, mut history) = seen(query, view, &choice);
    // Where the axis ends.
    history.points.last_mut().expect("points").step = 30_000;
    let config = from_query(query).0;
    let mut recorder = Recorder::default();
    (drawing(view).draw)(&mut recorder, &Subject { width: 600.0, ..at(&seen, &choice, &config, &history) });
    assert!(recorder.texts.iter().any(|text| text == "30,000"), "{:?}", recorder.texts);
    assert!(recorder.right <= 600.0, "reaches {}", recorder.right);
}

#[test]
fn progress_shows_the_part_of_the_step_axis_that_the_curves_show() {
    let (view, choice, query) = (&progress::VIEW, Choice::default(), "p=13&width=16&heads=2&mlp=40&train=0.5");
    let ((seen, mut history), config) = (seen(query, view, &choice), from_query(query).0);
    history.points.last_mut().expect("points").step = 1000;
    history.memorized = Some(500);
    let drawn = |zoom| {
        let subject = Subject { width: 600.0, ..at(&seen, &choice, &config, &history) };
        let subject = Subject { steps: StepAxis { zoom, ..subject.steps }, ..subject };
        let mut recorder = Recorder::default();
        (drawing(view).draw)(&mut recorder, &subject);
        // What the rightmost place of the drawing says it is.
        let (end, _) = (drawing(view).point)(&subject, (600.0, 50.0)).expect("a step");
        (recorder, end)
    };
    let label = |recorder: &Recorder, label: &str| recorder.texts.iter().any(|text| text == label);
    let (whole, end) = drawn(None);
    assert!(label(&whole, "1,000") && end.starts_with("at step 30: "), "{end}: {:?}", whole.texts);
    let (part, end) = drawn(Some([0.0, 10.0]));
    assert!(label(&part, "10") && !label(&part, "1,000") && end.starts_with("at step 0: "), "{end}: {:?}", part.texts);
    assert!(part.lines < whole.lines, "the mark of step 500 is out of view");
    assert!(part.right <= 600.0, "reaches {}", part.right);
}

#[test]
fn the_table_points_at_pairs() {
    let (view, choice) = (VIEWS[0], Choice::default());
    let query = "p=13&width=16&heads=2&mlp=40&train=0.5";
    let ((seen, history), config) = (seen(query, view, &choice), from_query(query).0);
    let subject = at(&seen, &choice, &config, &history);
    // 128 pixels are 9 for each of 13 numbers; the corner is at 34, 22.
    let (words, act) = (drawing(view).point)(&subject, (34.0 + 9.0 * 5.0 + 1.0, 22.0 + 9.0 * 2.0 + 1.0)).unwrap();
    assert!(words.starts_with("x = 2, y = 5: answers ") && words.ends_with(" pair"), "{words}");
    assert_eq!(act, None);
    assert!((drawing(view).point)(&subject, (20.0, 40.0)).is_none());
}

/// A narrow subject for a table of 13 numbers.
pub(super) fn at<'a>(seen: &'a InspectReply, choice: &'a Choice, config: &'a Config, history: &'a History) -> Subject<'a> {
    static THEME: std::sync::LazyLock<Theme> = std::sync::LazyLock::new(theme);
    Subject {
        seen,
        result: &seen.result,
        choice,
        config,
        p: 13,
        history,
        traces: Box::leak(Box::default()),
        steps: StepAxis::default(),
        theme: &THEME,
        width: 164.0,
        density: 1.0,
    }
}

#[test]
fn the_table_is_where_results_are_changed() {
    let view = VIEWS[0];
    let query = |rest: &str| format!("task=x/y&p=13&width=16&heads=2&mlp=40&train=0.5{rest}");
    let labels = |subject: &Subject| -> Vec<String> {
        let label = |control| match control {
            Control::Button(label, ..) => label,
            Control::Menu(label, ..) => label.to_string(),
            Control::Number(label, value, ..) => format!("{label}={}", value.map_or("none".into(), |value| value.to_string())),
        };
        (drawing(view).controls)(subject).into_iter().map(label).collect()
    };
    let told = |pair, edit, rest: &str| {
        let choice = Choice { pair, edit, ..Choice::default() };
        let ((seen, history), config) = (seen(&query(rest), view, &choice), from_query(&query(rest)).0);
        let subject = at(&seen, &choice, &config, &history);
        let mut recorder = Recorder::default();
        (drawing(view).draw)(&mut recorder, &subject);
        (
            labels(&subject),
            (drawing(view).describe)(&subject),
            recorder.lines,
            (drawing(view).point)(&subject, (34.0 + 9.0 * 4.5, 22.0 + 9.0 * 3.5)),
        )
    };
    let always = ["Answers", "Loss per pair", "Change results"];

    // 3/4 is 4 modulo 13.
    let (controls, words, frames, pointed) = told([3, 4], false, "");
    assert_eq!((controls, frames), (always.map(String::from).to_vec(), 0));
    assert!(words.starts_with("Of 78 ") && pointed.is_some_and(|(_, act)| act.is_none()), "{words}");
    let (controls, words, frames, pointed) = told([3, 4], true, "");
    assert_eq!((&controls[3..], frames), (&["x=3", "y=4", "Result=4"].map(String::from)[..], 2));
    assert!(words.starts_with("x = 3, y = 4 has the result 4. Of "), "{words}");
    assert_eq!(pointed.and_then(|(_, act)| act), Some(Action::Pair([3, 4])));

    let (controls, words, _, pointed) = told([3, 4], true, "&cells=3.4.9_1.0.2");
    assert_eq!(controls[5..], ["Result=9", "Restore this result", "Restore all 2"]);
    assert!(words.starts_with("x = 3, y = 4 has the result 9, changed by hand; the operation gives 4. Of 78 "), "{words}");
    assert!(words.ends_with(" 2 results are changed by hand."), "{words}");
    assert!(pointed.is_some_and(|(words, _)| words.ends_with("pair, changed by hand")));

    // A pair without a result can be given one; one that the split leaves out cannot.
    let (controls, words, ..) = told([4, 0], true, "");
    assert_eq!(controls[5..], ["Result=none"]);
    assert!(words.starts_with("x = 4, y = 0 has the result none. "), "{words}");
    let (controls, words, ..) = told([40, 3], true, "&split=ordered");
    assert_eq!(controls[3..], ["x=12", "y=3"]);
    assert!(words.starts_with("x = 12, y = 3 is not in the table, as the split takes only pairs with x ≤ y. "), "{words}");
}

#[test]
fn names_are_unique_and_sentences_end() {
    for (i, view) in VIEWS.iter().enumerate() {
        assert!(view.about.ends_with('.') && !view.label.is_empty());
        assert!(VIEWS[..i].iter().all(|other| other.name != view.name));
    }
    assert_eq!(list(&["1".into(), "2".into(), "3".into()]), "1, 2 and 3");
    assert_eq!(list(&[]), "none");
}

#[test]
fn the_guide_shows_a_view_as_it_is() {
    let entry = |text: &'static str, begin: &str| {
        text.split_once(begin).and_then(|(_, rest)| rest.split_once("\n};")).map(|(entry, _)| entry).expect("a view")
    };
    for begin in ["pub static VIEW: View = View {", "pub static DRAWING: Drawing = Drawing {"] {
        assert_eq!(entry(include_str!("../../../CONTRIBUTING.md"), begin), entry(include_str!("attention.rs"), begin));
    }
}
