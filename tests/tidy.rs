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

/// Code without comments and doc comments, and without its module of tests at the end.
fn code(text: &str) -> String {
    let tests = ["#[cfg(test)]\nmod ", "#[cfg(all(test, not(target_arch = \"wasm32\")))]\nmod "];
    let end = tests.iter().filter_map(|tests| text.find(tests)).min().unwrap_or(text.len());
    let text = &text[..end];
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
fn only_products_lanes_parts_and_the_null_device_are_unsafe() {
    only(&["src/ops/gemm.rs", "src/ops/simd.rs", "src/web/page/part.rs", "src/bin/isa/measure/device.rs"], &["unsafe"]);
}

#[test]
fn only_the_null_device_names_vulkan() {
    only(&["src/bin/isa/measure/"], &["ash", "naga"]);
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
        is_short_and_clean(&file, &text);
    }
    for (file, text) in files("www", "js") {
        assert!(text.starts_with("// "), "{file} must open with a `//` line");
        is_short_and_clean(&file, &text);
    }
}

fn is_short_and_clean(file: &str, text: &str) {
    let lines = text.lines().count();
    assert!(lines <= LONG, "{file} has {lines} lines: split it");
    assert!(text.lines().all(|line| line == line.trim_end()), "{file} has trailing blanks");
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

/// Every module of the crate from the ground up, a floor a line. A module uses only what stands before it.
const LAYERS: &[&[&str]] = &[
    &["builds", "bytes", "cosine", "language", "order"],
    &["kernel", "number", "query_string", "text", "json", "rng"],
    &["plan"],
    &["step", "levels"],
    &["tape"],
    &["ops"],
    &["config", "exec", "analysis"],
    &["task", "optim", "metrics", "tuner", "kernel_test"],
    &["model", "experiment", "forecast"],
    &["settings"],
    &["safetensors", "train"],
    &["bench", "selfcheck", "sweep", "warm_up"],
    &["protocol", "op_table"],
    &["inspect", "view"],
    &["reproduce", "web"],
];

/// A path that code names: the module that it leads to, as far as there are files, and how it is written.
struct Use {
    to: Vec<String>,
    line: usize,
    path: String,
}

/// The module that a file is: `src/task/mod.rs` is `task`, and `src/lib.rs` is the root.
fn module(file: &str) -> Vec<String> {
    let path = file.trim_start_matches("xtask/").trim_start_matches("src/").trim_end_matches(".rs");
    path.split('/').filter(|part| !["mod", "lib"].contains(part)).map(str::to_owned).collect()
}

/// Every path from `crate`, `super`, `self` or a child in the code of a module; `known` are the modules there are.
fn uses(module: &[String], code: &str, known: &[Vec<String>]) -> Vec<Use> {
    let mut found = vec![];
    let children = known.iter().filter(|other| other.len() == module.len() + 1 && other.starts_with(module));
    for head in ["crate", "super", "self"].into_iter().chain(children.map(|child| child[module.len()].as_str())) {
        for (at, _) in code.match_indices(head) {
            let (before, after) = (&code[..at], &code[at + head.len()..]);
            let joined = before.ends_with(|c: char| c.is_alphanumeric() || c == '_') || before.ends_with("::");
            if joined || !after.starts_with("::") || before.ends_with("pub(in ") {
                continue;
            }
            let mut paths = vec![];
            expand(String::new(), &code[at..], &mut paths);
            for path in paths {
                let names: Vec<&str> = path.split("::").collect();
                let up = names.iter().take_while(|name| **name == "super").count();
                let mut to = if head == "crate" { vec![] } else { module[..module.len().saturating_sub(up)].to_vec() };
                // A child is the first name of its path; the other heads are none.
                let first = if ["crate", "self"].contains(&head) { 1 } else { up };
                to.extend(names[first..].iter().map(|name| (*name).to_owned()));
                while !known.contains(&to) {
                    to.pop();
                }
                found.push(Use { to, line: before.matches('\n').count() + 1, path });
            }
        }
    }
    // Below a module that was imported by its name: `use super::optimised;` and then `optimised::loss::…`.
    let imported = |to: &Use| to.path.rsplit("::").next() == to.to.last().map(String::as_str) && to.to.len() > 1;
    let modules: Vec<Vec<String>> = found.iter().filter(|to| imported(to)).map(|to| to.to.clone()).collect();
    for below in known.iter().filter(|below| below.split_last().is_some_and(|(_, parent)| modules.iter().any(|m| m == parent))) {
        let path = below[below.len() - 2..].join("::");
        if let Some(at) = code.find(&format!("{path}::")).filter(|at| !code[..*at].ends_with("::")) {
            found.push(Use { to: below.clone(), line: code[..at].matches('\n').count() + 1, path });
        }
    }
    found
}

/// The paths that a `use` or an expression begins with: `a::{b, c::d}` is `a::b` and `a::c::d`. Returns what comes after.
fn expand<'a>(prefix: String, text: &'a str, paths: &mut Vec<String>) -> &'a str {
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let path = format!("{prefix}{name}");
    if !rest.starts_with('{') || !path.ends_with("::") {
        paths.push(path.trim_end_matches("::").trim_end_matches("::self").to_owned());
        return rest
            .trim_start()
            .strip_prefix("as ")
            .map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'));
    }
    loop {
        rest = rest[1..].trim_start();
        if !rest.starts_with('}') {
            rest = expand(path.clone(), rest, paths).trim_start();
        }
        if !rest.starts_with(',') {
            return rest.get(1..).unwrap_or("");
        }
    }
}

/// The modules of a folder of sources, each with what it uses.
fn graph(folder: &str) -> Vec<(String, Vec<String>, Vec<Use>)> {
    let sources: Vec<(String, String)> = files(folder, "rs").into_iter().filter(|(file, _)| !file.contains("tests")).collect();
    let known: Vec<Vec<String>> = sources.iter().map(|(file, _)| module(file)).collect();
    let graph = sources.into_iter().zip(&known).map(|((file, text), module)| {
        let uses = uses(module, &code(&text), &known);
        (file, module.clone(), uses)
    });
    graph.collect()
}

/// Where a module uses one that stands after it, or one without a floor.
fn back_edges(graph: &[(String, Vec<String>, Vec<Use>)]) -> Vec<String> {
    let floor = |name: &str| LAYERS.iter().copied().flatten().position(|module| *module == name);
    let mut found = vec![];
    for (file, module, uses) in graph {
        // The root lists the modules, and programs stand above all of them.
        let Some(own) = module.first().filter(|own| *own != "bin") else { continue };
        if floor(own).is_none() {
            found.push(format!("{file}: `{own}` has no floor in LAYERS"));
        }
        for Use { to, line, path } in uses {
            let Some(other) = to.first().filter(|other| *other != own) else { continue };
            if floor(other) >= floor(own) {
                found.push(format!("{file}:{line} names {path}, and `{other}` stands above `{own}`"));
            }
        }
    }
    found
}

#[test]
fn modules_use_only_floors_below_them() {
    let found = back_edges(&graph("src"));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_crate_says_its_floors_as_they_are() {
    let root = fs::read_to_string(root().join("src/lib.rs")).expect("the root");
    let floors: Vec<&str> = root.split("\n//! ").filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
    assert_eq!(floors.len(), LAYERS.len());
    for (said, layer) in root.split("//! Floor by floor").nth(1).expect("a list").split(". ").skip(1).zip(LAYERS) {
        for module in *layer {
            assert!(said.contains(&format!("`{module}`")), "the crate's documentation lacks `{module}` on its floor: {said}");
        }
    }
    let modules = root.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod ")).count();
    assert_eq!(modules, LAYERS.iter().copied().flatten().count(), "every module has a floor");
}

/// What lies below a module and uses it is ordinary Rust; that two others use each other, however far around, is not.
fn circles(graph: &[(String, Vec<String>, Vec<Use>)]) -> Vec<String> {
    let mut open: Vec<(&str, &Vec<String>, Vec<&Use>)> = graph
        .iter()
        .map(|(file, module, uses)| (file.as_str(), module, uses.iter().filter(|to| !module.starts_with(&to.to)).collect()))
        .collect();
    // Whoever uses nobody that is left is in no circle, and neither is whoever nobody uses.
    loop {
        let before = open.len();
        let left: Vec<Vec<String>> = open.iter().map(|(_, module, _)| (*module).clone()).collect();
        open.iter_mut().for_each(|(_, _, uses)| uses.retain(|to| left.contains(&to.to)));
        let used: Vec<Vec<String>> = open.iter().flat_map(|(_, _, uses)| uses.iter().map(|to| to.to.clone())).collect();
        open.retain(|(_, module, uses)| !uses.is_empty() && used.contains(module));
        if open.len() == before {
            break;
        }
    }
    let named = |(file, _, uses): &(&str, &Vec<String>, Vec<&Use>)| format!("{file}:{} names {}", uses[0].line, uses[0].path);
    open.iter().map(named).collect()
}

#[test]
fn no_modules_use_each_other() {
    for folder in ["src", "xtask/src"] {
        let found = circles(&graph(folder));
        assert!(found.is_empty(), "{folder}: {found:#?}");
    }
}

/// The rules must see what they are there for.
#[test]
fn a_planted_back_edge_and_a_planted_circle_are_seen() {
    let names = |path: &str| path.split("::").map(str::to_owned).collect::<Vec<_>>();
    let known: Vec<Vec<String>> = ["rng", "task", "task::cells", "view", "view::chart"].map(names).into();
    let plant = |modules: [(&str, &str); 2]| -> Vec<(String, Vec<String>, Vec<Use>)> {
        let module = |(path, code): (&str, &str)| (format!("{path}.rs"), names(path), uses(&names(path), code, &known));
        modules.map(module).into()
    };
    let code = "use crate::rng::{Rng, Stream};\nuse crate::{\n    task::{self, cells::Cell as C},\n    view::chart,\n};\nlet x = super::super::view::y();\n";
    let back = back_edges(&plant([("rng", ""), ("task::cells", code)]));
    let want = ["task::cells.rs:2 names crate::view::chart", "task::cells.rs:6 names super::super::view::y"];
    assert!(back.len() == 2 && back.iter().zip(want).all(|(back, want)| back.starts_with(want)), "{back:#?}");
    assert_eq!(back_edges(&plant([("rng", ""), ("view::chart", code)])), [""; 0]);

    let circle = circles(&plant([("task::cells", "use crate::view::chart::Chart;"), ("view::chart", "use crate::task::cells;")]));
    assert_eq!(circle, ["task::cells.rs:1 names crate::view::chart::Chart", "view::chart.rs:1 names crate::task::cells"]);
    // What a parent hands on is used of the child.
    let known = &known;
    let handed_on = ["view", "view::chart", "task"].map(|path| {
        let code = match path {
            "view" => "pub use chart::Chart;",
            "task" => "use crate::view::Chart;",
            _ => "use crate::task::Task;",
        };
        (format!("{path}.rs"), names(path), uses(&names(path), code, known))
    });
    assert_eq!(circles(&handed_on).len(), 3, "a circle through a parent");
    // A child that uses its parent is none.
    assert_eq!(circles(&plant([("task", "use self::cells::Cell;"), ("task::cells", "use super::Task;")])), [""; 0]);
}
