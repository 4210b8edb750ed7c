//! `cargo xtask isa`: what launches become on AMD's GPUs, found by a program of the crate, `src/bin/isa/`.

use crate::{process, system};
use anyhow::{Result, bail};
use std::ffi::OsString;

/// Runs the program with these arguments, which it checks itself.
pub fn run(args: &[OsString]) -> Result<()> {
    system::ensure_amd_compiler()?;
    // Its standard output is its own: it may be JSON.
    let mut program = process::cargo(["run", "--quiet", "--features", "isa", "--bin", "isa", "--"]);
    if !program.args(args).status()?.success() {
        bail!("`cargo xtask isa` measured nothing, or not everything");
    }
    Ok(())
}
