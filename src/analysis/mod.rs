//! What a network's weights and activations look like from inside: pure functions of numbers, each with its formula and source.
//!
//! Tables of pairs are laid out by first operand, then second. Before anything is transformed, operands are put in the order of
//! the cyclic group that the operation makes of them ([`Cycle`]), so that x · y is analysed like x + y.

mod attack;
mod compression;
mod cycle;
mod entropy;
mod feature_rank;
mod fourier;
mod furuta;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod gromov;
mod hidden_markov;
mod line;
mod local_complexity;
mod matrix;
mod measures;
mod neurons;
mod oscillation;
mod parallelograms;
mod patterns;
mod power_law;
mod progress;
mod pruning;
mod rank_me;
mod ranks;
mod relu_layers;
mod slingshot;
mod sparsity;
mod training_map;
mod weight_statistics;
mod without_network;

pub use attack::{ATTACK, robustness};
pub use compression::{Coarse, Compressor};
pub use cycle::{Cycle, Join};
pub use entropy::spread;
pub use feature_rank::feature_rank;
pub use fourier::{Basis, plane, roundness};
pub use furuta::density_and_ratio;
pub use line::Line;
pub use local_complexity::{RADIUS, local_complexity};
pub use matrix::{components, norm, singular_values};
pub use measures::{Measure, Measures, Progress};
pub use neurons::{EXPLAINED, Fit, explained, fits, keys, leaders, leading};
pub use oscillation::oscillation;
pub use parallelograms::{Pair, Parallelograms};
pub use patterns::{Pattern, accuracies};
pub use power_law::PowerLaw;
pub use progress::{Score, Waves, score};
pub use pruning::effective_sparsity;
pub use rank_me::{effective_rank, rank_me};
pub use ranks::rank_correlation;
pub use relu_layers::Layer;
pub use slingshot::slingshots;
pub use sparsity::{gini, inverse_participation};
pub use training_map::{MapState, TrainingMap, Trajectory};
pub use weight_statistics::{STATISTICS, weight_statistics};
pub use without_network::{GaussianProcess, LinearRegression, Look};
