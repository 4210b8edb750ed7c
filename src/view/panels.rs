//! What `hide` accepts, with labels for people: panels of `www/lab.html`, and every control.

use super::fields;
use super::views::VIEWS;
use crate::config::key;

/// Panels in the order of the page, (name, label).
pub static PANELS: &[(&str, &str)] = &[
    ("controls", "All controls"),
    ("actions", "Start, step and reset"),
    ("help", "Keys and words"),
    ("drawer", "Model and training settings"),
    ("paper", "The experiment that runs"),
    ("status", "Phase and step"),
    ("charts", "All charts"),
    ("accuracy", "Accuracy chart"),
    ("tables", "Tables under the charts"),
    ("loss", "Loss chart"),
    ("under", "Axis, share and download"),
    ("keep", "Files of the run"),
    ("note", "What the thresholds are"),
    ("compare", "Runs to compare"),
    ("inside", "Look inside the network"),
    ("facts", "Speed, size and backend"),
    ("gallery", "Papers to repeat"),
];

/// Every name in groups: a title, and (name, label) of each entry.
pub fn groups() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    let first = [fields::PRIMARY, fields::LIVE].concat();
    let mut controls = vec![("Controls", first.into_iter().filter_map(key).collect())];
    controls.extend(fields::drawer());
    let views = VIEWS.iter().map(|view| (view.name, view.label)).collect();
    let mut groups = vec![("Panels", PANELS.to_vec()), ("Look inside", views)];
    for (title, keys) in controls {
        // A name that is a panel's and a setting's hides both.
        let other = keys.iter().filter(|key| PANELS.iter().all(|(panel, _)| *panel != key.name));
        groups.push((title, other.map(|key| (key.name, key.label)).collect()));
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

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
