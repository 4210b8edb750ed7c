//! What the table lists: entries or their seeds, found by words, sorted by a column.

use core::ops::Range;

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

/// The columns' heads, and the lines in sight.
pub struct Lines {
    /// Of each column.
    pub heads: Vec<&'static str>,
    /// The column of names, and that of notes: they have fields.
    pub fields: [usize; 2],
    /// Those in sight, in their order.
    pub page: Vec<Line>,
    /// Which of those that were found they are.
    pub range: Range<usize>,
    /// How many were found.
    pub found: usize,
    /// How many there are, found or not.
    pub all: usize,
    /// Whether an entry has several seeds.
    pub seeds: bool,
}

/// An entry with those of its seeds that a line is about. What stands in its columns is worked out where it is needed: of a
/// thousand lines few are in sight.
struct Listed<'a> {
    entry: &'a Entry<'a>,
    seeds: &'a [SeedRun],
    /// Whether it is about one of several.
    single: bool,
}

/// What the table lists, looked at in this way.
pub fn lines(runs: AllRuns, view: &TableView) -> Lines {
    let entries = runs.entries();
    let apart = |run: &SeedRun| run.outcome.is_some_and(|outcome| outcome.apart.is_some());
    let columns = columns(runs.settings(&entries), entries.iter().any(|entry| entry.seeds.iter().any(apart)));
    let listed = entries.iter().flat_map(|entry| {
        let single = view.seeds && entry.seeds.len() > 1;
        let each = if single { 1 } else { entry.seeds.len().max(1) };
        entry.seeds.chunks(each).map(move |seeds| Listed { entry, seeds, single })
    });
    let listed: Vec<Listed> = listed.collect();
    let all = listed.len();
    let words: Vec<String> = view.find.split_whitespace().map(str::to_ascii_lowercase).collect();
    let found: Vec<Listed> = listed.into_iter().filter(|line| words.is_empty() || line.has(&columns, &words)).collect();
    let range = view.range(found.len());
    let order = order(&found, view.sorted.and_then(|sorted| Some((columns.get(sorted.column)?, sorted))));
    Lines {
        heads: columns.iter().map(Column::head).collect(),
        fields: [0, columns.len() - 1],
        page: order[range.clone()].iter().map(|i| found[*i].line(&columns)).collect(),
        range,
        found: found.len(),
        all,
        seeds: entries.iter().any(|entry| entry.seeds.len() > 1),
    }
}

impl Listed<'_> {
    fn line(&self, columns: &[Column]) -> Line {
        let Listed { entry, seeds, single } = self;
        Line {
            id: entry.id,
            seed: seeds.first().filter(|_| *single).map(|run| run.seed),
            name: entry.name().into(),
            story: entry.story.clone(),
            shown: entry.mark.shown,
            color: entry.mark.color,
            values: columns.iter().map(|column| column.value(entry, seeds)).collect(),
        }
    }

    /// Whether it has all of these words somewhere.
    fn has(&self, columns: &[Column], words: &[String]) -> bool {
        let values = columns.iter().map(|column| column.value(self.entry, self.seeds).0);
        let texts: Vec<String> = values.chain([self.entry.story.clone()]).map(|text| text.to_ascii_lowercase()).collect();
        words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

/// The order of lines, sorted by a column; else as they are.
fn order(lines: &[Listed], sorted: Option<(&Column, Sorting)>) -> Vec<usize> {
    let Some((column, Sorting { backwards, .. })) = sorted else { return (0..lines.len()).collect() };
    let values: Vec<Value> = lines.iter().map(|line| column.value(line.entry, line.seeds)).collect();
    argsort(values.len(), &|a, b| {
        let (a, b) = (&values[a], &values[b]);
        // What has no number stays at the end.
        if backwards && a.1.is_some() == b.1.is_some() { a.order(b).reverse() } else { a.order(b) }
    })
}
