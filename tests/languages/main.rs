//! Every text has its translation in every catalog, with the same values, numbers and links; and a lab in another language says so.
#![cfg(not(target_arch = "wasm32"))]

mod english;

use english::{Texts, read, root};
use grokking_lab::language::{self, LANGUAGES};
use std::collections::BTreeMap;
use std::fs;

type Catalog = BTreeMap<String, String>;

/// How catalogs are brought up to date: new texts come in empty, old ones go.
const HOW: &str = "`GROKKING_WRITE=1 cargo test --test languages` brings new texts in, empty, for you to translate";

/// The codes of all catalogs.
fn codes() -> impl Iterator<Item = &'static str> {
    LANGUAGES[1..].iter().map(|language| language.code)
}

fn catalog(code: &str) -> Catalog {
    let file = format!("www/assets/{code}.json");
    if root().join(&file).exists() {
        serde_json::from_str(&read(&file)).unwrap_or_else(|e| panic!("{file}: {e}"))
    } else {
        Catalog::new()
    }
}

/// The parts between `begin` and `end`, sorted.
fn between(text: &str, begin: &str, end: char) -> Vec<String> {
    let mut parts: Vec<String> = text.split(begin).skip(1).filter_map(|rest| Some(rest.split_once(end)?.0.to_owned())).collect();
    parts.sort();
    parts
}

/// The digits of a text outside of its links, by number, sorted; the marks within numbers differ.
fn numbers(text: &str) -> Vec<String> {
    let mut outside = String::new();
    let mut inside = false;
    for letter in text.chars() {
        inside = letter == '<' || (inside && letter != '>');
        outside.push(if inside || letter == '>' { ' ' } else { letter });
    }
    let joined: String = outside.chars().filter(|letter| !['.', ',', '\u{202f}', '\u{a0}'].contains(letter)).collect();
    let mut numbers: Vec<String> =
        joined.split(|letter: char| !letter.is_ascii_digit()).filter(|number| !number.is_empty()).map(str::to_owned).collect();
    numbers.sort();
    numbers
}

/// What is wrong with a translation.
fn faults(english: &str, translation: &str) -> Vec<&'static str> {
    let same = |part: fn(&str) -> Vec<String>| part(english) == part(translation);
    let checks = [
        (!translation.trim().is_empty(), "is missing"),
        (translation.trim() == translation, "has spaces around it"),
        (same(|text| between(text, "{", '}')), "has other values"),
        (same(|text| between(text, "<", '>')), "has other markup"),
        (same(numbers), "has other numbers"),
        (!translation.contains("  "), "has two spaces"),
        // Some texts become markup.
        (["\"", "&"].iter().all(|mark| english.contains(mark) || !translation.contains(mark)), "has a mark of markup"),
        (english.ends_with('.') == translation.ends_with('.'), "ends otherwise"),
    ];
    checks.into_iter().filter(|(right, _)| !right).map(|(_, fault)| fault).collect()
}

#[test]
fn catalogs_have_every_text_and_no_other() {
    let texts: Texts = english::texts();
    assert!(texts.len() > 700, "{} texts", texts.len());
    let writing = std::env::var("GROKKING_WRITE").is_ok_and(|value| value == "1");
    let mut wrong = vec![];
    for code in codes() {
        let mut catalog = catalog(code);
        if writing {
            catalog.retain(|english, _| texts.contains_key(english));
            texts.keys().for_each(|english| _ = catalog.entry(english.clone()).or_default());
            let json = serde_json::to_string_pretty(&catalog).expect("text");
            fs::write(root().join(format!("www/assets/{code}.json")), json + "\n").expect("the file can be written");
        }
        let missing = texts.iter().filter(|(english, _)| !catalog.contains_key(*english));
        wrong.extend(missing.map(|(english, file)| format!("{code} lacks “{english}” of {file}")));
        let old = catalog.keys().filter(|english| !texts.contains_key(*english));
        wrong.extend(old.map(|english| format!("{code} has “{english}”, which nothing says any more")));
        for (english, translation) in catalog.iter().filter(|(english, _)| texts.contains_key(*english)) {
            wrong
                .extend(faults(english, translation).iter().map(|fault| format!("{code}: “{english}”, “{translation}” {fault}")));
        }
    }
    assert!(wrong.is_empty(), "{} texts; {HOW}\n{}", wrong.len(), wrong.join("\n"));
}

/// A lab looks up in the order of the file.
#[test]
fn catalogs_are_sorted() {
    for code in codes() {
        let sorted = serde_json::to_string_pretty(&catalog(code)).expect("text") + "\n";
        assert!(read(&format!("www/assets/{code}.json")) == sorted, "{code} is in another order; {HOW}");
    }
}

#[test]
fn faults_of_a_translation_are_seen() {
    let english = "By step {step}, 95 % of <a href=\"#v=1\">1,234</a> are right.";
    assert_eq!(faults(english, "Bei Schritt {step} sind 95 % von <a href=\"#v=1\">1.234</a> richtig."), Vec::<&str>::new());
    for (translation, fault) in [
        ("", "is missing"),
        (" Bei Schritt {step} sind 95 % von <a href=\"#v=1\">1.234</a> richtig.", "has spaces around it"),
        ("Bei Schritt {n} sind 95 % von <a href=\"#v=1\">1.234</a> richtig.", "has other values"),
        ("Bei Schritt {step} sind 95 % von <a href=\"#v=2\">1.234</a> richtig.", "has other markup"),
        ("Bei Schritt {step} sind 59 % von <a href=\"#v=1\">1.234</a> richtig.", "has other numbers"),
        ("Bei Schritt {step}  sind 95 % von <a href=\"#v=1\">1.234</a> richtig.", "has two spaces"),
        ("Bei Schritt {step} sind 95 % von <a href=\"#v=1\">1.234</a> richtig", "ends otherwise"),
    ] {
        assert!(faults(english, translation).contains(&fault), "{translation}");
    }
}

/// Without the lab there is no catalog: what is said then has its own.
#[test]
fn a_lab_that_could_not_start_says_why_in_every_language() {
    let script = read("www/assets/trouble.js");
    let texts = |code: &str| -> Vec<(String, String)> {
        let own = script.split_once(&format!("\n  {code}: {{\n")).and_then(|(_, rest)| rest.split_once("\n  },")).expect(code).0;
        let text = |line: &str| {
            let (key, text) = line.trim().split_once(": \"").expect(line);
            (key.to_owned(), text.strip_suffix("\",").expect(line).to_owned())
        };
        own.lines().map(text).collect()
    };
    let english = texts("en");
    assert!(english.len() >= 9);
    for code in codes() {
        let own = texts(code);
        assert_eq!(own.len(), english.len(), "{code}");
        for ((key, english), (other, text)) in english.iter().zip(&own) {
            assert_eq!((key, faults(english, text)), (other, vec![]), "{code}: “{text}”");
        }
    }
}

#[test]
fn the_page_offers_the_languages_that_there_are() {
    let (shell, page, worker) = (read("www/grokking-lab.js"), read("index.html"), read("www/sw.js"));
    for language in &LANGUAGES {
        let code = language.code;
        assert!(page.contains(&format!("<a href=\"?lang={code}\" hreflang=\"{code}\" lang=\"{code}\">{}</a>", language.name)));
    }
    for code in codes() {
        assert!(shell.contains(&format!("    {code}: () => new URL(\"./assets/{code}.json\", import.meta.url),\n")), "{code}");
        assert!(worker.contains(&format!("\"assets/{code}.json\"")), "{code}");
    }
    assert_eq!(page.matches("hreflang").count(), LANGUAGES.len());
    assert_eq!(shell.matches(".json\"").count(), LANGUAGES.len() - 1);
}

#[test]
fn numbers_are_written_as_in_the_language() {
    let said = |code: &str| {
        language::learn(code, vec![]);
        language::speak(code);
        use grokking_lab::text::{duration, fraction, loss, number, percent, thousands};
        [thousands(9_409), percent(0.9987), number(0.003), fraction(0.125), loss(1.234e-7), duration(4_290.0)].join(" | ")
    };
    assert_eq!(said("en"), "9,409 | 99.9 % | 0.003 | 12.5 % | 1.2e-7 | 4.2 s");
    assert_eq!(said("de"), "9.409 | 99,9 % | 0,003 | 12,5 % | 1,2e-7 | 4,2 s");
    assert_eq!(said("fr"), "9\u{202f}409 | 99,9 % | 0,003 | 12,5 % | 1,2e-7 | 4,2 s");
    assert_eq!(said("es"), said("fr"));
}
