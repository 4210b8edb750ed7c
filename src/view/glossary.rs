//! The words of the page, each explained in a sentence or two: for tooltips, screen readers, and the list in the help.

use crate::language::translate;
use crate::settings;

/// A word and what it means here.
pub struct Term {
    /// Where the page uses it: the name of a setting, or a name of its own.
    pub id: &'static str,
    /// As it is written.
    pub word: &'static str,
    /// For someone who has never trained a network.
    pub meaning: &'static str,
}

const fn term(id: &'static str, word: &'static str, meaning: &'static str) -> Term {
    Term { id, word, meaning }
}

/// All words, in the order in which one meets them.
pub static TERMS: &[Term] = &[
    term(
        "task",
        "Operation",
        "What the network is to find out, mostly what is done with two numbers. Nobody tells it: it only sees examples, such as pairs of numbers and their results.",
    ),
    term(
        "p",
        "Modulus",
        "How many numbers there are: 0, 1, … p − 1. After the last comes 0 again, as on a clock: with 97 numbers, 90 + 10 is 3. Most papers take a prime.",
    ),
    term(
        "train",
        "Train fraction",
        "The share of all examples that the network is shown: the training examples. The others are the test examples, which it never sees.",
    ),
    term(
        "seed",
        "Seed",
        "One number that fixes everything random: which examples are shown, and the weights at the start. The same seed repeats the same run.",
    ),
    term("speed", "Speed", "How many steps are made per second, if this device can. Slower is easier to watch."),
    term(
        "lr",
        "Learning rate",
        "How far a step moves the weights. Too small, and learning takes for ever; too large, and it overshoots. It can change while running.",
    ),
    term(
        "wd",
        "Weight decay",
        "In each step every weight shrinks a little. What does not help to get the training examples right fades away, so a short rule beats a long list. It can change while running.",
    ),
    term("step", "Step", "One look at all training examples, or at a batch of them, and one small change of every weight."),
    term(
        "accuracy",
        "Accuracy",
        "The share of examples for which the network’s first choice is right. Train: among those it is shown. Test: among the others.",
    ),
    term(
        "loss",
        "Loss",
        "How much the right results surprise the network, on average: 0 when it is sure and right; worse than guessing when it is sure and wrong. Training pushes the train loss down.",
    ),
    term(
        "weightnorm",
        "Weight norm",
        "How large all weights are together: the root of the sum of their squares. Weight decay pulls it down, and a rule needs less of it than a list.",
    ),
    term(
        "gradientnorm",
        "Gradient norm",
        "How strongly the train loss asks for other weights: the root of the sum of all squared slopes. It is small where nothing pulls any more.",
    ),
    term(
        "rounding",
        "Lost to rounding",
        "Training examples that teach nothing more: collapsed, where the number format has lost all other answers, or with a loss of exactly 0.",
    ),
    term("memorised", "Memorised", "It knows its training examples, as if it had a list of them: at least 99 % are right."),
    term(
        "grokked",
        "Grokked",
        "It knows the rule: at least 95 % of the test examples are right, which no list of training examples can give. Grokking is when this happens long after memorising.",
    ),
    term("parameters", "Parameters", "The numbers that the network is made of, also called its weights. Learning changes them."),
    term(
        "adapter",
        "Computed on",
        "Which part of this device does the training: its graphics processor (GPU) or its main processor (CPU).",
    ),
    term(
        "forecast",
        "Forecast",
        "About how many more steps a run takes to find the rule: the fall of its test loss so far, continued. There is no number before it knows its examples and test loss clearly falls.",
    ),
];

/// The word and its meaning, in the language that is spoken. A setting that is not in the table is explained by its own help.
pub fn explain(id: &str) -> Option<(&'static str, &'static str)> {
    let term = TERMS.iter().find(|term| term.id == id).map(|term| (term.word, term.meaning));
    let (word, meaning) = term.or_else(|| settings::key(id).map(|key| (key.label, key.help)))?;
    Some((translate(word), translate(meaning)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{GROKKED, MEMORIZED};
    use crate::settings::KEYS;

    #[test]
    fn meanings_are_short_sentences() {
        for Term { id, word, meaning } in TERMS {
            assert!(meaning.chars().count() <= 190, "{id}: {} characters", meaning.chars().count());
            assert!(meaning.ends_with('.') && !meaning.contains(['<', '&']), "{id}");
            assert!(word.starts_with(char::is_uppercase), "{id}");
        }
    }

    #[test]
    fn every_setting_is_explained_under_its_own_name() {
        for key in KEYS {
            assert_eq!(explain(key.name).map(|(word, _)| word), Some(key.label), "{}", key.name);
        }
        assert!(explain("nonsense").is_none());
    }

    #[test]
    fn thresholds_are_those_that_are_used() {
        let quotes =
            |id: &str, fraction: f32| explain(id).unwrap().1.contains(&format!("at least {} %", (fraction * 100.0).round()));
        assert!(quotes("memorised", MEMORIZED) && quotes("grokked", GROKKED));
    }
}
