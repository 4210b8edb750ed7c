//! Looks inside the network, one file each. What is drawn comes from the worker's answer alone.
//!
//! To add a view: write a file with a [`View`], and add one line to [`VIEWS`].

mod attention;
pub(super) mod embedding;
pub(super) mod matrix;
pub(super) mod neurons;
mod pair;
mod progress;
mod subject;
pub(super) mod table;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(super) mod tests;

pub(super) use subject::cell;
pub use subject::{Control, Pointed, Subject, View};

/// All views, in the order of their tabs.
pub static VIEWS: &[&View] =
    &[&table::VIEW, &embedding::VIEW, &neurons::VIEW, &attention::VIEW, &progress::VIEW, &pair::VIEW, &matrix::VIEW];
