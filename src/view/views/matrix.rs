//! Any weight matrix, and its singular values.

use super::{Align, Area, Control, Draw, Pointed, Stage, View, cell, mix};
use crate::protocol::inspect::{Look, Matrix, Sight};
use crate::view::draw::{Cells, Stroke};
use crate::view::inside::Act;
use crate::view::text;

/// The view.
pub static VIEW: View = View {
    name: "matrix",
    label: "Weights",
    about: "A weight matrix entry by entry, and its singular values, largest first: when few are large, the matrix does few things.",
    look: |choice| Look::Matrix(choice.matrix),
    shows: |sight| matches!(sight, Sight::Matrix(_)),
    height: |stage| map(stage).height + BARS + 76.0,
    draw,
    describe,
    point,
    controls: |stage| {
        let Some(matrix) = matrix(stage) else { return vec![] };
        let options = matrix.names.iter().enumerate().map(|(i, name)| (i as u32, name.clone()));
        vec![Control::Menu("Matrix", options.collect(), stage.choice.matrix, Act::Matrix)]
    },
};

/// Height of the singular values.
const BARS: f64 = 110.0;
/// A step from one entry to the next is at most so long.
const ENTRY: f64 = 12.0;

fn matrix<'a>(stage: &'a Stage) -> Option<&'a Matrix> {
    match &stage.seen.sight {
        Sight::Matrix(matrix) => Some(matrix),
        _ => None,
    }
}

/// Columns and rows as drawn: a single row is spread over a few pixels.
fn shape(stage: &Stage) -> [usize; 2] {
    matrix(stage).map_or([1, 1], |matrix| [matrix.shape[1] as usize, matrix.shape[0] as usize])
}

fn map(stage: &Stage) -> Area {
    let [columns, rows] = shape(stage);
    let entry = (stage.width / columns as f64).min(420.0 / rows as f64).min(ENTRY);
    Area { x: 0.0, y: 20.0, width: entry * columns as f64, height: (entry * rows as f64).max(10.0) }
}

fn draw(draw: &mut dyn Draw, stage: &Stage) {
    let Some(matrix) = matrix(stage) else { return };
    let (area, colors, theme) = (map(stage), stage.colors(), stage.theme);
    let [columns, rows] = shape(stage);
    stage.text(draw, &format!("{rows} × {columns}, entries up to {}", text::loss(matrix.most.into())), (0.0, 9.0), Align::Left);
    let color = |v: &u8| {
        let share = (f32::from(*v) - 128.0) / 127.0;
        mix(colors.background, if share < 0.0 { colors.test } else { colors.train }, share.abs())
    };
    let cells: Vec<_> = matrix.cells.iter().map(color).collect();
    draw.cells(area, &Cells { columns, colors: &cells, dots: None });

    let (top, count) = (area.y + area.height + 28.0, matrix.singular.len());
    stage.text(draw, "Singular values", (0.0, top - 10.0), Align::Left);
    let most = matrix.singular.first().copied().unwrap_or(1.0).max(f32::MIN_POSITIVE);
    let step = (stage.width / count.max(1) as f64).min(ENTRY);
    let base = top + BARS;
    for (i, value) in matrix.singular.iter().enumerate() {
        let height = f64::from(value / most) * (BARS - 6.0);
        draw.fill(Area { x: i as f64 * step, y: base - height, width: (step - 1.0).max(0.8), height }, &theme.train);
    }
    draw.lines(&[vec![(0.0, base + 0.5), (stage.width, base + 0.5)]], Stroke::thin(&theme.line));
    let x = stage.key(draw, (0.0, base + 16.0), colors.train, "positive");
    stage.key(draw, (x, base + 16.0), colors.test, "negative");
}

/// How many singular values hold 90 % of the sum of squares.
fn rank(singular: &[f32]) -> usize {
    let total: f32 = singular.iter().map(|s| s * s).sum();
    let mut sum = 0.0;
    singular
        .iter()
        .take_while(|s| {
            let before = sum;
            sum += *s * *s;
            before < 0.9 * total
        })
        .count()
}

fn describe(stage: &Stage) -> String {
    let Some(matrix) = matrix(stage) else { return String::new() };
    format!(
        "{} has norm {} and {} singular values, from {} to {}; the largest {} hold 90 % of its squares.",
        matrix.names.get(stage.choice.matrix as usize).map_or("It", String::as_str),
        text::loss(matrix.norm.into()),
        matrix.singular.len(),
        text::loss(matrix.singular.first().copied().unwrap_or(0.0).into()),
        text::loss(matrix.singular.last().copied().unwrap_or(0.0).into()),
        rank(&matrix.singular)
    )
}

fn point(stage: &Stage, at: (f64, f64)) -> Option<Pointed> {
    let (matrix, [columns, rows]) = (matrix(stage)?, shape(stage));
    let [column, row] = cell(map(stage), [columns, rows], at)?;
    let share = (f32::from(matrix.cells[row * columns + column]) - 128.0) / 127.0;
    Some((format!("row {row}, column {column}: about {}", text::loss((share * matrix.most).into())), None))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_rank_counts_what_matters() {
        assert_eq!(super::rank(&[4.0, 1.0, 0.1]), 1);
        assert_eq!(super::rank(&[1.0, 1.0, 1.0, 1.0]), 4);
        assert_eq!(super::rank(&[]), 0);
    }
}
