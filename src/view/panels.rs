//! What `hide` accepts, with labels for people: panels of `www/lab.html`, and every control.

use super::fields;
use super::views::VIEWS;
use crate::config::{Config, Problem, quoted};
use crate::language::translate;
use crate::settings::key;
use crate::text::thousands;
use crate::tr;

/// Panels in the order of the page, (name, label).
pub static PANELS: &[(&str, &str)] = &[
    ("tour", "The tour"),
    ("controls", "All controls"),
    ("actions", "Start, step and reset"),
    ("status", "Phase and step"),
    ("fork", "Fork"),
    ("help", "Keys and words"),
    ("drawer", "Model and training settings"),
    ("paper", "The paper that is repeated"),
    ("guess", "A guess when it finds the rule"),
    ("answers", "Table of answers"),
    ("weights", "Weights of the first layer"),
    ("digits", "Digits and answers"),
    ("sequences", "Sequences and answers"),
    ("charts", "All charts"),
    ("accuracy", "Accuracy chart"),
    ("loss", "Loss chart"),
    ("circle", "Numbers in a plane"),
    ("waves", "A few neurons"),
    ("logit-lens", "Right answers by layer"),
    ("attention-map", "Where its heads look"),
    ("loss-histogram", "The loss of each example"),
    ("tables", "Tables of the curves"),
    ("under", "Axis, sharing and downloads"),
    ("keep", "Files of the run"),
    ("note", "What counts as memorised and grokked"),
    ("compare", "Runs to compare"),
    ("gallery", "Papers to repeat"),
    ("sweep", "Many runs"),
    ("inside", "Look inside the network"),
    ("facts", "Speed, size and backend"),
];

/// What pages often leave out together: what `hide` calls it, a label, and the names.
pub static SETS: &[(&str, &str, &[&str])] = &[
    ("", "Nothing", &[]),
    ("lesson", "What a lesson does not need", &["drawer", "paper", "tables", "keep", "note", "inside", "facts", "gallery"]),
    (
        "figure",
        "All but Start, pictures and curve",
        &[
            "fork", "help", "drawer", "paper", "guess", "tables", "under", "keep", "note", "compare", "sweep", "inside", "facts",
            "gallery", "task", "p", "lr", "seed", "speed", "train", "wd",
        ],
    ),
    (
        "curve",
        "All but Start and curves",
        &[
            "fork",
            "help",
            "drawer",
            "paper",
            "guess",
            "answers",
            "weights",
            "digits",
            "sequences",
            "circle",
            "waves",
            "logit-lens",
            "attention-map",
            "loss-histogram",
            "tables",
            "under",
            "keep",
            "note",
            "compare",
            "sweep",
            "inside",
            "facts",
            "gallery",
            "task",
            "p",
            "lr",
            "seed",
            "speed",
            "train",
            "wd",
        ],
    ),
];

/// Every name in groups: a title, and (name, label) of each entry, as the language that is spoken has them.
pub fn groups() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    let first = [fields::PRIMARY, fields::BAR].concat();
    let mut controls = vec![(tr!("Controls"), first.into_iter().filter_map(key).collect())];
    controls.extend(fields::drawer());
    let panels = PANELS.iter().map(|(name, label)| (*name, translate(label))).collect();
    let views = VIEWS.iter().map(|view| (view.name, translate(view.label))).collect();
    let mut groups = vec![(tr!("Panels"), panels), (tr!("Look inside"), views)];
    for (title, keys) in controls {
        // A name that is a panel's and a setting's hides both.
        let other = keys.iter().filter(|key| PANELS.iter().all(|(panel, _)| *panel != key.name));
        groups.push((title, other.map(|key| (key.name, translate(key.label))).collect()));
    }
    groups
}

/// The names that [`groups`] has.
fn names() -> Vec<&'static str> {
    let panels = PANELS.iter().map(|(name, _)| *name).chain(VIEWS.iter().map(|view| view.name));
    panels.chain(fields::controls().map(|key| key.name)).collect()
}

/// The names in a list that [`names`] has, those of its [`SETS`] among them, each once, joined by commas, and those that are not there.
fn known(hide: &str) -> (String, Vec<&str>) {
    let names = names();
    let (mut found, mut unknown) = (vec![false; names.len()], vec![]);
    let mut known = String::new();
    let set = |name| SETS.iter().find(|(set, ..)| *set == name).map(|(.., names)| *names);
    let written = hide.split(',').map(str::trim).filter(|name| !name.is_empty());
    for name in written.flat_map(|name| set(name).map_or_else(|| vec![name], <[&str]>::to_vec)) {
        let name = key(name).map_or(name, |key| key.name);
        match names.iter().position(|known| *known == name) {
            None => unknown.push(name),
            Some(at) if core::mem::replace(&mut found[at], true) => {}
            Some(_) => known += &[if known.is_empty() { "" } else { "," }, name].concat(),
        }
    }
    (known, unknown)
}

/// Drops the names in `hide` that are neither a control nor a panel, and says so. Former names become those of today.
pub fn repair(config: &mut Config) -> Option<Problem> {
    if config.hide.is_empty() {
        return None;
    }
    let hide = core::mem::take(&mut config.hide);
    let (known, unknown) = known(&hide);
    config.hide = known;
    let first = quoted(unknown.first()?);
    let (value, why, sentence) = match unknown.len() - 1 {
        0 => {
            let sentence = tr!("{first} is not a control or panel, so it is ignored in the list of what to hide.", first);
            (first, "is not a control or panel", sentence)
        }
        more => {
            let more = thousands(more as u64);
            let sentence = tr!(
                "{first} and {more} more are not controls or panels, so they are ignored in the list of what to hide.",
                first,
                more
            );
            (format!("{first} and {more} more"), "are not controls or panels", sentence)
        }
    };
    Some(Problem { key: "hide".into(), value, why: why.into(), sentence: Some(sentence), ..Problem::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_not_there_are_told_once_and_dropped() {
        let mut config = Config { hide: "facts, nope,loss,facts,".into(), ..Config::standard() };
        let said = repair(&mut config).map(|problem| problem.to_string());
        let told = "nope is not a control or panel, so it is ignored in the list of what to hide.";
        assert_eq!((said.as_deref(), config.hide.as_str()), (Some(told), "facts,loss"));
        assert_eq!(repair(&mut config), None);
        config.hide = "loss, runs".into();
        assert_eq!((repair(&mut config), config.hide.as_str()), (None, "loss,seeds"));
        config.hide = (0..200_000).map(|i| format!("name{i},")).collect::<String>() + "seed";
        let said = repair(&mut config).expect("a problem").to_string();
        assert!(said.starts_with("name0 and 199,999 more are not ") && said.len() < 200, "{said}");
        assert_eq!(config.hide, "seed");
    }

    #[test]
    fn every_name_can_be_hidden() {
        let all: Vec<&str> = groups().into_iter().flat_map(|(_, entries)| entries).map(|(name, _)| name).collect();
        let mut config = Config { hide: all.join(","), ..Config::standard() };
        assert_eq!((repair(&mut config), config.hide), (None, all.join(",")));
    }

    #[test]
    fn what_is_left_out_together_has_known_names() {
        for (set, label, set_names) in SETS {
            let mut config = Config { hide: set_names.join(","), ..Config::standard() };
            assert_eq!((repair(&mut config), config.hide), (None, set_names.join(",")), "{label}");
            assert!(!set_names.contains(&"actions") && !set_names.contains(&"charts"), "{label}");
            assert!(!names().contains(set), "{set} is a name of its own");
            let mut config = Config { hide: format!("{set},facts,help"), ..Config::standard() };
            assert_eq!(repair(&mut config), None);
            assert!(
                set_names.iter().chain(&["facts", "help"]).all(|name| config.hide.split(',').any(|hidden| hidden == *name)),
                "{set}"
            );
        }
    }

    /// The values of an attribute in the template, in order.
    fn values(attribute: &str) -> Vec<&'static str> {
        let parts = include_str!("../../www/lab.html").split(attribute).skip(1);
        parts.filter_map(|rest| rest.strip_prefix("=\"")?.split('"').next()).collect()
    }

    #[test]
    fn the_panels_are_those_of_the_page() {
        // Some panels are in several places.
        let mut names: Vec<&str> = vec![];
        for name in values("data-panel") {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        assert_eq!(PANELS.iter().map(|(name, _)| *name).collect::<Vec<_>>(), names);
    }

    #[test]
    fn every_name_is_offered_once() {
        let mut names: Vec<_> = groups().iter().flat_map(|(_, entries)| entries.iter().map(|(name, _)| *name)).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(["p", "lr", "beta2", "steps", "facts"].iter().all(|name| names.contains(name)));
    }
}
