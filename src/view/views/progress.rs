//! Progress measures on the step axis of the curves.

mod series;

use self::series::{Drawn, RECORDED, Series, written};
use super::subject::{Control, Drawing, Pointed, Subject, View, list};
use crate::analysis::{Measure, Measures, Progress};
use crate::config::{MAX_LAYERS, Model};
use crate::language::local;
use crate::metrics::History;
use crate::number::{clamp, fixed};
use crate::protocol::inspect::{InspectRequest, InspectResult};
use crate::task::Operation;
use crate::text;
use crate::tr;
use crate::view::captions;
use crate::view::chart::step_labels;
use crate::view::choice::Action;
use crate::view::color::{css, mix, rgb};
use crate::view::decimate::Value;
use crate::view::draw::{Align, Area, Draw, Label, Stroke};
use crate::view::scale::{Scale, Spread, decades};

/// The view.
pub static VIEW: View = View {
    name: "progress",
    label: "Progress",
    about: "What the test curve hides (Nanda et al. 2023): restricted loss falls while the circuit forms, long before test loss does. \
            Excluded loss rises when the network no longer knows its pairs by heart.",
    request: |choice| InspectRequest::Progress(choice.measures),
    over_time: true,
};

/// How it is drawn.
pub static DRAWING: Drawing = Drawing {
    height: |subject| 2.0 * PANEL + 82.0 + more(subject),
    draw,
    describe,
    point,
    controls: |subject| {
        let button = |(name, measures)| {
            let on = subject.choice.measures == measures;
            Control::Button(String::from(name), Some(on), Action::Measure(if on { Measures::Usual } else { measures }))
        };
        let ranks = (subject.config.model == Model::Mlp).then(|| (tr!("Feature rank"), Measures::Ranks));
        let last = progress(subject).and_then(|progress| progress.measures.last());
        let density = last.filter(|last| last.density.is_finite()).map(|_| (tr!("Frequency density"), Measures::Density));
        let usual = [(tr!("Compressed size"), Measures::Compressed), (tr!("Movement"), Measures::Movement)];
        usual.into_iter().chain(density).chain(ranks).map(button).collect()
    },
};

/// Height of each of the two charts.
const PANEL: f64 = 190.0;
/// Left, right.
const MARGINS: [f64; 2] = [46.0, 14.0];
/// Losses below are drawn here.
const FLOOR: f64 = 1e-9;

/// The series that are asked for and that this network has.
fn series<'a>(subject: &'a Subject, progress: &'a Progress) -> impl Iterator<Item = &'static Series> + 'a {
    let has = |series: &&Series| progress.measures.last().is_some_and(|measure| (series.value)(measure).is_finite());
    series::of(subject.choice.measures).filter(has)
}

fn progress<'a>(subject: &'a Subject) -> Option<&'a Progress> {
    match subject.result {
        InspectResult::Progress(progress) => Some(progress),
        _ => None,
    }
}

fn steps(subject: &Subject) -> Scale {
    let last = subject.history.points.last().map(|point| point.step);
    subject.steps.in_view(subject.steps.whole(last, MARGINS[0], subject.width - MARGINS[1]))
}

/// The phases of Nanda et al. 2023 that a run has gone through, each with the steps where it begins and, so far, ends.
///
/// Memorisation ends when the run has memorised. From there the circuit forms, until a fifth of the test pairs that were not
/// answered then are; that it does is known when this has happened, or when the restricted loss has fallen to half of what it was
/// then: a peak on the way may be a stumble. Cleaning up ends when the run has grokked. A run that knows the rule as soon as the
/// training pairs has the first phase only, and so has one that never understands.
fn phases(history: &History, measures: &[Measure]) -> Vec<(&'static str, u32, u32)> {
    let Some(last) = history.points.last().map(|point| point.step) else { return vec![] };
    let memorized = history.memorized.unwrap_or(last);
    let mut phases = vec![(tr!("memorisation"), 0, memorized)];
    if history.memorized.is_none() || history.grokked.is_some_and(|grokked| grokked <= memorized) {
        return phases;
    }
    let rises = history.rise();
    let mut since = measures.iter().filter(|measure| measure.step >= memorized).map(|measure| measure.restricted);
    let falls = since.next().is_some_and(|first| since.any(|restricted| restricted < first / 2.0));
    if falls || rises.is_some() {
        phases.push((tr!("circuit formation"), memorized, rises.unwrap_or(last)));
    }
    phases.extend(rises.map(|step| (tr!("clean-up"), step, history.grokked.unwrap_or(last))));
    phases
}

/// Height of a line of a legend, pixels.
const LINE: f64 = 18.0;
/// What stands before a name in a legend, and between two of them.
const SPACE: [f64; 2] = [28.0, 16.0];

/// Where names stand in a legend, and on which line, from 0: on the next one where there is no more room.
fn places(names: &[&str], [left, right]: [f64; 2], width_of: impl Fn(&str) -> f64) -> Vec<(f64, usize)> {
    let (mut x, mut line) = (left, 0);
    let place = |name: &&str| {
        let width = SPACE[0] + width_of(name);
        if x > left && x + width > right {
            (x, line) = (left, line + 1);
        }
        let at = (x, line);
        x += width + SPACE[1];
        at
    };
    names.iter().map(place).collect()
}

/// The ends of a legend.
fn ends(subject: &Subject) -> [f64; 2] {
    [MARGINS[0] + 4.0, subject.width]
}

/// Room for more than one line of the lower legend: for all that it may name, at 7 pixels a letter, which is wider than they are; and
/// for a second line in any case, so that what comes up later moves nothing.
fn more(subject: &Subject) -> f64 {
    let measured =
        progress(subject).into_iter().flat_map(|progress| series(subject, progress)).filter(|series| series.drawn != Drawn::Loss);
    let all = measured.map(|series| series.name).chain(RECORDED.iter().map(|line| line.name));
    let names: Vec<&str> = all.map(|name| name()[usize::from(wide(subject))]).collect();
    let lines = places(&names, ends(subject), |name| 7.0 * name.chars().count() as f64);
    LINE * lines.last().map_or(1, |(_, line)| *line.max(&1)) as f64
}

fn wide(subject: &Subject) -> bool {
    subject.width >= 700.0
}

fn draw(draw: &mut dyn Draw, subject: &Subject) {
    let Some(progress) = progress(subject) else { return };
    for (loss, top) in [(true, 24.0), (false, 24.0 + PANEL + 34.0 + more(subject))] {
        panel(draw, subject, progress, loss, Area { x: 0.0, y: top, width: subject.width, height: PANEL });
    }
}

fn panel(draw: &mut dyn Draw, subject: &Subject, progress: &Progress, loss: bool, area: Area) {
    let (x, theme) = (steps(subject), subject.theme);
    let series = || series(subject, progress).filter(|series| (series.drawn == Drawn::Loss) == loss);
    let values: [Value; 2] = if loss { [|p| p.train_loss, |p| p.test_loss] } else { RECORDED.each_ref().map(|line| line.value) };
    let mut all = subject.traces.borrow_mut();
    let traces = &mut all[usize::from(loss)];
    let points = &subject.history.points[..];
    traces.follow(x, subject.density, &mut core::iter::once((points, points.len())), &values);
    let (spread, low, high) = if loss {
        let measured = series().flat_map(|series| progress.measures.iter().map(|m| f64::from((series.value)(m))));
        let (low, high) = decades(measured.chain(traces.extremes(0..2)), FLOOR, (0.1, 10.0));
        (Spread::Log, low, high)
    } else {
        (Spread::Linear, 0.0, 1.0)
    };
    let y = Scale { spread, low, high, from: area.y + area.height, to: area.y };
    let colors = subject.colors();
    let phases = phases(subject.history, &progress.measures).into_iter();
    let at = |step: u32| clamp(x.at(step.into()), x.from, x.to);
    let phases: Vec<_> = phases.map(|(name, from, to)| (name, [from, to].map(at))).collect();
    for ((_, [from, to]), fraction) in phases.iter().zip([0.07, 0.16, 0.25]) {
        let shade = mix(colors.background, rgb(&theme.mark), fraction);
        draw.fill(Area { x: *from, y: area.y, width: to - from, height: area.height }, &css(shade));
    }
    for tick in y.ticks(5) {
        let at = y.at(tick).floor() + 0.5;
        draw.lines(&[vec![(x.from, at), (x.to, at)]], Stroke::thin(&theme.grid));
        let label = if loss { text::power(tick) } else { local(fixed(tick, 1)) };
        subject.text(draw, &label, (x.from - 8.0, at), Align::Right);
    }
    let marks = [subject.history.memorized, subject.history.grokked].into_iter().flatten();
    for step in marks.filter(|step| subject.steps.shows(*step)) {
        let at = x.at(step.into()).floor() + 0.5;
        draw.lines(&[vec![(at, y.to), (at, y.from)]], Stroke { alpha: 0.8, ..Stroke::thin(&theme.mark) });
    }
    let height = |value: f32| y.at(if loss { f64::from(value).max(FLOOR) } else { f64::from(value) });
    draw.clip(Area { x: x.from, y: area.y - 3.0, width: x.to - x.from + 3.0, height: area.height + 4.0 });
    if loss {
        for (value, color) in [&theme.train, &theme.test].into_iter().enumerate() {
            draw.lines(&traces.lines(0, value, &height), Stroke { alpha: 0.35, width: 1.5, ..Stroke::thin(color) });
        }
    }
    let highest: Vec<f32> = traces.extremes(0..2).skip(1).step_by(2).map(|value| value as f32).collect();
    let recorded = RECORDED.iter().zip(highest).enumerate().filter(|(_, (_, highest))| !loss && *highest > 0.0);
    let recorded: Vec<_> = recorded
        .map(|(value, (line, highest))| {
            let stroke = Stroke { width: 1.5, dash: line.dash, ..Stroke::thin(&theme.mark) };
            let most = if line.relative { highest } else { 1.0 };
            draw.lines(&traces.lines(0, value, &|value| height(value / most)), stroke);
            (line.name, stroke)
        })
        .collect();
    let measured = series().map(|series| {
        let most = match series.drawn {
            Drawn::OfLargest | Drawn::Bytes => progress.measures.iter().map(series.value).fold(0.0, f32::max),
            Drawn::Loss | Drawn::Fraction => 1.0,
            Drawn::Ranks => progress.units as f32,
        };
        let line = |value: &dyn Fn(&Measure) -> f32| {
            let points = progress.measures.iter().map(|m| (x.at(m.step.into()), height(value(m) / most)));
            points.filter(|(_, y)| y.is_finite()).collect::<Vec<_>>()
        };
        let stroke = Stroke { width: 2.2, dash: series.dash, ..Stroke::thin(&theme.ink) };
        if series.drawn == Drawn::Ranks {
            let before = (0..MAX_LAYERS as usize).map(|layer| line(&|m| m.ranks[layer]));
            let before: Vec<_> = before.filter(|line| !line.is_empty()).collect();
            draw.lines(&before[..before.len() - 1], Stroke { alpha: 0.3, width: 1.2, ..stroke });
        }
        draw.lines(&[line(&series.value)], stroke);
        (series.name, stroke)
    });
    let lines: Vec<_> = measured.chain(recorded).collect();
    draw.unclip();
    let names: Vec<&str> = lines.iter().map(|(name, _)| name()[usize::from(wide(subject))]).collect();
    let top = area.y - 11.0 - if loss { 0.0 } else { more(subject) };
    let places = places(&names, ends(subject), |name| draw.width_of(name, 12.0));
    for ((name, (_, stroke)), (at, line)) in names.iter().zip(&lines).zip(places) {
        let y = top + LINE * line as f64;
        draw.lines(&[vec![(at, y), (at + 22.0, y)]], *stroke);
        subject.text(draw, name, (at + SPACE[0], y), Align::Left);
    }
    for (name, [from, to]) in phases.iter().filter(|_| loss) {
        if draw.width_of(name, 12.0) < to - from - 6.0 {
            let at = ((from + to) / 2.0, area.y + area.height - 10.0);
            let halo = Some(&*theme.background);
            draw.text(Label { text: name, at, align: Align::Center, size: 12.0, bold: false, color: &theme.ink, halo });
        }
    }
    if !loss {
        for (_, at, label) in step_labels(draw, x, subject.width) {
            subject.text(draw, &label, (at, y.from + 14.0), Align::Center);
        }
    }
}

/// What was measured, and at which step.
fn values(subject: &Subject, progress: &Progress, measure: &Measure) -> (String, String) {
    let all: Vec<String> = series(subject, progress).map(|series| written(series, measure)).collect();
    (text::thousands(measure.step.into()), all.join(", "))
}

fn describe(subject: &Subject) -> String {
    let Some((progress, last)) = progress(subject).and_then(|progress| Some((progress, progress.measures.last()?))) else {
        return String::new();
    };
    let number = |number: u32| text::thousands(number.into());
    let phases = phases(subject.history, &progress.measures);
    let phase = |(phase, from, to): (&str, u32, u32)| tr!("{phase} {from} to {to}", phase, from = number(from), to = number(to));
    let phases: Vec<String> = phases.into_iter().map(phase).collect();
    let norms: Vec<String> =
        progress.norms.iter().map(|(name, norm)| format!("{name} {}", text::loss(f64::from(*norm)))).collect();
    let table = Operation::of(subject.config).size().has_table();
    let sparse = last.sparsity.is_finite().then(|| {
        let some = (last.sparsity * progress.units as f32).round() as u32;
        tr!("{some} of {all} neurons do as well as all of them.", some = number(some), all = number(progress.units))
    });
    let keys = table.then(|| {
        let keys: Vec<String> = progress.keys.iter().map(u16::to_string).collect();
        tr!("Key frequencies now: {keys}.", keys = list(&keys))
    });
    let unknown = (table && !last.restricted.is_finite()).then(|| {
        tr!("This operation is not a cyclic group: its circuit is not known, so there are no restricted and excluded losses.")
            .into()
    });
    let (step, values) = values(subject, progress, last);
    let point = subject.history.points.last().copied().unwrap_or_default();
    let [collapse, zero] = [point.collapse, point.zero_loss].map(|fraction| text::percent(fraction.into()));
    let told = [
        tr!("At step {step}: {values}.", step, values),
        tr!("Phases, in steps: {phases}.", phases = list(&phases)),
        tr!(
            "The softmax has collapsed for {collapse} of the training {what}, {zero} have a loss of 0.",
            collapse,
            what = captions::examples(Operation::of(subject.config).size()),
            zero
        ),
        tr!("Weight norm {norm}: {norms}.", norm = text::loss(point.weight_norm.into()), norms = norms.join(", ")),
    ];
    [sparse, keys, unknown].into_iter().flatten().chain(told).collect::<Vec<_>>().join(" ")
}

fn point(subject: &Subject, at: (f64, f64)) -> Option<Pointed> {
    let (axis, progress) = (steps(subject), progress(subject)?);
    let step = axis.invert(clamp(at.0, axis.from, axis.to));
    let near = progress.measures.iter().min_by(|a, b| {
        let [a, b] = [a, b].map(|m| (f64::from(m.step) - step).abs());
        a.total_cmp(&b)
    })?;
    let (step, values) = values(subject, progress, near);
    Some((tr!("at step {step}: {values}", step, values), None))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
