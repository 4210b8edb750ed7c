//! Sentences of a small grammar of English, which are to be said again or asked (Murty et al. 2023, *question formation*; the grammar follows
//! McCoy et al. 2020). Full stops fill a sentence up to the longest.

use std::collections::BTreeSet;

use super::chains::{Chain, Corpus, Drawn, Source, Text};
use super::dataset::{Equation, Sequences};
use super::{Size, Task};
use crate::builds::{drawn, words};
use crate::rng::{Rng, Stream};

/// All words. A noun and its plural follow each other, and so do the auxiliaries of one number; what is to be done comes last.
const WORDS: [&str; 47] = [
    "my", "your", "our", "her", //
    "cat", "cats", "dog", "dogs", "horse", "horses", "lion", "lions", "bear", "bears", "goat", "goats", "frog", "frogs", "owl",
    "owls", "hen", "hens", "whale", "whales", //
    "does", "doesn't", "do", "don't", //
    "see", "like", "chase", "help", "hear", "greet", //
    "sleep", "sing", "swim", "jump", "smile", "wait", //
    "near", "behind", "beside", //
    "that", ".", //
    "repeat", "ask",
];
const DETERMINERS: Kind = Kind { first: 0, count: 4 };
const NOUNS: Kind = Kind { first: 4, count: 20 };
const SINGULAR: Kind = Kind { first: 24, count: 2 };
const PLURAL: Kind = Kind { first: 26, count: 2 };
const TRANSITIVE: Kind = Kind { first: 28, count: 6 };
const INTRANSITIVE: Kind = Kind { first: 34, count: 6 };
const PREPOSITIONS: Kind = Kind { first: 40, count: 3 };
const THAT: Kind = Kind { first: 43, count: 1 };
const STOP: u32 = 44;
/// What is to be done.
const REPEAT: u32 = 45;
const ASK: u32 = 46;

/// Words of a sentence, with the full stops behind it.
const LENGTH: usize = 12;
/// Questions that are out of distribution.
const APART: usize = 400;

/// Words of one kind, which follow each other.
#[derive(Clone, Copy)]
struct Kind {
    first: u32,
    count: u32,
}

/// What is said about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// *my cat*
    Nothing,
    /// *my cat near her dogs*
    Near,
    /// *my cat that doesn't sleep*
    Rests,
    /// *my cat that doesn't see our owl*
    Acts,
    /// *my cat that our owls don't see*
    Undergoes,
}

/// What is said about a subject. Of the first few there is no auxiliary: questions for training and test are about such subjects, and their
/// first auxiliary is the main one.
const SUBJECTS: [About; 5] = [About::Nothing, About::Near, About::Rests, About::Acts, About::Undergoes];
/// So few.
const PLAIN: usize = 2;
/// What is said about an object; more would make most sentences too long.
const OBJECTS: [About; 3] = [About::Nothing, About::Near, About::Rests];

/// A sentence on its way, from left to right.
struct Writer<'a> {
    rng: &'a mut Rng,
    words: Vec<u32>,
}

impl Writer<'_> {
    fn word(&mut self, Kind { first, count }: Kind) -> u32 {
        let word = first + self.rng.below(count);
        self.words.push(word);
        word
    }

    /// *my cat*, and what is said about it; whether it is more than one.
    fn somebody(&mut self, about: About) -> bool {
        self.word(DETERMINERS);
        let several = !(self.word(NOUNS) - NOUNS.first).is_multiple_of(2);
        match about {
            About::Nothing => {}
            About::Near => {
                self.word(PREPOSITIONS);
                self.somebody(About::Nothing);
            }
            About::Rests => {
                self.word(THAT);
                self.rests(several);
            }
            About::Acts => {
                self.word(THAT);
                self.acts(several, About::Nothing);
            }
            About::Undergoes => {
                self.word(THAT);
                let others = self.somebody(About::Nothing);
                self.auxiliary(others);
                self.word(TRANSITIVE);
            }
        }
        several
    }

    /// An auxiliary that agrees, and its place.
    fn auxiliary(&mut self, several: bool) -> usize {
        self.word(if several { PLURAL } else { SINGULAR });
        self.words.len() - 1
    }

    /// *does see our owl*, and the place of its auxiliary.
    fn acts(&mut self, several: bool, about: About) -> usize {
        let at = self.auxiliary(several);
        self.word(TRANSITIVE);
        self.somebody(about);
        at
    }

    /// *does sleep*, and the place of its auxiliary.
    fn rests(&mut self, several: bool) -> usize {
        let at = self.auxiliary(several);
        self.word(INTRANSITIVE);
        at
    }
}

/// A sentence about somebody of whom one of these things is said, and the place of its main auxiliary.
fn sentence(rng: &mut Rng, subjects: &[About]) -> (Vec<u32>, usize) {
    loop {
        let subject = one_of(rng, subjects);
        let object = (rng.below(2) == 1).then(|| one_of(rng, &OBJECTS));
        let mut writer = Writer { rng, words: vec![] };
        let several = writer.somebody(subject);
        let main = match object {
            Some(about) => writer.acts(several, about),
            None => writer.rests(several),
        };
        if writer.words.len() <= LENGTH {
            return (writer.words, main);
        }
    }
}

fn one_of(rng: &mut Rng, all: &[About]) -> About {
    all[rng.below(all.len() as u32) as usize]
}

/// The sentence as a question: its main auxiliary comes first.
fn asked(sentence: &[u32], main: usize) -> Vec<u32> {
    [&[sentence[main]], &sentence[..main], &sentence[main + 1..]].concat()
}

fn is_auxiliary(word: u32) -> bool {
    (SINGULAR.first..PLURAL.first + PLURAL.count).contains(&word)
}

/// The sentences of a run. Half of those for training and test are said again; the others are asked, and have no auxiliary before the main
/// one. Out of distribution are questions that have, and another one than the main one, so that it shows which of them a network takes.
fn corpus(wanted: usize, seed: u64) -> Corpus {
    let mut rng = Rng::new(seed, Stream::Inputs);
    let mut seen = BTreeSet::new();
    let (mut values, mut equations) = (vec![], vec![]);
    while equations.len() < wanted + APART {
        let apart = equations.len() >= wanted;
        let ask = apart || rng.below(2) == 1;
        let subjects = match (apart, ask) {
            (true, _) => &SUBJECTS[PLAIN..],
            (_, true) => &SUBJECTS[..PLAIN],
            _ => &SUBJECTS[..],
        };
        let (said, main) = sentence(&mut rng, subjects);
        let first = said.iter().find(|word| is_auxiliary(**word));
        if apart && first == Some(&said[main]) || !seen.insert((ask, said.clone())) {
            continue;
        }
        let then = if ask { asked(&said, main) } else { said.clone() };
        let whole = |words: &[u32]| [words, &vec![STOP; LENGTH - words.len()]].concat();
        let mut all = [vec![if ask { ASK } else { REPEAT }], whole(&said), whole(&then)].concat();
        let c = all.pop().unwrap_or(STOP);
        equations.push(Equation { x: equations.len() as u32, y: 2 * LENGTH as u32 - 1, c });
        values.extend(all);
    }
    Corpus { sequences: Sequences { width: 2 * LENGTH, values }, equations, given: 0, apart: APART }
}

/// *ask* my cat does sleep … does my cat sleep: a sentence, foretold word by word, and then the same said again or asked. Accuracy is that of
/// the first word of the second sentence (Murty et al. 2023, section 4; McCoy et al. 2020).
pub static TASK: Task = Task {
    id: "questions",
    label: words("Questions in English"),
    about: words(
        "A sentence, foretold word by word, and then the same sentence again, or as a question. Which of two auxiliaries comes first in a question is only shown where it makes no difference. Such sequences take the place of pairs.",
    ),
    size: Size::Sentences,
    apply: None,
    rows: None,
    chain: Some(Chain {
        source: Source::Drawn(Drawn {
            k: |_| [0, u32::MAX],
            places: &[words("what to do")],
            subject: 0,
            operand: |_, _, token| Some(token),
            draw: drawn(|config, seed| corpus(config.samples as usize, seed), Corpus::none),
            most: |_| u64::MAX,
            symbols: |_| WORDS.len() as u32,
            classes: |_| REPEAT,
            text: Some(Text { answers: 2 * LENGTH, judged: LENGTH..LENGTH + 1, word: |token| WORDS[token as usize] }),
        }),
        suits: "samples=10000&train=0.95&layers=2&width=64&mlp=256&norm=pre&lr=0.001&batch=64",
    }),
};
