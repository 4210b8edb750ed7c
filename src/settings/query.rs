//! The query-string codec: only keys that differ from the standard configuration, plus a version.

use crate::config::{Config, Problem, quoted};
use crate::query_string;
use crate::tr;

/// Version of the keys' meaning, written as `v`.
pub const VERSION: u32 = 1;

/// `task=x%2Fy&p=113&v=1`: keys that differ from the standard or from the experiment, in table order.
pub fn to_query(config: &Config) -> String {
    let mut pairs: Vec<(&str, String)> = config.changed().into_iter().map(|(key, value)| (key.name, value)).collect();
    pairs.push(("v", VERSION.to_string()));
    query_string::to_query(&pairs)
}

/// Reads a query or hash, with or without its `#` or `?`. Never fails: bad parts are reported and skipped.
pub fn from_query(text: &str) -> (Config, Vec<Problem>) {
    let text = text.trim_start_matches(['#', '?']);
    let (version, pairs): (Vec<_>, Vec<_>) = query_string::from_query(text).into_iter().partition(|(key, _)| key == "v");
    let (config, mut problems) = Config::from_pairs(pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    if let Some((_, v)) = version.iter().find(|(_, v)| v.parse() != Ok(VERSION)) {
        let version = quoted(v);
        let why = tr!("This link is of another version of the lab ({version})", version);
        let sentence =
            tr!("This link is of another version of the lab ({version}), so it may mean something else here.", version);
        let (value, instead) = (v.to_string(), VERSION.to_string());
        problems.push(Problem { key: "v".into(), value, why, instead, sentence: Some(sentence), ..Problem::default() });
    }
    (config, problems)
}

impl From<Config> for String {
    fn from(config: Config) -> String {
        to_query(&config)
    }
}

impl From<String> for Config {
    fn from(query: String) -> Config {
        unchecked(&query)
    }
}

/// Reads what [`to_query`] wrote, also from an invalid configuration.
fn unchecked(query: &str) -> Config {
    let pairs = query_string::from_query(query);
    let experiment = pairs.iter().find(|(name, _)| name == "experiment").map_or("", |(_, id)| id);
    let mut config = Config { experiment: experiment.into(), ..Config::standard() }.base();
    for (name, value) in pairs {
        // A value that cannot even be read leaves the standard one.
        let _ = super::key(&name).map(|key| (key.set)(&mut config, &value));
    }
    config
}

#[cfg(test)]
mod tests {
    use super::super::KEYS;
    use super::*;
    use crate::rng::{Rng, Stream};

    #[test]
    fn the_standard_configuration_is_just_a_version() {
        assert_eq!(to_query(&Config::standard()), "v=1");
    }

    #[test]
    fn every_key_round_trips() {
        let (config, problems) = from_query(
            "task=x/y&p=113&train=0.3&seed=7&seeds=2&layers=2&width=64&heads=8&mlp=256&activation=gelu&norm=pre&init=fan-in\
             &lr=0.003&wd=0.5&beta1=0.8&beta2=0.95&eps=1e-7&warmup=3&steps=77&backend=cpu&autoplay=true&hide=loss,drawer&speed=0",
        );
        assert_eq!(problems, []);
        assert_eq!(from_query(&to_query(&config)), (config.clone(), vec![]));
        assert_eq!((config.eps, config.hide.as_str()), (1e-7, "loss,drawer"));
        assert!(to_query(&config).contains("task=x%2Fy"));
    }

    #[test]
    fn a_plus_may_be_written_by_hand() {
        assert_eq!(from_query("#task=x+y&p=23").0.p, 23);
        assert_eq!(from_query("#task=x+y").1, []);
        assert_eq!(from_query("task=x^2+y^2").0.task, "x^2+y^2");
    }

    #[test]
    fn another_version_is_reported() {
        assert!(from_query("p=23&v=99").1[0].to_string().contains("another version of the lab (99)"));
    }

    #[test]
    fn no_input_panics_and_every_result_is_valid() {
        let mut rng = Rng::new(11, Stream::Test);
        let alphabet: Vec<char> = "pv=&%#?+-.0123456789eNaNtraiheds\u{7f}λ\0/^*xy_,".chars().collect();
        for _ in 0..20_000 {
            let len = rng.below(40);
            let mut text: String = (0..len).map(|_| alphabet[rng.below(alphabet.len() as u32) as usize]).collect();
            if rng.below(2) == 0 {
                text = format!("{}={text}", KEYS[rng.below(KEYS.len() as u32) as usize].name);
            }
            let (config, _) = from_query(&text);
            assert_eq!(config.validate(), [], "{text:?}");
            assert_eq!(from_query(&to_query(&config)).0, config, "{text:?}");
        }
    }
}
