//! `cargo xtask serve`: the page on this machine, as soon as it can be there.
//!
//! All builds that a visit may load are one and the same module here, which has everything in it and is optimised crate by
//! crate: one compilation instead of six of whole programs. It is larger than what visitors load, and trains somewhat slower.

use crate::bind::Kind;
use crate::server::StaticServer;
use crate::{assets, bind, compile, dist, files, page, workspace};
use anyhow::Result;
use std::path::{Path, PathBuf};
use wasm_encoder::Module;

/// What has everything in it.
const ALL: &str = "bench";

/// The profile in `Cargo.toml`.
const PROFILE: &str = "serve";

/// Builds the page, or what visitors get, and serves it until the process ends.
pub fn run(port: u16, as_visitors_get_it: bool) -> Result<()> {
    let folder = if as_visitors_get_it { dist::folder() } else { folder() };
    // The port comes first: nobody wants to hear that it is taken after a long build.
    let server = StaticServer::start(&folder, port)?;
    if as_visitors_get_it {
        dist::build(None)?;
    } else {
        build(&folder)?;
        println!("\nbuilt in a hurry; `cargo xtask serve --dist` builds what visitors get, which is smaller and faster");
    }
    println!("\nserving {} at {}  (Ctrl-C stops)", workspace::shown(&folder), server.url());
    server.wait();
    Ok(())
}

/// Where the page is built; `dist/` is for hosts and tests.
fn folder() -> PathBuf {
    workspace::root().join("target/page")
}

/// Builds the page with one module under the names of all.
fn build(folder: &Path) -> Result<()> {
    workspace::wasm_bindgen_version()?;
    compile::ensure_target()?;
    let wasm = compile::library(PROFILE, ALL, |_| ())?;
    let built = page::begin(folder)?;
    bind::module(&wasm, Kind { stem: ALL, trains: true, shares: false }, &built)?;
    for build in dist::BUILDS.iter().filter(|build| build.stem != ALL) {
        for ending in [".js", "_bg.wasm"] {
            files::copy(&built.join(format!("{ALL}{ending}")), &built.join(format!("{}{ending}", build.stem)))?;
        }
        for part in build.parts() {
            // Everything is there already.
            files::write(&built.join(format!("{}_{part}.wasm", build.stem)), Module::HEADER)?;
        }
    }
    page::copy(folder)?;
    assets::hash(folder)
}
