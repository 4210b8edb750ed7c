//! The page and its worker: the only place that names the browser.

pub mod backend;
pub mod session;
pub mod worker;
