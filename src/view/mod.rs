//! What the page shows, without a page: state, axes, decimation, words and numbers. Compiles everywhere, so that it is tested natively.

pub mod app;
pub mod decimate;
pub mod fields;
pub mod panels;
pub mod scale;
pub mod share;
pub mod text;
