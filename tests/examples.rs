//! The example pages as files: their settings are valid, and the notebook is one.
#![cfg(not(target_arch = "wasm32"))]

use grokking_lab::config::Config;
use grokking_lab::settings::{KEYS, from_query};
use serde_json::Value;
use std::fs;
use std::path::Path;

const BLOG: &str = include_str!("../www/examples/blog.html");
const EXERCISE: &str = include_str!("../www/examples/exercise.html");
const NOTEBOOK_PAGE: &str = include_str!("../www/examples/notebook.html");
const NOTEBOOK: &str = include_str!("../www/examples/notebook.ipynb");

/// The texts between two marks.
fn between<'a>(text: &'a str, start: &'a str, end: &'a str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

/// Small enough to run in seconds.
fn assert_small(config: &Config) {
    assert!(config.p <= 31 && config.width <= 128 && config.steps <= 1500, "{config:?}");
}

#[test]
fn every_setting_is_valid() {
    let elements = [BLOG, EXERCISE].map(|page| between(page, "<grokking-lab ", ">")).concat();
    assert_eq!(elements.len(), 3);
    for element in elements {
        let pairs: Vec<(&str, &str)> =
            element.split("\" ").filter_map(|pair| pair.trim_end_matches('"').split_once("=\"")).collect();
        let pairs = pairs.into_iter().filter(|(name, _)| *name != "id");
        let (config, problems) = Config::from_pairs(pairs);
        assert_eq!(problems, [], "{element}");
        assert_small(&config);
    }
    let page = NOTEBOOK_PAGE.replace("&quot;", "\"");
    let frames = between(&page, "embed.html#", "\"");
    let frames: Vec<&&str> = frames.iter().filter(|hash| hash.contains("v=1")).collect();
    assert_eq!(frames.len(), 2);
    for hash in frames {
        let (config, problems) = from_query(&hash.replace("&amp;", "&"));
        assert_eq!(problems, [], "{hash}");
        assert_small(&config);
    }
}

#[test]
fn the_lessons_of_the_course_set_what_there_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/examples/course");
    let pages = fs::read_dir(folder).expect("the course").map(|entry| entry.expect("a file").path());
    let (mut labs, mut networks) = (0, 0);
    for path in pages.filter(|path| path.extension().is_some_and(|ext| ext == "html")) {
        let page = fs::read_to_string(&path).expect("a page");
        for element in between(&page, "<grokking-lab id=\"lab\" ", ">") {
            labs += 1;
            let pairs = element.split("\" ").filter_map(|pair| pair.trim_end_matches('"').split_once("=\""));
            let (config, problems) = Config::from_pairs(pairs);
            assert_eq!(problems, [], "{path:?}: {element}");
            assert!(config.p <= 61 && config.width <= 64 && config.mlp <= 256 && config.steps <= 1500, "{path:?}: half a minute");
        }
        for settings in between(&page, "data-settings=\"", "\"") {
            networks += 1;
            assert_eq!(from_query(&settings.replace("&amp;", "&")).1, [], "{path:?}: {settings}");
        }
        // What it leads to is there.
        for link in between(&page, "href=\"", "\"").into_iter().filter(|link| !link.starts_with("../")) {
            assert!(path.with_file_name(link).is_file(), "{path:?} leads to {link}");
        }
    }
    assert_eq!((labs, networks), (6, 8));
}

#[test]
fn the_documentation_sets_what_there_is() {
    for (name, text) in [("README.md", include_str!("../README.md")), ("docs/embedding.md", include_str!("../docs/embedding.md"))]
    {
        // In the text itself, one without attributes is just its name.
        let elements: Vec<&str> = between(text, "<grokking-lab ", ">");
        assert!(!elements.is_empty(), "{name}");
        for element in elements {
            // A bare attribute is on.
            let pairs = element
                .split(' ')
                .map(|pair| pair.split_once('=').map_or((pair, ""), |(key, value)| (key, value.trim_matches('"'))));
            assert_eq!(
                Config::from_pairs(pairs).1.iter().filter(|problem| problem.key != "hide").count(),
                0,
                "{name}: {element}"
            );
        }
        for hash in between(text, "embed.html#", "\"").into_iter().filter(|hash| hash.contains("v=1") && !hash.contains('\n')) {
            assert_eq!(from_query(hash).1, [], "{name}: {hash}");
        }
        // The table of keys is whole.
        let keys = KEYS.iter().map(|key| key.name).collect::<Vec<_>>();
        if let Some(table) = between(text, "\n\n    task ", "\n\n").first() {
            assert_eq!(["task"].into_iter().chain(table.split_whitespace()).collect::<Vec<_>>(), keys, "{name}");
        } else {
            assert_ne!(name, "docs/embedding.md", "it lists the keys");
        }
    }
}

#[test]
fn the_notebook_is_a_notebook_and_its_page_shows_it() {
    let notebook: Value = serde_json::from_str(NOTEBOOK).expect("JSON");
    assert_eq!((&notebook["nbformat"], &notebook["nbformat_minor"]), (&4.into(), &5.into()));
    let cells = notebook["cells"].as_array().expect("cells");
    let mut ids: Vec<&str> = cells.iter().map(|cell| cell["id"].as_str().expect("an id")).collect();
    ids.dedup();
    assert_eq!(ids.len(), cells.len());
    let source =
        |cell: &Value| -> String { cell["source"].as_array().expect("lines").iter().filter_map(Value::as_str).collect() };
    let code: Vec<String> = cells.iter().filter(|cell| cell["cell_type"] == "code").map(source).collect();
    let shown: Vec<&str> = between(NOTEBOOK_PAGE, "<code data-code>", "</code>");
    assert_eq!(code[..2], shown[..2]);
    for settings in code[1..].iter().flat_map(|cell| between(cell, "grokking_lab(", ")")) {
        // A comma ends a setting where the next one has a name.
        let compact: String = settings.split_whitespace().collect::<String>().replace('"', "").replace("=True", "=true");
        let query =
            compact.split(',').fold(String::new(), |query, part| query + if part.contains('=') { "&" } else { "," } + part);
        let (config, problems) = from_query(query.trim_matches([',', '&']));
        assert_eq!(problems, [], "{settings}");
        assert_small(&config);
    }
}
