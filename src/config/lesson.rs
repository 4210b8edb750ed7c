//! What a page lets its visitors change: the keys `readonly` and `allow`.
//!
//! `allow` is written as `lr:0.001..0.01,wd:0|0.5|1,seed`: a range, a list of values, or any value.

use crate::number;

/// A setting that visitors may change, and to what.
#[derive(Debug, Clone, PartialEq)]
pub struct Allowed {
    /// Name of its key.
    pub key: &'static str,
    /// What it may become.
    pub values: Values,
}

/// Values of a setting.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Anything that is valid.
    Any,
    /// Numbers from the first to the second.
    Range(f64, f64),
    /// One of these, as in a link.
    List(Vec<String>),
}

/// The settings that visitors may change.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Allow(pub(crate) Vec<Allowed>);

impl Allow {
    /// As in a link; empty for none.
    pub fn write(&self) -> String {
        let part = |Allowed { key, values }: &Allowed| match values {
            Values::Any => (*key).into(),
            Values::Range(low, high) => [key, ":", &number::shortest(*low), "..", &number::shortest(*high)].concat(),
            Values::List(list) => [key, ":", &list.join("|")].concat(),
        };
        self.0.iter().map(part).collect::<Vec<_>>().join(",")
    }

    /// What the setting of this name may become, if it may change.
    pub fn find(&self, key: &str) -> Option<&Values> {
        self.0.iter().find(|allowed| allowed.key == key).map(|allowed| &allowed.values)
    }
}

impl Values {
    /// The value, or the nearest one that is allowed, where there is one.
    pub fn nearest(&self, value: &str) -> Option<String> {
        let number = number::parse(value);
        match self {
            Values::Any => Some(value.into()),
            Values::Range(low, high) => {
                let number = number?;
                let inside = number::clamp(number, *low, *high);
                Some(if inside == number { value.into() } else { number::shortest(inside) })
            }
            Values::List(list) => {
                let far = |other: &String| Some((number::parse(other)? - number?).abs());
                let same = list.iter().find(|other| *other == value);
                let nearest = || list.iter().min_by(|a, b| far(a).unwrap_or(f64::MAX).total_cmp(&far(b).unwrap_or(f64::MAX)));
                same.or_else(|| number.and_then(|_| nearest())).cloned()
            }
        }
    }
}
