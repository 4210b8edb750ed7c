//! Tasks whose examples are sequences of operands instead of pairs, with one result: a sum of several numbers, a product of several
//! permutations, the parity of a string of bits. A network is shown k operands, and answers at the end.

use super::dataset::{Equation, Sequences};
use super::permutations::all;
use super::{Size, Task};
use crate::builds::words;
use crate::config::Config;
use crate::rng::{Rng, Stream};

/// What takes the place of pairs.
pub struct Chain {
    /// The result of a sequence of operands.
    result: fn(&Config, &[u32]) -> u32,
    /// Sizes to begin with, as in a link: whoever chooses the task finds them set.
    pub suits: &'static str,
}

/// Operands of a sequence at most.
const LONGEST: u32 = 16;
/// There are at least so many sequences: fewer would leave nothing to find out.
const FEWEST: u64 = 20;

/// The least and the largest number of operands, of so many different ones.
pub fn lengths(symbols: u32) -> [u32; 2] {
    let least = (2..LONGEST).find(|k| count(symbols, *k) >= FEWEST);
    [least.unwrap_or(LONGEST), LONGEST]
}

impl Chain {
    /// The sequences of so many symbols of a valid configuration's run with this seed, no two alike, and their results: all there are,
    /// in order, or so many that are drawn.
    pub(super) fn examples(&self, config: &Config, symbols: u32, seed: u64) -> (Sequences, Vec<Equation>) {
        let (length, wanted) = (config.k as usize, config.samples);
        let mut operands = vec![];
        if count(symbols, config.k) == u64::from(wanted) {
            let digit = |number: u32, at: usize| number / symbols.pow((length - 1 - at) as u32) % symbols;
            operands.extend((0..wanted).flat_map(|number| (0..length).map(move |at| digit(number, at))));
        } else {
            // As numbers, ascending: 16 operands below 256 are the 128 bits of one.
            let (mut rng, mut seen) = (Rng::new(seed, Stream::Inputs), vec![]);
            while seen.len() < wanted as usize {
                let sequence: Vec<u32> = (0..length).map(|_| rng.below(symbols)).collect();
                let number = sequence.iter().fold(0, |number: u128, operand| number * u128::from(symbols) + u128::from(*operand));
                if let Err(at) = seen.binary_search(&number) {
                    seen.insert(at, number);
                    operands.extend(sequence);
                }
            }
        }
        let results = operands.chunks_exact(length).map(|sequence| (self.result)(config, sequence));
        let equations = (0..).zip(results).map(|(x, c)| Equation { x, y: 0, c }).collect();
        (Sequences { width: length, values: operands }, equations)
    }
}

/// How many sequences of k out of so many symbols there are.
pub fn count(symbols: u32, k: u32) -> u64 {
    u64::from(symbols).saturating_pow(k)
}

/// x₁ + … + xₖ mod p.
pub static SUM: Task = Task {
    id: "sum",
    label: words("x₁ + … + xₖ"),
    about: words("Add k numbers as on a clock with p hours. Sequences of k numbers take the place of pairs."),
    size: Size::Sequence(None),
    apply: None,
    rows: None,
    chain: Some(Chain {
        result: |config, sequence| sequence.iter().sum::<u32>() % config.p,
        suits: "p=13&k=3&samples=2197&train=0.3",
    }),
};

/// x₁ · … · xₖ in S₃, x₁ first. Of the set-ups that were tried, none came to more than a list of them.
pub static PERMUTATIONS: Task = Task {
    id: "s3-word",
    label: words("x₁ · … · xₖ in S₃"),
    about: words("Shuffle 3 things k times, each time in one of 6 ways. Sequences of k shuffles take the place of pairs."),
    size: Size::Sequence(Some(6)),
    apply: None,
    rows: None,
    chain: Some(Chain {
        result: |_, sequence| sequence.iter().copied().reduce(all::<3>).unwrap_or(0),
        suits: "k=4&samples=1296&train=0.6",
    }),
};

/// Whether an odd number of k bits is on.
pub static PARITY: Task = Task {
    id: "string-parity",
    label: words("Parity of a string"),
    about: words("Whether an odd number of k bits is on, read one after the other. Sequences of k bits take the place of pairs."),
    size: Size::Sequence(Some(2)),
    apply: None,
    rows: None,
    chain: Some(Chain { result: |_, sequence| sequence.iter().sum::<u32>() % 2, suits: "k=10&samples=1024&train=0.5&lr=0.003" }),
};
