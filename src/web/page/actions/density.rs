//! How many device pixels the canvases have.

use crate::view::stage::PICTURES;
use crate::web::page::dom::screen;
use crate::web::page::ui::Ui;

/// Device pixels per CSS pixel on paper.
const PRINTED: f64 = 4.0;

/// Draws everything for paper, or again for the screen.
pub fn print(ui: &Ui, paper: bool) {
    ui.dark.printed.set(paper);
    sharpen(ui, if paper { PRINTED } else { screen() });
}

/// Draws everything with so many device pixels per CSS pixel.
pub fn sharpen(ui: &Ui, density: f64) {
    let device = |(width, height, _): (f64, f64, f64)| (width, height, width * density, height * density);
    for chart in &ui.charts {
        let (width, height, across, down) = device(chart.surface.size());
        chart.resize(width, height, across, down);
    }
    for index in 0..PICTURES.len() {
        let (width, height, across, down) = device(ui.stage.size(index));
        ui.stage.resize(index, width, height, across, down);
    }
    let (width, height, across, down) = device(ui.inspect_panel.surface.size());
    ui.inspect_panel.resize(width, height, across, down);
    ui.draw();
}
