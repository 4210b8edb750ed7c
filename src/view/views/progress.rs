//! Progress measures on the step axis of the curves.

use super::{Align, Area, Draw, Pointed, Stage, View, list};
use crate::metrics::{History, Point};
use crate::number::fixed;
use crate::protocol::inspect::{Look, Measure, Progress, Sight};
use crate::view::draw::Stroke;
use crate::view::scale::{Scale, Spread, decades};
use crate::view::{chart, text};

/// The view.
pub static VIEW: View = View {
    name: "progress",
    label: "Progress",
    about: "What the test curve hides (Nanda et al. 2023): restricted loss falls while the circuit forms, long before the test loss does; \
            excluded loss rises when the network stops knowing pairs by heart.",
    look: |_| Look::Progress,
    shows: |sight| matches!(sight, Sight::Progress(_)),
    height: |_| 2.0 * PANEL + 82.0,
    draw,
    describe,
    point,
    controls: |_| vec![],
};

/// Height of each of the two charts.
const PANEL: f64 = 190.0;
/// Left, right.
const MARGINS: [f64; 2] = [46.0, 10.0];
/// Losses below are drawn here.
const FLOOR: f64 = 1e-9;

struct Series {
    name: &'static str,
    value: fn(&Measure) -> f32,
    loss: bool,
    dashed: bool,
}

static SERIES: [Series; 4] = [
    Series { name: "restricted loss", value: |m| m.restricted, loss: true, dashed: false },
    Series { name: "excluded loss", value: |m| m.excluded, loss: true, dashed: true },
    Series { name: "Gini coefficient", value: |m| m.gini, loss: false, dashed: false },
    Series { name: "explained neurons", value: |m| m.explained, loss: false, dashed: true },
];

fn progress<'a>(stage: &'a Stage) -> Option<&'a Progress> {
    match &stage.seen.sight {
        Sight::Progress(progress) => Some(progress),
        _ => None,
    }
}

fn steps(stage: &Stage) -> Scale {
    let last = stage.history.points.last().map(|point| point.step);
    chart::step_axis(last, stage.log, MARGINS[0], stage.width - MARGINS[1])
}

/// The phases of Nanda et al. 2023 that a run has entered, each with the steps where it begins and, so far, ends. Memorisation ends when
/// the run has memorised. The circuit forms until a fifth of the test pairs that were not answered then are; cleaning up ends when the
/// run has grokked.
fn phases(history: &History) -> Vec<(&'static str, u32, u32)> {
    let points = &history.points;
    let Some(last) = points.last().map(|point| point.step) else { return vec![] };
    let memorized = history.memorized.unwrap_or(last);
    let mut phases = vec![("memorisation", 0, memorized)];
    let after = points.partition_point(|point| point.step < memorized);
    if let (Some(_), Some(start)) = (history.memorized, points.get(after)) {
        let enough = start.test_accuracy + 0.2 * (1.0 - start.test_accuracy);
        let rises = points[after..].iter().find(|point| point.test_accuracy >= enough).map(|point| point.step);
        phases.push(("circuit formation", memorized, rises.unwrap_or(last)));
        phases.extend(rises.map(|step| ("clean-up", step, history.grokked.unwrap_or(last))));
    }
    phases
}

fn draw(draw: &mut dyn Draw, stage: &Stage) {
    let Some(progress) = progress(stage) else { return };
    for (loss, top) in [(true, 24.0), (false, 24.0 + PANEL + 34.0)] {
        panel(draw, stage, progress, loss, Area { x: 0.0, y: top, width: stage.width, height: PANEL });
    }
}

fn panel(draw: &mut dyn Draw, stage: &Stage, progress: &Progress, loss: bool, area: Area) {
    let (x, theme) = (steps(stage), stage.theme);
    let series = || SERIES.iter().filter(|series| series.loss == loss);
    let curves = [|p: &Point| p.train_loss, |p: &Point| p.test_loss];
    let (spread, low, high) = if loss {
        let measured = series().flat_map(|series| progress.measures.iter().map(|m| f64::from((series.value)(m))));
        let known = stage.history.points.iter().flat_map(|p| [p.train_loss, p.test_loss]).map(f64::from);
        let (low, high) = decades(measured.chain(known), FLOOR, (0.1, 10.0));
        (Spread::Log, low, high)
    } else {
        (Spread::Linear, 0.0, 1.0)
    };
    let y = Scale { spread, low, high, from: area.y + area.height, to: area.y };
    let colors = stage.colors();
    for (i, (name, from, to)) in phases(stage.history).into_iter().enumerate() {
        let [from, to] = [from, to].map(|step| x.at(step.into()));
        let shade = super::mix(colors.background, super::rgb(&theme.mark), [0.07, 0.16, 0.25][i]);
        draw.fill(Area { x: from, y: area.y, width: to - from, height: area.height }, &super::css(shade));
        if loss && draw.width_of(name, 12.0) < to - from - 6.0 {
            stage.text(draw, name, ((from + to) / 2.0, area.y + 9.0), Align::Center);
        }
    }
    for tick in y.ticks(5) {
        let at = y.at(tick).floor() + 0.5;
        draw.lines(&[vec![(x.from, at), (x.to, at)]], Stroke::thin(&theme.grid));
        let label = if loss { text::power(tick) } else { fixed(tick, 1) };
        stage.text(draw, &label, (x.from - 8.0, at), Align::Right);
    }
    for step in [stage.history.memorized, stage.history.grokked].into_iter().flatten() {
        let at = x.at(step.into()).floor() + 0.5;
        draw.lines(&[vec![(at, y.to), (at, y.from)]], Stroke { alpha: 0.8, ..Stroke::thin(&theme.mark) });
    }
    let height = |value: f32| y.at(if loss { f64::from(value).max(FLOOR) } else { f64::from(value) });
    if loss {
        for (value, color) in curves.iter().zip([&theme.train, &theme.test]) {
            let line =
                crate::view::decimate::decimate(stage.history.points.iter().map(|p| (x.at(p.step.into()), height(value(p)))));
            draw.lines(&line, Stroke { alpha: 0.35, width: 1.5, ..Stroke::thin(color) });
        }
    }
    let mut place = (x.from + 4.0, area.y - 11.0);
    for series in series() {
        let points = progress.measures.iter().map(|m| (x.at(m.step.into()), height((series.value)(m))));
        let points: Vec<_> = points.filter(|(_, y)| y.is_finite()).collect();
        let dash: &[f64] = if series.dashed { &[6.0, 3.5] } else { &[] };
        let stroke = Stroke { width: 2.2, dash, ..Stroke::thin(&theme.ink) };
        draw.lines(&[points], stroke);
        draw.lines(&[vec![place, (place.0 + 22.0, place.1)]], stroke);
        // There is no room for more on a phone.
        let name = series.name.split(' ').next().unwrap_or(series.name);
        stage.text(draw, name, (place.0 + 28.0, place.1), Align::Left);
        place.0 += 28.0 + draw.width_of(name, 12.0) + 18.0;
    }
    if !loss {
        for tick in x.ticks(((x.to - x.from) / 75.0) as usize) {
            stage.text(draw, &text::thousands(tick.round() as u64), (x.at(tick), y.from + 14.0), Align::Center);
        }
    }
}

/// A value of any series.
fn written(series: &Series, measure: &Measure) -> String {
    let value = f64::from((series.value)(measure));
    let number = if series.loss || !value.is_finite() { text::loss(value) } else { fixed(value, 2) };
    [series.name, " ", &number].concat()
}

fn sentence(measure: &Measure) -> String {
    let all: Vec<String> = SERIES.iter().map(|series| written(series, measure)).collect();
    format!("at step {}: {}", text::thousands(measure.step.into()), all.join(", "))
}

fn describe(stage: &Stage) -> String {
    let Some((progress, last)) = progress(stage).and_then(|progress| Some((progress, progress.measures.last()?))) else {
        return String::new();
    };
    let keys: Vec<String> = progress.keys.iter().map(u16::to_string).collect();
    let norms: Vec<String> =
        progress.norms.iter().map(|(name, norm)| format!("{name} {}", text::loss(f64::from(*norm)))).collect();
    let undefined = if last.restricted.is_finite() {
        ""
    } else {
        " This operation is no cyclic group: its circuit is not known, so there are no such losses."
    };
    let grokked = stage.history.grokked.is_some();
    let now = phases(stage.history)
        .last()
        .filter(|_| !grokked)
        .map_or(String::new(), |(name, from, _)| format!(" Phase: {name}, since step {}.", text::thousands((*from).into())));
    format!("Key frequencies now: {}. {}.{now}{undefined} Norms: {}.", list(&keys), capital(&sentence(last)), norms.join(", "))
}

/// With a capital letter. Our sentences start in ASCII; the tables for all of Unicode would weigh more than this view.
fn capital(text: &str) -> String {
    let (first, rest) = text.split_at_checked(1).unwrap_or_default();
    first.to_ascii_uppercase() + rest
}

fn point(stage: &Stage, at: (f64, f64)) -> Option<Pointed> {
    let (axis, progress) = (steps(stage), progress(stage)?);
    let step = axis.invert(at.0.max(axis.from).min(axis.to));
    let near = progress.measures.iter().min_by(|a, b| {
        let [a, b] = [a, b].map(|m| (f64::from(m.step) - step).abs());
        a.total_cmp(&b)
    })?;
    Some((sentence(near), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(points: &[(u32, f32, f32)]) -> History {
        let mut history = History::default();
        for &(step, train_accuracy, test_accuracy) in points {
            history.push(Point { step, train_accuracy, test_accuracy, ..Point::default() });
        }
        history
    }

    #[test]
    fn phases_follow_each_other() {
        let points = [(0, 0.0, 0.0), (50, 1.0, 0.4), (100, 1.0, 0.45), (150, 1.0, 0.55), (200, 1.0, 0.97), (250, 1.0, 1.0)];
        let (one, two, three) = ("memorisation", "circuit formation", "clean-up");
        assert_eq!(phases(&history(&points[..0])), []);
        assert_eq!(phases(&history(&points[..1])), [(one, 0, 0)]);
        assert_eq!(phases(&history(&points[..3])), [(one, 0, 50), (two, 50, 100)]);
        assert_eq!(phases(&history(&points[..4])), [(one, 0, 50), (two, 50, 150), (three, 150, 150)]);
        assert_eq!(phases(&history(&points)), [(one, 0, 50), (two, 50, 150), (three, 150, 200)]);
    }
}
