//! Which shaders of `matmul` this GPU is fastest with: a measurement at start-up, and what of it outlives a visit.

#[cfg(feature = "gpu")]
pub mod cache;
#[cfg(feature = "gpu")]
mod measure;

#[cfg(feature = "gpu")]
pub use measure::{Measured, tune};
