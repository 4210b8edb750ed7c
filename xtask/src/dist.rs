//! `cargo xtask dist`: the static folder `dist/`, ready for any web host.
//!
//! The crate is built several times, because a visit should load what it runs: the page, and what trains in its worker,
//! for a GPU, for a CPU, or for a CPU with relaxed SIMD; `www/grokking-lab.js` picks one. Each is optimised for what it
//! does. For pages opened with `?bench` there is everything in one. `index.html` and `www/` are copied; [`assets`] then
//! names files after their content.

use crate::{address, arrange, assets, lanes, package, process, shorten, sizes, wasm_opt, workspace};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::HashMap;
use std::env;
use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

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

/// Every build. Those for size come first, so that they share their dependencies.
pub const BUILDS: &[Build] = &[
    Build { stem: "lab", features: "page", target: SIMD, level: "z" },
    Build { stem: "gpu", features: "gpu", target: SIMD, level: "z" },
    Build { stem: "cpu", features: "cpu", target: SIMD, level: "2" },
    Build { stem: "cpu_relaxed", features: "cpu", target: RELAXED, level: "2" },
    Build { stem: "bench", features: "bench", target: SIMD, level: "2" },
    Build { stem: "bench_relaxed", features: "bench", target: RELAXED, level: "2" },
];

const SIMD: &str = "+simd128";
const RELAXED: &str = "+simd128,+relaxed-simd";

impl Build {
    /// Most of a module waits for people or is called once. Kernels are loops over slices, which less inlining leaves as fast;
    /// less unrolling would halve their speed.
    fn inlining(&self) -> &'static str {
        match self.level {
            "z" => "-Cllvm-args=--inline-threshold=0",
            _ => "-Cllvm-args=--inline-threshold=10",
        }
    }
}

/// Files of `www/` that no browser asks for: others contain them, or the README shows them.
const NOT_SERVED: &[&str] = &["inside.png", "lab.css", "lab.html", "lab.png", WORKER];

/// What ends the script of each build that trains, so that it is the whole worker: one file, which no bundler has to put
/// together.
const WORKER: &str = "assets/worker.js";

/// Where the page is built.
pub fn folder() -> PathBuf {
    workspace::root().join("dist")
}

/// Builds the page from scratch, for this address if it is known, and prints what it weighs.
pub fn build(url: Option<&str>) -> Result<()> {
    workspace::wasm_bindgen_version()?;
    ensure_target()?;

    let dist = folder();
    if dist.exists() {
        fs::remove_dir_all(&dist).with_context(|| format!("cannot empty {}", dist.display()))?;
    }
    let folder = dist.join(assets::FOLDER);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    compile_all(&folder)?;
    copy_page(workspace::root(), &dist)?;
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

/// Adds the wasm target to the toolchain when it is missing.
pub fn ensure_target() -> Result<()> {
    let libraries = process::output(process::command("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    process::run(process::command("rustup").args(["target", "add", TARGET]))
        .context("the wasm32-unknown-unknown target of Rust is missing and could not be added")
}

/// Writes every build into the folder. Optimising a whole program takes one core, so those of the two processors, which share
/// nothing, are made side by side.
fn compile_all(folder: &Path) -> Result<()> {
    let builds_for = |target: &'static str| {
        BUILDS.iter().filter(move |build| build.target == target).try_for_each(|build| {
            bind(build, &compile(build)?, folder)?;
            let module = folder.join(format!("{}_bg.wasm", build.stem));
            wasm_opt::optimise(&module)?;
            arrange::file(&module)
        })
    };
    thread::scope(|scope| {
        let relaxed = scope.spawn(|| builds_for(RELAXED));
        let simd = builds_for(SIMD);
        relaxed.join().unwrap_or_else(|panic| resume_unwind(panic)).and(simd)
    })
}

/// Compiles the library for the browser and returns the path of the wasm file.
fn compile(build: &Build) -> Result<PathBuf> {
    let mut cargo = process::cargo([
        "build",
        "--release",
        "--lib",
        "--package",
        "grokking-lab",
        "--target",
        TARGET,
        "--message-format",
        "json-render-diagnostics",
        "--no-default-features",
        "--features",
        build.features,
    ]);
    // Flags are part of every crate's identity: builds with other flags get other folders.
    let folder = if build.target == SIMD { "simd" } else { "relaxed" };
    // Messages of panics name source files; visitors need not know where this machine keeps them.
    let cargo_home = env::var("CARGO_HOME").or_else(|_| env::var("HOME").map(|home| format!("{home}/.cargo")));
    let sysroot = process::output(process::command("rustc").args(["--print", "sysroot"]))?;
    let anonymous = [cargo_home.unwrap_or_default(), format!("{}/lib/rustlib/src/rust", sysroot.trim())];
    let [crates, library] = anonymous.map(|folder| format!("--remap-path-prefix={folder}="));
    let flags = [&format!("-Ctarget-feature={}", build.target), build.inlining(), &crates, &library];
    let messages = process::output(
        cargo
            // Separated by a character that no path has.
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"))
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", build.level)
            .env("CARGO_TARGET_DIR", workspace::root().join("target").join(folder)),
    )?;
    wasm_artifact(&messages).context("cargo built no wasm file; does Cargo.toml still say crate-type = [\"cdylib\", …]?")
}

/// The wasm file of our crate among cargo's JSON messages.
fn wasm_artifact(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "grokking_lab")
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|file| Some(PathBuf::from(file.as_str()?)))
        .find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
}

/// Writes `<stem>.js` and `<stem>_bg.wasm` for `<script type="module">`, and for a worker where the build trains.
fn bind(build: &Build, wasm: &Path, dist: &Path) -> Result<()> {
    let stem = build.stem;
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name(stem)
        .web(true)?
        .typescript(false)
        // Whoever loads it brings the module.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    let mut output = bindgen.generate_output().with_context(|| format!("wasm-bindgen could not process {}", wasm.display()))?;
    let imports = &mut output.wasm_mut().imports;
    let names = shorten::names(imports.iter().map(|import| import.name.as_str()));
    for import in imports.iter_mut() {
        import.name.clone_from(&names[&import.name]);
    }
    output.emit(dist)?;
    let script = dist.join(format!("{stem}.js"));
    let text = fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
    let missing = names.keys().find(|name| !text.contains(&format!("{name}: ")));
    if let Some(name) = missing {
        bail!("{} does not define the import `{name}` the way `shorten` expects", script.display());
    }
    let mut short = shorten::script(&text, &names);
    if build.features != "page" {
        short.push_str(&worker(&short).with_context(|| format!("in {}", script.display()))?);
    }
    fs::write(&script, short).with_context(|| format!("cannot write {}", script.display()))
}

/// What makes this script of a build a worker.
fn worker(script: &str) -> Result<String> {
    let path = workspace::root().join("www").join(WORKER);
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    for name in ["function __wbg_init(", "function worker_main("] {
        ensure!(script.contains(name), "there is no `{name}…)`, which www/{WORKER} calls");
    }
    Ok(shorten::script(&text, &HashMap::new()))
}

/// Copies `index.html` and the contents of `www/`, subfolders included.
fn copy_page(root: &Path, dist: &Path) -> Result<()> {
    copy(&root.join("index.html"), &dist.join("index.html"))?;
    let www = root.join("www");
    for file in sizes::files(&www)? {
        if NOT_SERVED.iter().any(|name| file == www.join(name)) {
            continue;
        }
        copy(&file, &dist.join(file.strip_prefix(&www)?))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        bail!("{} would overwrite {} in dist/; rename it", from.display(), to.display());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_becomes_a_worker_only_with_what_that_calls() {
        let script = "export function worker_main() {}\nasync function __wbg_init(a) {}\n";
        let ending = worker(script).unwrap();
        assert!(ending.contains("worker_main();") && !ending.contains("//"), "{ending}");
        assert!(worker("async function __wbg_init(a) {}\n").unwrap_err().to_string().contains("worker_main"));
    }

    #[test]
    fn the_wasm_file_is_found_among_cargo_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"other"},"filenames":["/x/other.wasm"]}
not json
{"reason":"compiler-artifact","target":{"name":"grokking_lab"},"filenames":["/x/libgrokking_lab.rlib","/x/grokking_lab.wasm"]}"#;
        assert_eq!(wasm_artifact(messages), Some(PathBuf::from("/x/grokking_lab.wasm")));
        assert_eq!(wasm_artifact(""), None);
    }
}
