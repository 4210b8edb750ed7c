//! Every pair of colours that the page uses has the contrast that WCAG 2.2 AA asks for, in light and in dark; and nothing moves
//! for those who asked for less motion.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeMap;

const LAB: &str = include_str!("../www/lab.css");
const LATER: &str = include_str!("../www/later.css");
const PAGE: &str = include_str!("../www/assets/style.css");
const DARK: &str = "@media (prefers-color-scheme: dark)";

/// Text, and behind what.
const TEXT: f64 = 4.5;
/// Curves, edges of controls, focus rings, and beside what.
const LINES: f64 = 3.0;

/// Foreground, background, least contrast.
const LAB_PAIRS: &[(&str, &str, f64)] = &[
    ("ink", "background", TEXT),
    ("ink", "surface", TEXT),
    ("ink", "warn", TEXT),
    ("muted", "background", TEXT),
    ("accent", "background", TEXT),
    ("on-accent", "accent", TEXT),
    ("edge", "background", LINES),
    ("edge", "surface", LINES),
    ("train", "background", LINES),
    ("test", "background", LINES),
    ("mark", "background", LINES),
    ("warn-line", "warn", LINES),
    ("warn-line", "background", LINES),
];
const PAGE_PAIRS: &[(&str, &str, f64)] = &[("ink", "page", TEXT), ("muted", "page", TEXT), ("link", "page", TEXT)];
/// Rules and grids, which tell nothing that is not told otherwise.
const DECORATION: &[&str] = &["line", "grid"];

/// The colours that a block of custom properties sets, by name without `prefix`.
fn colors(block: &str, prefix: &str) -> BTreeMap<String, [f64; 3]> {
    let declarations = block.split([';', '{']).filter_map(|text| text.trim().strip_prefix(prefix)?.split_once(": #"));
    let channel = |hex: &str, i: usize| {
        let value = f64::from(u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("six digits")) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    declarations.map(|(name, hex)| (name.into(), [0, 1, 2].map(|i| channel(hex.trim_end_matches('}').trim(), i)))).collect()
}

/// As WCAG defines it, from linear red, green and blue.
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let luminance = |[r, g, b]: [f64; 3]| 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// What a sheet sets in light and in dark: in a block of its own, or as pairs.
fn schemes(sheet: &str) -> [String; 2] {
    if let Some((light, rest)) = sheet.split_once(DARK) {
        return [light.into(), rest.split_once("\n}").expect("its end").0.into()];
    }
    let mut schemes = [String::new(), String::new()];
    for (i, part) in sheet.split("light-dark(").enumerate() {
        let (pair, rest) = if i == 0 { ("", part) } else { part.split_once(')').expect("its end") };
        let (light, dark) = if i == 0 { ("", "") } else { pair.split_once(", ").expect("two colours") };
        for (scheme, color) in schemes.iter_mut().zip([light, dark]) {
            *scheme += color;
            *scheme += rest;
        }
    }
    assert_ne!(schemes[0], schemes[1], "no dark scheme");
    schemes
}

/// What is wrong with a sheet.
fn problems(sheet: &str, prefix: &str, pairs: &[(&str, &str, f64)]) -> Vec<String> {
    let [light, dark] = schemes(sheet);
    let [light, dark] = [&light[..], &dark];
    let mut problems = vec![];
    let names = colors(light, prefix);
    assert!(names.len() >= 5, "too few colours found: {names:?}");
    for name in names.keys().map(String::as_str) {
        let judged = DECORATION.contains(&name) || pairs.iter().any(|(a, b, _)| name == *a || name == *b);
        if !judged {
            problems.push(format!("{prefix}{name} is in no pair"));
        }
    }
    for (scheme, block) in [("light", light), ("dark", dark)] {
        let colors = colors(block, prefix);
        for (a, b, least) in pairs {
            let found = contrast(colors[*a], colors[*b]);
            if found < *least {
                problems.push(format!("{scheme}: {a} on {b} has {found:.2}, needs {least}"));
            }
        }
    }
    problems
}

#[test]
fn text_and_lines_stand_out() {
    assert_eq!(problems(LAB, "--gl-", LAB_PAIRS), Vec::<String>::new());
    assert_eq!(problems(PAGE, "--", PAGE_PAIRS), Vec::<String>::new());
}

#[test]
fn faint_colours_would_be_found() {
    let faint =
        LAB.replace("--gl-muted: #5c6670", "--gl-muted: #9c9c9c").replace("--gl-test", "--gl-unknown: #000000; --gl-test");
    let problems = problems(&faint, "--gl-", LAB_PAIRS);
    assert!(problems.iter().any(|problem| problem.starts_with("light: muted on background has 2.7")), "{problems:?}");
    assert!(problems.iter().any(|problem| problem.contains("--gl-unknown is in no pair")), "{problems:?}");
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
}

/// Declarations that make something move, outside the block for visitors who do not mind.
fn motion(sheet: &str) -> Vec<&str> {
    let (before, rest) = sheet.split_once("@media (prefers-reduced-motion: no-preference)").expect("a block for motion");
    let after = rest.split_once("\n}").expect("its end").1;
    let declarations = [before, after].into_iter().flat_map(|text| text.split([';', '{', '}'])).map(str::trim);
    let moves = |text: &str| ["transition", "animation", "scroll-behavior"].iter().any(|name| text.starts_with(name));
    declarations.filter(|text| moves(text) && !text.contains(" 0s ")).collect()
}

#[test]
fn motion_is_for_those_who_do_not_mind() {
    for sheet in [LAB, LATER, PAGE] {
        assert_eq!(motion(sheet), Vec::<&str>::new());
    }
    let moving = format!("{LAB} p {{ animation: spin 2s }}");
    assert_eq!(motion(&moving), ["animation: spin 2s"]);
}
