//! Makes the module's glue shorter: wasm-bindgen gives every import a long name with a hash, which the wasm file and the
//! script each carry, and the hashes do not compress. Together that is a twentieth of what a visitor loads.

use std::collections::HashMap;

/// New names for imports, by old name: `a`, `b`, … `aa`, ….
pub fn names<'a>(imports: impl Iterator<Item = &'a str>) -> HashMap<String, String> {
    let mut short = HashMap::new();
    for import in imports {
        let next = letters(short.len());
        short.entry(import.to_string()).or_insert(next);
    }
    short
}

/// 0 → `a`, 25 → `z`, 26 → `aa`.
fn letters(n: usize) -> String {
    let last = char::from(b'a' + (n % 26) as u8);
    if n < 26 { last.to_string() } else { letters(n / 26 - 1) + &last.to_string() }
}

/// The script with those names where it defines the imports, and without comment lines and indentation. Imports become methods.
pub fn script(text: &str, names: &HashMap<String, String>) -> String {
    let mut short = String::with_capacity(text.len());
    let mut comment = false;
    for line in text.lines().map(str::trim) {
        comment |= line.starts_with("/*");
        if !(comment || line.is_empty() || line.starts_with("//")) {
            short.push_str(&renamed(line, names));
            short.push('\n');
        }
        comment &= !line.ends_with("*/");
    }
    short
}

/// `__wbg_now_0123456789abcdef: function(` opens the definition of an import.
fn renamed(line: &str, names: &HashMap<String, String>) -> String {
    let definition = line.split_once(':').and_then(|(name, rest)| Some((names.get(name)?, rest)));
    definition.map_or(line.to_string(), |(name, rest)| match rest.strip_prefix(" function") {
        Some(method) => format!("{name}{method}"),
        None => format!("{name}:{rest}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_import_gets_its_own_short_name() {
        let imports: Vec<String> = (0..800).map(|i| format!("__wbg_x_{i:016x}")).collect();
        let names = names(imports.iter().chain(&imports[..3]).map(String::as_str));
        let distinct: std::collections::HashSet<&String> = names.values().collect();
        assert_eq!((names.len(), distinct.len()), (800, 800));
        assert_eq!([0, 25, 26, 701, 702].map(letters).join(" "), "a z aa zz aaa");
    }

    #[test]
    fn only_definitions_are_renamed_and_only_comments_are_dropped() {
        let text = "/**\n * Says now.\n */\nexport class A {\n    // one\n    x = 'a: b';\n}\nconst i = {\n    __wbg_now_01: function() { return 1; },\n    \
                    __wbg_then_02: then,\n    other: 2,\n};\n";
        let names = names(["__wbg_now_01", "__wbg_then_02"].into_iter());
        assert_eq!(
            script(text, &names),
            "export class A {\nx = 'a: b';\n}\nconst i = {\na() { return 1; },\nb: then,\nother: 2,\n};\n"
        );
    }
}
