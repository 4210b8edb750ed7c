//! `dist/npm/`: the element alone, as a package that `npm publish` takes as it is.
//!
//! Types and README come from `www/npm/`; the rest is written here, from `Cargo.toml` and the page that was just built.

use crate::{assets, files, workspace};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::path::Path;

/// Below the page's folder.
pub const FOLDER: &str = "npm";

/// What `www/npm/` brings.
const HAND_WRITTEN: &[&str] =
    &["README.md", "custom-elements.json", "grokking-lab.d.ts", "grokking-lab-frame.d.ts", "grokking-lab-anywidget.d.ts"];

/// What `www/npm/` has types for; importing `grokking-lab/react` is importing the element, with its types for React.
const FRAMEWORKS: &[&str] = &["preact", "react", "solid", "svelte", "vue"];

/// Assets of the page around the element.
const PAGE_ONLY: &[&str] = &["page-", "restore-"];

/// For sites that put the element into a frame, and for notebooks.
const FRAME: &[&str] = &["embed.html", "grokking-lab-frame.js", "grokking-lab-anywidget.js", "icon.svg"];

/// How the files of the benchmark begin.
const BENCH: &str = "bench";

/// Adds what `dist/npm/` lacks.
pub fn build(dist: &Path) -> Result<()> {
    let folder = dist.join(FOLDER);
    files::make_folder(&folder.join(assets::FOLDER))?;
    for path in files::below(&dist.join(assets::FOLDER))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !name.starts_with(BENCH) && !PAGE_ONLY.iter().any(|start| name.starts_with(start)) {
            files::copy(&path, &folder.join(assets::FOLDER).join(name))?;
        }
    }
    for name in FRAME {
        files::copy(&dist.join(name), &folder.join(name))?;
    }
    let types = FRAMEWORKS.iter().map(|name| format!("{name}.d.ts"));
    for name in HAND_WRITTEN.iter().map(ToString::to_string).chain(types) {
        ensure!(folder.join(&name).is_file(), "dist/npm/ has no {name}; is it still in www/npm/?");
    }
    for name in FRAMEWORKS {
        files::write(&folder.join(format!("{name}.js")), "export * from \"./grokking-lab.js\";\n")?;
    }
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        files::copy(&workspace::root().join(licence), &folder.join(licence))?;
    }
    let script = files::text(&dist.join("grokking-lab.js"))?;
    files::write(&folder.join("grokking-lab.js"), &without_bench(&script)?)?;
    let manifest = manifest(&files::text(&workspace::root().join("Cargo.toml"))?)?;
    files::write(&folder.join("package.json"), format!("{manifest:#}\n"))
}

/// The module without its builds for `?bench`, which belong to our own page.
fn without_bench(script: &str) -> Result<String> {
    let mut rest = String::new();
    let mut inside = false;
    for line in script.lines() {
        // `bench…: {` to `},`.
        let line_of_its_own = line.trim();
        inside |= line_of_its_own.starts_with(BENCH) && line_of_its_own.ends_with(": {");
        if !inside {
            rest.push_str(line);
            rest.push('\n');
        }
        inside &= line_of_its_own != "},";
    }
    let asked = "new URLSearchParams(globalThis.location?.search).has(\"bench\")";
    ensure!(rest.matches(asked).count() == 1, "grokking-lab.js no longer asks for the benchmark by `{asked}`");
    ensure!(
        !rest.contains(&format!("assets/{BENCH}")),
        "grokking-lab.js names the benchmark's files outside of `{BENCH}…: {{ … }},`"
    );
    Ok(rest.replace(asked, "false"))
}

/// `package.json`.
fn manifest(cargo: &str) -> Result<Value> {
    let field = |name| field(cargo, name);
    let mut exports = serde_json::Map::new();
    // The types lie beside the script, where they are looked for.
    exports.insert(".".into(), json!("./grokking-lab.js"));
    for name in FRAMEWORKS {
        exports.insert(format!("./{name}"), json!(format!("./{name}.js")));
    }
    exports.insert("./anywidget".into(), json!("./grokking-lab-anywidget.js"));
    for file in ["assets/*", "grokking-lab.js", "grokking-lab-frame.js", "custom-elements.json", "package.json"] {
        exports.insert(format!("./{file}"), json!(format!("./{file}")));
    }
    Ok(json!({
        "name": field("name")?,
        "version": field("version")?,
        "description": field("description")?,
        "license": field("license")?,
        "keywords": ["grokking", "transformer", "webgpu", "web-component", "custom-element"],
        "type": "module",
        // For tools that do not know `exports`.
        "main": "./grokking-lab.js",
        "types": "./grokking-lab.d.ts",
        "exports": exports,
        "customElements": "custom-elements.json",
        "files": ["assets", "custom-elements.json", "embed.html", "icon.svg", "*.d.ts", "*.js", "LICENSE-*"],
        // Importing it defines the element.
        "sideEffects": true,
    }))
}

/// A text field of the `[package]` table, which comes first in the file.
fn field<'a>(cargo: &'a str, name: &str) -> Result<&'a str> {
    let value = |line: &'a str| line.strip_prefix(name)?.trim_start().strip_prefix("= \"")?.strip_suffix('"');
    cargo.lines().find_map(value).with_context(|| format!("Cargo.toml has no `{name} = \"…\"`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_manifest_says_what_cargo_toml_says() {
        let cargo = files::text(&workspace::root().join("Cargo.toml")).unwrap();
        let manifest = manifest(&cargo).unwrap();
        assert_eq!(manifest["name"], "grokking-lab");
        assert_eq!(manifest["license"], "MIT OR Apache-2.0");
        assert!(cargo.contains(&format!("\nversion = {}\n", manifest["version"])));
        assert!(super::manifest("[package]\nname = \"x\"\n").is_err());
    }

    #[test]
    fn the_package_does_without_the_benchmark() {
        let script = files::text(&workspace::root().join("www/grokking-lab.js")).unwrap();
        let packed = without_bench(&script).unwrap();
        assert!(packed.contains("assets/lab_bg.wasm") && !packed.contains("assets/bench"), "{packed}");
        assert!(packed.lines().count() == script.lines().count() - 10 && packed.contains("bench = false;"));
        assert!(without_bench(&packed).is_err());
    }

    #[test]
    fn the_package_has_the_element_and_nothing_of_the_page() {
        let dist = std::env::temp_dir().join(format!("xtask-package-{}", std::process::id()));
        let www = workspace::root().join("www");
        for folder in [assets::FOLDER, FOLDER] {
            fs::create_dir_all(dist.join(folder)).unwrap();
        }
        for file in ["lab-0.js", "lab_bg-0.wasm", "bench-0.js", "style-0.css", "page-0.js", "trouble-0.js"] {
            fs::write(dist.join(assets::FOLDER).join(file), file).unwrap();
        }
        for file in FRAME.iter().chain(&["grokking-lab.js"]) {
            files::copy(&www.join(file), &dist.join(file)).unwrap();
        }
        assert!(build(&dist).unwrap_err().to_string().contains("README.md"));
        for file in files::below(&www.join(FOLDER)).unwrap() {
            files::copy(&file, &dist.join(FOLDER).join(file.file_name().unwrap())).unwrap();
        }
        build(&dist).unwrap();
        let files = files::below(&dist.join(FOLDER).join(assets::FOLDER)).unwrap();
        let names: Vec<_> = files.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["lab-0.js", "lab_bg-0.wasm", "style-0.css", "trouble-0.js"]);
        fs::remove_dir_all(dist).unwrap();
    }
}
