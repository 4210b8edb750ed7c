//! What a network would answer if it ended after each of its layers: a row for each, a column for each answer.

use super::subject::{Drawing, Pointed, SIZE, Subject, View, cell, roomy};
use crate::protocol::inspect::{InspectRequest, InspectResult, Kind, Lens};
use crate::task::Operation;
use crate::text;
use crate::tr;
use crate::view::answered;
use crate::view::draw::{Align, Area, Draw};

/// The view.
pub static VIEW: View = View {
    name: "lens",
    label: "Layers",
    about: "What a transformer would answer if it stopped after each layer: how much of it is right. The last row is what it answers, and \
            what is right before was worked out earlier. Where there are several answers, each has its column.",
    request: |_| InspectRequest::Layers,
    over_time: false,
};

/// How it is drawn.
pub static DRAWING: Drawing = Drawing {
    height: |subject| blocks(subject).last().map_or(0.0, |(_, area)| area.y + area.height) + 8.0,
    draw,
    describe,
    point,
    controls: |_| vec![],
};

/// Height of a row.
const ROW: f64 = 26.0;
/// Height of the name of a kind, and of those of the answers.
const TITLE: f64 = 22.0;
/// Space between kinds.
const GAP: f64 = 14.0;
/// Columns are at most so wide.
const COLUMN: f64 = 110.0;

fn lens<'a>(subject: &Subject<'a>) -> Option<&'a Lens> {
    match subject.result {
        InspectResult::Layers(lens) => Some(lens),
        _ => None,
    }
}

/// How many layers there are, and what there is before them.
fn rows(subject: &Subject) -> usize {
    lens(subject).map_or(0, |lens| lens.right.len() / (lens.kinds.len() * usize::from(lens.answers)).max(1))
}

fn answers(subject: &Subject) -> usize {
    lens(subject).map_or(0, |lens| lens.answers.into())
}

/// What a row is called.
fn row_name(row: usize) -> String {
    match row {
        0 => tr!("embedding").into(),
        n => tr!("layer {n}", n),
    }
}

/// What the examples of a kind are for.
fn kind_of(subject: &Subject, kind: usize) -> Kind {
    lens(subject).and_then(|lens| lens.kinds.get(kind)).copied().unwrap_or(Kind::Training)
}

/// What they are called.
fn name(subject: &Subject, kind: usize) -> &'static str {
    answered::kind(kind_of(subject, kind))
}

/// Which part of an answer is right after a layer.
fn right(subject: &Subject, kind: usize, row: usize, answer: usize) -> f32 {
    let at = (kind * rows(subject) + row) * answers(subject) + answer;
    lens(subject).and_then(|lens| lens.right.get(at)).copied().unwrap_or(0.0)
}

/// Room for the names of rows.
fn left() -> f64 {
    let longest = (0..2).map(|row| row_name(row).chars().count()).max();
    0.5 * SIZE * longest.unwrap_or(0) as f64 + 24.0
}

/// Each kind, and where its cells are.
pub(in crate::view) type Blocks = Vec<(usize, Area)>;

/// One kind below the other.
fn blocks(subject: &Subject) -> Blocks {
    let (left, columns, height) = (left(), answers(subject).max(1) as f64, ROW * rows(subject) as f64);
    let column = ((subject.width - left) / columns).min(COLUMN);
    let kinds = lens(subject).map_or(0, |lens| lens.kinds.len());
    let area = |kind: usize| {
        let y = kind as f64 * (2.0 * TITLE + height + GAP) + 2.0 * TITLE;
        (kind, Area { x: left, y, width: column * columns, height })
    };
    (0..kinds).map(area).collect()
}

/// One kind beside the other, in so much room.
pub(in crate::view) fn beside(subject: &Subject, within: Area) -> Blocks {
    let kinds = lens(subject).map_or(0, |lens| lens.kinds.len());
    let (first, each) = (left(), (within.width - left()) / kinds.max(1) as f64);
    let above = if answers(subject) > 1 { 2.0 * TITLE } else { TITLE };
    let height = (within.height - above).min(ROW * rows(subject) as f64);
    let width = (each - GAP.min(each / 4.0)).min(COLUMN * answers(subject) as f64);
    let area = |kind: usize| Area { x: within.x + first + kind as f64 * each, y: within.y + above, width, height };
    (0..kinds).map(|kind| (kind, area(kind))).collect()
}

fn draw(draw: &mut dyn Draw, subject: &Subject) {
    for block in blocks(subject) {
        let at = (0.0, block.1.y - 1.5 * TITLE);
        subject.write(draw, name(subject, block.0), at, Align::Left, &subject.theme.ink);
        cells(draw, subject, block);
        row_names(draw, subject, block.1);
    }
}

/// Draws kinds that are beside each other, with short names where long ones have no room.
pub(in crate::view) fn draw_beside(draw: &mut dyn Draw, subject: &Subject, within: Area) {
    let blocks = beside(subject, within);
    let fit = blocks.iter().all(|(kind, area)| draw.width_of(name(subject, *kind), SIZE) <= area.width);
    for (kind, area) in blocks {
        let name = if fit { name(subject, kind) } else { answered::brief(kind_of(subject, kind)) };
        subject.write(draw, name, (area.x, within.y + 0.5 * TITLE), Align::Left, &subject.theme.ink);
        cells(draw, subject, (kind, area));
        if kind == 0 {
            row_names(draw, subject, area);
        }
    }
}

/// The cells of a kind, with the answers' names above them.
fn cells(draw: &mut dyn Draw, subject: &Subject, (kind, area): (usize, Area)) {
    let (columns, rows) = (answers(subject), rows(subject));
    let (width, height) = (area.width / columns as f64, area.height / rows as f64);
    let names = Operation::of(subject.config).answer_places(subject.config);
    for (column, name) in roomy(draw, &names, width).filter(|_| columns > 1) {
        subject.text(draw, name, (area.x + (column as f64 + 0.5) * width, area.y - 0.5 * TITLE), Align::Center);
    }
    let gap = if width > 8.0 { 2.0 } else { 0.0 };
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        let (x, y) = (area.x + column as f64 * width, area.y + row as f64 * height);
        let cell = Area { x, y, width: width - gap, height: height - 2.0 };
        subject.share(draw, cell, right(subject, kind, row, column).into(), 1.0);
    }
}

/// What the rows are called, to their left.
fn row_names(draw: &mut dyn Draw, subject: &Subject, area: Area) {
    let height = area.height / rows(subject) as f64;
    for row in (0..rows(subject)).step_by((SIZE / height).ceil().max(1.0) as usize) {
        subject.text(draw, &row_name(row), (area.x - 10.0, area.y + (row as f64 + 0.5) * height), Align::Right);
    }
}

/// It in words.
pub(in crate::view) fn describe(subject: &Subject) -> String {
    let last = rows(subject).saturating_sub(1);
    let said = |(kind, _): &(usize, Area)| {
        let all: Vec<String> = (0..=last).map(|row| row_said(subject, *kind, row)).collect();
        [name(subject, *kind), &all.join(", ")].join(": ")
    };
    let list = blocks(subject).iter().map(said).collect::<Vec<_>>().join("; ");
    match answers(subject) {
        1 => tr!("Right answers after each layer. {list}.", list),
        _ => tr!("Right answers after each layer, on average over all of them. {list}.", list),
    }
}

/// `layer 1 34 %`
fn row_said(subject: &Subject, kind: usize, row: usize) -> String {
    let answers = answers(subject).max(1);
    let mean = (0..answers).map(|answer| right(subject, kind, row, answer)).sum::<f32>() / answers as f32;
    format!("{} {}", row_name(row), text::rounded(mean.into()))
}

/// The cell under the pointer.
fn point(subject: &Subject, at: (f64, f64)) -> Option<Pointed> {
    pointed(subject, blocks(subject), at)
}

/// That of these blocks.
pub(in crate::view) fn pointed(subject: &Subject, blocks: Blocks, at: (f64, f64)) -> Option<Pointed> {
    let (rows, columns) = (rows(subject), answers(subject));
    blocks.into_iter().find_map(|(kind, area)| {
        let [column, row] = cell(area, [columns, rows], at)?;
        let share = text::rounded(right(subject, kind, row, column).into());
        let (after, kind) = (row_name(row), name(subject, kind));
        let answer = Operation::of(subject.config).answer_places(subject.config).into_iter().nth(column);
        let said = match answer.filter(|_| columns > 1) {
            Some(answer) => tr!("{kind}: after {after}, {share} of the answers {answer} are right", kind, after, share, answer),
            None => tr!("{kind}: after {after}, {share} of the answers are right", kind, after, share),
        };
        Some((said, None))
    })
}
