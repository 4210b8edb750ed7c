//! The line charts, on canvas. Only drawing: axes, decimation and label places come from [`view`](crate::view).

use std::cell::Cell;

use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ShadowRoot};

use super::dom::{Result, find};
use super::theme::Theme;
use crate::metrics::{GROKKED, History, MEMORIZED, METRICS, Metric, Panel, Point};
use crate::number::fixed;
use crate::view::decimate::decimate;
use crate::view::place::clearest;
use crate::view::scale::{Scale, Spread, beside, decades, round_up};
use crate::view::text;

/// Space for axis labels, CSS pixels: left, top, right, bottom.
const MARGINS: [f64; 4] = [46.0, 10.0, 10.0, 26.0];
/// Losses below are drawn here: 0 has no logarithm, and a range beyond this would flatten what matters.
const LOSS_FLOOR: f64 = 1e-16;
/// The step axis is at least this long.
const SHORTEST: f64 = 100.0;

/// What is drawn.
pub struct Scene<'a> {
    /// One per run.
    pub histories: &'a [History],
    /// Modulus, for the chance level.
    pub p: u32,
    /// Logarithmic step axis.
    pub log: bool,
    /// Step under the pointer.
    pub hover: Option<u32>,
    /// Colours.
    pub theme: &'a Theme,
}

/// One chart.
pub struct Chart {
    /// Where it is drawn.
    pub canvas: HtmlCanvasElement,
    /// Which metrics it draws.
    pub panel: Panel,
    context: CanvasRenderingContext2d,
    /// Width and height in CSS pixels, and device pixels per CSS pixel.
    size: Cell<(f64, f64, f64)>,
    /// The step axis as last drawn.
    steps: Cell<Option<Scale>>,
}

impl Chart {
    /// The chart of a panel of the template.
    pub fn new(root: &ShadowRoot, panel: Panel, name: &str) -> Result<Self> {
        let canvas: HtmlCanvasElement = find(root, &format!("canvas[data-chart={name}]"))?;
        let context = canvas.get_context("2d")?.ok_or("this browser has no 2D canvas")?;
        Ok(Chart {
            context: context.dyn_into().map_err(JsValue::from)?,
            canvas,
            panel,
            size: Cell::new((0.0, 0.0, 1.0)),
            steps: Cell::new(None),
        })
    }

    /// Takes a new size: CSS pixels, and the exact number of device pixels.
    pub fn resize(&self, width: f64, height: f64, device_width: f64, device_height: f64) {
        self.size.set((width, height, if width > 0.0 { device_width / width } else { 1.0 }));
        self.canvas.set_width(device_width.round() as u32);
        self.canvas.set_height(device_height.round() as u32);
    }

    /// The step at a horizontal position, CSS pixels from the canvas' left edge.
    pub fn step_at(&self, x: f64) -> Option<f64> {
        let scale = self.steps.get()?;
        Some(scale.invert(x.max(scale.from).min(scale.to)))
    }

    /// Draws everything. The browser's drawing errors are about shapes we do not use.
    pub fn draw(&self, scene: &Scene) {
        let (width, height, ratio) = self.size.get();
        if width < 80.0 || height < 80.0 {
            return;
        }
        let [left, top, right, bottom] = MARGINS;
        let x = Scale {
            spread: if scene.log { Spread::Log } else { Spread::Linear },
            low: if scene.log { 1.0 } else { 0.0 },
            high: round_up(last_step(scene.histories).max(SHORTEST)),
            from: left,
            to: width - right,
        };
        self.steps.set(Some(x));
        let (low, high) = self.range(scene);
        let y = Scale {
            spread: if self.panel == Panel::Loss { Spread::Log } else { Spread::Linear },
            low,
            high,
            from: height - bottom,
            to: top,
        };
        let context = &self.context;
        let _ = context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        context.clear_rect(0.0, 0.0, width, height);
        context.set_font(&format!("12px {}", scene.theme.font));
        let pen = Pen { context, x, y, scene };
        pen.axes(self.panel);
        pen.references(self.panel);
        pen.marks();
        pen.curves(self.panel, ratio);
        pen.reference_labels(self.panel);
        if self.panel == Panel::Accuracy {
            pen.mark_labels();
        }
        pen.crosshair(self.panel);
        if scene.histories.iter().all(|h| h.points.is_empty()) {
            pen.empty(self.panel);
        }
    }

    /// The range of the vertical axis.
    fn range(&self, scene: &Scene) -> (f64, f64) {
        if self.panel != Panel::Loss {
            return (0.0, 1.0);
        }
        let chance = libm::log(f64::from(scene.p));
        let values = scene.histories.iter().flat_map(|h| &h.points).flat_map(|point| {
            let metrics = METRICS.iter().filter(|m| m.panel == Panel::Loss);
            metrics.map(move |m| f64::from((m.value)(point)))
        });
        let (low, high) = decades(values.chain([chance]), LOSS_FLOOR, (0.1, 10.0));
        (low.min(0.1), high)
    }
}

/// The last step measured in any run.
fn last_step(histories: &[History]) -> f64 {
    let last = histories.iter().filter_map(|h| h.points.last()).map(|p| p.step).max();
    last.unwrap_or(0).into()
}

/// The colour of a metric.
fn color<'a>(theme: &'a Theme, metric: &Metric) -> &'a str {
    if metric.test { &theme.test } else { &theme.train }
}

/// The middle of a pixel, where thin lines are sharp.
fn crisp(pixel: f64) -> f64 {
    pixel.floor() + 0.5
}

/// One drawing in progress.
struct Pen<'a> {
    context: &'a CanvasRenderingContext2d,
    x: Scale,
    y: Scale,
    scene: &'a Scene<'a>,
}

impl Pen<'_> {
    fn dash(&self, lengths: &[f64]) {
        let lengths: js_sys::Array = lengths.iter().map(|l| JsValue::from_f64(*l)).collect();
        let _ = self.context.set_line_dash(&lengths);
    }

    fn line(&self, from: (f64, f64), to: (f64, f64), color: &str) {
        self.context.set_stroke_style_str(color);
        self.context.begin_path();
        self.context.move_to(from.0, from.1);
        self.context.line_to(to.0, to.1);
        self.context.stroke();
    }

    fn text(&self, text: &str, x: f64, y: f64, align: &str, color: &str) {
        self.context.set_text_align(align);
        self.context.set_text_baseline("middle");
        self.context.set_fill_style_str(color);
        let _ = self.context.fill_text(text, x, y);
    }

    /// Text that stays readable on top of lines.
    fn halo(&self, text: &str, x: f64, y: f64, align: &str, color: &str) {
        self.context.set_text_align(align);
        self.context.set_text_baseline("middle");
        self.context.set_line_join("round");
        self.context.set_line_width(4.0);
        self.context.set_stroke_style_str(&self.scene.theme.background);
        let _ = self.context.stroke_text(text, x, y);
        self.text(text, x, y, align, color);
    }

    fn width_of(&self, text: &str) -> f64 {
        self.context.measure_text(text).map_or(0.0, |m| m.width())
    }

    fn axes(&self, panel: Panel) {
        let Theme { muted, line, grid, .. } = self.scene.theme;
        self.dash(&[]);
        self.context.set_line_width(1.0);
        for tick in self.y.ticks(if panel == Panel::Loss { 7 } else { 5 }) {
            let y = crisp(self.y.at(tick));
            self.line((self.x.from, y), (self.x.to, y), grid);
            let label = if panel == Panel::Loss { text::power(tick) } else { fixed(tick * 100.0, 0) + " %" };
            self.text(&label, self.x.from - 8.0, y, "right", muted);
        }
        let base = crisp(self.y.from);
        self.line((self.x.from, base), (self.x.to, base), line);
        let label_y = self.y.from + 15.0;
        self.text("step", self.x.from - 14.0, label_y, "right", muted);
        for tick in self.x.ticks(((self.x.to - self.x.from) / 75.0) as usize) {
            let x = self.x.at(tick);
            self.line((crisp(x), base), (crisp(x), base + 4.0), line);
            let label = text::thousands(tick.round() as u64);
            // The last label would stick out of the canvas.
            let half = self.width_of(&label) / 2.0;
            self.text(&label, x.min(self.x.to + MARGINS[2] - half - 1.0), label_y, "center", muted);
        }
    }

    /// Chance level and thresholds.
    fn references(&self, panel: Panel) {
        self.context.set_line_width(1.0);
        self.dash(&[2.0, 4.0]);
        let thresholds = [f64::from(MEMORIZED), f64::from(GROKKED)];
        for value in thresholds.into_iter().filter(|_| panel != Panel::Loss).chain([self.chance(panel)]) {
            let y = crisp(self.y.at(value));
            self.line((self.x.from, y), (self.x.to, y), &self.scene.theme.mark);
        }
        self.dash(&[]);
    }

    /// What guessing gives.
    fn chance(&self, panel: Panel) -> f64 {
        let p = f64::from(self.scene.p);
        if panel == Panel::Loss { libm::log(p) } else { 1.0 / p }
    }

    /// Names the chance level, where the curves leave most space.
    fn reference_labels(&self, panel: Panel) {
        let chance = self.chance(panel);
        let y = crisp(self.y.at(chance));
        let (label, rows) = match panel {
            Panel::Loss => (format!("guessing: ln {} = {}", self.scene.p, fixed(chance, 2)), [y + 10.0, y - 10.0]),
            _ => (format!("chance: 1 / {}", self.scene.p), [y - 10.0, y - 24.0]),
        };
        let width = self.width_of(&label);
        let (first, last) = (self.x.from + 4.0, self.x.to - 4.0 - width);
        let columns = [last, first, (first + last) / 2.0];
        let spots: Vec<(f64, f64)> = rows.into_iter().flat_map(|y| columns.map(|x| (x, y))).collect();
        self.label(&label, width, &spots, &self.lines(panel), &self.scene.theme.muted);
    }

    /// Text at the first of these places that no line crosses, else where the fewest do.
    fn label(&self, label: &str, width: f64, spots: &[(f64, f64)], lines: &[Vec<(f64, f64)>], color: &str) {
        let areas: Vec<_> = spots.iter().map(|(x, y)| [x - 2.0, y - 8.0, x + width + 2.0, y + 8.0]).collect();
        if let Some((x, y)) = spots.get(clearest(&areas, lines)) {
            self.halo(label, *x, *y, "left", color);
        }
    }

    /// The curves and marks as they are drawn.
    fn lines(&self, panel: Panel) -> Vec<Vec<(f64, f64)>> {
        let mut lines = vec![];
        for history in self.scene.histories {
            for metric in METRICS.iter().filter(|metric| metric.panel == panel) {
                let at = |point: &Point| (self.x.at(point.step.into()), self.y.at((metric.value)(point).into()));
                lines.append(&mut decimate(history.points.iter().map(at)));
            }
            for step in [history.memorized, history.grokked].into_iter().flatten() {
                let x = self.x.at(step.into());
                lines.push(vec![(x, self.y.from), (x, self.y.to)]);
            }
        }
        lines
    }

    /// Vertical lines where runs memorised and grokked.
    fn marks(&self) {
        self.dash(&[]);
        self.context.set_line_width(1.0);
        let runs = self.scene.histories;
        self.context.set_global_alpha(if runs.len() > 1 { 0.45 } else { 0.8 });
        for step in runs.iter().flat_map(|h| [h.memorized, h.grokked]).flatten() {
            let x = crisp(self.x.at(step.into()));
            self.line((x, self.y.to), (x, self.y.from), &self.scene.theme.mark);
        }
        self.context.set_global_alpha(1.0);
    }

    /// What the vertical lines mean, each in rows of its own so that two close lines do not collide.
    fn mark_labels(&self) {
        let [history] = self.scene.histories else { return };
        let lines = self.lines(Panel::Accuracy);
        let marks = [("memorised", history.memorized, [0.72, 0.84, 0.6]), ("grokked", history.grokked, [0.24, 0.36, 0.48])];
        for (word, step, shares) in marks {
            let Some(step) = step else { continue };
            let label = format!("{word} at step {}", text::thousands(step.into()));
            let width = self.width_of(&label);
            let x = beside(self.x.at(step.into()), width, 6.0, self.x.from + 4.0, self.x.to - 2.0);
            let spots = shares.map(|share| (x, self.y.from + share * (self.y.to - self.y.from)));
            self.label(&label, width, &spots, &lines, &self.scene.theme.ink);
        }
    }

    fn curves(&self, panel: Panel, ratio: f64) {
        let runs = self.scene.histories;
        let [left, top] = [self.x.from, self.y.to];
        self.context.save();
        self.context.begin_path();
        self.context.rect(left, top - 3.0, self.x.to - left + 3.0, self.y.from - top + 4.0);
        self.context.clip();
        self.context.set_line_join("round");
        self.context.set_line_cap("butt");
        self.context.set_line_width(if runs.len() > 1 { 1.2 } else { 2.2 });
        self.context.set_global_alpha(if runs.len() > 1 { 0.6 } else { 1.0 });
        let floor = if panel == Panel::Loss { LOSS_FLOOR } else { 0.0 };
        for metric in METRICS.iter().filter(|m| m.panel == panel) {
            self.dash(if metric.test { &[6.0, 3.5] } else { &[] });
            self.context.set_stroke_style_str(color(self.scene.theme, metric));
            for history in runs {
                // Decimated per device pixel, drawn in CSS pixels.
                let points = history.points.iter().map(|point| {
                    let value = f64::from((metric.value)(point)).max(floor);
                    let value = if (metric.value)(point).is_nan() { f64::NAN } else { value };
                    (self.x.at(point.step.into()) * ratio, self.y.at(value))
                });
                self.context.begin_path();
                for line in decimate(points) {
                    for (i, (x, y)) in line.iter().enumerate() {
                        if i == 0 {
                            self.context.move_to(x / ratio, *y);
                        } else {
                            self.context.line_to(x / ratio, *y);
                        }
                    }
                }
                self.context.stroke();
            }
        }
        self.dash(&[]);
        self.context.restore();
    }

    /// The line under the pointer, and where it meets the curves of the first run.
    fn crosshair(&self, panel: Panel) {
        let Some(step) = self.scene.hover else { return };
        let theme = self.scene.theme;
        let x = self.x.at(step.into());
        self.context.set_line_width(1.0);
        self.line((crisp(x), self.y.to), (crisp(x), self.y.from), &theme.ink);
        let point = self.scene.histories.first().and_then(|h| nearest(h, step));
        let Some(point) = point.map(|i| self.scene.histories[0].points[i]) else {
            return;
        };
        for metric in METRICS.iter().filter(|m| m.panel == panel) {
            let value = f64::from((metric.value)(&point));
            let y = self.y.at(if panel == Panel::Loss { value.max(LOSS_FLOOR) } else { value });
            if !y.is_finite() {
                continue;
            }
            self.context.begin_path();
            let _ = self.context.arc(x, y, 4.0, 0.0, core::f64::consts::TAU);
            self.context.set_fill_style_str(color(theme, metric));
            self.context.fill();
            self.context.set_line_width(1.5);
            self.context.set_stroke_style_str(&theme.background);
            self.context.stroke();
        }
    }

    /// What will be drawn here.
    fn empty(&self, panel: Panel) {
        let lines = match panel {
            Panel::Loss => ["How far the network is from", "being sure of the right answer"],
            _ => ["Share of pairs it answers correctly:", "those it was shown, and those it was not"],
        };
        let x = (self.x.from + self.x.to) / 2.0;
        let y = (self.y.from + self.y.to) / 2.0;
        let small = self.x.to - self.x.from < 270.0;
        self.context.set_font(&format!("{}px {}", if small { 12 } else { 14 }, self.scene.theme.font));
        self.halo(lines[0], x, y - 10.0, "center", &self.scene.theme.muted);
        self.halo(lines[1], x, y + 10.0, "center", &self.scene.theme.muted);
    }
}

/// The index of the point measured closest to a step.
pub fn nearest(history: &History, step: u32) -> Option<usize> {
    let points = &history.points;
    let after = points.partition_point(|p| p.step < step);
    let candidates = [after.checked_sub(1), (after < points.len()).then_some(after)];
    candidates.into_iter().flatten().min_by_key(|i| points[*i].step.abs_diff(step))
}
