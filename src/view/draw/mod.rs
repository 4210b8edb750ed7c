//! What charts are drawn with: a handful of primitives, carried out by a canvas or written down as SVG.

pub mod svg;

use super::color::{Rgb, css};
use super::decimate::Line;

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Extent to the right.
    pub width: f64,
    /// Extent downwards.
    pub height: f64,
}

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stroke<'a> {
    /// CSS colour.
    pub color: &'a str,
    /// Pixels.
    pub width: f64,
    /// Lengths of dash and gap; none for a solid line.
    pub dash: &'a [f64],
    /// Opacity between 0 and 1.
    pub alpha: f64,
}

/// The dashes of a second line beside a solid one, and the gaps between them, pixels.
pub const DASHED: &[f64] = &[6.0, 3.5];

impl<'a> Stroke<'a> {
    /// A thin, solid line.
    pub fn thin(color: &'a str) -> Self {
        Stroke { color, width: 1.0, dash: &[], alpha: 1.0 }
    }
}

/// Which part of a text is at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Its left end.
    Left,
    /// Its middle.
    Center,
    /// Its right end.
    Right,
}

/// A line of text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label<'a> {
    /// What it says.
    pub text: &'a str,
    /// Where; its vertical middle is there.
    pub at: (f64, f64),
    /// See [`Align`].
    pub align: Align,
    /// Height of the font, pixels.
    pub size: f64,
    /// Heavier than usual.
    pub bold: bool,
    /// CSS colour.
    pub color: &'a str,
    /// Colour around the letters, so that they stay readable on top of lines.
    pub halo: Option<&'a str>,
}

/// A table of coloured cells, row by row.
pub struct Cells<'a> {
    /// How many cells a row has.
    pub columns: usize,
    /// The colour of each.
    pub colors: &'a [Rgb],
    /// Which cells have a dot in their middle, and its colour. Small cells have none.
    pub dots: Option<(&'a [bool], Rgb)>,
}

/// Draws. Positions are CSS pixels from the upper left corner.
pub trait Draw {
    /// Fills a rectangle.
    fn fill(&mut self, area: Area, color: &str);
    /// Draws polylines as one shape.
    fn lines(&mut self, lines: &[Line], stroke: Stroke);
    /// Fills polygons, see-through: an opacity between 0 and 1.
    fn polygons(&mut self, polygons: &[Line], color: &str, alpha: f64);
    /// A disc with an edge.
    fn dot(&mut self, at: (f64, f64), radius: f64, color: &str, edge: &str);
    /// Writes.
    fn text(&mut self, label: Label);
    /// How wide a text of this size is.
    fn width_of(&self, text: &str, size: f64) -> f64;
    /// Draws only inside a rectangle from now on; [`unclip`](Draw::unclip) ends it.
    fn clip(&mut self, area: Area);
    /// Draws everywhere again.
    fn unclip(&mut self);
    /// Fills a rectangle with a table; neighbours of one colour at once.
    fn cells(&mut self, area: Area, cells: &Cells) {
        let (columns, rows) = (cells.columns, cells.colors.len() / cells.columns);
        let (width, height) = (area.width / columns as f64, area.height / rows as f64);
        for (row, colors) in cells.colors.chunks_exact(columns).enumerate() {
            let mut from = 0;
            for run in colors.chunk_by(|a, b| a == b) {
                let (x, y) = (area.x + from as f64 * width, area.y + row as f64 * height);
                self.fill(Area { x, y, width: run.len() as f64 * width, height }, &css(run[0]));
                from += run.len();
            }
        }
    }
}
