//! A grid of runs: the key `sweep`, as plain data.
//!
//! Written as `lr:1e-4..1e-2:6:log,wd:0..10:6`, a key and its range for each of at most two axes, or `width:32|64|128` for
//! listed values of any setting. `each:wd=1|wd=2&lr=0.01` lists whole sets of settings: a comparison.

use crate::number;

/// The axis whose values are sets of settings, each as the query of a link.
pub const EACH: &str = "each";

/// One axis of the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepAxis {
    /// Name of its key, or [`EACH`].
    pub key: &'static str,
    /// Its values along the axis.
    pub values: SweepValues,
}

/// The values of an axis.
#[derive(Debug, Clone, PartialEq)]
pub enum SweepValues {
    /// So many from the first to the last, at equal distances, or in equal ratios.
    Range {
        /// The first.
        from: f64,
        /// The last.
        to: f64,
        /// How many, both ends included.
        count: u32,
        /// In equal ratios.
        log: bool,
    },
    /// These, as in a link.
    List(Vec<String>),
}

/// The grid: no axis for a lone run, else one or two.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sweep(pub Vec<SweepAxis>);

impl Sweep {
    /// As in a link; empty for none.
    pub fn write(&self) -> String {
        self.0.iter().map(SweepAxis::write).collect::<Vec<_>>().join(",")
    }

    /// The number of values along each axis.
    pub fn shape(&self) -> Vec<usize> {
        self.0.iter().map(|axis| axis.values.len()).collect()
    }

    /// The number of cells: 1 without an axis.
    pub fn cells(&self) -> usize {
        self.shape().iter().product()
    }
}

impl SweepAxis {
    fn write(&self) -> String {
        match &self.values {
            SweepValues::List(list) => [self.key, ":", &list.join("|")].concat(),
            SweepValues::Range { from, to, count, log } => {
                let [from, to] = [*from, *to].map(number::shortest);
                let log = if *log { ":log" } else { "" };
                [self.key, ":", &from, "..", &to, ":", &count.to_string(), log].concat()
            }
        }
    }
}

impl SweepValues {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            SweepValues::Range { count, .. } => *count as usize,
            SweepValues::List(list) => list.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, as in a link. Those between the ends of a range have four digits, and none behind the point where the
    /// setting is a whole number.
    pub fn texts(&self, whole: bool) -> Vec<String> {
        match self {
            SweepValues::List(list) => list.clone(),
            SweepValues::Range { from, to, count, log } => {
                let last = count.saturating_sub(1);
                let value = |i: u32| {
                    let part = f64::from(i) / f64::from(last.max(1));
                    let value = match i {
                        0 => *from,
                        i if i == last => *to,
                        _ if *log => rounded(from * libm::exp(part * libm::log(to / from))),
                        _ => rounded(from + part * (to - from)),
                    };
                    if whole { value.round() } else { value }
                };
                (0..*count).map(|i| number::shortest(value(i))).collect()
            }
        }
    }
}

/// With four digits.
fn rounded(value: f64) -> f64 {
    number::parse(&number::exponential(value, 3)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_even_or_in_equal_ratios_and_short() {
        let range = |from, to, count, log| SweepValues::Range { from, to, count, log };
        assert_eq!(range(1e-4, 1e-2, 3, true).texts(false), ["0.0001", "0.001", "0.01"]);
        assert_eq!(range(1e-4, 1e-2, 4, true).texts(false), ["0.0001", "0.0004642", "0.002154", "0.01"]);
        assert_eq!(range(0.0, 10.0, 4, false).texts(false), ["0", "3.333", "6.667", "10"]);
        assert_eq!(range(8.0, 64.0, 4, true).texts(true), ["8", "16", "32", "64"]);
        assert_eq!(range(5.0, 5.0, 1, false).texts(true), ["5"]);
        assert_eq!(SweepValues::List(vec!["x+y".into()]).texts(false), ["x+y"]);
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        let range = SweepValues::Range { from: 1e-4, to: 0.01, count: 6, log: true };
        let list = SweepValues::List(vec!["0".into(), "1".into()]);
        let sweep = Sweep(vec![SweepAxis { key: "lr", values: range }, SweepAxis { key: "wd", values: list }]);
        assert_eq!(sweep.write(), "lr:0.0001..0.01:6:log,wd:0|1");
        assert_eq!(Sweep::default().write(), "");
    }
}
