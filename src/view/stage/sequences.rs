//! The answers to sequences, a square each: those that are trained, those that are not, and those out of distribution.

use super::{Painting, Picture, sequential};
use crate::protocol::inspect::{Answered, InspectRequest, InspectResult, Kind};
use crate::text;
use crate::tr;
use crate::view::answered;
use crate::view::captions;
use crate::view::color::mix;
use crate::view::draw::{Align, Area, Cells, Draw};
use crate::view::views::{Subject, cell};

/// The picture.
pub static PICTURE: Picture = Picture { name: "sequences", applies: sequential, request: |_| InspectRequest::Sequences };

/// How it is painted.
pub static PAINTING: Painting = Painting {
    title: |subject| tr!("Its answers: {task}", task = captions::title(subject.config)),
    draw,
    describe: |subject| {
        let said: Vec<String> = groups(subject).iter().map(|group| said(group)).collect();
        tr!("Right answers: {list}.", list = said.join(", "))
    },
    point: |subject, area, at| {
        let groups = groups(subject);
        let columns = columns(&groups, area);
        let found = places(&groups, columns, area).zip(&groups).find_map(|(place, group)| {
            let [column, row] = cell(place, [columns, group.len().div_ceil(columns)], at)?;
            group.get(row * columns + column)
        })?;
        Some((answered::words(subject.config, found), None))
    },
};

/// Height of what is written above a group, pixels.
const TITLE: f64 = 20.0;

/// Sequences of one kind after another, those that there are.
fn groups<'a>(subject: &Subject<'a>) -> Vec<&'a [Answered]> {
    match subject.result {
        InspectResult::Sequences(all) => all.chunk_by(|a, b| a.kind == b.kind).collect(),
        _ => vec![],
    }
}

/// The fewest columns with which all groups have room.
fn columns(groups: &[&[Answered]], area: Area) -> usize {
    let free = area.height - TITLE * groups.len() as f64;
    let fits = |columns: &usize| {
        let rows: usize = groups.iter().map(|group| group.len().div_ceil(*columns)).sum();
        rows as f64 * area.width / *columns as f64 <= free
    };
    (4..200).find(fits).unwrap_or(200)
}

/// Where the squares of each group are.
fn places(groups: &[&[Answered]], columns: usize, area: Area) -> impl Iterator<Item = Area> {
    let side = area.width / columns as f64;
    let heights: Vec<f64> = groups.iter().map(|group| side * group.len().div_ceil(columns) as f64).collect();
    let mut y = area.y;
    heights.into_iter().map(move |height| {
        y += TITLE + height;
        Area { x: area.x, y: y - height, width: area.width, height }
    })
}

/// Which part of a group is right.
fn right(group: &[Answered]) -> String {
    text::rounded(group.iter().filter(|one| one.answer == one.truth).count() as f64 / group.len() as f64)
}

/// `92 % of those that it was never shown`
fn said(group: &[Answered]) -> String {
    let share = right(group);
    match group.first().map(|one| one.kind) {
        Some(Kind::Test) => tr!("{share} of those that it was never shown", share),
        Some(Kind::Apart) => tr!("{share} out of distribution", share),
        _ => tr!("{share} of those that it is shown", share),
    }
}

fn draw(draw: &mut dyn Draw, subject: &Subject, area: Area) {
    let (groups, colors) = (groups(subject), subject.colors());
    let columns = columns(&groups, area);
    for (place, group) in places(&groups, columns, area).zip(&groups) {
        let (long, short) = (said(group), right(group));
        let title = if draw.width_of(&long, 12.0) <= place.width { long } else { short };
        subject.text(draw, &title, (place.x, place.y - 0.45 * TITLE), Align::Left);
        let color = |one: &Answered| {
            let answer = if one.answer == one.truth { colors.train } else { colors.test };
            mix(colors.background, answer, 0.2 + 0.8 * one.confidence)
        };
        let empty = group.len().next_multiple_of(columns) - group.len();
        let all: Vec<_> = group.iter().map(color).chain((0..empty).map(|_| colors.background)).collect();
        draw.cells(place, &Cells { columns, colors: &all, dots: None });
    }
}
