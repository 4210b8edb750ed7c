//! The operation table: what the network answers to every pair, and the place to change results.

use super::subject::{Drawing, Pointed, Subject, View, cell};
use crate::language::local;
use crate::number::clamp;
use crate::protocol::inspect::{InspectRequest, InspectResult, Table};
use crate::task::{Operation, cells};
use crate::text;
use crate::tr;
use crate::view::captions;
use crate::view::choice::Action;
use crate::view::color::mix;
use crate::view::draw::{Align, Area, Cells, Draw, Stroke};
use crate::view::views::Control;

/// The view.
pub static VIEW: View = View {
    name: "operation",
    label: "Table",
    about: "Each square is one pair of numbers, x downwards and y to the right; blue is right, orange wrong. Dots mark the pairs it was \
            shown. Watch the squares without a dot turn blue.",
    request: |_| InspectRequest::Table,
    over_time: false,
};

/// How it is drawn.
pub static DRAWING: Drawing = Drawing {
    height: |subject| area(subject).height + 68.0,
    draw,
    describe,
    point,
    controls: |subject| {
        let button = |label: &str, pressed, act| Control::Button(label.into(), Some(pressed), act);
        let (loss, edit) = (subject.choice.loss, subject.choice.edit);
        let mut controls = vec![
            button(tr!("Answers"), !loss, Action::Loss(false)),
            button(tr!("Loss per pair"), loss, Action::Loss(true)),
            button(tr!("Change results"), edit, Action::Edit(!edit)),
        ];
        if edit {
            controls.extend(editing(subject));
        }
        controls
    },
};

/// The chosen pair.
fn chosen(subject: &Subject) -> [u32; 2] {
    subject.choice.pair(subject.p as u32)
}

/// The result that was given to a pair by hand.
fn given(subject: &Subject, pair: [u32; 2]) -> Option<u32> {
    cells::of(subject.config).into_iter().find(|cell| cell[..2] == pair).map(|cell| cell[2])
}

/// What changes the result of the chosen pair.
fn editing(subject: &Subject) -> Vec<Control> {
    let (pair, most, cells) = (chosen(subject), subject.p as u32 - 1, cells::of(subject.config));
    let largest = Operation::of(subject.config).classes(subject.config) - 1;
    let [x, y] = pair;
    let mut controls = vec![Control::Number("x", Some(x), most, Action::X), Control::Number("y", Some(y), most, Action::Y)];
    if cells::outside(subject.config, [x, y, 0]).is_none() {
        let result = given(subject, pair).or_else(|| cells::original(subject.config, pair));
        controls.push(Control::Number(tr!("Result"), result, largest, Action::Result));
    }
    if given(subject, pair).is_some() {
        controls.push(Control::Button(tr!("Restore this result").into(), None, Action::Restore));
    }
    if !cells.is_empty() {
        controls.push(Control::Button(tr!("Restore all {n}", n = cells.len()), None, Action::RestoreAll));
    }
    controls
}

/// The chosen pair and its result, in words.
fn result(subject: &Subject) -> String {
    let pair = chosen(subject);
    let [x, y] = pair;
    let what = format!("x = {x}, y = {y}");
    if let Some(why) = cells::outside(subject.config, [x, y, 0]) {
        return why.said(&what) + ".";
    }
    match (given(subject, pair), cells::original(subject.config, pair)) {
        (Some(c), Some(own)) => {
            tr!("{what} has the result {c}, changed by hand; the operation gives {own}.", what, c, own)
        }
        (Some(c), None) => tr!("{what} has the result {c}, changed by hand; the operation gives none.", what, c),
        (None, Some(c)) => tr!("{what} has the result {c}.", what, c),
        (None, None) => tr!("{what} has the result none.", what),
    }
}

/// Losses below are as good as none, above as bad as can be.
const LOSSES: [f32; 2] = [1e-5, 20.0];

fn area(subject: &Subject) -> Area {
    subject.square((34.0, 22.0), subject.p, (subject.width - 36.0).clamp(1.0, 560.0))
}

pub(in crate::view) fn table<'a>(subject: &Subject<'a>) -> Option<&'a Table> {
    match subject.result {
        InspectResult::Table(table) => Some(table),
        _ => None,
    }
}

pub(in crate::view) fn right(table: &Table, cell: usize) -> bool {
    table.answer[cell] == table.truth[cell]
}

/// How bad a loss is, from 0 to 1 on a logarithmic scale.
fn badness(loss: f32) -> f32 {
    let [low, high] = LOSSES;
    libm::logf(loss.max(low).min(high) / low) / libm::logf(high / low)
}

/// The cells in a square, with frames around those that were changed and the numbers along two sides.
pub(in crate::view) fn paint(draw: &mut dyn Draw, subject: &Subject, table: &Table, area: Area) {
    let colors = subject.colors();
    let color = |cell: usize| match (table.kind[cell], subject.choice.loss) {
        (0, _) => colors.background,
        (_, true) => mix(colors.background, colors.test, badness(table.loss[cell])),
        _ => {
            let answer = if right(table, cell) { colors.train } else { colors.test };
            mix(colors.background, answer, 0.2 + 0.8 * table.confidence[cell])
        }
    };
    let colors_of: Vec<_> = (0..table.kind.len()).map(color).collect();
    let dots: Vec<bool> = table.kind.iter().map(|kind| *kind == 2).collect();
    draw.cells(area, &Cells { columns: subject.p, colors: &colors_of, dots: Some((&dots, colors.background)) });
    frames(draw, subject, area, cells::of(subject.config).iter().map(|&[x, y, _]| [x, y]), 0.0);
    let last = subject.p - 1;
    for (i, at) in [(0, 0.0), (last / 2, 0.5), (last, 1.0)] {
        let label = i.to_string();
        let half = draw.width_of(&label, 12.0) / 2.0;
        let x = clamp(area.x + at * area.width, area.x + half, area.x + area.width - half);
        subject.text(draw, &label, (x, 11.0), Align::Center);
        subject.text(
            draw,
            &label,
            (area.x - 6.0, clamp(area.y + at * area.height, area.y + 6.0, area.y + area.height - 6.0)),
            Align::Right,
        );
    }
}

fn draw(draw: &mut dyn Draw, subject: &Subject) {
    let (Some(table), area, colors) = (table(subject), area(subject), subject.colors()) else { return };
    paint(draw, subject, table, area);
    if subject.choice.edit {
        frames(draw, subject, area, [chosen(subject)].into_iter(), 3.0);
    }
    let (x, y) = (area.x, area.y + area.height + 16.0);
    let x = if subject.choice.loss {
        let x = subject.key(draw, (x, y), mix(colors.background, colors.test, 1.0), tr!("large loss"));
        subject.key(draw, (x, y), mix(colors.background, colors.test, badness(0.01)), &local("0.01".into()))
    } else {
        let x = subject.key(draw, (x, y), colors.train, tr!("right"));
        subject.key(draw, (x, y), colors.test, tr!("wrong"))
    };
    if !cells::of(subject.config).is_empty() {
        subject.key(draw, (x, y), colors.background, tr!("changed by hand"));
        frame(draw, subject, &[Area { x, y: y - 5.0, width: 10.0, height: 10.0 }]);
    }
    subject.text(draw, tr!("pale: unsure; dot: training pair"), (area.x, y + 20.0), Align::Left);
}

/// Frames around the cells of some pairs, with so much space.
fn frames(draw: &mut dyn Draw, subject: &Subject, area: Area, pairs: impl Iterator<Item = [u32; 2]>, space: f64) {
    let (Area { x: left, y: top, width, .. }, p) = (area, subject.p as f64);
    let side = width / p;
    let space = space.max(2.0 - side / 2.0);
    let around = |[x, y]: [u32; 2]| Area {
        x: left + f64::from(y) * side - space,
        y: top + f64::from(x) * side - space,
        width: side + 2.0 * space,
        height: side + 2.0 * space,
    };
    frame(draw, subject, &pairs.map(around).collect::<Vec<_>>());
}

/// Frames that stand out from any colour.
fn frame(draw: &mut dyn Draw, subject: &Subject, areas: &[Area]) {
    let around = |Area { x, y, width, height }: &Area| {
        let (right, bottom) = (x + width, y + height);
        vec![(*x, *y), (right, *y), (right, bottom), (*x, bottom), (*x, *y)]
    };
    let lines: Vec<_> = areas.iter().map(around).collect();
    for (width, color) in [(3.5, &subject.theme.background), (1.5, &subject.theme.ink)] {
        draw.lines(&lines, Stroke { width, ..Stroke::thin(color) });
    }
}

pub(in crate::view) fn describe(subject: &Subject) -> String {
    let Some(table) = table(subject) else { return String::new() };
    let count = |kind: u8| table.kind.iter().filter(|own| **own == kind).count() as u64;
    let mean = table.confidence.iter().sum::<f32>() / (count(1) + count(2)).max(1) as f32;
    let [train, test] = subject.seen.accuracy.map(|fraction| text::percent(fraction.into()));
    let [shown, others] = [2, 1].map(|kind| text::thousands(count(kind)));
    let answers = [
        tr!("Of {shown} training pairs {train} are answered right, of {others} test pairs {test}.", shown, train, others, test),
        tr!("On average it is {share} sure of its answer.", share = text::percent(mean.into())),
    ];
    let told = subject.choice.edit.then(|| result(subject)).into_iter().chain(answers).collect::<Vec<_>>().join(" ");
    told + &captions::changed(subject.config)
}

fn point(subject: &Subject, at: (f64, f64)) -> Option<Pointed> {
    let (table, [y, x]) = (table(subject)?, cell(area(subject), [subject.p; 2], at)?);
    let (cell, pair) = (x * subject.p + y, [x as u32, y as u32]);
    let act = subject.choice.edit.then_some(Action::Pair(pair));
    let at = |said: String| Some((tr!("x = {x}, y = {y}: {said}", x, y, said), act));
    let kind = match (table.kind[cell], given(subject, pair).is_some()) {
        (0, _) => return at(tr!("no result").into()),
        (2, false) => tr!("training pair"),
        (2, true) => tr!("training pair, changed by hand"),
        (_, false) => tr!("test pair"),
        (_, true) => tr!("test pair, changed by hand"),
    };
    let [own, other] = [table.confidence[cell], libm::expf(-table.loss[cell])].map(|fraction| text::percent(fraction.into()));
    let (answer, truth) = (table.answer[cell], table.truth[cell]);
    let verdict = match right(table, cell) {
        true => tr!("answers {answer} ({own}), right", answer, own),
        false => tr!("answers {answer} ({own}), wrong: it is {truth} ({other})", answer, own, truth, other),
    };
    at([verdict, tr!("loss {loss}", loss = text::loss(table.loss[cell].into())), kind.into()].join("; "))
}
