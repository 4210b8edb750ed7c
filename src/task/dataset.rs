//! What a run learns from: the table of a configuration and its split into training and test pairs.

use core::ops::Range;

use super::{Operation, RANDOM, cells};
use crate::config::{Config, Pairing};
use crate::order::argsort;
use crate::rng::{Rng, Stream};

/// One equation `x ∘ y = c`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Equation {
    /// Left operand; the number of an input, where there are [`Features`] or [`Sequences`].
    pub x: u32,
    /// Right operand; where there are those, which answer it is.
    pub y: u32,
    /// Result.
    pub c: u32,
}

/// Inputs in the place of pairs, all equally long.
#[derive(Debug, Clone, PartialEq)]
pub struct Given<T> {
    /// Length of each.
    pub width: usize,
    /// `[inputs, width]`
    pub values: Vec<T>,
}

/// Inputs that are rows of numbers.
pub type Features = Given<f32>;
/// Inputs that are sequences of operands.
pub type Sequences = Given<u32>;

impl<T: Copy> Given<T> {
    /// One input.
    pub fn row(&self, input: u32) -> &[T] {
        &self.values[input as usize * self.width..][..self.width]
    }

    /// The inputs of these equations, one after the other.
    pub fn of<'a>(&self, equations: impl IntoIterator<Item = &'a Equation>) -> Vec<T> {
        equations.into_iter().flat_map(|e| self.row(e.x)).copied().collect()
    }

    /// The same, where so many equations that follow each other have an input in common.
    pub fn shared(&self, equations: &[Equation], answers: usize) -> Vec<T> {
        self.of(equations.iter().step_by(answers))
    }
}

/// Training and test equations of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// A seeded sample without replacement, in table order; before it the facts that every run is given.
    pub train: Vec<Equation>,
    /// The rest, in table order.
    pub test: Vec<Equation>,
    /// Those that are out of distribution: of a kind that neither training nor test has. Most tasks have none.
    pub apart: Vec<Equation>,
}

/// Everything that one run learns from.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// How many different operands there are.
    pub symbols: u32,
    /// How many different results there are.
    pub classes: u32,
    /// Training and test equations.
    pub split: Split,
    /// The inputs, if they are no operands.
    pub features: Option<Features>,
    /// The inputs, if they are other operands than a pair: operands, and all answers but the last.
    pub sequences: Option<Sequences>,
    /// How many answers an input has. Each is an equation of its own, and they follow each other.
    pub answers: usize,
    /// Which of them accuracy counts.
    pub judged: Range<usize>,
}

/// The data of a valid configuration's run with this seed: the same on every platform.
pub fn dataset(config: &Config, seed: u64) -> Dataset {
    let operation = Operation::of(config);
    let (symbols, classes) = (operation.symbols(config), operation.classes(config));
    let (mut given, mut apart, mut answers, mut judged) = (vec![], vec![], 1, 0..1);
    let (features, sequences, table) = match (operation.rows(), operation.chain()) {
        (Some(rows), _) => {
            let (features, table) = rows.examples(config, seed);
            (Some(features), None, table)
        }
        (_, Some(chain)) => {
            let corpus = chain.examples(config, symbols, seed);
            let mut table = corpus.equations;
            (answers, judged) = (chain.answers(config), chain.judged(config));
            apart = table.split_off(table.len() - corpus.apart);
            given = table.drain(..corpus.given).collect();
            (None, Some(corpus.sequences), table)
        }
        _ => (None, None, table(config, seed)),
    };
    let order = match operation.rows() {
        Some(rows) if rows.in_order => (0..table.len()).collect(),
        _ => order(&table, config, seed),
    };
    let mut drawn = split(&table, order, config);
    corrupt(&mut drawn.0, config.noise, classes, seed);
    let [mut train, mut test] = unused(drawn, config.subset);
    if config.swap {
        core::mem::swap(&mut train, &mut test);
    }
    let each = |list: Vec<Equation>| match &sequences {
        Some(sequences) if answers > 1 => list.iter().flat_map(|last| every_answer(*last, sequences, answers)).collect(),
        _ => list,
    };
    let split = Split { train: each([given, train].concat()), test: each(test), apart: each(apart) };
    Dataset { symbols, classes, split, features, sequences, answers, judged }
}

/// An equation for each answer of a sequence, given that of the last: the others are what it reads at its end.
fn every_answer(last: Equation, sequences: &Sequences, answers: usize) -> impl Iterator<Item = Equation> {
    let row = sequences.row(last.x);
    let before = row[row.len() + 1 - answers..].iter().zip(0..).map(move |(c, y)| Equation { y, c: *c, ..last });
    before.chain([last])
}

/// Every equation of a valid configuration that has one, ordered by x, then y.
pub fn table(config: &Config, seed: u64) -> Vec<Equation> {
    let operation = Operation::of(config);
    let (n, classes) = (operation.symbols(config), operation.classes(config));
    let mut lots = Rng::new(seed, Stream::Table);
    let random = operation.is(&RANDOM);
    let mut table: Vec<Equation> = vec![];
    let cells = cells::of(config);
    let mut changed = vec![None; if cells.is_empty() { 0 } else { (n * n) as usize }];
    for [x, y, c] in cells.into_iter().filter(|[x, y, c]| x.max(y) < &n && c < &classes) {
        changed[(x * n + y) as usize] = Some(c);
    }
    for (x, y) in (0..n).flat_map(|x| (0..n).map(move |y| (x, y))) {
        let mut result = if random { Some(lots.below(n)) } else { operation.result(x, y, config.p) };
        result = changed.get((x * n + y) as usize).copied().flatten().or(result);
        if let Some(c) = result.filter(|_| config.split != Pairing::Ordered || x <= y) {
            table.push(Equation { x, y, c });
        }
    }
    table
}

/// How many of `equations` a training fraction takes: ⌊fraction · n⌋, at least 1, at most n − 1.
pub fn train_count(equations: usize, fraction: f64) -> usize {
    let count = (fraction * equations as f64).floor() as usize;
    count.clamp(1, (equations - 1).max(1))
}

/// Training equations in the order in which they were drawn, each with its index in the table, and the rest.
type Drawn = (Vec<(usize, Equation)>, Vec<(usize, Equation)>);

/// In which order training examples are drawn.
fn order(table: &[Equation], config: &Config, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..table.len()).collect();
    Rng::new(seed, Stream::Split).shuffle(&mut order);
    if config.split == Pairing::Mirrored { beside_mirrors(&order, table) } else { order }
}

/// Takes the first of this order for training. A larger fraction takes the same and more.
fn split(table: &[Equation], order: Vec<usize>, config: &Config) -> Drawn {
    let mut count = train_count(table.len(), config.train);
    let mirrors = |i: usize, j: usize| (table[i].x, table[i].y) == (table[j].y, table[j].x);
    if config.split == Pairing::Mirrored && count + 1 < table.len() && mirrors(order[count - 1], order[count]) {
        count += 1;
    }
    let at = |list: &[usize]| list.iter().map(|&i| (i, table[i])).collect();
    (at(&order[..count]), at(&order[count..]))
}

/// The same order, with the mirror image of each pair right behind it.
fn beside_mirrors(order: &[usize], table: &[Equation]) -> Vec<usize> {
    let index = |x, y| table.binary_search_by_key(&(x, y), |e| (e.x, e.y)).ok();
    let mut taken = vec![false; table.len()];
    let mut together = vec![];
    for &i in order {
        for i in [Some(i), index(table[i].y, table[i].x)].into_iter().flatten() {
            if !core::mem::replace(&mut taken[i], true) {
                together.push(i);
            }
        }
    }
    together
}

/// Replaces the results of a fraction of the training pairs by uniform ones, which may happen to be right (Doshi et al. 2023).
fn corrupt(train: &mut [(usize, Equation)], fraction: f64, classes: u32, seed: u64) {
    let count = (fraction * train.len() as f64).round() as usize;
    let mut rng = Rng::new(seed, Stream::Labels);
    let mut order: Vec<usize> = (0..train.len()).collect();
    rng.shuffle(&mut order);
    for &i in &order[..count.min(train.len())] {
        train[i].1.c = rng.below(classes);
    }
}

/// Moves the training pairs that are not in use to the test pairs, those drawn last first, and sorts both.
fn unused((mut train, mut test): Drawn, subset: f64) -> [Vec<Equation>; 2] {
    let used = ((subset * train.len() as f64).round() as usize).clamp(1, train.len());
    test.extend(train.drain(used..));
    let sorted = |list: Vec<(usize, Equation)>| {
        argsort(list.len(), &|a, b| list[a].0.cmp(&list[b].0)).into_iter().map(|i| list[i].1).collect()
    };
    [sorted(train), sorted(test)]
}
