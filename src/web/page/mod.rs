//! The page: everything that is seen, on the main thread.

mod actions;
mod address;
mod axes;
mod chart;
mod controls;
pub(super) mod dom;
pub mod element;
mod film;
mod gallery;
mod help;
mod inspect_panel;
pub(super) mod link;
mod local_storage;
mod measures;
mod mount;
mod pending;
mod picture;
mod readout;
mod runs;
mod settings;
mod share;
mod surface;
mod table;
mod theme;
mod tip;
mod ui;
mod watch;
