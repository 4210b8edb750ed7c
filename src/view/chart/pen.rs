//! One drawing in progress: the parts of a chart, from the axes to the crosshair.

use super::{LOSS_FLOOR, MARGINS, Scene, nearest};
use crate::metrics::{GROKKED, MEMORIZED, METRICS, Metric, Panel};
use crate::number::{clamp, fixed};
use crate::text;
use crate::view::decimate::{Line, Traces};
use crate::view::draw::{Align, Area, Draw, Label, Stroke};
use crate::view::label_layout::clearest;
use crate::view::runs::COLORS;
use crate::view::scale::{Scale, beside};

/// Height of labels, pixels.
pub(super) const SIZE: f64 = 12.0;

/// The middle of a pixel, where thin lines are sharp.
fn crisp(pixel: f64) -> f64 {
    pixel.floor() + 0.5
}

/// A chart on its way onto a drawing.
pub(super) struct Pen<'a> {
    pub draw: &'a mut dyn Draw,
    pub x: Scale,
    pub y: Scale,
    pub scene: &'a Scene<'a>,
    pub panel: Panel,
}

impl Pen<'_> {
    fn loss(&self) -> bool {
        self.panel == Panel::Loss
    }

    fn across(&mut self, y: f64, stroke: Stroke) {
        self.draw.lines(&[vec![(self.x.from, y), (self.x.to, y)]], stroke);
    }

    fn down(&mut self, x: f64, stroke: Stroke) {
        self.draw.lines(&[vec![(x, self.y.to), (x, self.y.from)]], stroke);
    }

    fn text(&mut self, text: &str, at: (f64, f64), align: Align, color: &str) {
        self.draw.text(Label { text, at, align, size: SIZE, bold: false, color, halo: None });
    }

    /// Text on top of lines.
    fn halo(&mut self, text: &str, at: (f64, f64), align: Align, size: f64, color: &str) {
        let halo = Some(self.scene.theme.background.as_str());
        self.draw.text(Label { text, at, align, size, bold: false, color, halo });
    }

    pub fn axes(&mut self) {
        let theme = self.scene.theme;
        for tick in self.y.ticks(if self.loss() { 7 } else { 5 }) {
            let y = crisp(self.y.at(tick));
            self.across(y, Stroke::thin(&theme.grid));
            let label = if self.loss() { text::power(tick) } else { fixed(tick * 100.0, 0) + " %" };
            self.text(&label, (self.x.from - 8.0, y), Align::Right, &theme.muted);
        }
        let base = crisp(self.y.from);
        self.across(base, Stroke::thin(&theme.line));
        let label_y = self.y.from + 15.0;
        self.text("step", (self.x.from - 14.0, label_y), Align::Right, &theme.muted);
        for (x, label_x, label) in super::step_labels(self.draw, self.x, self.x.to + MARGINS[2] - 1.0) {
            self.draw.lines(&[vec![(crisp(x), base), (crisp(x), base + 4.0)]], Stroke::thin(&theme.line));
            self.text(&label, (label_x, label_y), Align::Center, &theme.muted);
        }
    }

    /// Chance level and thresholds.
    pub fn references(&mut self) {
        let thresholds = [f64::from(MEMORIZED), f64::from(GROKKED)];
        let stroke = Stroke { dash: &[2.0, 4.0], ..Stroke::thin(&self.scene.theme.mark) };
        let loss = self.loss();
        for value in thresholds.into_iter().filter(|_| !loss).chain([self.chance()]) {
            self.across(crisp(self.y.at(value)), stroke);
        }
    }

    /// What guessing gives.
    fn chance(&self) -> f64 {
        let classes = f64::from(self.scene.classes);
        if self.loss() { self.scene.loss.guess(classes) } else { 1.0 / classes }
    }

    /// Names the chance level, where the curves leave most space.
    pub fn reference_label(&mut self, lines: &[Line]) {
        let y = crisp(self.y.at(self.chance()));
        let nats = self.scene.loss.unit() == "nats";
        let logarithm = if nats { format!("ln {} = ", self.scene.classes) } else { String::new() };
        let (label, rows) = match self.loss() {
            true => (format!("guessing: {logarithm}{}", text::loss(self.chance())), [y + 10.0, y - 10.0]),
            false => (format!("chance: 1 / {}", self.scene.classes), [y - 10.0, y - 24.0]),
        };
        let width = self.draw.width_of(&label, SIZE);
        let (first, last) = (self.x.from + 4.0, self.x.to - 4.0 - width);
        let columns = [last, first, (first + last) / 2.0];
        let spots: Vec<(f64, f64)> = rows.into_iter().flat_map(|y| columns.map(|x| (x, y))).collect();
        self.label(&label, width, &spots, lines, &self.scene.theme.muted);
    }

    /// Text at the first of these spots that no line crosses, else where the fewest do.
    fn label(&mut self, label: &str, width: f64, spots: &[(f64, f64)], lines: &[Line], color: &str) {
        let areas: Vec<_> = spots.iter().map(|(x, y)| [x - 2.0, y - 8.0, x + width + 2.0, y + 8.0]).collect();
        if let Some(&at) = spots.get(clearest(&areas, lines)) {
            self.halo(label, at, Align::Left, SIZE, color);
        }
    }

    /// Vertical lines where runs memorised and grokked.
    pub fn marks(&mut self) {
        let scene = self.scene;
        let alpha = if scene.histories.len() > 1 { 0.45 } else { 0.8 };
        let marks = scene.histories.iter().flat_map(|h| [h.memorized, h.grokked]).flatten();
        for step in marks.filter(|step| scene.shows(*step)) {
            self.down(crisp(self.x.at(step.into())), Stroke { alpha, ..Stroke::thin(&scene.theme.mark) });
        }
        for (step, _) in scene.mid_run_marks() {
            self.down(crisp(self.x.at(step.into())), Stroke { dash: &[2.0, 3.0], ..Stroke::thin(&scene.theme.ink) });
        }
    }

    /// What the vertical lines mean, each in rows of its own so that two close lines do not collide.
    pub fn mark_labels(&mut self, lines: &[Line]) {
        let scene = self.scene;
        let marks: Vec<_> = scene.mid_run_marks().collect();
        for ((step, word), fraction) in marks.into_iter().rev().zip([0.06, 0.14, 0.22]) {
            self.mark_label(step, [fraction, 0.92, 0.3], &word, lines);
        }
        let [history] = scene.histories else { return };
        let marks = [("memorised", history.memorized, [0.72, 0.84, 0.6]), ("grokked", history.grokked, [0.24, 0.36, 0.48])];
        for (word, step, fractions) in marks {
            let Some(step) = step.filter(|step| scene.shows(*step)) else { continue };
            self.mark_label(step, fractions, word, lines);
        }
    }

    /// A label beside a vertical line, at the best of three heights, as fractions of the axis.
    fn mark_label(&mut self, step: u32, fractions: [f64; 3], word: &str, lines: &[Line]) {
        let scene = self.scene;
        let label = format!("{word} at step {}", text::thousands(step.into()));
        let width = self.draw.width_of(&label, SIZE);
        let x = beside(self.x.at(step.into()), width, 6.0, self.x.from + 4.0, self.x.to - 2.0);
        let spots = fractions.map(|fraction| (x, self.y.from + fraction * (self.y.to - self.y.from)));
        self.label(&label, width, &spots, lines, &scene.theme.ink);
    }

    /// The metrics of this panel, in the order of the curves.
    fn metrics(&self) -> impl Iterator<Item = &'static Metric> + use<> {
        let panel = self.panel;
        METRICS.iter().filter(move |metric| metric.panel == panel)
    }

    /// Draws the curves of the present runs; returns what is drawn of them, with their marks.
    pub fn curves(&mut self, traces: &Traces) -> Vec<Line> {
        let (scene, mut drawn) = (self.scene, vec![]);
        let several = scene.histories.len() > 1;
        self.clip();
        for (value, metric) in self.metrics().enumerate() {
            let stroke = Stroke {
                color: scene.theme.color(metric),
                width: if several { 1.2 } else { 2.2 },
                dash: if metric.test { &[6.0, 3.5] } else { &[] },
                alpha: if several { 0.6 } else { 1.0 },
            };
            for history in 0..scene.histories.len() {
                let mut lines = traces.lines(history, value, &|value| self.height(value));
                self.draw.lines(&lines, stroke);
                drawn.append(&mut lines);
            }
        }
        self.draw.unclip();
        let marks = scene.histories.iter().flat_map(|history| [history.memorized, history.grokked]).flatten();
        drawn.extend(marks.map(|step| self.x.at(step.into())).map(|x| vec![(x, self.y.from), (x, self.y.to)]));
        drawn
    }

    /// Runs that were left, in colours of their own; the latest on top.
    pub fn past(&mut self, traces: &Traces) {
        let scene = self.scene;
        // Their curves follow those of the present runs.
        let mut end = scene.all().count();
        for past in scene.past.iter().rev().filter(|past| past.shown) {
            let begin = end - past.histories.len();
            self.clip();
            for (value, metric) in self.metrics().enumerate() {
                let dash: &[f64] = if metric.test { &[6.0, 3.5] } else { &[] };
                let stroke = Stroke { width: 1.5, dash, ..Stroke::thin(COLORS[past.color]) };
                for history in begin..end {
                    let lines = traces.lines(history, value, &|value| self.height(value));
                    self.draw.lines(&lines, stroke);
                }
            }
            self.draw.unclip();
            end = begin;
        }
    }

    /// Curves stay within the axes, but for half of their width.
    fn clip(&mut self) {
        let (from, to) = (self.x.from, self.y.to);
        self.draw.clip(Area { x: from, y: to - 3.0, width: self.x.to - from + 3.0, height: self.y.from - to + 4.0 });
    }

    /// What the experiment looked like when it was recorded. Accuracies only.
    pub fn recorded(&mut self) {
        let Some(curve) = self.scene.reference.filter(|_| !self.loss()) else { return };
        let theme = self.scene.theme;
        self.clip();
        for (values, color) in curve.accuracy.iter().zip([&theme.train, &theme.test]) {
            let points = curve.steps.iter().zip(values);
            let line = points.map(|(step, value)| (self.x.at((*step).into()), self.y.at(f64::from(*value) / 1000.0))).collect();
            self.draw.lines(&[line], Stroke { width: 1.5, dash: &[1.5, 3.0], alpha: 0.9, ..Stroke::thin(color) });
        }
        self.draw.unclip();
    }

    /// Where a measured value is drawn; NaN stays NaN.
    fn height(&self, value: f32) -> f64 {
        let value = f64::from(value);
        let floored = if self.loss() && value < LOSS_FLOOR { LOSS_FLOOR } else { value };
        self.y.at(floored)
    }

    /// The line under the pointer, and where it meets the curves of the first run.
    pub fn crosshair(&mut self) {
        let Some(step) = self.scene.hover else { return };
        let theme = self.scene.theme;
        let x = self.x.at(step.into());
        self.down(crisp(x), Stroke::thin(&theme.ink));
        let history = self.scene.histories.first();
        let Some(point) = history.and_then(|h| nearest(h, step).map(|i| h.points[i])) else {
            return;
        };
        for metric in METRICS.iter().filter(|m| m.panel == self.panel) {
            let y = self.height((metric.value)(&point));
            if y.is_finite() {
                self.draw.dot((x, y), 4.0, theme.color(metric), &theme.background);
            }
        }
    }

    /// The step at the foot of the line under the pointer, and a knob there or at the step that is looked at.
    pub fn playhead(&mut self) {
        let (scene, base) = (self.scene, self.y.from);
        let theme = scene.theme;
        if let Some(step) = scene.playhead {
            self.draw.dot((self.x.at(step.into()), base), 5.0, &theme.ink, &theme.background);
        }
        if let Some(step) = scene.hover {
            let label = text::thousands(step.into());
            let half = self.draw.width_of(&label, SIZE) / 2.0 + 3.0;
            let x = clamp(self.x.at(step.into()), self.x.from + half, self.x.to + MARGINS[2] - half);
            self.draw.fill(Area { x: x - half, y: base + 7.0, width: 2.0 * half, height: 16.0 }, &theme.ink);
            self.text(&label, (x, base + 15.0), Align::Center, &theme.background);
        }
    }

    /// The visitor's flag.
    pub fn guess(&mut self) {
        let Some(step) = self.scene.guess.filter(|_| !self.loss()) else { return };
        let theme = self.scene.theme;
        let (x, top) = (crisp(self.x.at(step.into())), self.y.to);
        self.down(x, Stroke { width: 1.5, dash: &[1.0, 3.0], ..Stroke::thin(&theme.ink) });
        // A pennant, which needs no more than lines.
        let pennant = vec![(x, top), (x + 14.0, top + 4.5), (x, top + 9.0)];
        self.draw.lines(&[pennant], Stroke { width: 2.0, ..Stroke::thin(&theme.ink) });
        let label = "you think";
        let width = self.draw.width_of(label, SIZE);
        let at = if x + 20.0 + width < self.x.to { (x + 18.0, Align::Left) } else { (x - 6.0, Align::Right) };
        self.halo(label, (at.0, top + 6.0), at.1, SIZE, &theme.ink);
    }

    /// What will be drawn here.
    pub fn empty(&mut self) {
        let lines = match self.panel {
            Panel::Loss => ["How far the network is from", "being sure of the right answer"],
            _ => ["Share of pairs it answers correctly:", "those it was shown, and those it was not"],
        };
        let x = (self.x.from + self.x.to) / 2.0;
        let y = (self.y.from + self.y.to) / 2.0;
        let width = self.x.to - self.x.from;
        let size = if width < 270.0 { SIZE } else { 14.0 };
        // As many words to a line as there is room for.
        let mut fitting: Vec<String> = vec![];
        for line in lines {
            fitting.push(String::new());
            for word in line.split(' ') {
                let longer = [fitting.last().map_or("", |line| line), word].join(" ");
                match fitting.last_mut() {
                    Some(line) if line.is_empty() || self.draw.width_of(&longer, size) <= width => {
                        *line = longer.trim_start().into()
                    }
                    _ => fitting.push(word.into()),
                }
            }
        }
        let middle = (fitting.len() - 1) as f64 / 2.0;
        for (i, line) in fitting.iter().enumerate() {
            self.halo(line, (x, y + 20.0 * (i as f64 - middle)), Align::Center, size, &self.scene.theme.muted);
        }
    }
}
