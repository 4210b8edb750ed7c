//! Rules about the code, as code: who may name what, and how files look.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// Longest file, in lines.
const LONG: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file with this extension below `folder`, relative to the root, with its text.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let (mut found, mut folders) = (vec![], vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path: PathBuf = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).expect("text")));
            }
        }
    }
    assert!(!found.is_empty(), "no .{extension} files in {folder}");
    found.sort();
    found
}

/// Code without comments and doc comments, and without its `#[cfg(test)]` module at the end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// Fails for every file of `src/` that contains one of `words` and does not start with one of `allowed`.
fn only(allowed: &[&str], words: &[&str]) {
    let names = |text: &str, word: &str| {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        text.match_indices(word).any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + word.len()..].starts_with(is_word))
    };
    let mut offenders = vec![];
    let mut legitimate = 0;
    for (file, text) in files("src", "rs") {
        let hit = words.iter().find(|word| names(&code(&text), word));
        match hit {
            Some(_) if allowed.iter().any(|a| file.starts_with(a)) => legitimate += 1,
            Some(word) => offenders.push(format!("{file} names {word}")),
            None => (),
        }
    }
    assert!(offenders.is_empty(), "only {allowed:?} may: {offenders:?}");
    assert!(legitimate > 0, "nobody names {words:?}: the rule checks nothing");
}

#[test]
fn only_the_gpu_executor_and_the_bench_name_wgpu() {
    only(&["src/exec/gpu", "src/bin/bench"], &["wgpu"]);
}

#[test]
fn only_the_page_names_the_browser() {
    only(
        &["src/web/", "src/number/js.rs", "src/query_string/js.rs", "src/lib.rs"],
        &["web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures"],
    );
}

#[test]
fn only_rng_makes_randomness() {
    only(&["src/rng.rs"], &["rand_pcg", "rand", "getrandom"]);
}

#[test]
fn only_the_page_and_the_programs_read_clocks() {
    only(&["src/web/", "src/bin/"], &["Instant", "SystemTime", "performance"]);
}

#[test]
fn only_products_and_lanes_are_unsafe() {
    only(&["src/ops/gemm.rs", "src/ops/simd.rs"], &["unsafe"]);
}

/// Pages that ask for trusted types refuse such calls.
#[test]
fn no_text_becomes_elements_by_itself() {
    let sinks = ["inner_html", "outer_html", "adjacent_html", "contextual_fragment", "parse_from_string", "innerHTML"];
    for (file, text) in files("src", "rs").into_iter().chain(files("www", "js")) {
        let found = sinks.iter().find(|sink| code(&text).contains(*sink));
        assert_eq!(found, None, "{file}: use `fill` of src/web/page/dom.rs");
    }
}

#[test]
fn every_file_says_what_lives_there_and_is_short() {
    let sources = ["src", "tests", "xtask/src"].iter().flat_map(|folder| files(folder, "rs"));
    for (file, text) in sources {
        assert!(text.starts_with("//! "), "{file} must open with a `//!` line");
        let lines = text.lines().count();
        assert!(lines <= LONG, "{file} has {lines} lines: split it");
        assert!(text.lines().all(|line| line == line.trim_end()), "{file} has trailing blanks");
    }
}

#[test]
fn the_page_has_no_inline_scripts_and_no_foreign_hosts() {
    let pages = files("www", "html")
        .into_iter()
        .chain([("index.html".into(), fs::read_to_string(root().join("index.html")).expect("the page"))]);
    for (file, text) in pages {
        for (at, _) in text.match_indices("<script") {
            let tag = &text[at..at + text[at..].find('>').expect("an end")];
            assert!(tag.contains("src="), "{file}: inline script {tag}");
        }
        for attribute in ["src=\"http", "href=\"http", "src=\"//", "href=\"//"] {
            let loads = text.match_indices(attribute).filter(|(at, _)| !text[..*at].ends_with("<a "));
            assert_eq!(loads.count(), 0, "{file} loads from another host");
        }
    }
}
