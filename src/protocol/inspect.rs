//! What the page asks about the inside of a network, and what it is told.
//!
//! Fractions and amounts that are only drawn are bytes, 255 for all or for the largest.

use crate::analysis::{Measures, Progress};
use serde::{Deserialize, Serialize};

/// Neurons whose maps are in one answer about a [`Selection::Page`].
pub const NEURONS_PER_PAGE: u32 = 24;
/// Pictures in one answer, at most: a square of them.
pub const PICTURES: usize = 36;
/// Frequencies of which [`Selection::Leading`] shows neurons.
pub const LEADING_FREQUENCIES: usize = 4;
/// Neurons that it shows of each.
pub const NEURONS_PER_FREQUENCY: usize = 2;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Asker {
    /// The view that is shown, with the number of its question. Only its last one is of interest.
    View(u32),
    /// The pictures of the stage, likewise.
    Stage(u32),
    /// What is claimed of the weights of an experiment, likewise.
    Claim,
    /// Whoever holds the promise of this number: every question is answered.
    Promise(u32),
}

/// A question about run 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InspectQuery {
    /// Echoed in the answer.
    pub asker: Asker,
    /// What is wanted.
    pub request: InspectRequest,
    /// What is switched off meanwhile.
    pub off: Off,
    /// The checkpoint nearest to this step; else the present weights.
    pub at: Option<u32>,
    /// Somebody waits for it: it does not wait for its turn, and what would take long is left for the next answer.
    pub urgent: bool,
}

/// Declares what can be asked, each with what answers it.
macro_rules! inspections {
    ($($(#[$doc:meta])+ $name:ident $(($($with:ty),+))? => $result:ty,)+) => {
        /// What is wanted of a network.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub enum InspectRequest {
            $($(#[$doc])+ $name $(($($with),+))?,)+
        }

        /// What was found.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub enum InspectResult {
            $(#[doc = concat!("See [`InspectRequest::", stringify!($name), "`].")] $name($result),)+
            /// This network has nothing of the kind.
            None,
        }

        impl InspectRequest {
            /// Whether this is an answer to such a question.
            pub fn answered_by(&self, result: &InspectResult) -> bool {
                matches!((self, result), $((InspectRequest::$name { .. }, InspectResult::$name(_)))|+)
            }
        }
    };
}

inspections! {
    /// The answer to every pair.
    Table => Table,
    /// The embedding's spectrum and a plane; else that of the strongest frequency, or of two components where there is none.
    Embedding(Option<Plane>) => Embedding,
    /// All neurons' frequencies, and the maps of some.
    Neurons(Selection) => Neurons,
    /// Attention of the position that is read out, over all pairs.
    Attention => Vec<Layer>,
    /// Progress measures of the checkpoints and the present weights.
    Progress(Measures) => Progress,
    /// The answers to one pair.
    Pair(u32, u32) => Pair,
    /// A parameter, by its index in the model.
    Matrix(u32) => Matrix,
    /// A few pictures that it was never shown, with its answers.
    Pictures => Vec<Picture>,
    /// Some sequences of each kind, with its answers.
    Sequences => Vec<Answered>,
    /// What it would answer if it ended after each of its layers.
    Layers => Lens,
    /// The loss of every example, and those with the largest.
    Losses => Losses,
    /// Several of these about the same weights, answered in this order.
    Several(Vec<InspectRequest>) => Vec<InspectResult>,
}

/// Which neurons' maps are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Selection {
    /// A page of all neurons in the order of frequencies, from this index on.
    Page(u32),
    /// The clearest few of the frequencies that most neurons follow.
    Leading,
}

/// A plane in which the vectors of an embedding are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Plane {
    /// Of the cosine and the sine of a frequency.
    Frequency(u16),
    /// Of two principal components that follow each other: this one, counted from 0, and the next.
    Components(u16),
}

/// Parts of the network that are switched off.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Off {
    /// Hidden units of the last MLP.
    pub neurons: Vec<u16>,
    /// Attention heads: layer and head.
    pub heads: Vec<(u8, u8)>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InspectReply {
    /// As asked.
    pub asker: Asker,
    /// Whose weights these are.
    pub step: u32,
    /// Accuracy on training and test pairs with what is switched off.
    pub accuracy: [f32; 2],
    /// Steps of which there are checkpoints.
    pub checkpoint_steps: Vec<u32>,
    /// What was asked for.
    pub result: InspectResult,
}

/// A cell per pair (x, y), row by row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// 0 where the operation has no result, 1 for a test pair, 2 for a training pair.
    pub kind: Vec<u8>,
    /// The right answer.
    pub truth: Vec<u16>,
    /// The most probable answer.
    pub answer: Vec<u16>,
    /// Its probability.
    pub confidence: Vec<f32>,
    /// −ln of the right answer's probability.
    pub loss: Vec<f32>,
}

/// An embedding in the order of a cycle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Embedding {
    /// Which parameter.
    pub name: String,
    /// Norm of each frequency; 0 is the constant.
    pub spectrum: Vec<f32>,
    /// Frequencies that neurons compute with.
    pub keys: Vec<u16>,
    /// Of the spectrum without the constant.
    pub gini: f32,
    /// Inverse participation ratio of the same.
    pub participation: f32,
    /// The fraction of the variance that each principal component has, where the plane is one of them.
    pub fractions: Vec<f32>,
    /// The plane of `coordinates`.
    pub plane: Plane,
    /// Each token's point in it.
    pub coordinates: Vec<[f32; 2]>,
    /// The tokens in the order of the cycle.
    pub tokens: Vec<u16>,
    /// Whether there is a cycle, and with it frequencies.
    pub cyclic: bool,
    /// Of an embedding whose vectors are added, where there is no cycle: how many of its parallelograms are realised, and how many there
    /// could be (Liu et al. 2022).
    pub parallelograms: Option<[u32; 2]>,
    /// Pairs of tokens that are a diagonal of a realised one.
    pub diagonals: Vec<[u16; 2]>,
}

/// The hidden units of the last MLP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Neurons {
    /// The best frequency of each and the fraction that it explains.
    pub fits: Vec<(u16, u8)>,
    /// All of them by frequency.
    pub order: Vec<u16>,
    /// How much of a neuron's variance one frequency explains at least, if it is said to explain the neuron.
    pub least: u8,
    /// Where a page begins in `order`.
    pub first: u32,
    /// Side of the maps: indices on the cycle.
    pub side: u16,
    /// The neurons that `maps` are of.
    pub shown: Vec<u16>,
    /// For these neurons the least and the greatest activation, and each between them.
    pub maps: Vec<(f32, f32, Vec<u8>)>,
}

/// One layer's attention.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// For each head the attention to each position: a fraction per pair.
    pub heads: Vec<Vec<Vec<u8>>>,
}

/// The answers to a pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// The operands.
    pub pair: [u32; 2],
    /// The result; none outside the domain.
    pub truth: Option<u32>,
    /// Whether it is a training pair.
    pub trained: bool,
    /// The most probable answers, then the right one if it is not among them.
    pub answers: Vec<Answer>,
    /// The frequencies that vote.
    pub keys: Vec<u16>,
    /// How strongly: their logit coefficients α.
    pub alphas: Vec<f32>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What.
    pub class: u16,
    /// How probable.
    pub probability: f32,
    /// What each key frequency adds to its logit.
    pub votes: Vec<f32>,
}

/// A picture, and what the network takes it for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// How much ink is on each pixel, row by row.
    pub pixels: Vec<u8>,
    /// What it shows.
    pub truth: u16,
    /// The most probable answer.
    pub answer: u16,
}

/// A sequence, and what the network answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// What it is for.
    pub kind: Kind,
    /// What it is shown.
    pub operands: Vec<u16>,
    /// The right answer, or what it is taught.
    pub truth: u16,
    /// The most probable answer.
    pub answer: u16,
    /// Its probability.
    pub confidence: f32,
}

/// The loss of every example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Losses {
    /// The kinds of examples that there are.
    pub kinds: Vec<Kind>,
    /// Cross-entropies, nats: for each kind those of its examples, in the order of the run.
    pub losses: Vec<Vec<f32>>,
    /// The examples of each kind with the largest, these first, and their losses; none of a network that is shown numbers.
    pub hardest: Vec<(Answered, f32)>,
}

/// What an example is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// It is trained.
    Training,
    /// It is like those that are trained.
    Test,
    /// It is out of distribution.
    Apart,
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Kind; 3] = [Kind::Training, Kind::Test, Kind::Apart];

    /// As the public contract spells it.
    pub fn id(self) -> &'static str {
        match self {
            Kind::Training => "training",
            Kind::Test => "test",
            Kind::Apart => "apart",
        }
    }
}

/// What a network would answer if it ended after its embedding, after its first layer, and so on (*logit lens*).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lens {
    /// Answers to an example.
    pub answers: u16,
    /// The kinds of examples that there are.
    pub kinds: Vec<Kind>,
    /// Fractions of a sample that are right: `[kinds, 1 + layers, answers]`.
    pub right: Vec<f32>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    /// Names of all parameters, and ‖W‖ of each.
    pub norms: Vec<(String, f32)>,
    /// Rows and columns.
    pub shape: [u32; 2],
    /// The largest magnitude.
    pub most: f32,
    /// Each entry: 128 is 0, 1 and 255 are ∓ the largest.
    pub cells: Vec<u8>,
    /// Singular values, largest first.
    pub singular: Vec<f32>,
}
