//! One file per paper.

mod carvalho;
mod davies;
mod demoss;
mod detours;
mod doshi;
mod fan;
mod fraction;
mod furuta;
mod grokfast;
mod gromov;
mod hu;
mod humayun;
mod kumar;
mod li;
mod liu;
mod lyu;
mod manning;
mod merrill;
mod miller;
mod minegishi;
mod murty;
mod nanda;
mod notsawo;
mod omnigrok;
mod phases;
mod power;
mod prieto;
mod thilak;
mod varma;
mod wang;
mod zucchet;

use super::{Experiment, Publication};

/// Two tables from one list, because the page loads them at different times.
macro_rules! papers {
    ($($paper:ident),* $(,)?) => {
        /// All experiments, in the order of the gallery.
        pub static EXPERIMENTS: &[&Experiment] = &[$(&$paper::EXPERIMENT),*];
        /// What each of them repeats.
        pub(super) static PUBLICATIONS: &[&Publication] = &[$(&$paper::PUBLICATION),*];
    };
}

papers![
    doshi, power, nanda, omnigrok, gromov, merrill, kumar, lyu, varma, minegishi, grokfast, prieto, hu, manning, carvalho,
    miller, thilak, davies, furuta, notsawo, fraction, li, liu, phases, demoss, humayun, fan, murty, wang, zucchet, detours,
];
