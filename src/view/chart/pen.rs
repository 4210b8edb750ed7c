//! One drawing in progress: the parts of a chart, from the axes to the crosshair.

use super::about::About;
use super::smooth::smoothed;
use super::{MARGINS, Scene, metrics, nearest};
use crate::language::translate;
use crate::metrics::{GROKKED, MEMORIZED, Metric, Panel};
use crate::number::clamp;
use crate::text;
use crate::tr;
use crate::view::decimate::Line;
use crate::view::draw::{Align, Area, DASHED, Draw, Label, Stroke};
use crate::view::label_layout::{Area as Space, clearest, solid};
use crate::view::runs::COLORS;
use crate::view::scale::{Scale, Spread, beside};

/// Height of labels, pixels.
pub(super) const SIZE: f64 = 12.0;

/// Distance of two rows of labels, pixels.
const ROW: f64 = 15.0;
/// Height of a mark on the step axis, pixels.
const FOOT: f64 = 8.0;

/// A smoothed curve has at each place the mean over this part of the axis to either side.
const WINDOW: f64 = 1.0 / 40.0;
/// Opacity of what was measured behind it.
const MEASURED: f64 = 0.3;

/// Opacity of the area between quartiles, and of the curves of single seeds.
const BAND: f64 = 0.22;
const EACH: f64 = 0.18;

/// How many curves are drawn of so many seeds: with several, also their quartiles.
fn slots(seeds: usize) -> usize {
    if seeds > 1 { seeds + 3 } else { seeds }
}

/// How the line of a metric is broken.
pub(super) fn dash(metric: &Metric) -> &'static [f64] {
    if metric.second { DASHED } else { &[] }
}

/// The middle of a pixel, where thin lines are sharp.
fn crisp(pixel: f64) -> f64 {
    pixel.floor() + 0.5
}

/// The space of a text of this width that starts here.
pub(super) fn space((x, y): (f64, f64), width: f64) -> Space {
    [x - 2.0, y - 8.0, x + width + 2.0, y + 8.0]
}

/// A chart on its way onto a drawing.
pub(super) struct Pen<'a> {
    pub draw: &'a mut dyn Draw,
    pub x: Scale,
    pub y: Scale,
    pub scene: &'a Scene<'a>,
    pub panel: Panel,
    pub about: &'static About,
    /// The column of a step, where it is in view.
    pub column: &'a dyn Fn(u32) -> Option<f64>,
    /// What is drawn of a curve for a metric of the panel, by index.
    pub lines: &'a dyn Fn(usize, usize) -> Vec<Line>,
}

impl Pen<'_> {
    fn across(&mut self, y: f64, stroke: Stroke) {
        self.draw.lines(&[vec![(self.x.from, y), (self.x.to, y)]], stroke);
    }

    fn down(&mut self, x: f64, stroke: Stroke) {
        self.draw.lines(&[vec![(x, self.y.to), (x, self.y.from)]], stroke);
    }

    pub fn text(&mut self, text: &str, at: (f64, f64), align: Align, color: &str) {
        self.draw.text(Label { text, at, align, size: SIZE, bold: false, color, halo: None });
    }

    /// Text on top of lines.
    pub fn halo(&mut self, text: &str, at: (f64, f64), align: Align, size: f64, color: &str) {
        let halo = Some(self.scene.theme.background.as_str());
        self.draw.text(Label { text, at, align, size, bold: false, color, halo });
    }

    pub fn upright_axis(&mut self) {
        let theme = self.scene.theme;
        for tick in self.y.ticks(if self.y.spread == Spread::Log { 7 } else { 5 }) {
            let y = crisp(self.y.at(tick));
            self.across(y, Stroke::thin(&theme.grid));
            let label = self.about.tick(tick, self.y.spread);
            self.text(&label, (self.x.from - 8.0, y), Align::Right, &theme.muted);
        }
        self.across(crisp(self.y.from), Stroke::thin(&theme.line));
    }

    /// Ticks below: for each its column, the middle of its label, and the label.
    pub fn foot(&mut self, ticks: Vec<(f64, f64, String)>) {
        let (theme, base) = (self.scene.theme, crisp(self.y.from));
        for (x, label_x, label) in ticks {
            self.draw.lines(&[vec![(crisp(x), base), (crisp(x), base + 4.0)]], Stroke::thin(&theme.line));
            self.text(&label, (label_x, self.y.from + 15.0), Align::Center, &theme.muted);
        }
    }

    pub fn step_axis(&mut self) {
        // A longer word than in English begins at the edge.
        let word = tr!("step");
        let right = (self.x.from - MARGINS[0] + self.draw.width_of(word, SIZE)).max(self.x.from - 14.0);
        self.text(word, (right, self.y.from + 15.0), Align::Right, &self.scene.theme.muted);
        let ticks = super::step_labels(self.draw, self.x, self.x.to + MARGINS[2] - 1.0);
        self.foot(ticks);
    }

    /// Chance level and thresholds.
    pub fn references(&mut self) {
        let thresholds: &[f32] = if self.panel == Panel::Accuracy { &[MEMORIZED, GROKKED] } else { &[] };
        let stroke = Stroke { dash: &[2.0, 4.0], ..Stroke::thin(&self.scene.theme.mark) };
        let guess = (self.about.guess)(self.scene).map(|(value, _)| value);
        for value in thresholds.iter().copied().map(f64::from).chain(guess) {
            self.across(crisp(self.y.at(value)), stroke);
        }
    }

    /// Names the chance level, where the curves leave most space.
    fn reference_label(&mut self, taken: &mut Vec<Line>) {
        let Some((value, label)) = (self.about.guess)(self.scene) else { return };
        let y = crisp(self.y.at(value));
        let width = self.draw.width_of(&label, SIZE);
        let (first, last) = (self.x.from + 4.0, self.x.to - 4.0 - width);
        let columns = [last, first, (first + last) / 2.0];
        let rows = [y + 10.0, y - 10.0, y + 24.0, y - 24.0].into_iter().filter(|row| *row < self.y.from - 6.0);
        let spots: Vec<(f64, f64)> = rows.flat_map(|y| columns.map(|x| (x, y))).collect();
        self.label(&label, width, &spots, taken, &self.scene.theme.muted);
    }

    /// Text at the first of these spots that is not taken, else where the fewest lines cross it. Its own place is taken then.
    pub fn label(&mut self, label: &str, width: f64, spots: &[(f64, f64)], taken: &mut Vec<Line>, color: &str) {
        let spaces: Vec<Space> = spots.iter().map(|spot| space(*spot, width)).collect();
        if let Some(&at) = spots.get(clearest(&spaces, taken)) {
            self.halo(label, at, Align::Left, SIZE, color);
            taken.push(solid(space(at, width)));
        }
    }

    /// Whether no more is drawn of vertical lines than their foot: under an arrow, and of several seeds, whose lines would be
    /// a fence.
    fn has_feet(&self) -> bool {
        self.has_arrows() || self.scene.histories.len() > 1
    }

    /// Vertical lines where runs memorised and grokked.
    pub fn marks(&mut self) {
        let scene = self.scene;
        let (foot, stroke) = (self.y.from, Stroke { alpha: 0.8, ..Stroke::thin(&scene.theme.mark) });
        let top = if self.has_feet() { foot - FOOT } else { self.y.to };
        for x in scene.mark_steps().filter_map(self.column).map(crisp) {
            self.draw.lines(&[vec![(x, top), (x, foot)]], stroke);
        }
        for x in scene.mid_run_marks().filter_map(|(step, _)| (self.column)(step)) {
            self.down(crisp(x), Stroke { dash: &[2.0, 3.0], ..Stroke::thin(&scene.theme.ink) });
        }
    }

    /// What changed on the way, beside its vertical line: at the best of three heights, as fractions of the axis. Each has rows
    /// of its own, so that two close lines do not collide.
    fn change_labels(&mut self, taken: &mut Vec<Line>) {
        let scene = self.scene;
        let marks: Vec<_> = scene.mid_run_marks().collect();
        for ((step, label), fraction) in marks.into_iter().rev().zip([0.06, 0.14, 0.22]) {
            let Some(column) = (self.column)(step) else { continue };
            let width = self.draw.width_of(&label, SIZE);
            let x = beside(column, width, 6.0, self.x.from + 4.0, self.x.to - 2.0);
            let spots = [fraction, 0.92, 0.3].map(|fraction| (x, self.y.from + fraction * (self.y.to - self.y.from)));
            self.label(&label, width, &spots, taken, &scene.theme.ink);
        }
    }

    /// Draws the curves of the present runs; returns what is drawn of them, with their marks.
    pub fn curves(&mut self) -> Vec<Line> {
        let (scene, mut drawn) = (self.scene, vec![]);
        self.clip();
        for (value, metric) in metrics(self.panel).enumerate() {
            let stroke = Stroke { width: 2.2, dash: dash(metric), ..Stroke::thin(scene.theme.color(metric)) };
            drawn.append(&mut self.plan((0, scene.histories.len()), value, stroke));
        }
        self.draw.unclip();
        if !self.has_feet() {
            let marks = scene.mark_steps().filter_map(self.column);
            drawn.extend(marks.map(|x| vec![(x, self.y.from), (x, self.y.to)]));
        }
        drawn
    }

    /// Runs that were left, in colours of their own; the latest on top.
    pub fn past(&mut self) {
        let scene = self.scene;
        // Their curves follow those of the present runs.
        let mut end: usize = scene.plans().map(|runs| slots(runs.len())).sum();
        for (color, histories) in scene.past.iter().rev() {
            let seeds = histories.len();
            end -= slots(seeds);
            self.clip();
            for (value, metric) in metrics(self.panel).enumerate() {
                let stroke = Stroke { width: 1.5, dash: dash(metric), ..Stroke::thin(COLORS[*color]) };
                self.plan((end, seeds), value, stroke);
            }
            self.draw.unclip();
        }
    }

    /// Draws a value of a plan with so many seeds, whose first curve is given: one as it is; of several the median, over steps
    /// between the quartiles an area, and faintly each of them. Returns what has to stay legible of it.
    fn plan(&mut self, (first, seeds): (usize, usize), value: usize, stroke: Stroke) -> Vec<Line> {
        let lines = |curve| (self.lines)(curve, value);
        let smooth = self.scene.smooth && self.scene.across.is_none();
        let reach = WINDOW * (self.x.to - self.x.from);
        let drawn = |lines: Vec<Line>| match smooth {
            true => lines.iter().map(|line| smoothed(line, reach)).collect(),
            false => lines,
        };
        if seeds == 1 {
            let measured = lines(first);
            if smooth {
                self.draw.lines(&measured, Stroke { alpha: MEASURED, ..Stroke::thin(stroke.color) });
            }
            let lines = drawn(measured);
            self.draw.lines(&lines, stroke);
            return lines;
        }
        // As they were measured, faintly anyway.
        let each = (first..first + seeds).flat_map(lines).collect::<Vec<_>>();
        let [low, median, high] = [0, 1, 2].map(|quartile| drawn(lines(first + seeds + quartile)));
        if self.scene.across.is_none() {
            // They have their gaps at the same steps.
            let band = low.iter().zip(&high).map(|(low, high)| low.iter().chain(high.iter().rev()).copied().collect());
            let band: Vec<Line> = band.collect();
            self.draw.polygons(&band, stroke.color, BAND);
        }
        self.draw.lines(&each, Stroke { alpha: EACH, ..Stroke::thin(stroke.color) });
        self.draw.lines(&median, stroke);
        [low, median, high].concat()
    }

    /// Curves stay within the axes, but for half of their width.
    pub fn clip(&mut self) {
        let (from, to) = (self.x.from, self.y.to);
        self.draw.clip(Area { x: from, y: to - 3.0, width: self.x.to - from + 3.0, height: self.y.from - to + 4.0 });
    }

    /// What the experiment looked like when it was recorded. Accuracies only.
    pub fn recorded(&mut self) {
        let Some(curve) = self.scene.reference.filter(|_| self.panel == Panel::Accuracy) else { return };
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
    pub fn height(&self, value: f32) -> f64 {
        self.y.at(value.into())
    }

    /// The line under the pointer, or where the playhead was left, and where it meets the curves.
    fn crosshair(&mut self) {
        let Some((step, x)) = self.scene.hover.and_then(|step| Some((step, (self.column)(step)?))) else { return };
        let theme = self.scene.theme;
        self.down(crisp(x), Stroke::thin(&theme.ink));
        let history = self.scene.histories.first();
        let Some(point) = history.and_then(|h| nearest(h, step).map(|i| h.points[i])) else {
            return;
        };
        let mut values = vec![];
        for metric in metrics(self.panel) {
            let y = self.height(self.scene.value(metric, &point));
            if y.is_finite() {
                self.draw.dot((x, y), 4.0, theme.color(metric), &theme.background);
                values.push((y, self.scene.written(metric, &point)));
            }
        }
        self.values(x, values);
    }

    /// Values beside a line at `x`, as high as they are, or one below the other where that is too close.
    fn values(&mut self, x: f64, mut values: Vec<(f64, String)>) {
        // There are two at most.
        if values.is_sorted_by(|a, b| a.0 > b.0) {
            values.reverse();
        }
        let (mut free, mut left) = (self.y.to + 6.0, values.len() as f64);
        for (y, value) in values {
            let y = y.max(free).min(self.y.from - 8.0 - ROW * (left - 1.0));
            (free, left) = (y + ROW, left - 1.0);
            let width = self.draw.width_of(&value, SIZE);
            let start = beside(x, width, 9.0, self.x.from + 2.0, self.x.to);
            self.halo(&value, (start, y), Align::Left, SIZE, &self.scene.theme.ink);
        }
    }

    /// The step at the foot of the line under the pointer, and a knob there or at the step that is looked at.
    fn playhead(&mut self) {
        let (scene, base) = (self.scene, self.y.from);
        let theme = scene.theme;
        if let Some(x) = scene.playhead.and_then(self.column) {
            self.draw.dot((x, base), 5.0, &theme.ink, &theme.background);
        }
        if let Some((step, x)) = scene.hover.and_then(|step| Some((step, (self.column)(step)?))) {
            let step = text::thousands(step.into());
            let label = if scene.across.is_some() { tr!("step {step}", step) } else { step };
            let half = self.draw.width_of(&label, SIZE) / 2.0 + 3.0;
            let x = clamp(x, self.x.from + half, self.x.to + MARGINS[2] - half);
            self.draw.fill(Area { x: x - half, y: base + 7.0, width: 2.0 * half, height: 16.0 }, &theme.ink);
            self.text(&label, (x, base + 15.0), Align::Center, &theme.background);
        }
    }

    /// The visitor's flag.
    fn guess(&mut self) {
        let of_steps = self.panel == Panel::Accuracy && self.scene.across.is_none();
        let Some(x) = self.scene.guess.filter(|_| of_steps).and_then(self.column) else { return };
        let theme = self.scene.theme;
        let (x, top) = (crisp(x), self.y.to);
        self.down(x, Stroke { width: 1.5, dash: &[1.0, 3.0], ..Stroke::thin(&theme.ink) });
        // A pennant, which needs no more than lines.
        let pennant = vec![(x, top), (x + 14.0, top + 4.5), (x, top + 9.0)];
        self.draw.lines(&[pennant], Stroke { width: 2.0, ..Stroke::thin(&theme.ink) });
        let label = tr!("you think");
        let width = self.draw.width_of(label, SIZE);
        let at = if x + 20.0 + width < self.x.to { (x + 18.0, Align::Left) } else { (x - 6.0, Align::Right) };
        self.halo(label, (at.0, top + 6.0), at.1, SIZE, &theme.ink);
    }

    /// What lies on top of curves, which take the places of `taken`.
    pub fn rest(&mut self, mut taken: Vec<Line>) {
        if self.has_arrows() {
            self.arrows(&mut taken);
        }
        if self.panel == Panel::Accuracy {
            self.change_labels(&mut taken);
        }
        self.reference_label(&mut taken);
        self.guess();
        self.crosshair();
        self.playhead();
        if self.scene.all().all(|history| history.points.is_empty()) {
            self.empty();
        }
    }

    /// What will be drawn here.
    fn empty(&mut self) {
        let x = (self.x.from + self.x.to) / 2.0;
        // Above the middle, where the line of chance is when there are two answers.
        let y = 0.3 * self.y.from + 0.7 * self.y.to;
        let width = self.x.to - self.x.from;
        let size = if width < 270.0 { SIZE } else { 14.0 };
        // Where a record is drawn already, it is named, below most of it.
        let recorded = self.scene.reference.is_some_and(|curve| !curve.steps.is_empty()) && self.panel == Panel::Accuracy;
        let (lines, y) = match recorded {
            true => (vec![tr!("The faint curves are a recorded run.")], self.y.from - 24.0),
            false => (self.about.empty.map(translate).to_vec(), y),
        };
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
