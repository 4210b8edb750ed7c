//! Results that a visitor changed by hand, cell by cell.

use super::{Operation, table};
use crate::config::{Config, Pairing, Problem, quoted};
use crate::text::thousands;
use crate::tr;

/// No table has so many numbers.
const SIDE: u32 = 256;

/// Changed cells in the order they were given: `[x, y, c]`.
pub type Cells = Vec<[u32; 3]>;

/// Reads `x.y.c` joined by `_`; an empty text has none. A later cell replaces an earlier one of the same pair.
///
/// # Errors
/// What is wrong, as a clause.
pub fn parse(text: &str) -> Result<Cells, String> {
    let mut cells = Cells::new();
    for cell in text.split('_').filter(|cell| !cell.is_empty()) {
        let mut numbers = cell.split('.').map(|number| number.parse().ok());
        let mut next = || numbers.next().flatten();
        match (next(), next(), next(), numbers.next()) {
            (Some(x), Some(y), Some(c), None) => cells.push([x, y, c]),
            _ => {
                let (value, cell) = (quoted(text), quoted(cell));
                return Err(tr!("{value} has a cell “{cell}” that is not of the form x.y.c, such as 3.4.7", value, cell));
            }
        }
    }
    Ok(latest(cells))
}

/// Without those that a later one of the same pair replaces. What lies beyond every table stays, to be told.
fn latest(mut cells: Cells) -> Cells {
    let mut taken = vec![false; (SIDE * SIDE) as usize];
    cells.reverse();
    cells.retain(|&[x, y, _]| x.max(y) >= SIDE || !core::mem::replace(&mut taken[(x * SIDE + y) as usize], true));
    cells.reverse();
    cells
}

/// As [`parse`] reads it.
pub fn write(cells: &Cells) -> String {
    let mut text = String::new();
    for [x, y, c] in cells {
        let between = if text.is_empty() { "" } else { "_" };
        text += &[between, &x.to_string(), ".", &y.to_string(), ".", &c.to_string()].concat();
    }
    text
}

/// Those of a configuration.
pub fn of(config: &Config) -> Cells {
    parse(&config.cells).unwrap_or_default()
}

/// The result that the operation itself gives a pair, in the first run's table.
pub fn original(config: &Config, [x, y]: [u32; 2]) -> Option<u32> {
    let plain = Config { cells: String::new(), ..config.clone() };
    table(&plain, config.seed.into()).iter().find(|e| (e.x, e.y) == (x, y)).map(|e| e.c)
}

/// The changed cells, as text, once a pair has this result; none, or the operation's own, restores it.
pub fn with(config: &Config, pair: [u32; 2], result: Option<u32>) -> String {
    let mut cells = of(config);
    cells.retain(|cell| cell[..2] != pair);
    if let Some(c) = result.filter(|_| result != original(config, pair)) {
        cells.push([pair[0], pair[1], c]);
    }
    write(&cells)
}

/// Why a table has no such cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    /// There is no table.
    NoTable,
    /// Its numbers end with this one.
    Beyond(u32),
    /// Its results do.
    NoResult(u32),
    /// Of each pair and its mirror image it has the other.
    Mirrored,
}

impl Outside {
    /// As a clause about `what`: `x = 3, y = 99`.
    pub fn said(self, what: &str) -> String {
        match self {
            Outside::NoTable => tr!("{what} belongs to a table of pairs, and this task has none", what),
            Outside::Beyond(last) => tr!("{what} is outside the table, whose numbers are 0 to {last}", what, last),
            Outside::NoResult(last) => tr!("{what} has a result outside the table, whose results are 0 to {last}", what, last),
            Outside::Mirrored => tr!("{what} is not in the table, as the split takes only pairs with x ≤ y", what),
        }
    }
}

/// Why a configuration's table has no such cell, if so.
pub fn outside(config: &Config, cell: [u32; 3]) -> Option<Outside> {
    beyond(config, &Operation::of(config), cell)
}

/// Likewise, of the configuration's operation.
fn beyond(config: &Config, operation: &Operation, [x, y, c]: [u32; 3]) -> Option<Outside> {
    let (n, classes) = (operation.symbols(config), operation.classes(config));
    if !operation.size().has_table() {
        Some(Outside::NoTable)
    } else if x.max(y) >= n {
        Some(Outside::Beyond(n - 1))
    } else if c >= classes {
        Some(Outside::NoResult(classes - 1))
    } else {
        (config.split == Pairing::Ordered && x > y).then_some(Outside::Mirrored)
    }
}

/// Drops the cells that are outside, and says which.
pub fn repair(config: &mut Config) -> Option<Problem> {
    let operation = Operation::of(config);
    let (bad, good): (Cells, Cells) = of(config).into_iter().partition(|&cell| beyond(config, &operation, cell).is_some());
    let why = beyond(config, &operation, *bad.first()?)?;
    config.cells = write(&good);
    let cell = write(&bad.iter().take(1).copied().collect());
    let why = why.said(&tr!("The changed result {cell}", cell));
    let sentence = match bad.len() - 1 {
        0 => tr!("{why}, so it was dropped.", why),
        more => tr!("{why}, so it was dropped, and {more} more with it.", why, more = thousands(more as u64)),
    };
    Some(Problem { key: "cells".into(), value: write(&bad), why, sentence: Some(sentence), note: true, ..Problem::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_round_trip_and_the_last_word_counts() {
        let cells = parse("0.1.2_3.4.5_0.1.9").unwrap();
        assert_eq!(cells, [[3, 4, 5], [0, 1, 9]]);
        assert_eq!(write(&cells), "3.4.5_0.1.9");
        assert_eq!((parse(""), write(&vec![])), (Ok(vec![]), String::new()));
        for bad in ["1.2", "1.2.3.4", "a.b.c", "1.-2.3", "1.2.99999999999"] {
            assert!(parse(bad).unwrap_err().contains(bad), "{bad}");
        }
    }

    fn config(query: &str) -> Config {
        crate::settings::from_query(query).0
    }

    #[test]
    fn a_result_is_changed_and_restored() {
        let mut config = config("task=x/y&p=23");
        for (pair, result, want) in [
            ([3, 4], Some(9), "3.4.9"),
            ([1, 0], Some(2), "3.4.9_1.0.2"),
            ([3, 4], Some(0), "1.0.2_3.4.0"),
            // 3/4 is 18 modulo 23, whether or not it says so now.
            ([3, 4], Some(18), "1.0.2"),
            ([5, 6], None, "1.0.2"),
            ([1, 0], None, ""),
        ] {
            config.cells = with(&config, pair, result);
            assert_eq!(config.cells, want, "{pair:?}: {result:?}");
        }
        assert_eq!([[3, 4], [1, 0]].map(|pair| original(&config, pair)), [Some(18), None]);
    }

    #[test]
    fn the_original_of_a_random_table_is_its_own() {
        let plain = config("task=random&p=7&seed=5");
        let drawn = table(&plain, 5);
        let changed = Config { cells: "2.3.1_6.6.0".into(), ..plain };
        assert!(drawn.iter().all(|e| original(&changed, [e.x, e.y]) == Some(e.c)));
    }

    #[test]
    fn cells_that_a_table_does_not_have_are_named_and_dropped() {
        for (query, valid, said) in [
            ("p=23&cells=3.4.22", "3.4.22", None),
            (
                "p=23&cells=3.4.5_3.23.1_1.1.23",
                "3.4.5",
                Some(
                    "The changed result 3.23.1 is outside the table, whose numbers are 0 to 22, so it was dropped, and 1 more with it.",
                ),
            ),
            (
                "task=plain-sum&p=10&cells=9.9.18_0.0.19",
                "9.9.18",
                Some("The changed result 0.0.19 has a result outside the table, whose results are 0 to 18, so it was dropped."),
            ),
            (
                "task=s3&cells=5.5.5_6.0.0",
                "5.5.5",
                Some("The changed result 6.0.0 is outside the table, whose numbers are 0 to 5, so it was dropped."),
            ),
            (
                "split=ordered&cells=4.3.1_3.4.1",
                "3.4.1",
                Some(
                    "The changed result 4.3.1 is not in the table, as the split takes only pairs with x ≤ y, so it was dropped.",
                ),
            ),
            (
                "task=parity&p=20&model=mlp&cells=0.0.1",
                "",
                Some("The changed result 0.0.1 belongs to a table of pairs, and this task has none, so it was dropped."),
            ),
        ] {
            let (config, problems) = crate::settings::from_query(query);
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            assert_eq!((config.cells.as_str(), problems.as_slice()), (valid, said.map(String::from).as_slice()), "{query}");
        }
    }
}
