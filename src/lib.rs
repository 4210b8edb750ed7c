//! grokking-lab: trains small transformers on finite operation tables and shows them grok.

pub mod config;
pub mod exec;
pub mod metrics;
pub mod model;
pub mod ops;
pub mod optim;
pub mod plan;
pub mod protocol;
pub mod rng;
pub mod selfcheck;
pub mod tape;
pub mod task;
pub mod train;
pub mod view;
#[cfg(target_arch = "wasm32")]
pub mod web;
