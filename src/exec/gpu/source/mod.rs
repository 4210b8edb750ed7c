//! From the shaders on disk to what a GPU runs: [`Program`], the launches of a plan, and the text of their modules.
//!
//! Sizes are data: a module has the bodies of some shaders, and each launch a table of its parts with their sizes and where
//! their bindings begin. So another prime or width needs another table, and no other module.

mod arenas;
mod declaration;
mod launch;
mod module;
mod program;
mod rewriter;
mod shader;
mod tokens;
mod unroll;

pub use arenas::Arenas;
pub use launch::{Launch, TABLE_ALIGN};
pub use module::{Body, TABLE_QUADS, serves};
pub use program::Program;
pub use shader::{Shader, run_const};
pub use tokens::{Token, tokens};
