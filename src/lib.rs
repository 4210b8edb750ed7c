//! grokking-lab: trains small transformers on finite operation tables and shows them grok.
//!
//! A [`Config`](config::Config) becomes a table of equations ([`task`]), a model recorded forward on a [`tape`], and a
//! [`Plan`](plan::Plan): flat lists of dispatches. An [`Exec`](exec::Exec) runs it on the CPU or the GPU, a
//! [`Trainer`](train::Trainer) turns steps into points, and the page (`web`, wasm only) draws them.
//!
//! Floor by floor, each using only those above it in this list:
//!
//! 1. `builds`, `bytes`, `cosine`, [`language`], `order`: small things that are compiled once for all.
//! 2. [`kernel`]: what a kernel is; [`number`], [`query_string`], [`text`], [`json`]: to text and back; [`rng`]: randomness.
//! 3. [`plan`]: a step as data.
//! 4. [`step`]: what the kernels of a step agree on; [`levels`]: which dispatches need not wait for each other.
//! 5. [`tape`]: models recorded forward, the backward list derived.
//! 6. [`ops`]: what models are written with.
//! 7. [`config`]: a run's configuration, plain data; [`exec`]: what runs a plan; [`analysis`]: what numbers look like from inside.
//! 8. [`task`]: tables of equations; [`optim`]: how weights change; [`metrics`]: what is measured; [`tuner`]: which shaders are
//!    fastest here; `kernel_test`: one kernel alone.
//! 9. [`model`]: networks and losses; [`experiment`]: the papers' claims; [`forecast`]: how many steps a run still needs.
//! 10. [`settings`]: the settings of a configuration, read, written and validated.
//! 11. [`safetensors`] and [`train`]: the trainer, and a file of its weights.
//! 12. `bench`: the benchmark; [`selfcheck`]: whether a device can be trusted; [`sweep`]: a table of runs; [`warm_up`]: pipelines before they are needed.
//! 13. [`protocol`]: what page and worker say to each other; `op_table`: all operations.
//! 14. [`inspect`]: looks inside a network; [`view`]: the page's state and drawings, without a browser.
//! 15. `reproduce`: the experiments natively; `web`: the browser.
//!
//! docs/architecture.md says more of each, and which rules hold; `tests/tidy.rs` has this list as an array.

pub mod analysis;
#[cfg(feature = "bench")]
pub mod bench;
pub mod builds;
mod bytes;
pub mod config;
mod cosine;
pub mod exec;
pub mod experiment;
pub mod forecast;
pub mod inspect;
pub mod json;
pub mod kernel;
#[cfg(feature = "bench")]
pub mod kernel_test;
pub mod language;
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
pub mod sweep;
pub mod tape;
pub mod task;
pub mod text;
pub mod train;
pub mod tuner;
pub mod view;
#[cfg(feature = "gpu")]
pub mod warm_up;
#[cfg(target_arch = "wasm32")]
pub mod web;
