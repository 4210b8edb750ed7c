//! The simplest law of the delay, over a table of runs: decoupled weight decay shrinks weights at the rate lr · wd (Loshchilov and
//! Hutter 2019), so from knowing its pairs to having the rule, a run that waits for smaller weights (Liu et al. 2022, *Omnigrok*)
//! takes a time in proportion to 1/(lr · wd), with the rate after the embedding. A point for each run, in logarithms, and the line
//! through them.

use super::SweepTable;
use crate::analysis::PowerLaw;
use crate::config::Config;
use crate::language::{local, translate};
use crate::number;
use crate::settings::{Key, key};
use crate::text;
use crate::tr;
use crate::view::chart::Theme;
use crate::view::color::{css, mix, rgb};
use crate::view::decimate::Line;
use crate::view::draw::{Align, Area, Draw, Label, Stroke};
use crate::view::scale::{Scale, Spread, decades};

/// Settings whose product is the rate.
const RATES: [&str; 3] = ["lr", "lrdecoder", "wd"];

/// Whether the runs of a sweep differ in what the law is about.
pub fn applies(config: &Config) -> bool {
    config.sweep.0.iter().any(|axis| RATES.contains(&axis.key))
}

/// A run in the law.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LawPoint {
    /// Index of its cell.
    pub cell: usize,
    /// 1/(learning rate · weight decay), steps.
    pub time: f64,
    /// Steps from memorising to grokking, above 0.
    pub delay: f64,
    /// Index in [`Law::groups`].
    pub group: usize,
}

/// The decided runs of a table, as far as the law is about them.
#[derive(Debug, PartialEq)]
pub struct Law {
    /// One for each run that memorised and grokked later.
    pub points: Vec<LawPoint>,
    /// What tells points apart that could have the same time: values of another setting, or seeds.
    pub groups: Vec<String>,
    /// Decided runs without learning rate or weight decay, …
    pub still: usize,
    /// … those that did not come to memorise and then grok, …
    pub without: usize,
    /// … and those that had the rule as soon as they knew their pairs.
    pub at_once: usize,
    /// The line, where the points make one.
    pub fit: Option<PowerLaw>,
}

/// The legend of a table's law as markup: the sign of each group, in its colour, and its name.
pub fn legend(table: &SweepTable) -> String {
    let entry = |(name, sign, color): (String, Line, String)| {
        let corners: Vec<String> = sign.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        let (path, name) = (corners.join("L"), text::escape(&name));
        format!(r#"<span><svg viewBox="0 0 10 10" aria-hidden=true><path d="M{path}Z" fill={color} /></svg> {name}</span> "#)
    };
    Law::of(table).legend(&table.config).into_iter().map(entry).collect()
}

/// What groups the runs: the setting that varies beside the rate, else the seed.
fn grouped(config: &Config) -> Option<&'static Key> {
    let first = config.sweep.0.iter().position(|axis| RATES.contains(&axis.key))?;
    let other = config.sweep.0.iter().enumerate().find(|(index, _)| *index != first);
    other.map_or_else(|| key("seed").filter(|_| config.seeds > 1), |(_, axis)| key(axis.key))
}

impl Law {
    /// Of the runs of a table that are decided so far.
    pub fn of(table: &SweepTable) -> Law {
        let mut law = Law { points: vec![], groups: vec![], still: 0, without: 0, at_once: 0, fit: None };
        let grouped = grouped(&table.config);
        for (row, state) in table.rows.iter().zip(&table.states) {
            let Some(outcome) = state.outcome().filter(|outcome| outcome.phase.is_some()) else { continue };
            let group = grouped.map_or_else(String::new, |key| (key.get)(&row.config));
            let group = law.groups.iter().position(|known| *known == group).unwrap_or_else(|| {
                law.groups.push(group);
                law.groups.len() - 1
            });
            let rate = row.config.lr * row.config.lrdecoder * row.config.wd;
            match outcome.delay() {
                _ if rate <= 0.0 => law.still += 1,
                None => law.without += 1,
                Some(0) => law.at_once += 1,
                Some(delay) => {
                    law.points.push(LawPoint { cell: row.cell as usize, time: 1.0 / rate, delay: delay.into(), group });
                }
            }
        }
        law.fit = PowerLaw::of(law.points.iter().map(|point| (point.time, point.delay)));
        law
    }

    /// What it says, and of which runs it says nothing.
    pub fn words(&self) -> String {
        let count = self.points.len();
        let found = match &self.fit {
            Some(fit) => tr!(
                "The delay grows like 1/(learning rate · weight decay) to the power of {exponent}: least squares in logarithms over \
                 {count} runs, R² = {share}. The simplest law has a power of 1: half as much decay, twice the wait.",
                exponent = local(number::fixed(fit.exponent, 2)),
                count,
                share = local(number::fixed(fit.r2, 2))
            ),
            None => tr!(
                "A line takes at least three runs that memorised and grokked later, of different rates; so far there are {count} \
                 such runs.",
                count
            ),
        };
        let Law { still, without, at_once, .. } = *self;
        let rest = (still + without + at_once > 0).then(|| {
            tr!(
                "Left out: {still} runs without learning rate or weight decay, {without} that did not both memorise and grok, \
                 {once} that had the rule as soon as they knew their pairs.",
                still,
                without,
                once = at_once
            )
        });
        core::iter::once(found).chain(rest).collect::<Vec<_>>().join(" ")
    }

    /// Of each group its setting and value, with the sign and colour of its points.
    fn legend(&self, config: &Config) -> Vec<(String, Line, String)> {
        let Some(key) = grouped(config) else { return vec![] };
        let said = |(group, value): (usize, &String)| {
            let choice = key.choices().into_iter().find(|(id, _)| id == value).map(|(_, label)| translate(label));
            let value = choice.map_or_else(|| local(value.clone()), String::from);
            ([translate(key.label), " ", &value].concat(), sign(group, (5.0, 5.0), 4.5), css(self.color(group)))
        };
        self.groups.iter().enumerate().map(said).collect()
    }

    /// From one colour to another that the colour-blind tell apart (Okabe and Ito 2008), in the order of the groups.
    fn color(&self, group: usize) -> [u8; 3] {
        let last = self.groups.len().max(2) - 1;
        mix(rgb("#0072b2"), rgb("#e69f00"), group as f32 / last as f32)
    }

    /// Both axes in an area.
    fn axes(&self, area: Area) -> [Scale; 2] {
        let [left, above, right, below] = [58.0, 20.0, 12.0, 40.0];
        let scale = |values: &mut dyn Iterator<Item = f64>, from, to| {
            let (low, high) = decades(values, f64::MIN_POSITIVE, (10.0, 1000.0));
            Scale { spread: Spread::Log, low, high, from, to }
        };
        [
            scale(&mut self.points.iter().map(|point| point.time), area.x + left, area.x + area.width - right),
            scale(&mut self.points.iter().map(|point| point.delay), area.y + area.height - below, area.y + above),
        ]
    }

    /// The cell of the point that is closest to a place, if there are points.
    pub fn cell_at(&self, area: Area, (x, y): (f64, f64)) -> Option<usize> {
        let [across, up] = self.axes(area);
        let far = |point: &LawPoint| libm::hypot(across.at(point.time) - x, up.at(point.delay) - y);
        self.points.iter().min_by(|a, b| far(a).total_cmp(&far(b))).map(|point| point.cell)
    }

    /// Draws it, with an edge around the points of the chosen cell.
    pub fn draw(&self, draw: &mut dyn Draw, chosen: Option<usize>, area: Area, theme: &Theme) {
        let [x, y] = self.axes(area);
        let mut write = |text: &str, at, align, color: &str| {
            draw.text(Label { text, at, align, size: 11.0, bold: false, color, halo: None });
        };
        for tick in y.ticks(6) {
            write(&text::power(tick), (x.from - 6.0, y.at(tick)), Align::Right, &theme.muted);
        }
        for tick in x.ticks(6) {
            write(&text::power(tick), (x.at(tick), y.from + 11.0), Align::Center, &theme.muted);
        }
        write(tr!("↑ delay, steps"), (area.x + 4.0, area.y + 8.0), Align::Left, &theme.ink);
        let name = tr!("1 / (learning rate · weight decay)");
        write(name, ((x.from + x.to) / 2.0, y.from + 28.0), Align::Center, &theme.ink);
        let upright = y.ticks(6).into_iter().map(|tick| vec![(x.from, y.at(tick)), (x.to, y.at(tick))]);
        let across = x.ticks(6).into_iter().map(|tick| vec![(x.at(tick), y.from), (x.at(tick), y.to)]);
        draw.lines(&upright.chain(across).collect::<Vec<Line>>(), Stroke::thin(&theme.grid));
        if let Some(fit) = &self.fit {
            let ends = self.points.iter().map(|point| point.time);
            let ends = ends.fold((f64::INFINITY, 0.0_f64), |(low, high), time| (low.min(time), high.max(time)));
            let line: Line = [ends.0, ends.1].map(|time| (x.at(time), y.at(fit.at(time)))).into();
            draw.lines(&[line], Stroke { width: 1.8, dash: &[6.0, 4.0], ..Stroke::thin(&theme.ink) });
        }
        for point in &self.points {
            let at = (x.at(point.time), y.at(point.delay));
            draw.polygons(&[sign(point.group, at, 4.5)], &css(self.color(point.group)), 0.85);
            if chosen == Some(point.cell) {
                let mut edge = sign(point.group, at, 7.5);
                edge.extend(edge.first().copied());
                draw.lines(&[edge], Stroke { width: 2.0, ..Stroke::thin(&theme.ink) });
            }
        }
    }
}

/// The corners of a group's sign, by which it is told without its colour: square, triangle, diamond, triangle on its tip.
fn sign(group: usize, (x, y): (f64, f64), size: f64) -> Line {
    let corners: &[(f64, f64)] = match group % 4 {
        0 => &[(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)],
        1 => &[(0.0, -1.0), (1.0, 0.8), (-1.0, 0.8)],
        2 => &[(0.0, -1.1), (1.1, 0.0), (0.0, 1.1), (-1.1, 0.0)],
        _ => &[(-1.0, -0.8), (1.0, -0.8), (0.0, 1.0)],
    };
    corners.iter().map(|(right, down)| (x + size * right, y + size * down)).collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::metrics::{History, Point};
    use crate::sweep::{LearningPhase, Outcome};
    use crate::view::draw::svg::Svg;
    use crate::view::sweep::RowState;

    const AREA: Area = Area { x: 0.0, y: 0.0, width: 400.0, height: 300.0 };

    /// A table whose runs are decided: for each row when it memorised and grokked.
    fn table(query: &str, outcome: impl Fn(&Config) -> (Option<u32>, Option<u32>)) -> SweepTable {
        let (config, problems) = Config::small().with_query(query);
        assert_eq!(problems, []);
        let mut table = SweepTable::new(&config);
        for (row, state) in table.rows.iter().zip(&mut table.states) {
            let (memorized, grokked) = outcome(&row.config);
            let phase = Some(LearningPhase::Grokking);
            let outcome = Outcome {
                step: 900,
                memorized,
                grokked,
                last: Point::default(),
                oscillation: None,
                apart: None,
                phase,
                phase_at_90: phase,
            };
            *state = RowState::Decided(outcome, History::default());
        }
        table
    }

    #[test]
    fn runs_that_follow_the_law_have_a_power_of_1_and_zero_is_left_out() {
        let rate = |config: &Config| config.lr * config.wd;
        let law = Law::of(&table("sweep=wd:0|0.5|1|2,train:0.5|0.7&lr=0.01", |config| {
            let delay = if rate(config) > 0.0 { (3.0 / rate(config)).round() as u32 } else { 0 };
            (Some(50), Some(50 + delay))
        }));
        assert_eq!((law.points.len(), law.still, law.without, law.at_once), (6, 2, 0, 0));
        assert_eq!(law.groups, ["0.5", "0.7"]);
        let fit = law.fit.expect("a line");
        assert!((fit.exponent - 1.0).abs() < 1e-9 && fit.r2 > 0.999 && (fit.factor - 3.0).abs() < 1e-6, "{fit:?}");
        let words = law.words();
        assert!(words.contains("to the power of 1.00") && words.contains("over 6 runs, R² = 1.00"), "{words}");
        assert!(words.contains("Left out: 2 runs without learning rate or weight decay, 0 that did not"), "{words}");
    }

    #[test]
    fn runs_without_a_delay_are_counted_and_too_few_make_no_line() {
        let law = Law::of(&table("sweep=wd:1|2|4|8&seeds=2", |config| match config.wd as u32 {
            1 => (Some(50), Some(300)),
            2 => (Some(50), Some(50)),
            4 => (Some(50), None),
            _ => (None, Some(40)),
        }));
        assert_eq!((law.points.len(), law.still, law.without, law.at_once), (2, 0, 4, 2));
        assert_eq!((law.groups.len(), law.fit), (2, None), "the seeds");
        assert!(law.words().contains("so far there are 2 such runs"), "{}", law.words());
        assert_eq!(Law::of(&SweepTable::new(&law_config("sweep=wd:1|2"))).points, []);
    }

    fn law_config(query: &str) -> Config {
        Config::small().with_query(query).0
    }

    #[test]
    fn it_is_offered_where_the_rate_varies_and_grouped_by_what_else_does() {
        let of = |query: &str| {
            let config = law_config(query);
            (applies(&config), grouped(&config).map(|key| key.name))
        };
        assert_eq!(of("sweep=wd:0|1"), (true, None));
        assert_eq!(of("sweep=wd:0|1&seeds=3"), (true, Some("seed")));
        assert_eq!(of("sweep=train:0.5|0.7,lr:0.1|0.2&seeds=3"), (true, Some("train")));
        assert_eq!(of("sweep=lr:0.1|0.2,wd:1|2"), (true, Some("wd")));
        assert!(!applies(&law_config("sweep=train:0.5|0.7")) && !applies(&law_config("")));
    }

    #[test]
    fn each_run_is_a_sign_with_the_line_through_them_and_leads_to_its_cell() {
        let all = table("sweep=wd:0.5|1|2,train:0.5|0.7&lr=0.01", |config| (Some(10), Some(10 + (100.0 / config.wd) as u32)));
        let law = Law::of(&all);
        let mut svg = Svg::new(AREA.width, AREA.height, "", "");
        law.draw(&mut svg, Some(0), AREA, &Theme { ink: "black".into(), grid: "gray".into(), ..Theme::default() });
        let xml = svg.finish();
        assert_eq!(xml.matches("fill-opacity=\"0.85\"").count(), 6);
        assert_eq!((xml.matches("stroke-dasharray=\"6 4\"").count(), xml.matches("stroke-width=\"2\"").count()), (1, 1));
        assert!(!xml.contains("NaN") && xml.contains(">1 / (learning rate · weight decay)<"), "{xml}");
        let [x, y] = law.axes(AREA);
        for point in &law.points {
            // Both values of the other setting lie on one place here.
            let found = law.cell_at(AREA, (x.at(point.time) + 1.0, y.at(point.delay) - 1.0)).expect("a cell");
            assert_eq!(all.rows[all.of_cell(found).start].config.wd, all.rows[all.of_cell(point.cell).start].config.wd);
        }
        assert_eq!(Law::of(&SweepTable::new(&law_config("sweep=wd:1|2"))).cell_at(AREA, (10.0, 10.0)), None);
        let legend: Vec<String> = law.legend(&all.config).into_iter().map(|(said, ..)| said).collect();
        assert_eq!(legend, ["Train fraction 0.5", "Train fraction 0.7"]);
    }
}
