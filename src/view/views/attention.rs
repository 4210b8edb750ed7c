//! Attention: how the position that is read out weighs the two numbers.

use super::stage::{Control, Pointed, Stage, View, cell, list};
use crate::protocol::inspect::{InspectRequest, InspectResult, Layer};
use crate::text;
use crate::view::choice::Action;
use crate::view::color::mix;
use crate::view::draw::{Align, Area, Cells, Draw};

/// The view.
pub static VIEW: View = View {
    name: "patterns",
    label: "Attention",
    about: "Where each attention head looks from the position that is read out, for every pair: at x, at y, or, where it is pale, \
            at itself.",
    request: |_| InspectRequest::Attention,
    over_time: false,
    height: |stage| maps(stage).last().map_or(0.0, |(_, _, area)| area.y + area.height) + 34.0,
    draw,
    describe,
    point,
    controls: |stage| {
        let toggle = |(layer, head, _): (usize, usize, Area)| {
            let off = stage.choice.off.heads.contains(&(layer as u8, head as u8));
            Control::Button(format!("Switch off {}", name(stage, layer, head)), Some(off), Action::Head(layer as u8, head as u8))
        };
        maps(stage).into_iter().map(toggle).collect()
    },
};

const GAP: f64 = 14.0;
const TITLE: f64 = 16.0;

fn layers<'a>(stage: &'a Stage) -> &'a [Layer] {
    match &stage.seen.result {
        InspectResult::Attention(layers) => layers,
        _ => &[],
    }
}

fn name(stage: &Stage, layer: usize, head: usize) -> String {
    match layers(stage).len() {
        1 => format!("head {}", head + 1),
        _ => format!("head {} of layer {}", head + 1, layer + 1),
    }
}

/// Layer, head and area of every map.
fn maps(stage: &Stage) -> Vec<(usize, usize, Area)> {
    let columns = ((stage.width + GAP) / (150.0 + GAP)).floor().clamp(2.0, 4.0);
    let side = (stage.width - GAP * (columns - 1.0)) / columns;
    let heads = layers(stage).iter().enumerate().flat_map(|(l, layer)| (0..layer.heads.len()).map(move |h| (l, h)));
    let map = |(i, (layer, head)): (usize, (usize, usize))| {
        let (column, row) = (i % columns as usize, i / columns as usize);
        let at = (column as f64 * (side + GAP), row as f64 * (side + TITLE + GAP) + TITLE);
        (layer, head, stage.square(at, stage.p, side))
    };
    heads.enumerate().map(map).collect()
}

fn draw(draw: &mut dyn Draw, stage: &Stage) {
    let colors = stage.colors();
    let mut bottom = 0.0;
    for (layer, head, area) in maps(stage) {
        let positions = &layers(stage)[layer].heads[head];
        let off = stage.choice.off.heads.contains(&(layer as u8, head as u8));
        let strength = if off { 0.25 } else { 1.0 } / 255.0;
        let fraction = |position: usize, cell: usize| positions.get(position).map_or(0.0, |map| strength * f32::from(map[cell]));
        let color = |cell: usize| {
            let (x, y) = (fraction(0, cell), fraction(1, cell));
            let both = mix(colors.train, colors.test, y / (x + y).max(1e-3));
            mix(colors.background, both, x + y)
        };
        let cells: Vec<_> = (0..stage.p * stage.p).map(color).collect();
        let title = name(stage, layer, head) + if off { ", off" } else { "" };
        stage.text(draw, &title, (area.x, area.y - 8.0), Align::Left);
        draw.cells(area, &Cells { columns: stage.p, colors: &cells, dots: None });
        bottom = area.y + area.height;
    }
    let x = stage.key(draw, (0.0, bottom + 18.0), colors.train, "to x");
    stage.key(draw, (x, bottom + 18.0), colors.test, "to y");
}

fn describe(stage: &Stage) -> String {
    let mut text = String::from("On average over all pairs, ");
    let all: Vec<String> = maps(stage)
        .into_iter()
        .map(|(layer, head, _)| {
            let positions = &layers(stage)[layer].heads[head];
            let mean = |map: &Vec<u8>| map.iter().map(|v| f64::from(*v)).sum::<f64>() / (255.0 * map.len().max(1) as f64);
            let to = |i: usize| positions.get(i).map_or(0.0, mean);
            format!("{} gives {} to x and {} to y", name(stage, layer, head), text::percent(to(0)), text::percent(to(1)))
        })
        .collect();
    text += &list(&all);
    text + "."
}

fn point(stage: &Stage, at: (f64, f64)) -> Option<Pointed> {
    maps(stage).into_iter().find_map(|(layer, head, area)| {
        let [y, x] = cell(area, [stage.p; 2], at)?;
        let positions = &layers(stage)[layer].heads[head];
        let fraction = |i: usize| text::percent(positions.get(i).map_or(0.0, |map| f64::from(map[x * stage.p + y]) / 255.0));
        Some((
            format!("x = {x}, y = {y}: {} gives {} to x and {} to y", name(stage, layer, head), fraction(0), fraction(1)),
            None,
        ))
    })
}
