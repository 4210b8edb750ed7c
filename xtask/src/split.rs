//! Divides a module: what it takes later becomes modules of its own, which share memory and functions with the first.
//!
//! What the linker says of addresses (`--emit-relocs`) tells what each function needs. Whatever only the entries of a part need,
//! see `src/web/page/later.rs`, goes into its module, data as well as code; what several parts need goes into one more.

use crate::files;
use anyhow::{Context, Result, anyhow, bail};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_encoder::{Module, RawSection};
use wasm_split_cli_support::{Options, transform};
use wasmparser::{Parser, Validator};

/// What the linker has to be told.
pub const LINKER: &str = "-Clink-arg=--emit-relocs";

/// The parts of the page's module: what a run needs, what somebody asks for, and what both need.
pub const PARTS: &[&str] = &["run", "later", "both"];

/// Writes a module for each of the parts, `<stem>_<part>.wasm`, and returns the path of what is left, for wasm-bindgen to
/// process.
pub fn module(wasm: &Path, stem: &str, to: &Path) -> Result<PathBuf> {
    let bytes = files::bytes(wasm)?;
    let folder = wasm.with_extension("parts");
    let main = folder.join("main.wasm");
    fs::remove_dir_all(&folder).ok();
    let mut options = Options::new(&bytes);
    options.output_dir = &folder;
    options.main_out_path = &main;
    let made =
        transform(options).map_err(|error| anyhow!("{error:#}")).with_context(|| format!("cannot split {}", wasm.display()))?;
    let mut names = vec![];
    for path in &made.split_modules {
        let name = part(path)?;
        let module = without_custom_sections(&files::bytes(path)?)?;
        Validator::new().validate_all(&module).with_context(|| format!("the part `{name}` is not valid"))?;
        files::write(&to.join(format!("{stem}_{name}.wasm")), module)?;
        names.push(name);
    }
    names.sort_unstable_by_key(|name| PARTS.iter().position(|part| part == name));
    if names != PARTS {
        bail!("the parts are {names:?}; www/grokking-lab.js loads {PARTS:?}");
    }
    Ok(main)
}

/// What we call a part: `split_run.wasm` is `run`, and `chunk_3.wasm` what several have in common.
fn part(path: &Path) -> Result<&str> {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).with_context(|| format!("{} is not UTF-8", path.display()))?;
    Ok(stem.strip_prefix("split_").unwrap_or("both"))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;
    use wasm_encoder::{CustomSection, MemorySection, MemoryType};

    #[test]
    fn parts_are_called_what_the_page_calls_them() {
        let names =
            ["x/split_run.wasm", "split_later.wasm", "chunk_3.wasm"].map(|path| part(Path::new(path)).unwrap().to_string());
        assert_eq!(names[..], *PARTS);
        let script = files::text(&crate::workspace::root().join("www/grokking-lab.js")).unwrap();
        for name in PARTS {
            assert!(script.contains(&format!("{name}: () => new URL(\"./assets/lab_{name}.wasm\", import.meta.url),")), "{name}");
        }
    }

    #[test]
    fn names_are_dropped_and_nothing_else() {
        let mut memory = MemorySection::new();
        memory.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
        let plain = |module: &mut Module| _ = module.section(&memory);
        let (mut with, mut without) = (Module::new(), Module::new());
        with.section(&CustomSection { name: "name".into(), data: Cow::Borrowed(&[1, 2, 3]) });
        plain(&mut with);
        plain(&mut without);
        assert_eq!(without_custom_sections(&with.finish()).unwrap(), without.finish());
    }
}
