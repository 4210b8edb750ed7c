//! What is said of a bad value.

use crate::number::{self, thousands};
use crate::text;

/// Characters of a name or a value that a message quotes: enough to recognise it.
const QUOTED: usize = 60;

/// A name or a value as a message quotes it: the beginning of a long one, and how long it is.
pub fn quoted(text: &str) -> String {
    let count = text.chars().count();
    match count {
        0 => "(empty)".into(),
        1..=QUOTED => text.into(),
        _ => format!("{}… ({} characters)", text.chars().take(QUOTED).collect::<String>(), thousands(count as u64)),
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
    /// What is wrong with it, as the end of a sentence, “{value} {why}”; where `sentence` says more, the reason alone.
    pub why: String,
    /// The value used; empty when there is none.
    pub instead: String,
    /// What is said instead of “{name}: {value} {why}”.
    pub sentence: Option<String>,
    /// Whether it only follows from another choice, so that nobody did anything wrong.
    pub note: bool,
}

impl Problem {
    /// There is no such key.
    pub fn unknown(key: &str, value: &str) -> Problem {
        let sentence = match value {
            "" => format!("There is no setting “{}”, so it was ignored.", quoted(key)),
            _ => format!("There is no setting “{}”, so {} was ignored.", quoted(key), quoted(value)),
        };
        let why = "is not a setting".into();
        Problem { key: key.into(), value: value.into(), why, sentence: Some(sentence), ..Problem::default() }
    }

    /// What is wrong, as a clause.
    pub fn reason(&self) -> String {
        if self.sentence.is_some() { self.why.clone() } else { [&quoted(&self.value), " ", &self.why].concat() }
    }
}

impl core::fmt::Display for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Problem { name, instead, sentence, .. } = self;
        match sentence {
            Some(sentence) => f.write_str(sentence),
            None if instead.is_empty() => write!(f, "{name}: {}, so it was ignored.", self.reason()),
            None => {
                let instead = number::parse(instead).map_or_else(|| quoted(instead), text::number);
                write!(f, "{name}: {}, so {instead} is used.", self.reason())
            }
        }
    }
}

/// Problems that are listed; of more, only their number is told.
const LISTED: usize = 20;

/// As sentences for people.
pub fn sentences(problems: &[Problem]) -> Vec<String> {
    let mut sentences: Vec<String> = problems.iter().take(LISTED).map(Problem::to_string).collect();
    if let Some(more) = problems.len().checked_sub(LISTED).filter(|more| *more > 0) {
        sentences.push(format!("There are {} more problems.", thousands(more as u64)));
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
