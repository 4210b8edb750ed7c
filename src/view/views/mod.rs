//! Looks inside the network, one file each. What is drawn comes from the worker's answer alone.
//!
//! To add a view: write a file with a [`View`] and its [`Drawing`], and add its name to the list at the end.

pub(super) mod attention;
pub(super) mod embedding;
pub(super) mod lens;
pub(super) mod losses;
pub(super) mod matrix;
pub(super) mod neurons;
mod pair;
mod progress;
mod subject;
pub(super) mod table;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(super) mod tests;

pub(super) use subject::cell;
pub use subject::{Control, Drawing, Pointed, Subject, View};

/// Two tables from one list, because the page loads them at different times.
macro_rules! views {
    ($($view:ident),*) => {
        /// All views, in the order of their tabs.
        pub static VIEWS: &[&View] = &[$(&$view::VIEW),*];
        /// How each of them is drawn.
        pub static DRAWINGS: &[&Drawing] = &[$(&$view::DRAWING),*];
    };
}

views![table, embedding, neurons, attention, lens, losses, progress, pair, matrix];
