//! What is said of a bad value.

use crate::number;
use crate::text::{self, thousands};
use crate::tr;

/// Characters of a name or a value that a message quotes: enough to recognise it.
const QUOTED: usize = 60;

/// A name or a value as a message quotes it: the beginning of a long one, and how long it is.
pub fn quoted(text: &str) -> String {
    let count = text.chars().count();
    match count {
        0 => tr!("(empty)").into(),
        1..=QUOTED => text.into(),
        _ => {
            let beginning: String = text.chars().take(QUOTED).collect();
            tr!("{beginning}… ({count} characters)", beginning, count = thousands(count as u64))
        }
    }
}

/// One bad value, and what is used instead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problem {
    /// Which key.
    pub key: String,
    /// What people call it; empty when there is no such key.
    pub name: &'static str,
    /// The value as given.
    pub value: String,
    /// What is wrong, as a clause: `300 is not between 5 and 199`.
    pub why: String,
    /// The value used; empty when there is none.
    pub instead: String,
    /// What is said instead of “{name}: {why}, so {instead} is used.”
    pub sentence: Option<String>,
    /// Whether it only follows from another choice, so that nobody did anything wrong.
    pub note: bool,
}

impl Problem {
    /// There is no such key.
    pub fn unknown(key: &str, value: &str) -> Problem {
        let setting = quoted(key);
        let sentence = match value {
            "" => tr!("There is no setting “{setting}”, so it was ignored.", setting),
            _ => tr!("There is no setting “{setting}”, so {value} was ignored.", setting, value = quoted(value)),
        };
        let why = tr!("There is no setting “{setting}”", setting);
        Problem { key: key.into(), value: value.into(), why, sentence: Some(sentence), ..Problem::default() }
    }
}

impl core::fmt::Display for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Problem { name, why, instead, sentence, .. } = self;
        match sentence {
            Some(sentence) => f.write_str(sentence),
            None if instead.is_empty() => f.write_str(&tr!("{name}: {why}, so it was ignored.", name, why)),
            None => {
                let instead = number::parse(instead).map_or_else(|| quoted(instead), text::number);
                f.write_str(&tr!("{name}: {why}, so {instead} is used.", name, why, instead))
            }
        }
    }
}

/// Problems that are listed; of more, only their number is told.
const LISTED: usize = 20;

/// As sentences for people.
pub fn sentences(problems: &[Problem]) -> Vec<String> {
    let mut sentences: Vec<String> = problems.iter().take(LISTED).map(Problem::to_string).collect();
    match problems.len().saturating_sub(LISTED) {
        0 => {}
        1 => sentences.push(tr!("There is 1 more problem.").into()),
        more => sentences.push(tr!("There are {more} more problems.", more = thousands(more as u64))),
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_and_values_are_told_by_their_beginning_and_length() {
        let value = "λ".repeat(1_000_000);
        for problem in [Problem::unknown("colour", &value), Problem::unknown(&value, "red")] {
            let text = problem.to_string();
            assert!(text.len() < 300 && text.contains("λλλ… (1,000,000 characters)"), "{text}");
        }
        assert_eq!(quoted(&"x".repeat(QUOTED)), "x".repeat(QUOTED));
        assert_eq!(Problem::unknown("colour", "").to_string(), "There is no setting “colour”, so it was ignored.");
    }

    #[test]
    fn of_many_problems_some_are_told_and_the_others_counted() {
        let many: Vec<Problem> = (0..1234).map(|i| Problem::unknown(&format!("k{i}"), "1")).collect();
        let told = sentences(&many);
        assert_eq!((told.len(), &told[LISTED][..]), (LISTED + 1, "There are 1,214 more problems."));
        assert_eq!(sentences(&many[..LISTED]).len(), LISTED);
    }
}
