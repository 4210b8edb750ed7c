//! Tasks: finite operation tables `x ∘ y = c`, or rows of numbers in their place, and the seeded split into training and test.
//!
//! To add a task: write it into a file of its family, or a new one, and add one line to [`TASKS`].

pub mod arithmetic;
pub mod cells;
pub mod chains;
mod controls;
mod dataset;
pub mod digits;
mod dihedral;
pub mod facts;
mod formula;
pub mod grammar;
mod in_context;
mod mixture;
mod parsed;
mod permutations;
mod rows;

use crate::config::Config;
use crate::language::translate;
pub use chains::{Chain, Source};
pub use controls::RANDOM;
pub use dataset::{Dataset, Equation, Features, Sequences, Split, dataset, table, train_count};
pub use formula::Formula;
pub use parsed::Operations;
pub use rows::{PARITY, Rows};

/// All tasks, in menu order. The first is the default.
pub static TASKS: &[&Task] = &[
    &arithmetic::ADDITION,
    &arithmetic::SUBTRACTION,
    &arithmetic::MULTIPLICATION,
    &arithmetic::DIVISION,
    &arithmetic::MIXED,
    &arithmetic::SQUARES,
    &arithmetic::QUADRATIC,
    &arithmetic::SKEWED,
    &arithmetic::CUBIC,
    &arithmetic::HARD_CUBIC,
    &arithmetic::PLAIN_SUM,
    &permutations::S3,
    &permutations::S4,
    &permutations::S5,
    &permutations::CONJUGATE,
    &permutations::SANDWICH,
    &permutations::A5,
    &dihedral::TASK,
    &chains::SUM,
    &chains::PERMUTATIONS,
    &chains::PARITY,
    &chains::DIGITS,
    &facts::TWO_HOPS,
    &facts::COMPARISON,
    &facts::PEOPLE,
    &grammar::TASK,
    &in_context::TASK,
    &mixture::TASK,
    &RANDOM,
    &PARITY,
    &rows::HIDDEN_SUM,
    &rows::SUBCLASSES,
    &rows::MAJORITY,
    &rows::SIDES,
    &rows::RARER_CLASSES,
    &rows::MEMORY,
    &digits::TASK,
];

/// `(x, y, n)` → `x ∘ y`, or `None` outside the domain. `n` is the modulus, or what [`Size`] makes of the key `p`.
pub type Apply = fn(u32, u32, u32) -> Option<u32>;

/// A listed operation.
pub struct Task {
    /// The `task` key of a configuration.
    pub id: &'static str,
    /// For menus, in mathematical notation.
    pub label: &'static str,
    /// One sentence for people: domain, conventions, source.
    pub about: &'static str,
    /// What the key `p` means.
    pub size: Size,
    /// The rule, if the result follows from the operands by one.
    pub apply: Option<Apply>,
    /// What takes the place of pairs, if rows of numbers do. The [`Size`] says so too.
    pub rows: Option<Rows>,
    /// The same, if sequences of operands do.
    pub chain: Option<Chain>,
}

/// What the examples of a task are, and how many operands it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// p, the modulus.
    Modulus,
    /// p, whose sums are results.
    Numbers,
    /// This many, whatever p is.
    Fixed(u32),
    /// 2p, for a polygon with p corners.
    Corners,
    /// Rows of p bits, instead of pairs.
    Bits,
    /// Rows of p bits, the first 2k of which are a pair.
    Padded,
    /// Points with p coordinates, instead of pairs: two clouds of them for each of k classes.
    Points,
    /// The same, of which the first k tell.
    Sides,
    /// The same with one cloud for each class.
    Clouds,
    /// Points with p coordinates, each with one of k values.
    Keys,
    /// Sequences of k operands, instead of pairs: of p numbers, or of this many elements.
    Sequence(Option<u32>),
    /// Sequences of digits to base p.
    Base,
    /// Sequences of facts about p entities with k relations or attributes.
    Entities,
    /// Sequences of facts about people: of k attributes with p values each.
    Values,
    /// Sequences that name one of k operations modulo p.
    Operations,
    /// Sequences of examples of rules for p numbers, of which k are trained.
    Rules,
    /// Sentences of [`grammar`], whatever p is.
    Sentences,
    /// Pictures of [`digits::PIXELS`] numbers, whatever p is.
    Pixels,
}

impl Size {
    /// Whether the examples are pairs, of which there is a table.
    pub fn has_table(self) -> bool {
        matches!(self, Size::Modulus | Size::Numbers | Size::Fixed(_) | Size::Corners)
    }

    /// Whether the examples are sequences of operands.
    pub fn has_sequences(self) -> bool {
        matches!(
            self,
            Size::Sequence(_) | Size::Base | Size::Entities | Size::Values | Size::Operations | Size::Rules | Size::Sentences
        )
    }

    /// How many numbers a row has, where rows take the place of pairs.
    pub(crate) fn row(self, config: &Config) -> usize {
        if self == Size::Pixels { digits::PIXELS } else { config.p as usize }
    }
}

/// What a configuration's `task` names.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// One of [`TASKS`].
    Listed(&'static Task),
    /// What the visitor typed.
    Typed(Formula),
}

impl PartialEq for Task {
    fn eq(&self, other: &Task) -> bool {
        self.id == other.id
    }
}

impl core::fmt::Debug for Task {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.id)
    }
}

/// The task with this id.
pub fn find(id: &str) -> Option<&'static Task> {
    TASKS.iter().copied().find(|task| task.id == id)
}

/// The text as a configuration keeps it. A space between operands stands for `+`, which is what a hand-written `x+y` decodes
/// to; other spaces are dropped.
pub fn tidy(text: &str) -> String {
    let mut tidy = String::new();
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        tidy += word;
        let operator = |c| matches!(c, '+' | '-' | '*' | '/' | '^' | '(' | ')' | '−' | '·' | '×');
        if words.peek().is_some_and(|next| !next.starts_with(operator) && !word.ends_with(operator)) {
            tidy.push('+');
        }
    }
    tidy
}

impl Operation {
    /// Reads an id or a formula.
    ///
    /// # Errors
    /// What is wrong, as a clause.
    pub fn parse(text: &str) -> Result<Operation, String> {
        match find(text) {
            Some(task) => Ok(Operation::Listed(task)),
            None => Formula::parse(text).map(Operation::Typed),
        }
    }

    /// The operation of a valid configuration.
    pub fn of(config: &Config) -> Operation {
        Operation::parse(&config.task).unwrap_or(Operation::Listed(TASKS[0]))
    }

    /// Whether it is this task.
    pub fn is(&self, task: &Task) -> bool {
        matches!(self, Operation::Listed(listed) if *listed == task)
    }

    /// What the key `p` means.
    pub fn size(&self) -> Size {
        match self {
            Operation::Listed(task) => task.size,
            Operation::Typed(_) => Size::Modulus,
        }
    }

    /// The task that it is, if it is listed.
    fn listed(&self) -> Option<&'static Task> {
        match self {
            Operation::Listed(task) => Some(task),
            Operation::Typed(_) => None,
        }
    }

    /// Whether results follow from a rule, so that there is more to know than a list of them.
    pub fn has_rule(&self) -> bool {
        ![&RANDOM, &facts::PEOPLE, &rows::MEMORY].iter().any(|task| self.is(task))
    }

    /// The rows of numbers that take the place of pairs, if any do.
    pub fn rows(&self) -> Option<&'static Rows> {
        self.listed()?.rows.as_ref()
    }

    /// The sequences of operands that do, if any.
    pub fn chain(&self) -> Option<&'static Chain> {
        self.listed()?.chain.as_ref()
    }

    /// Whether examples may be out of distribution: neither for training nor for the test.
    pub fn may_set_apart(&self) -> bool {
        self.drawn().is_some()
    }

    /// How many of the first operands say whom a question is about; none where no one is named.
    pub fn subject(&self) -> usize {
        self.drawn().map_or(0, |drawn| drawn.subject)
    }

    /// The corpus that sequences are drawn for, if any are.
    fn drawn(&self) -> Option<&'static chains::Drawn> {
        match &self.chain()?.source {
            Source::Drawn(drawn) => Some(drawn),
            Source::Rule(_) | Source::Digits(_) => None,
        }
    }

    /// What the operands of a sequence are called; of other tasks, none.
    pub fn places(&self, config: &Config) -> Vec<String> {
        let numbered = |letter: &str, number: u32| [letter, &subscript(number)].concat();
        match self.chain().map(|chain| &chain.source) {
            Some(Source::Drawn(drawn)) => drawn.places.iter().map(|place| translate(place).into()).collect(),
            Some(Source::Rule(_)) => (1..=config.k).map(|number| numbered("x", number)).collect(),
            Some(Source::Digits(_)) => {
                ["x", "y"].iter().flat_map(|letter| (0..config.k).rev().map(move |place| numbered(letter, place))).collect()
            }
            None => vec![],
        }
    }

    /// What the answers to a sequence are called: digits by what they count, words from 1 on.
    pub fn answer_places(&self, config: &Config) -> Vec<String> {
        let answers = self.chain().map_or(0, |chain| chain.answers(config)) as u32;
        let is_text = self.drawn().is_some_and(|drawn| drawn.text.is_some());
        let name = |place: u32| if is_text { (place + 1).to_string() } else { ["c", &subscript(place)].concat() };
        (0..answers).map(name).collect()
    }

    /// An operand of a sequence at a place, as people count it: from 0, each kind by itself; none where it says nothing.
    pub fn operand(&self, config: &Config, place: usize, token: u32) -> Option<u32> {
        self.drawn().map_or(Some(token), |drawn| (drawn.operand)(config, place, token))
    }

    /// The word that an operand or an answer is, where sequences are text.
    pub fn word(&self, token: u32) -> Option<&'static str> {
        Some((self.drawn()?.text.as_ref()?.word)(token))
    }

    /// Number of different operands; of rows, where they take the place of pairs.
    pub fn symbols(&self, config: &Config) -> u32 {
        match (self.drawn(), self.size()) {
            (Some(drawn), _) => (drawn.symbols)(config),
            (
                _,
                Size::Modulus
                | Size::Numbers
                | Size::Base
                | Size::Entities
                | Size::Values
                | Size::Operations
                | Size::Rules
                | Size::Sentences,
            ) => config.p,
            (_, Size::Fixed(order)) => order,
            (_, Size::Corners) => 2 * config.p,
            (_, Size::Bits | Size::Padded | Size::Points | Size::Clouds | Size::Keys | Size::Sides | Size::Pixels) => {
                config.samples
            }
            (_, Size::Sequence(elements)) => elements.unwrap_or(config.p),
        }
    }

    /// Number of different results.
    pub fn classes(&self, config: &Config) -> u32 {
        match (self.rows(), self.drawn(), self.size()) {
            (Some(rows), ..) => (rows.classes)(config),
            (_, Some(drawn), _) => (drawn.classes)(config),
            (.., Size::Numbers) => 2 * config.p - 1,
            _ => self.symbols(config),
        }
    }

    /// `x ∘ y`, if there is a result and it follows from a rule.
    pub fn result(&self, x: u32, y: u32, p: u32) -> Option<u32> {
        match self {
            Operation::Listed(task) => (task.apply?)(x, y, p),
            Operation::Typed(formula) => formula.value(x, y, p),
        }
    }

    /// Whether x ∘ y = y ∘ x, as far as a dozen operands tell.
    pub fn commutes(&self, config: &Config) -> bool {
        if !self.size().has_table() || self.is(&RANDOM) {
            return false;
        }
        let n = self.symbols(config);
        let few = |end| (0..12.min(n)).map(move |i| i * n / 12.min(n)).take_while(move |i| *i < end);
        few(n).all(|x| few(x).all(|y| self.result(x, y, config.p) == self.result(y, x, config.p)))
    }

    /// For people.
    pub fn label<'a>(&self, config: &'a Config) -> &'a str {
        match self {
            Operation::Listed(task) => translate(task.label),
            Operation::Typed(_) => &config.task,
        }
    }
}

/// A number as an index: ₁₂.
fn subscript(number: u32) -> String {
    let digit = |digit: char| char::from_u32(digit as u32 - '0' as u32 + '₀' as u32).unwrap_or(digit);
    number.to_string().chars().map(digit).collect()
}

/// Whether `n` is prime.
pub fn is_prime(n: u32) -> bool {
    n >= 2 && (2..).take_while(|d| d * d <= n).all(|d| !n.is_multiple_of(d))
}

#[cfg(test)]
mod tests;
