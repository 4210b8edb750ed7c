//! Kernels of the CPU backend that the compiler can vectorise, in f32. The parity test compares each with its reference kernel.

pub mod exp;
pub mod loss;
pub mod mix;
pub mod pattern;
pub mod rows;
pub mod unembed;
