//! How the losses of all examples are spread, a histogram for each kind of them, and the examples with the largest.

use super::subject::{Drawing, Pointed, SIZE, Subject, View};
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
    describe: |subject| {
        let said = |(index, kind): (usize, &Kind)| {
            let (median, count) = (text::loss(median(subject, index)), text::thousands(values(subject, index).len() as u64));
            tr!("{kind}: {median} ({count} of them)", kind = answered::kind(*kind), median, count)
        };
        let list = kinds(subject).iter().enumerate().map(said).collect::<Vec<_>>().join(", ");
        tr!("Median losses: {list}. A guess has {chance}.", list, chance = text::loss(chance(subject)))
    },
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

/// Where the bars of a kind are.
fn panel(subject: &Subject, kind: usize) -> Area {
    let y = LINE + kind as f64 * (LINE + PANEL);
    Area { x: MARGIN, y, width: subject.width - 2.0 * MARGIN, height: PANEL }
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
    let (axis, theme) = (axis(MARGIN, subject.width - MARGIN), subject.theme);
    let all: Vec<[usize; COUNT]> = (0..kinds(subject).len()).map(|kind| bars(subject, kind)).collect();
    for (index, (kind, bars)) in kinds(subject).iter().zip(&all).enumerate() {
        let area = panel(subject, index);
        let color = color(subject, *kind);
        let median = text::loss(median(subject, index));
        let title = tr!("{kind}, half of them below {median}", kind = answered::kind(*kind), median);
        subject.write(draw, &title, (area.x, area.y - 0.5 * LINE), Align::Left, &theme.ink);
        let (most, width) = (bars.iter().copied().max().unwrap_or(0).max(1), area.width / COUNT as f64);
        for (bar, count) in bars.iter().enumerate().filter(|(_, count)| **count > 0) {
            let height = ((PANEL - 4.0) * *count as f64 / most as f64).max(1.0);
            let bar = Area { x: area.x + bar as f64 * width, y: area.y + PANEL - height, width: (width - 1.0).max(1.0), height };
            draw.fill(bar, color);
        }
        let floor = area.y + PANEL;
        draw.lines(&[vec![(area.x, floor), (area.x + area.width, floor)]], Stroke::thin(&theme.line));
    }
    let (bottom, guess) = (foot(subject) - 2.0 * LINE, axis.at(chance(subject)));
    draw.lines(&[vec![(guess, LINE), (guess, bottom)]], Stroke { dash: &[2.0, 3.0], ..Stroke::thin(&theme.muted) });
    for tick in axis.ticks(((axis.to - axis.from) / 60.0) as usize) {
        subject.text(draw, &text::power(tick), (axis.at(tick), bottom + 0.6 * LINE), Align::Center);
    }
    let unit = tr!("loss of an example, nats");
    subject.text(draw, unit, (axis.from + 0.5 * (axis.to - axis.from), bottom + 1.5 * LINE), Align::Center);
    let lines = lines(subject);
    if let Some((first, _)) = lines.first() {
        subject.write(draw, tr!("The largest of each kind:"), (0.0, first.y - 0.5 * LINE), Align::Left, &theme.ink);
    }
    for (area, one) in lines {
        let middle = area.y + 0.5 * LINE;
        draw.fill(Area { x: area.x, y: middle - 5.0, width: 10.0, height: 10.0 }, color(subject, one.0.kind));
        let line = fitted(draw, said(subject, one), area.width - KEY);
        subject.text(draw, &line, (area.x + KEY, middle), Align::Left);
    }
}

/// As much of a text as has room.
fn fitted(draw: &dyn Draw, mut text: String, width: f64) -> String {
    while draw.width_of(&text, SIZE) > width && text.chars().count() > 2 {
        (0..2).for_each(|_| _ = text.pop());
        text.push('…');
    }
    text
}

/// The bar or the example under the pointer.
fn point(subject: &Subject, at: (f64, f64)) -> Option<Pointed> {
    let within = |area: &Area| (area.y..area.y + area.height).contains(&at.1) && (area.x..area.x + area.width).contains(&at.0);
    if let Some((_, one)) = lines(subject).into_iter().find(|(area, _)| within(area)) {
        return Some((said(subject, one), None));
    }
    let (kind, area) = (0..kinds(subject).len()).map(|kind| (kind, panel(subject, kind))).find(|(_, area)| within(area))?;
    let unit = axis(0.0, COUNT as f64);
    let bar = ((at.0 - area.x) / area.width * COUNT as f64) as usize;
    let [from, to] = [bar, bar + 1].map(|bar| text::loss(unit.invert(bar as f64)));
    let (count, all) = (bars(subject, kind)[bar.min(COUNT - 1)], values(subject, kind).len());
    let [count, all] = [count, all].map(|count| text::thousands(count as u64));
    let kind = answered::kind(kinds(subject)[kind]);
    Some((tr!("{kind}: {count} of {all} have a loss of {from} to {to}", count, all, kind, from, to), None))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
