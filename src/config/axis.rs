//! How far a step axis reaches: the key `axis`.

use super::{MAX_STEPS, quoted};
use crate::tr;

/// What a step axis is drawn for, beside the run itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Axis {
    /// Nothing else.
    #[default]
    Own,
    /// At least so many steps.
    Steps(u32),
    /// All labs of the page whose axis has this name.
    Shared(String),
}

impl Axis {
    /// Reads a number of steps or a name; nothing for the run alone.
    ///
    /// # Errors
    /// When the number is no number of steps, as a clause.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Axis::Own);
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Axis::Shared(text.into()));
        }
        let steps = text.parse().ok().filter(|steps| (1..=MAX_STEPS).contains(steps));
        let wrong =
            || tr!("{value} is neither a name nor a number of steps from 1 to {most}", value = quoted(text), most = MAX_STEPS);
        steps.map(Axis::Steps).ok_or_else(wrong)
    }

    /// As in a link.
    pub fn write(&self) -> String {
        match self {
            Axis::Own => String::new(),
            Axis::Steps(steps) => steps.to_string(),
            Axis::Shared(name) => name.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_is_a_number_of_steps_or_a_name() {
        for (text, axis) in [
            ("", Axis::Own),
            ("2000", Axis::Steps(2000)),
            ("both", Axis::Shared("both".into())),
            ("1e3", Axis::Shared("1e3".into())),
        ] {
            assert_eq!(Axis::parse(text), Ok(axis.clone()));
            assert_eq!(axis.write(), text);
        }
        assert!(Axis::parse("0").is_err() && Axis::parse("1000001").is_err() && Axis::parse("99999999999").is_err());
    }
}
