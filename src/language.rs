//! Texts and numbers in the visitor's language.
//!
//! English stands in the code, where [`tr!`](crate::tr) looks it up in the catalog of the lab that is being served: a file of
//! `www/assets/` for each, English to translation, which is loaded when somebody speaks that language. What a catalog lacks stays
//! English; `tests/languages/` finds what lacks.

use std::cell::{Cell, RefCell};
use std::fmt::{Display, Write};

/// A language, and what it does to numbers.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// Its tag (BCP 47), as in a `lang` attribute.
    pub code: &'static str,
    /// What it calls itself.
    pub name: &'static str,
    /// Between a number and its decimals.
    decimal: char,
    /// Between groups of three digits.
    group: char,
    /// Whether a label within a sentence begins with a small letter, as nouns do but in German.
    pub small_nouns: bool,
}

/// What there is a catalog for, and first what needs none.
pub static LANGUAGES: [Language; 4] = [
    Language { code: "en", name: "English", decimal: '.', group: ',', small_nouns: true },
    Language { code: "de", name: "Deutsch", decimal: ',', group: '.', small_nouns: false },
    Language { code: "fr", name: "Français", decimal: ',', group: '\u{202f}', small_nouns: true },
    Language { code: "es", name: "Español", decimal: ',', group: '\u{202f}', small_nouns: true },
];

/// The texts of a language.
struct Catalog {
    language: &'static Language,
    /// English and translation, sorted.
    texts: Vec<(&'static str, &'static str)>,
}

thread_local! {
    /// Those that were learnt. They stay, as does what was written with them.
    static CATALOGS: RefCell<Vec<&'static Catalog>> = const { RefCell::new(vec![]) };
    /// That of the lab that is being served; English without one.
    static SPOKEN: Cell<Option<&'static Catalog>> = const { Cell::new(None) };
}

/// Learns a language: `texts` has English and translation by turns, sorted by the English. What is learnt already, or no language,
/// changes nothing.
pub fn learn(code: &str, texts: Vec<String>) {
    let known = |catalogs: &Vec<&'static Catalog>| catalogs.iter().any(|catalog| catalog.language.code == code);
    let Some(language) = LANGUAGES.iter().find(|language| language.code == code) else { return };
    if CATALOGS.with_borrow(known) {
        return;
    }
    // What nobody has translated yet stays English.
    let pairs = texts.chunks_exact(2).filter(|pair| !pair[1].is_empty());
    let texts: Vec<(&'static str, &'static str)> =
        pairs.map(|pair| (&*pair[0].clone().leak(), &*pair[1].clone().leak())).collect();
    CATALOGS.with_borrow_mut(|catalogs| catalogs.push(Box::leak(Box::new(Catalog { language, texts }))));
}

/// Speaks a language from now on, if it was learnt, or else English; returns which.
pub fn speak(code: &str) -> &'static Language {
    let catalog = CATALOGS.with_borrow(|catalogs| catalogs.iter().find(|catalog| catalog.language.code == code).copied());
    SPOKEN.set(catalog);
    spoken()
}

/// What a function says in English, whatever is spoken around it.
pub fn in_english<T>(say: impl FnOnce() -> T) -> T {
    let spoken = SPOKEN.take();
    let said = say();
    SPOKEN.set(spoken);
    said
}

/// The texts of the language that is spoken, as [`learn`] takes them; none of English.
pub fn taught() -> Vec<String> {
    let texts = SPOKEN.get().map_or(&[][..], |catalog| &catalog.texts);
    texts.iter().flat_map(|(english, translation)| [english, translation].map(ToString::to_string)).collect()
}

/// The language that is spoken.
pub fn spoken() -> &'static Language {
    SPOKEN.get().map_or(&LANGUAGES[0], |catalog| catalog.language)
}

/// An English text in the language that is spoken; none where it stays as it is.
pub fn lookup(english: &str) -> Option<&'static str> {
    let texts = &SPOKEN.get()?.texts;
    let found = texts.binary_search_by_key(&english, |(english, _)| english).ok()?;
    Some(texts[found].1)
}

/// What was looked up while another language was spoken, in the one that is spoken now; none for what no catalog has. What two English
/// texts have in common there becomes the first of them.
pub fn retranslate(text: &str, before: &Language) -> Option<&'static str> {
    let of = |catalogs: &Vec<&'static Catalog>| catalogs.iter().find(|catalog| catalog.language == before).copied();
    let Some(catalog) = CATALOGS.with_borrow(of) else { return lookup(text) };
    let (english, _) = catalog.texts.iter().find(|(_, translation)| *translation == text)?;
    Some(translate(english))
}

/// An English text in the language that is spoken. Of texts that stand in the code, [`tr!`](crate::tr) is the shorter way; this
/// is for those of tables.
pub fn translate(english: &'static str) -> &'static str {
    lookup(english).unwrap_or(english)
}

/// A number that was written for English, with the marks of the language that is spoken: `1,234.5` → `1.234,5`.
pub fn local(number: String) -> String {
    let Language { decimal, group, .. } = *spoken();
    if decimal == '.' {
        return number;
    }
    let mark = |mark| match mark {
        '.' => decimal,
        ',' => group,
        other => other,
    };
    number.chars().map(mark).collect()
}

/// An English pattern in the language that is spoken, with values where it has their names: `by step {step}`. The names are
/// separated by spaces.
pub fn fill(english: &str, names: &str, values: &[&dyn Display]) -> String {
    let (mut text, mut rest) = (String::new(), lookup(english).unwrap_or(english));
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        text += before;
        if let Some((_, value)) = names.split(' ').zip(values).find(|(given, _)| *given == name) {
            // Writing to a string does not fail.
            let _ = write!(text, "{value}");
        }
        rest = after;
    }
    text + rest
}

/// Whether a pattern has all of these names, which are separated by spaces, and no other.
pub const fn fits(pattern: &str, names: &str) -> bool {
    let (pattern, names) = (pattern.as_bytes(), names.as_bytes());
    let mut at = 0;
    while at < pattern.len() {
        if pattern[at] == b'{' && !stands(names, b' ', pattern, at + 1, b'}') {
            return false;
        }
        at += 1;
    }
    let mut at = 0;
    while at < names.len() {
        if (at == 0 || names[at - 1] == b' ') && !stands(pattern, b'{', names, at, b' ') {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether the name that begins at `at` in `of`, and ends before `end`, stands in `text` after `mark` or at the beginning.
const fn stands(text: &[u8], mark: u8, of: &[u8], at: usize, end: u8) -> bool {
    let mut begin = 0;
    while begin < text.len() {
        let mut n = 0;
        while begin + n < text.len() && at + n < of.len() && of[at + n] != end && text[begin + n] == of[at + n] {
            n += 1;
        }
        let whole = at + n >= of.len() || of[at + n] == end;
        let ends = begin + n >= text.len() || matches!(text[begin + n], b' ' | b'}');
        if whole && ends && n > 0 && ((begin == 0 && mark == b' ') || (begin > 0 && text[begin - 1] == mark)) {
            return true;
        }
        begin += 1;
    }
    false
}

/// A text in the language that is spoken: `tr!("Ready")`, or with values, `tr!("by step {step}, {n} of them", step, n = known)`.
#[macro_export]
macro_rules! tr {
    ($english:literal) => {
        $crate::language::translate($english)
    };
    ($english:literal, $($name:ident $(= $value:expr)?),+ $(,)?) => {{
        const NAMES: &str = $crate::tr!(@names $($name)+);
        const { assert!($crate::language::fits($english, NAMES), "the pattern has other names") }
        $crate::language::fill($english, NAMES, &[$(&$crate::tr!(@value $name $(= $value)?)),+])
    }};
    (@names $first:ident $($name:ident)*) => { concat!(stringify!($first) $(, " ", stringify!($name))*) };
    (@value $name:ident) => { $name };
    (@value $name:ident = $value:expr) => { $value };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learnt(code: &str, texts: &[[&str; 2]]) {
        learn(code, texts.iter().flatten().map(|text| text.to_string()).collect());
    }

    #[test]
    fn texts_and_numbers_follow_the_language_and_english_is_always_there() {
        learnt("de", &[["Go on", "Weiter"], ["Ready", "Bereit"], ["{n} of {all}", "von {all} sind es {n}"]]);
        let n = 3;
        let said =
            || [tr!("Ready").to_string(), tr!("{n} of {all}", n, all = 2 + 2), tr!("Not there").into(), local("1,234.5".into())];
        assert_eq!(said(), ["Ready", "3 of 4", "Not there", "1,234.5"]);
        assert_eq!(speak("de").name, "Deutsch");
        assert_eq!(said(), ["Bereit", "von 4 sind es 3", "Not there", "1.234,5"]);
        // French was not learnt, and Klingon cannot be.
        learnt("tlh", &[["Ready", "SuH"]]);
        for code in ["fr", "tlh", "en", ""] {
            assert_eq!(speak(code).code, "en");
            assert_eq!(said()[0], "Ready");
        }
        learnt("de", &[["Ready", "Fertig"]]);
        speak("de");
        assert_eq!(tr!("Ready"), "Bereit");
    }

    #[test]
    fn what_was_said_can_be_said_in_another_language() {
        learnt("de", &[["Close", "Schließen"], ["Dismiss", "Schließen"], ["Ready", "Bereit"]]);
        learnt("fr", &[["Close", "Fermer"], ["Ready", "Prêt"]]);
        let [english, german, french] = ["en", "de", "fr"].map(speak);
        assert_eq!(retranslate("Ready", english), Some("Prêt"));
        assert_eq!(["Bereit", "Schließen", "Wort"].map(|text| retranslate(text, german)), [Some("Prêt"), Some("Fermer"), None]);
        speak("en");
        assert_eq!(["Prêt", "Ready"].map(|text| retranslate(text, french)), [Some("Ready"), None]);
    }

    #[test]
    fn a_pattern_has_exactly_the_names_that_are_given() {
        assert!(fits("", "") && fits("{a} and {b}, {a}", "b a") && fits("{a}", "a"));
        for (pattern, names) in [("{a}", ""), ("{a}", "ab"), ("a", "a"), ("{ab}", "a"), ("{a}", "a b"), ("{b} {a}", "a")] {
            assert!(!fits(pattern, names), "{pattern} {names}");
        }
        assert_eq!(fill("{a}, {b}{", "a", &[&1]), "1, ");
    }
}
