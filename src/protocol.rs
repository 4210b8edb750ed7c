//! What the page and its worker say to each other: two closed enums and their one encoding.

pub mod inspect;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::analysis::{TrainingMap, Trajectory};
pub use crate::bytes::encode;
use crate::config::Config;
use crate::exec::Engine;
use crate::language;
use crate::metrics::{End, History, Milestones, Point};
use crate::sweep::Outcome;
use crate::train::EvaluationSchedule;
use inspect::{InspectQuery, InspectReply};

/// From the page to the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "messages are encoded at once, never stored in bulk")]
pub enum Command {
    /// Builds a trainer at step 0, paused. Drops the previous one.
    Load(Config, Engine),
    /// Trains until paused or until the stop rule holds.
    Run,
    /// Stops training after the current chunk.
    Pause,
    /// Trains this many more steps, then pauses; what was asked for before and not made yet is added. Answered by
    /// [`Event::Stepped`] with the same id, unless something comes in between.
    Step {
        /// Echoed in the answer.
        id: u32,
        /// Steps.
        n: u32,
    },
    /// Settings from now on: those in which the first differs from the second, which is what the page had until then. The
    /// others stay as they are, also where the record has changed one meanwhile. None of them needs another run. Answered by
    /// [`Event::Changed`] where curves will show it.
    Adjust(Config, Config),
    /// The tuning cache, of an [`Event::Measured`] at another visit; before the first load.
    Recall {
        /// As it was told.
        text: String,
    },
    /// What is told from now on is told in this language, of which these are English texts and their translations by turns.
    Speak {
        /// Its tag.
        language: String,
        /// None for English.
        texts: Vec<String>,
    },
    /// Asks for [`Event::Snapshot`] with the same id.
    Snapshot {
        /// Echoed in the answer.
        id: u32,
    },
    /// Asks for [`Event::Weights`] with the same id.
    Weights {
        /// Echoed in the answer.
        id: u32,
    },
    /// Asks for [`Event::Inspected`].
    Inspect(InspectQuery),
    /// Goes on, paused, from the checkpoint nearest to a step, without the optimiser's state; else, or where the present
    /// ones are nearer, from those with it. Answered by [`Event::Loaded`].
    Fork {
        /// The step.
        at: Option<u32>,
    },
    /// Loads the configuration, weights, optimiser state and step of a snapshot, paused.
    Restore {
        /// A [`Snapshot`](crate::train::Snapshot), encoded.
        #[serde(with = "whole")]
        bytes: Vec<u8>,
        /// What to train on.
        engine: Engine,
        /// Milliseconds of training up to there.
        elapsed_ms: f64,
        /// What each run passed before, for the stop rule.
        milestones: Vec<Milestones>,
    },
    /// Asks for a sign of life, [`Event::Alive`].
    Ping,
    /// Asks a helper of another worker for a [`DataShard`](crate::train::DataShard) of a run, for as long as it lives.
    Shard {
        /// Which one.
        index: u32,
        /// Of how many.
        count: u32,
        /// The steps that are evaluated.
        evaluation: EvaluationSchedule,
        /// Where the run is, as a [`Snapshot`](crate::train::Snapshot).
        #[serde(with = "whole")]
        bytes: Vec<u8>,
    },
    /// Trains rows of a table side by side, each until it is decided; [`Command::Pause`] and [`Command::Run`] are about them
    /// then. They [train together](Config::trains_with). Those for which there is no room are given back at once.
    Train {
        /// A number of the page's, and the settings.
        rows: Vec<(u32, Config)>,
        /// What to train on.
        engine: Engine,
        /// Workers that share the machine's memory.
        workers: u32,
        /// Whether their weights are followed.
        follow: bool,
    },
    /// Finds the training map of rows. Answered by [`Event::Mapped`].
    Map(Vec<Trajectory>),
    /// Rows that nobody wants to know of any more.
    Drop {
        /// Their numbers.
        rows: Vec<u32>,
    },
    /// Measures this machine with the configuration as the workload, instead of training.
    #[cfg(feature = "bench")]
    Bench(Config),
}

impl Command {
    /// Has the other side speak the language that is spoken here.
    pub fn speak() -> Command {
        Command::Speak { language: language::spoken().code.into(), texts: language::taught() }
    }
}

/// From the worker to the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "messages are encoded at once, never stored in bulk")]
pub enum Event {
    /// The worker listens.
    Hello,
    /// A trainer is built.
    Loaded {
        /// The run's record: the settings at its start, with what changes when.
        config: Config,
        /// Updates already made: 0, or a snapshot's.
        step: u32,
        /// It went back to weights whose optimiser's state is lost.
        fresh: bool,
        /// What it trains on.
        engine: Engine,
        /// Adapter name, or what the CPU runs.
        adapter: String,
        /// Why the GPU, in one sentence.
        reason: String,
        /// Trainable numbers of one run.
        parameters: u32,
        /// Training and test pairs of one run.
        pairs: [u32; 2],
    },
    /// A GPU was measured; the page stores this for the next visit's [`Command::Recall`].
    Measured {
        /// See [`cache`](crate::tuner::cache).
        text: String,
    },
    /// The GPU is not to be used for this, or no longer. The CPU's build can go on.
    Refused {
        /// Why.
        why: String,
        /// From where: a [`Snapshot`](crate::train::Snapshot), encoded; none at step 0.
        snapshot: Option<Vec<u8>>,
        /// Whether it was training.
        running: bool,
    },
    /// New measurements, and how far training has got.
    Progress {
        /// Updates made.
        step: u32,
        /// Points since the last progress, in order of step.
        points: Vec<Point>,
        /// Milliseconds of training since the load, pauses left out.
        elapsed_ms: f64,
        /// Recent rate, 0 when unknown.
        steps_per_second: f64,
    },
    /// How far rows of a table are.
    Rows(Vec<(u32, Outcome)>),
    /// A row is decided.
    Row {
        /// Its number.
        row: u32,
        /// What became of it.
        outcome: Outcome,
        /// Its measurements, thinned.
        history: History,
        /// What was followed of it, where that was asked for.
        trajectory: Option<Trajectory>,
    },
    /// The answer to [`Command::Map`]; none of too few rows.
    Mapped(Option<TrainingMap>),
    /// Rows that are not trained here, or no longer.
    GivenBack {
        /// Their numbers.
        rows: Vec<u32>,
        /// Why they cannot be trained at all; else they may be sent again.
        why: Option<String>,
    },
    /// Training runs now.
    Running,
    /// Training is paused.
    Paused,
    /// The answer to [`Command::Step`].
    Stepped {
        /// As asked.
        id: u32,
        /// Whether all of them were made; else the run has ended before.
        made: bool,
    },
    /// Settings changed in the middle of the run, or how it began did before its first step.
    Changed {
        /// Updates made before.
        step: u32,
        /// The run's record.
        config: Config,
        /// The record had asked for it, nobody else.
        planned: bool,
    },
    /// The run is over. Its last measurements are of its last step.
    Done {
        /// Why.
        reason: End,
    },
    /// A sign of life.
    Alive {
        /// Seconds that may pass without another one.
        patience_s: u32,
        /// Memory of the worker, which never gets less.
        megabytes: u32,
    },
    /// A copy of the run, from which it goes on when this worker is lost.
    Copied {
        /// A [`Snapshot`](crate::train::Snapshot), encoded.
        #[serde(with = "whole")]
        bytes: Vec<u8>,
    },
    /// There is no answer to a [`Command::Snapshot`], a [`Command::Weights`] or a promised [`Command::Inspect`]; nothing else
    /// has changed.
    Unanswered {
        /// As asked.
        id: u32,
        /// Why.
        why: String,
    },
    /// The answer to [`Command::Snapshot`].
    Snapshot {
        /// As asked.
        id: u32,
        /// A [`Snapshot`](crate::train::Snapshot), encoded.
        #[serde(with = "whole")]
        bytes: Vec<u8>,
    },
    /// The answer to [`Command::Weights`].
    Weights {
        /// As asked.
        id: u32,
        /// A file in the safetensors format.
        #[serde(with = "whole")]
        bytes: Vec<u8>,
    },
    /// The answer to [`Command::Inspect`].
    Inspected(InspectReply),
    /// The network cannot be looked into.
    Opaque {
        /// Why.
        why: String,
    },
    /// A table of the benchmark, so far; the last one is `failures`.
    #[cfg(feature = "bench")]
    Table(crate::bench::Table),
    /// Something failed; training is paused.
    Failed {
        /// What, with the value, and what to do.
        message: String,
    },
    /// Something went wrong and was dealt with, e.g. a lost device.
    Notice {
        /// What happened.
        message: String,
    },
}

/// Decodes a message.
///
/// # Errors
/// When the bytes are not such a message, e.g. of another version.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    postcard::from_bytes(bytes).map_err(|error| format!("unreadable message of {} bytes: {error}", bytes.len()))
}

/// Long byte strings in one piece: by itself, serde takes them byte by byte.
mod whole {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        <&[u8]>::deserialize(deserializer).map(<[u8]>::to_vec)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_with_bytes_come_back() {
        for bytes in [vec![], vec![7; 300]] {
            let restore = Command::Restore {
                bytes: bytes.clone(),
                engine: Engine::Gpu,
                elapsed_ms: 1.5,
                milestones: vec![Milestones::default()],
            };
            let evaluation = EvaluationSchedule::new(2, 3);
            for command in [restore, Command::Shard { index: 1, count: 2, evaluation, bytes: bytes.clone() }] {
                assert_eq!(decode(&encode(&command)), Ok(command));
            }
            for event in [Event::Snapshot { id: 1, bytes: bytes.clone() }, Event::Weights { id: 2, bytes: bytes.clone() }] {
                let message = encode(&event);
                assert!(decode::<Event>(&message[..message.len() - 1]).is_err());
                assert_eq!(decode(&message), Ok(event));
            }
        }
    }
}
