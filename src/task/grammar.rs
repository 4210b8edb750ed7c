//! Sentences of a small grammar of English, which are to be said again or asked (Murty et al. 2023, *question formation*; the grammar follows
//! McCoy et al. 2020). Every sentence has nine words, so that nothing need be padded.

use std::collections::BTreeSet;

use super::chains::{Chain, Corpus, Drawn, Source, Text};
use super::dataset::{Equation, Sequences};
use super::{Size, Task};
use crate::builds::{drawn, words};
use crate::rng::{Rng, Stream};

/// All words. A noun and its plural follow each other, and so do the auxiliaries of one number; what is to be done comes last.
const WORDS: [&str; 46] = [
    "my", "your", "our", "her", //
    "cat", "cats", "dog", "dogs", "horse", "horses", "lion", "lions", "bear", "bears", "goat", "goats", "frog", "frogs", "owl",
    "owls", "hen", "hens", "whale", "whales", //
    "does", "doesn't", "do", "don't", //
    "see", "like", "chase", "help", "hear", "greet", //
    "sleep", "sing", "swim", "jump", "smile", "wait", //
    "near", "behind", "beside", //
    "that",   //
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
/// What is to be done.
const REPEAT: u32 = 44;
const ASK: u32 = 45;

/// Words of a sentence.
const LENGTH: usize = 9;
/// Questions that are out of distribution.
const APART: usize = 400;

/// Words of one kind, which follow each other.
#[derive(Clone, Copy)]
struct Kind {
    first: u32,
    count: u32,
}

/// How a sentence is built. Questions for training and test are only of the first three kinds: their first auxiliary is the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// *my cat near her dogs does see our owl*
    NearSubject,
    /// *my cat does see our owl near her dogs*
    NearObject,
    /// *my cat does see our owl that doesn't sleep*
    ObjectThat,
    /// *my cat that doesn't sleep does see our owl*
    SubjectThat,
    /// *my cat that doesn't see our owl does sleep*
    SubjectThatActs,
    /// *my cat that our owls don't see does sleep*
    SubjectThatOthers,
}

/// All of them.
const FORMS: [Form; 6] =
    [Form::NearSubject, Form::NearObject, Form::ObjectThat, Form::SubjectThat, Form::SubjectThatActs, Form::SubjectThatOthers];
/// Those in which the first auxiliary is the main one.
const PLAIN: usize = 3;

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

    /// *my cat*, and whether it is more than one.
    fn somebody(&mut self) -> bool {
        self.word(DETERMINERS);
        !(self.word(NOUNS) - NOUNS.first).is_multiple_of(2)
    }

    /// An auxiliary that agrees, and its place.
    fn auxiliary(&mut self, several: bool) -> usize {
        self.word(if several { PLURAL } else { SINGULAR });
        self.words.len() - 1
    }

    /// *does see our owl*, the place of its auxiliary, and whether those who are seen are several.
    fn acts(&mut self, several: bool) -> (usize, bool) {
        let at = self.auxiliary(several);
        self.word(TRANSITIVE);
        (at, self.somebody())
    }

    /// *does sleep*, and the place of its auxiliary.
    fn rests(&mut self, several: bool) -> usize {
        let at = self.auxiliary(several);
        self.word(INTRANSITIVE);
        at
    }
}

/// A sentence of a form, and the place of its main auxiliary.
fn sentence(rng: &mut Rng, form: Form) -> (Vec<u32>, usize) {
    let mut writer = Writer { rng, words: vec![] };
    let several = writer.somebody();
    let main = match form {
        Form::NearSubject => {
            writer.word(PREPOSITIONS);
            writer.somebody();
            writer.acts(several).0
        }
        Form::NearObject => {
            let (main, _) = writer.acts(several);
            writer.word(PREPOSITIONS);
            writer.somebody();
            main
        }
        Form::ObjectThat => {
            let (main, others) = writer.acts(several);
            writer.word(THAT);
            writer.rests(others);
            main
        }
        Form::SubjectThat => {
            writer.word(THAT);
            writer.rests(several);
            writer.acts(several).0
        }
        Form::SubjectThatActs => {
            writer.word(THAT);
            writer.acts(several);
            writer.rests(several)
        }
        Form::SubjectThatOthers => {
            writer.word(THAT);
            let others = writer.somebody();
            writer.auxiliary(others);
            writer.word(TRANSITIVE);
            writer.rests(several)
        }
    };
    (writer.words, main)
}

/// The sentence as a question: its main auxiliary comes first.
fn asked(sentence: &[u32], main: usize) -> Vec<u32> {
    [&[sentence[main]], &sentence[..main], &sentence[main + 1..]].concat()
}

fn is_auxiliary(word: u32) -> bool {
    (SINGULAR.first..PLURAL.first + PLURAL.count).contains(&word)
}

/// The sentences of a run. Half of those for training and test are said again, and may be of any form; the others are asked, and are of the
/// [plain](PLAIN) ones. Out of distribution are questions of the other forms in which the two auxiliaries differ, so that it shows which
/// one a network takes.
fn corpus(wanted: usize, seed: u64) -> Corpus {
    let mut rng = Rng::new(seed, Stream::Inputs);
    let mut seen = BTreeSet::new();
    let (mut values, mut equations) = (vec![], vec![]);
    while equations.len() < wanted + APART {
        let apart = equations.len() >= wanted;
        let ask = apart || rng.below(2) == 1;
        let forms = match (apart, ask) {
            (true, _) => &FORMS[PLAIN..],
            (_, true) => &FORMS[..PLAIN],
            _ => &FORMS[..],
        };
        let form = forms[rng.below(forms.len() as u32) as usize];
        let (said, main) = sentence(&mut rng, form);
        let same = said.iter().filter(|word| is_auxiliary(**word)).all(|word| *word == said[main]);
        if apart && same || !seen.insert((ask, said.clone())) {
            continue;
        }
        let then = if ask { asked(&said, main) } else { said.clone() };
        let mut all = [&[if ask { ASK } else { REPEAT }], &said[..], &then].concat();
        let c = all.pop().unwrap_or(0);
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
            k: [0, u32::MAX],
            places: &[words("what to do")],
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
