//! Divides a module: what it is asked for later becomes one of its own, which shares memory and functions with the first.
//!
//! What the linker says of addresses (`--emit-relocs`) tells what each function needs. Whatever only the entries of
//! `src/web/page/later.rs` need goes into the second module, data as well as code.

use crate::files;
use anyhow::{Context, Result, anyhow, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_encoder::{Module, RawSection};
use wasm_split_cli_support::{Options, transform};
use wasmparser::{Parser, Validator};

/// What the linker has to be told.
pub const LINKER: &str = "-Clink-arg=--emit-relocs";

/// What the entries call the second module.
const NAME: &str = "later";

/// Writes the second module to `later`, and returns the path of the first, for wasm-bindgen to process.
pub fn module(wasm: &Path, later: &Path) -> Result<PathBuf> {
    let bytes = files::bytes(wasm)?;
    let folder = wasm.with_extension("split");
    let main = folder.join("main.wasm");
    fs::remove_dir_all(&folder).ok();
    let mut options = Options::new(&bytes);
    options.output_dir = &folder;
    options.main_out_path = &main;
    let made = transform(options).map_err(|error| anyhow!("{error:#}")).with_context(|| format!("cannot split {}", wasm.display()))?;
    let expected = folder.join(format!("split_{NAME}.wasm"));
    ensure!(made.split_modules == [expected.clone()], "splitting has made {:?}", made.split_modules);
    let rest = without_custom_sections(&files::bytes(&expected)?)?;
    Validator::new().validate_all(&rest).context("the module for later is not valid")?;
    files::write(later, rest)?;
    Ok(main)
}

/// The module without names and the like, which browsers do not need.
fn without_custom_sections(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(bytes) {
        if let Some((id, range)) = payload?.as_section()
            && id != 0
        {
            module.section(&RawSection { id, data: &bytes[range] });
        }
    }
    Ok(module.finish())
}
