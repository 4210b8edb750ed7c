//! The cargo-installable programs of the browser tests: `wasm-pack`, the `wasm-bindgen` of exactly our version, and
//! `geckodriver`.

use crate::{process, workspace};
use anyhow::{Context, Result};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held by who looks for programs or installs them, so that a second one finds what the first one installs.
static LOOKING: Mutex<()> = Mutex::new(());

fn look() -> MutexGuard<'static, ()> {
    // What a panic leaves behind is looked at anew.
    LOOKING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A PATH on which `wasm-pack` and `wasm-bindgen` are found, after installing what is missing into target/tools.
pub fn path() -> Result<OsString> {
    let _alone = look();
    let ours_first = ours_first()?;
    let version = workspace::wasm_bindgen_version()?;
    if reported_version("wasm-bindgen", &ours_first).as_deref() != Some(&version) {
        install("wasm-bindgen-cli", Some(&version))?;
    }
    if reported_version("wasm-pack", &ours_first).is_none() {
        install("wasm-pack", None)?;
    }
    Ok(ours_first)
}

/// The path of geckodriver, after installing it into target/tools where it is missing.
pub fn geckodriver() -> Result<PathBuf> {
    if let Some(named) = env::var_os("GECKODRIVER") {
        return Ok(named.into());
    }
    let _alone = look();
    let path = ours_first()?;
    if find("geckodriver", &path).is_none() {
        install("geckodriver", None)?;
    }
    find("geckodriver", &path).context("geckodriver was installed into target/tools, but is not there")
}

/// PATH, with target/tools before it.
fn ours_first() -> Result<OsString> {
    let bin = workspace::tools_folder().join("bin");
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(std::iter::once(bin).chain(env::split_paths(&path)))
        .context("PATH holds a folder that cannot be listed there")
}

fn find(program: &str, path: &OsString) -> Option<PathBuf> {
    env::split_paths(path)
        .map(|folder| folder.join(format!("{program}{}", env::consts::EXE_SUFFIX)))
        .find(|candidate| candidate.is_file())
}

/// The `1.2.3` that `program --version` prints after its name, if there is such a program.
fn reported_version(program: &str, path: &OsString) -> Option<String> {
    let output = process::command(find(program, path)?).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(1).map(str::to_owned)
}

fn install(package: &str, version: Option<&str>) -> Result<()> {
    let root = workspace::tools_folder();
    process::run(&mut install_command(package, version, &root)).with_context(|| {
        let version = version.map_or(String::new(), |version| format!(" --version {version}"));
        format!("the browser tests need {package}; try `cargo install {package}{version}`")
    })
}

fn install_command(package: &str, version: Option<&str>, root: &Path) -> Command {
    let mut cargo = process::cargo(["install", package, "--force", "--root"]);
    cargo.arg(root);
    if let Some(version) = version {
        cargo.args(["--version", version]);
    }
    // These run for seconds; compiling them at full strength takes minutes, and many of their parts are the same.
    cargo
        .env("CARGO_TARGET_DIR", root.join("build"))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    cargo
}
