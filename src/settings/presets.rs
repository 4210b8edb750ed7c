//! The set-ups of the papers as configurations.

use crate::config::Config;
use crate::experiment::Arm;

impl Arm {
    /// Its configuration.
    pub fn config(&self) -> Config {
        Config { experiment: self.id.into(), ..Config::standard().with_query(self.query).0 }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::experiment::EXPERIMENTS;
    use crate::settings::{from_query, to_query};

    #[test]
    fn set_ups_are_valid_and_say_nothing_needless() {
        for (experiment, arm) in EXPERIMENTS.iter().flat_map(|e| e.arms.iter().map(move |a| (e, a))) {
            let (mut config, problems) = from_query(&format!("{}&v=1", arm.query));
            assert_eq!(problems, [], "{}", arm.id);
            config.experiment = String::new();
            let pairs = crate::query_string::from_query(arm.query);
            let pairs: Vec<(&str, String)> = pairs.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
            assert_eq!(to_query(&config), format!("{}&v=1", crate::query_string::to_query(&pairs)), "{}", arm.id);
            assert!(arm.id.starts_with(experiment.id), "{} belongs to {}", arm.id, experiment.id);
            assert_eq!(from_query(&format!("experiment={}&v=1", arm.id)), (arm.config(), vec![]));
            if let Some(then) = &arm.then {
                let changed = arm.config().with_query(then.query);
                assert!(changed.1.is_empty() && !changed.0.restarts(&arm.config()) && changed.0 != arm.config(), "{}", arm.id);
            }
        }
    }

    #[test]
    fn other_keys_override_a_preset_and_only_they_are_written() {
        let arm = &EXPERIMENTS[0].arms[0];
        let (config, problems) = from_query(&format!("experiment={}&seed=5&v=1", arm.id));
        assert_eq!((config.seed, problems), (5, vec![]));
        assert_eq!(config, Config { seed: 5, ..arm.config() });
        assert_eq!(to_query(&config), format!("seed=5&experiment={}&v=1", arm.id));
    }
}
