//! Results as tables: aligned text for people, JSON for machines, the same numbers in both.

use serde::{Deserialize, Serialize};

use crate::json;
use crate::text;

/// A table of results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// What it is about; its key in the JSON.
    pub name: String,
    /// Headers; the keys of a row in the JSON.
    pub columns: Vec<String>,
    /// A cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// One result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A finite number.
    Number(f64),
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Cell::Number(number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.into())
    }
}

impl Cell {
    /// For people: whole numbers in full, others with three digits.
    pub fn show(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Number(number) if number.fract() == 0.0 => format!("{number:.0}"),
            Cell::Number(number) => text::loss(*number),
        }
    }
}

impl Table {
    /// An empty table.
    pub fn new(name: &str, columns: &[&str]) -> Table {
        Table { name: name.into(), columns: columns.iter().map(|&c| c.into()).collect(), rows: vec![] }
    }

    /// Headers and cells as people see them.
    pub fn shown(&self) -> Vec<Vec<String>> {
        let rows = self.rows.iter().map(|row| row.iter().map(Cell::show).collect());
        core::iter::once(self.columns.clone()).chain(rows).collect()
    }

    /// Aligned columns under the table's name: words to the left, numbers to the right.
    pub fn text(&self) -> String {
        let shown = self.shown();
        let mut text = format!("{}\n", self.name);
        for (i, line) in shown.iter().enumerate() {
            for (j, cell) in line.iter().enumerate() {
                let width = shown.iter().map(|line| line[j].chars().count()).max().unwrap_or(0);
                let blanks = " ".repeat(width - cell.chars().count());
                let right = self.rows.first().is_some_and(|row| matches!(row[j], Cell::Number(_)));
                let (before, after) = if right { (blanks.as_str(), "") } else { ("", blanks.as_str()) };
                text += "  ";
                text += before;
                text += cell;
                text += after;
            }
            text.truncate(text.trim_end().len());
            text += if i + 1 == shown.len() { "\n\n" } else { "\n" };
        }
        text
    }
}

/// One JSON object: for each table, by name, its rows as objects.
pub fn json(tables: &[Table]) -> String {
    let object = |row: &Vec<Cell>, columns: &[String]| {
        list(
            '{',
            '}',
            columns.iter().zip(row).map(|(column, cell)| {
                let value = match cell {
                    Cell::Text(text) => json::string(text),
                    Cell::Number(number) => number.to_string(),
                };
                format!("{}: {value}", json::string(column))
            }),
        )
    };
    let rows = |table: &Table| list('[', ']', table.rows.iter().map(|row| format!("\n  {}", object(row, &table.columns))));
    list('{', '}', tables.iter().map(|table| format!("\n{}: {}", json::string(&table.name), rows(table))))
}

fn list(open: char, close: char, items: impl Iterator<Item = String>) -> String {
    format!("{open}{}{close}", items.collect::<Vec<_>>().join(", "))
}
