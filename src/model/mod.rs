//! Models, written forward only. They read like the papers' equations; the tape derives the rest.

pub mod rows;
pub mod token_table;
pub mod transformer;
