//! Tasks whose examples are sequences of operands instead of pairs: a sum of several numbers, a product of several permutations, the parity
//! of a string of bits, [facts](super::facts), a sum digit by digit, or [sentences](super::grammar). A network is shown the operands, and
//! answers at the end; where there are several answers, it is shown those that come before.

use core::ops::Range;

use super::dataset::{Equation, Sequences};
use super::permutations::all;
use super::{Size, Task};
use crate::builds::words;
use crate::config::Config;
use crate::rng::{Rng, Stream};
use crate::step::OFFSET_BITS;

/// What takes the place of pairs.
pub struct Chain {
    /// Where results come from.
    pub source: Source,
    /// Sizes to begin with, as in a link: whoever chooses the task finds them set.
    pub suits: &'static str,
}

/// Where the results of sequences come from.
pub enum Source {
    /// A rule for k operands.
    Rule(fn(&Config, &[u32]) -> u32),
    /// A rule for 2k operands, with k + 1 results.
    Digits(fn(&Config, &[u32]) -> Vec<u32>),
    /// A corpus that is drawn at random.
    Drawn(Drawn),
}

/// A corpus that is drawn: facts about a world, or sentences.
pub struct Drawn {
    /// The least and the largest k, where there are so many symbols. From the least on, there are some questions whatever p is.
    pub k: fn(u32) -> [u32; 2],
    /// What its operands are.
    pub(super) places: &'static [&'static str],
    /// How many of the first places say whom a question is about; none where it is about a whole world.
    pub(super) subject: usize,
    /// What an operand at a place is: a number of its kind; none where it says nothing.
    pub(super) operand: fn(&Config, usize, u32) -> Option<u32>,
    /// Draws the corpus of a valid configuration's run with this seed.
    pub(super) draw: fn(&Config, u64) -> Corpus,
    /// How many sequences training and test can have between them.
    pub(super) most: fn(&Config) -> u64,
    /// How many different operands there are.
    pub(super) symbols: fn(&Config) -> u32,
    /// How many different results.
    pub(super) classes: fn(&Config) -> u32,
    /// Where it is text: its words.
    pub(super) text: Option<Text>,
}

/// What makes a corpus a text: it is answered word by word.
pub struct Text {
    /// How many words are answered.
    pub(super) answers: usize,
    /// Which of the answers accuracy counts. The others cannot all be known, but a network that can foretell them better has a smaller loss.
    pub(super) judged: Range<usize>,
    /// The word of an operand or an answer.
    pub(super) word: fn(u32) -> &'static str,
}

/// The sequences of a run.
pub(super) struct Corpus {
    /// All of them: what a network reads, which is the operands, and after them every answer but the last.
    pub sequences: Sequences,
    /// Their results, in the same order; of several, the last.
    pub equations: Vec<Equation>,
    /// So many at the beginning are for training, whatever its fraction.
    pub given: usize,
    /// So many at the end are out of distribution: for neither training nor test.
    pub apart: usize,
}

/// Positions of a sequence at most, with the one of `=`.
const LONGEST: u32 = 64;
/// There are at least so many sequences: fewer would leave nothing to find out.
const FEWEST: u64 = 20;

impl Corpus {
    /// Where nothing is drawn.
    pub fn none(_: &Config, _: u64) -> Corpus {
        Corpus { sequences: Sequences { width: 0, values: vec![] }, equations: vec![], given: 0, apart: 0 }
    }
}

impl Chain {
    /// The sequences of so many symbols of a valid configuration's run with this seed, no two alike, and their results.
    pub(super) fn examples(&self, config: &Config, symbols: u32, seed: u64) -> Corpus {
        let results: &dyn Fn(&[u32]) -> Vec<u32> = match &self.source {
            Source::Rule(result) => &|operands| vec![result(config, operands)],
            Source::Digits(results) => &|operands| results(config, operands),
            Source::Drawn(drawn) => return (drawn.draw)(config, seed),
        };
        let (length, answers, wanted) = (self.operands(config), self.answers(config), config.samples);
        let operands = if count(symbols, length as u32) == u64::from(wanted) {
            let digit = |number: u32, at: usize| number / symbols.pow((length - 1 - at) as u32) % symbols;
            (0..wanted).flat_map(|number| (0..length).map(move |at| digit(number, at))).collect()
        } else {
            let mut rng = Rng::new(seed, Stream::Inputs);
            different(wanted as usize, length, || (0..length).map(|_| rng.below(symbols)).collect())
        };
        let (mut values, mut equations) = (vec![], vec![]);
        for (x, operands) in (0..).zip(operands.chunks_exact(length)) {
            let mut all = [operands, &results(operands)].concat();
            let c = all.pop().unwrap_or(0);
            equations.push(Equation { x, y: answers as u32 - 1, c });
            values.extend(all);
        }
        Corpus { sequences: Sequences { width: length + answers - 1, values }, equations, given: 0, apart: 0 }
    }

    /// How many operands a sequence has.
    pub fn operands(&self, config: &Config) -> usize {
        match &self.source {
            Source::Rule(_) => config.k as usize,
            Source::Digits(_) => 2 * config.k as usize,
            Source::Drawn(drawn) => drawn.places.len(),
        }
    }

    /// How many answers it has.
    pub fn answers(&self, config: &Config) -> usize {
        match &self.source {
            Source::Digits(_) => config.k as usize + 1,
            Source::Drawn(drawn) => drawn.text.as_ref().map_or(1, |text| text.answers),
            Source::Rule(_) => 1,
        }
    }

    /// Which of them accuracy counts.
    pub fn judged(&self, config: &Config) -> Range<usize> {
        match &self.source {
            Source::Drawn(Drawn { text: Some(text), .. }) => text.judged.clone(),
            _ => 0..self.answers(config),
        }
    }

    /// The least and the largest k, where there are so many symbols.
    pub fn lengths(&self, symbols: u32) -> [u32; 2] {
        // A mini-batch tells apart so many symbols at their positions.
        let most = LONGEST.min((1 << OFFSET_BITS) / (symbols + 1));
        match &self.source {
            Source::Drawn(drawn) => (drawn.k)(symbols),
            Source::Digits(_) => [1, (most - 1) / 3],
            Source::Rule(_) => {
                let least = (2..most).find(|k| count(symbols, *k) >= FEWEST);
                [least.unwrap_or(most), most - 1]
            }
        }
    }

    /// How many sequences training and test can have between them.
    pub fn most(&self, config: &Config, symbols: u32) -> u64 {
        match &self.source {
            Source::Drawn(drawn) => (drawn.most)(config),
            Source::Rule(_) | Source::Digits(_) => count(symbols, self.operands(config) as u32),
        }
    }
}

/// So many sequences of a length, one after the other, no two alike.
pub(super) fn different(wanted: usize, length: usize, mut draw: impl FnMut() -> Vec<u32>) -> Vec<u32> {
    // Where each begins, in ascending order of what it says.
    let (mut seen, mut operands) = (Vec::<usize>::new(), Vec::<u32>::with_capacity(wanted * length));
    while seen.len() < wanted {
        let sequence = draw();
        if let Err(at) = seen.binary_search_by(|start| operands[*start..][..length].cmp(&sequence)) {
            seen.insert(at, operands.len());
            operands.extend(sequence);
        }
    }
    operands
}

/// How many sequences of k out of so many symbols there are.
fn count(symbols: u32, k: u32) -> u64 {
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
        source: Source::Rule(|config, sequence| sequence.iter().sum::<u32>() % config.p),
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
        source: Source::Rule(|_, sequence| sequence.iter().copied().reduce(all::<3>).unwrap_or(0)),
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
    chain: Some(Chain {
        source: Source::Rule(|_, sequence| sequence.iter().sum::<u32>() % 2),
        suits: "k=10&samples=1024&train=0.5&lr=0.003",
    }),
};

/// x + y, both of k digits to base p, their largest digit first; the k + 1 digits of the sum come smallest first, so that a carry is known
/// when it is needed.
pub static DIGITS: Task = Task {
    id: "digit-sum",
    label: words("Addition digit by digit"),
    about: words(
        "Add two numbers of k digits to base p, as at school: the digits of the sum are answered one after the other, the last digit first. Sequences of digits take the place of pairs.",
    ),
    size: Size::Base,
    apply: None,
    rows: None,
    chain: Some(Chain {
        source: Source::Digits(|config, operands| {
            let (x, y) = operands.split_at(config.k as usize);
            let mut carry = 0;
            let mut digits: Vec<u32> = vec![];
            for (x, y) in x.iter().zip(y).rev() {
                let sum = x + y + carry;
                digits.push(sum % config.p);
                carry = sum / config.p;
            }
            digits.push(carry);
            digits
        }),
        suits: "p=10&k=2&samples=2000&train=0.1&lr=0.003",
    }),
};
