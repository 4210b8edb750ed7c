//! Names for `dist/assets/`: each file gets a hash of its content into its name, so that browsers may keep it forever, and
//! the files that keep their names are made to refer to it.
//!
//! In the sources, entry points say `assets/<file>`, and assets call each other by a quoted file name.

use crate::{files, shorten};
use anyhow::{Context, Result, bail, ensure};
use flate2::Crc;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

/// Below the page's folder.
pub const FOLDER: &str = "assets";

/// In `sw.js`, before a release has a number.
const NO_RELEASE: &str = "00000000";

/// What can hold names of assets.
const TEXT: &[&str] = &["css", "html", "js"];

/// Renames everything in `dist/assets/`, and rewrites the pages and scripts of `dist/`.
pub fn hash(dist: &Path) -> Result<()> {
    let renamed = rename_all(&dist.join(FOLDER))?;
    let mut release = Crc::new();
    let mut worker = None;
    for path in files::below(dist)?.into_iter().filter(|path| path.parent() == Some(dist)) {
        let name = file_name(&path)?;
        let mut bytes = files::bytes(&path)?;
        if is_text(&name) {
            bytes = entry(&name, &String::from_utf8(bytes)?, &renamed)?.into_bytes();
            files::write(&path, &bytes)?;
        }
        match name == "sw.js" {
            true => worker = Some((path, String::from_utf8(bytes)?)),
            false => release.update(&bytes),
        }
    }
    let (path, text) = worker.context("there is no sw.js in www/")?;
    ensure!(text.matches(NO_RELEASE).count() == 1, "sw.js must say `{NO_RELEASE}` once, for the release's number");
    let text = text.replace(NO_RELEASE, &format!("{:08x}", release.sum()));
    files::write(&path, text)
}

/// The present name of `assets/<stem>.<extension>`, with its folder; other names stay.
pub fn current(dist: &Path, name: &str) -> Result<String> {
    let Some((stem, extension)) = name.strip_prefix("assets/").and_then(|file| file.rsplit_once('.')) else {
        return Ok(name.into());
    };
    for path in files::below(&dist.join(FOLDER))? {
        let file = file_name(&path)?;
        if parts(&file).is_some_and(|(s, e)| s == stem && e == extension) {
            return Ok(format!("{FOLDER}/{file}"));
        }
    }
    bail!("dist/ has no {name} with a hash in its name")
}

/// `lab-0123abcd.js` → `lab`, `js`.
fn parts(file: &str) -> Option<(&str, &str)> {
    let (hashed, extension) = file.rsplit_once('.')?;
    Some((hashed.rsplit_once('-')?.0, extension))
}

/// Old names and new ones. Modules first: their scripts name them.
fn rename_all(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = files::below(folder)?;
    files.sort_by_key(|path| is_text(&path.to_string_lossy()));
    let mut renamed = BTreeMap::new();
    for path in files {
        let name = file_name(&path)?;
        let mut bytes = files::bytes(&path)?;
        if is_text(&name) {
            bytes = asset(&name, &String::from_utf8(bytes)?, &renamed).into_bytes();
        }
        let (stem, extension) = name.rsplit_once('.').with_context(|| format!("{name} has no extension"))?;
        let mut crc = Crc::new();
        crc.update(&bytes);
        let new = format!("{stem}-{:08x}.{extension}", crc.sum());
        files::write(&folder.join(&new), bytes)?;
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        renamed.insert(name, new);
    }
    Ok(renamed)
}

/// An asset's text with the new names of other assets.
fn asset(name: &str, text: &str, renamed: &BTreeMap<String, String>) -> String {
    let mut text = without_comments(name, text);
    for (old, new) in renamed {
        // As a name, and as an import writes it.
        for before in ["'", "\"", "'./", "\"./"] {
            let quote = before.trim_end_matches("./");
            text = text.replace(&format!("{before}{old}{quote}"), &format!("{before}{new}{quote}"));
        }
    }
    text
}

/// An entry point's text with the new names of the assets.
///
/// # Errors
/// When it names an asset that does not exist.
fn entry(name: &str, text: &str, renamed: &BTreeMap<String, String>) -> Result<String> {
    let mut new = String::new();
    let text = without_comments(name, text);
    let mut parts = text.split("assets/");
    new.push_str(parts.next().unwrap_or(""));
    for part in parts {
        let end = part.find(|c: char| !(c.is_ascii_alphanumeric() || "._".contains(c))).unwrap_or(part.len());
        let (file, rest) = part.split_at(end);
        // A folder alone is a path that some rule is about.
        let known = if file.is_empty() { Some("") } else { renamed.get(file).map(String::as_str) };
        let file = known.with_context(|| format!("{name} names assets/{file}, which is not in www/assets/ and not built"))?;
        new.push_str(&format!("assets/{file}{rest}"));
    }
    Ok(new)
}

/// Scripts are read in the repository; visitors need not load what they say to people.
fn without_comments(name: &str, text: &str) -> String {
    if name.ends_with(".js") { shorten::script(text, &HashMap::new()) } else { text.into() }
}

fn is_text(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| TEXT.contains(&extension))
}

fn file_name(path: &Path) -> Result<String> {
    Ok(path.file_name().and_then(|name| name.to_str()).with_context(|| format!("{} is not UTF-8", path.display()))?.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A page with a module, its script, and a service worker.
    fn page(name: &str, module: &str) -> PathBuf {
        let dist = std::env::temp_dir().join(format!("xtask-assets-{name}-{}", std::process::id()));
        fs::remove_dir_all(&dist).ok();
        fs::create_dir_all(dist.join(FOLDER)).unwrap();
        for (file, text) in [
            ("assets/lab_bg.wasm", module),
            ("assets/lab.js", "// glue\nload('lab_bg.wasm', './lab_bg.wasm');\n"),
            ("index.html", "<script src=\"assets/lab.js\"></script>"),
            ("sw.js", "const RELEASE = \"00000000\", AT = \"assets/\", FILES = [\"assets/lab_bg.wasm\"];\n"),
        ] {
            fs::write(dist.join(file), text).unwrap();
        }
        dist
    }

    fn text(dist: &Path, name: &str) -> String {
        fs::read_to_string(dist.join(current(dist, name).unwrap())).unwrap()
    }

    #[test]
    fn names_follow_the_content_wherever_they_are_used() {
        let [one, two] = ["one", "two"].map(|module| page(module, module));
        for dist in [&one, &two] {
            hash(dist).unwrap();
            let module = current(dist, "assets/lab_bg.wasm").unwrap();
            let script = current(dist, "assets/lab.js").unwrap();
            let name = &module["assets/".len()..];
            assert_eq!(text(dist, "assets/lab.js"), format!("load('{name}', './{name}');\n"));
            assert_eq!(text(dist, "index.html"), format!("<script src=\"{script}\"></script>"));
            let worker = text(dist, "sw.js");
            assert!(worker.contains(&format!("\"{module}\"")) && worker.contains("\"assets/\""), "{worker}");
            assert!(!worker.contains(NO_RELEASE), "{worker}");
            assert_eq!(files::below(dist).unwrap().len(), 4);
        }
        // The module's name is in the script, the script's in the page, and all of them in the release.
        for name in ["assets/lab.js", "assets/lab_bg.wasm"] {
            assert_ne!(current(&one, name).unwrap(), current(&two, name).unwrap());
        }
        let release = |dist| text(dist, "sw.js").split('"').nth(1).unwrap().to_owned();
        assert_ne!(release(&one), release(&two));
        assert!(current(&one, "assets/other.js").is_err());
        fs::remove_dir_all(one).unwrap();
        fs::remove_dir_all(two).unwrap();
    }

    #[test]
    fn a_name_that_leads_nowhere_is_an_error() {
        let dist = page("nowhere", "module");
        fs::write(dist.join("index.html"), "<script src=\"assets/lost.js\"></script>").unwrap();
        let error = hash(&dist).unwrap_err().to_string();
        assert!(error.contains("index.html") && error.contains("assets/lost.js"), "{error}");
        fs::remove_dir_all(dist).unwrap();
    }
}
