//! What is said of a bad value.

/// One bad value, and what is used instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Which key.
    pub key: String,
    /// The value as given.
    pub value: String,
    /// What is wrong with it, as the end of a sentence: “{key} = {value} {why}”.
    pub why: String,
    /// The value used; empty when there is no such key.
    pub instead: String,
}

impl Problem {
    /// There is no such key.
    pub fn unknown(key: &str, value: &str) -> Problem {
        Problem { key: key.into(), value: value.into(), why: "is not a setting".into(), instead: String::new() }
    }
}

impl core::fmt::Display for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Problem { key, value, why, instead } = self;
        match instead.as_str() {
            "" => write!(f, "{key} = {value} {why}; it is ignored."),
            _ => write!(f, "{key} = {value} {why}; using {instead}."),
        }
    }
}
