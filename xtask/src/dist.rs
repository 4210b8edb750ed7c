//! `cargo xtask dist`: the static folder `dist/`, ready for any web host.
//!
//! The crate is built twice: `lab.js` with `lab_bg.wasm` for every browser with SIMD, and `lab_relaxed.js` with its own
//! wasm for those that have relaxed SIMD; `www/grokking-lab.js` picks one. Both exist once more with the benchmark, for
//! pages opened with `?bench`. `index.html` and `www/` are copied; [`assets`] then names files after their content.

use crate::{address, assets, package, process, shorten, sizes, wasm_opt, workspace};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

/// A build of the crate: the stem of its files, and the target features it may use.
struct Build {
    stem: &'static str,
    features: &'static str,
}

/// After the stem of a build that holds the benchmark.
const BENCH: &str = "_bench";

const BUILDS: &[Build] =
    &[Build { stem: "lab", features: "+simd128" }, Build { stem: "lab_relaxed", features: "+simd128,+relaxed-simd" }];

/// Most of the module is the page, which waits for people. Kernels are loops over slices, which less inlining leaves as fast;
/// less unrolling would halve their speed.
const SMALL: &str = " -C llvm-args=--inline-threshold=10";

/// Files of `www/` that no browser asks for: the module contains them, or the README shows them.
const NOT_SERVED: &[&str] = &["lab.css", "lab.html", "lab.png"];

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
    for build in BUILDS {
        for suffix in ["", BENCH] {
            let stem = format!("{}{suffix}", build.stem);
            bind(&stem, &compile(build, suffix == BENCH)?, &folder)?;
            wasm_opt::optimise(&folder.join(format!("{stem}_bg.wasm")))?;
        }
    }
    copy_page(workspace::root(), &dist)?;
    if let Some(url) = url {
        address::write(&dist.join("index.html"), url)?;
    }
    assets::hash(&dist)?;
    package::build(&dist)?;
    sizes::print(&dist)
}

/// Builds the page and checks that every build of it stays within what a visit may download.
pub fn build_within_budget() -> Result<()> {
    build(None)?;
    for build in BUILDS {
        println!("a visit with the build `{}` loads {} bytes gzipped", build.stem, sizes::budget(&folder(), build.stem)?);
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

/// Compiles the library for the browser and returns the path of the wasm file.
fn compile(build: &Build, bench: bool) -> Result<PathBuf> {
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
    ]);
    if bench {
        cargo.args(["--features", "bench"]);
    }
    // Each build has its own folder: flags are part of every crate's identity.
    let messages = process::output(
        cargo
            .env("RUSTFLAGS", format!("-C target-feature={}{SMALL}", build.features))
            .env("CARGO_TARGET_DIR", workspace::root().join("target").join(build.stem)),
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

/// Writes `<stem>.js` and `<stem>_bg.wasm` for `<script type="module">`.
fn bind(stem: &str, wasm: &Path, dist: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name(stem)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
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
    fs::write(&script, shorten::script(&text, &names)).with_context(|| format!("cannot write {}", script.display()))
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
    fn the_wasm_file_is_found_among_cargo_messages() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"other"},"filenames":["/x/other.wasm"]}
not json
{"reason":"compiler-artifact","target":{"name":"grokking_lab"},"filenames":["/x/libgrokking_lab.rlib","/x/grokking_lab.wasm"]}"#;
        assert_eq!(wasm_artifact(messages), Some(PathBuf::from("/x/grokking_lab.wasm")));
        assert_eq!(wasm_artifact(""), None);
    }
}
