//! Attention over the operands of a sequence: a row for each head, a column for each position, on average over all sequences.

use super::{heads, is_off, layers, name};
use crate::config::Model;
use crate::task::Operation;
use crate::text;
use crate::tr;
use crate::view::draw::{Align, Area, Draw};
use crate::view::views::subject::{Pointed, SIZE, Subject, cell};

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

/// Room for the names of the heads, by their length.
fn names(subject: &Subject) -> f64 {
    let longest = heads(subject).map(|(layer, head)| name(subject, layer, head).chars().count()).max();
    0.5 * SIZE * longest.unwrap_or(0) as f64 + 24.0
}

/// Where all cells are.
fn cells(subject: &Subject) -> Area {
    let (left, columns, rows) = (names(subject), positions(subject).len(), heads(subject).count());
    let column = ((subject.width - left) / columns as f64).min(COLUMN);
    Area { x: left, y: TITLES, width: column * columns as f64, height: ROW * rows as f64 }
}

fn fraction(subject: &Subject, (layer, head): (usize, usize), position: usize) -> f64 {
    let mean = layers(subject)[layer].heads[head].get(position).and_then(|map| map.first());
    mean.map_or(0.0, |mean| f64::from(*mean) / 255.0)
}

/// How high it is.
pub(super) fn height(subject: &Subject) -> f64 {
    let Area { y, height, .. } = cells(subject);
    y + height + 8.0
}

/// Draws it.
pub(super) fn draw(draw: &mut dyn Draw, subject: &Subject) {
    let (area, positions) = (cells(subject), positions(subject));
    let width = area.width / positions.len() as f64;
    for (column, name) in positions.iter().enumerate() {
        let fits = draw.width_of(name, SIZE) <= width - 4.0;
        let short = if fits { name.clone() } else { (column + 1).to_string() };
        subject.text(draw, &short, (area.x + (column as f64 + 0.5) * width, area.y - 9.0), Align::Center);
    }
    for (row, head) in heads(subject).enumerate() {
        let middle = area.y + (row as f64 + 0.5) * ROW;
        subject.text(draw, &name(subject, head.0, head.1), (area.x - 10.0, middle), Align::Right);
        for column in 0..positions.len() {
            let fraction = fraction(subject, head, column);
            let strength = if is_off(subject, head) { 0.25 } else { 1.0 };
            let cell = Area { x: area.x + column as f64 * width, y: middle - ROW / 2.0, width: width - 2.0, height: ROW - 2.0 };
            subject.share(draw, cell, fraction, strength);
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
pub(super) fn describe(subject: &Subject) -> String {
    let all: Vec<String> = heads(subject).map(|head| gives(subject, head)).collect();
    tr!("On average over all sequences, {list}.", list = all.join("; "))
}

/// The row under the pointer.
pub(super) fn point(subject: &Subject, at: (f64, f64)) -> Option<Pointed> {
    let heads: Vec<(usize, usize)> = heads(subject).collect();
    let [_, row] = cell(cells(subject), [positions(subject).len(), heads.len()], at)?;
    Some((gives(subject, heads[row]), None))
}
