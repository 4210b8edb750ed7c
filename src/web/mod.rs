//! The page and its worker: the only place that names the browser.

mod address;
pub mod backend;
#[cfg(feature = "bench")]
pub mod bench;
mod chart;
mod controls;
mod dom;
pub mod element;
mod film;
mod inputs;
mod keep;
mod link;
pub mod number;
pub mod pairs;
mod readout;
pub mod scope;
pub mod session;
mod shares;
mod theme;
mod ui;
mod watch;
pub mod worker;
