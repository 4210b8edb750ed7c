//! `cargo xtask dist`: the static folder `dist/`, ready for any web host.
//!
//! The crate is built several times, because a visit should load what it runs: the page, and what trains in its worker,
//! for a GPU, for a CPU, or for a CPU with relaxed SIMD; `www/grokking-lab.js` picks one. Each is optimised for what it
//! does. For pages opened with `?bench` there is everything in one. `index.html` and `www/` are copied; [`assets`] then
//! names files after their content.

use crate::bind::Kind;
use crate::{address, arrange, assets, bind, compile, lanes, package, page, process, sizes, split, wasm_opt, workspace};
use anyhow::Result;
use std::collections::BTreeSet;
use std::env;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

/// A build of the crate.
pub struct Build {
    /// The stem of its files.
    pub stem: &'static str,
    /// What of the crate it has.
    pub features: &'static str,
    /// What the processor must have.
    target: &'static str,
    /// The optimisation level.
    level: &'static str,
}

/// Every build.
pub const BUILDS: &[Build] = &[
    Build { stem: "lab", features: "page,split", target: SIMD, level: "z" },
    Build { stem: "gpu", features: "gpu", target: SIMD, level: "z" },
    Build { stem: "cpu", features: "cpu", target: SIMD, level: "2" },
    Build { stem: "cpu_relaxed", features: "cpu", target: RELAXED, level: "2" },
    Build { stem: "bench", features: "bench", target: SIMD, level: "2" },
    Build { stem: "bench_relaxed", features: "bench", target: RELAXED, level: "2" },
];

const SIMD: &str = "+simd128";
const RELAXED: &str = "+simd128,+relaxed-simd";

/// Builds that share their dependencies: what the processor must have, and the optimisation level.
type Group = (&'static str, &'static str);

impl Build {
    fn group(&self) -> Group {
        (self.target, self.level)
    }

    /// Whether it runs in a worker.
    pub fn trains(&self) -> bool {
        !self.features.starts_with("page")
    }

    /// Whether parts of it are loaded later.
    fn splits(&self) -> bool {
        self.features.ends_with("split")
    }

    /// How the names of its modules end.
    fn modules(&self) -> Vec<&'static str> {
        [&["bg"], self.parts()].concat()
    }

    /// What is loaded later.
    pub fn parts(&self) -> &'static [&'static str] {
        if self.splits() { split::PARTS } else { &[] }
    }

    fn kind(&self) -> Kind<'_> {
        Kind { stem: self.stem, trains: self.trains(), shares: self.splits() }
    }

    /// Most of a module waits for people or is called once. Kernels are loops over slices, which less inlining leaves as fast;
    /// less unrolling would halve their speed.
    fn inlining(&self) -> &'static str {
        match self.level {
            "z" => "-Cllvm-args=--inline-threshold=0",
            _ => "-Cllvm-args=--inline-threshold=10",
        }
    }
}

/// Where the page is built.
pub fn folder() -> PathBuf {
    workspace::root().join("dist")
}

/// Builds the page from scratch, for this address if it is known, and prints what it weighs.
pub fn build(url: Option<&str>) -> Result<()> {
    workspace::wasm_bindgen_version()?;
    compile::ensure_target()?;
    let dist = folder();
    build_all(&page::begin(&dist)?)?;
    page::copy(&dist)?;
    if let Some(url) = url {
        address::write(&dist.join("index.html"), url)?;
    }
    assets::hash(&dist)?;
    package::build(&dist)?;
    sizes::print(&dist)
}

/// Builds the page and checks that every kind of visit stays within what it may download, and that its fast loops are fast.
pub fn build_within_budget() -> Result<()> {
    build(None)?;
    lanes::check(&folder().join(assets::current(&folder(), "assets/cpu_relaxed_bg.wasm")?))?;
    for trainer in sizes::TRAINERS {
        let [page, total] = sizes::budget(&folder(), trainer)?;
        println!(
            "a visit that trains with the build `{trainer}` loads {total} bytes gzipped, {page} of them before the page is there"
        );
    }
    Ok(())
}

/// Writes every build into the folder. Optimising a whole program takes one core, so those that share nothing are made side
/// by side.
fn build_all(folder: &Path) -> Result<()> {
    let builds_of = |group: Group| {
        BUILDS.iter().filter(move |build| build.group() == group).try_for_each(|build| {
            let module = |kind: &str| folder.join(format!("{}_{kind}.wasm", build.stem));
            let mut linked = library(build)?;
            if build.splits() {
                linked = split::module(&linked, build.stem, folder)?;
            }
            bind::module(&linked, build.kind(), folder)?;
            for kind in build.modules() {
                wasm_opt::optimise(&module(kind))?;
                arrange::file(&module(kind))?;
            }
            Ok(())
        })
    };
    let groups: BTreeSet<Group> = BUILDS.iter().map(Build::group).collect();
    thread::scope(|scope| {
        let threads: Vec<_> = groups.into_iter().map(|group| scope.spawn(move || builds_of(group))).collect();
        let results: Vec<Result<()>> =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect();
        results.into_iter().collect()
    })
}

/// Compiles a build and returns the path of its wasm file.
fn library(build: &Build) -> Result<PathBuf> {
    // Cargo makes one build at a time in a folder.
    let folder = match build.group() {
        (SIMD, "z") => "simd",
        (SIMD, _) => "simd-fast",
        _ => "relaxed",
    };
    // Messages of panics name source files; visitors need not know where this machine keeps them.
    let cargo_home = env::var("CARGO_HOME").or_else(|_| env::var("HOME").map(|home| format!("{home}/.cargo")));
    let sysroot = process::output(process::command("rustc").args(["--print", "sysroot"]))?;
    let anonymous = [cargo_home.unwrap_or_default(), format!("{}/lib/rustlib/src/rust", sysroot.trim())];
    let [crates, library] = anonymous.map(|folder| format!("--remap-path-prefix={folder}="));
    let mut flags = vec![format!("-Ctarget-feature={}", build.target), build.inlining().into(), crates, library];
    if build.splits() {
        flags.push(split::LINKER.into());
    }
    compile::library("release", build.features, |cargo| {
        cargo
            // Separated by a character that no path has.
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"))
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", build.level)
            .env("CARGO_TARGET_DIR", workspace::root().join("target").join(folder));
    })
}
