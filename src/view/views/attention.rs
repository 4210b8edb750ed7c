//! Attention: how the position that is read out weighs the two numbers, or the operands of a sequence.

pub(in crate::view) mod positions;

use super::subject::{Control, Drawing, Pointed, Subject, View, cell, list};
use crate::protocol::inspect::{InspectRequest, InspectResult, Layer};
use crate::task::Operation;
use crate::text;
use crate::tr;
use crate::view::choice::Action;
use crate::view::color::mix;
use crate::view::draw::{Align, Area, Cells, Draw};

/// The view.
pub static VIEW: View = View {
    name: "patterns",
    label: "Attention",
    about: "Before it answers, each attention head looks at x (blue) or at y (orange), shown here for every pair. Where a map is pale, \
            it looks at neither. Of sequences, this is how much of its look each operand gets on average.",
    request: |_| InspectRequest::Attention,
    over_time: false,
};

/// How it is drawn.
pub static DRAWING: Drawing = Drawing {
    height: |subject| match is_sequence(subject) {
        true => positions::height(subject),
        false => maps(subject).last().map_or(0.0, |(_, _, area)| area.y + area.height) + 34.0,
    },
    draw: |surface, subject| {
        if is_sequence(subject) { positions::draw(surface, subject, positions::whole(subject)) } else { draw(surface, subject) }
    },
    describe: |subject| if is_sequence(subject) { positions::describe(subject) } else { describe(subject) },
    point: |subject, at| {
        if is_sequence(subject) { positions::point(subject, positions::whole(subject), at) } else { point(subject, at) }
    },
    controls: |subject| {
        let toggle = |(layer, head)| {
            let off = is_off(subject, (layer, head));
            Control::Button(
                tr!("Switch off {what}", what = name(subject, layer, head)),
                Some(off),
                Action::Head(layer as u8, head as u8),
            )
        };
        heads(subject).map(toggle).collect()
    },
};

const GAP: f64 = 14.0;
const TITLE: f64 = 16.0;

fn layers<'a>(subject: &'a Subject) -> &'a [Layer] {
    match subject.result {
        InspectResult::Attention(layers) => layers,
        _ => &[],
    }
}

fn name(subject: &Subject, layer: usize, head: usize) -> String {
    match layers(subject).len() {
        1 => tr!("head {n}", n = head + 1),
        _ => tr!("head {n} of layer {layer}", n = head + 1, layer = layer + 1),
    }
}

fn is_sequence(subject: &Subject) -> bool {
    Operation::of(subject.config).size().has_sequences()
}

fn is_off(subject: &Subject, (layer, head): (usize, usize)) -> bool {
    subject.choice.off.heads.contains(&(layer as u8, head as u8))
}

/// Layer and number of every head.
fn heads(subject: &Subject) -> impl Iterator<Item = (usize, usize)> {
    layers(subject).iter().enumerate().flat_map(|(l, layer)| (0..layer.heads.len()).map(move |h| (l, h)))
}

/// Layer, head and area of every map.
fn maps(subject: &Subject) -> Vec<(usize, usize, Area)> {
    let columns = ((subject.width + GAP) / (150.0 + GAP)).floor().clamp(2.0, 4.0);
    let side = (subject.width - GAP * (columns - 1.0)) / columns;
    let map = |(i, (layer, head)): (usize, (usize, usize))| {
        let (column, row) = (i % columns as usize, i / columns as usize);
        let at = (column as f64 * (side + GAP), row as f64 * (side + TITLE + GAP) + TITLE);
        (layer, head, subject.square(at, subject.p, side))
    };
    heads(subject).enumerate().map(map).collect()
}

fn draw(draw: &mut dyn Draw, subject: &Subject) {
    let colors = subject.colors();
    let mut bottom = 0.0;
    for (layer, head, area) in maps(subject) {
        let positions = &layers(subject)[layer].heads[head];
        let off = is_off(subject, (layer, head));
        let strength = if off { 0.25 } else { 1.0 } / 255.0;
        let fraction = |position: usize, cell: usize| positions.get(position).map_or(0.0, |map| strength * f32::from(map[cell]));
        let color = |cell: usize| {
            let (x, y) = (fraction(0, cell), fraction(1, cell));
            let both = mix(colors.train, colors.test, y / (x + y).max(1e-3));
            mix(colors.background, both, x + y)
        };
        let cells: Vec<_> = (0..subject.p * subject.p).map(color).collect();
        let title = name(subject, layer, head);
        let title = if off { tr!("{what}, off", what = title) } else { title };
        subject.text(draw, &title, (area.x, area.y - 8.0), Align::Left);
        draw.cells(area, &Cells { columns: subject.p, colors: &cells, dots: None });
        bottom = area.y + area.height;
    }
    let x = subject.key(draw, (0.0, bottom + 18.0), colors.train, tr!("to x"));
    subject.key(draw, (x, bottom + 18.0), colors.test, tr!("to y"));
}

/// How strongly a head looks at x and at y.
fn gives(subject: &Subject, (layer, head): (usize, usize), fraction: impl Fn(usize) -> f64) -> String {
    let [x, y] = [0, 1].map(|position| text::percent(fraction(position)));
    tr!("{head} gives {x} to x and {y} to y", head = name(subject, layer, head), x, y)
}

fn describe(subject: &Subject) -> String {
    let all: Vec<String> = maps(subject)
        .into_iter()
        .map(|(layer, head, _)| {
            let positions = &layers(subject)[layer].heads[head];
            let mean = |map: &Vec<u8>| map.iter().map(|v| f64::from(*v)).sum::<f64>() / (255.0 * map.len().max(1) as f64);
            gives(subject, (layer, head), |i| positions.get(i).map_or(0.0, mean))
        })
        .collect();
    tr!("On average over all pairs, {list}.", list = list(&all))
}

fn point(subject: &Subject, at: (f64, f64)) -> Option<Pointed> {
    maps(subject).into_iter().find_map(|(layer, head, area)| {
        let [y, x] = cell(area, [subject.p; 2], at)?;
        let positions = &layers(subject)[layer].heads[head];
        let fraction = |i: usize| positions.get(i).map_or(0.0, |map| f64::from(map[x * subject.p + y]) / 255.0);
        let said = gives(subject, (layer, head), fraction);
        Some((tr!("x = {x}, y = {y}: {said}", x, y, said), None))
    })
}
