//! The diagram of a sweep: a cell for each set of values, in the colour of its phase or of a number, with one axis to the right
//! and the other one upwards.

use super::SweepTable;
use crate::language::{local, translate};
use crate::metrics::{History, METRICS, Panel};
use crate::number::fixed;
use crate::settings::{key, said};
use crate::sweep::{LearningPhase, Outcome};
use crate::text;
use crate::tr;
use crate::view::chart::Theme;
use crate::view::color::{Rgb, css, mix, rgb};
use crate::view::decimate::Line;
use crate::view::draw::{Align, Area, Draw, Label, Stroke};
use crate::view::quartiles::quartiles;

/// What the colours of cells stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CellMeasure {
    /// The phase of learning.
    #[default]
    Phase,
    /// The phase [from 90 % on](crate::metrics::phase_at_90).
    PhaseAt90,
    /// Step of grokking.
    Grok,
    /// Steps from memorising to grokking.
    Delay,
    /// Test accuracy at the end.
    TestAccuracy,
    /// How much the train loss swings early on: the decimal logarithm of its energy.
    Oscillation,
    /// What is right out of distribution at the end.
    Apart,
}

impl CellMeasure {
    /// The phase of one run, where colours are phases.
    fn phase(self, outcome: &Outcome) -> Option<LearningPhase> {
        match self {
            CellMeasure::Phase => outcome.phase,
            CellMeasure::PhaseAt90 => outcome.phase_at_90,
            _ => None,
        }
    }

    /// Of one run; none where it has no such number.
    fn of(self, outcome: &Outcome) -> Option<f32> {
        match self {
            CellMeasure::Phase | CellMeasure::PhaseAt90 => None,
            CellMeasure::Grok => outcome.grokked.map(|step| step as f32),
            CellMeasure::Delay => outcome.delay().map(|steps| steps as f32),
            CellMeasure::TestAccuracy => outcome.phase.map(|_| outcome.last.test_accuracy),
            CellMeasure::Apart => outcome.apart,
            CellMeasure::Oscillation => outcome.phase.and(outcome.oscillation).map(libm::log10f).filter(|log| log.is_finite()),
        }
    }

    /// For people.
    fn written(self, value: f32) -> String {
        match self {
            CellMeasure::TestAccuracy | CellMeasure::Apart => text::rounded(value.into()),
            CellMeasure::Oscillation => local(fixed(value.into(), 1)),
            _ => text::thousands(value.round() as u64),
        }
    }
}

/// Colour of a phase: apart for the colour-blind (Okabe and Ito 2008), and hatched differently.
pub fn color(phase: LearningPhase) -> Rgb {
    rgb(match phase {
        LearningPhase::Confusion => "#9aa0a6",
        LearningPhase::Memorisation => "#d55e00",
        LearningPhase::Grokking => "#0072b2",
        LearningPhase::Comprehension => "#009e73",
    })
}

/// Colour of a number between 0 and 1 on this background.
pub fn shade(paper: Rgb, fraction: f32) -> Rgb {
    let full = rgb("#0072b2");
    mix(mix(paper, full, 0.12), full, fraction)
}

/// The name of a phase.
pub fn name(phase: LearningPhase) -> &'static str {
    match phase {
        LearningPhase::Confusion => tr!("confusion"),
        LearningPhase::Memorisation => tr!("memorisation"),
        LearningPhase::Grokking => tr!("grokking"),
        LearningPhase::Comprehension => tr!("comprehension"),
    }
}

impl SweepTable {
    /// The median over a cell's seeds; none where no seed has such a number.
    pub fn median(&self, cell: usize, measure: CellMeasure) -> Option<f32> {
        let seen = self.states[self.of_cell(cell)].iter().filter(|_| !self.deleted[cell]);
        let values = seen.filter_map(|state| measure.of(state.outcome()?));
        let [_, median, _] = quartiles(values.collect());
        median.is_finite().then_some(median)
    }

    /// The values of a cell, by name: `learning rate 0.003, weight decay 1`.
    pub fn cell_name(&self, cell: usize) -> String {
        let config = &self.rows[self.of_cell(cell).start].config;
        let mut stride = 1;
        let mut words = vec![];
        for (axis, values) in self.config.sweep.0.iter().zip(self.config.sweep_values()) {
            match key(axis.key) {
                Some(key) => words.push(key.said(&(key.get)(config))),
                None => words.push(said(&values[cell / stride % values.len()])),
            }
            stride *= values.len();
        }
        words.join(", ")
    }

    /// The phase of a cell, where colours are phases: that of most of its decided seeds. Of a cell that was deleted nothing is told.
    pub fn colored(&self, cell: usize, measure: CellMeasure) -> Option<LearningPhase> {
        let outcomes = self.states[self.of_cell(cell)].iter().filter_map(|state| state.outcome());
        LearningPhase::of_most(outcomes.filter_map(|outcome| measure.phase(outcome))).filter(|_| !self.deleted[cell])
    }

    /// What became of a cell, in words; `measure` is what its colour says.
    pub fn cell_words(&self, cell: usize, measure: CellMeasure) -> String {
        let (rows, name) = (self.of_cell(cell), self.cell_name(cell));
        let decided = self.states[rows.clone()].iter().filter(|state| state.phase().is_some()).count();
        let Some(phase) = self.phase(cell) else {
            let why = self.states[rows].iter().find_map(|state| match state {
                super::RowState::Left(Some(why)) => Some(why.clone()),
                _ => None,
            });
            return match why {
                Some(why) => tr!("{name}: cannot be trained. {why}.", name, why),
                None => tr!("{name}: not decided yet.", name),
            };
        };
        let phase = match self.colored(cell, measure) {
            Some(phase) if measure == CellMeasure::PhaseAt90 => tr!("{phase}, from 90 % on", phase = self::name(phase)),
            _ => self::name(phase).into(),
        };
        let head = match (decided, rows.len()) {
            (1, 1) => tr!("{name}: {phase}.", name, phase),
            (decided, all) => tr!("{name}: {phase}, by {decided} of {all} seeds.", name, phase, decided, all),
        };
        let grok = self.median(cell, CellMeasure::Grok).map(|step| CellMeasure::Grok.written(step));
        let delay = self.median(cell, CellMeasure::Delay).map(|steps| CellMeasure::Delay.written(steps));
        let tail = match (grok, delay) {
            (Some(grok), Some(delay)) => Some(tr!("Grokked at step {grok}, {delay} steps after it knew its pairs.", grok, delay)),
            (Some(grok), None) => Some(tr!("Grokked at step {grok}.", grok)),
            _ => None,
        };
        [Some(head), tail].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// Space for the values and names of the axes, pixels: on the left, above, below.
const MARGINS: [f64; 3] = [58.0, 18.0, 40.0];
/// A cell with less room has no number in it.
const ROOM: f64 = 34.0;

/// Cells across and upwards.
fn counts(table: &SweepTable) -> [usize; 2] {
    let shape = table.config.sweep.shape();
    [0, 1].map(|axis| shape.get(axis).copied().unwrap_or(1))
}

/// How the cells lie in an area: the grid, and how many there are across and upwards.
fn grid(table: &SweepTable, area: Area) -> (Area, [usize; 2]) {
    let counts = counts(table);
    let [left, above, below] = MARGINS;
    let (width, height) = ((area.width - left).max(1.0), (area.height - above - below).max(1.0));
    // One row of cells is no tower.
    let height = if counts[1] == 1 { height.min(72.0) } else { height };
    (Area { x: area.x + left, y: area.y + above, width, height }, counts)
}

/// The cell at a point, if there is one.
pub fn cell_at(table: &SweepTable, area: Area, (x, y): (f64, f64)) -> Option<usize> {
    let (grid, [across, up]) = grid(table, area);
    let (column, row) = ((x - grid.x) / grid.width * across as f64, (grid.y + grid.height - y) / grid.height * up as f64);
    let inside = column >= 0.0 && row >= 0.0 && column < across as f64 && row < up as f64;
    inside.then(|| row as usize * across + column as usize)
}

/// The cell beside another one: `right` and `up` count cells, to the edge at most.
pub fn beside(table: &SweepTable, cell: usize, right: isize, up: isize) -> usize {
    let [across, high] = counts(table);
    let moved = |at: usize, by: isize, count: usize| at.saturating_add_signed(by).min(count - 1);
    moved(cell / across, up, high) * across + moved(cell % across, right, across)
}

/// The corners of a cell.
fn place((grid, [across, up]): (Area, [usize; 2]), cell: usize) -> Area {
    let (width, height) = (grid.width / across as f64, grid.height / up as f64);
    let (column, row) = ((cell % across) as f64, (cell / across) as f64);
    Area { x: grid.x + column * width, y: grid.y + grid.height - (row + 1.0) * height, width, height }
}

/// Draws the diagram, with an edge around the chosen cell.
pub fn draw(draw: &mut dyn Draw, table: &SweepTable, measure: CellMeasure, chosen: Option<usize>, area: Area, theme: &Theme) {
    let layout = grid(table, area);
    let (paper, ink) = (rgb(&theme.background), rgb(&theme.ink));
    let values: Vec<Option<f32>> = (0..table.cells()).map(|cell| table.median(cell, measure)).collect();
    let scale = scale(measure, &values);
    for (cell, value) in values.iter().enumerate() {
        let at = inner(place(layout, cell));
        let states = &table.states[table.of_cell(cell)];
        let training = states.iter().any(|state| matches!(state, super::RowState::Training(_)));
        match (table.colored(cell, measure), value) {
            (Some(phase), _) => {
                draw.fill(at, &css(color(phase)));
                hatch(draw, phase, at, &css(mix(color(phase), [255; 3], 0.45)));
            }
            (_, Some(value)) => {
                let shade = shade(paper, scale(*value));
                draw.fill(at, &css(shade));
                if at.width >= ROOM {
                    let bright = shade.iter().map(|c| u32::from(*c)).sum::<u32>() > 330;
                    let color = if bright { "#111111" } else { "#ffffff" };
                    write(draw, &measure.written(*value), (at.x + at.width / 2.0, at.y + at.height / 2.0), Align::Center, color);
                }
            }
            _ => draw.fill(at, &css(mix(paper, ink, if training { 0.22 } else { 0.07 }))),
        }
        if chosen == Some(cell) {
            frame(draw, at, &theme.ink);
        }
    }
    axes(draw, table, layout, theme);
}

/// From a number of cells to a shade between 0 and 1.
fn scale(measure: CellMeasure, values: &[Option<f32>]) -> impl Fn(f32) -> f32 + use<> {
    let (low, high) = match measure {
        CellMeasure::TestAccuracy | CellMeasure::Apart => (0.0, 1.0),
        _ => {
            let all = values.iter().flatten();
            (all.clone().copied().fold(f32::MAX, f32::min), all.copied().fold(f32::MIN, f32::max))
        }
    };
    move |value| if high > low { (value - low) / (high - low) } else { 1.0 }
}

/// A cell without the line between it and the next.
fn inner(area: Area) -> Area {
    let gap = if area.width.min(area.height) > 8.0 { 1.0 } else { 0.0 };
    Area { width: area.width - gap, height: area.height - gap, ..area }
}

fn frame(draw: &mut dyn Draw, at: Area, color: &str) {
    let (left, right, top, bottom) = (at.x + 1.0, at.x + at.width - 1.0, at.y + 1.0, at.y + at.height - 1.0);
    let line = vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    draw.lines(&[line], Stroke { width: 2.5, ..Stroke::thin(color) });
}

/// Lines over a cell, by which its phase is told without its colour: none, falling, rising, both.
fn hatch(draw: &mut dyn Draw, phase: LearningPhase, at: Area, color: &str) {
    const APART: f64 = 7.0;
    let (rising, falling) = match phase {
        LearningPhase::Confusion => (false, false),
        LearningPhase::Memorisation => (false, true),
        LearningPhase::Grokking => (true, false),
        LearningPhase::Comprehension => (true, true),
    };
    let count = ((at.width + at.height) / APART) as usize;
    let mut lines: Vec<Line> = vec![];
    for i in 1..=count {
        // From the upper edge, or what it goes on into, down to the left or right.
        let along = i as f64 * APART;
        let (from, to) =
            ((along.min(at.width), (along - at.width).max(0.0)), ((along - at.height).max(0.0), along.min(at.height)));
        if rising {
            lines.push(vec![(at.x + from.0, at.y + from.1), (at.x + to.0, at.y + to.1)]);
        }
        if falling {
            lines.push(vec![(at.x + at.width - from.0, at.y + from.1), (at.x + at.width - to.0, at.y + to.1)]);
        }
    }
    draw.lines(&lines, Stroke::thin(color));
}

const FONT: f64 = 11.0;

fn write(draw: &mut dyn Draw, text: &str, at: (f64, f64), align: Align, color: &str) {
    draw.text(Label { text, at, align, size: FONT, bold: false, color, halo: None });
}

/// Values and names of the axes; of many values those for which there is room.
fn axes(draw: &mut dyn Draw, table: &SweepTable, (grid, counts): (Area, [usize; 2]), theme: &Theme) {
    let values = table.config.sweep_values();
    let of = |index: usize| table.config.sweep.0.get(index).and_then(|axis| key(axis.key));
    let label = |index: usize| of(index).map_or_else(|| tr!("Sets of settings, by number"), |key| translate(key.label));
    let written = |index: usize, (i, value): (usize, &String)| match of(index) {
        Some(key) => {
            let choice = key.choices().into_iter().find(|(id, _)| id == value).map(|(_, label)| translate(label));
            choice.map_or_else(|| crate::language::local(value.clone()), String::from)
        }
        None => text::thousands(i as u64 + 1),
    };
    let width = grid.width / counts[0] as f64;
    if let Some(first) = values.first() {
        let texts: Vec<String> = first.iter().enumerate().map(|value| written(0, value)).collect();
        let widest = texts.iter().map(|text| draw.width_of(text, FONT)).fold(1.0, f64::max);
        let every = ((widest + 6.0) / width).ceil().max(1.0) as usize;
        for (i, text) in texts.iter().enumerate().step_by(every) {
            let at = (grid.x + (i as f64 + 0.5) * width, grid.y + grid.height + 10.0);
            write(draw, text, at, Align::Center, &theme.muted);
        }
        let at = (grid.x + grid.width / 2.0, grid.y + grid.height + 28.0);
        write(draw, label(0), at, Align::Center, &theme.ink);
    }
    if let Some(second) = values.get(1) {
        let height = grid.height / counts[1] as f64;
        let every = ((FONT + 3.0) / height).ceil().max(1.0) as usize;
        for (i, value) in second.iter().enumerate().step_by(every) {
            let at = (grid.x - 6.0, grid.y + grid.height - (i as f64 + 0.5) * height);
            write(draw, &written(1, (i, value)), at, Align::Right, &theme.muted);
        }
        let name = ["↑ ", label(1)].concat();
        write(draw, &name, (grid.x, grid.y - 10.0), Align::Left, &theme.ink);
    }
}

/// Draws the accuracies of a cell's seeds over their steps.
pub fn curves(draw: &mut dyn Draw, histories: &[&History], area: Area, theme: &Theme) {
    let [left, below] = [46.0, 18.0];
    let plot = Area { x: area.x + left, y: area.y + 6.0, width: area.width - left - 8.0, height: area.height - below - 6.0 };
    let last = histories.iter().filter_map(|history| history.points.last()).map(|point| point.step).max().unwrap_or(0).max(1);
    let at = |step: u32, value: f32| {
        (plot.x + f64::from(step) / f64::from(last) * plot.width, plot.y + (1.0 - f64::from(value)) * plot.height)
    };
    for tenth in [0u8, 5, 10] {
        let (start, end) = (at(0, f32::from(tenth) / 10.0), at(last, f32::from(tenth) / 10.0));
        draw.lines(&[vec![start, end]], Stroke::thin(&theme.grid));
        write(draw, &text::rounded(f64::from(tenth) / 10.0), (plot.x - 5.0, start.1), Align::Right, &theme.muted);
    }
    for metric in METRICS.iter().filter(|metric| metric.panel == Panel::Accuracy) {
        let line = |history: &&History| -> Line { history.points.iter().map(|p| at(p.step, (metric.value)(p))).collect() };
        let lines: Vec<Line> = histories.iter().map(line).collect();
        let (color, dash): (&str, &[f64]) = if metric.second { (&theme.test, &[5.0, 3.0]) } else { (&theme.train, &[]) };
        let alpha = if histories.len() > 1 { 0.7 } else { 1.0 };
        draw.lines(&lines, Stroke { color, width: 1.75, dash, alpha });
    }
    let end = text::thousands(last.into());
    write(draw, "0", (plot.x, plot.y + plot.height + 11.0), Align::Left, &theme.muted);
    write(draw, &tr!("step {step}", step = end), (plot.x + plot.width, plot.y + plot.height + 11.0), Align::Right, &theme.muted);
}
