//! Pictures that a network was never shown, and its answers, for a network that is shown pictures.

use super::{Painting, Picture, pixels};
use crate::protocol::inspect::{self, InspectRequest, InspectResult};
use crate::tr;
use crate::view::color::{css, mix};
use crate::view::draw::{Align, Area, Cells, Draw, Label};
use crate::view::views::{Subject, cell};

/// The picture.
pub static PICTURE: Picture = Picture { name: "digits", applies: pixels, request: |_| InspectRequest::Pictures };

/// How it is painted.
pub static PAINTING: Painting = Painting {
    title: |_| tr!("Digits that it was never shown, and its answers").into(),
    draw,
    describe: |subject| {
        let pictures = pictures(subject);
        let right = pictures.iter().filter(|picture| picture.answer == picture.truth).count();
        tr!("{right} of {all} digits that it was never shown are answered rightly.", right, all = pictures.len())
    },
    point: |subject, area, at| {
        let pictures = pictures(subject);
        let side = side(pictures.len());
        let [column, row] = cell(square(area), [side; 2], at)?;
        let inspect::Picture { truth, answer, .. } = pictures.get(row * side + column)?;
        let words = match answer == truth {
            true => tr!("it takes this {truth} for a {answer} ✓", truth, answer),
            false => tr!("it takes this {truth} for a {answer} ✗", truth, answer),
        };
        Some((words, None))
    },
};

/// Between two pictures, as a part of one.
const GAP: f64 = 0.14;
/// Height of an answer, as a part of a picture.
const ANSWER: f64 = 0.3;

fn pictures<'a>(subject: &Subject<'a>) -> &'a [inspect::Picture] {
    match subject.result {
        InspectResult::Pictures(pictures) => pictures,
        _ => &[],
    }
}

/// Pictures in a row, of so many.
fn side(count: usize) -> usize {
    count.isqrt() + usize::from(count.isqrt().pow(2) < count)
}

fn square(area: Area) -> Area {
    let side = area.width.min(area.height);
    Area { width: side, height: side, ..area }
}

/// Each in the colour of whether its answer is right, with the answer in its corner.
fn draw(draw: &mut dyn Draw, subject: &Subject, area: Area) {
    let (pictures, colors, area) = (pictures(subject), subject.colors(), square(area));
    let step = area.width / side(pictures.len()).max(1) as f64;
    for (i, picture) in pictures.iter().enumerate() {
        let [column, row] = [i % side(pictures.len()), i / side(pictures.len())];
        let (x, y) = (area.x + column as f64 * step, area.y + row as f64 * step);
        let color = if picture.answer == picture.truth { colors.train } else { colors.test };
        // A little of it where there is no ink, so that one sees where a picture ends.
        let ink = |byte: &u8| mix(colors.background, color, 0.1 + 0.75 * f32::from(*byte) / 255.0);
        let cells: Vec<_> = picture.pixels.iter().map(ink).collect();
        let length = step * (1.0 - GAP);
        draw.cells(
            Area { x, y, width: length, height: length },
            &Cells { columns: picture.pixels.len().isqrt(), colors: &cells, dots: None },
        );
        draw.text(Label {
            text: &picture.answer.to_string(),
            at: (x + length - 1.0, y + 0.6 * ANSWER * length),
            align: Align::Right,
            size: ANSWER * length,
            bold: true,
            color: &subject.theme.ink,
            halo: Some(&css(colors.background)),
        });
    }
}
