//! The page and its worker: the only place that names the browser.
//!
//! With the feature `page`, what draws; with `cpu` or `gpu`, what trains in a worker. Few things serve both.

#[cfg(feature = "page")]
mod address;
#[cfg(feature = "page")]
mod axes;
#[cfg(any(feature = "cpu", feature = "gpu"))]
pub mod backend;
#[cfg(feature = "bench")]
pub mod bench;
#[cfg(feature = "page")]
mod chart;
#[cfg(feature = "page")]
mod controls;
#[cfg(feature = "page")]
mod dom;
#[cfg(feature = "page")]
pub mod element;
#[cfg(feature = "page")]
mod film;
#[cfg(feature = "page")]
mod gallery;
#[cfg(feature = "page")]
mod help;
#[cfg(feature = "page")]
mod inputs;
#[cfg(feature = "page")]
mod inside;
#[cfg(feature = "page")]
mod keep;
#[cfg(feature = "page")]
mod keys;
#[cfg(feature = "page")]
mod link;
#[cfg(feature = "page")]
mod measures;
#[cfg(feature = "page")]
mod memory;
#[cfg(feature = "page")]
mod promises;
#[cfg(feature = "page")]
mod readout;
#[cfg(feature = "page")]
mod runs;
#[cfg(any(feature = "cpu", feature = "gpu"))]
pub mod scope;
#[cfg(any(feature = "cpu", feature = "gpu"))]
pub mod session;
#[cfg(feature = "page")]
mod settings;
#[cfg(feature = "page")]
mod share;
#[cfg(any(feature = "cpu", feature = "gpu"))]
mod shares;
#[cfg(feature = "page")]
mod state;
#[cfg(feature = "page")]
mod surface;
#[cfg(feature = "page")]
mod table;
#[cfg(feature = "page")]
mod theme;
#[cfg(feature = "page")]
mod tip;
#[cfg(feature = "page")]
mod ui;
#[cfg(feature = "page")]
mod watch;
#[cfg(any(feature = "cpu", feature = "gpu"))]
pub mod worker;
