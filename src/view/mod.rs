//! What the page shows, without a page: state, axes, decimation, words and numbers. Compiles everywhere, so that it is tested natively.

pub mod app;
pub mod chart;
pub mod decimate;
pub mod draw;
pub mod fields;
pub mod keep;
pub mod scale;
pub mod text;
