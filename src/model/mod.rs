//! Models, written forward only. They read like the papers' equations; the tape derives the rest.

pub mod associated;
pub mod rows;
pub mod transformer;
