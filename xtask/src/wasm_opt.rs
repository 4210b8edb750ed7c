//! An optional last pass over the wasm file with binaryen's `wasm-opt`, where the machine has one.

use crate::process;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// The wasm features rustc's output may use. Older versions of `wasm-opt` know fewer of them, and naming an unknown one is
/// an error, so only those its help text lists are passed.
const FEATURES: &[&str] = &[
    "simd",
    "relaxed-simd",
    "bulk-memory",
    "bulk-memory-opt",
    "nontrapping-float-to-int",
    "sign-ext",
    "mutable-globals",
    "reference-types",
    "multivalue",
    "call-indirect-overlong",
];

/// Makes the file smaller and faster, or leaves it as it is and says why.
pub fn optimise(wasm: &Path) -> Result<()> {
    let Some(program) = process::find_on_path(&["wasm-opt"]) else {
        println!("no `wasm-opt` on PATH: keeping the wasm file as rustc and wasm-bindgen made it");
        return Ok(());
    };
    let smaller = wasm.with_extension("wasm-opt");
    let help = process::output(process::command(&program).arg("--help"))?;
    let done = process::run(process::command(&program).arg("-O3").args(flags(&help)).arg(wasm).arg("-o").arg(&smaller));
    match done {
        Ok(()) => fs::rename(&smaller, wasm).with_context(|| format!("cannot replace {}", wasm.display())),
        Err(error) => {
            println!("keeping the unoptimised wasm file: {error:#}");
            fs::remove_file(&smaller).ok();
            Ok(())
        }
    }
}

/// One `--enable-…` per feature that this version of `wasm-opt` offers.
fn flags(help: &str) -> Vec<String> {
    let offered: Vec<&str> = help.split_whitespace().collect();
    FEATURES.iter().map(|feature| format!("--enable-{feature}")).filter(|flag| offered.contains(&flag.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_offered_features_are_enabled() {
        let help = "  --enable-bulk-memory-opt   Enable\n  --enable-simd   Enable SIMD\n  --enable-gc  GC";
        assert_eq!(flags(help), ["--enable-simd", "--enable-bulk-memory-opt"]);
    }
}
