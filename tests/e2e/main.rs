//! The real page in a real browser, through its public contract only: attributes and hash keys in, methods, events and
//! what is on the screen out.
//!
//! `cargo xtask test --only dist,e2e` builds the page, serves it and runs these. On its own, `cargo test --test e2e` needs
//! `GROKKING_E2E_URL` to say where the page is, and says loudly that it skips otherwise.
#![cfg(not(target_arch = "wasm32"))]

mod a11y;
mod api;
mod attack;
mod attributes;
mod bad_input;
mod bench;
mod budgets;
mod cells;
mod controls;
mod course;
mod curves;
mod data_parallel;
mod driver;
mod elements;
mod embed;
mod examples;
mod experiments;
mod export;
mod firefox;
mod guide;
mod harness;
mod host;
mod hosting;
mod inside;
mod keyboard;
mod languages;
mod lessons;
mod long;
mod look;
mod obstacles;
mod papers;
mod print;
mod record;
mod replay;
mod runs;
mod share;
mod stage;
mod sweep;
mod tour;
mod training;
mod widget;
