//! The table of keys: how each is read, written, limited, explained and shown.

mod table;

use crate::config::{Config, Problem, quoted};
use crate::language::{self, translate};
use crate::number;
use crate::task::Operation;
use crate::tr;
pub use table::KEYS;

/// One setting.
#[derive(Clone, Copy)]
pub struct Key {
    /// Name in URLs, attributes and objects.
    pub name: &'static str,
    /// Name for people.
    pub label: &'static str,
    /// One sentence for people.
    pub help: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// What a change does to a run.
    pub change: Change,
    /// As text, the way it is written in a URL.
    pub get: fn(&Config) -> String,
    /// From text; the error says what is wrong with it, as a clause.
    pub set: fn(&mut Config, &str) -> Result<(), String>,
}

/// What the change of a setting does to a run that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It begins anew.
    Restart,
    /// It goes on with the same weights, in a plan that is built anew.
    Carry,
    /// It goes on.
    Live,
}

/// What values a key takes.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A whole number in a range.
    Integer(u32, u32),
    /// A number in a range.
    Number(f64, f64),
    /// One of these, given as (value, label).
    Choice(fn() -> Vec<(&'static str, &'static str)>),
    /// A task's id, or a formula.
    Operation,
    /// `true` or `false`.
    Flag,
    /// Anything.
    Text,
}

/// Names that keys had before, with those of today. Links, attributes, files and stored runs may have them; nothing writes them.
pub static FORMER: &[(&str, &str)] = &[("runs", "seeds")];

/// The key of this name, or the one that had it before.
pub fn key(name: &str) -> Option<&'static Key> {
    let name = FORMER.iter().find(|(former, _)| *former == name).map_or(name, |(_, now)| now);
    KEYS.iter().find(|key| key.name == name)
}

/// Every name that is read. Where an element has a setting by both of its names, the one of today comes last, and counts.
pub fn names() -> impl Iterator<Item = &'static str> {
    FORMER.iter().map(|(former, _)| *former).chain(KEYS.iter().map(|key| key.name))
}

/// The settings that show in a run's curves: those before the ones of its end, the machine and the page.
pub fn of_curves() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().take(table::CURVES)
}

/// Those of them that may change in the middle of a run.
pub fn of_changes() -> impl Iterator<Item = &'static Key> {
    of_curves().filter(|key| key.may_change())
}

/// Those that a run begins with: all but what changes on the way.
pub fn of_starts() -> impl Iterator<Item = &'static Key> {
    of_curves().filter(|key| key.name != "at")
}

impl Key {
    /// Whether it may change in the middle of a run: the operation may where a run [moves on](Config::moves_on).
    pub fn may_change(&self) -> bool {
        self.change != Change::Restart || self.name == "task"
    }

    /// The values to choose from, (value, label), where there are only so many.
    pub fn choices(&self) -> Vec<(&'static str, &'static str)> {
        if let Kind::Choice(choices) = self.kind { choices() } else { vec![] }
    }

    /// What it is called within a sentence: `weight decay`.
    fn called(&self) -> String {
        let label = translate(self.label);
        let mut letters = label.chars();
        match (letters.next(), letters.clone().next()) {
            // It goes on a label before it.
            (Some('…'), _) => self.name.into(),
            // No abbreviation.
            (Some(first), Some('a'..='z' | 'ß'..='ÿ')) if language::spoken().small_nouns => small(first) + letters.as_str(),
            _ => label.into(),
        }
    }

    /// A value as people write it, which of numbers depends on the language.
    pub(super) fn written(&self, value: &str) -> String {
        if let Kind::Number(..) = self.kind { language::local(value.into()) } else { value.into() }
    }

    /// A value for people, by name: `weight decay 2`, `optimizer SGD with momentum`.
    pub fn said(&self, value: &str) -> String {
        let choice = self.choices().into_iter().find(|(id, _)| *id == value);
        let label = choice.map_or_else(|| self.written(value), |(_, label)| translate(label).into());
        [self.called().as_str(), " ", if label.is_empty() { "–" } else { &label }].concat()
    }

    /// The standard value, as text.
    pub fn standard(&self) -> String {
        (self.get)(&Config::standard())
    }

    /// Sets the key from text; unreadable or out-of-range text leaves the nearest valid value and is reported.
    pub(super) fn parse(&self, config: &mut Config, text: &str) -> Option<Problem> {
        if let Err(why) = (self.set)(config, text.trim()) {
            let why = if let Kind::Choice(choices) = self.kind { none_of(text, &choices()) } else { why };
            return Some(self.problem(text, why, (self.get)(config)));
        }
        self.limit(config, Some(text))
    }

    /// What is said of a value.
    pub(super) fn problem(&self, value: &str, why: String, instead: String) -> Problem {
        let problem = Problem { key: self.name.into(), name: translate(self.label), value: value.into(), ..Problem::default() };
        if !matches!(self.kind, Kind::Operation) {
            return Problem { why, instead, ..problem };
        }
        let why = match value.trim() {
            "" => tr!("The formula is empty").into(),
            text => tr!("I cannot read {formula}: {why}", formula = quoted(text), why),
        };
        let sentence = Some([&why, ". ", &tr!("The operation is {operation}.", operation = instead)].concat());
        Problem { why, instead, sentence, ..problem }
    }

    /// Brings the key into range.
    pub(super) fn repair(&self, config: &mut Config) -> Option<Problem> {
        self.limit(config, None)
    }

    /// Likewise; what is said of the value has the text as which it was given.
    fn limit(&self, config: &mut Config, given: Option<&str>) -> Option<Problem> {
        let value = (self.get)(config);
        let given = given.unwrap_or(&value);
        let (why, instead) = match &self.kind {
            Kind::Integer(low, high) => self.range(&value, given, f64::from(*low), f64::from(*high))?,
            Kind::Number(low, high) => self.range(&value, given, *low, *high)?,
            Kind::Choice(choices) => {
                if choices().iter().any(|(id, _)| *id == value) {
                    return None;
                }
                (none_of(given, &choices()), self.standard())
            }
            Kind::Operation => (Operation::parse(&value).err()?, self.standard()),
            Kind::Flag | Kind::Text => return None,
        };
        self.replace(config, &instead);
        Some(self.problem(given, why, instead))
    }

    /// What is wrong with a number, and what to use instead.
    fn range(&self, value: &str, given: &str, low: f64, high: f64) -> Option<(String, String)> {
        let Some(number) = number::parse(value) else {
            return Some((no_number(given), self.standard()));
        };
        let clamped = number::clamp(number, low, high);
        let [from, to] = [low, high].map(crate::text::number);
        let why = || tr!("{value} is not between {from} and {to}", value = quoted(given), from, to);
        (clamped != number).then(|| (why(), number::shortest(clamped)))
    }

    /// Sets a replacement, which has to be valid.
    pub(super) fn replace(&self, config: &mut Config, value: &str) {
        assert!((self.set)(config, value).is_ok(), "a replacement is valid");
    }
}

/// What is said of a text with a name that is no key's.
pub(super) fn unknown(text: &str, name: &str) -> String {
    tr!("{value} names “{name}”, which is not a setting", value = quoted(text), name = quoted(name))
}

/// What is said of a text with a part that has a bad value.
pub(super) fn unusable(text: &str, part: &str, why: &str) -> String {
    let (value, part) = (quoted(text), quoted(part));
    tr!("{value} has a part “{part}” that cannot be used: {why}", value, part, why)
}

/// A capital letter's small one, as far as labels begin with one. Not `to_lowercase`: its tables are large.
fn small(letter: char) -> String {
    match letter {
        'À'..='Þ' => char::from(letter as u8 + 0x20),
        _ => letter.to_ascii_lowercase(),
    }
    .into()
}

fn none_of(value: &str, choices: &[(&str, &str)]) -> String {
    let ids: Vec<&str> = choices.iter().map(|(id, _)| *id).collect();
    tr!("{value} is not one of {choices}", value = quoted(value), choices = ids.join(", "))
}

fn no_number(text: &str) -> String {
    tr!("{value} is not a number", value = quoted(text))
}

fn number_of(text: &str) -> Result<f64, String> {
    number::parse(text).ok_or_else(|| no_number(text))
}

/// Whole numbers beyond u32 saturate, so that the range check can name the limit.
fn whole(text: &str) -> Result<u32, String> {
    match !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        true => Ok(text.parse().unwrap_or(u32::MAX)),
        false => Err(tr!("{value} is not a whole number", value = quoted(text))),
    }
}

fn truth(text: &str) -> Result<bool, String> {
    match text {
        // A bare attribute or key is on.
        "" | "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(tr!("{value} is neither true nor false", value = quoted(text))),
    }
}

/// A choice held as an enum: name ↔ value pairs in menu order. A name may have others that are read, and never written.
macro_rules! choice {
    ($field:ident: $(($value:path, $id:literal $(| $also:literal)*, $label:literal)),+ $(,)?) => {
        (
            Kind::Choice(|| vec![$(($id, $label)),+]),
            |c: &Config| match c.$field { $($value => $id.to_string(),)+ },
            |c: &mut Config, text: &str| match text {
                $($id $(| $also)* => { c.$field = $value; Ok(()) })+
                _ => Err("is not one of the choices".into()),
            },
        )
    };
}

macro_rules! integer {
    ($field:ident, $low:expr, $high:expr) => {
        (
            Kind::Integer($low, $high),
            |c: &Config| c.$field.to_string(),
            |c: &mut Config, text: &str| {
                c.$field = whole(text)?;
                Ok(())
            },
        )
    };
}

macro_rules! real {
    ($field:ident, $low:expr, $high:expr) => {
        (
            Kind::Number($low, $high),
            |c: &Config| $crate::number::shortest(c.$field),
            |c: &mut Config, text: &str| {
                c.$field = number_of(text)?;
                Ok(())
            },
        )
    };
}

macro_rules! flag {
    ($field:ident) => {
        (
            Kind::Flag,
            |c: &Config| c.$field.to_string(),
            |c: &mut Config, text: &str| {
                c.$field = truth(text)?;
                Ok(())
            },
        )
    };
}

macro_rules! text {
    ($field:ident) => {
        (
            Kind::Text,
            |c: &Config| c.$field.clone(),
            |c: &mut Config, text: &str| {
                c.$field = text.into();
                Ok(())
            },
        )
    };
}

/// A value with a written form of its own.
macro_rules! parsed {
    ($field:ident, $type:ident) => {
        (
            Kind::Text,
            |c: &Config| c.$field.write(),
            |c: &mut Config, text: &str| {
                c.$field = $type::parse(text)?;
                Ok(())
            },
        )
    };
}

/// A choice held as text, from a table.
macro_rules! named {
    ($field:ident, $choices:expr) => {
        (
            Kind::Choice($choices),
            |c: &Config| c.$field.clone(),
            |c: &mut Config, text: &str| {
                c.$field = text.into();
                Ok(())
            },
        )
    };
}

use {choice, flag, integer, named, parsed, real, text};
