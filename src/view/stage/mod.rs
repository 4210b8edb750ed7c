//! The stage: what the network knows, as pictures that are seen without asking for them and that all show the same step.
//!
//! To add a picture: write a file with a [`Picture`] and its [`Painting`], add its name to the list of those for pairs of numbers or of
//! the others, and a figure with that name to `www/lab.html`.

mod answers;
mod attention_map;
pub mod circle;
mod digits;
mod logit_lens;
mod loss_histogram;
mod sequences;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod waves;
mod weights;

use super::choice::Choice;
use super::draw::{Area, Draw};
use super::views::{Pointed, Subject};
use crate::config::{Config, Model};
use crate::protocol::inspect::InspectRequest;
use crate::task::{Operation, Size};

/// A picture of the stage.
pub struct Picture {
    /// What `hide` and the template call it.
    pub name: &'static str,
    /// Whether this task has such a picture.
    pub applies: fn(&Config) -> bool,
    /// What to ask the worker.
    pub request: fn(&Choice) -> InspectRequest,
}

/// How a picture is painted: what a visit needs once a network trains.
pub struct Painting {
    /// What is written above it.
    pub title: fn(&Subject) -> String,
    /// Draws it into an area.
    pub draw: fn(&mut dyn Draw, &Subject, Area),
    /// The same in words, with the numbers of the moment.
    pub describe: fn(&Subject) -> String,
    /// What is under the pointer, in words, and what a click there does.
    pub point: fn(&Subject, Area, (f64, f64)) -> Option<Pointed>,
}

/// Three tables from one list, because the page loads them at different times.
macro_rules! pictures {
    (pairs: $($pairs:ident)*; others: $($others:ident)*;) => {
        /// All pictures.
        pub static PICTURES: [&Picture; PAINTINGS.len() + OTHER_PAINTINGS.len()] =
            [$(&$pairs::PICTURE,)* $(&$others::PICTURE,)*];
        /// How the first of them are painted: those of pairs of numbers, which most visits are about.
        pub static PAINTINGS: [&Painting; [$(stringify!($pairs)),*].len()] = [$(&$pairs::PAINTING),*];
        /// How the others are painted.
        pub static OTHER_PAINTINGS: [&Painting; [$(stringify!($others)),*].len()] = [$(&$others::PAINTING),*];
    };
}

pictures! {
    pairs: answers circle waves;
    others: weights digits sequences logit_lens attention_map loss_histogram;
}

/// How the others are painted, to be asked for when there is one.
pub fn other_paintings() -> &'static [&'static Painting] {
    &OTHER_PAINTINGS
}

/// Whether the network is shown pairs of numbers, of which there is a table.
fn pairs(config: &Config) -> bool {
    Operation::of(config).size().has_table()
}

/// Whether it is shown sequences.
fn sequential(config: &Config) -> bool {
    Operation::of(config).size().has_sequences()
}

/// Whether it is shown sequences and has heads that look at them.
fn attends(config: &Config) -> bool {
    sequential(config) && config.model == Model::Transformer
}

/// Whether it is shown pictures.
fn pixels(config: &Config) -> bool {
    Operation::of(config).size() == Size::Pixels
}
