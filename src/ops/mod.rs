//! The operations that models are written with, `linear`, `attend` and so on: each owns one or more kernels, forward and
//! backward, and records them on a tape.
//!
//! To add one: write `ops/<name>.rs` and `shaders/<kernel>.wgsl`, and add one line to [`OPS`](crate::op_table::OPS).
//! The macro `dims!` names a kernel's sizes, for the shader, its reference kernel and whoever records it.
//! Parity, gradients, shader checks and the benchmark then cover it.

pub mod activation;
pub mod add;
pub mod attend;
pub mod attention_pattern;
#[cfg(any(target_arch = "wasm32", test))]
mod blocked;
pub mod column_sum;
pub mod cross_entropy;
pub mod dropout;
pub mod embed;
pub mod embedding_bag;
pub mod gather;
pub(crate) mod gemm;
pub mod head_linear;
pub mod hinge;
pub mod layer_norm;
pub mod linear;
pub mod log_softmax;
pub mod matmul;
pub mod mix;
pub mod mix_attention;
pub mod mlp;
pub mod mse;
pub mod noise;
mod optimised;
pub mod record;
pub mod row_loss;
pub mod scale;
mod scores;
pub(crate) mod simd;
mod sizes;
pub mod stablemax;
pub mod tiles;
pub mod unembed_loss;
pub mod weight_norm;
