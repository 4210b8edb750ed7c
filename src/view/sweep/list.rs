//! The rows of a table of runs as markup, sorted by any column.

use core::cmp::Ordering;

use super::diagram::name;
use super::{RowState, SweepTable};
use crate::language::{local, translate};
use crate::order::argsort;
use crate::settings::key;
use crate::text;
use crate::tr;

/// How the rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sorting {
    /// Index of the column.
    pub column: usize,
    /// Whether its largest come first.
    pub backwards: bool,
}

/// What stands in a column: its text, and the number that it is sorted by, if it is one.
struct Entry(String, Option<f64>);

impl Entry {
    fn number(value: Option<f64>, written: impl Fn(f64) -> String) -> Entry {
        Entry(value.map_or_else(|| "–".into(), written), value)
    }

    /// Numbers come before what has none.
    fn order(&self, other: &Entry) -> Ordering {
        match (self.1, other.1) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => b.is_some().cmp(&a.is_some()).then_with(|| self.0.cmp(&other.0)),
        }
    }
}

/// The head of each column.
fn heads(table: &SweepTable) -> Vec<String> {
    let swept = table.config.sweep.0.iter().filter_map(|axis| key(axis.key)).map(|key| translate(key.label));
    let fixed = [tr!("Seed"), tr!("Step"), tr!("Memorised"), tr!("Grokked"), tr!("Train"), tr!("Test"), tr!("Phase")];
    swept.chain(fixed).map(String::from).collect()
}

/// What stands in each column of a row.
fn entries(table: &SweepTable, row: usize) -> Vec<Entry> {
    let (config, state) = (&table.rows[row].config, &table.states[row]);
    let outcome = state.outcome();
    let swept = table.config.sweep.0.iter().filter_map(|axis| key(axis.key)).map(|key| {
        let value = (key.get)(config);
        match crate::number::parse(&value) {
            Some(number) => Entry(local(value), Some(number)),
            None => Entry(value, None),
        }
    });
    let step = |step: Option<u32>| Entry::number(step.map(f64::from), |step| text::thousands(step as u64));
    let share = |share: Option<f32>| Entry::number(share.map(f64::from), text::percent);
    let phase = match state {
        RowState::Waiting => tr!("waits").into(),
        RowState::Training(_) => tr!("trains").into(),
        RowState::Decided(outcome, _) => outcome.phase.map(name).unwrap_or_default().into(),
        RowState::Left(None) => tr!("stopped").into(),
        RowState::Left(Some(why)) => why.clone(),
    };
    let fixed = [
        step(Some(config.seed)),
        step(outcome.map(|outcome| outcome.step)),
        step(outcome.and_then(|outcome| outcome.memorized)),
        step(outcome.and_then(|outcome| outcome.grokked)),
        share(outcome.map(|outcome| outcome.last.train_accuracy)),
        share(outcome.map(|outcome| outcome.last.test_accuracy)),
        Entry(phase, None),
    ];
    swept.chain(fixed).collect()
}

/// The table, sorted by a column; else as its rows are.
pub fn html(table: &SweepTable, sorted: Option<Sorting>) -> String {
    let rows: Vec<Vec<Entry>> = (0..table.rows.len()).map(|row| entries(table, row)).collect();
    let order = argsort(rows.len(), &|a, b| {
        let Some(Sorting { column, backwards }) = sorted else { return Ordering::Equal };
        let (Some(a), Some(b)) = (rows[a].get(column), rows[b].get(column)) else { return Ordering::Equal };
        // What has no number stays at the end.
        if backwards && a.1.is_some() == b.1.is_some() { a.order(b).reverse() } else { a.order(b) }
    });
    let head = |(i, name): (usize, String)| {
        let sort = match sorted.filter(|sorted| sorted.column == i) {
            Some(Sorting { backwards: true, .. }) => " aria-sort=descending",
            Some(_) => " aria-sort=ascending",
            None => "",
        };
        let name = text::escape(&name);
        format!(r#"<th scope=col{sort}><button type=button data-action=sweep-sort data-of="{i}">{name}</button></th>"#)
    };
    let head: String = heads(table).into_iter().enumerate().map(head).collect();
    let mut html = format!("<table><thead><tr>{head}</tr></thead><tbody>");
    for row in order.into_iter().map(|row| &rows[row]) {
        html += "<tr>";
        html.extend(row.iter().map(|Entry(text, _)| ["<td>", &text::escape(text), "</td>"].concat()));
        html += "</tr>";
    }
    html + "</tbody></table>"
}
