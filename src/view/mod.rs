//! What the page shows, without a page: state, axes, decimation, words and numbers. Compiles everywhere, so that it is tested natively.

pub mod app;
pub mod captions;
pub mod chart;
pub mod choice;
pub mod color;
mod data;
pub mod decimate;
pub mod diverged;
pub mod draw;
pub mod export;
pub mod fields;
pub mod gallery;
pub mod glossary;
pub mod inside;
pub mod label_layout;
pub mod markup;
pub mod narrative;
pub mod panels;
pub mod rows;
pub mod runs;
pub mod scale;
pub mod share;
pub mod shortcuts;
pub mod stage;
pub mod tones;
pub mod tour;
pub mod views;
