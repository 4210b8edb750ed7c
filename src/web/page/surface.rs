//! Canvases: their size on the screen, and a brush that draws on them.

use std::cell::Cell;

use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::dom::Result;
use crate::view::chart::Theme;
use crate::view::decimate::Line;
use crate::view::draw::{Align, Area, Cells, Draw, Label, Stroke};

/// A canvas of the template.
pub struct Surface {
    /// The element.
    pub canvas: HtmlCanvasElement,
    /// Its context.
    pub context: CanvasRenderingContext2d,
    /// Width and height in CSS pixels, and device pixels per CSS pixel.
    size: Cell<(f64, f64, f64)>,
}

impl Surface {
    /// Without a size, until the browser tells it.
    pub fn new(canvas: HtmlCanvasElement) -> Result<Self> {
        Ok(Surface { context: context(&canvas)?, canvas, size: Cell::new((0.0, 0.0, 1.0)) })
    }

    /// Takes a new size: CSS pixels, and the exact number of device pixels. The canvas is empty then.
    pub fn resize(&self, width: f64, height: f64, device_width: f64, device_height: f64) {
        self.size.set((width, height, if width > 0.0 { device_width / width } else { 1.0 }));
        self.canvas.set_width(device_width.round() as u32);
        self.canvas.set_height(device_height.round() as u32);
    }

    /// Width and height in CSS pixels, and device pixels per CSS pixel.
    pub fn size(&self) -> (f64, f64, f64) {
        self.size.get()
    }

    /// Colours as the canvas understands them: `#rrggbb`.
    pub fn solid(&self, theme: &Theme) -> Theme {
        let solid = |color: &String| {
            self.context.set_fill_style_str(color);
            self.context.fill_style().as_string().unwrap_or_default()
        };
        let Theme { background, ink, train, test, .. } = theme;
        let [background, ink, train, test] = [background, ink, train, test].map(solid);
        Theme { background, ink, train, test, ..theme.clone() }
    }

    /// Empties it, and gives a brush for this family of fonts.
    pub fn clear<'a>(&'a self, font: &'a str) -> Brush<'a> {
        let (width, height, density) = self.size();
        let brush = Brush::new(&self.context, density, font);
        self.context.clear_rect(0.0, 0.0, width, height);
        brush
    }
}

/// What to draw on a canvas with.
pub fn context(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d> {
    let context = canvas.get_context("2d")?.ok_or("this browser has no 2D canvas")?;
    context.dyn_into().map_err(JsValue::from)
}

/// Draws on a canvas. The browser's drawing errors are about shapes we do not use.
pub struct Brush<'a> {
    context: &'a CanvasRenderingContext2d,
    density: f64,
    font: &'a str,
    /// Setting a font costs more than remembering it.
    set: Cell<(f64, bool)>,
}

impl<'a> Brush<'a> {
    /// With so many device pixels per CSS pixel, and this family of fonts.
    pub fn new(context: &'a CanvasRenderingContext2d, density: f64, font: &'a str) -> Self {
        let _ = context.set_transform(density, 0.0, 0.0, density, 0.0, 0.0);
        context.set_text_baseline("middle");
        context.set_line_join("round");
        Brush { context, density, font, set: Cell::new((0.0, false)) }
    }

    /// Begins a path of polylines.
    fn path(&self, lines: &[Line]) {
        self.context.begin_path();
        for line in lines {
            for (i, (x, y)) in line.iter().enumerate() {
                if i == 0 {
                    self.context.move_to(*x, *y);
                } else {
                    self.context.line_to(*x, *y);
                }
            }
        }
    }

    fn font(&self, size: f64, bold: bool) {
        if self.set.replace((size, bold)) != (size, bold) {
            self.context.set_font(&format!("{}{}px {}", if bold { "600 " } else { "" }, size as u32, self.font));
        }
    }
}

impl Draw for Brush<'_> {
    fn fill(&mut self, area: Area, color: &str) {
        self.context.set_fill_style_str(color);
        self.context.fill_rect(area.x, area.y, area.width, area.height);
    }

    fn lines(&mut self, lines: &[Line], stroke: Stroke) {
        let context = self.context;
        let dash: js_sys::Array = stroke.dash.iter().map(|length| JsValue::from_f64(*length)).collect();
        let _ = context.set_line_dash(&dash);
        context.set_stroke_style_str(stroke.color);
        context.set_line_width(stroke.width);
        context.set_global_alpha(stroke.alpha);
        self.path(lines);
        context.stroke();
        context.set_global_alpha(1.0);
    }

    fn polygons(&mut self, polygons: &[Line], color: &str, alpha: f64) {
        self.context.set_fill_style_str(color);
        self.context.set_global_alpha(alpha);
        self.path(polygons);
        self.context.fill();
        self.context.set_global_alpha(1.0);
    }

    fn dot(&mut self, at: (f64, f64), radius: f64, color: &str, edge: &str) {
        let context = self.context;
        let _ = context.set_line_dash(&js_sys::Array::new());
        context.begin_path();
        let _ = context.arc(at.0, at.1, radius, 0.0, core::f64::consts::TAU);
        context.set_fill_style_str(color);
        context.fill();
        context.set_line_width(1.5);
        context.set_stroke_style_str(edge);
        context.stroke();
    }

    fn text(&mut self, label: Label) {
        let (context, (x, y)) = (self.context, label.at);
        self.font(label.size, label.bold);
        context.set_text_align(match label.align {
            Align::Left => "left",
            Align::Center => "center",
            Align::Right => "right",
        });
        if let Some(halo) = label.halo {
            let _ = context.set_line_dash(&js_sys::Array::new());
            context.set_line_width(4.0);
            context.set_stroke_style_str(halo);
            let _ = context.stroke_text(label.text, x, y);
        }
        context.set_fill_style_str(label.color);
        let _ = context.fill_text(label.text, x, y);
    }

    fn width_of(&self, text: &str, size: f64) -> f64 {
        self.font(size, false);
        self.context.measure_text(text).map_or(0.0, |m| m.width())
    }

    fn clip(&mut self, area: Area) {
        self.context.save();
        self.context.begin_path();
        self.context.rect(area.x, area.y, area.width, area.height);
        self.context.clip();
    }

    fn unclip(&mut self) {
        self.context.restore();
    }

    /// Pixel by pixel, which is much faster than a thousand rectangles.
    fn cells(&mut self, area: Area, cells: &Cells) {
        let [left, top, width, height] =
            [area.x, area.y, area.width, area.height].map(|n| (n * self.density).round().max(0.0) as usize);
        let (columns, rows) = (cells.columns, cells.colors.len() / cells.columns);
        if width == 0 || height == 0 || rows == 0 {
            return;
        }
        // The cell of each pixel, and whether it is in the cell's middle third.
        let along = |count: usize, length: usize| {
            let cell = move |pixel: usize| {
                let cell = pixel * count / length;
                let (from, to) = ((cell * length).div_ceil(count), ((cell + 1) * length).div_ceil(count));
                // A third of the cell, of the same length in cells that differ by a pixel.
                let (size, length) = (to - from, (to - from).div_ceil(3));
                let rim = (size - length) / 2;
                (cell, size > 2 && (from + rim..from + rim + length).contains(&pixel))
            };
            (0..length).map(cell).collect::<Vec<_>>()
        };
        let (across, down) = (along(columns, width), along(rows, height));
        let mut pixels = Vec::with_capacity(4 * width * height);
        for (row, mid_y) in down {
            for &(column, mid_x) in &across {
                let cell = row * columns + column;
                let dot = cells.dots.filter(|(dots, _)| mid_x && mid_y && dots[cell]);
                let [r, g, b] = dot.map_or(cells.colors[cell], |(_, color)| color);
                pixels.extend([r, g, b, 255]);
            }
        }
        let image = ImageData::new_with_u8_clamped_array(wasm_bindgen::Clamped(&pixels), width as u32);
        // It fails for sizes that a canvas cannot have.
        let _ = image.and_then(|image| self.context.put_image_data(&image, left as f64, top as f64));
    }
}
