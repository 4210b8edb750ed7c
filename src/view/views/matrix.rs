//! Any weight matrix, its singular values, and the norms of all.

use super::subject::{Control, Drawing, Pointed, SIZE, Subject, View, cell, list};
use crate::analysis::effective_rank;
use crate::language::local;
use crate::number::fixed;
use crate::protocol::inspect::{InspectRequest, InspectResult, Matrix};
use crate::text;
use crate::tr;
use crate::view::choice::Action;
use crate::view::color::mix;
use crate::view::draw::{Align, Area, Cells, Draw, Stroke};

/// The view.
pub static VIEW: View = View {
    name: "matrix",
    label: "Weights",
    about: "A weight matrix, entry by entry, and its singular values, largest first: where few are large, the matrix does few things. \
            Below are the norms of all matrices; the last layer's is called unembedding.",
    request: |choice| InspectRequest::Matrix(choice.matrix),
    over_time: false,
};

/// How it is drawn.
pub static DRAWING: Drawing = Drawing {
    height: |subject| below(subject) + ROW * matrix(subject).map_or(0, |matrix| matrix.norms.len()) as f64,
    draw,
    describe,
    point,
    controls: |subject| {
        let Some(matrix) = matrix(subject) else { return vec![] };
        let options = matrix.norms.iter().enumerate().map(|(i, (name, _))| (i as u32, name.clone()));
        vec![Control::Menu(tr!("Matrix"), options.collect(), subject.choice.matrix, Action::Matrix)]
    },
};

/// Height of the singular values.
const BARS: f64 = 110.0;
/// Height of a norm.
const ROW: f64 = 22.0;
/// A step from one entry to the next is at most so long.
const ENTRY: f64 = 12.0;

pub(in crate::view) fn matrix<'a>(subject: &Subject<'a>) -> Option<&'a Matrix> {
    match subject.result {
        InspectResult::Matrix(matrix) => Some(matrix),
        _ => None,
    }
}

/// Columns and rows as drawn: a single row is spread over a few pixels.
fn shape(subject: &Subject) -> [usize; 2] {
    matrix(subject).map_or([1, 1], |matrix| [matrix.shape[1] as usize, matrix.shape[0] as usize])
}

fn map(subject: &Subject) -> Area {
    let [columns, rows] = shape(subject);
    let entry = (subject.width / columns as f64).min(420.0 / rows as f64).min(ENTRY);
    Area { x: 0.0, y: 20.0, width: entry * columns as f64, height: (entry * rows as f64).max(10.0) }
}

/// Where the norms begin.
fn below(subject: &Subject) -> f64 {
    map(subject).height + BARS + 108.0
}

/// Names, bars and numbers; the shown matrix is emphasised.
fn norms(draw: &mut dyn Draw, subject: &Subject, matrix: &Matrix) {
    let theme = subject.theme;
    subject.text(draw, tr!("Norms"), (0.0, below(subject) - 10.0), Align::Left);
    let most = matrix.norms.iter().fold(f32::MIN_POSITIVE, |most, (_, norm)| most.max(*norm));
    let left = matrix.norms.iter().fold(0.0f64, |left, (name, _)| left.max(draw.width_of(name, SIZE))) + 10.0;
    for (i, (name, norm)) in matrix.norms.iter().enumerate() {
        let y = below(subject) + (i as f64 + 0.5) * ROW;
        let (ink, bar) = if i as u32 == subject.choice.matrix { (&theme.ink, &theme.train) } else { (&theme.muted, &theme.mark) };
        subject.write(draw, name, (0.0, y), Align::Left, ink);
        let width = f64::from(norm / most) * (subject.width - left - 48.0);
        draw.fill(Area { x: left, y: y - 5.0, width: width.max(1.0), height: 10.0 }, bar);
        subject.write(draw, &text::loss((*norm).into()), (left + width.max(1.0) + 6.0, y), Align::Left, ink);
    }
}

/// An entry from its byte, as a fraction of the largest.
fn fraction(byte: u8) -> f32 {
    (f32::from(byte) - 128.0) / 127.0
}

/// Every entry, positive and negative ones in two colours.
pub(in crate::view) fn entries(draw: &mut dyn Draw, subject: &Subject, matrix: &Matrix, area: Area) {
    let colors = subject.colors();
    let color = |byte: &u8| {
        let fraction = fraction(*byte);
        mix(colors.background, if fraction < 0.0 { colors.test } else { colors.train }, fraction.abs())
    };
    let cells: Vec<_> = matrix.cells.iter().map(color).collect();
    draw.cells(area, &Cells { columns: matrix.shape[1] as usize, colors: &cells, dots: None });
}

/// What the entry at a point of an area is.
pub(in crate::view) fn pointed(matrix: &Matrix, area: Area, at: (f64, f64)) -> Option<Pointed> {
    let [rows, columns] = matrix.shape.map(|count| count as usize);
    let [column, row] = cell(area, [columns, rows], at)?;
    let value = fraction(matrix.cells[row * columns + column]) * matrix.most;
    Some((tr!("row {row}, column {column}: about {value}", row, column, value = text::loss(value.into())), None))
}

fn draw(draw: &mut dyn Draw, subject: &Subject) {
    let Some(matrix) = matrix(subject) else { return };
    let (area, colors, theme) = (map(subject), subject.colors(), subject.theme);
    let [columns, rows] = shape(subject);
    let size = tr!("{rows} × {columns}, entries up to {most}", rows, columns, most = text::loss(matrix.most.into()));
    subject.text(draw, &size, (0.0, 9.0), Align::Left);
    entries(draw, subject, matrix, area);

    let (top, count) = (area.y + area.height + 28.0, matrix.singular.len());
    let rank = Some(effective_rank(&matrix.singular)).filter(|rank| rank.is_finite());
    let rank = rank.map_or("–".into(), |rank| local(fixed(rank.into(), 1)));
    let heading = tr!("Singular values: an effective rank of {rank}", rank);
    subject.text(draw, &heading, (0.0, top - 10.0), Align::Left);
    let most = matrix.singular.first().copied().unwrap_or(1.0).max(f32::MIN_POSITIVE);
    let step = (subject.width / count.max(1) as f64).min(ENTRY);
    let base = top + BARS;
    for (i, value) in matrix.singular.iter().enumerate() {
        let height = f64::from(value / most) * (BARS - 6.0);
        draw.fill(Area { x: i as f64 * step, y: base - height, width: (step - 1.0).max(0.8), height }, &theme.train);
    }
    draw.lines(&[vec![(0.0, base + 0.5), (subject.width, base + 0.5)]], Stroke::thin(&theme.line));
    let x = subject.key(draw, (0.0, base + 16.0), colors.train, tr!("positive"));
    subject.key(draw, (x, base + 16.0), colors.test, tr!("negative"));
    norms(draw, subject, matrix);
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

fn describe(subject: &Subject) -> String {
    let Some(matrix) = matrix(subject) else { return String::new() };
    let norms: Vec<String> = matrix.norms.iter().map(|(name, norm)| [name, " ", &text::loss((*norm).into())].concat()).collect();
    let points = &subject.history.points;
    let whole = points.get(points.partition_point(|point| point.step < subject.seen.step)).or(points.last());
    let whole = whole.map(|point| {
        let [weights, gradient] = [point.weight_norm, point.gradient_norm].map(|norm| text::loss(norm.into()));
        tr!(
            "At step {step} all weights have norm {weights}, and the gradient of the training loss has norm {gradient}.",
            step = text::thousands(point.step.into()),
            weights,
            gradient
        )
    });
    let singular = tr!(
        "{matrix} has {n} singular values, from {first} to {last}; the largest {rank} hold 90 % of its squares.",
        matrix = matrix.norms.get(subject.choice.matrix as usize).map_or(tr!("It"), |(name, _)| name),
        n = matrix.singular.len(),
        first = text::loss(matrix.singular.first().copied().unwrap_or(0.0).into()),
        last = text::loss(matrix.singular.last().copied().unwrap_or(0.0).into()),
        rank = rank(&matrix.singular)
    );
    let told = [singular, tr!("Norms: {norms}.", norms = list(&norms))];
    told.into_iter().chain(whole).collect::<Vec<_>>().join(" ")
}

fn point(subject: &Subject, at: (f64, f64)) -> Option<Pointed> {
    let matrix = matrix(subject)?;
    pointed(matrix, map(subject), at).or_else(|| {
        let row = (at.1 - below(subject)) / ROW;
        let (name, norm) = matrix.norms.get(row as usize).filter(|_| row >= 0.0)?;
        Some((tr!("{name}: norm {norm}", name, norm = text::loss((*norm).into())), Some(Action::Matrix(row as u32))))
    })
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
