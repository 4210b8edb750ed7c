//! What was measured when the experiments were last run, as the page shows it: a small text, one line per thing.
//!
//! Lines of a record: for each arm `arm id seeds`, `made machine and date`, where it is known `took seconds`, its judged expectations
//! `check met all text | measured`, and a curve of the first seed: `steps …`, then `train …` and `test …` in thousandths, each number as
//! its difference to the one before, which makes the file a quarter smaller for visitors. Arms that are tables have a line of their first
//! [table](TableRecord) instead. Comparisons come after the arms, as
//! `compare id met all text | measured`, and last what seeds beyond the record came to, `further id first seeds met all | missed`.

use super::TableRecord;
use crate::metrics::{History, Point};

/// As what the standard set-up is recorded, of which no paper claims anything.
pub const STANDARD: &str = "standard";
/// Points of a curve at most.
const POINTS: usize = 60;

/// Everything that was recorded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// By arm.
    pub arms: Vec<ArmRecord>,
    /// By experiment.
    pub compares: Vec<(String, Check)>,
    /// Seeds beyond these.
    pub further: Vec<Further>,
}

/// What seeds beyond those of the record came to, for which no criterion was made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Further {
    /// The experiment.
    pub id: String,
    /// The first of these seeds.
    pub first: u32,
    /// How many there are.
    pub seeds: u32,
    /// How often a run met an expectation.
    pub met: u32,
    /// Of so many times.
    pub all: u32,
    /// The expectations that not every run met, with what was measured; empty where there are none.
    pub missed: String,
}

/// What was measured of an arm.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ArmRecord {
    /// Its id.
    pub id: String,
    /// On what, and when.
    pub made: String,
    /// Runs.
    pub seeds: u32,
    /// How long all of them took side by side, seconds.
    pub seconds: Option<u32>,
    /// Its expectations.
    pub checks: Vec<Check>,
    /// The first seed's accuracy; empty of a table.
    pub curve: Curve,
    /// The first seed's table; none of a run.
    pub table: Option<TableRecord>,
}

/// An expectation and how many runs met it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Check {
    /// Runs that met it.
    pub met: u32,
    /// Of so many.
    pub all: u32,
    /// What was expected.
    pub text: String,
    /// What was measured, run by run.
    pub measured: String,
}

/// What came of an experiment as a whole: how often a run met a criterion, of how many times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reproduction {
    /// Every time.
    Whole,
    /// Half of the times or more.
    Partly(u32, u32),
    /// Less often.
    Failed(u32, u32),
}

/// A decimated curve.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curve {
    /// Ascending.
    pub steps: Vec<u32>,
    /// Train and test accuracy, thousandths.
    pub accuracy: [Vec<u32>; 2],
}

impl Curve {
    /// The points that tell the story: where an accuracy moved by a hundredth or more, and the ends.
    pub fn of(history: &History) -> Curve {
        let fractions = |p: &Point| [p.train_accuracy, p.test_accuracy].map(|fraction| (fraction * 1000.0).round() as u32);
        let points = &history.points;
        let mut grain = 10;
        loop {
            let mut curve = Curve::default();
            for (i, point) in points.iter().enumerate() {
                // Listed where it, or the point after it, is away from the last that was.
                let away = |p: &Point| {
                    let before = curve.accuracy.iter().map(|list| list.last());
                    before.zip(fractions(p)).any(|(before, now)| before.is_none_or(|before| before.abs_diff(now) >= grain))
                };
                if away(point) || points.get(i + 1).is_none_or(away) {
                    curve.steps.push(point.step);
                    curve.accuracy.iter_mut().zip(fractions(point)).for_each(|(list, now)| list.push(now));
                }
            }
            if curve.steps.len() <= POINTS || grain > 500 {
                return curve;
            }
            grain += grain / 4 + 1;
        }
    }
}

impl Record {
    /// An arm's record.
    pub fn arm(&self, id: &str) -> Option<&ArmRecord> {
        self.arms.iter().find(|arm| arm.id == id)
    }

    /// Takes over what was measured newly, in the place of what there was.
    pub fn update(&mut self, experiment: &str, arms: Vec<ArmRecord>, compares: Vec<Check>) {
        self.arms.retain(|old| !arms.iter().any(|new| new.id == old.id));
        self.arms.extend(arms);
        self.compares.retain(|(id, _)| id != experiment);
        self.compares.extend(compares.into_iter().map(|check| (experiment.to_string(), check)));
        // It was about what was expected before.
        self.further.retain(|old| old.id != experiment);
    }

    /// Takes over what came of seeds beyond those of the record.
    pub fn add_further(&mut self, experiment: &str, [first, seeds]: [u32; 2], arms: &[ArmRecord], compares: &[Check]) {
        let checks: Vec<&Check> = arms.iter().flat_map(|arm| &arm.checks).chain(compares).collect();
        let missed = checks.iter().filter(|check| check.met < check.all);
        let missed: Vec<String> = missed.map(|check| [&check.text[..], " (", &check.measured, ")"].concat()).collect();
        let sum = |count: fn(&Check) -> u32| checks.iter().map(|check| count(check)).sum();
        let (met, all) = (sum(|check| check.met), sum(|check| check.all));
        self.further.retain(|old| old.id != experiment);
        self.further.push(Further { id: experiment.into(), first, seeds, met, all, missed: missed.join("; ") });
    }

    /// What seeds beyond those of its record came to, if some were tried.
    pub fn further(&self, experiment: &str) -> Option<&Further> {
        self.further.iter().find(|further| further.id == experiment)
    }

    /// What came of an experiment; none if not all of it was recorded.
    pub fn reproduction(&self, experiment: &super::Experiment) -> Option<Reproduction> {
        let mut checks = vec![];
        for arm in experiment.arms {
            checks.extend(&self.arm(arm.id)?.checks);
        }
        checks.extend(self.compares.iter().filter(|(id, _)| id == experiment.id).map(|(_, check)| check));
        let sum = |count: fn(&Check) -> u32| checks.iter().map(|check| count(check)).sum();
        Some(match (sum(|check| check.met), sum(|check| check.all)) {
            (_, 0) => return None,
            (met, all) if met == all => Reproduction::Whole,
            (met, all) if 2 * met >= all => Reproduction::Partly(met, all),
            (met, all) => Reproduction::Failed(met, all),
        })
    }

    /// As [`parse`] reads it.
    pub fn write(&self) -> String {
        let mut text = String::new();
        let numbers = |list: &[u32]| {
            let before = [0].iter().chain(list);
            let steps = list.iter().zip(before).map(|(now, before)| i64::from(*now) - i64::from(*before));
            steps.map(|step| step.to_string()).collect::<Vec<_>>().join(" ")
        };
        let check = |c: &Check| format!("{} {} {} | {}\n", c.met, c.all, c.text, c.measured);
        for arm in &self.arms {
            text += &format!("arm {} {}\nmade {}\n", arm.id, arm.seeds, arm.made);
            text += &arm.seconds.map_or(String::new(), |seconds| format!("took {seconds}\n"));
            arm.checks.iter().for_each(|c| text += &format!("check {}", check(c)));
            if let Some(table) = &arm.table {
                text += &table.write();
                continue;
            }
            text += &format!("steps {}\ntrain {}\n", numbers(&arm.curve.steps), numbers(&arm.curve.accuracy[0]));
            text += &format!("test {}\n", numbers(&arm.curve.accuracy[1]));
        }
        self.compares.iter().for_each(|(id, c)| text += &format!("compare {id} {}", check(c)));
        for Further { id, first, seeds, met, all, missed } in &self.further {
            text += format!("further {id} {first} {seeds} {met} {all} | {missed}").trim_end();
            text.push('\n');
        }
        text
    }
}

/// Reads a record. Lines that cannot be read are left out.
pub fn parse(text: &str) -> Record {
    let mut record = Record::default();
    for line in text.lines() {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        if kind == "compare" {
            let (id, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            record.compares.extend(check(rest).map(|check| (id.to_string(), check)));
            continue;
        }
        if kind == "further" {
            record.further.extend(further(rest));
            continue;
        }
        if kind == "arm" {
            let (id, seeds) = rest.split_once(' ').unwrap_or((rest, ""));
            record.arms.push(ArmRecord { id: id.into(), seeds: seeds.parse().unwrap_or(0), ..ArmRecord::default() });
            continue;
        }
        let Some(arm) = record.arms.last_mut() else { continue };
        let numbers = || {
            let steps = rest.split(' ').filter_map(|n| n.parse::<i32>().ok());
            let add = |now: &mut u32, step| {
                *now = now.wrapping_add_signed(step);
                Some(*now)
            };
            steps.scan(0, add).collect()
        };
        match kind {
            "made" => arm.made = rest.into(),
            "took" => arm.seconds = rest.parse().ok(),
            "check" => arm.checks.extend(check(rest)),
            "steps" => arm.curve.steps = numbers(),
            "train" => arm.curve.accuracy[0] = numbers(),
            "test" => arm.curve.accuracy[1] = numbers(),
            _ => arm.table = TableRecord::parse(kind, rest).or(arm.table.take()),
        }
    }
    for arm in &mut record.arms {
        let short = arm.curve.accuracy.iter().map(Vec::len).min().unwrap_or(0).min(arm.curve.steps.len());
        arm.curve.steps.truncate(short);
        arm.curve.accuracy.iter_mut().for_each(|list| list.truncate(short));
    }
    record
}

fn further(text: &str) -> Option<Further> {
    let (numbers, missed) = text.split_once('|')?;
    let (id, numbers) = numbers.trim_end().split_once(' ')?;
    let mut numbers = numbers.split(' ').map(|number| number.parse().ok());
    let mut next = || numbers.next()?;
    Some(Further { id: id.into(), first: next()?, seeds: next()?, met: next()?, all: next()?, missed: missed.trim().into() })
}

fn check(text: &str) -> Option<Check> {
    let mut parts = text.splitn(3, ' ');
    let (met, all, rest) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
    let (text, measured) = rest.split_once('|')?;
    Some(Check { met, all, text: text.trim_end().into(), measured: measured.trim_start().into() })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn a_record_round_trips() {
        let met = Check { met: 3, all: 3, text: "memorised by step 500".into(), measured: "120, 130, 140".into() };
        let arm = ArmRecord {
            id: "power".into(),
            made: "two cores, 24 November 2026".into(),
            seeds: 3,
            seconds: Some(75),
            checks: vec![met.clone()],
            curve: Curve { steps: vec![0, 5, 9], accuracy: [vec![7, 500, 1000], vec![9, 1, 990]] },
            table: None,
        };
        let cells = Some(TableRecord::Accuracy(2, vec![40, 1000]));
        let table = ArmRecord { id: "fraction".into(), curve: Curve::default(), table: cells, ..arm.clone() };
        let mut record =
            Record { arms: vec![arm.clone(), table], compares: vec![("power".into(), met.clone())], further: vec![] };
        record.add_further("hu", [3, 4], &[arm], &[Check { met: 1, ..met.clone() }]);
        record.add_further("power", [5, 3], &[], &[met]);
        let further = "further hu 3 4 4 6 | memorised by step 500 (120, 130, 140)\nfurther power 5 3 3 3 |\n";
        assert!(record.write().ends_with(further), "{}", record.write());
        let mut again = record.clone();
        again.update("hu", vec![], vec![]);
        assert_eq!((again.further("hu"), again.further("power").is_some()), (None, true));
        assert!(record.write().contains("steps 0 5 4\ntrain 7 493 500\ntest 9 -8 989\n"), "{}", record.write());
        assert_eq!(parse(&record.write()), record);
        assert_eq!(parse("nonsense\ncheck 1\narm\nsteps 1 2 3\ntrain 4 5\ntest 6").arms[0].curve.steps, [1]);
    }

    #[test]
    fn half_of_what_is_expected_is_a_part() {
        let experiment = crate::experiment::EXPERIMENTS.iter().find(|experiment| experiment.id == "doshi").unwrap();
        let of = |met: [u32; 2]| {
            let check = |met| Check { met, all: 3, ..Check::default() };
            let arm = |id: &str| ArmRecord { id: id.into(), checks: vec![check(met[0])], ..ArmRecord::default() };
            let arms = experiment.arms.iter().map(|each| arm(each.id)).collect();
            let compares = vec![("doshi".into(), check(met[1])), ("hu".into(), check(0))];
            Record { arms, compares, further: vec![] }
        };
        let (arms, whole) = (experiment.arms.len() as u32, of([3, 3]));
        assert_eq!(whole.reproduction(experiment), Some(Reproduction::Whole));
        assert_eq!(of([3, 2]).reproduction(experiment), Some(Reproduction::Partly(3 * arms + 2, 3 * arms + 3)));
        assert_eq!(of([1, 3]).reproduction(experiment), Some(Reproduction::Partly(arms + 3, 3 * arms + 3)), "half");
        assert_eq!(of([1, 2]).reproduction(experiment), Some(Reproduction::Failed(arms + 2, 3 * arms + 3)));
        assert_eq!(Record { arms: vec![], ..whole }.reproduction(experiment), None);
        let nothing = Record {
            arms: of([0, 0]).arms.into_iter().map(|arm| ArmRecord { checks: vec![], ..arm }).collect(),
            ..Record::default()
        };
        assert_eq!(nothing.reproduction(experiment), None, "nothing was expected");
    }

    #[test]
    fn a_curve_keeps_the_turns() {
        let mut history = History::default();
        for step in 0..5000 {
            let test_accuracy = if step < 3000 { 0.3 } else { 1.0 };
            let train_accuracy = (step as f32 / 100.0).min(1.0);
            history.push(Point { step, train_accuracy, test_accuracy, ..Point::default() });
        }
        let curve = Curve::of(&history);
        assert!(curve.steps.len() <= POINTS && curve.steps.len() > 10, "{}", curve.steps.len());
        for step in [0, 2999, 3000, 4999] {
            assert!(curve.steps.contains(&step), "{step} in {:?}", curve.steps);
        }
    }
}
