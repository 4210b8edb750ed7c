//! The set-ups of the papers as configurations.

use crate::config::Config;
use crate::experiment::Arm;

impl Arm {
    /// Its configuration.
    pub fn config(&self) -> Config {
        Config { experiment: self.id.into(), ..Config::standard().with_query(self.query).0 }
    }
}
