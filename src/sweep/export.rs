//! A table of runs as columns, for programs and for files.

use super::{Outcome, Row};
use crate::config::Config;
use crate::json;
use crate::number;
use crate::settings::{Key, Kind, key, keys, to_query};

/// A row as it is written: what became of it, and what a visitor made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Its settings, and its cell if a sweep asks for it.
    pub row: Row,
    /// What became of it, if it was trained.
    pub outcome: Option<Outcome>,
    /// Why it is in the table.
    pub kind: RunKind,
    /// As the visitor calls it; empty without a name.
    pub name: String,
    /// What the visitor wrote about it.
    pub note: String,
}

/// Why a run is in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunKind {
    /// The sweep asks for it.
    Sweep,
    /// The lab shows it.
    Present,
    /// It was left for another one.
    Earlier,
}

impl RunKind {
    /// As the public contract spells it.
    pub fn id(self) -> &'static str {
        match self {
            RunKind::Sweep => "sweep",
            RunKind::Present => "present",
            RunKind::Earlier => "earlier",
        }
    }
}

impl From<(Row, Option<Outcome>)> for Written {
    /// A row of a sweep.
    fn from((row, outcome): (Row, Option<Outcome>)) -> Written {
        Written { row, outcome, kind: RunKind::Sweep, name: String::new(), note: String::new() }
    }
}

/// What one row has in a column.
#[derive(Debug, Clone, PartialEq)]
pub enum CellValue {
    /// A number. It may be none that JSON has, where a run diverged.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A text.
    Text(String),
    /// Null: it never happened, or not yet.
    Nothing,
}

/// A column of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name in the public contract: `testAccuracy`, or a key of the settings.
    pub name: &'static str,
    /// One for each row.
    pub values: Vec<CellValue>,
}

/// The columns of these rows, of which those of a sweep are [`rows`](super::rows) of this configuration: the settings that the
/// sweep varies, as they were asked for, and others in which rows differ; then seed, outcome, and what a visitor made of it.
pub fn columns(config: &Config, rows: &[Written]) -> Vec<Column> {
    let mut columns = vec![];
    let mut stride = 1;
    for (axis, values) in config.sweep.0.iter().zip(config.sweep_values()) {
        let asked = |cell: u32| values[cell as usize / stride % values.len()].clone();
        // Seeds have a column anyway.
        if let Some(key) = key(axis.key).filter(|key| key.name != "seed") {
            columns.push(column(key.name, rows, |written| match written.kind {
                RunKind::Sweep => typed(key, asked(written.row.cell)),
                _ => typed(key, (key.get)(&written.row.config)),
            }));
        }
        stride *= values.len();
    }
    for key in differing(rows.iter().filter_map(|written| written.row.usable())) {
        if columns.iter().all(|column| column.name != key.name) {
            columns.push(column(key.name, rows, |written| setting(key, &written.row)));
        }
    }
    columns.push(column("seed", rows, |written| CellValue::Number(written.row.config.seed.into())));
    let outcome =
        |name, value: fn(&Outcome) -> CellValue| column(name, rows, |written| or_nothing(written.outcome.as_ref(), value));
    columns.extend([
        outcome("step", |outcome| CellValue::Number(outcome.step.into())),
        outcome("memorized", |outcome| or_nothing(outcome.memorized, |step| CellValue::Number(step.into()))),
        outcome("grok", |outcome| or_nothing(outcome.grokked, |step| CellValue::Number(step.into()))),
        outcome("trainAccuracy", |outcome| decimal(outcome.last.train_accuracy)),
        outcome("testAccuracy", |outcome| decimal(outcome.last.test_accuracy)),
        outcome("trainLoss", |outcome| decimal(outcome.last.train_loss)),
        outcome("testLoss", |outcome| decimal(outcome.last.test_loss)),
        outcome("oscillation", |outcome| or_nothing(outcome.oscillation, decimal)),
        outcome("outOfDistribution", |outcome| or_nothing(outcome.apart, decimal)),
        outcome("phase", |outcome| or_nothing(outcome.phase, |phase| CellValue::Text(phase.id().into()))),
        outcome("phase90", |outcome| or_nothing(outcome.phase_at_90, |phase| CellValue::Text(phase.id().into()))),
        column("kind", rows, |written| CellValue::Text(written.kind.id().into())),
        column("name", rows, |written| CellValue::Text(written.name.clone())),
        column("note", rows, |written| CellValue::Text(written.note.clone())),
    ]);
    columns
}

/// The settings that show in curves in which not all of these agree, without the seed.
pub fn differing<'a>(configs: impl Iterator<Item = &'a Config>) -> Vec<&'static Key> {
    let configs: Vec<&Config> = configs.collect();
    let Some((first, others)) = configs.split_first() else { return vec![] };
    let differ = |key: &&Key| {
        let value = (key.get)(first);
        others.iter().any(|other| (key.get)(other) != value)
    };
    keys::of_curves().filter(|key| !["seed", "seeds", "sweep"].contains(&key.name)).filter(differ).collect()
}

/// The columns of a file: after those of [`columns`] come all other settings that show in curves or end a run, so that a row can
/// be repeated, and last the query of its link. A row is one run, so it has neither `seeds` nor `sweep`. A row that cannot be
/// trained has nothing to repeat.
fn file_columns(config: &Config, rows: &[Written]) -> Vec<Column> {
    let mut columns = columns(config, rows);
    let settings = keys::of_curves().filter(|key| key.name != "seeds").chain(["steps", "stop"].into_iter().filter_map(key));
    for key in settings {
        if columns.iter().all(|column| column.name != key.name) {
            columns.push(column(key.name, rows, |written| setting(key, &written.row)));
        }
    }
    columns.push(column("link", rows, |written| or_nothing(written.row.usable(), |config| CellValue::Text(to_query(config)))));
    columns
}

/// Comma-separated values with a header line (RFC 4180, with the line ends of the other files). Null is empty.
pub fn csv(config: &Config, rows: &[Written]) -> String {
    let columns = file_columns(config, rows);
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let mut text = names.join(",") + "\n";
    for row in 0..rows.len() {
        let fields: Vec<String> = columns.iter().map(|column| column.values[row].csv()).collect();
        text += &(fields.join(",") + "\n");
    }
    text
}

/// A list of objects, one for each row, with the same names.
pub fn json(config: &Config, rows: &[Written]) -> String {
    let columns = file_columns(config, rows);
    let record = |row: usize| {
        let members: Vec<_> = columns.iter().map(|column| (column.name, column.values[row].json())).collect();
        json::object(&members)
    };
    json::array(&mut (0..rows.len()).map(record)) + "\n"
}

impl CellValue {
    fn csv(&self) -> String {
        match self {
            CellValue::Number(value) => number::shortest(*value),
            CellValue::Flag(value) => value.to_string(),
            CellValue::Text(text) if text.contains(['"', ',', '\n', '\r']) => ["\"", &text.replace('"', "\"\""), "\""].concat(),
            CellValue::Text(text) => text.clone(),
            CellValue::Nothing => String::new(),
        }
    }

    fn json(&self) -> String {
        match self {
            CellValue::Number(value) => json::number(*value),
            CellValue::Flag(value) => value.to_string(),
            CellValue::Text(text) => json::string(text),
            CellValue::Nothing => "null".into(),
        }
    }
}

fn column(name: &'static str, rows: &[Written], value: impl Fn(&Written) -> CellValue) -> Column {
    Column { name, values: rows.iter().map(value).collect() }
}

/// A setting of a row that can be trained.
fn setting(key: &Key, row: &Row) -> CellValue {
    or_nothing(row.usable(), |config| typed(key, (key.get)(config)))
}

/// Null where the thing is missing.
fn or_nothing<T>(thing: Option<T>, value: impl FnOnce(T) -> CellValue) -> CellValue {
    thing.map_or(CellValue::Nothing, value)
}

/// The value of a setting, as in a link.
fn typed(key: &Key, text: String) -> CellValue {
    let value = match key.kind {
        Kind::Integer(..) | Kind::Number(..) => number::parse(&text).map(CellValue::Number),
        Kind::Flag => Some(CellValue::Flag(text == "true")),
        _ => None,
    };
    value.unwrap_or(CellValue::Text(text))
}

/// A number that was f32, with no more digits than it needs.
fn decimal(value: f32) -> CellValue {
    CellValue::Number(number::parse(&number::shortest_f32(value)).unwrap_or(value.into()))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::super::{LearningPhase, rows};
    use super::*;
    use crate::metrics::Point;
    use crate::settings::{from_query, key};
    use serde_json::{Value, json};

    /// A table whose first row has an outcome, and whose others have none yet.
    fn table(query: &str) -> (Config, Vec<Written>) {
        let (config, problems) = Config::small().with_query(query);
        assert_eq!(problems, []);
        let last = Point {
            step: 40,
            train_accuracy: 1.0,
            test_accuracy: 0.96,
            train_loss: 0.1,
            test_loss: f32::NAN,
            ..Point::default()
        };
        let outcome = Outcome {
            step: 40,
            memorized: Some(20),
            grokked: None,
            last,
            oscillation: Some(0.25),
            apart: Some(0.5),
            phase: Some(LearningPhase::Memorisation),
            phase_at_90: Some(LearningPhase::Comprehension),
        };
        let rows = rows(&config).into_iter().enumerate().map(|(i, row)| (row, (i == 0).then_some(outcome)).into());
        (config.clone(), rows.collect())
    }

    /// The fields of a line (RFC 4180), without line breaks in them.
    fn fields(line: &str) -> Vec<String> {
        let (mut fields, mut quoted) = (vec![String::new()], false);
        for (c, next) in line.chars().zip(line.chars().skip(1).chain(['\0'])) {
            match c {
                '"' if quoted && next == '"' => fields.last_mut().unwrap().push('"'),
                '"' => quoted = !quoted,
                ',' if !quoted => fields.push(String::new()),
                c => fields.last_mut().unwrap().push(c),
            }
        }
        fields
    }

    #[test]
    fn columns_are_those_of_the_contract() {
        let (config, rows) = table("sweep=lr:0.001|0.01,task:x+y|x*y&seeds=2&seed=5");
        let columns = columns(&config, &rows);
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let outcome = [
            "step",
            "memorized",
            "grok",
            "trainAccuracy",
            "testAccuracy",
            "trainLoss",
            "testLoss",
            "oscillation",
            "outOfDistribution",
            "phase",
            "phase90",
        ];
        let made = ["kind", "name", "note"];
        assert_eq!(names, [["lr", "task", "seed"].as_slice(), &outcome, &made].concat());
        assert!(columns.iter().all(|column| column.values.len() == 8));
        let (number, text) = (CellValue::Number, |text: &str| CellValue::Text(text.into()));
        assert_eq!(columns[0].values[..4], [0.001, 0.001, 0.01, 0.01].map(number));
        assert_eq!(columns[1].values[3..5], [text("x+y"), text("x*y")]);
        assert_eq!(columns[2].values[..3], [5.0, 6.0, 5.0].map(number));
        let first: Vec<CellValue> = columns[3..].iter().map(|column| column.values[0].clone()).collect();
        let rest = [number(1.0), number(0.96), number(0.1)];
        assert_eq!(first[..6], [[number(40.0), number(20.0), CellValue::Nothing].as_slice(), &rest].concat());
        assert!(matches!(first[6], CellValue::Number(loss) if loss.is_nan()));
        assert_eq!(first[7..11], [number(0.25), number(0.5), text("memorisation"), text("comprehension")]);
        assert_eq!((&first[11], &first[12]), (&text("sweep"), &text("")));
        assert!(columns[3..14].iter().all(|column| column.values[1..].iter().all(|value| *value == CellValue::Nothing)));
    }

    #[test]
    fn seeds_have_one_column_and_a_lone_run_is_a_row() {
        let (config, rows) = table("sweep=seed:3..5:3");
        let columns = columns(&config, &rows);
        assert_eq!((columns[0].name, columns[1].name), ("seed", "step"));
        assert_eq!(columns[0].values, [3.0, 4.0, 5.0].map(CellValue::Number));
        let (config, rows) = table("");
        assert_eq!(super::columns(&config, &rows)[0].values.len(), 1);
    }

    #[test]
    fn a_file_repeats_its_rows() {
        let (config, rows) = table("sweep=wd:0|1&at=20:lr%3D0.003,wd%3D2&bias=false&stop=limit&steps=70");
        let text = csv(&config, &rows);
        let mut lines = text.lines();
        let header = fields(lines.next().unwrap());
        let records: Vec<Value> = serde_json::from_str(&super::json(&config, &rows)).expect("JSON");
        for ((line, record), Written { row, .. }) in lines.zip(&records).zip(&rows) {
            let line = fields(line);
            assert_eq!(line.len(), header.len());
            assert_eq!(line.last(), record["link"].as_str().map(String::from).as_ref());
            assert_eq!(from_query(line.last().unwrap()), (row.config.clone(), vec![]));
            // The settings alone do as well.
            let settings = header.iter().zip(&line).filter(|(name, _)| key(name).is_some());
            let (again, problems) = Config::from_pairs(settings.map(|(name, value)| (name.as_str(), value.as_str())));
            assert_eq!((again, problems), (row.config.clone(), vec![]));
            for (name, value) in header.iter().zip(&line) {
                let value = match &record[name] {
                    Value::Null => continue,
                    Value::String(text) => text == value,
                    Value::Bool(flag) => flag.to_string() == *value,
                    number => number.as_f64() == value.parse().ok(),
                };
                assert!(value, "{name}");
            }
        }
        assert_eq!((&records[0]["testLoss"], &records[0]["grok"]), (&json!(null), &json!(null)));
        assert!(!header.iter().any(|name| ["seeds", "sweep"].contains(&name.as_str())), "a row is one run");
    }

    #[test]
    fn runs_of_all_kinds_share_the_columns_in_which_they_differ() {
        let (config, mut rows) = table("sweep=wd:0|1&bias=false");
        let own = Config { p: 31, bias: true, ..Config::small() };
        let row = Row { cell: 0, config: own, why: None };
        rows.push(Written { kind: RunKind::Earlier, name: "mine".into(), ..(row, None).into() });
        let columns = columns(&config, &rows);
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        assert_eq!(names[..4], ["wd", "p", "bias", "seed"]);
        assert_eq!(columns[2].values, [false, false, true].map(CellValue::Flag));
        let last: Vec<&CellValue> = columns.iter().rev().take(3).map(|column| &column.values[2]).collect();
        assert_eq!(last, [&CellValue::Text(String::new()), &CellValue::Text("mine".into()), &CellValue::Text("earlier".into())]);
    }

    #[test]
    fn what_has_commas_and_quotes_reads_back() {
        for (text, written) in [("x+y", "x+y"), ("min(x,y)", "\"min(x,y)\""), ("a\"b\"", "\"a\"\"b\"\"\""), ("", "")] {
            assert_eq!(CellValue::Text(text.into()).csv(), written);
            assert_eq!(fields(&(written.to_string() + ",1")), [text, "1"]);
        }
        assert_eq!(CellValue::Text("a\nb".into()).csv(), "\"a\nb\"");
    }

    #[test]
    fn a_row_that_cannot_be_trained_has_nothing_to_repeat() {
        let (config, rows) = table("sweep=heads:2|3");
        assert!(rows[1].row.usable().is_none());
        let records: Vec<Value> = serde_json::from_str(&super::json(&config, &rows)).expect("JSON");
        assert_eq!((&records[1]["heads"], &records[1]["seed"], &records[1]["step"]), (&json!(3), &json!(0), &json!(null)));
        assert_eq!((&records[1]["lr"], &records[1]["link"]), (&json!(null), &json!(null)));
    }
}
