//! What the table lists: entries or their seeds, found by words, sorted by a column.

use core::cmp::Ordering;

use super::column::{Column, Value, columns};
use super::look::{Sorting, TableView};
use super::{AllRuns, Entry, SeedRun};
use crate::order::argsort;
use crate::view::runs::RunId;

/// A line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The entry that it is of.
    pub id: RunId,
    /// The seed that it is of, where each has a line.
    pub seed: Option<u32>,
    /// What the entry is called.
    pub name: String,
    /// Where it came from, and what changed on the way.
    pub story: String,
    /// Whether its curves are drawn.
    pub shown: bool,
    /// Of its curves.
    pub color: usize,
    /// What stands in each column.
    pub values: Vec<Value>,
}

/// The columns' heads, and the lines in their order.
pub struct Lines {
    /// Of each column.
    pub heads: Vec<&'static str>,
    /// The column of names, and that of notes: they have fields.
    pub fields: [usize; 2],
    /// All that were found.
    pub found: Vec<Line>,
    /// How many there are, found or not.
    pub all: usize,
    /// Whether an entry has several seeds.
    pub seeds: bool,
}

/// What the table lists, looked at in this way.
pub fn lines(runs: AllRuns, view: &TableView) -> Lines {
    let entries = runs.entries();
    let columns = columns(runs.settings(&entries));
    let line = |entry: &Entry, seeds: &[SeedRun], seed: Option<u32>| Line {
        id: entry.id,
        seed,
        name: entry.name().into(),
        story: entry.story.clone(),
        shown: entry.mark.shown,
        color: entry.mark.color,
        values: columns.iter().map(|column| column.value(entry, seeds)).collect(),
    };
    let lines: Vec<Line> = entries
        .iter()
        .flat_map(|entry| match view.seeds && entry.seeds.len() > 1 {
            true => entry.seeds.iter().map(|run| line(entry, core::slice::from_ref(run), Some(run.seed))).collect(),
            false => vec![line(entry, &entry.seeds, None)],
        })
        .collect();
    let all = lines.len();
    let words: Vec<String> = view.find.split_whitespace().map(str::to_ascii_lowercase).collect();
    let found: Vec<Line> = lines.into_iter().filter(|line| words.iter().all(|word| has(line, word))).collect();
    let order = order(&found, view.sorted);
    Lines {
        heads: columns.iter().map(Column::head).collect(),
        fields: [0, columns.len() - 1],
        found: order.into_iter().map(|i| found[i].clone()).collect(),
        all,
        seeds: entries.iter().any(|entry| entry.seeds.len() > 1),
    }
}

/// Whether a line has a word somewhere.
fn has(line: &Line, word: &str) -> bool {
    let has = |text: &str| text.to_ascii_lowercase().contains(word);
    has(&line.story) || line.values.iter().any(|Value(text, _)| has(text))
}

/// The order of lines, sorted by a column; else as they are.
fn order(lines: &[Line], sorted: Option<Sorting>) -> Vec<usize> {
    argsort(lines.len(), &|a, b| {
        let Some(Sorting { column, backwards }) = sorted else { return Ordering::Equal };
        let (Some(a), Some(b)) = (lines[a].values.get(column), lines[b].values.get(column)) else { return Ordering::Equal };
        // What has no number stays at the end.
        if backwards && a.1.is_some() == b.1.is_some() { a.order(b).reverse() } else { a.order(b) }
    })
}
