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

/// What keeps the file small once compressed: rustc has inlined what is worth it, and a value that is computed twice in the
/// same way compresses better than one that is kept.
const RESTRAINTS: [(&str, &str); 4] = [
    ("--always-inline-max-function-size", "0"),
    ("--flexible-inline-max-function-size", "0"),
    ("--one-caller-inline-max-function-size", "0"),
    ("--skip-pass", "local-cse"),
];

/// Makes the file smaller, or leaves it as it is and says why.
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

/// One `--enable-…` per feature, and the restraints, as far as this version of `wasm-opt` offers them.
fn flags(help: &str) -> Vec<String> {
    // An option with a short form stands as `--long,-l`.
    let offered: Vec<&str> = help.split_whitespace().filter_map(|word| word.split(',').next()).collect();
    let features = FEATURES.iter().map(|feature| format!("--enable-{feature}")).filter(|flag| offered.contains(&flag.as_str()));
    let restraints = RESTRAINTS.iter().filter(|(flag, _)| offered.contains(flag)).map(|(flag, value)| format!("{flag}={value}"));
    features.chain(restraints).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_offered_is_asked_for() {
        let help =
            "  --enable-bulk-memory-opt   Enable\n  --enable-simd   Enable SIMD\n  --enable-gc  GC\n  --skip-pass,-sp  Skip";
        assert_eq!(flags(help), ["--enable-simd", "--enable-bulk-memory-opt", "--skip-pass=local-cse"]);
    }
}
