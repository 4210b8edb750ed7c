//! One file per paper.

mod doshi;
mod grokfast;
mod gromov;
mod hu;
mod kumar;
mod manning;
mod merrill;
mod nanda;
mod omnigrok;
mod power;
mod prieto;
mod varma;

use super::Experiment;

/// All experiments, in the order of the gallery.
pub static EXPERIMENTS: &[&Experiment] = &[
    &doshi::EXPERIMENT,
    &power::EXPERIMENT,
    &nanda::EXPERIMENT,
    &omnigrok::EXPERIMENT,
    &gromov::EXPERIMENT,
    &merrill::EXPERIMENT,
    &kumar::EXPERIMENT,
    &varma::EXPERIMENT,
    &grokfast::EXPERIMENT,
    &prieto::EXPERIMENT,
    &hu::EXPERIMENT,
    &manning::EXPERIMENT,
];
