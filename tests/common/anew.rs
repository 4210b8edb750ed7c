//! What tests of networks that begin anew share.

use grokking_lab::config::Config;
use grokking_lab::settings::from_query;
use grokking_lab::train::{Device, Trainer};
use pollster::block_on;

/// A small network, of two seeds.
pub const TINY: &str = "p=11&train=0.6&width=16&heads=2&mlp=32&init=torch&norm=pre&seeds=2&v=1";

/// A configuration of it.
pub fn config(query: &str) -> Config {
    let (config, problems) = from_query(&format!("{TINY}&{query}"));
    assert_eq!(problems, [], "{query}");
    config
}

/// Its trainer.
pub fn trainer(query: &str) -> Trainer {
    block_on(Trainer::new(&config(query), &Device::Cpu)).expect("a trainer")
}

/// The trainer after a change in the middle of the run.
pub fn carried(trainer: Trainer, query: &str) -> Trainer {
    let (now, problems) = trainer.config().with_query(query);
    assert_eq!((problems, now.restarts(trainer.config())), (vec![], false), "{query}");
    block_on(trainer.carried(&now, &Device::Cpu)).expect("it goes on")
}
