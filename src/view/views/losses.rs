//! How the losses of all examples are spread, a histogram for each kind of them, and the examples with the largest.

use super::subject::{Drawing, Pointed, SIZE, Subject, View, cell, fitted};
use crate::protocol::inspect::{Answered, InspectRequest, InspectResult, Kind, Losses};
use crate::task::Operation;
use crate::text;
use crate::tr;
use crate::view::answered;
use crate::view::draw::{Align, Area, Draw, Stroke};
use crate::view::scale::{Scale, Spread};

/// The view.
pub static VIEW: View = View {
    name: "losses",
    label: "Losses",
    about: "How large the loss of each example is: to the left what the network is sure of and right, to the right what surprises it. \
            The dotted line is a guess. While a network groks, the hill of those it was never shown moves over to the others.",
    request: |_| InspectRequest::Losses,
    over_time: false,
};

/// How it is drawn.
pub static DRAWING: Drawing = Drawing {
    height: |subject| lines(subject).last().map_or_else(|| foot(subject), |(area, _)| area.y + area.height) + 8.0,
    draw,
    describe,
    point,
    controls: |_| vec![],
};

/// Losses below are drawn here, and those above there.
const RANGE: [f64; 2] = [1e-8, 100.0];
/// Bars of a power of ten.
const BARS: usize = 4;
/// All bars.
const COUNT: usize = 10 * BARS;
/// Height of the bars of a kind.
const PANEL: f64 = 64.0;
/// Height of a line of text.
const LINE: f64 = 20.0;
/// Room for the colour of a kind.
const KEY: f64 = 18.0;
/// Left and right of the bars, where half of a label has room.
const MARGIN: f64 = 18.0;

fn losses<'a>(subject: &Subject<'a>) -> Option<&'a Losses> {
    match subject.result {
        InspectResult::Losses(losses) => Some(losses),
        _ => None,
    }
}

fn kinds<'a>(subject: &Subject<'a>) -> &'a [Kind] {
    losses(subject).map_or(&[], |losses| &losses.kinds)
}

/// The losses of a kind.
fn values<'a>(subject: &Subject<'a>, kind: usize) -> &'a [f32] {
    losses(subject).and_then(|losses| losses.losses.get(kind)).map_or(&[], |values| values)
}

/// Of as many answers as there are, all equally probable.
fn chance(subject: &Subject) -> f64 {
    libm::log(Operation::of(subject.config).classes(subject.config).into())
}

fn median(subject: &Subject, kind: usize) -> f64 {
    let mut values = values(subject, kind).to_vec();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).map_or(f64::NAN, |value| (*value).into())
}

/// Losses between these places.
fn axis(from: f64, to: f64) -> Scale {
    let [low, high] = RANGE;
    Scale { spread: Spread::Log, low, high, from, to }
}

/// How many losses of a kind each bar stands for. What is no number counts as the largest.
fn bars(subject: &Subject, kind: usize) -> [usize; COUNT] {
    let unit = axis(0.0, COUNT as f64);
    let mut bars = [0; COUNT];
    for loss in values(subject, kind) {
        let at = unit.at((*loss).into());
        bars[if at < COUNT as f64 { at as usize } else { COUNT - 1 }] += 1;
    }
    bars
}

/// Where the bars of each kind are, in so much room: below each other.
fn panels(subject: &Subject, within: Area) -> Vec<Area> {
    let count = kinds(subject).len();
    let height = ((within.height - 2.0 * LINE) / count.max(1) as f64 - LINE).min(PANEL);
    let y = |kind: usize| within.y + LINE + kind as f64 * (LINE + height);
    (0..count).map(|kind| Area { x: within.x + MARGIN, y: y(kind), width: within.width - 2.0 * MARGIN, height }).collect()
}

/// As much room as they want.
fn whole(subject: &Subject) -> Area {
    Area { x: 0.0, y: 0.0, width: subject.width, height: f64::INFINITY }
}

/// Below the labels of the axis.
fn foot(subject: &Subject) -> f64 {
    kinds(subject).len() as f64 * (LINE + PANEL) + 2.0 * LINE
}

/// The hardest examples, those that it was never shown first, and where they stand.
fn lines<'a>(subject: &Subject<'a>) -> Vec<(Area, &'a (Answered, f32))> {
    let hardest = losses(subject).map_or(&[][..], |losses| &losses.hardest);
    let (trained, others): (Vec<_>, Vec<_>) = hardest.iter().partition(|(one, _)| one.kind == Kind::Training);
    let top = foot(subject) + LINE;
    let area = |line: usize| Area { x: 0.0, y: top + line as f64 * LINE, width: subject.width, height: LINE };
    others.into_iter().chain(trained).enumerate().map(|(line, one)| (area(line), one)).collect()
}

/// `4.2   x = 3, y = 5: 7 ✗ 98 % sure; it is 8`
fn said(subject: &Subject, (one, loss): &(Answered, f32)) -> String {
    [&text::loss((*loss).into()), "   ", &answered::answer(subject.config, one)].concat()
}

fn color<'a>(subject: &'a Subject, kind: Kind) -> &'a str {
    match kind {
        Kind::Training => &subject.theme.train,
        Kind::Test => &subject.theme.test,
        Kind::Apart => &subject.theme.muted,
    }
}

fn draw(draw: &mut dyn Draw, subject: &Subject) {
    histograms(draw, subject, whole(subject));
    let lines = lines(subject);
    if let Some((first, _)) = lines.first() {
        subject.write(draw, tr!("The largest of each kind:"), (0.0, first.y - 0.5 * LINE), Align::Left, &subject.theme.ink);
    }
    for (area, one) in lines {
        let middle = area.y + 0.5 * LINE;
        draw.fill(Area { x: area.x, y: middle - 5.0, width: 10.0, height: 10.0 }, color(subject, one.0.kind));
        let line = fitted(draw, said(subject, one), area.width - KEY);
        subject.text(draw, &line, (area.x + KEY, middle), Align::Left);
    }
}

/// Draws the bars of all kinds and the axis below.
pub(in crate::view) fn histograms(draw: &mut dyn Draw, subject: &Subject, within: Area) {
    let (theme, panels) = (subject.theme, panels(subject, within));
    let Some(last) = panels.last() else { return };
    let (axis, bottom) = (axis(last.x, last.x + last.width), last.y + last.height);
    for (index, (kind, area)) in kinds(subject).iter().zip(&panels).enumerate() {
        let (kind_name, median) = (answered::kind(*kind), text::loss(median(subject, index)));
        let long = tr!("{kind}, half of them below {median}", kind = kind_name, median);
        let fits = draw.width_of(&long, SIZE) <= area.width;
        let title = if fits { long } else { fitted(draw, kind_name.into(), area.width) };
        subject.write(draw, &title, (area.x, area.y - 0.5 * LINE), Align::Left, &theme.ink);
        let bars = bars(subject, index);
        let (most, width) = (bars.iter().copied().max().unwrap_or(0).max(1), area.width / COUNT as f64);
        for (bar, count) in bars.iter().enumerate().filter(|(_, count)| **count > 0) {
            let height = ((area.height - 4.0) * *count as f64 / most as f64).max(1.0);
            let (x, y) = (area.x + bar as f64 * width, area.y + area.height - height);
            draw.fill(Area { x, y, width: (width - 1.0).max(1.0), height }, color(subject, *kind));
        }
        let floor = area.y + area.height;
        draw.lines(&[vec![(area.x, floor), (area.x + area.width, floor)]], Stroke::thin(&theme.line));
    }
    let guess = axis.at(chance(subject));
    draw.lines(&[vec![(guess, within.y + LINE), (guess, bottom)]], Stroke { dash: &[2.0, 3.0], ..Stroke::thin(&theme.muted) });
    for tick in axis.ticks(((axis.to - axis.from) / 60.0) as usize) {
        subject.text(draw, &text::power(tick), (axis.at(tick), bottom + 0.6 * LINE), Align::Center);
    }
    let unit = fitted(draw, tr!("loss of an example, nats").into(), last.width);
    subject.text(draw, &unit, (last.x + 0.5 * last.width, bottom + 1.5 * LINE), Align::Center);
}

/// It in words.
pub(in crate::view) fn describe(subject: &Subject) -> String {
    let said = |(index, kind): (usize, &Kind)| {
        let (median, count) = (text::loss(median(subject, index)), text::thousands(values(subject, index).len() as u64));
        tr!("{kind}: {median} ({count} of them)", kind = answered::kind(*kind), median, count)
    };
    let list = kinds(subject).iter().enumerate().map(said).collect::<Vec<_>>().join(", ");
    tr!("Median losses: {list}. A guess has {chance}.", list, chance = text::loss(chance(subject)))
}

/// The bar or the example under the pointer.
fn point(subject: &Subject, at: (f64, f64)) -> Option<Pointed> {
    let within = |area: &Area| (area.y..area.y + area.height).contains(&at.1) && (area.x..area.x + area.width).contains(&at.0);
    if let Some((_, one)) = lines(subject).into_iter().find(|(area, _)| within(area)) {
        return Some((said(subject, one), None));
    }
    bar(subject, whole(subject), at)
}

/// The bar under the pointer.
pub(in crate::view) fn bar(subject: &Subject, within: Area, at: (f64, f64)) -> Option<Pointed> {
    let inside = |area: &Area| cell(*area, [COUNT, 1], at).map(|[bar, _]| bar);
    let (kind, bar) = panels(subject, within).iter().enumerate().find_map(|(kind, area)| Some((kind, inside(area)?)))?;
    let unit = axis(0.0, COUNT as f64);
    let [from, to] = [bar, bar + 1].map(|bar| text::loss(unit.invert(bar as f64)));
    let (count, all) = (bars(subject, kind)[bar], values(subject, kind).len());
    let [count, all] = [count, all].map(|count| text::thousands(count as u64));
    let kind = answered::kind(kinds(subject)[kind]);
    Some((tr!("{kind}: {count} of {all} have a loss of {from} to {to}", count, all, kind, from, to), None))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
