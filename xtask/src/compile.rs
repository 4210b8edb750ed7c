//! The crate as a wasm module, in whatever way it is optimised.

use crate::process;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the wasm target to the toolchain when it is missing.
pub fn ensure_target() -> Result<()> {
    let libraries = process::output(process::command("rustc").args(["--print", "target-libdir", "--target", TARGET]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    process::run(process::command("rustup").args(["target", "add", TARGET]))
        .context("the wasm32-unknown-unknown target of Rust is missing and could not be added")
}

/// Compiles the library with these features, in a profile of `Cargo.toml` as the settings change it, and returns the path of
/// the wasm file.
pub fn library(profile: &str, features: &str, settings: impl FnOnce(&mut Command)) -> Result<PathBuf> {
    let mut cargo = process::cargo(["build", "--lib", "--package", "grokking-lab", "--target", TARGET, "--no-default-features"]);
    cargo.args(["--message-format", "json-render-diagnostics", "--profile", profile, "--features", features]);
    settings(&mut cargo);
    let messages = process::output(&mut cargo)?;
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
