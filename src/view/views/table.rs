//! The operation table: what the network answers to every pair.

use super::{Align, Area, Draw, Pointed, Stage, View, cell, mix};
use crate::protocol::inspect::{Look, Sight, Table};
use crate::view::draw::Cells;
use crate::view::inside::Act;
use crate::view::text;
use crate::view::views::Control;

/// The view.
pub static VIEW: View = View {
    name: "operation",
    label: "Table",
    about: "Every pair of numbers, x downwards and y to the right, with the network's answer: pairs with a dot are the training pairs, \
            so where the others turn blue it has understood the operation.",
    look: |_| Look::Table,
    shows: |sight| matches!(sight, Sight::Table(_)),
    height: |stage| area(stage).height + 68.0,
    draw,
    describe,
    point,
    controls: |stage| {
        let loss = stage.choice.loss;
        [("Answers", false), ("Loss per pair", true)]
            .map(|(label, own)| Control::Button(label.into(), Some(loss == own), Act::Loss(own)))
            .into()
    },
};

/// Losses below are as good as none, above as bad as can be.
const LOSSES: [f32; 2] = [1e-5, 20.0];

fn area(stage: &Stage) -> Area {
    stage.square((34.0, 22.0), stage.p, (stage.width - 36.0).clamp(1.0, 560.0))
}

fn table<'a>(stage: &'a Stage) -> Option<&'a Table> {
    match &stage.seen.sight {
        Sight::Table(table) => Some(table),
        _ => None,
    }
}

fn right(table: &Table, cell: usize) -> bool {
    table.answer[cell] == table.truth[cell]
}

/// How bad a loss is, from 0 to 1 on a logarithmic scale.
fn badness(loss: f32) -> f32 {
    let [low, high] = LOSSES;
    libm::logf(loss.max(low).min(high) / low) / libm::logf(high / low)
}

fn draw(draw: &mut dyn Draw, stage: &Stage) {
    let (Some(table), area, colors) = (table(stage), area(stage), stage.colors()) else { return };
    let color = |cell: usize| match (table.kind[cell], stage.choice.loss) {
        (0, _) => colors.background,
        (_, true) => mix(colors.background, colors.test, badness(table.loss[cell])),
        _ => {
            let answer = if right(table, cell) { colors.train } else { colors.test };
            mix(colors.background, answer, 0.2 + 0.8 * table.confidence[cell])
        }
    };
    let colors_of: Vec<_> = (0..table.kind.len()).map(color).collect();
    let dots: Vec<bool> = table.kind.iter().map(|kind| *kind == 2).collect();
    draw.cells(area, &Cells { columns: stage.p, colors: &colors_of, dots: Some((&dots, colors.background)) });
    let last = stage.p - 1;
    for (i, at) in [(0, 0.0), (last / 2, 0.5), (last, 1.0)] {
        let label = i.to_string();
        let half = draw.width_of(&label, 12.0) / 2.0;
        let x = (area.x + at * area.width).max(area.x + half).min(area.x + area.width - half);
        stage.text(draw, &label, (x, 11.0), Align::Center);
        stage.text(
            draw,
            &label,
            (area.x - 6.0, (area.y + at * area.height).max(area.y + 6.0).min(area.y + area.height - 6.0)),
            Align::Right,
        );
    }
    let (x, y) = (area.x, area.y + area.height + 16.0);
    if stage.choice.loss {
        let x = stage.key(draw, (x, y), mix(colors.background, colors.test, 1.0), "large loss");
        stage.key(draw, (x, y), mix(colors.background, colors.test, badness(0.01)), "0.01");
    } else {
        let x = stage.key(draw, (x, y), colors.train, "right");
        stage.key(draw, (x, y), colors.test, "wrong");
    }
    stage.text(draw, "pale: unsure; dot: training pair", (area.x, y + 20.0), Align::Left);
}

fn describe(stage: &Stage) -> String {
    let Some(table) = table(stage) else { return String::new() };
    let count = |kind: u8| table.kind.iter().filter(|own| **own == kind).count() as u64;
    let mean = table.confidence.iter().sum::<f32>() / (count(1) + count(2)).max(1) as f32;
    let [train, test] = stage.seen.accuracy.map(|share| text::percent(share.into()));
    format!(
        "Of {} training pairs {train} are answered right, of {} test pairs {test}. On average it is {} sure of its answer.",
        text::thousands(count(2)),
        text::thousands(count(1)),
        text::percent(mean.into())
    )
}

fn point(stage: &Stage, at: (f64, f64)) -> Option<Pointed> {
    let (table, [y, x]) = (table(stage)?, cell(area(stage), [stage.p; 2], at)?);
    let cell = x * stage.p + y;
    let pair = format!("x = {x}, y = {y}: ");
    let kind = match table.kind[cell] {
        0 => return Some((pair + "no result", None)),
        2 => "training pair",
        _ => "test pair",
    };
    let [own, truth] = [table.confidence[cell], libm::expf(-table.loss[cell])].map(|share| text::percent(share.into()));
    let verdict = match right(table, cell) {
        true => format!("answers {} ({own}), right", table.answer[cell]),
        false => format!("answers {} ({own}), wrong: it is {} ({truth})", table.answer[cell], table.truth[cell]),
    };
    Some((format!("{pair}{verdict}; loss {}; {kind}", text::loss(table.loss[cell].into())), None))
}
