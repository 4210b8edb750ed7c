//! The script of a wasm module: how the browser and the module call each other.

use crate::{files, shorten, workspace};
use anyhow::{Context, Result, bail, ensure};
use std::collections::HashMap;
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// What ends the script of each build that trains, so that it is the whole worker: one file, which no bundler has to put
/// together.
pub const WORKER: &str = "assets/worker.js";

/// What is to know of a module.
pub struct Kind<'a> {
    /// What its files are called.
    pub stem: &'a str,
    /// Whether it runs in a worker.
    pub trains: bool,
    /// Whether another module will share its memory and functions.
    pub shares: bool,
}

/// Writes `<stem>.js` and `<stem>_bg.wasm` for `<script type="module">`, and for a worker if the module trains.
pub fn module(wasm: &Path, Kind { stem, trains, shares }: Kind, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name(stem)
        .web(true)?
        .typescript(false)
        // Whoever loads it brings the module.
        .omit_default_module_path(true)
        // Such as the table of functions.
        .keep_lld_exports(shares)
        .remove_name_section(true)
        .remove_producers_section(true);
    let mut output = bindgen.generate_output().with_context(|| format!("wasm-bindgen could not process {}", wasm.display()))?;
    let imports = &mut output.wasm_mut().imports;
    let names = shorten::names(imports.iter().map(|import| import.name.as_str()));
    for import in imports.iter_mut() {
        import.name.clone_from(&names[&import.name]);
    }
    output.emit(folder)?;
    let script = folder.join(format!("{stem}.js"));
    let text = files::text(&script)?;
    let missing = names.keys().find(|name| !text.contains(&format!("{name}: ")));
    if let Some(name) = missing {
        bail!("{} does not define the import `{name}` the way `shorten` expects", script.display());
    }
    let mut short = shorten::script(&text, &names);
    if trains {
        short.push_str(&worker(&short).with_context(|| format!("in {}", script.display()))?);
    }
    files::write(&script, short)
}

/// What makes this script of a build a worker.
fn worker(script: &str) -> Result<String> {
    let path = workspace::root().join("www").join(WORKER);
    let text = files::text(&path)?;
    for name in ["function __wbg_init(", "function worker_main("] {
        ensure!(script.contains(name), "there is no `{name}…)`, which www/{WORKER} calls");
    }
    Ok(shorten::script(&text, &HashMap::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_becomes_a_worker_only_with_what_that_calls() {
        let script = "export function worker_main(digits) {}\nasync function __wbg_init(a) {}\n";
        let ending = worker(script).unwrap();
        assert!(ending.contains("worker_main(digits);") && !ending.contains("//"), "{ending}");
        assert!(worker("async function __wbg_init(a) {}\n").unwrap_err().to_string().contains("worker_main"));
    }
}
