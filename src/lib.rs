//! grokking-lab: trains small transformers on finite operation tables and shows them grok.
//!
//! A [`Config`](config::Config) becomes a table of equations ([`task`]), a model recorded forward on a [`tape`], and a
//! [`Plan`](plan::Plan): flat lists of dispatches. An [`Exec`](exec::Exec) runs it on the CPU or the GPU, a
//! [`Trainer`](train::Trainer) turns steps into points, and the page (`web`, wasm only) draws them. docs/architecture.md has the map
//! and the rules; each module says at its top what lives there.

pub mod analysis;
#[cfg(feature = "bench")]
pub mod bench;
pub mod builds;
mod bytes;
pub mod config;
mod cosine;
pub mod exec;
pub mod experiment;
pub mod inspect;
pub mod json;
pub mod kernel;
#[cfg(feature = "bench")]
pub mod kernel_test;
pub mod levels;
pub mod metrics;
pub mod model;
pub mod number;
#[cfg(feature = "bench")]
pub mod op_table;
pub mod ops;
pub mod optim;
mod order;
pub mod plan;
pub mod protocol;
pub mod query_string;
#[cfg(all(feature = "bench", not(target_arch = "wasm32")))]
pub mod reproduce;
pub mod rng;
pub mod safetensors;
pub mod selfcheck;
pub mod settings;
pub mod step;
pub mod tape;
pub mod task;
pub mod text;
pub mod train;
pub mod tuner;
pub mod view;
#[cfg(target_arch = "wasm32")]
pub mod web;
