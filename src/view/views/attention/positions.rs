//! Attention over the operands of a sequence: a row for each head, a column for each position, on average over all sequences.

use super::{heads, is_off, layers, name};
use crate::config::Model;
use crate::protocol::inspect::Layer;
use crate::task::Operation;
use crate::text;
use crate::tr;
use crate::view::draw::{Align, Area, Draw};
use crate::view::views::subject::{Pointed, SIZE, Subject, cell, roomy};

/// Height of a row.
const ROW: f64 = 26.0;
/// Height of the names of the positions.
const TITLES: f64 = 20.0;
/// Columns are at most so wide.
const COLUMN: f64 = 110.0;

/// What the positions are called.
fn positions(subject: &Subject) -> Vec<String> {
    let operation = Operation::of(subject.config);
    let mut names = operation.places(subject.config);
    if subject.config.model == Model::Transformer {
        names.push("=".into());
        names.extend(operation.answer_places(subject.config));
        // The last answer is never read.
        names.pop();
    }
    names
}

/// Names of heads take this part of the width at most.
const NAMED: f64 = 0.4;

/// The names of rows: of heads where there is room for them, else of layers. Each with how many rows it is for.
fn names(subject: &Subject, within: Area) -> Vec<(String, usize)> {
    let all: Vec<_> = heads(subject).map(|(layer, head)| (name(subject, layer, head), 1)).collect();
    if row(subject, within) >= SIZE && margin(&all) <= NAMED * within.width {
        return all;
    }
    let layer = |(index, layer): (usize, &Layer)| (tr!("layer {n}", n = index + 1), layer.heads.len());
    layers(subject).iter().enumerate().map(layer).collect()
}

/// Room for them, by their length.
fn margin(names: &[(String, usize)]) -> f64 {
    let longest = names.iter().map(|(name, _)| name.chars().count()).max();
    0.5 * SIZE * longest.unwrap_or(0) as f64 + 24.0
}

/// Height of a row where there is so much for all.
fn row(subject: &Subject, within: Area) -> f64 {
    ((within.height - TITLES) / heads(subject).count().max(1) as f64).min(ROW)
}

/// Where all cells are.
fn cells(subject: &Subject, within: Area) -> Area {
    let row = row(subject, within);
    let left = margin(&names(subject, within));
    let column = ((within.width - left) / positions(subject).len() as f64).min(COLUMN);
    let [width, height] = [column * positions(subject).len() as f64, row * heads(subject).count() as f64];
    Area { x: within.x + left, y: within.y + TITLES, width, height }
}

/// As much room as it wants.
pub(super) fn whole(subject: &Subject) -> Area {
    Area { x: 0.0, y: 0.0, width: subject.width, height: f64::INFINITY }
}

fn fraction(subject: &Subject, (layer, head): (usize, usize), position: usize) -> f64 {
    let mean = layers(subject)[layer].heads[head].get(position).and_then(|map| map.first());
    mean.map_or(0.0, |mean| f64::from(*mean) / 255.0)
}

/// How high it is.
pub(super) fn height(subject: &Subject) -> f64 {
    let Area { y, height, .. } = cells(subject, whole(subject));
    y + height + 8.0
}

/// Draws it within an area.
pub(in crate::view) fn draw(draw: &mut dyn Draw, subject: &Subject, within: Area) {
    let (area, positions) = (cells(subject, within), positions(subject));
    let (width, height) = (area.width / positions.len() as f64, row(subject, within));
    let fit = positions.iter().all(|name| draw.width_of(name, SIZE) <= width - 4.0);
    let numbers = || (1..=positions.len()).map(|number| number.to_string()).collect();
    let titles: Vec<String> = if fit { positions.clone() } else { numbers() };
    for (column, title) in roomy(draw, &titles, width) {
        subject.text(draw, title, (area.x + (column as f64 + 0.5) * width, area.y - 9.0), Align::Center);
    }
    let mut first = 0;
    for (name, rows) in names(subject, within) {
        let middle = area.y + (first as f64 + 0.5 * rows as f64) * height;
        if rows as f64 * height >= SIZE {
            subject.text(draw, &name, (area.x - 10.0, middle), Align::Right);
        }
        first += rows;
    }
    // Between cells is a line where they are not all line.
    let gap = [width, height].map(|side| if side > 8.0 { 2.0 } else { 0.0 });
    for (row, head) in heads(subject).enumerate() {
        for column in 0..positions.len() {
            let strength = if is_off(subject, head) { 0.25 } else { 1.0 };
            let (x, y) = (area.x + column as f64 * width, area.y + row as f64 * height);
            let cell = Area { x, y, width: width - gap[0], height: height - gap[1] };
            subject.share(draw, cell, fraction(subject, head, column), strength);
        }
    }
}

/// How much of its look a head gives to each position.
fn gives(subject: &Subject, head: (usize, usize)) -> String {
    let each = positions(subject).into_iter().enumerate().map(|(position, name)| {
        let share = text::rounded(fraction(subject, head, position));
        tr!("{share} to {name}", share, name)
    });
    tr!("{head} gives {list}", head = name(subject, head.0, head.1), list = each.collect::<Vec<_>>().join(", "))
}

/// The same in words.
pub(in crate::view) fn describe(subject: &Subject) -> String {
    let all: Vec<String> = heads(subject).map(|head| gives(subject, head)).collect();
    tr!("On average over all sequences, {list}.", list = all.join("; "))
}

/// The row under the pointer.
pub(in crate::view) fn point(subject: &Subject, within: Area, at: (f64, f64)) -> Option<Pointed> {
    let heads: Vec<(usize, usize)> = heads(subject).collect();
    let [_, row] = cell(cells(subject, within), [positions(subject).len(), heads.len()], at)?;
    Some((gives(subject, heads[row]), None))
}
