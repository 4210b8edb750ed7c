//! The stage: what the network knows, as pictures that are seen without asking for them and that all show the same step.
//!
//! To add a picture: write a file with a [`Picture`], add one line to [`PICTURES`], and a figure with its name to
//! `www/lab.html`.

mod answers;
mod circle;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod waves;
mod weights;

use super::choice::Choice;
use super::draw::{Area, Draw};
use super::views::{Pointed, Subject};
use crate::config::Config;
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
    /// What is written above it.
    pub title: fn(&Subject) -> String,
    /// Draws it into an area.
    pub draw: fn(&mut dyn Draw, &Subject, Area),
    /// The same in words, with the numbers of the moment.
    pub describe: fn(&Subject) -> String,
    /// What is under the pointer, in words, and what a click there does.
    pub point: fn(&Subject, Area, (f64, f64)) -> Option<Pointed>,
}

/// All pictures.
pub static PICTURES: [&Picture; 4] = [&answers::PICTURE, &circle::PICTURE, &waves::PICTURE, &weights::PICTURE];

/// Whether the network is shown pairs of numbers, of which there is a table.
fn pairs(config: &Config) -> bool {
    Operation::of(config).size() != Size::Bits
}
