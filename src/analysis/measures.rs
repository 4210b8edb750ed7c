//! What the progress measures of a run come to (Nanda et al. 2023, section 5): the numbers that a view draws and that claims
//! about weights are judged by.

use serde::{Deserialize, Serialize};

use crate::config::MAX_LAYERS;

/// Which progress measures are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Measures {
    /// Those that a look at the whole table finds.
    #[default]
    Usual,
    /// The compressed size as well, for which the whole table is computed some thirty times.
    Compressed,
    /// The rank of every hidden layer's features as well, for which all of them are read.
    Ranks,
    /// The Fourier frequency density and coefficient ratio of the embedding are drawn; all looks find them.
    Density,
    /// How much features have changed since the look before as well, for which its weights are looked at once more.
    Movement,
}

/// Measures along a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Frequencies that the present weights compute with.
    pub keys: Vec<u16>,
    /// By step.
    pub measures: Vec<Measure>,
    /// Whether some checkpoints have not been measured yet.
    pub more: bool,
    /// Hidden units of the last layer.
    pub units: u32,
    /// ‖W‖ of each parameter of the present weights.
    pub norms: Vec<(String, f32)>,
}

/// What is measured at a step. Not a number where it is not defined.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// Whose weights.
    pub step: u32,
    /// Loss over all pairs of the key frequencies alone.
    pub restricted: f32,
    /// Loss over the training pairs without them.
    pub excluded: f32,
    /// Gini coefficient of the embedding's spectrum.
    pub gini: f32,
    /// Gini coefficient of the spectrum of W_L, which takes the last hidden units to the logits (Nanda et al. 2023).
    pub readout_gini: f32,
    /// Fraction of neurons that one frequency explains.
    pub explained: f32,
    /// Fraction of the embedding's variance that is in the key frequencies.
    pub keys: f32,
    /// Effective sparsity of a network that is shown bits: the fraction of hidden units that are as accurate as all.
    pub sparsity: f32,
    /// Fourier frequency density of the embedding (Furuta et al. 2024).
    pub density: f32,
    /// Fourier coefficient ratio of the embedding (Furuta et al. 2024).
    pub ratio: f32,
    /// How nearly the test pairs that are answered rightly are those whose first operand is 0: how many are both, of all that are
    /// either (Davies et al. 2023, who found that the first right answers of division are those).
    pub zeros: f32,
    /// RankMe of what the last layer reads, of a sample of all examples (Li et al. 2025).
    pub rank: f32,
    /// ‖W‖ of the last layer, W_U (Thilak et al. 2022).
    pub readout_norm: f32,
    /// How much what the last layer reads has changed since the look before, of a sample of all examples, if that was asked for:
    /// ‖h − h'‖ / ‖h'‖ (Thilak et al. 2022).
    pub movement: f32,
    /// Bytes to which the weights can be compressed without losing the training pairs, if that was asked for (DeMoss et al. 2024).
    pub compressed: f32,
    /// The [`feature_rank`](super::feature_rank) of every hidden layer of an MLP, of a sample of all examples, if that was asked for (Fan et
    /// al. 2024); not a number for layers that it does not have.
    pub ranks: [f32; MAX_LAYERS as usize],
    /// The representation quality index of an embedding whose vectors are added (Liu et al. 2022).
    pub quality: f32,
    /// The test accuracy that its parallelograms promise.
    pub predicted: f32,
    /// Fraction of a sample of the test pictures that is right although each pixel was changed by up to [`ATTACK`](super::ATTACK), so as
    /// to mislead the network (Humayun et al. 2024).
    pub robust: f32,
    /// The [`local_complexity`](super::local_complexity) around a sample of the test pictures, within [`RADIUS`](super::RADIUS) of a pixel's
    /// range (Humayun et al. 2024).
    pub local_complexity: f32,
    /// Fraction of the examples out of distribution that is right (Wang et al. 2024).
    pub apart: f32,
    /// How evenly a transformer's heads look at the positions of a sequence: the mean [`spread`](super::spread) over layers, heads and a
    /// sample of all queries (Murty et al. 2023).
    pub attention: f32,
    /// How much of the attention of the positions that are read out goes to whom the question is about: the mean over layers, heads and a
    /// sample of them (Zucchet et al. 2025).
    pub subject: f32,
}

impl Measure {
    /// The feature rank of the last hidden layer; not a number where none was asked for.
    pub fn last_rank(&self) -> f32 {
        self.ranks.iter().copied().rfind(|rank| rank.is_finite()).unwrap_or(f32::NAN)
    }

    /// Nothing measured at a step.
    pub fn none(step: u32) -> Measure {
        let none = f32::NAN;
        Measure {
            step,
            restricted: none,
            excluded: none,
            gini: none,
            readout_gini: none,
            explained: none,
            keys: none,
            sparsity: none,
            density: none,
            ratio: none,
            zeros: none,
            rank: none,
            readout_norm: none,
            movement: none,
            compressed: none,
            ranks: [none; MAX_LAYERS as usize],
            quality: none,
            predicted: none,
            robust: none,
            local_complexity: none,
            apart: none,
            attention: none,
            subject: none,
        }
    }
}
