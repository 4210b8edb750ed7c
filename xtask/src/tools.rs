//! The two cargo-installable programs of the browser tests: `wasm-pack` and the `wasm-bindgen` of exactly our version.

use crate::{process, workspace};
use anyhow::{Context, Result};
use std::env;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// A PATH on which both programs are found, after installing what is missing into target/tools.
pub fn path() -> Result<OsString> {
    let bin = workspace::tools_folder().join("bin");
    let path = env::var_os("PATH").unwrap_or_default();
    let ours_first = env::join_paths(std::iter::once(bin).chain(env::split_paths(&path)))
        .context("PATH holds a folder that cannot be listed there")?;

    let version = workspace::wasm_bindgen_version()?;
    if reported_version("wasm-bindgen", &ours_first).as_deref() != Some(&version) {
        install("wasm-bindgen-cli", Some(&version))?;
    }
    if reported_version("wasm-pack", &ours_first).is_none() {
        install("wasm-pack", None)?;
    }
    Ok(ours_first)
}

/// The `1.2.3` that `program --version` prints after its name, if there is such a program.
fn reported_version(program: &str, path: &OsString) -> Option<String> {
    let program = env::split_paths(path)
        .map(|folder| folder.join(format!("{program}{}", env::consts::EXE_SUFFIX)))
        .find(|candidate| candidate.is_file())?;
    let output = process::command(program).arg("--version").output().ok()?;
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
    // These run for seconds; compiling them at full strength takes minutes.
    cargo
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    cargo
}
