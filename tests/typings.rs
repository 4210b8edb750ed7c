//! The types of the package against what the element does: keys, columns, events, methods and properties.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use grokking_lab::config::{KEYS, Kind};
use grokking_lab::metrics::METRICS;

const TYPES: &str = include_str!("../www/npm/grokking-lab.d.ts");
const SHELL: &str = include_str!("../www/grokking-lab.js");
const ELEMENT: &str = include_str!("../src/web/element.rs");
const APP: &str = concat!(include_str!("../src/view/app/mod.rs"), include_str!("../src/view/app/worker.rs"));

/// The lines between `opening {` and the `}` at the start of a line, without comments and one level of indentation.
fn block(text: &'static str, opening: &str) -> Vec<&'static str> {
    let start = text.find(opening).unwrap_or_else(|| panic!("no `{opening}`"));
    let body = text[start..].lines().skip(1).take_while(|line| *line != "}");
    body.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with("/*")).collect()
}

/// The members of an interface with their types.
fn members(opening: &str) -> Vec<(&'static str, &'static str)> {
    let lines = block(TYPES, opening).into_iter().filter(|line| !line.starts_with([' ', '}']));
    lines.filter_map(|line| line.trim_end_matches(';').split_once(": ")).collect()
}

/// The name that a line of a class declares: a method, or a property.
fn declared(line: &str) -> Option<&str> {
    let line = ["readonly ", "get "].iter().fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
    let name = &line[..line.find(|c: char| !c.is_alphanumeric())?];
    let follows = line[name.len()..].starts_with(['(', ':']);
    (follows && !name.is_empty()).then_some(name)
}

/// What the shell keeps to itself, and what every element has.
const NOT_OURS: &[&str] = &["constructor", "connectedCallback", "disconnectedCallback", "addEventListener"];

fn public<'a>(lines: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    lines.into_iter().filter_map(declared).filter(|name| !NOT_OURS.contains(name)).collect()
}

#[test]
fn every_key_has_its_type() {
    let kinds = KEYS.iter().map(|key| {
        let kind = match key.kind {
            Kind::Integer(..) | Kind::Number(..) => "number",
            Kind::Flag => "boolean",
            Kind::Choice(_) | Kind::Operation | Kind::Text => "string",
        };
        (key.name, kind)
    });
    assert_eq!(members("interface GrokkingLabConfig "), kinds.collect::<Vec<_>>());
}

#[test]
fn every_column_has_its_type() {
    let columns = METRICS.iter().map(|metric| (metric.key, "Float32Array"));
    let columns: Vec<_> = [("step", "Uint32Array")].into_iter().chain(columns).collect();
    assert_eq!(members("interface GrokkingLabHistory "), columns);
}

#[test]
fn every_method_and_property_of_the_element_is_declared() {
    let declared = public(block(TYPES, "class GrokkingLab "));
    assert_eq!(declared, public(block(SHELL, "class GrokkingLab ")), "types and grokking-lab.js");
    // The shell forwards to the module; its names are those of `js_name`, or of the function.
    let mut exported = BTreeSet::new();
    let mut name = None;
    for line in ELEMENT.lines().map(str::trim) {
        name = line.split_once("js_name = ").and_then(|(_, rest)| rest.split(')').next()).or(name);
        if let Some(function) = line.strip_prefix("pub fn ").and_then(|line| line.split('(').next()) {
            exported.insert(name.take().unwrap_or(function));
        }
    }
    exported.retain(|name| !["new", "String"].contains(name));
    assert_eq!(declared, exported, "types and element.rs");
}

#[test]
fn every_event_is_declared_with_its_details() {
    let events: BTreeSet<&str> = block(TYPES, "interface GrokkingLabEventDetails ").into_iter().filter_map(declared).collect();
    let mut emitted = BTreeSet::new();
    // `emit("name", …)`, or with the name on a line of its own.
    for call in APP.split("self.emit(").skip(1) {
        emitted.insert(call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()).expect("a name"));
    }
    assert_eq!(events, emitted);
    // The details are written as ("name", value).
    let details = APP.split("self.emit(").skip(1).flat_map(|call| call.split(");\n").next().unwrap_or("").split("(\"").skip(1));
    let section = TYPES.split("interface GrokkingLabEventDetails ").nth(1).and_then(|rest| rest.split("\n}").next());
    for name in details.filter_map(|rest| rest.split('"').next()) {
        assert!(section.is_some_and(|text| text.contains(&format!("{name}: "))), "no event's types have `{name}`");
    }
}
