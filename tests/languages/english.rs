//! All texts that a visitor can meet, in English: what the sources say with `tr!`, what stands in tables, in the lab's markup, and
//! on the page.

use grokking_lab::config::Loss;
use grokking_lab::experiment::{EXPERIMENTS, IDEAS, READING_LISTS, READINGS, record};
use grokking_lab::metrics::METRICS;
use grokking_lab::settings::KEYS;
use grokking_lab::task::TASKS;
use grokking_lab::view::chart::about::ABOUT;
use grokking_lab::view::markup::{self, Piece};
use grokking_lab::view::runs::COLOR_NAMES;
use grokking_lab::view::sweep::SweepPicture;
use grokking_lab::view::views::VIEWS;
use grokking_lab::view::{fields, glossary, panels, shortcuts};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// All that a network can be trained to make smaller.
const LOSSES: [Loss; 4] = [Loss::CrossEntropy, Loss::StableMax, Loss::MeanSquared, Loss::Hinge];

/// English texts, and where each was first seen.
pub type Texts = BTreeMap<String, String>;

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Every text.
pub fn texts() -> Texts {
    let mut texts = Texts::new();
    for (file, source) in sources() {
        for text in said(&source, "tr!(").into_iter().chain(attributes(&source)) {
            texts.entry(text).or_insert_with(|| file.clone());
        }
    }
    let script = "www/assets/restore.js";
    texts.extend(said(&read(script), "say(").into_iter().map(|text| (text, script.into())));
    for (file, text) in tables().into_iter().chain(template()).chain(page()) {
        if text.contains(char::is_alphabetic) {
            texts.entry(text).or_insert_with(|| file.into());
        }
    }
    texts
}

/// The sources without their tests.
fn sources() -> Vec<(String, String)> {
    let (mut found, mut folders) = (vec![], vec![root().join("src")]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path: PathBuf = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && name != "language.rs" && name != "tests.rs" {
                let text = fs::read_to_string(&path).expect("text");
                let tests = text
                    .find("#[cfg(test)]\nmod tests {")
                    .or_else(|| text.find("#[cfg(all(test, not(target_arch = \"wasm32\")))]\nmod tests {"));
                let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
                found.push((name, text[..tests.unwrap_or(text.len())].into()));
            }
        }
    }
    found.sort();
    found
}

/// What stands in `tr!("…")`, or in the calls of another name.
fn said(source: &str, call: &str) -> Vec<String> {
    // Not the end of a longer name.
    let alone = |at: &usize| !source[..*at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
    let calls = source.match_indices(call).map(|(at, _)| at).filter(alone);
    calls.filter_map(|at| source[at + call.len()..].trim_start().strip_prefix('"')).map(literal).collect()
}

/// A string literal after its first quotation mark.
fn literal(source: &str) -> String {
    let (mut text, mut letters) = (String::new(), source.chars().peekable());
    while let Some(letter) = letters.next() {
        match letter {
            '"' => return text,
            '\\' => match letters.next() {
                Some('\n') => while letters.next_if(|letter| letter.is_whitespace()).is_some() {},
                Some('n') => text.push('\n'),
                Some('u') => {
                    let code: String = letters.by_ref().skip(1).take_while(|letter| *letter != '}').collect();
                    text.push(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).expect("a letter"));
                }
                Some(other) => text.push(other),
                None => break,
            },
            other => text.push(other),
        }
    }
    panic!("a text does not end: {text}");
}

/// What is read out in markup that the sources write.
fn attributes(source: &str) -> Vec<String> {
    let read = ["aria-label=\"", "title=\"", "placeholder=\""];
    let values = read.iter().flat_map(|name| source.split(name).skip(1)).filter_map(|rest| rest.split_once('"'));
    values.map(|(value, _)| value.to_owned()).filter(|value| !value.is_empty() && !value.contains(['{', '\\', '\n'])).collect()
}

/// What stands in tables.
fn tables() -> Vec<(&'static str, String)> {
    let mut texts: Vec<(&str, &str)> = vec![];
    for key in KEYS {
        texts.extend([key.label, key.help].map(|text| ("settings", text)));
        // Papers' set-ups are told with their paper.
        if key.name != "experiment" {
            texts.extend(key.choices().iter().map(|(_, label)| ("settings", *label)));
        }
    }
    texts.extend(TASKS.iter().flat_map(|task| [task.label, task.about]).map(|text| ("operations", text)));
    texts.extend(METRICS.iter().map(|metric| ("metrics", metric.label)));
    for about in &ABOUT {
        texts.extend([about.tab, about.title, about.empty[0], about.empty[1]].map(|text| ("curves", text)));
    }
    texts.extend(glossary::TERMS.iter().flat_map(|term| [term.word, term.meaning]).map(|text| ("words", text)));
    texts.extend(shortcuts::SHORTCUTS.iter().flat_map(|key| [key.shown, key.about]).map(|text| ("keys", text)));
    texts.extend(LOSSES.map(|loss| ("losses", loss.unit())));
    texts.extend(
        panels::groups()
            .iter()
            .flat_map(|(title, entries)| [*title].into_iter().chain(entries.iter().map(|e| e.1)))
            .map(|text| ("panels", text)),
    );
    texts.extend(panels::SETS.iter().map(|(_, label, _)| ("panels", *label)));
    texts.extend(fields::drawer().iter().map(|(title, _)| ("settings", *title)));
    texts.extend(SweepPicture::ALL.map(|(.., label)| ("diagram", label)));
    texts.extend(COLOR_NAMES.map(|name| ("colours of runs", name)));
    texts.extend(VIEWS.iter().flat_map(|view| [view.label, view.about]).map(|text| ("views", text)));
    texts.extend(IDEAS.iter().map(|(_, _, label)| ("papers", *label)));
    texts.extend(READING_LISTS.iter().map(|list| ("papers", list.label)));
    for reading in READINGS {
        texts.extend(reading.shows.iter().map(|(label, _)| *label).chain([reading.about]).map(|text| ("papers", text)));
    }
    for experiment in EXPERIMENTS {
        let paper = experiment.publication();
        texts.extend([paper.gist, paper.claim, paper.watch, paper.differs, paper.since].map(|text| ("papers", text)));
        texts.extend(experiment.arms.iter().map(|arm| ("papers", arm.label)));
        texts.extend(experiment.arms.iter().filter_map(|arm| arm.then.as_ref()).map(|then| ("papers", then.label)));
    }
    let record = record::parse(&read("www/assets/experiments.txt"));
    let made = record.arms.iter().map(|arm| ("experiments.txt", arm.made.clone()));
    texts.into_iter().map(|(table, text)| (table, text.to_owned())).chain(made).collect()
}

/// What the lab's markup says.
fn template() -> Vec<(&'static str, String)> {
    let mut texts = vec![];
    for file in ["lab.html", "runs.html", "share.html", "sweep.html"] {
        markup::read(&read(&format!("www/{file}")), &mut |piece| match piece {
            Piece::With("aria-label" | "title" | "placeholder" | "alt", value) => texts.push((file, value)),
            Piece::Text(text) => texts.push((file, markup::words(&text).1.into())),
            _ => (),
        });
    }
    texts
}

/// What stands on the page: its title, headings, paragraphs and points.
fn page() -> Vec<(&'static str, String)> {
    let page = read("index.html");
    let parts = ["title", "h1", "h2", "p", "li"].into_iter().flat_map(|name| {
        let (begin, end) = (format!("<{name}"), format!("</{name}>"));
        let begins = page.split(&begin).skip(1).filter(|rest| rest.starts_with(['>', ' ']));
        begins.filter_map(|rest| Some(rest.split_once('>')?.1.split_once(&end)?.0.to_owned())).collect::<Vec<_>>()
    });
    // What is seen before a language is there, or without scripts; and languages, which keep their names.
    let parts =
        parts.filter(|part| !part.starts_with("Loading") && !part.contains("needs JavaScript") && !part.contains("hreflang"));
    parts.map(|part| ("index.html", part.split_whitespace().collect::<Vec<_>>().join(" "))).collect()
}
