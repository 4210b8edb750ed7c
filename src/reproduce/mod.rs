//! Runs the experiments natively, for the program `reproduce`: trains every arm, looks into what it trained, and writes the
//! record. And tables of runs, and how good forecasts are.

pub mod forecast;
pub mod list;
pub mod run;
pub mod sweep;
pub mod weights;
