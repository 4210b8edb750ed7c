//! What a card shows of its paper: two curves, or a table of runs.

use crate::experiment::record::{Curve, Record};
use crate::experiment::{Arm, Experiment, TableRecord};
use crate::view::chart::Theme;
use crate::view::color::{Rgb, rgb};
use crate::view::draw::{Area, Cells, Draw, Stroke};
use crate::view::sweep::{diagram, map};

/// What there is to draw.
#[derive(Debug, Clone, PartialEq)]
pub enum Thumbnail {
    /// The accuracies of a run.
    Curve(Curve),
    /// What became of the runs of a table.
    Table(TableRecord),
}

impl Thumbnail {
    /// Of the first arm in which something happens; none where nothing was recorded of one.
    pub fn of(record: &Record, experiment: &Experiment) -> Option<Thumbnail> {
        let drawn = |arm: &Arm| {
            let recorded = record.arm(arm.id)?;
            match &recorded.table {
                Some(table) => Some(Thumbnail::Table(table.clone())),
                None => Some(Thumbnail::Curve(recorded.curve.clone())).filter(|_| recorded.curve.steps.len() > 2),
            }
        };
        experiment.arms.iter().find_map(drawn)
    }

    /// Draws it into an area.
    pub fn draw(&self, draw: &mut dyn Draw, area: Area, theme: &Theme) {
        match self {
            Thumbnail::Curve(curve) => accuracies(draw, curve, area, theme),
            Thumbnail::Table(table) => cells(draw, table, area, theme),
        }
    }
}

fn accuracies(draw: &mut dyn Draw, curve: &Curve, area: Area, theme: &Theme) {
    let last = f64::from(curve.steps.last().copied().unwrap_or(1).max(1));
    let (width, height) = (area.width - 2.0, area.height - 4.0);
    draw.lines(
        &[vec![(area.x, area.y + area.height - 0.5), (area.x + area.width, area.y + area.height - 0.5)]],
        Stroke::thin(&theme.grid),
    );
    let styles: [(&str, &[f64]); 2] = [(&theme.train, &[]), (&theme.test, &[4.0, 2.5])];
    for (values, (color, dash)) in curve.accuracy.iter().zip(styles) {
        let points = curve.steps.iter().zip(values);
        let line = points.map(|(step, value)| {
            (area.x + 1.0 + width * f64::from(*step) / last, area.y + 2.0 + height * (1.0 - f64::from(*value) / 1000.0))
        });
        draw.lines(&[line.collect()], Stroke { width: 1.5, dash, ..Stroke::thin(color) });
    }
}

/// In the colours of the diagram and of the training map.
fn cells(draw: &mut dyn Draw, table: &TableRecord, area: Area, theme: &Theme) {
    let paper = rgb(&theme.background);
    let (columns, colors): (usize, Vec<Rgb>) = match table {
        TableRecord::Phases(across, phases) => (*across, phases.iter().map(|phase| diagram::color(*phase)).collect()),
        TableRecord::Accuracy(across, all) => {
            (*across, all.iter().map(|cell| diagram::shade(paper, *cell as f32 / 1000.0)).collect())
        }
        TableRecord::Paths(paths) => {
            let count = paths.iter().flatten().max().map_or(0, |most| usize::from(*most) + 1);
            let states = paths.iter().rev().flatten().map(|state| map::color(usize::from(*state), count));
            (paths.first().map_or(0, Vec::len), states.collect())
        }
    };
    if columns == 0 {
        return;
    }
    // The first row is the lowest.
    let rows: Vec<Rgb> = colors.chunks_exact(columns).rev().flatten().copied().collect();
    draw.cells(area, &Cells { columns, colors: &rows, dots: None });
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::experiment::{EXPERIMENTS, record::parse};
    use crate::view::color::css;
    use crate::view::draw::svg::Svg;

    #[test]
    fn every_paper_has_a_picture_from_the_record() {
        let record = parse(include_str!("../../../www/assets/experiments.txt"));
        for experiment in EXPERIMENTS {
            assert!(Thumbnail::of(&record, experiment).is_some(), "{}: record it again", experiment.id);
        }
        assert_eq!(Thumbnail::of(&Record::default(), EXPERIMENTS[0]), None);
    }

    #[test]
    fn the_first_row_of_a_table_is_the_lowest() {
        let theme = Theme { background: "#ffffff".into(), ..Theme::default() };
        let area = Area { x: 0.0, y: 0.0, width: 20.0, height: 20.0 };
        let drawn = |line: &str| {
            let (kind, rest) = line.split_once(' ').unwrap();
            let mut svg = Svg::new(area.width, area.height, "", "");
            Thumbnail::Table(TableRecord::parse(kind, rest).unwrap()).draw(&mut svg, area, &theme);
            svg.finish()
        };
        let order = |xml: &str, colors: [Rgb; 2]| {
            let [above, below] = colors.map(|color| xml.find(&css(color)).unwrap_or_else(|| panic!("{} in {xml}", css(color))));
            above < below
        };
        let [confusion, grokking] = [b'X', b'G'].map(|letter| {
            let TableRecord::Phases(_, phases) = TableRecord::parse("phases", &format!("1 {}", letter as char)).unwrap() else {
                panic!("no phases")
            };
            diagram::color(phases[0])
        });
        assert!(order(&drawn("phases 2 XXGG"), [grokking, confusion]));
        let [none, all] = [0.0, 1.0].map(|fraction| diagram::shade([255; 3], fraction));
        assert!(order(&drawn("cells 2 0 0 1000 1000"), [all, none]) && none != all);
        // Of ways, the first to converge is on top.
        let [early, late] = [0, 1].map(|state| map::color(state, 2));
        assert!(order(&drawn("paths 00 11"), [early, late]));
    }
}
