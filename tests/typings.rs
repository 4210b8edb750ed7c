//! The types of the package, and its list for editors, against what the element does: keys, columns, events, methods and
//! properties.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;

use grokking_lab::metrics::METRICS;
use grokking_lab::settings::{FORMER, KEYS, Key, Kind, key};
use grokking_lab::view::chart::about::ABOUT;
use grokking_lab::view::chart::across::names;
use grokking_lab::view::views::VIEWS;
use serde_json::{Value, json};

const TYPES: &str = include_str!("../www/npm/grokking-lab.d.ts");
const SHELL: &str = include_str!("../www/grokking-lab.js");
const ELEMENT: &str = include_str!("../src/web/page/element.rs");
const ROWS: &str = include_str!("../src/web/page/actions/row_workers.rs");
const DRAW: &str = include_str!("../src/web/page/ui/draw.rs");
const APP: &str = concat!(
    include_str!("../src/view/app/mod.rs"),
    include_str!("../src/view/app/curves.rs"),
    include_str!("../src/view/app/told.rs"),
    include_str!("../src/view/app/worker.rs"),
);
const SIGHTS: &str = include_str!("../src/web/page/measures.rs");
const STATE: &str = include_str!("../src/web/page/actions/state.rs");

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
    let follows = line[name.len()..].starts_with(['(', ':', '<']);
    (follows && !name.is_empty()).then_some(name)
}

/// What the shell keeps to itself, and what every element has.
const NOT_OURS: &[&str] = &[
    "constructor",
    "connectedCallback",
    "disconnectedCallback",
    "attributeChangedCallback",
    "addEventListener",
    "removeEventListener",
];

fn public<'a>(lines: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    lines.into_iter().filter_map(declared).filter(|name| !NOT_OURS.contains(name)).collect()
}

/// How a setting's type is written.
fn type_of(key: &Key) -> String {
    match &key.kind {
        Kind::Integer(..) | Kind::Number(..) => "number".into(),
        Kind::Flag => "boolean".into(),
        Kind::Operation | Kind::Text => "string".into(),
        Kind::Choice(choices) => choices().iter().map(|(id, _)| format!("\"{id}\"")).collect::<Vec<_>>().join(" | "),
    }
}

/// Whether the files should be made to say what the tables say.
fn writing() -> bool {
    std::env::var("GROKKING_WRITE").is_ok_and(|value| value == "1")
}

const HOW: &str = "GROKKING_WRITE=1 cargo test --test typings writes it";

#[test]
fn every_key_has_its_type() {
    let types: Vec<_> = KEYS.iter().map(|key| (key.name, type_of(key))).collect();
    let declared: Vec<_> = members("interface GrokkingLabConfig ").into_iter().map(|(name, ty)| (name, ty.to_owned())).collect();
    let names = |list: &[(&'static str, String)]| list.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    assert_eq!(names(&declared), names(&types));
    let changes = declared.iter().zip(&types).filter(|(old, new)| old != new);
    if writing() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/npm/grokking-lab.d.ts");
        let text = changes.fold(TYPES.to_owned(), |text, ((name, old), (_, new))| {
            text.replacen(&format!("\n  {name}: {old};\n"), &format!("\n  {name}: {new};\n"), 1)
        });
        std::fs::write(path, text).expect("the file can be written");
    } else {
        assert_eq!(changes.collect::<Vec<_>>(), [], "in grokking-lab.d.ts; {HOW}");
    }
}

#[test]
fn the_shell_has_every_key() {
    let list = |opening, end| {
        let list = SHELL.split(opening).nth(1).and_then(|rest| rest.split(end).next()).expect("a list");
        list.split(['"', ' ', ',', '+', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(list("const KEYS = (", ").split"), KEYS.iter().map(|key| key.name).collect::<Vec<_>>());
    assert_eq!(list("const FORMER = [", "]"), FORMER.iter().map(|(former, _)| *former).collect::<Vec<_>>());
}

/// The element for editors and documentation, in the form of the custom elements manifest.
fn manifest() -> Value {
    let attributes = KEYS.iter().map(|key| {
        let text = type_of(key);
        json!({"name": key.name, "fieldName": key.name, "type": {"text": text}, "default": format!("{:?}", key.standard()), "description": key.help})
    });
    let former = FORMER.iter().filter_map(|(former, now)| {
        let text = type_of(key(now)?);
        Some(json!({"name": former, "fieldName": former, "type": {"text": text}, "deprecated": format!("It is called {now} now.")}))
    });
    let hash = json!({"name": "hash", "type": {"text": "boolean"}, "description": "The element follows the hash of the page's address, and writes it."});
    let fields =
        KEYS.iter().map(|key| json!({"kind": "field", "name": key.name, "type": {"text": type_of(key)}, "attribute": key.name}));
    let mut members: Vec<Value> = fields.collect();
    let mut comment = String::new();
    let class = TYPES.split("class GrokkingLab ").nth(1).unwrap_or_default().lines().take_while(|line| *line != "}");
    for line in class.filter_map(|line| line.strip_prefix("  ")) {
        if let Some(text) = line.strip_prefix("/** ") {
            comment = text.trim_end_matches(" */").into();
        }
        let Some(name) = declared(line).filter(|name| !NOT_OURS.contains(name)) else { continue };
        let (start, ty) = line.trim_end_matches(';').rsplit_once(": ").expect("a type");
        let method = start.contains('(');
        let mut member = json!({"kind": if method { "method" } else { "field" }, "name": name, "description": comment});
        let ty = json!({"text": ty});
        if method {
            member["return"] = json!({"type": ty});
        } else {
            member["type"] = ty;
            member["readonly"] = json!(true);
        }
        members.push(member);
        comment.clear();
    }
    let details = names_in("interface GrokkingLabEventDetails ");
    let events = details
        .into_iter()
        .map(|name| json!({"name": name, "type": {"text": format!("CustomEvent<GrokkingLabEventDetails[\"{name}\"]>")}}));
    json!({
        "schemaVersion": "1.0.0",
        "modules": [{
            "kind": "javascript-module",
            "path": "grokking-lab.js",
            "declarations": [{
                "kind": "class",
                "customElement": true,
                "name": "GrokkingLab",
                "tagName": "grokking-lab",
                "superclass": {"name": "HTMLElement"},
                "description": "Trains a small network on an operation table in the visitor's browser, and shows it grok.",
                "attributes": attributes.chain(former).chain([hash]).collect::<Vec<_>>(),
                "members": members,
                "events": events.collect::<Vec<_>>(),
            }],
            "exports": [
                {"kind": "js", "name": "GrokkingLab", "declaration": {"name": "GrokkingLab", "module": "grokking-lab.js"}},
                {"kind": "custom-element-definition", "name": "grokking-lab", "declaration": {"name": "GrokkingLab", "module": "grokking-lab.js"}},
            ],
        }],
    })
}

/// The names that a block declares.
fn names_in(opening: &str) -> Vec<&'static str> {
    block(TYPES, opening).into_iter().filter_map(declared).collect()
}

#[test]
fn the_list_for_editors_is_what_the_element_has() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/npm/custom-elements.json");
    let text = format!("{:#}\n", manifest());
    if writing() {
        std::fs::write(path, &text).expect("the file can be written");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == text, "custom-elements.json is not what the tables say; {HOW}");
}

#[test]
fn every_column_has_its_type() {
    let columns = METRICS.iter().map(|metric| (metric.key, "Float32Array"));
    let columns: Vec<_> = [("step", "Uint32Array")].into_iter().chain(columns).collect();
    assert_eq!(members("interface GrokkingLabHistory "), columns);
}

#[test]
fn every_chart_has_its_name() {
    let union = TYPES.split("type GrokkingLabChart = ").nth(1).and_then(|rest| rest.split(';').next()).expect("the charts");
    let names: Vec<&str> = union.split(" | ").map(|name| name.trim_matches('"')).collect();
    assert_eq!(names, ABOUT.each_ref().map(|about| about.name));
}

#[test]
fn everything_that_can_be_across_has_its_name() {
    let state = TYPES.split("  across: ").nth(1).and_then(|rest| rest.split(';').next()).expect("what is across");
    assert_eq!(state.replace('"', "").replace(" | ", ", "), names());
}

#[test]
fn every_method_and_property_of_the_element_is_declared() {
    let declared = public(block(TYPES, "class GrokkingLab "));
    // Every element can take the focus.
    let shell: BTreeSet<_> = public(block(SHELL, "class GrokkingLab ")).into_iter().filter(|name| *name != "focus").collect();
    assert_eq!(declared, shell, "types and grokking-lab.js");
    // The shell forwards to the module; its names are those of `js_name`, or of the function.
    let mut exported = BTreeSet::new();
    let mut name = None;
    for line in ELEMENT.lines().map(str::trim) {
        name = line.split_once("js_name = ").and_then(|(_, rest)| rest.split(')').next()).or(name);
        if let Some(function) = line.strip_prefix("pub fn ").and_then(|line| line.split('(').next()) {
            exported.insert(name.take().unwrap_or(function));
        }
    }
    // The shell says by itself what language the lab is to speak.
    exported.retain(|name| !["new", "String", "speak"].contains(name));
    assert_eq!(declared, exported, "types and element.rs");
}

#[test]
fn every_event_is_declared_with_its_details() {
    let events: BTreeSet<&str> = block(TYPES, "interface GrokkingLabEventDetails ").into_iter().filter_map(declared).collect();
    let mut emitted = BTreeSet::new();
    // `emit("name", …)`, or with the name on a line of its own.
    for call in [APP, DRAW].into_iter().flat_map(|text| text.split("self.emit(").skip(1)).chain(ROWS.split("ui.emit(").skip(1)) {
        emitted.insert(call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()).expect("a name"));
    }
    assert_eq!(events, emitted);
    // The details are written as ("name", value).
    let calls =
        [APP, DRAW].into_iter().flat_map(|text| text.split("self.emit(").skip(1)).chain(ROWS.split("let detail = ").skip(1));
    let details = calls.flat_map(|call| call.split(");\n").next().unwrap_or("").split("(\"").skip(1));
    let section = TYPES.split("interface GrokkingLabEventDetails ").nth(1).and_then(|rest| rest.split("\n}").next());
    for name in details.filter_map(|rest| rest.split('"').next()) {
        assert!(section.is_some_and(|text| text.contains(&format!("{name}: "))), "no event's types have `{name}`");
    }
}

/// The names of entries, written as ("name", value).
fn entries(text: &'static str) -> BTreeSet<&'static str> {
    text.split("(\"").skip(1).filter_map(|rest| rest.split_once("\", ").map(|(name, _)| name)).collect()
}

#[test]
fn what_a_look_inside_says_is_declared() {
    let view = |line: &&'static str| line.ends_with(": {");
    let lines = TYPES.split("interface GrokkingLabSights ").nth(1).and_then(|rest| rest.split("\n}").next()).expect("views");
    let views: Vec<&str> = lines.lines().filter(view).filter_map(|line| declared(line.trim())).collect();
    assert_eq!(views, VIEWS.iter().map(|view| view.name).collect::<Vec<_>>());
    let lines = lines.lines().filter(|line| !view(line)).map(|line| line.trim().replace("?:", ":"));
    let mut names: BTreeSet<String> = lines.filter_map(|line| declared(&line).map(String::from)).collect();
    names.extend(names_in("interface GrokkingLabSight ").into_iter().map(String::from));
    names.insert("view".into());
    assert_eq!(names, entries(SIGHTS).into_iter().map(String::from).collect());
}

#[test]
fn the_state_is_declared() {
    let written = STATE.split("pub fn state(").nth(1).and_then(|rest| rest.split("pub fn ").next()).expect("the function");
    assert_eq!(BTreeSet::from_iter(names_in("interface GrokkingLabState ")), entries(written));
    let read = STATE.split("pub fn read(").nth(1).and_then(|rest| rest.split("pub fn ").next()).expect("the function");
    let text: Vec<&str> = TYPES
        .split("interface GrokkingLabLook ")
        .nth(1)
        .and_then(|rest| rest.split("\n}").next())
        .expect("options")
        .lines()
        .collect();
    let options: Vec<String> = text.iter().map(|line| line.trim().replace("?:", ":")).collect();
    for name in options.iter().filter_map(|line| declared(line)) {
        assert!(read.contains(&format!("\"{name}\"")), "state.rs does not read {name}");
    }
}

/// The same page as in `cargo xtask trial-embeds`, with the script as it lies here.
#[test]
fn on_a_server_the_import_does_nothing() {
    let folder = std::env::temp_dir().join(format!("grokking-lab-node-{}", std::process::id()));
    let package = folder.join("node_modules/grokking-lab");
    std::fs::create_dir_all(package.join("assets")).expect("a folder");
    for (path, text) in [
        (package.join("package.json"), r#"{"type": "module", "exports": "./grokking-lab.js"}"#),
        (package.join("grokking-lab.js"), SHELL),
        (package.join("assets/machine.js"), include_str!("../www/assets/machine.js")),
        (folder.join("import.mjs"), include_str!("embeds/node/import.mjs")),
    ] {
        std::fs::write(path, text).expect("a file");
    }
    let output = std::process::Command::new("node").arg("import.mjs").current_dir(&folder).output();
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
    match output {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // Past the test harness, which would swallow the line.
            use std::io::Write;
            writeln!(std::io::stderr(), "SKIPPED: the import on a server; there is no `node` on PATH").ok();
        }
        Err(error) => panic!("node cannot be started: {error}"),
    }
}
