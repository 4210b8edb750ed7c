//! The worker: what trains, beside the page.

pub mod backend;
mod data_parallel;
pub mod main_loop;
mod pictures;
pub mod scope;
pub mod session;
