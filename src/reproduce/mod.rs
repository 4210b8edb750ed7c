//! Runs the experiments natively, for the program `reproduce`: trains every arm, looks into what it trained, and writes the
//! record. And tables of runs.

pub mod run;
pub mod sweep;
pub mod weights;
