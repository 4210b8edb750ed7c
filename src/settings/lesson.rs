//! What a page lets its visitors change: how the keys `readonly` and `allow` are read, and what a wish comes to.

use super::keys::{self, Key};
use crate::config::{Allow, Allowed, Config, Problem, Values, quoted};
use crate::language::translate;
use crate::number;
use crate::text;
use crate::tr;

impl Allow {
    /// Reads what [`write`](Self::write) wrote.
    ///
    /// # Errors
    /// Says in a clause which part cannot be read, and what it should look like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut allow = Allow::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, values) = part.split_once(':').map_or((part, ""), |(name, values)| (name.trim_end(), values.trim()));
            let key = keys::key(name).ok_or_else(|| keys::unknown(text, name))?;
            let values = read_values(key, values).map_err(|wrong| wrong.said(text, part))?;
            // The last one counts, as in a link.
            allow.0.retain(|other| other.key != key.name);
            allow.0.push(Allowed { key: key.name, values });
        }
        Ok(allow)
    }
}

/// What is wrong with a part of `allow`.
enum Wrong {
    /// Its two ends cannot be read.
    Form,
    /// The range is empty.
    Reversed,
    /// It has a range of what is no number.
    NoNumber,
    /// One of its values, for this reason.
    Value(String),
}

impl Wrong {
    /// As a clause about the whole text.
    fn said(&self, text: &str, part: &str) -> String {
        let (value, quote) = (quoted(text), quoted(part));
        match self {
            Wrong::Form => tr!("{value} has a part “{part}” that does not look like lr:0.001..0.01", value, part = quote),
            Wrong::Reversed => tr!("{value} has a part “{part}” whose range ends before it begins", value, part = quote),
            Wrong::NoNumber => {
                tr!("{value} has a part “{part}” with a range, and this setting is not a number", value, part = quote)
            }
            Wrong::Value(why) => keys::unusable(text, part, why),
        }
    }
}

/// What stands before and after two dots.
pub(super) fn ends(text: &str) -> Option<(&str, &str)> {
    let at = text.as_bytes().windows(2).position(|two| two == b"..")?;
    text.get(..at).zip(text.get(at + 2..))
}

/// Which values a part of `allow` names.
fn read_values(key: &Key, text: &str) -> Result<Values, Wrong> {
    if text.is_empty() {
        return Ok(Values::Any);
    }
    if let Some((low, high)) = ends(text) {
        let (low, high) = number::parse(low.trim()).zip(number::parse(high.trim())).ok_or(Wrong::Form)?;
        let numeric = matches!(key.kind, keys::Kind::Integer(..) | keys::Kind::Number(..));
        return match numeric && low <= high {
            true => Ok(Values::Range(low, high)),
            false if numeric => Err(Wrong::Reversed),
            false => Err(Wrong::NoNumber),
        };
    }
    let valid = |value: &str| {
        let mut scratch = Config::standard();
        match key.parse(&mut scratch, value) {
            Some(problem) => Err(Wrong::Value(problem.why)),
            None => Ok((key.get)(&scratch)),
        }
    };
    Ok(Values::List(text.split('|').map(valid).collect::<Result<_, _>>()?))
}

impl Config {
    /// Whether visitors may not change a setting at all.
    pub fn fixes(&self, key: &Key) -> bool {
        (self.readonly || self.allow != Allow::default()) && self.allow.find(key.name).is_none()
    }

    /// The range in which visitors may change a number.
    pub fn allowed_range(&self, key: &Key) -> Option<(f64, f64)> {
        match self.allow.find(key.name)? {
            Values::Range(low, high) => Some((*low, *high)),
            Values::Any | Values::List(_) => None,
        }
    }

    /// What a visitor's wish comes to on this page: the value itself, the nearest one that is allowed, or none. The problem
    /// says what is not allowed.
    pub fn permit(&self, key: &Key, value: &str) -> (Option<String>, Option<Problem>) {
        let name = translate(key.label);
        let problem = |why: String, instead: &str| {
            let (key, value, instead) = (key.name.into(), value.into(), instead.into());
            Problem { key, name, value, why, instead, ..Problem::default() }
        };
        let now = (key.get)(self);
        if self.fixes(key) {
            let fixed = |now: &str| {
                let why = tr!("{setting} is fixed on this page", setting = name);
                let sentence = match now {
                    "" => tr!("{setting} is fixed on this page, so it stays as it is.", setting = name),
                    _ => tr!("{setting} is fixed on this page, so it stays {value}.", setting = name, value = key.written(now)),
                };
                Problem { sentence: Some(sentence), ..problem(why, now) }
            };
            return (None, (value != now).then(|| fixed(&now)));
        }
        let Some(values) = self.allow.find(key.name) else { return (Some(value.into()), None) };
        match values.nearest(value) {
            Some(same) if same == value => (Some(same), None),
            nearest => {
                let wish = quoted(value);
                let why = match values {
                    Values::Range(low, high) => {
                        let [from, to] = [*low, *high].map(text::number);
                        tr!("{value} is outside what this page allows, {from} to {to}", value = wish, from, to)
                    }
                    Values::List(list) => {
                        tr!("{value} is not among what this page allows ({values})", value = wish, values = list.join(", "))
                    }
                    Values::Any => return (nearest, None),
                };
                let problem = problem(why, nearest.as_ref().unwrap_or(&now));
                (nearest, Some(problem))
            }
        }
    }

    /// Why a visitor may not open a run with these settings here, if so.
    pub fn refuses(&self, run: &Config) -> Option<Problem> {
        let differing = keys::of_curves().filter(|key| (key.get)(run) != (key.get)(self));
        differing.filter_map(|key| self.permit(key, &(key.get)(run)).1).next()
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::settings::{from_query, key, to_query};

    fn with(query: &str) -> Config {
        let (config, problems) = from_query(query);
        assert_eq!(problems, []);
        config
    }

    fn permit(config: &Config, name: &str, value: &str) -> (Option<String>, Option<String>) {
        let (instead, problem) = config.permit(key(name).unwrap(), value);
        (instead, problem.map(|problem| problem.to_string()))
    }

    #[test]
    fn without_either_key_everything_may_be_changed() {
        let config = Config::standard();
        assert!(keys::KEYS.iter().all(|key| !config.fixes(key)));
        assert_eq!(permit(&config, "p", "31"), (Some("31".into()), None));
        assert_eq!(config.refuses(&with("p=31&wd=0")), None);
    }

    #[test]
    fn readonly_fixes_all_and_allow_names_exceptions() {
        for query in ["readonly=1&allow=seed", "allow=seed"] {
            let config = with(query);
            let free: Vec<&str> = keys::KEYS.iter().filter(|key| !config.fixes(key)).map(|key| key.name).collect();
            assert_eq!(free, ["seed"], "{query}");
            assert_eq!(permit(&config, "seed", "5"), (Some("5".into()), None));
            let (instead, problem) = permit(&config, "p", "31");
            assert_eq!(instead, None);
            assert_eq!(problem.unwrap(), "Modulus is fixed on this page, so it stays 97.");
            assert_eq!(permit(&config, "p", "97"), (None, None), "it is so already");
        }
        assert!(keys::KEYS.iter().all(|key| with("readonly").fixes(key)));
    }

    #[test]
    fn ranges_and_lists_are_kept_by_the_nearest_value() {
        let config = with("allow=lr:0.001..0.01,wd:0|0.5|2,task:x%2By|x*y,train:0.2..0.8");
        assert_eq!(permit(&config, "lr", "0.005"), (Some("0.005".into()), None));
        let (instead, problem) = permit(&config, "lr", "1");
        assert_eq!((instead.as_deref(), problem.is_some()), (Some("0.01"), true));
        assert_eq!(permit(&config, "wd", "2"), (Some("2".into()), None));
        assert_eq!(permit(&config, "wd", "0.6").0.as_deref(), Some("0.5"));
        assert_eq!(permit(&config, "task", "x*y"), (Some("x*y".into()), None));
        let (instead, problem) = permit(&config, "task", "x/y");
        assert_eq!(instead, None);
        assert!(problem.unwrap().ends_with("is not among what this page allows (x+y, x*y), so x+y is used."));
        assert_eq!(config.allowed_range(key("lr").unwrap()), Some((0.001, 0.01)));
        assert_eq!(config.allowed_range(key("wd").unwrap()), None);
        // Nothing that is no number gets through.
        assert_eq!(permit(&config, "lr", "nope").0, None);
    }

    #[test]
    fn what_is_allowed_is_written_as_it_was_read() {
        for text in ["seed", "lr:0.001..0.01,wd:0|0.5|1,seed", "task:x+y|x*y"] {
            assert_eq!(Allow::parse(text).unwrap().write(), text);
            let config = Config { allow: Allow::parse(text).unwrap(), ..Config::standard() };
            assert_eq!(from_query(&to_query(&config)), (config, vec![]));
        }
        assert_eq!(Allow::parse(" lr : 0.1 .. 0.2 , ,seed,seed:1|2").unwrap().write(), "lr:0.1..0.2,seed:1|2");
        for (text, why) in [
            ("colour", "names “colour”, which is not a setting"),
            ("lr:1..x", "that does not look like"),
            ("lr:2..1", "ends before it begins"),
            ("task:1..2", "this setting is not a number"),
            ("lr:nope", "that cannot be used: nope is not a number"),
        ] {
            let said = Allow::parse(text).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }

    #[test]
    fn a_file_of_another_set_up_is_refused_where_that_is_fixed() {
        let config = with("p=31&allow=seed,wd:0..1");
        assert_eq!(config.refuses(&with("p=31&seed=9&wd=0.3")), None);
        assert!(config.refuses(&with("p=29")).unwrap().to_string().contains("fixed on this page"));
        assert!(config.refuses(&with("p=31&wd=3")).unwrap().to_string().contains("0 to 1"));
    }
}
