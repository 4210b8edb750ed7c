//! The worker: what trains, beside the page.

pub mod backend;
pub mod main_loop;
pub mod scope;
pub mod session;
mod shares;
