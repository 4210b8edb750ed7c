//! grokking-lab: trains small transformers on finite operation tables and shows them grok.

pub mod exec;
pub mod ops;
pub mod optim;
pub mod plan;
pub mod rng;
pub mod tape;
