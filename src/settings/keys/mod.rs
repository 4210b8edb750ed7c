//! The table of keys: how each is read, written, limited, explained and shown.

mod table;

use crate::config::{Config, Problem, quoted};
use crate::number;
use crate::task::Operation;
pub use table::KEYS;

/// One setting.
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
    /// From text; the error says what is wrong with it.
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

/// The key of this name.
pub fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The settings that show in a run's curves: those before the ones of its end, the machine and the page.
pub fn of_curves() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().take_while(|key| key.name != "steps")
}

/// Those of them that may change in the middle of a run.
pub fn of_changes() -> impl Iterator<Item = &'static Key> {
    of_curves().filter(|key| key.change != Change::Restart)
}

/// Those that a run begins with: all but what changes on the way.
pub fn of_starts() -> impl Iterator<Item = &'static Key> {
    of_curves().filter(|key| key.name != "at")
}

impl Key {
    /// The values to choose from, (value, label), where there are only so many.
    pub fn choices(&self) -> Vec<(&'static str, &'static str)> {
        if let Kind::Choice(choices) = self.kind { choices() } else { vec![] }
    }

    /// What it is called within a sentence: `weight decay`.
    fn called(&self) -> String {
        let mut letters = self.label.chars();
        match (letters.next(), letters.clone().next()) {
            // It goes on a label before it.
            (Some('…'), _) => self.name.into(),
            // No abbreviation.
            (Some(first), Some(second)) if second.is_ascii_lowercase() => {
                first.to_ascii_lowercase().to_string() + letters.as_str()
            }
            _ => self.label.into(),
        }
    }

    /// A value for people, by name: `weight decay 2`, `optimizer SGD with momentum`.
    pub fn said(&self, value: &str) -> String {
        let choices = self.choices();
        let label = choices.iter().find(|(id, _)| *id == value).map_or(value, |(_, label)| *label);
        [self.called().as_str(), " ", if label.is_empty() { "–" } else { label }].concat()
    }

    /// The standard value, as text.
    pub fn standard(&self) -> String {
        (self.get)(&Config::standard())
    }

    /// Sets the key from text; unreadable or out-of-range text leaves the nearest valid value and is reported.
    pub(super) fn parse(&self, config: &mut Config, text: &str) -> Option<Problem> {
        if let Err(why) = (self.set)(config, text.trim()) {
            let why = if let Kind::Choice(choices) = self.kind { none_of(&choices()) } else { why };
            return Some(self.problem(text, why, (self.get)(config)));
        }
        self.repair(config).map(|p| self.problem(text, p.why, p.instead))
    }

    /// What is said of a value.
    pub(super) fn problem(&self, value: &str, why: String, instead: String) -> Problem {
        let problem = Problem { key: self.name.into(), name: self.label, value: value.into(), ..Problem::default() };
        if !matches!(self.kind, Kind::Operation) {
            return Problem { why, instead, ..problem };
        }
        let why = match value.trim() {
            "" => "The formula is empty".into(),
            text => format!("I cannot read {}: {why}", quoted(text)),
        };
        let sentence = Some(format!("{why}. The operation is {instead}."));
        Problem { why, instead, sentence, ..problem }
    }

    /// Brings the key into range.
    pub(super) fn repair(&self, config: &mut Config) -> Option<Problem> {
        let value = (self.get)(config);
        let (why, instead) = match &self.kind {
            Kind::Integer(low, high) => range(&value, f64::from(*low), f64::from(*high), self)?,
            Kind::Number(low, high) => range(&value, *low, *high, self)?,
            Kind::Choice(choices) => {
                if choices().iter().any(|(id, _)| *id == value) {
                    return None;
                }
                (none_of(&choices()), self.standard())
            }
            Kind::Operation => (Operation::parse(&value).err()?, self.standard()),
            Kind::Flag | Kind::Text => return None,
        };
        self.replace(config, &instead);
        Some(self.problem(&value, why, instead))
    }

    /// Sets a replacement, which has to be valid.
    pub(super) fn replace(&self, config: &mut Config, value: &str) {
        assert!((self.set)(config, value).is_ok(), "a replacement is valid");
    }
}

fn none_of(choices: &[(&str, &str)]) -> String {
    let ids: Vec<&str> = choices.iter().map(|(id, _)| *id).collect();
    format!("is not one of {}", ids.join(", "))
}

fn range(value: &str, low: f64, high: f64, key: &Key) -> Option<(String, String)> {
    let Some(number) = number::parse(value) else {
        return Some(("is not a number".into(), key.standard()));
    };
    let clamped = number::clamp(number, low, high);
    let [from, to] = [low, high].map(crate::text::number);
    (clamped != number).then(|| (format!("is not between {from} and {to}"), number::shortest(clamped)))
}

fn number_of(text: &str) -> Result<f64, String> {
    number::parse(text).ok_or("is not a number".into())
}

/// Whole numbers beyond u32 saturate, so that the range check can name the limit.
fn whole(text: &str) -> Result<u32, String> {
    let all_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if all_digits { Ok(text.parse().unwrap_or(u32::MAX)) } else { Err("is not a whole number".into()) }
}

fn truth(text: &str) -> Result<bool, String> {
    match text {
        // A bare attribute or key is on.
        "" | "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err("is neither true nor false".into()),
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
