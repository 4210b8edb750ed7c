//! Runs the experiments natively, for the program `reproduce`: trains every arm, looks into what it trained, and writes the
//! record.

pub mod run;
pub mod weights;
