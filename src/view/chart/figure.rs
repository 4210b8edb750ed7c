//! Charts as pictures of their own, for files and films: with background, title, legend and a caption that says what ran.

use super::about::about;
use super::pen::dash;
use super::{Curves, MARGINS, Scene, across, all_steps, arrange, plot};
use crate::language::translate;
use crate::metrics::{METRICS, Panel};
use crate::view::draw::svg::Svg;
use crate::view::draw::{Align, Area, Draw, Label, Stroke};

/// Width and height of a picture, CSS pixels.
pub const SIZE: (f64, f64) = (640.0, 400.0);
/// Space above for title and legend, and below for the caption.
const HEAD: f64 = 34.0;
const FOOT: f64 = 26.0;
/// Distance of two lines of the caption.
const LINE: f64 = 16.0;
const PADDING: f64 = 12.0;

/// The panels of a film, side by side.
pub const FILMED: [Panel; 2] = [Panel::Accuracy, Panel::Loss];

/// A picture of a panel: where it is, with how many device pixels per pixel, and what is written below.
#[derive(Clone, Copy)]
pub struct Picture<'a> {
    /// Which panel.
    pub panel: Panel,
    /// Where.
    pub area: Area,
    /// Device pixels per pixel.
    pub density: f64,
    /// What ran.
    pub caption: &'a str,
}

/// Draws a panel as a picture. The curves are remembered for the next one of the same panel.
pub fn picture(draw: &mut dyn Draw, scene: &Scene, picture: Picture, curves: &mut Curves) {
    let Picture { panel, area, density, caption } = picture;
    let theme = scene.theme;
    let (left, right) = (area.x + PADDING, area.x + area.width - PADDING);
    draw.fill(area, &theme.background);
    let mut write = |text: &str, at: (f64, f64), align: Align, bold: bool| {
        let (size, color) = if bold { (15.0, &theme.ink) } else { (12.0, &theme.muted) };
        draw.text(Label { text, at, align, size, bold, color, halo: None });
    };
    write(&about(panel).heading(scene), (left, area.y + 20.0), Align::Left, true);
    let bottom = area.y + area.height - FOOT / 2.0;
    write(caption, (left, bottom), Align::Left, false);
    write("grokking-lab", (right, bottom), Align::Right, false);
    let mut foot = FOOT;
    if let Some(summary) = scene.summary() {
        write(&summary, (left, bottom - LINE), Align::Left, false);
        foot += LINE;
    }
    legend(draw, scene, panel, (right - MARGINS[2], area.y + 20.0));
    let inner = Area { x: left, y: area.y + HEAD, width: right - left, height: area.height - HEAD - foot };
    match scene.across {
        None => {
            let frame = arrange(scene, panel, inner, density, curves);
            plot(draw, scene, panel, frame, curves);
        }
        Some(across) => {
            let frame = across::arrange(scene, across, panel, inner, density, curves);
            across::plot(draw, scene, across, panel, frame, curves);
        }
    }
}

/// The metrics' names beside a piece of their line, right-aligned.
fn legend(draw: &mut dyn Draw, scene: &Scene, panel: Panel, (mut x, y): (f64, f64)) {
    let metrics: Vec<_> = METRICS.iter().filter(|m| m.panel == panel).collect();
    for metric in metrics.into_iter().rev() {
        let text = translate(metric.label);
        draw.text(Label { text, at: (x, y), align: Align::Right, size: 12.0, bold: false, color: &scene.theme.ink, halo: None });
        x -= draw.width_of(text, 12.0) + 8.0;
        let stroke = Stroke { width: 2.5, dash: dash(metric), ..Stroke::thin(scene.theme.color(metric)) };
        draw.lines(&[vec![(x - 22.0, y), (x, y)]], stroke);
        x -= 22.0 + 16.0;
    }
}

/// A panel as an SVG document.
pub fn svg(scene: &Scene, panel: Panel, caption: &str, link: &str) -> String {
    let (width, height) = SIZE;
    let mut svg = Svg::new(width, height, &format!("{}: {caption}", about(panel).heading(scene)), link);
    let area = Area { x: 0.0, y: 0.0, width, height };
    picture(&mut svg, scene, Picture { panel, area, density: 2.0, caption }, &mut Curves::default());
    svg.finish()
}

/// The step that a film has reached after a fraction of its time: it moves along the axis at a constant speed.
pub fn step_at(scene: &Scene, fraction: f64) -> u32 {
    let axis = all_steps(scene, 0.0, 1.0);
    let last = scene.histories.iter().filter_map(|h| h.points.last()).map(|p| p.step).max().unwrap_or(0);
    if fraction >= 1.0 {
        return last;
    }
    // The axis is longer than the run.
    axis.invert(fraction.max(0.0) * axis.at(last.into())).round() as u32
}
