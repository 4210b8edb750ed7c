//! The words of the page's state: what it can be in, and what can follow from a change.

use crate::config::Config;
use crate::exec::Engine;
use crate::protocol::Command;
use crate::protocol::inspect::InspectReply;

/// The `state` property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not started.
    Idle,
    /// Training, or about to.
    Running,
    /// Stopped in between.
    Paused,
    /// Ended by the stop rule or the step limit.
    Done,
    /// Failed.
    Error,
}

impl State {
    /// As the public contract spells it.
    pub fn id(self) -> &'static str {
        match self {
            State::Idle => "idle",
            State::Running => "running",
            State::Paused => "paused",
            State::Done => "done",
            State::Error => "error",
        }
    }
}

/// A value in the detail of a public event.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// Texts.
    Texts(Vec<String>),
    /// An object of all settings.
    Settings(Box<Config>),
}

/// What the page has to do.
#[derive(Debug, Clone, PartialEq)]
// Not `expect`: on wasm32 the variants are smaller and the lint is silent.
#[allow(clippy::large_enum_variant, reason = "a few at a time, carried out at once")]
pub enum Effect {
    /// Start a (new) worker, instead of the present one.
    Spawn(Engine),
    /// End the worker.
    Quit,
    /// Tell the worker.
    Send(Command),
    /// Dispatch a public event.
    Emit(&'static str, Vec<(&'static str, Value)>),
    /// Answer a request for a snapshot or for weights.
    Answer(u32, Vec<u8>),
    /// Answer a look inside.
    Inspected(u32, Box<InspectReply>),
    /// Tell who waits for steps or for a [`Goal`](super::Goal) the step that was reached, or why there will be none.
    Reached(u32, Result<u32, String>),
    /// Say why there is no answer to a request.
    Decline(u32, String),
    /// The configuration changed: the address follows.
    Configured,
    /// Start the sweep that it asks for.
    StartSweep,
    /// Store this for [`App::tuning_cache`](super::App::tuning_cache) at the next visit.
    StoreTuning(String),
}

/// What the worker said about its trainer.
#[derive(Debug, Clone, PartialEq)]
pub struct Trainer {
    /// What it computes on.
    pub engine: Engine,
    /// What computes.
    pub adapter: String,
    /// Why this backend.
    pub reason: String,
    /// Trainable numbers of one run.
    pub parameters: u32,
    /// Training and test pairs.
    pub pairs: [u32; 2],
}
